package monitor

import (
	"fmt"

	actiongroups "github.com/pulumi/pulumi-azure-native-sdk/insights/v2/v20230101"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/aoai-gateway/aoai-gateway/components/internal/logic"
	"github.com/aoai-gateway/aoai-gateway/components/internal/register"
	"github.com/aoai-gateway/aoai-gateway/components/internal/roles"
	"github.com/aoai-gateway/aoai-gateway/internal/arm"
	"github.com/aoai-gateway/aoai-gateway/internal/azure"
	"github.com/aoai-gateway/aoai-gateway/internal/faults"
	"github.com/aoai-gateway/aoai-gateway/policies"
)

// BudgetStopArgs describe what sets a named value of API Management when a budget fires.
type BudgetStopArgs struct {
	ResourceGroupName pulumi.StringInput
	// WorkflowName and GroupName are those of the workflow and of the action group.
	WorkflowName, GroupName pulumi.StringInput
	// Region is the Azure region, such as swedencentral.
	Region string
	Tags   pulumi.StringMapInput
	// StateID is the resource id of the named value.
	StateID pulumi.StringInput
}

// Validate returns every mistake, with its path below the arguments.
func (a *BudgetStopArgs) Validate() error {
	var list faults.List
	list.Need("resourceGroupName", a.ResourceGroupName != nil)
	list.Need("workflowName", a.WorkflowName != nil)
	list.Need("groupName", a.GroupName != nil)
	list.Need("region", a.Region != "")
	list.Need("stateId", a.StateID != nil)
	return list.Err()
}

// BudgetStop is an action group that a budget notifies, and the workflow that it calls.
type BudgetStop struct {
	pulumi.ResourceState

	// GroupID is the resource id of the action group.
	GroupID pulumi.StringOutput `pulumi:"groupId"`
}

// stopTrigger is the trigger's name in the workflow.
const stopTrigger = "budget"

// NewBudgetStop makes a workflow that changes one named value and an action group that calls
// it. Nothing in it is code that somebody has to host. The workflow's identity may change that
// named value and nothing else: whoever learns the trigger's address can stop calls, and
// cannot let them through again.
func NewBudgetStop(ctx *pulumi.Context, name string, args *BudgetStopArgs, opts ...pulumi.ResourceOption) (*BudgetStop, error) {
	component := &BudgetStop{}
	if err := register.Component(ctx, register.Kind{Token: "aoai-gateway:monitor:BudgetStop", Noun: "budget stop"}, name, args, component, opts); err != nil {
		return nil, err
	}
	state := args.StateID.ToStringOutput()
	workflow, err := logic.NewWorkflow(ctx, name, logic.WorkflowArgs{
		ResourceGroupName: args.ResourceGroupName, WorkflowName: args.WorkflowName, Region: args.Region, Tags: args.Tags,
		Definition: state.ApplyT(stopDefinition).(pulumi.MapOutput),
	}, pulumi.Parent(component))
	if err != nil {
		return nil, err
	}
	// The built-in role on the named value alone reaches nothing but that value, and takes no
	// role of the tenant's own. It could delete the value, which API Management refuses as
	// long as the policy reads it.
	grant, err := roles.Assign(ctx, name, arm.APIManagementServiceContributor, state, workflow.PrincipalID(), "ServicePrincipal",
		pulumi.Parent(workflow), pulumi.DeleteBeforeReplace(false))
	if err != nil {
		return nil, err
	}
	group, err := actiongroups.NewActionGroup(ctx, name, &actiongroups.ActionGroupArgs{
		ActionGroupName:   args.GroupName.ToStringOutput().ToStringPtrOutput(),
		ResourceGroupName: args.ResourceGroupName,
		Location:          pulumi.String("Global"),
		GroupShortName:    pulumi.String("budget-stop"), // 12 characters at most
		Enabled:           pulumi.Bool(true),
		LogicAppReceivers: actiongroups.LogicAppReceiverArray{&actiongroups.LogicAppReceiverArgs{
			Name: pulumi.String("stop-calls"), ResourceId: workflow.ID(), UseCommonAlertSchema: pulumi.Bool(true),
			CallbackUrl: workflow.CallbackURL(ctx, args.ResourceGroupName, stopTrigger),
		}},
		Tags: args.Tags,
	}, pulumi.Parent(component), pulumi.DependsOn([]pulumi.Resource{grant}),
		// The address comes back in answers, too.
		pulumi.AdditionalSecretOutputs([]string{"logicAppReceivers"}))
	if err != nil {
		return nil, fmt.Errorf("action group %s: %w", name, err)
	}
	component.GroupID = group.ID().ToStringOutput()
	return component, ctx.RegisterResourceOutputs(component, pulumi.Map{"groupId": component.GroupID})
}

// namedValueVersion is the version in which the workflow writes named values.
const namedValueVersion = "2024-05-01"

// stopDefinition is the workflow that sets the named value. Source: the schema of workflow
// definitions, 2016-06-01; If-Match is what API Management demands of a change.
func stopDefinition(stateID string) map[string]any {
	return map[string]any{
		"$schema":        "https://schema.management.azure.com/providers/Microsoft.Logic/schemas/2016-06-01/workflowdefinition.json#",
		"contentVersion": "1.0.0.0",
		"triggers":       map[string]any{stopTrigger: map[string]any{"type": "Request", "kind": "Http", "inputs": map[string]any{"schema": map[string]any{}}}},
		"actions": map[string]any{"stop": map[string]any{
			"type": "Http", "runAfter": map[string]any{},
			"inputs": map[string]any{
				"method": "PATCH", "uri": "https://" + azure.ManagerHost + stateID + "?api-version=" + namedValueVersion,
				"headers":        map[string]any{"If-Match": "*", "Content-Type": "application/json"},
				"body":           map[string]any{"properties": map[string]any{"value": policies.BudgetStopped}},
				"authentication": map[string]any{"type": "ManagedServiceIdentity", "audience": "https://" + azure.ManagerHost + "/"},
			},
		}},
		"outputs": map[string]any{},
	}
}
