package engine

import (
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// writeModule makes a module whose program prints an embedded text.
func writeModule(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	for name, content := range map[string]string{
		"go.mod":          "module example.com/program\n\ngo 1.26\n",
		"main.go":         "package main\n\nimport (\n\t_ \"embed\"\n\t\"os\"\n)\n\n//go:embed texts/said.txt\nvar said string\n\nfunc main() { os.Stdout.WriteString(said) }\n",
		"texts/said.txt":  "before",
		"main_test.go":    "package main\n",
		".sandbox/state":  "",
		"docs/program.md": "",
	} {
		file := filepath.Join(dir, filepath.FromSlash(name))
		require.NoError(t, os.MkdirAll(filepath.Dir(file), 0o755))
		require.NoError(t, os.WriteFile(file, []byte(content), 0o600))
	}
	return dir
}

func says(t *testing.T, program string) string {
	t.Helper()
	output, err := exec.CommandContext(t.Context(), program).Output()
	require.NoError(t, err)
	return string(output)
}

// A program is built again after every change of what it is built from, also by somebody who
// keeps a file's time and size, and where somebody else has built another program over it.
func TestAChangedProgramIsBuiltAgain(t *testing.T) {
	t.Setenv("GOFLAGS", "-buildvcs=false")
	dir, out := writeModule(t), filepath.Join(t.TempDir(), "program")
	build := func() {
		t.Helper()
		require.NoError(t, buildChanged(t.Context(), "the program", dir, out, ".", io.Discard))
	}
	build()
	require.Equal(t, "before", says(t, out))
	sources, err := sourcesOf(dir)
	require.NoError(t, err)
	require.True(t, isBuilt(out, sources), "go is asked although nothing was changed")

	text := filepath.Join(dir, "texts", "said.txt")
	info, err := os.Stat(text)
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(text, []byte("behind"), 0o600))
	require.NoError(t, os.Chtimes(text, time.Time{}, info.ModTime()))
	build()
	require.Equal(t, "behind", says(t, out))

	require.NoError(t, buildChanged(t.Context(), "another program", writeModule(t), out, ".", io.Discard))
	require.Equal(t, "before", says(t, out))
	build()
	require.Equal(t, "behind", says(t, out))

	require.NoError(t, os.Remove(out))
	build()
	require.Equal(t, "behind", says(t, out))
}

func TestWhatABuildReads(t *testing.T) {
	write := func(name, content string) func(*testing.T, string) {
		return func(t *testing.T, dir string) {
			require.NoError(t, os.WriteFile(filepath.Join(dir, name), []byte(content), 0o600))
		}
	}
	tests := map[string]struct {
		change  func(t *testing.T, dir string)
		differs bool
		reason  string
	}{
		"another file":     {write("other.go", "package main\n"), true, "it is a part of the package"},
		"an embedded file": {write("texts/said.txt", "after"), true, "it is a part of the program"},
		"a changed go.mod": {write("go.mod", "module example.com/program\n\ngo 1.25\n"), true, "it chooses the language's version"},
		"a setting of go":  {func(t *testing.T, _ string) { t.Setenv("GOARCH", "arm64") }, true, "another program comes out"},
		"a test":           {write("main_test.go", "package main_test\n"), false, "go build reads none"},
		"the sandbox":      {write(".sandbox/state", "changed"), false, "it changes with every run, and Go imports nothing from there"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Setenv("GOFLAGS", "-buildvcs=false")
			dir := writeModule(t)
			before, err := sourcesOf(dir)
			require.NoError(t, err)
			test.change(t, dir)
			after, err := sourcesOf(dir)
			require.NoError(t, err)
			require.Equal(t, test.differs, before != after, test.reason)
		})
	}
}

// Where a build may read what lies elsewhere, go is asked each time.
func TestABuildThatReadsMore(t *testing.T) {
	tests := map[string]struct {
		change func(t *testing.T, dir string)
		reason string
	}{
		"a replacement": {func(t *testing.T, dir string) {
			require.NoError(t, os.WriteFile(filepath.Join(dir, "go.mod"), []byte("module example.com/program\n\nreplace example.com/other => ../other\n"), 0o600))
		}, "the other module may be changed"},
		"flags": {func(t *testing.T, _ string) { t.Setenv("GOFLAGS", "-modfile=/tmp/go.mod") }, "flags name files"},
		"a workspace": {func(t *testing.T, dir string) {
			require.NoError(t, os.WriteFile(filepath.Join(dir, "go.work"), []byte("go 1.26\n"), 0o600))
		}, "its other modules may be changed"},
		"settings with flags": {func(t *testing.T, dir string) {
			require.NoError(t, os.Unsetenv("GOFLAGS")) // which the test puts back
			file := filepath.Join(dir, "env")
			require.NoError(t, os.WriteFile(file, []byte("GOFLAGS=-modfile=/tmp/go.mod\n"), 0o600))
			t.Setenv("GOENV", file)
		}, "flags name files"},
		"a link": {func(t *testing.T, dir string) {
			require.NoError(t, os.Symlink(filepath.Join(t.TempDir(), "linked.go"), filepath.Join(dir, "linked.go")))
		}, "what it leads to may be changed"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Setenv("GOFLAGS", "-buildvcs=false")
			dir := writeModule(t)
			test.change(t, dir)
			_, err := sourcesOf(dir)
			require.ErrorIs(t, err, errReadsMore, test.reason)
		})
	}
}
