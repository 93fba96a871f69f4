// Package logic makes Logic App workflows of the plan Consumption. It registers them by their
// token: the SDK has a typed module for each service, and this project takes none for a single
// resource. This is the one place that does so; the plugin azure-native knows the type.
package logic

import (
	"errors"
	"fmt"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/aoai-gateway/aoai-gateway/internal/arm"
)

// The tokens that azure-native has.
const (
	workflowType     = "azure-native:logic/v20190501:Workflow"
	callbackFunction = "azure-native:logic/v20190501:listWorkflowTriggerCallbackUrl"
)

// WorkflowArgs describe a workflow with an identity of its own.
type WorkflowArgs struct {
	ResourceGroupName, WorkflowName pulumi.StringInput
	// Region is the Azure region, such as swedencentral.
	Region string
	Tags   pulumi.StringMapInput
	// Definition is in the workflow definition language.
	Definition pulumi.Input
}

// Workflow is a deployed one.
type Workflow struct {
	pulumi.CustomResourceState

	Name     pulumi.StringOutput `pulumi:"name"`
	Identity pulumi.AnyOutput    `pulumi:"identity"`
}

// NewWorkflow makes a workflow.
func NewWorkflow(ctx *pulumi.Context, name string, args WorkflowArgs, opts ...pulumi.ResourceOption) (*Workflow, error) {
	inputs := pulumi.Map{
		"resourceGroupName": args.ResourceGroupName, "workflowName": args.WorkflowName, "location": pulumi.String(arm.NormalRegion(args.Region)),
		"identity": pulumi.Map{"type": pulumi.String("SystemAssigned")}, "state": pulumi.String("Enabled"), "definition": args.Definition,
	}
	if args.Tags != nil {
		inputs["tags"] = args.Tags
	}
	made := &Workflow{}
	if err := ctx.RegisterResource(workflowType, name, inputs, made, opts...); err != nil {
		return nil, fmt.Errorf("workflow %s: %w", name, err)
	}
	return made, nil
}

var errNoIdentity = errors.New("the workflow has no identity")

// PrincipalID is the object id of the workflow's identity: what roles are granted to.
func (w *Workflow) PrincipalID() pulumi.StringOutput {
	return w.Identity.ApplyT(func(identity any) (string, error) {
		members, _ := identity.(map[string]any)
		id, _ := members["principalId"].(string)
		if id == "" {
			return "", errNoIdentity
		}
		return id, nil
	}).(pulumi.StringOutput)
}

// CallbackURL is where a trigger is called. It bears a signature, so that it is a secret.
func (w *Workflow) CallbackURL(ctx *pulumi.Context, resourceGroup pulumi.StringInput, trigger string) pulumi.StringOutput {
	url := pulumi.All(resourceGroup, w.Name, w.ID()).ApplyT(func(of []any) (string, error) {
		args := struct {
			ResourceGroupName string `pulumi:"resourceGroupName"`
			WorkflowName      string `pulumi:"workflowName"`
			TriggerName       string `pulumi:"triggerName"`
		}{of[0].(string), of[1].(string), trigger}
		var answer struct {
			Value string `pulumi:"value"`
		}
		if err := ctx.Invoke(callbackFunction, &args, &answer, pulumi.Parent(w)); err != nil {
			return "", fmt.Errorf("asking where the workflow %s is called: %w", args.WorkflowName, err)
		}
		return answer.Value, nil
	}).(pulumi.StringOutput)
	return pulumi.ToSecret(url).(pulumi.StringOutput)
}
