// Package e2e runs the literal project on the real Pulumi engine against the
// sandbox, through the aoai command, as a user does.
package e2e

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"testing"

	"github.com/aoai-gateway/aoai-gateway/internal/engine"
	"github.com/aoai-gateway/aoai-gateway/sandbox"
)

// root is the project's folder; binary is aoai, built for this run; tools are what
// running Pulumi takes.
var (
	root, binary string
	tools        engine.Tools
)

func TestMain(m *testing.M) {
	// A sandbox that can be killed is a process of its own: this binary again.
	if point := os.Getenv(fragileSandbox); point != "" {
		os.Exit(serveUntil(point))
	}
	code, err := setUpAndRun(m)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		code = 1
	}
	os.Exit(code)
}

func setUpAndRun(m *testing.M) (code int, err error) {
	if root, err = filepath.Abs(".."); err != nil {
		return 1, err
	}
	dir, err := os.MkdirTemp("", "aoai-e2e-")
	if err != nil {
		return 1, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	binary = filepath.Join(dir, "aoai")
	compile := exec.Command("go", "build", "-o", binary, "./cmd/aoai")
	compile.Dir = root
	if output, err := compile.CombinedOutput(); err != nil {
		return 1, fmt.Errorf("building aoai: %w\n%s", err, output)
	}
	// Built here once, so that no test's time holds it.
	if tools, err = engine.FindTools(context.Background(), root, engine.ToolsDir(root), os.Stderr); err != nil {
		return 1, err
	}
	if err := runOneMore(); err != nil {
		return 1, err
	}
	return m.Run(), nil
}

// runOneMore runs one test more at a time than there are processors, unless a flag says
// otherwise: some wait for a clock or a disk.
func runOneMore() error {
	const parallel = "test.parallel"
	flag.Parse()
	given := false
	flag.Visit(func(each *flag.Flag) { given = given || each.Name == parallel })
	if given {
		return nil
	}
	return flag.Set(parallel, strconv.Itoa(runtime.GOMAXPROCS(0)+1))
}

// run is one end of an aoai process.
type run struct {
	code           int
	stdout, stderr string
}

func (r run) String() string {
	return fmt.Sprintf("exit code %d\n--- stdout\n%s\n--- stderr\n%s", r.code, r.stdout, r.stderr)
}

// world is a sandbox of one test's own, and the stack that works on it.
type world struct {
	t *testing.T
	// dir is the sandbox's folder.
	dir string
	// seed is the file with what exists beforehand.
	seed string
	// flags go to every verb: which stack, which file, which seed.
	flags []string
}

// newWorld makes a world for an example's stack file.
func newWorld(t *testing.T, configFile string) *world {
	t.Helper()
	return newSeededWorld(t, configFile, seedFile())
}

// newSeededWorld makes a world in which other things exist beforehand.
func newSeededWorld(t *testing.T, configFile, seed string) *world {
	t.Helper()
	return &world{t: t, dir: t.TempDir(), seed: seed, flags: []string{
		"--stack", "test", "--config", configFile, "--seed", seed,
	}}
}

// example is a stack file of the examples, such as front-door/defaults.
func example(name string) string { return filepath.Join(root, "examples", name+".yaml") }

// seedFile is what exists in the worlds of the tests beforehand; trafficSeed has
// applications for Entra, and models in the account that is there.
func seedFile() string { return filepath.Join(root, "examples", "front-door", "seed.json") }

func trafficSeed() string { return filepath.Join(root, "examples", "apim", "seed.json") }

// aoai runs one verb to its end.
func (w *world) aoai(verb string, args ...string) run {
	w.t.Helper()
	args = append([]string{verb, "--project", root, "--sandbox", w.dir}, args...)
	if verb != "status" && verb != "serve" {
		args = append(args, w.flags...)
	}
	return execute(w.t, root, nil, binary, args...)
}

// must runs a verb that has to end with a code.
func (w *world) must(code int, verb string, args ...string) run {
	w.t.Helper()
	got := w.aoai(verb, args...)
	if got.code != code {
		w.t.Fatalf("aoai %s %s: want exit code %d, got %s", verb, strings.Join(args, " "), code, got)
	}
	return got
}

// execute runs a program with extra environment and collects what it says.
func execute(t *testing.T, dir string, env []string, program string, args ...string) run {
	t.Helper()
	var stdout, stderr bytes.Buffer
	command := exec.CommandContext(t.Context(), program, args...)
	command.Dir, command.Stdout, command.Stderr = dir, &stdout, &stderr
	command.Env = append(os.Environ(), env...)
	err := command.Run()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		t.Fatalf("running %s: %v", program, err)
	}
	return run{command.ProcessState.ExitCode(), stdout.String(), stderr.String()}
}

// hold keeps the sandbox up in this process, so that a test can talk to it
// between verbs; the verbs join it.
func (w *world) hold() *sandbox.Session {
	w.t.Helper()
	session, err := sandbox.Join(w.t.Context(), sandbox.Options{
		Dir: w.dir, SeedFile: w.seed,
	})
	if err != nil {
		w.t.Fatal(err)
	}
	if !session.Owner {
		w.t.Fatal("somebody else owns the sandbox of this test")
	}
	w.t.Cleanup(func() {
		if err := session.Close(); err != nil {
			w.t.Error(err)
		}
	})
	return session
}
