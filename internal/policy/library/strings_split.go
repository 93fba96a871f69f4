package library

import (
	"strings"
	"unicode"
)

// trimAny removes white space, or the given chars, from the ends.
func trimAny(v string, start, end bool, chars ...any) string {
	drop := unicode.IsSpace
	if len(chars) > 0 {
		set := joinUnits(chars)
		drop = func(r rune) bool { return strings.ContainsRune(set, r) }
	}
	if start {
		v = strings.TrimLeftFunc(v, drop)
	}
	if end {
		v = strings.TrimRightFunc(v, drop)
	}
	return v
}

func charTexts(chars *Array) []string {
	if chars == nil {
		return nil
	}
	all := make([]string, len(chars.Items))
	for i, c := range chars.Items {
		all[i] = charText(to[Char](c))
	}
	return all
}

func texts(a *Array) []string {
	if a == nil {
		return nil
	}
	all := make([]string, len(a.Items))
	for i, item := range a.Items {
		all[i] = to[string](item)
	}
	return all
}

// splitString splits by the first separator that fits at each place; without
// separators by white space.
func splitString(v string, separators []string, removeEmpty bool, most int) []string {
	var parts []string
	rest := v
	if most == 0 {
		return nil
	}
	for {
		at, width := nextSeparator(rest, separators)
		if removeEmpty && at == 0 {
			rest = rest[width:]
			continue
		}
		if at < 0 || len(parts) == most-1 {
			break
		}
		if at > 0 || !removeEmpty {
			parts = append(parts, rest[:at])
		}
		rest = rest[at+width:]
	}
	if rest != "" || !removeEmpty {
		parts = append(parts, rest)
	}
	return parts
}

func nextSeparator(s string, separators []string) (at, width int) {
	if len(separators) == 0 {
		at = strings.IndexFunc(s, unicode.IsSpace)
		if at < 0 {
			return -1, 0
		}
		return at, len(string([]rune(s[at:])[0]))
	}
	at = -1
	for _, separator := range separators {
		if separator == "" {
			continue
		}
		if found := strings.Index(s, separator); found >= 0 && (at < 0 || found < at) {
			at, width = found, len(separator)
		}
	}
	return at, width
}
