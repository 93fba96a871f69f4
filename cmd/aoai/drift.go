package main

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/aoai-gateway/aoai-gateway/cmd/aoai/internal/drift"
	"github.com/aoai-gateway/aoai-gateway/internal/arm"
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
		found, err := p.drift(ctx)
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

// drift compares what the program wants, what was deployed and what Azure has.
func (p *planned) drift(ctx context.Context) (*drift.Report, error) {
	contract, err := arm.Load()
	if err != nil {
		return nil, err
	}
	deployed, err := p.deployed(ctx)
	if err != nil {
		return nil, err
	}
	found, err := drift.Compare(p.plan, deployed)
	if err != nil {
		return nil, err
	}
	if err := found.ReadPolicies(ctx, p.cloud, contract, deployed); err != nil {
		return nil, err
	}
	if err := found.ReadUpgrades(ctx, p.cloud, contract, deployed); err != nil {
		return nil, err
	}
	if err := found.ReadTemplates(ctx, p.cloud, deployed); err != nil {
		return nil, err
	}
	return found, found.FindAdditions(ctx, p.cloud, contract, deployed)
}

// deployed is what the stack deployed last.
func (p *planned) deployed(ctx context.Context) (drift.Deployed, error) {
	exported, err := p.stack.Export(ctx)
	if err != nil {
		return nil, err
	}
	return drift.ReadDeployed(exported)
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
