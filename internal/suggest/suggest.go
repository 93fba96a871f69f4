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
	for _, candidate := range sorted {
		if len(name) >= shortened && strings.HasPrefix(strings.ToLower(candidate), strings.ToLower(name)) {
			return candidate, true
		}
	}
	return "", false
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
