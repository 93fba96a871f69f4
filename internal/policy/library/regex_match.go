package library

import (
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf16"

	"github.com/dlclark/regexp2"

	"github.com/aoai-gateway/aoai-gateway/internal/policy/dotnet"
)

// subject is a text as a pattern sees it: UTF-16 units, each a rune.
type subject []rune

func subjectOf(s string) subject {
	runes := make(subject, 0, len(s))
	for _, r := range s {
		if r <= 0xffff {
			runes = append(runes, r)
			continue
		}
		high, low := utf16.EncodeRune(r)
		runes = append(runes, high, low)
	}
	return runes
}

func textOfUnits(runes []rune) string {
	plain := true
	for _, r := range runes {
		plain = plain && (r < 0xd800 || r > 0xdfff)
	}
	if plain {
		return string(runes)
	}
	all := make([]uint16, len(runes))
	for i, r := range runes {
		all[i] = uint16(r) //nolint:gosec // they are units
	}
	return string(utf16.Decode(all))
}

func timedOut() error {
	return dotnet.Throw("System.Text.RegularExpressions.RegexMatchTimeoutException", "The RegEx engine has timed out while trying to match a pattern to an input string. "+
		"This can occur for many reasons, including very large inputs or excessive backtracking caused by nested quantifiers, back-references and other factors.")
}

func (p *pattern) isMatch(s string) (bool, error) {
	m, err := p.first(subjectOf(s), 0)
	return m != nil, err
}

func (p *pattern) first(in subject, start int) (*regexp2.Match, error) {
	if start == 0 && p.re.RightToLeft() {
		start = len(in)
	}
	m, err := p.re.FindRunesMatchStartingAt(in, start)
	if err != nil {
		return nil, timedOut()
	}
	return m, nil
}

// matches hands over the matches one after the other, all within one time limit.
func (p *pattern) matches(in subject, start int, do func(*regexp2.Match) error) error {
	begin := time.Now()
	m, err := p.first(in, start)
	for m != nil && err == nil {
		if err := do(m); err != nil {
			return err
		}
		if m, err = p.next(m); err == nil && time.Since(begin) > p.limit {
			return timedOut()
		}
	}
	return err
}

func (p *pattern) next(m *regexp2.Match) (*regexp2.Match, error) {
	if p.continues && m.Length == 0 {
		return nil, nil //nolint:nilnil // there is none
	}
	next, err := p.re.FindNextMatch(m)
	if err != nil {
		return nil, timedOut()
	}
	return next, nil
}

// replaced puts what by gives in the place of matches, at most so many.
func (p *pattern) replaced(c *Call, s string, start, most int, by func(subject, *regexp2.Match) (string, error)) (string, error) {
	in := subjectOf(s)
	type change struct {
		match *regexp2.Match
		text  string
	}
	var changes []change
	err := p.matches(in, start, func(m *regexp2.Match) error {
		if most == 0 {
			return errStop
		}
		most--
		text, err := by(in, m)
		if err != nil {
			return err
		}
		changes = append(changes, change{m, text})
		return c.Take(len(text) + objectSize)
	})
	if err := ignoreStop(err); err != nil {
		return "", err
	}
	if p.re.RightToLeft() {
		slices.Reverse(changes)
	}
	var b strings.Builder
	at := 0
	for _, each := range changes {
		b.WriteString(textOfUnits(in[at:each.match.Index]))
		b.WriteString(each.text)
		at = each.match.Index + each.match.Length
	}
	b.WriteString(textOfUnits(in[at:]))
	return b.String(), nil
}

// split cuts a text at the matches; captured groups stand between the parts.
func (p *pattern) split(s string, start, most int) ([]string, error) {
	in := subjectOf(s)
	if most == 1 {
		return []string{s}, nil
	}
	if p.re.RightToLeft() {
		return p.splitFromRight(in, start, most)
	}
	var parts []string
	at := 0
	err := p.matches(in, start, func(m *regexp2.Match) error {
		parts = append(parts, textOfUnits(in[at:m.Index]))
		at = m.Index + m.Length
		parts = append(parts, captured(m)...)
		if most--; most == 1 {
			return errStop
		}
		return nil
	})
	return append(parts, textOfUnits(in[at:])), ignoreStop(err)
}

// captured are the texts of a match's groups, of those that took part.
func captured(m *regexp2.Match) []string {
	var texts []string
	for _, group := range m.Groups()[1:] {
		if len(group.Captures) > 0 {
			texts = append(texts, textOfUnits(group.Runes()))
		}
	}
	return texts
}

// splitFromRight is split for RegexOptions.RightToLeft: matches are found from the end on, and
// a bound leaves what stands first in one piece.
func (p *pattern) splitFromRight(in subject, start, most int) ([]string, error) {
	var parts []string
	end := len(in)
	err := p.matches(in, start, func(m *regexp2.Match) error {
		parts = append(parts, textOfUnits(in[m.Index+m.Length:end]))
		end = m.Index
		parts = append(parts, captured(m)...)
		if most--; most == 1 {
			return errStop
		}
		return nil
	})
	parts = append(parts, textOfUnits(in[:end]))
	slices.Reverse(parts)
	return parts, ignoreStop(err)
}

// replacement is $1, ${name}, $&, $$ and their like in what replaces a match.
func (p *pattern) replacement(written string) func(subject, *regexp2.Match) (string, error) {
	if !strings.Contains(written, "$") {
		return func(subject, *regexp2.Match) (string, error) { return written, nil }
	}
	return func(in subject, m *regexp2.Match) (string, error) {
		var b strings.Builder
		rest := written
		for {
			before, after, found := strings.Cut(rest, "$")
			b.WriteString(before)
			if !found {
				return b.String(), nil
			}
			text, size := p.substitution(in, m, after)
			b.WriteString(text)
			rest = after[size:]
		}
	}
}

// substitution is what stands for the sign behind a $, and its length.
func (p *pattern) substitution(in subject, m *regexp2.Match, s string) (text string, size int) {
	if s == "" {
		return "$", 0
	}
	switch s[0] {
	case '$':
		return "$", 1
	case '&':
		return textOfUnits(m.Runes()), 1
	case '`':
		return textOfUnits(in[:m.Index]), 1
	case '\'':
		return textOfUnits(in[m.Index+m.Length:]), 1
	case '_':
		return textOfUnits(in), 1
	case '+':
		groups := m.Groups()
		return textOfUnits(groups[len(groups)-1].Runes()), 1
	case '{':
		if end := strings.IndexByte(s, '}'); end > 0 {
			if group := m.GroupByName(s[1:end]); group != nil && p.re.GroupNumberFromName(s[1:end]) >= 0 {
				return textOfUnits(group.Runes()), end + 1
			}
		}
		return "$", 0
	}
	digits := 0
	for digits < len(s) && s[digits] >= '0' && s[digits] <= '9' {
		digits++
	}
	if n, err := strconv.Atoi(s[:digits]); err == nil && p.re.GroupNameFromNumber(n) != "" {
		return textOfUnits(m.GroupByNumber(n).Runes()), digits
	}
	return "$", 0
}
