package main

import (
	"context"
	"io"

	"github.com/aoai-gateway/aoai-gateway/cmd/aoai/internal/target"
	"github.com/aoai-gateway/aoai-gateway/internal/engine"
	"github.com/aoai-gateway/aoai-gateway/internal/resourcemanager"
	"github.com/aoai-gateway/aoai-gateway/sandbox"
)

// onAzure chooses where a stack is.
type onAzure struct {
	stackFlags

	Azure bool `help:"Ask Azure, with the backend, plugins and credentials of this environment, instead of the sandbox."`
}

// deployedStack is what a stack's last up left, and the cloud that it is in.
type deployedStack struct {
	outputs map[string]any
	cloud   *resourcemanager.Client
}

// withDeployed hands over a stack as it was deployed. Its program does not run.
func (s *shared) withDeployed(ctx context.Context, c onAzure, out *streams, use func(*deployedStack) error) error {
	if c.Azure {
		stack, err := s.attach(ctx, c.stackFlags, out)
		if err != nil {
			return err
		}
		outputs, err := stack.Outputs(ctx)
		if err != nil {
			return err
		}
		state, err := stack.State(ctx)
		if err != nil {
			return err
		}
		cloud, err := target.OfDeployed(state).Azure()
		if err != nil {
			return err
		}
		return use(&deployedStack{outputs, cloud})
	}
	return s.withStack(ctx, c.stackFlags, out, func(session *sandbox.Session, stack *engine.Engine, _ io.Writer) error {
		outputs, err := stack.Outputs(ctx)
		if err != nil {
			return err
		}
		return use(&deployedStack{outputs, cloudOf(session)})
	})
}
