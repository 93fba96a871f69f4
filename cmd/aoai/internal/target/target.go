// Package target finds where a stack lies: which subscription, in which of Azure's clouds, by
// which tenant's credentials.
package target

import (
	"cmp"
	"maps"
	"os"
	"slices"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"

	"github.com/aoai-gateway/aoai-gateway/internal/engine"
	"github.com/aoai-gateway/aoai-gateway/internal/resourcemanager"
)

// Target is where a stack lies, as far as the stack says it itself.
type Target struct {
	// SubscriptionID is empty where the stack leaves that to the deployer's environment.
	SubscriptionID string
	// Environment is the cloud: public, usgovernment or china; empty likewise.
	Environment string
	// TenantID is the Entra tenant that gives the tokens; empty likewise.
	TenantID string
}

// Of is where a plan says that its stack lies: the stack's own keys win, as they do in
// the plugin, before those of a provider in the program.
func Of(plan *engine.Plan) Target {
	target := Target{plan.Config["azure-native:subscriptionId"], plan.Config["azure-native:environment"], plan.Config["azure-native:tenantId"]}
	for _, step := range plan.Steps {
		target.fill(step.URN, step.NewState)
	}
	return target
}

// OfDeployed is where a stack was deployed: its providers hold the keys that its file had.
func OfDeployed(state engine.State) Target {
	var target Target
	for _, urn := range slices.Sorted(maps.Keys(state)) {
		target.fill(urn, state[urn])
	}
	return target
}

// fill takes what is not known yet from a provider; other resources say nothing.
func (t *Target) fill(urn resource.URN, from *engine.Resource) {
	if from == nil || urn.Type() != "pulumi:providers:azure-native" {
		return
	}
	for name, field := range map[string]*string{"subscriptionId": &t.SubscriptionID, "environment": &t.Environment, "tenantId": &t.TenantID} {
		if text, isText := from.Inputs[name].(string); isText {
			*field = cmp.Or(*field, text)
		}
	}
}

// Azure asks Azure about the target. What the stack does not name is taken from
// ARM_SUBSCRIPTION_ID, ARM_ENVIRONMENT and ARM_TENANT_ID, as by the plugin.
func (t Target) Azure() (*resourcemanager.Client, error) {
	return resourcemanager.Azure(cmp.Or(t.SubscriptionID, os.Getenv("ARM_SUBSCRIPTION_ID")), resourcemanager.Login{
		Environment: cmp.Or(t.Environment, os.Getenv("ARM_ENVIRONMENT")), TenantID: cmp.Or(t.TenantID, os.Getenv("ARM_TENANT_ID")),
	})
}
