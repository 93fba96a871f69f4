package kusto

import (
	"math"
	"strings"
	"unicode"
	"unicode/utf8"
)

func calculateReal(operator string, left, right any) any {
	a, _ := toReal(left).(float64)
	b, _ := toReal(right).(float64)
	switch operator {
	case "+":
		return a + b
	case "-":
		return a - b
	case "*":
		return a * b
	case "/":
		return a / b
	}
	return math.Mod(a, b)
}

// textComparisons by operator. Without _cs case does not matter.
var textComparisons = map[string]func(text, part string) bool{
	"has":           folded(hasTerm),
	"has_cs":        hasTerm,
	"hasprefix":     folded(func(text, part string) bool { return hasBounded(text, part, true, false) }),
	"hassuffix":     folded(func(text, part string) bool { return hasBounded(text, part, false, true) }),
	"contains":      folded(strings.Contains),
	"contains_cs":   strings.Contains,
	"startswith":    folded(strings.HasPrefix),
	"startswith_cs": strings.HasPrefix,
	"endswith":      folded(strings.HasSuffix),
	"endswith_cs":   strings.HasSuffix,
}

func folded(compares func(text, part string) bool) func(text, part string) bool {
	return func(text, part string) bool { return compares(strings.ToLower(text), strings.ToLower(part)) }
}

// hasTerm finds whole terms: runs of letters and digits. Source:
// https://learn.microsoft.com/kusto/query/datatypes-string-operators#what-is-a-term
func hasTerm(text, part string) bool { return hasBounded(text, part, true, true) }

// hasBounded finds a part that begins, or ends, where a term does.
func hasBounded(text, part string, begins, ends bool) bool {
	if part == "" {
		return true
	}
	first, _ := utf8.DecodeRuneInString(part)
	last, _ := utf8.DecodeLastRuneInString(part)
	for from := 0; ; {
		at := strings.Index(text[from:], part)
		if at < 0 {
			return false
		}
		at += from
		before, _ := utf8.DecodeLastRuneInString(text[:at])
		after, _ := utf8.DecodeRuneInString(text[at+len(part):])
		if (!begins || !inTerm(first) || !inTerm(before)) && (!ends || !inTerm(last) || !inTerm(after)) {
			return true
		}
		_, size := utf8.DecodeRuneInString(text[at:])
		from = at + size
	}
}

func inTerm(c rune) bool { return c != utf8.RuneError && (unicode.IsLetter(c) || unicode.IsDigit(c)) }
