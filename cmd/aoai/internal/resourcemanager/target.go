package resourcemanager

import (
	"cmp"
	"encoding/json"
	"fmt"
	"os"
	"strings"
)

// Target is where a stack lies, as far as the stack says it itself.
type Target struct {
	// SubscriptionID is empty where the stack leaves that to the deployer's environment.
	SubscriptionID string
	// Environment is the cloud: public, usgovernment or china; empty likewise.
	Environment string
}

// ReadTarget reads what `pulumi preview --json` prints: the stack's own keys win, as they
// do in the plugin, before those of a provider in the program.
func ReadTarget(plan []byte) (Target, error) {
	var printed struct {
		Config map[string]string `json:"config"`
		Steps  []struct {
			URN      string `json:"urn"`
			NewState struct {
				Inputs struct {
					SubscriptionID any `json:"subscriptionId"`
				} `json:"inputs"`
			} `json:"newState"`
		} `json:"steps"`
	}
	if err := json.Unmarshal(plan, &printed); err != nil {
		return Target{}, fmt.Errorf("decoding pulumi's plan: %w", err)
	}
	target := Target{printed.Config["azure-native:subscriptionId"], printed.Config["azure-native:environment"]}
	for _, step := range printed.Steps {
		if id, isText := step.NewState.Inputs.SubscriptionID.(string); isText && strings.Contains(step.URN, "pulumi:providers:azure-native::") {
			target.SubscriptionID = cmp.Or(target.SubscriptionID, id)
		}
	}
	return target, nil
}

// Azure asks Azure about the target. A subscription that the stack does not name is that
// of ARM_SUBSCRIPTION_ID, as for the plugin; empty where that is not set either.
func (t Target) Azure() (*Client, error) {
	return Azure(cmp.Or(t.SubscriptionID, os.Getenv("ARM_SUBSCRIPTION_ID")), t.Environment)
}
