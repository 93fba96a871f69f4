package e2e

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/lockedfile"
)

// clonePath is a folder for one clone at a time, which no other test has until the end of this
// one. It is always the same: Go compiles packages anew for each folder, so that every clone in
// a folder of its own took a minute of the processors.
func clonePath(t *testing.T) string {
	t.Helper()
	dir := filepath.Join(root, ".sandbox", "e2e")
	if err := os.MkdirAll(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	unlock, err := lockedfile.MutexAt(filepath.Join(dir, "lock")).Lock()
	if err != nil {
		t.Fatal(err)
	}
	clone := filepath.Join(dir, "aoai-gateway")
	t.Cleanup(func() {
		if err := os.RemoveAll(clone); err != nil {
			t.Error(err)
		}
		unlock()
	})
	// One that was killed has left its clone.
	if err := os.RemoveAll(clone); err != nil {
		t.Fatal(err)
	}
	return clone
}

// checkout makes dir a clone of the project as it is now, with the built tools in it.
func checkout(t *testing.T, dir string) string {
	t.Helper()
	files := git(t, root, "ls-files", "--cached", "--others", "--exclude-standard", "-z")
	for _, file := range strings.Split(strings.Trim(files, "\x00"), "\x00") {
		content, err := os.ReadFile(filepath.Join(root, file))
		if os.IsNotExist(err) {
			continue // deleted, and not committed yet
		}
		if err != nil {
			t.Fatal(err)
		}
		info, err := os.Stat(filepath.Join(root, file))
		if err != nil {
			t.Fatal(err)
		}
		target := filepath.Join(dir, file)
		if err := os.MkdirAll(filepath.Dir(target), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(target, content, info.Mode()); err != nil {
			t.Fatal(err)
		}
	}
	git(t, dir, "init", "-q")
	git(t, dir, "add", "-A")
	git(t, dir, "-c", "user.name=test", "-c", "user.email=test@example.invalid", "commit", "-q", "-m", "as it is")
	linkTools(t, dir)
	return dir
}

// linkTools saves the clone the building of the Pulumi CLI.
func linkTools(t *testing.T, dir string) {
	t.Helper()
	folder := filepath.Join(dir, ".sandbox", "tools")
	if err := os.MkdirAll(folder, 0o755); err != nil {
		t.Fatal(err)
	}
	built, err := os.ReadDir(filepath.Join(root, ".sandbox", "tools"))
	if err != nil && !os.IsNotExist(err) {
		t.Fatal(err)
	}
	for _, tool := range built {
		if strings.HasPrefix(tool.Name(), "program-") {
			continue // the clone builds its own
		}
		if err := os.Symlink(filepath.Join(root, ".sandbox", "tools", tool.Name()), filepath.Join(folder, tool.Name())); err != nil {
			t.Fatal(err)
		}
	}
}

func git(t *testing.T, dir string, args ...string) string {
	t.Helper()
	command := exec.CommandContext(t.Context(), "git", args...)
	command.Dir = dir
	output, err := command.Output()
	if err != nil {
		t.Fatalf("git %s: %v", strings.Join(args, " "), err)
	}
	return string(output)
}

// The README's commands work in a fresh clone, and no make target leaves a trace
// that git sees.
func TestMakeTargetsLeaveTheCheckoutClean(t *testing.T) {
	t.Parallel()
	dir := checkout(t, clonePath(t))
	notRunHere := map[string]string{
		"test":          "it runs this test; the gate looks at the checkout after it",
		"lint":          "it builds the linters; the gate looks at the checkout after it",
		"bench":         "it takes minutes and writes nowhere",
		"bench-gateway": "it takes minutes; TestBenchTakesAnyPolicy runs what it runs",
		"bench-compare": "it takes minutes; tools/compare tests what it prints",
		"chaos":         "it takes minutes and works in folders of its own",
		"drift-matrix":  "it takes an hour; TestDriftMatrix runs a sample of what it runs",
		"release":       "it takes minutes; tools/release tests what it packs",
		"drill":         "it takes a minute; TestMultiRegionLifeCycle runs what it runs",
		"serve":         "it ends with Ctrl-C; TestServeEndsWithAnInterrupt runs what it runs",
	}
	for _, target := range makeTargets(t, dir) {
		if notRunHere[target] != "" {
			continue
		}
		got := execute(t, dir, nil, "make", target)
		if got.code != 0 {
			t.Fatalf("make %s: %s", target, got)
		}
		if changes := git(t, dir, "status", "--porcelain"); changes != "" {
			t.Errorf("make %s leaves changes:\n%s", target, changes)
		}
		if target == "up" && !strings.Contains(got.stdout, "https://aoai-sweden-") {
			t.Errorf("make up prints no endpoints: %s", got)
		}
	}
}

// makeTargets are those that the Makefile declares, clean last.
func makeTargets(t *testing.T, dir string) []string {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join(dir, "Makefile"))
	if err != nil {
		t.Fatal(err)
	}
	for _, line := range strings.Split(string(raw), "\n") {
		if targets, ok := strings.CutPrefix(line, ".PHONY: "); ok {
			return strings.Fields(targets)
		}
	}
	t.Fatal("the Makefile declares no targets")
	return nil
}

// An ordinary pulumi, attached by the line that serve prints, deploys the literal
// project folder.
func TestOrdinaryPulumiAttaches(t *testing.T) {
	t.Parallel()
	dir := checkout(t, clonePath(t))
	w := &world{t: t, dir: filepath.Join(dir, ".sandbox"), flags: []string{"--stack", "dev"}}
	w.hold()
	line := execute(t, dir, nil, binary, "serve", "--env", "--project", dir)
	if line.code != 0 {
		t.Fatalf("serve --env: %s", line)
	}
	script := strings.TrimSpace(line.stdout) + ` && pulumi stack init dev && pulumi up --yes && pulumi preview --expect-no-changes`
	path := "PATH=" + filepath.Join(dir, ".sandbox", "tools") + string(os.PathListSeparator) + os.Getenv("PATH")
	got := execute(t, dir, []string{path, "PULUMI_SKIP_UPDATE_CHECK=true", "PULUMI_HOME=" + t.TempDir()}, "sh", "-c", script)
	if got.code != 0 || !strings.Contains(got.stdout, "28 created") {
		t.Errorf("pulumi attached to the sandbox: %s", got)
	}
	// Both see the same stack.
	if status := execute(t, dir, nil, binary, "up", "--project", dir, "--expect-no-changes"); status.code != 0 {
		t.Errorf("aoai up on the stack that pulumi deployed: %s", status)
	}
}
