// Package suggest finds what somebody probably meant to type.
package suggest

import (
	"slices"
	"strings"

	"github.com/agext/levenshtein"
)

// Nearest returns the candidate closest to name, and false where none is close
// enough (a third of the longer word may differ, case aside). Ties go to the
// first in alphabetical order.
func Nearest(name string, candidates []string) (string, bool) {
	sorted := slices.Clone(candidates)
	slices.Sort(sorted)
	best, bestScore := "", 0.0
	for _, candidate := range sorted {
		score := levenshtein.Similarity(strings.ToLower(name), strings.ToLower(candidate), nil)
		if score > bestScore {
			best, bestScore = candidate, score
		}
	}
	return best, bestScore >= 2.0/3
}

// Phrase is the end of an error message: `; did you mean "sku"?`, or nothing.
func Phrase(name string, candidates []string) string {
	if nearest, ok := Nearest(name, candidates); ok {
		return `; did you mean "` + nearest + `"?`
	}
	return ""
}
