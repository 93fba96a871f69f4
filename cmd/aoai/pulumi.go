package main

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"

	"github.com/aoai-gateway/aoai-gateway/internal/engine"
	"github.com/aoai-gateway/aoai-gateway/sandbox"
)

type pulumiCommand struct {
	Args []string `arg:"" optional:"" passthrough:"" help:"What pulumi takes, such as stack ls, or state unprotect URN --stack dev."`
}

// Run calls the Pulumi CLI with the sandbox's backend, plugins and passphrase, for what
// messages and pages name and this command has no verb for.
func (c *pulumiCommand) Run(ctx context.Context, s *shared, out *streams) error {
	if err := s.isProject(); err != nil {
		return err
	}
	return s.withSession(ctx, func(session *sandbox.Session) error {
		tools, err := s.tools(ctx, out)
		if err != nil {
			return err
		}
		dir, err := filepath.Abs(s.sandboxDir())
		if err != nil {
			return fmt.Errorf("resolving the sandbox's folder: %w", err)
		}
		variables, err := engine.AttachVariables(dir)
		if err != nil {
			return err
		}
		maps.Copy(variables, session.Endpoints.Environment())
		variables["PATH"] = filepath.Dir(tools.CLI) + string(os.PathListSeparator) + engine.ToolsDir(s.Project) + string(os.PathListSeparator) + os.Getenv("PATH")
		variables["PULUMI_SKIP_UPDATE_CHECK"], variables["PULUMI_HOME"] = "true", filepath.Join(dir, "pulumi")
		command := exec.CommandContext(ctx, tools.CLI, pulumiArguments(c.Args)...)
		command.Dir, command.Stdin, command.Stdout, command.Stderr = s.Project, os.Stdin, out.stdout, out.stderr
		command.Env = os.Environ()
		for name, value := range variables {
			command.Env = append(command.Env, name+"="+value)
		}
		// The first interrupt reaches the CLI from the terminal, too, and it ends cleanly.
		command.Cancel = func() error { return command.Process.Signal(os.Interrupt) }
		err = command.Run()
		var exit *exec.ExitError
		if errors.As(err, &exit) {
			return &engine.ExitError{Code: exit.ExitCode()}
		}
		if err != nil {
			return fmt.Errorf("running pulumi: %w", err)
		}
		return nil
	})
}

// pulumiArguments are what follows the -- that ends this command's own arguments; it may be
// left out. A second one is Pulumi's.
func pulumiArguments(given []string) []string {
	if len(given) > 0 && given[0] == "--" {
		return given[1:]
	}
	return given
}
