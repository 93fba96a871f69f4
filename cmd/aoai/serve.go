package main

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"

	"github.com/aoai-gateway/aoai-gateway/internal/engine"
)

type serveCommand struct {
	Env bool `help:"Print the line for eval that attaches an ordinary pulumi to the running sandbox, and end."`
}

// Run keeps the sandbox up until it is interrupted.
func (c *serveCommand) Run(ctx context.Context, s *shared, out *streams) (err error) {
	session, err := s.join(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, session.Close()) }()
	line, err := s.attachLine(session.Endpoints.Environment())
	if err != nil {
		return err
	}
	if c.Env {
		if session.Owner {
			return errors.New("no sandbox is running; start `aoai serve` first, in another terminal")
		}
		_, err = fmt.Fprintln(out.stdout, line)
		return err
	}
	if s.JSON {
		if err := printJSON(out.stdout, session.Endpoints); err != nil {
			return err
		}
	} else if _, err := fmt.Fprintf(out.stdout, "Resource Manager answers at %s\nattach an ordinary pulumi with:\n\n%s\n\n"+
		"or, in another terminal: eval \"$(bin/aoai serve --env)\"\nCtrl-C ends the sandbox; its state stays.\n",
		session.Endpoints.ARM, line); err != nil {
		return err
	}
	<-ctx.Done()
	return nil
}

// attachLine is one line of shell that attaches a pulumi to the sandbox, to the
// same state that the other verbs use.
func (s *shared) attachLine(attach map[string]string) (string, error) {
	dir, err := filepath.Abs(s.sandboxDir())
	if err != nil {
		return "", fmt.Errorf("resolving the sandbox's folder: %w", err)
	}
	variables, err := engine.AttachVariables(dir)
	if err != nil {
		return "", err
	}
	maps.Copy(variables, attach)
	words := []string{"export"}
	for _, name := range slices.Sorted(maps.Keys(variables)) {
		words = append(words, name+"="+quote(variables[name]))
	}
	return strings.Join(words, " "), nil
}

// quote makes any text one word of a POSIX shell.
func quote(text string) string { return "'" + strings.ReplaceAll(text, "'", `'\''`) + "'" }
