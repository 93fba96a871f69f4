package e2e

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"golang.org/x/mod/module"
	"golang.org/x/mod/zip"

	"github.com/aoai-gateway/aoai-gateway/internal/engine"
)

// modulePath is what other programs import this project by.
const modulePath = "github.com/aoai-gateway/aoai-gateway"

// A program in a module of its own deploys by this project's packages, and is tested on the
// sandbox: its own tests compile it, and run it on the real engine.
func TestLibraryProgram(t *testing.T) {
	t.Parallel()
	project := filepath.Join(root, "examples", "library")
	if lines := strings.Count(readFile(t, filepath.Join(project, "main.go")), "\n"); lines > 30 {
		t.Errorf("the program has %d lines; want 30 or fewer", lines)
	}
	path := strings.Join([]string{filepath.Dir(tools.CLI), engine.ToolsDir(root), os.Getenv("PATH")}, string(os.PathListSeparator))
	if got := execute(t, project, []string{"PATH=" + path}, "go", "test", "-count=1", "./..."); got.code != 0 {
		t.Errorf("the tests of examples/library fail; where go.mod has to change, run go mod tidy there: %s", got)
	}
}

// Once the repository is published under its module path, with a version's tag, `go get` works:
// the module as a proxy would serve it holds all that a program needs, and replaces nothing.
func TestModuleCanBeFetched(t *testing.T) {
	committed := time.Unix(0, 0).UTC()
	revision := strings.TrimSpace(execute(t, root, nil, "git", "rev-parse", "HEAD").stdout)
	version := module.Version{Path: modulePath, Version: module.PseudoVersion("v0", "", committed, revision[:12])}
	proxy := t.TempDir()
	served := filepath.Join(proxy, modulePath, "@v")
	if err := os.MkdirAll(served, 0o755); err != nil {
		t.Fatal(err)
	}
	archive, err := os.Create(filepath.Join(served, version.Version+".zip"))
	if err != nil {
		t.Fatal(err)
	}
	if err := zip.CreateFromDir(archive, version, committedFiles(t)); err != nil {
		t.Fatal(err)
	}
	if err := archive.Close(); err != nil {
		t.Fatal(err)
	}
	info, err := json.Marshal(map[string]any{"Version": version.Version, "Time": committed})
	if err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(served, version.Version+".info"), string(info))
	write(t, filepath.Join(served, version.Version+".mod"), execute(t, root, nil, "git", "show", "HEAD:go.mod").stdout)

	program := t.TempDir()
	for _, name := range []string{"main.go", "rules.go", "go.mod", "go.sum"} {
		write(t, filepath.Join(program, name), readFile(t, filepath.Join(root, "examples", "library", name)))
	}
	cleanModuleCache(t)
	ordinary := strings.TrimSpace(execute(t, root, nil, "go", "env", "GOPROXY").stdout)
	environment := []string{"GOPROXY=file://" + proxy + "," + ordinary, "GONOSUMDB=" + modulePath, "GOFLAGS=-modcacherw"}
	for _, args := range [][]string{
		{"mod", "edit", "-dropreplace", modulePath, "-require", modulePath + "@" + version.Version}, {"get", modulePath + "@" + version.Version}, {"list", "-deps", "."},
	} {
		if got := execute(t, program, environment, "go", args...); got.code != 0 {
			t.Fatalf("go %s: %s", strings.Join(args, " "), got)
		}
	}
}

// committedFiles is a folder with the files of the last commit.
func committedFiles(t *testing.T) string {
	t.Helper()
	dir, tar := t.TempDir(), filepath.Join(t.TempDir(), "committed.tar")
	for _, command := range [][]string{{"git", "archive", "--output", tar, "HEAD"}, {"tar", "-xf", tar, "-C", dir}} {
		if got := execute(t, root, nil, command[0], command[1:]...); got.code != 0 {
			t.Fatalf("%s: %s", strings.Join(command, " "), got)
		}
	}
	return dir
}

// cleanModuleCache takes the module out of Go's cache again, when the test ends.
func cleanModuleCache(t *testing.T) {
	t.Helper()
	cache := strings.TrimSpace(execute(t, root, nil, "go", "env", "GOMODCACHE").stdout)
	t.Cleanup(func() {
		for _, dir := range []string{filepath.Join(cache, "github.com", "aoai-gateway"), filepath.Join(cache, "cache", "download", "github.com", "aoai-gateway")} {
			if err := os.RemoveAll(dir); err != nil {
				t.Error(err)
			}
		}
	})
}

func write(t *testing.T, file, content string) {
	t.Helper()
	if err := os.WriteFile(file, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
}
