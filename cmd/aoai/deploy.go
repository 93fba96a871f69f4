package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/aoai-gateway/aoai-gateway/cmd/aoai/internal/cost"
	"github.com/aoai-gateway/aoai-gateway/internal/engine"
	"github.com/aoai-gateway/aoai-gateway/sandbox"
)

type upCommand struct {
	stackFlags
	nothingExpected
	ChangePattern bool `help:"Deploy another pattern over the stack, and delete what makes up the old one."`
}

// Run looks at what stands, deploys and prints the endpoints. Without the look
// Pulumi would leave in place what somebody changed outside of the stack. The
// preview is skipped: nothing here costs money, and it doubles the time.
func (c *upCommand) Run(ctx context.Context, s *shared, out *streams) error {
	if err := s.isProject(); err != nil {
		return err
	}
	flags, err := s.withMemory(c.stackFlags)
	if err != nil {
		return err
	}
	now, err := s.samePattern(flags, c.ChangePattern)
	if err != nil {
		return err
	}
	config, err := s.checkStack(flags)
	if err != nil {
		return err
	}
	return s.withStack(ctx, flags, out, func(session *sandbox.Session, e *engine.Engine, report io.Writer) error {
		if err := errors.Join(existingAreThere(ctx, session, config), warnOfStrangers(ctx, out.stderr, session, config)); err != nil {
			return err
		}
		// A run that fails may have deployed a part of it.
		if err := s.remember(c.Stack, now); err != nil {
			return err
		}
		if err := takeOverTemplates(ctx, session, e); err != nil {
			return err
		}
		if err := e.Run(ctx, report, append([]string{"up", "--yes", "--skip-preview", "--refresh", "--suppress-outputs"}, c.flags()...)...); err != nil {
			return err
		}
		outputs, err := e.Outputs(ctx)
		if err != nil {
			return err
		}
		if s.JSON {
			return printJSON(out.stdout, outputs)
		}
		return errors.Join(printEndpoints(out.stdout, outputs), tellPending(ctx, out.stdout, session, c.Stack, outputs))
	})
}

type previewCommand struct {
	stackFlags
	nothingExpected
	traffic
}

// Run shows what up would do, after the same look, and what the stack costs then; in JSON
// mode it is Pulumi's own plan format, with the version before it.
func (c *previewCommand) Run(ctx context.Context, s *shared, out *streams) error {
	assumed, err := c.assumed()
	if err != nil {
		return err
	}
	if err := s.isProject(); err != nil {
		return err
	}
	flags, err := s.withMemory(c.stackFlags)
	if err != nil {
		return err
	}
	config, err := s.checkStack(flags)
	if err != nil {
		return err
	}
	return s.withStack(ctx, flags, out, func(session *sandbox.Session, e *engine.Engine, _ io.Writer) error {
		if err := errors.Join(existingAreThere(ctx, session, config), warnOfStrangers(ctx, out.stderr, session, config)); err != nil {
			return err
		}
		if s.JSON {
			var plan bytes.Buffer
			err := e.Run(ctx, &plan, append([]string{"preview", "--refresh", "--json"}, c.flags()...)...)
			return printPlan(out.stdout, plan.Bytes(), err)
		}
		plan, err := e.Preview(ctx, out.stdout, c.flags()...)
		if plan == nil {
			return err
		}
		return errors.Join(err, tellCost(out.stdout, plan, assumed))
	})
}

// tellCost says in a line what a plan leaves to pay.
func tellCost(w io.Writer, plan *engine.Plan, assumed cost.Traffic) error {
	facts, err := cost.LoadFacts()
	if err != nil {
		return err
	}
	if _, err := fmt.Fprintf(w, "%s (aoai cost tells more)\n", cost.Of(plan, facts, assumed).Summary()); err != nil {
		return fmt.Errorf("printing the cost: %w", err)
	}
	return nil
}

type refreshCommand struct {
	stackFlags
	nothingExpected
}

// Run takes changes over; in JSON mode it prints the outputs afterwards.
func (c *refreshCommand) Run(ctx context.Context, s *shared, out *streams) error {
	return s.withStack(ctx, c.stackFlags, out, func(session *sandbox.Session, e *engine.Engine, report io.Writer) error {
		if err := takeOverTemplates(ctx, session, e); err != nil {
			return err
		}
		if err := e.Run(ctx, report, append([]string{"refresh", "--yes", "--skip-preview"}, c.flags()...)...); err != nil {
			return err
		}
		if !s.JSON {
			return nil
		}
		outputs, err := e.Outputs(ctx)
		if err != nil {
			return err
		}
		return printJSON(out.stdout, outputs)
	})
}

type destroyCommand struct{ stackFlags }

// Run deletes the stack's resources. The preview is not skipped: where something is
// protected, it is what stops Pulumi before anything else is gone.
func (c *destroyCommand) Run(ctx context.Context, s *shared, out *streams) error {
	return s.withEngine(ctx, c.stackFlags, out, func(e *engine.Engine, report io.Writer) error {
		if err := e.Run(ctx, report, "destroy", "--yes"); err != nil {
			return err
		}
		if err := s.forget(c.Stack); err != nil {
			return err
		}
		if s.JSON {
			return printJSON(out.stdout, map[string]any{"destroyed": c.Stack})
		}
		return nil
	})
}

type toolsCommand struct{}

// Run builds what later commands would build on their first run.
func (c *toolsCommand) Run(ctx context.Context, s *shared, out *streams) error {
	tools, err := s.tools(ctx, out)
	if err != nil || !s.JSON {
		return err
	}
	return printJSON(out.stdout, struct {
		CLI string `json:"cli"`
	}{tools.CLI})
}
