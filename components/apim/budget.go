package apim

import (
	"fmt"

	apimanagement "github.com/pulumi/pulumi-azure-native-sdk/apimanagement/v2/v20240501"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/aoai-gateway/aoai-gateway/policies"
)

// BudgetStop lets something outside of the stack stop calls: the API's policy reads a named
// value, API.BudgetStateID, which a budget's workflow sets.
type BudgetStop struct {
	// Budget is the name that callers are told.
	Budget pulumi.StringInput
	// Alias is the deployment that calls are led to; "" refuses them. See policies.BudgetStop.
	Alias string
}

// budgetState is the named value that says whether calls are stopped.
const budgetState = "budget-state"

// budgetPolicy is the part that stops calls, if there is one.
func (b *apiBuilder) budgetPolicy() ([]policies.Part, error) {
	stop := b.args.BudgetStop
	if stop == nil {
		return nil, nil
	}
	state, err := apimanagement.NewNamedValue(b.ctx, b.name+"-"+budgetState, &apimanagement.NamedValueArgs{
		NamedValueId:      pulumi.String(budgetState),
		DisplayName:       pulumi.String(budgetState),
		ServiceName:       b.args.Service.Name,
		ResourceGroupName: b.args.Service.group,
		Value:             pulumi.String(policies.BudgetOpen),
		Secret:            pulumi.Bool(false),
	}, b.args.Service.below(b.component,
		// The workflow and `aoai budget` change it: what it is belongs to them.
		pulumi.IgnoreChanges([]string{"value"}))...)
	if err != nil {
		return nil, fmt.Errorf("named value %s: %w", budgetState, err)
	}
	b.before = append(b.before, state)
	b.component.BudgetStateID = state.ID().ToStringOutput()
	name, err := b.namedValue("budget-name", stop.Budget)
	if err != nil {
		return nil, err
	}
	return []policies.Part{policies.BudgetStop{State: "{{" + budgetState + "}}", Budget: name, Alias: stop.Alias}}, nil
}
