package engine

import (
	"encoding/json"
	"fmt"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/plugin"

	"github.com/aoai-gateway/aoai-gateway/internal/masked"
)

// What a plan has in place of values that it does not show.
const (
	// Secret stands for a secret.
	Secret = masked.Secret
	// Unknown stands for what is known only when another resource has been written.
	Unknown = plugin.UnknownStringValue
)

// Plan is what up would do.
type Plan struct {
	// Config is the stack's, by full keys.
	Config map[string]string `json:"config"`
	Steps  []Step            `json:"steps"`
}

// Step is what up would do to one resource.
type Step struct {
	Operation string       `json:"op"`
	URN       resource.URN `json:"urn"`
	// OldState is what there is, NewState what the program wants; nil for nothing. In a plan
	// made after a look at Azure the old inputs are what Azure has.
	OldState *Resource `json:"oldState"`
	NewState *Resource `json:"newState"`
	// Reasons and Detailed are the properties that differ, as the provider tells them: by
	// their paths, or by no more than the names at the top of those.
	Reasons  []string       `json:"diffReasons"`
	Detailed map[string]any `json:"detailedDiff"`
}

// Resource is one as a plan or a state has it.
type Resource struct {
	URN  resource.URN `json:"urn"`
	ID   string       `json:"id"`
	Type string       `json:"type"`
	// External says that the stack only reads the resource, and never deletes it.
	External bool `json:"external"`
	// Parent is the component that the resource belongs to; "" for none.
	Parent resource.URN `json:"parent"`
	// Inputs are as the program gave them, with Secret in place of secrets.
	Inputs map[string]any `json:"inputs"`
	// Outputs are what Azure answered, with Secret in place of secrets; a plan has none.
	Outputs map[string]any `json:"outputs"`
	// From are the resources that an input comes from, by the input's name.
	From map[string][]resource.URN `json:"propertyDependencies"`
}

// State is what a stack deployed last, by URN.
type State map[resource.URN]*Resource

// ReadPlan reads what `pulumi preview --json` prints.
func ReadPlan(raw []byte) (*Plan, error) {
	plan := &Plan{}
	if err := json.Unmarshal(raw, plan); err != nil {
		return nil, fmt.Errorf("decoding pulumi's plan: %w", err)
	}
	return plan, nil
}

// ReadState reads what `pulumi stack export` prints. Secrets are as a plan shows them.
func ReadState(raw []byte) (State, error) {
	var exported struct {
		Deployment struct {
			Resources []*Resource `json:"resources"`
		} `json:"deployment"`
	}
	if err := json.Unmarshal(raw, &exported); err != nil {
		return nil, fmt.Errorf("decoding the exported stack: %w", err)
	}
	state := State{}
	for _, each := range exported.Deployment.Resources {
		each.Inputs, _ = mask(each.Inputs).(map[string]any)
		each.Outputs, _ = mask(each.Outputs).(map[string]any)
		state[each.URN] = each
	}
	return state, nil
}

// mask is a value with its secrets as a plan shows them; a state has them encrypted, in an
// object with resource.SigKey.
func mask(value any) any {
	switch value := value.(type) {
	case map[string]any:
		if _, encrypted := value[resource.SigKey]; encrypted {
			return Secret
		}
		for name, member := range value {
			value[name] = mask(member)
		}
	case []any:
		for i, element := range value {
			value[i] = mask(element)
		}
	}
	return value
}
