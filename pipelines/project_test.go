// Package pipelines holds what users copy into GitHub and Azure DevOps, and the steps that
// both run. Its tests need sh, git and Go: other programs are stubs that note their calls.
package pipelines

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// project is a clone with the pipelines in it, and nothing else.
type project struct {
	t   *testing.T
	dir string
	// commit is what is checked out.
	commit string
}

// ended is a script that has ended.
type ended struct {
	code           int
	stdout, stderr string
}

// template is a project that the tests copy: making one takes git five times.
var template project

func TestMain(m *testing.M) {
	code, err := withTemplate(m)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		code = 1
	}
	os.Exit(code)
}

func withTemplate(m *testing.M) (code int, err error) {
	template.dir, err = os.MkdirTemp("", "pipelines-")
	if err != nil {
		return 0, fmt.Errorf("making a folder: %w", err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(template.dir)) }()
	for _, folder := range []string{"steps", "setup"} {
		if err := os.CopyFS(filepath.Join(template.dir, "pipelines", folder), os.DirFS(folder)); err != nil {
			return 0, fmt.Errorf("copying %s: %w", folder, err)
		}
	}
	for _, folder := range []string{"stubs", "bin/plan"} {
		if err := os.MkdirAll(filepath.Join(template.dir, folder), 0o700); err != nil {
			return 0, fmt.Errorf("making a folder: %w", err)
		}
	}
	if err := os.WriteFile(filepath.Join(template.dir, ".gitignore"), []byte("/bin/\n/stubs/\n/calls\n"), 0o600); err != nil {
		return 0, fmt.Errorf("writing .gitignore: %w", err)
	}
	for _, args := range [][]string{
		{"init", "--quiet"},
		{"add", "--all"},
		{"-c", "user.name=a", "-c", "user.email=a@example.com", "-c", "commit.gpgsign=false", "commit", "--quiet", "--message", "pipelines"},
		{"rev-parse", "HEAD"},
	} {
		if template.commit, err = git(template.dir, args...); err != nil {
			return 0, err
		}
	}
	return m.Run(), nil
}

func git(dir string, args ...string) (string, error) {
	command := exec.Command("git", args...)
	command.Dir = dir
	output, err := command.Output()
	if err != nil {
		return "", fmt.Errorf("running git %v: %w", args, err)
	}
	return strings.TrimSpace(string(output)), nil
}

func newProject(t *testing.T) *project {
	t.Helper()
	p := &project{t: t, dir: t.TempDir(), commit: template.commit}
	require.NoError(t, os.CopyFS(p.dir, os.DirFS(template.dir)))
	return p
}

func (p *project) write(name, content string) {
	p.t.Helper()
	require.NoError(p.t, os.WriteFile(filepath.Join(p.dir, name), []byte(content), 0o600))
}

// read is a file's content, empty where there is none.
func (p *project) read(name string) string {
	p.t.Helper()
	content, err := os.ReadFile(filepath.Join(p.dir, name))
	if !errors.Is(err, os.ErrNotExist) {
		require.NoError(p.t, err)
	}
	return string(content)
}

// stub puts a program in place, such as az or bin/aoai. It notes its call in a line of its own,
// then does what the script says.
func (p *project) stub(name, script string) {
	p.t.Helper()
	if !strings.Contains(name, "/") {
		name = "stubs/" + name
	}
	note := "#!/bin/sh\n{ printf %s \"${0##*/}\"; printf ' [%s]' \"$@\"; echo; } >>\"$CALLS\"\n"
	p.write(name, note+script+"\n")
	require.NoError(p.t, os.Chmod(filepath.Join(p.dir, name), 0o700)) // a program
}

// calls are the calls of stubs, in their order, of those that begin with a prefix.
func (p *project) calls(prefix string) []string {
	var calls []string
	for line := range strings.Lines(p.read("calls")) {
		if strings.HasPrefix(line, prefix) {
			calls = append(calls, strings.TrimSpace(line))
		}
	}
	return calls
}

// run runs a script below pipelines with no more environment than is given.
func (p *project) run(script string, environment []string, args ...string) ended {
	p.t.Helper()
	command := exec.Command(filepath.Join("pipelines", script), args...)
	command.Dir = p.dir
	command.Env = append([]string{
		"PATH=" + filepath.Join(p.dir, "stubs") + string(os.PathListSeparator) + os.Getenv("PATH"),
		"CALLS=" + filepath.Join(p.dir, "calls"), "HOME=" + p.dir, "TMPDIR=" + p.dir,
	}, environment...)
	var stdout, stderr bytes.Buffer
	command.Stdout, command.Stderr = &stdout, &stderr
	err := command.Run()
	var exit *exec.ExitError
	if !errors.As(err, &exit) {
		require.NoError(p.t, err)
	}
	return ended{command.ProcessState.ExitCode(), stdout.String(), stderr.String()}
}
