package main

import (
	"cmp"
	"context"
	"errors"
	"io"
	"os"
	"time"

	"github.com/aoai-gateway/aoai-gateway/cmd/aoai/internal/preflight"
	"github.com/aoai-gateway/aoai-gateway/cmd/aoai/internal/resourcemanager"
	"github.com/aoai-gateway/aoai-gateway/internal/arm"
	"github.com/aoai-gateway/aoai-gateway/internal/engine"
)

type preflightCommand struct {
	stackFlags

	Azure bool `help:"Ask Azure, with the backend, plugins and credentials of this environment, instead of the sandbox."`
}

// Run plans what up would do, and asks Azure what would make it fail. It changes nothing.
// It ends with 1 where something is found.
func (c *preflightCommand) Run(ctx context.Context, s *shared, out *streams) (err error) {
	if c.Azure {
		stack, err := s.attach(ctx, c.stackFlags, out)
		if err != nil {
			return err
		}
		plan, err := c.plan(ctx, stack)
		if err != nil {
			return err
		}
		// The plugin, too, takes the stack's own key first.
		subscription := cmp.Or(plan.SubscriptionID, os.Getenv("ARM_SUBSCRIPTION_ID"))
		if subscription == "" {
			return errors.New("which subscription? Set azure-native:subscriptionId in the stack's file, or the variable ARM_SUBSCRIPTION_ID")
		}
		cloud, err := resourcemanager.Azure(subscription, plan.Environment)
		if err != nil {
			return err
		}
		return c.report(ctx, s, out, plan, cloud)
	}
	session, err := s.join(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, session.Close()) }()
	cloud := resourcemanager.Sandbox(session.Endpoints.ARM, session.Endpoints.SubscriptionID)
	return s.withEngine(ctx, c.stackFlags, out, func(e *engine.Engine, _ io.Writer) error {
		plan, err := c.plan(ctx, e)
		if err != nil {
			return err
		}
		return c.report(ctx, s, out, plan, cloud)
	})
}

// plan is what up would do, after a look at Azure. The stack's state stays as it is.
func (c *preflightCommand) plan(ctx context.Context, e *engine.Engine) (*preflight.Plan, error) {
	contract, err := arm.Load()
	if err != nil {
		return nil, err
	}
	printed, err := e.Plan(ctx)
	if err != nil {
		return nil, err
	}
	return preflight.ReadPlan(printed, contract)
}

// report tells what would make the plan fail.
func (c *preflightCommand) report(ctx context.Context, s *shared, out *streams, plan *preflight.Plan, cloud *resourcemanager.Client) error {
	found, err := preflight.Run(ctx, plan, cloud, cloud.SubscriptionID, time.Now())
	if err != nil {
		return err
	}
	if s.JSON {
		err = printJSON(out.stdout, found)
	} else {
		err = found.WriteText(out.stdout)
	}
	if len(found.Findings) > 0 {
		err = errors.Join(err, &engine.ExitError{Code: 1})
	}
	return err
}
