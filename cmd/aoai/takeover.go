package main

import (
	"context"

	"github.com/aoai-gateway/aoai-gateway/cmd/aoai/internal/drift"
	"github.com/aoai-gateway/aoai-gateway/internal/engine"
	"github.com/aoai-gateway/aoai-gateway/sandbox"
)

// takeOverTemplates writes into the stack's state what Azure has of what deployment stacks
// have deployed, such as pools. Pulumi's refresh does not read it, so that Pulumi would leave
// in place what somebody edited or deleted there.
func takeOverTemplates(ctx context.Context, session *sandbox.Session, stack *engine.Engine) error {
	exported, err := stack.ExportIfAny(ctx)
	if err != nil || exported == nil {
		return err
	}
	deployed, err := engine.ReadState(exported)
	if err != nil {
		return err
	}
	cloud := cloudOf(session)
	found, err := drift.FoundTemplates(ctx, cloud, deployed)
	if err != nil || len(found) == 0 {
		return err
	}
	templates := map[string]any{}
	for urn, template := range found {
		templates[string(urn)] = template
	}
	return stack.TakeOver(ctx, exported, "template", templates)
}
