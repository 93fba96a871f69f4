package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/aoai-gateway/aoai-gateway/internal/engine"
	"github.com/aoai-gateway/aoai-gateway/sandbox"
)

func (s *shared) sandboxDir() string {
	if s.Sandbox != "" {
		return s.Sandbox
	}
	return filepath.Join(s.Project, ".sandbox")
}

// isProject refuses another folder than one of a Pulumi project, at once.
func (s *shared) isProject() error {
	if _, err := os.Stat(filepath.Join(s.Project, "Pulumi.yaml")); err != nil {
		absolute, pathErr := filepath.Abs(s.Project)
		if pathErr != nil {
			absolute = s.Project
		}
		return fmt.Errorf("%s is not the project's folder, because it has no Pulumi.yaml; go to the project's folder, or give --project", absolute)
	}
	return nil
}

func (s *shared) join(ctx context.Context) (*sandbox.Session, error) {
	return s.joinWith(ctx, sandbox.Options{})
}

// joinWith joins the sandbox, or starts it as the options say.
func (s *shared) joinWith(ctx context.Context, options sandbox.Options) (*sandbox.Session, error) {
	if s.Sandbox == "" {
		// A sandbox's folder in any other folder would hold nothing.
		if err := s.isProject(); err != nil {
			return nil, err
		}
	}
	options.Dir, options.SeedFile = s.sandboxDir(), s.Seed
	return sandbox.Join(ctx, options)
}

// tools finds what running Pulumi takes, or builds it.
func (s *shared) tools(ctx context.Context, out *streams) (engine.Tools, error) {
	return engine.FindTools(ctx, s.Project, engine.ToolsDir(s.Project), out.stderr)
}

// attach drives a stack with the backend, the plugins and the credentials of this
// environment.
func (s *shared) attach(ctx context.Context, flags stackFlags, out *streams) (*engine.Engine, error) {
	tools, err := s.tools(ctx, out)
	if err != nil {
		return nil, err
	}
	return engine.Attach(ctx, engine.Options{
		Project: s.Project, Tools: tools, Force: out.force, Stdout: out.stdout, Stderr: out.stderr, Progress: out.stderr,
	}, flags.Stack, flags.Config)
}

// withSession runs f on the sandbox, which is brought up where nobody serves it.
func (s *shared) withSession(ctx context.Context, f func(*sandbox.Session) error) (err error) {
	session, err := s.join(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, session.Close()) }()
	return f(session)
}

// withStack runs f on a stack, with the sandbox up. In JSON mode the CLI's own
// words go to stderr, so that stdout holds the result and nothing else.
func (s *shared) withStack(
	ctx context.Context, flags stackFlags, out *streams, f func(session *sandbox.Session, e *engine.Engine, report io.Writer) error,
) error {
	report := out.stdout
	if s.JSON {
		report = out.stderr
	}
	if err := s.isProject(); err != nil {
		return err
	}
	flags, err := s.withMemory(flags)
	if err != nil {
		return err
	}
	return s.withSession(ctx, func(session *sandbox.Session) error {
		tools, err := s.tools(ctx, out)
		if err != nil {
			return err
		}
		driver, err := engine.New(ctx, engine.Options{
			Project: s.Project, Dir: s.sandboxDir(), Tools: tools, Environment: session.Endpoints.Environment(),
			Force: out.force, Stdout: report, Stderr: out.stderr, Progress: out.stderr,
		}, flags.Stack, flags.Config)
		if err != nil {
			return err
		}
		return f(session, driver, report)
	})
}

// withEngine is withStack for what asks the sandbox nothing itself.
func (s *shared) withEngine(ctx context.Context, flags stackFlags, out *streams, f func(e *engine.Engine, report io.Writer) error) error {
	return s.withStack(ctx, flags, out, func(_ *sandbox.Session, e *engine.Engine, report io.Writer) error { return f(e, report) })
}
