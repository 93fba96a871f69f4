package main

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/aoai-gateway/aoai-gateway/internal/engine"
	"github.com/aoai-gateway/aoai-gateway/internal/resourcemanager"
	"github.com/aoai-gateway/aoai-gateway/sandbox"
)

// startPatience is how long --env and --client-env wait for a sandbox that is starting, so
// that they can follow `aoai serve &` in a script.
const startPatience = 10 * time.Second

// failingEval is what eval gets when there is no line: it would succeed with nothing.
const failingEval = "false"

// printLine prints the line that --env or --client-env asks for.
func (c *serveCommand) printLine(ctx context.Context, s *shared, out *streams) error {
	line, err := c.line(ctx, s, out)
	if err != nil {
		_, _ = fmt.Fprintln(out.stdout, failingEval)
		return err
	}
	_, err = fmt.Fprintln(out.stdout, line)
	return err
}

func (c *serveCommand) line(ctx context.Context, s *shared, out *streams) (line string, err error) {
	session, err := sandbox.Attach(ctx, s.sandboxDir(), 0)
	if err != nil {
		_, _ = fmt.Fprintf(out.stderr, "waiting up to %.0f s for the sandbox to start\n", startPatience.Seconds())
		session, err = sandbox.Attach(ctx, s.sandboxDir(), startPatience)
	}
	if err != nil {
		return "", err
	}
	defer func() { err = errors.Join(err, session.Close()) }()
	if !c.ClientEnv {
		return s.attachLine(session.Endpoints)
	}
	if session.Endpoints.Proxy == "" {
		return "", errors.New("the sandbox speaks plain HTTP, or carries no traffic: start `aoai serve` without --plain-http to reach public names")
	}
	return exportLine(session.Endpoints.ClientEnvironment()), nil
}

// attachLine is one line of shell that attaches a pulumi to the sandbox, to the
// same state that the other verbs use.
func (s *shared) attachLine(endpoints sandbox.Endpoints) (string, error) {
	dir, err := filepath.Abs(s.sandboxDir())
	if err != nil {
		return "", fmt.Errorf("resolving the sandbox's folder: %w", err)
	}
	variables, err := engine.AttachVariables(dir)
	if err != nil {
		return "", err
	}
	maps.Copy(variables, endpoints.Environment())
	variables[resourcemanager.EndpointVariable] = endpoints.ARM
	variables["ARM_SUBSCRIPTION_ID"] = endpoints.SubscriptionID
	return exportLine(variables), nil
}

func exportLine(variables map[string]string) string {
	words := []string{"export"}
	for _, name := range slices.Sorted(maps.Keys(variables)) {
		words = append(words, name+"="+quote(variables[name]))
	}
	return strings.Join(words, " ")
}

// quote makes any text one word of a POSIX shell.
func quote(text string) string { return "'" + strings.ReplaceAll(text, "'", `'\''`) + "'" }
