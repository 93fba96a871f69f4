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
	t.Parallel()
	for _, page := range []string{"docs/operations.md", "docs/drift.md", "docs/preflight.md", "docs/sandbox.md", "docs/policy.md"} {
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

// The README's commands lead from a clone to a first answer, as they stand and in one shell,
// and those of the first hour go on in the same shell.
func TestReadmeLeadsToAFirstAnswer(t *testing.T) {
	t.Parallel()
	origin, clone := checkout(t, t.TempDir()), clonePath(t)
	commands := commandsOf(readFile(t, filepath.Join(root, "README.md")))
	last := len(commands) - 1
	if last != 5 || !strings.HasPrefix(commands[0], "git clone ") || commands[last] != "kill %1" {
		t.Fatalf("the README shows other commands than those that lead to an answer: %q", commands)
	}
	// The Pulumi CLI has been built; all else is as a new user does it.
	built := "mkdir -p .sandbox && ln -s '" + filepath.Join(origin, ".sandbox", "tools") + "' .sandbox/tools"
	script := append([]string{"set -e", "trap 'kill $(jobs -p) 2>/dev/null || true; wait' EXIT", commands[0], built}, commands[1:last]...)
	script = append(append(script, firstHour(t)...), commands[last])
	got := execute(t, filepath.Dir(clone), []string{
		"GIT_CONFIG_COUNT=1", "GIT_CONFIG_KEY_0=url." + origin + ".insteadOf", "GIT_CONFIG_VALUE_0=https://github.com/aoai-gateway/aoai-gateway",
	}, "bash", "-c", strings.Join(script, "\n"))
	if got.code != 0 {
		t.Fatalf("the README's commands do not work in one shell: %s", got)
	}
	for _, want := range []string{`"object":"chat.completion"`, "weight", "exit code 7", "no drift: Azure has what the stack says"} {
		if !strings.Contains(got.stdout, want) {
			t.Errorf("the commands do not show %q: %s", want, got)
		}
	}
	if changes := git(t, clone, "status", "--porcelain"); changes != "" {
		t.Errorf("the commands leave changes:\n%s", changes)
	}
}

// firstHour are the commands of that page but the drill and the bench, which take minutes and
// which other tests run.
func firstHour(t *testing.T) []string {
	t.Helper()
	var commands []string
	inside := false
	for _, line := range strings.Split(readFile(t, filepath.Join(root, "docs", "first-hour.md")), "\n") {
		if strings.HasPrefix(line, "```") {
			inside = line == "```sh"
		} else if inside && !strings.Contains(line, "drill") && !strings.Contains(line, "make bench") {
			commands = append(commands, line)
		}
	}
	return commands
}

// A newcomer reads the README to its end.
func TestReadmeIsShort(t *testing.T) {
	if lines := strings.Count(readFile(t, filepath.Join(root, "README.md")), "\n"); lines >= 100 {
		t.Errorf("the README has %d lines, and more than 99 are not read", lines)
	}
}

var comment = regexp.MustCompile(`\s+#.*$`)

// commandsOf are the commands behind a prompt in a page's console blocks, each with the lines
// that a backslash joins to it.
func commandsOf(page string) []string {
	var found []string
	inside, goesOn := false, false
	for _, line := range strings.Split(page, "\n") {
		command, prompted := strings.CutPrefix(line, "$ ")
		switch {
		case strings.HasPrefix(line, "```"):
			inside = line == "```console"
		case goesOn:
			found[len(found)-1] += "\n" + line
		case inside && prompted:
			found = append(found, comment.ReplaceAllString(command, ""))
		default:
			continue
		}
		goesOn = inside && strings.HasSuffix(line, "\\")
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
	for _, page := range append(pages, filepath.Join(root, "README.md"), filepath.Join(root, "CONTRIBUTING.md"), filepath.Join(root, "SECURITY.md")) {
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
