package main

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/aoai-gateway/aoai-gateway/cmd/aoai/internal/drift"
	"github.com/aoai-gateway/aoai-gateway/internal/engine"
)

type driftCommand struct {
	stackFlags

	Azure    bool `help:"Ask Azure, with the backend, plugins and credentials of this environment, instead of the sandbox."`
	Markdown bool `help:"Print the result as Markdown, for a pull request or an issue."`
}

// Run asks what Azure has, and what up would do. It writes nothing into the stack's
// state. It ends with 7 where something differs.
func (c *driftCommand) Run(ctx context.Context, s *shared, out *streams) error {
	if s.JSON && c.Markdown {
		return errors.New("--json and --markdown: choose one")
	}
	return s.withPlan(ctx, c.stackFlags, c.Azure, out, func(p *planned) error {
		state, err := p.stack.State(ctx)
		if err != nil {
			return err
		}
		found, err := drift.Find(ctx, p.plan, state, p.cloud)
		if err != nil {
			return err
		}
		switch {
		case s.JSON:
			err = printJSON(out.stdout, found)
		case c.Markdown:
			_, err = io.WriteString(out.stdout, found.Markdown(c.Stack))
		default:
			err = printDrift(out.stdout, found)
		}
		if len(found.Drift) > 0 {
			err = errors.Join(err, &engine.ExitError{Code: engine.ExitUnexpectedDrift})
		}
		return err
	})
}

// printDrift tells people what Microsoft upgraded, and what differs: a table, and below it
// what usually leads to it.
func printDrift(w io.Writer, found *drift.Report) error {
	for _, c := range found.Upgrades {
		if _, err := fmt.Fprintln(w, c.Upgrade()); err != nil {
			return err
		}
	}
	if len(found.Drift) == 0 {
		_, err := fmt.Fprintln(w, "no drift: Azure has what the stack says, and nothing waits to be deployed"+aside(found))
		return err
	}
	table := newTable(w, "RESOURCE", "TYPE", "PROPERTY", "WANTED", "IN AZURE", "CAUSE", "UP WOULD")
	for _, c := range found.Drift {
		table.row(c.Resource, c.ShownType(), orDash(c.Property), drift.Show(c.Wanted), drift.Show(c.Found), string(c.Cause), c.Operation)
	}
	if err := table.flush(); err != nil {
		return err
	}
	for _, hint := range found.Hints() {
		if _, err := fmt.Fprintln(w, "likely: "+hint); err != nil {
			return err
		}
	}
	_, err := fmt.Fprintf(w, "%s%s\n", found.Count(), aside(found))
	return err
}

// aside tells of what was left out.
func aside(found *drift.Report) string {
	if len(found.Ignored) == 0 {
		return ""
	}
	return fmt.Sprintf(" (%d without meaning left out; --json names them)", len(found.Ignored))
}

func orDash(text string) string {
	if text == "" {
		return "-"
	}
	return text
}
