package e2e

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// Commands that the pages show work as they are shown, one page after the other, each on a
// sandbox of its own. Those that serve, or need what serves, other tests run.
func TestCommandsInTheDocsRun(t *testing.T) {
	for _, page := range []string{"README.md", "docs/operations.md", "docs/drift.md", "docs/preflight.md"} {
		t.Run(page, func(t *testing.T) {
			dir, ran := t.TempDir(), 0
			for _, command := range commandsOf(readFile(t, filepath.Join(root, page))) {
				words := strings.Fields(command)
				if words[0] != "bin/aoai" || elsewhere(words) {
					continue
				}
				ran++
				args := append(slices.Clone(words[1:]), "--sandbox", dir)
				if got := execute(t, root, nil, binary, args...); got.code != 0 {
					t.Errorf("%s shows a command that does not work: %s\n%s", page, command, got)
				}
			}
			if ran == 0 {
				t.Errorf("%s shows no command", page)
			}
		})
	}
}

// elsewhere reports whether a command is run by another test: what serves, what takes a
// minute, and what shows a mistake.
func elsewhere(words []string) bool {
	return slices.ContainsFunc(words, func(word string) bool {
		return slices.Contains([]string{"serve", "drill", "mine.xml", "--azure"}, word)
	})
}

var comment = regexp.MustCompile(`\s+#.*$`)

// commandsOf are the lines behind a prompt in a page's console blocks.
func commandsOf(page string) []string {
	var found []string
	inside := false
	for _, line := range strings.Split(page, "\n") {
		if strings.HasPrefix(line, "```") {
			inside = line == "```console"
		} else if command, ok := strings.CutPrefix(line, "$ "); ok && inside {
			found = append(found, comment.ReplaceAllString(command, ""))
		}
	}
	return found
}

// Links between pages lead to pages, and to headings, that are there.
func TestLinksInTheDocsLead(t *testing.T) {
	pages, err := filepath.Glob(filepath.Join(root, "docs", "*.md"))
	if err != nil {
		t.Fatal(err)
	}
	link := regexp.MustCompile(`\]\(([^)\s]+)\)`)
	for _, page := range append(pages, filepath.Join(root, "README.md")) {
		for _, found := range link.FindAllStringSubmatch(readFile(t, page), -1) {
			target, heading, _ := strings.Cut(found[1], "#")
			if strings.Contains(target, "://") {
				continue
			}
			file := page
			if target != "" {
				file = filepath.Join(filepath.Dir(page), target)
			}
			if _, err := os.Stat(file); err != nil {
				t.Errorf("%s leads to %s, which is not there", filepath.Base(page), found[1])
			} else if heading != "" && !slices.Contains(headingsOf(readFile(t, file)), heading) {
				t.Errorf("%s leads to %s, and there is no such heading", filepath.Base(page), found[1])
			}
		}
	}
}

// headingsOf are the anchors that a page's headings get.
func headingsOf(page string) []string {
	var anchors []string
	for _, line := range strings.Split(page, "\n") {
		if !strings.HasPrefix(line, "#") {
			continue
		}
		anchor := strings.ToLower(strings.TrimSpace(strings.TrimLeft(line, "#")))
		anchor = regexp.MustCompile("[^a-z0-9 _-]").ReplaceAllString(anchor, "")
		anchors = append(anchors, strings.ReplaceAll(anchor, " ", "-"))
	}
	return anchors
}

// Every code in the page on troubleshooting is one that the sandbox or this project knows,
// or one of Azure's and Pulumi's that the sandbox cannot give.
func TestTroubleshootingNamesRealErrors(t *testing.T) {
	sources := map[string]string{}
	for _, pattern := range []string{"sandbox/*/*.go", "stacks/*.go", "guardrails/*.go", "cmd/aoai/*.go", "cmd/aoai/internal/*/*.go", "internal/*/*.go"} {
		files, err := filepath.Glob(filepath.Join(root, pattern))
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range files {
			sources[file] = readFile(t, file)
		}
	}
	code := regexp.MustCompile("`([A-Z][a-z]+[A-Z][A-Za-z]+)`")
	known := 0
	for _, line := range strings.Split(readFile(t, filepath.Join(root, "docs", "troubleshooting.md")), "\n") {
		first, _, _ := strings.Cut(strings.TrimPrefix(line, "| "), " | ")
		for _, found := range code.FindAllStringSubmatch(first, -1) {
			somewhere := false
			for _, source := range sources {
				somewhere = somewhere || strings.Contains(source, fmt.Sprintf("%q", found[1]))
			}
			if !somewhere {
				t.Errorf("nothing here gives the error %s", found[1])
			}
			known++
		}
	}
	if known < 15 {
		t.Errorf("only %d codes are told", known)
	}
}
