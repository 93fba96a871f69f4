// Package engine runs the real Pulumi CLI on the project folder, attached to a
// sandbox.
package engine

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"slices"
	"strings"
)

// Pulumi's exit codes that callers tell apart.
const (
	ExitNoStack         = 6
	ExitUnexpectedDrift = 7
)

// ExitError is a run of the CLI that did not end with 0. The CLI has said why
// already.
type ExitError struct{ Code int }

func (e *ExitError) Error() string { return fmt.Sprintf("pulumi ended with exit code %d", e.Code) }

// Options say what an Engine works on.
type Options struct {
	// Project is the folder with Pulumi.yaml.
	Project string
	// Dir is the sandbox's folder; stack state and copies lie below.
	Dir string
	// Tools are what FindTools found.
	Tools Tools
	// Environment attaches the CLI to the sandbox's providers.
	Environment map[string]string
	// Force, once closed, ends a run at once, without cleaning; nil for never.
	Force <-chan struct{}
	// Stdout and Stderr get what the CLI prints; Progress gets news of builds.
	Stdout, Stderr, Progress io.Writer
}

// Engine drives one stack of one project.
type Engine struct {
	options Options
	stack   stack
	// own says that state, passphrase and plugins are the caller's own, and not those of
	// a sandbox.
	own bool
	// more are variables for the CLI and the program, beside those that attach them.
	more map[string]string
}

// New builds the program, and prepares a copy of the stack's file: the CLI
// writes into it, and the original stays as it is.
func New(ctx context.Context, options Options, stackName, configFile string) (*Engine, error) {
	for _, dir := range []*string{&options.Project, &options.Dir} {
		absolute, err := filepath.Abs(*dir)
		if err != nil {
			return nil, fmt.Errorf("resolving %s: %w", *dir, err)
		}
		*dir = absolute
	}
	stack, err := prepareStack(ctx, options.Project, options.Dir, stackName, configFile)
	if err != nil {
		return nil, err
	}
	engine := &Engine{options: options, stack: stack}
	err = buildChanged(ctx, "the program", options.Project, engine.programBinary(), ".", options.Progress)
	return engine, err
}

// Attach drives a stack as an ordinary pulumi does: with the backend, the secrets
// provider, the plugins and the credentials of the caller's environment. configFile is
// empty for the project's own Pulumi.<stack>.yaml; the CLI may write into it.
func Attach(ctx context.Context, options Options, stackName, configFile string) (*Engine, error) {
	var err error
	if options.Project, err = filepath.Abs(options.Project); err != nil {
		return nil, fmt.Errorf("resolving the project's folder: %w", err)
	}
	if configFile == "" {
		configFile = filepath.Join(options.Project, "Pulumi."+path.Base(stackName)+".yaml")
	}
	if configFile, err = filepath.Abs(configFile); err != nil {
		return nil, fmt.Errorf("resolving the stack's file: %w", err)
	}
	engine := &Engine{options: options, stack: stack{name: stackName, file: configFile}, own: true}
	err = buildChanged(ctx, "the program", options.Project, engine.programBinary(), ".", options.Progress)
	return engine, err
}

// ToolsDir is where a project's built tools lie. All sandboxes of the project
// share it.
func ToolsDir(project string) string { return filepath.Join(project, ".sandbox", "tools") }

// programBinary lies with the tools, under a name of the project's own.
func (e *Engine) programBinary() string {
	sum := sha256.Sum256([]byte(e.options.Project))
	return filepath.Join(e.options.Tools.dir, fmt.Sprintf("program-%x", sum[:4]))
}

// Run calls the CLI with a verb that works on the stack, and makes the stack
// first if there is none. Standard output goes to stdout.
func (e *Engine) Run(ctx context.Context, stdout io.Writer, args ...string) error {
	args = append(args, "--stack", e.stack.name, "--config-file", e.stack.file, "--non-interactive")
	if e.own {
		return e.pulumi(ctx, e.options.Project, stdout, e.options.Stderr, args...)
	}
	if file, known := e.checkpointFile(); known && file == "" {
		if err := e.initStack(ctx); err != nil {
			return err
		}
	}
	err := e.pulumi(ctx, e.options.Project, stdout, &withoutNoStack{w: e.options.Stderr}, args...)
	var exit *ExitError
	if errors.As(err, &exit) && exit.Code == ExitNoStack {
		if err := e.initStack(ctx); err != nil {
			return err
		}
		return e.pulumi(ctx, e.options.Project, stdout, e.options.Stderr, args...)
	}
	return err
}

// withoutNoStack passes messages on, but for the one that there is no stack: it is
// made then.
type withoutNoStack struct{ w io.Writer }

func (f *withoutNoStack) Write(message []byte) (int, error) {
	if bytes.HasPrefix(message, []byte("error: no stack named")) {
		return len(message), nil
	}
	return f.w.Write(message)
}

// Outputs are the stack's outputs. Flags may ask for secrets (--show-secrets), which are
// masked otherwise.
func (e *Engine) Outputs(ctx context.Context, flags ...string) (map[string]any, error) {
	if exported, known := e.readCheckpoint(); known && exported != nil && len(flags) == 0 {
		return outputsOf(exported)
	}
	var raw bytes.Buffer
	err := e.pulumi(ctx, e.options.Project, &raw, e.options.Stderr, append([]string{"stack", "output", "--json", "--stack", e.stack.name}, flags...)...)
	if err != nil {
		return nil, fmt.Errorf("reading the stack's outputs: %w", err)
	}
	var outputs map[string]any
	if err := json.Unmarshal(raw.Bytes(), &outputs); err != nil {
		return nil, fmt.Errorf("decoding the stack's outputs: %w", err)
	}
	return outputs, nil
}

