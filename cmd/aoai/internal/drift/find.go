package drift

import (
	"context"

	"github.com/aoai-gateway/aoai-gateway/internal/arm"
	"github.com/aoai-gateway/aoai-gateway/internal/engine"
)

// Find compares what the program wants (a plan made after a look at Azure), what was deployed
// (the stack's state) and what Azure has.
func Find(ctx context.Context, plan *engine.Plan, state engine.State, cloud Cloud) (*Report, error) {
	contract, err := arm.Load()
	if err != nil {
		return nil, err
	}
	found := Compare(plan, state)
	if err := found.ReadPolicies(ctx, cloud, contract, state); err != nil {
		return nil, err
	}
	if err := found.ReadUpgrades(ctx, cloud, contract, state); err != nil {
		return nil, err
	}
	if err := found.ReadTemplates(ctx, cloud, state); err != nil {
		return nil, err
	}
	return found, found.FindAdditions(ctx, cloud, contract, state)
}
