// Command compare measures two builds of this project in turns and prints what got worse:
// go -C tools run ./compare. It is no gate: it ends with 0 whatever it finds.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strings"
)

// suite is a test binary with benchmarks.
type suite struct {
	pkg string
	// benchmarks is a regular expression of their names.
	benchmarks string
	// time is the time or the number of runs of each benchmark in one round.
	time string
}

// suites are measured when no other package is asked for.
var suites = []suite{
	{"./internal/policy", "Compile|Run|Memory", "200ms"},
	{"./sandbox/azure", "ControlPlane|ManyClients", "200ms"},
	{"./cmd/aoai/internal/bench", "Overhead|Streams", "1x"},
	{"./e2e", "Patterns/.*/10$", "1x"},
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	err := run(ctx, os.Args[1:], os.Stdout)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "compare:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string, out io.Writer) (err error) {
	flags := flag.NewFlagSet("compare", flag.ContinueOnError)
	before := flags.String("before", "", "the commit to compare with; the newest released version of CHANGELOG.md by default")
	rounds := flags.Int("rounds", 6, "how often each build is measured; at least 5")
	pkg := flags.String("package", "", "measure this package alone, as ./internal/policy")
	benchmarks := flags.String("bench", ".", "with -package: a regular expression of benchmarks")
	each := flags.String("benchtime", "1s", "with -package: the time of each benchmark in a round, or its number of runs, as 3x")
	if err := flags.Parse(args); err != nil {
		return fmt.Errorf("reading the flags: %w", err)
	}
	if *rounds < 5 {
		return fmt.Errorf("-rounds %d: a median takes at least 5 rounds", *rounds)
	}
	measured := suites
	if *pkg != "" {
		measured = []suite{{*pkg, *benchmarks, *each}}
	}
	now, err := filepath.Abs("..")
	if err != nil {
		return fmt.Errorf("finding the project: %w", err)
	}
	if *before == "" {
		if *before, err = lastRelease(ctx, now); err != nil {
			return err
		}
	}
	temp, err := os.MkdirTemp("", "aoai-compare-")
	if err != nil {
		return fmt.Errorf("making a folder to build in: %w", err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(temp)) }()
	old := filepath.Join(temp, "before")
	if err := do(ctx, now, nil, "git", "worktree", "add", "--quiet", "--detach", old, *before); err != nil {
		return err
	}
	// The worktree goes even when the run was interrupted.
	defer func() {
		err = errors.Join(err, do(context.WithoutCancel(ctx), now, nil, "git", "worktree", "remove", "--force", old))
	}()
	if err := shareTools(now, old); err != nil {
		return err
	}
	builds := []build{{name: "before", project: old}, {name: "now", project: now}}
	results, err := measure(ctx, builds, measured, *rounds, temp)
	if err != nil {
		return err
	}
	return report(out, *before, *rounds, results)
}

// shareTools lets the build of before find the Pulumi CLI that make tools built.
func shareTools(now, old string) error {
	tools := filepath.Join(now, ".sandbox", "tools")
	if _, err := os.Stat(tools); errors.Is(err, os.ErrNotExist) {
		return nil
	}
	if err := os.MkdirAll(filepath.Join(old, ".sandbox"), 0o750); err != nil {
		return fmt.Errorf("making the folder of tools: %w", err)
	}
	if err := os.Symlink(tools, filepath.Join(old, ".sandbox", "tools")); err != nil {
		return fmt.Errorf("sharing the tools: %w", err)
	}
	return nil
}

// lastRelease is the commit that dated the newest version in CHANGELOG.md, or its tag.
func lastRelease(ctx context.Context, project string) (string, error) {
	changes, err := os.ReadFile(filepath.Join(project, "CHANGELOG.md"))
	if err != nil {
		return "", fmt.Errorf("reading the versions: %w", err)
	}
	heading := releaseHeading(string(changes))
	if heading == "" {
		return "", errors.New("CHANGELOG.md names no released version (## 0.0.0 (date)): say -before COMMIT")
	}
	version := strings.Fields(heading)[1]
	tag := exec.CommandContext(ctx, "git", "rev-parse", "--verify", "--quiet", "v"+version)
	tag.Dir = project
	if commit, err := tag.Output(); err == nil {
		return strings.TrimSpace(string(commit)), nil
	}
	day := strings.Trim(strings.Fields(heading)[2], "()")
	find := exec.CommandContext(ctx, "git", "log", "-1", "--format=%H", "--until="+day+"T23:59:59Z")
	find.Dir = project
	commit, err := find.Output()
	if err != nil {
		return "", fmt.Errorf("finding the commit of %s: %w", version, err)
	}
	if len(commit) == 0 {
		return "", fmt.Errorf("no commit is as old as %s of %s: say -before COMMIT", version, day)
	}
	return strings.TrimSpace(string(commit)), nil
}

// releaseHeading is the first heading of a version that has a date.
func releaseHeading(changes string) string {
	for line := range strings.Lines(changes) {
		line = strings.TrimSpace(line)
		if fields := strings.Fields(line); len(fields) == 3 && fields[0] == "##" && strings.HasPrefix(fields[2], "(2") {
			return line
		}
	}
	return ""
}

func do(ctx context.Context, dir string, out io.Writer, name string, args ...string) error {
	command := exec.CommandContext(ctx, name, args...)
	command.Dir, command.Stdout, command.Stderr = dir, out, os.Stderr
	if err := command.Run(); err != nil {
		return fmt.Errorf("running %s %s: %w", name, strings.Join(args, " "), err)
	}
	return nil
}
