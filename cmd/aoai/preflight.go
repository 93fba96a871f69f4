package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/aoai-gateway/aoai-gateway/cmd/aoai/internal/drift"
	"github.com/aoai-gateway/aoai-gateway/cmd/aoai/internal/preflight"
	"github.com/aoai-gateway/aoai-gateway/internal/arm"
	"github.com/aoai-gateway/aoai-gateway/internal/engine"
)

type preflightCommand struct {
	stackFlags

	Azure bool `help:"Ask Azure, with the backend, plugins and credentials of this environment, instead of the sandbox."`
}

// Run plans what up would do, and asks Azure what would make it fail. It changes nothing.
// It ends with 1 where something is found.
func (c *preflightCommand) Run(ctx context.Context, s *shared, out *streams) error {
	return s.withPlan(ctx, c.stackFlags, c.Azure, out, func(p *planned) error {
		found, err := p.preflight(ctx)
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
	})
}

// preflight finds what would make the plan fail.
func (p *planned) preflight(ctx context.Context) (*preflight.Report, error) {
	if p.cloud.SubscriptionID == "" {
		return nil, errors.New("which subscription? Set azure-native:subscriptionId in the stack's file, or the variable ARM_SUBSCRIPTION_ID")
	}
	contract, err := arm.Load()
	if err != nil {
		return nil, err
	}
	found, err := preflight.Run(ctx, preflight.PlanOf(p.plan, contract), p.cloud, p.cloud.SubscriptionID, time.Now())
	if err != nil {
		return nil, err
	}
	deployed, err := p.stack.State(ctx)
	if err != nil {
		return nil, err
	}
	upgrades, _, err := drift.FindUpgrades(ctx, p.cloud, contract, deployed)
	if err != nil {
		found.Notes = append(found.Notes, preflight.Note{Check: preflight.Models, Text: fmt.Sprintf("what Microsoft upgraded is not known: %v", err)})
	}
	for _, change := range upgrades {
		found.Notes = append(found.Notes, preflight.Note{Check: preflight.Models, Text: change.Upgrade()})
	}
	return found, nil
}
