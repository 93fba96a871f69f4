package version

import (
	"os"
	"path/filepath"
	"regexp"
	"runtime/debug"
	"slices"
	"strings"
	"testing"
)

var heading = regexp.MustCompile(`(?m)^## (\d+\.\d+\.\d+) \((unreleased|\d{4}-\d\d-\d\d)\)$`)

// The topmost section of the changes is this version's, all sections have a version and a
// date, and they go from the newest to the oldest.
func TestChangelogTellsTheVersion(t *testing.T) {
	raw, err := os.ReadFile(filepath.Join("..", "..", "CHANGELOG.md"))
	if err != nil {
		t.Fatal(err)
	}
	found := heading.FindAllStringSubmatch(string(raw), -1)
	if len(found) == 0 || len(found) != strings.Count("\n"+string(raw), "\n## ") {
		t.Fatalf("CHANGELOG.md has sections without version and date; with both are %v", found)
	}
	if found[0][1] != Number {
		t.Errorf("the topmost section is %s, and the version %s", found[0][1], Number)
	}
	var dates []string
	for _, each := range found {
		dates = append(dates, each[2])
	}
	if !slices.IsSortedFunc(dates, func(a, b string) int { return strings.Compare(b, a) }) {
		t.Errorf("the sections are not in order: %v", dates)
	}
}

func TestDescribe(t *testing.T) {
	for _, c := range []struct {
		reason   string
		settings []debug.BuildSetting
		want     string
	}{
		{"built outside of git", nil, Number + " (commit unknown, "},
		{"built from a commit", []debug.BuildSetting{{Key: "vcs.revision", Value: "0123456789abcdef0123"}}, Number + " (commit 0123456789ab, "},
		{"built with changes", []debug.BuildSetting{{Key: "vcs.revision", Value: "0123456789abcdef0123"}, {Key: "vcs.modified", Value: "true"}}, Number + " (commit 0123456789ab, changed, "},
	} {
		if got := describe(&debug.BuildInfo{Settings: c.settings}); !strings.HasPrefix(got, c.want) {
			t.Errorf("%s: %s", c.reason, got)
		}
	}
}
