package monitor

import (
	"fmt"

	insights "github.com/pulumi/pulumi-azure-native-sdk/insights/v2/v20200202"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/aoai-gateway/aoai-gateway/components/internal/register"
	"github.com/aoai-gateway/aoai-gateway/components/internal/roles"
	"github.com/aoai-gateway/aoai-gateway/internal/arm"
	"github.com/aoai-gateway/aoai-gateway/internal/faults"
)

// InsightsArgs describe an Application Insights component.
type InsightsArgs struct {
	ResourceGroupName pulumi.StringInput
	ComponentName     pulumi.StringInput
	// Region is the Azure region, such as swedencentral.
	Region string
	Tags   pulumi.StringMapInput
	// WorkspaceID is the workspace that keeps the data.
	WorkspaceID pulumi.StringInput
}

// Validate returns every mistake, with its path below the arguments.
func (a *InsightsArgs) Validate() error {
	var list faults.List
	list.Need("resourceGroupName", a.ResourceGroupName != nil)
	list.Need("componentName", a.ComponentName != nil)
	list.Need("region", a.Region != "")
	list.Need("workspaceId", a.WorkspaceID != nil)
	return list.Err()
}

// Insights is an Application Insights component that takes telemetry from Entra
// identities only.
type Insights struct {
	pulumi.ResourceState

	// ID is the component's resource id.
	ID pulumi.StringOutput `pulumi:"insightsId"`
	// ConnectionString says where to send telemetry. Without a role it opens
	// nothing, and yet is a secret: it holds the instrumentation key.
	ConnectionString pulumi.StringOutput `pulumi:"connectionString"`
}

// NewInsights makes a component.
func NewInsights(ctx *pulumi.Context, name string, args *InsightsArgs, opts ...pulumi.ResourceOption) (*Insights, error) {
	component := &Insights{}
	if err := register.Component(ctx, register.Kind{Token: "aoai-gateway:monitor:Insights", Noun: "application insights"}, name, args, component, opts); err != nil {
		return nil, err
	}
	made, err := insights.NewComponent(ctx, name, &insights.ComponentArgs{
		ResourceName:        args.ComponentName,
		ResourceGroupName:   args.ResourceGroupName,
		Location:            pulumi.String(arm.NormalRegion(args.Region)),
		Kind:                pulumi.String("web"),
		ApplicationType:     pulumi.String("web"),
		IngestionMode:       pulumi.String("LogAnalytics"),
		WorkspaceResourceId: args.WorkspaceID.ToStringOutput().ToStringPtrOutput(),
		DisableLocalAuth:    pulumi.Bool(true),
		Tags:                args.Tags,
	}, pulumi.Parent(component), pulumi.AdditionalSecretOutputs([]string{"connectionString", "instrumentationKey"}))
	if err != nil {
		return nil, fmt.Errorf("application insights %s: %w", name, err)
	}
	component.ID = made.ID().ToStringOutput()
	component.ConnectionString = pulumi.ToSecret(made.ConnectionString).(pulumi.StringOutput)
	return component, ctx.RegisterResourceOutputs(component, pulumi.Map{
		"insightsId": component.ID, "connectionString": component.ConnectionString,
	})
}

// NewPublisherGrant lets a service's identity send telemetry to a component.
func NewPublisherGrant(ctx *pulumi.Context, name string, to *Insights, principalID pulumi.StringInput) (pulumi.Resource, error) {
	return roles.Assign(ctx, name, arm.MonitoringMetricsPublisher, to.ID, principalID, "ServicePrincipal", pulumi.Parent(to), pulumi.DeleteBeforeReplace(false))
}
