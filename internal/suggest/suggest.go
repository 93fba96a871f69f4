// Package suggest finds what somebody probably meant to type.
package suggest

import (
	"strings"
	"unicode/utf8"

	"github.com/agext/levenshtein"
)

// Nearest returns the candidate closest to name, and false where none is close
// enough (a third of the longer word may differ, case aside, or it is a shortened word,
// such as prod). Ties go to the first in alphabetical order.
func Nearest(name string, candidates []string) (string, bool) {
	name = strings.ToLower(name)
	length := utf8.RuneCountInString(name)
	best, bestScore := "", 0.0
	for _, candidate := range candidates {
		other := utf8.RuneCountInString(candidate)
		if longer := max(length, other); longer-min(length, other) > longer/3 {
			// The rest of the longer word alone is too much.
			continue
		}
		score := levenshtein.Similarity(name, strings.ToLower(candidate), nil)
		if score > bestScore || score == bestScore && candidate < best {
			best, bestScore = candidate, score
		}
	}
	if bestScore >= 2.0/3 {
		return best, true
	}
	return shortenedOf(name, candidates)
}

// shortenedOf is the first candidate in alphabetical order that begins with name, which is
// in lower case.
func shortenedOf(name string, candidates []string) (first string, found bool) {
	if len(name) < shortened {
		return "", false
	}
	for _, candidate := range candidates {
		if strings.HasPrefix(strings.ToLower(candidate), name) && (!found || candidate < first) {
			first, found = candidate, true
		}
	}
	return first, found
}

// shortened is how many letters a shortened word has at least.
const shortened = 3

// Phrase is the end of an error message: `; did you mean "sku"?`, or nothing.
func Phrase(name string, candidates []string) string {
	if nearest, ok := Nearest(name, candidates); ok {
		return DidYouMean(nearest)
	}
	return ""
}

// DidYouMean is the end of an error message for a name that is known to be nearest.
func DidYouMean(nearest string) string { return `; did you mean "` + nearest + `"?` }