// initStack makes the stack in the state, from a folder of its own: the CLI
// writes a stack file beside Pulumi.yaml when it does so.
func (e *Engine) initStack(ctx context.Context) error {
	dir, err := os.MkdirTemp(e.options.Dir, "init-")
	if err != nil {
		return fmt.Errorf("making a folder to initialise the stack in: %w", err)
	}
	defer func() { _ = os.RemoveAll(dir) }()
	if err := copyFile(filepath.Join(e.options.Project, "Pulumi.yaml"), filepath.Join(dir, "Pulumi.yaml")); err != nil {
		return err
	}
	err = e.pulumi(ctx, dir, io.Discard, e.options.Stderr, "stack", "init", e.stack.name, "--no-select", "--non-interactive")
	if err != nil {
		return fmt.Errorf("initialising the stack %s: %w", e.stack.name, err)
	}
	return nil
}

// pulumi runs the CLI. It gets one interrupt when ctx ends, and then as long as
// it takes to cancel cleanly.
func (e *Engine) pulumi(ctx context.Context, dir string, stdout, stderr io.Writer, args ...string) error {
	command := exec.CommandContext(ctx, e.options.Tools.CLI, args...)
	command.Dir, command.Stdout, command.Stderr = dir, stdout, stderr
	command.Env = e.environment(args[0])
	// In a group of its own, so that a Ctrl-C in the terminal comes once, from
	// here: a second interrupt makes the CLI give up without cleaning.
	ownGroup(command)
	command.Cancel = func() error { return command.Process.Signal(os.Interrupt) }
	if err := command.Start(); err != nil {
		return fmt.Errorf("starting pulumi %s: %w", args[0], err)
	}
	ended := make(chan struct{})
	defer close(ended)
	go func() {
		select {
		case <-e.options.Force:
			killGroup(command.Process)
		case <-ended:
		}
	}()
	err := command.Wait()
	var exit *exec.ExitError
	if errors.As(err, &exit) && exit.ExitCode() > 0 {
		return e.explained(ctx, &ExitError{Code: exit.ExitCode()})
	}
	if err != nil {
		return fmt.Errorf("running pulumi %s: %w", args[0], err)
	}
	return nil
}

// variables are what the CLI runs with beside the caller's own environment.
func (e *Engine) variables() map[string]string {
	variables := e.attachment()
	maps.Copy(variables, e.more)
	return variables
}

// attachment are the variables that lead the CLI to its backend and its programs.
func (e *Engine) attachment() map[string]string {
	if e.own {
		// What the caller has installed comes first; what was built fills gaps.
		return map[string]string{
			"PULUMI_SKIP_UPDATE_CHECK": "true", "AOAI_PROGRAM_BINARY": e.programBinary(),
			"PATH": os.Getenv("PATH") + string(os.PathListSeparator) + e.options.Tools.dir,
		}
	}
	variables := map[string]string{
		"PULUMI_BACKEND_URL":       StateURL(e.options.Dir),
		"PULUMI_HOME":              filepath.Join(e.options.Dir, "pulumi"),
		"PULUMI_SKIP_UPDATE_CHECK": "true",
		"AOAI_PROGRAM_BINARY":      e.programBinary(),
		"PATH":                     e.options.Tools.dir + string(os.PathListSeparator) + os.Getenv("PATH"),
	}
	if e.stack.passphraseFile != "" {
		variables["PULUMI_CONFIG_PASSPHRASE_FILE"] = e.stack.passphraseFile
	}
	maps.Copy(variables, e.options.Environment)
	return variables
}

// ignoreProtectVariable makes the CLI delete what is protected, without a word (Pulumi 3.256
// and later read each flag from such a variable). It is not handed on: who means it says
// --ignore-protect to pulumi.
const ignoreProtectVariable = "PULUMI_OPTION_IGNORE_PROTECT"

func (e *Engine) environment(verb string) []string {
	variables := maps.Clone(e.variables())
	if verb == "preview" {
		// Since 3.276 the CLI serializes the whole state after each step of a preview, and
		// throws it away: half of the time at 300 resources. Nothing is saved either way.
		variables["PULUMI_SKIP_CHECKPOINTS"] = "true"
	}
	var environment []string
	for _, pair := range os.Environ() {
		name, _, _ := strings.Cut(pair, "=")
		if _, ours := variables[name]; !ours && name != ignoreProtectVariable {
			environment = append(environment, pair)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(variables)) {
		environment = append(environment, name+"="+variables[name])
	}
	return environment
}

// StateURL is Pulumi's backend of the stacks of the sandbox in dir: a folder without files of
// attributes beside the state's. These cost a seventh of the time of up, and a killed run left
// torn ones, which Pulumi then cannot read. Source: https://pkg.go.dev/gocloud.dev/blob/fileblob
func StateURL(dir string) string {
	return "file://" + filepath.Join(dir, "state") + "?metadata=skip"
}

// AttachVariables point an ordinary pulumi at the stack state of the sandbox in
// dir.
func AttachVariables(dir string) (map[string]string, error) {
	variables := map[string]string{"PULUMI_BACKEND_URL": StateURL(dir)}
	file, err := passphraseFor(dir)
	if err != nil {
		return nil, err
	}
	if file != "" {
		variables["PULUMI_CONFIG_PASSPHRASE_FILE"] = file
	}
	if err := os.MkdirAll(filepath.Join(dir, "state"), 0o700); err != nil {
		return nil, fmt.Errorf("making the folder of the stacks' state: %w", err)
	}
	return variables, nil
}
