package main

import (
	"context"
	"io"

	"github.com/aoai-gateway/aoai-gateway/cmd/aoai/internal/target"
	"github.com/aoai-gateway/aoai-gateway/internal/azure"
	"github.com/aoai-gateway/aoai-gateway/internal/engine"
	"github.com/aoai-gateway/aoai-gateway/internal/resourcemanager"
	"github.com/aoai-gateway/aoai-gateway/sandbox"
)

// planned is what up would do to a stack, after a look at Azure, and the cloud that it
// would do it to.
type planned struct {
	stack *engine.Engine
	plan  *engine.Plan
	cloud *resourcemanager.Client
}

// azureDecides makes warnings of what the program's table of models refuses: who has a plan
// asks Azure, and tells what is deployed, whatever the table says.
var azureDecides = map[string]string{azure.CheckVariable: azure.CheckWarns}

// withPlan plans a stack, on Azure or on the sandbox, and hands that over. The stack's
// state stays as it is.
func (s *shared) withPlan(ctx context.Context, flags stackFlags, onAzure bool, out *streams, use func(*planned) error) error {
	if onAzure {
		stack, err := s.attach(ctx, flags, out)
		if err != nil {
			return err
		}
		plan, err := stack.Plan(ctx, azureDecides)
		if err != nil {
			return err
		}
		cloud, err := target.Of(plan).Azure()
		if err != nil {
			return err
		}
		return use(&planned{stack, plan, cloud})
	}
	return s.withStack(ctx, flags, out, func(session *sandbox.Session, stack *engine.Engine, _ io.Writer) error {
		plan, err := stack.Plan(ctx, azureDecides)
		if err != nil {
			return err
		}
		return use(&planned{stack, plan, cloudOf(session)})
	})
}

// cloudOf asks the sandbox's Resource Manager.
func cloudOf(session *sandbox.Session) *resourcemanager.Client {
	return resourcemanager.Sandbox(session.Endpoints.ARM, session.Endpoints.SubscriptionID)
}
