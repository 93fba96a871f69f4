// Package target finds where a stack lies: which subscription, in which of Azure's clouds.
package target

import (
	"cmp"
	"os"

	"github.com/aoai-gateway/aoai-gateway/internal/engine"
	"github.com/aoai-gateway/aoai-gateway/internal/resourcemanager"
)

// Target is where a stack lies, as far as the stack says it itself.
type Target struct {
	// SubscriptionID is empty where the stack leaves that to the deployer's environment.
	SubscriptionID string
	// Environment is the cloud: public, usgovernment or china; empty likewise.
	Environment string
}

// Of is where a plan says that its stack lies: the stack's own keys win, as they do in
// the plugin, before those of a provider in the program.
func Of(plan *engine.Plan) Target {
	target := Target{plan.Config["azure-native:subscriptionId"], plan.Config["azure-native:environment"]}
	for _, step := range plan.Steps {
		if step.NewState == nil || step.URN.Type() != "pulumi:providers:azure-native" {
			continue
		}
		if id, isText := step.NewState.Inputs["subscriptionId"].(string); isText {
			target.SubscriptionID = cmp.Or(target.SubscriptionID, id)
		}
	}
	return target
}

// Azure asks Azure about the target. A subscription that the stack does not name is that
// of ARM_SUBSCRIPTION_ID, as for the plugin; empty where that is not set either.
func (t Target) Azure() (*resourcemanager.Client, error) {
	return resourcemanager.Azure(cmp.Or(t.SubscriptionID, os.Getenv("ARM_SUBSCRIPTION_ID")), t.Environment)
}
