package wiring

import (
	"fmt"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/aoai-gateway/aoai-gateway/components/monitor"
	"github.com/aoai-gateway/aoai-gateway/internal/faults"
)

// NewBudget limits what the resource group costs a month; a budget with the amount 0 is none.
// Where it stops calls, gateway is the one that was made with the same budget; else it may be
// nil.
func NewBudget(ctx *pulumi.Context, ground *Ground, budget monitor.Budget, gateway *Gateway) error {
	if budget.Amount == 0 {
		return nil
	}
	args := &monitor.BudgetArgs{
		Scope:      pulumi.Sprintf("/subscriptions/%s/resourceGroups/%s", ground.Caller.SubscriptionID, ground.ResourceGroup),
		BudgetName: ground.names.budget(), Budget: budget,
	}
	if budget.Stop.Stops() {
		stop, err := newBudgetStop(ctx, ground, gateway)
		if err != nil {
			return err
		}
		args.StopGroupID = stop.GroupID
	}
	_, err := monitor.NewBudget(ctx, ground.called("budget"), args, ground.resource())
	return err
}

func newBudgetStop(ctx *pulumi.Context, ground *Ground, gateway *Gateway) (*monitor.BudgetStop, error) {
	if gateway == nil || gateway.API.BudgetStateID == (pulumi.StringOutput{}) {
		return nil, fmt.Errorf("budget: %w", faults.New("stop needs a gateway").Remedy("make one with the same budget in GatewayArgs, or leave stop out").Err())
	}
	return monitor.NewBudgetStop(ctx, ground.called("budget-stop"), &monitor.BudgetStopArgs{
		ResourceGroupName: ground.ResourceGroup, WorkflowName: ground.names.workflow(), GroupName: pulumi.Sprintf("ag-budget-%s", ground.names.own()),
		Region: ground.args.Region, Tags: ground.args.Tags, StateID: gateway.API.BudgetStateID,
	}, ground.component())
}
