// Package monitor keeps what the gateways log.
package monitor

import (
	"fmt"

	insights "github.com/pulumi/pulumi-azure-native-sdk/insights/v2/v20210501preview"
	operationalinsights "github.com/pulumi/pulumi-azure-native-sdk/operationalinsights/v2/v20230901"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/aoai-gateway/aoai-gateway/components/internal/register"
	"github.com/aoai-gateway/aoai-gateway/internal/arm"
	"github.com/aoai-gateway/aoai-gateway/internal/azure"
	"github.com/aoai-gateway/aoai-gateway/internal/defaults"
	"github.com/aoai-gateway/aoai-gateway/internal/faults"
)

// MinRetentionDays is the least that a workspace keeps, in days. Azure takes fewer than 30, which saves nothing:
// so many are part of the price. Source:
// https://learn.microsoft.com/azure/azure-monitor/logs/data-retention-configure
const MinRetentionDays = 30

// WorkspaceArgs describe a Log Analytics workspace.
type WorkspaceArgs struct {
	ResourceGroupName pulumi.StringInput
	WorkspaceName     pulumi.StringInput
	// Region is the Azure region, such as swedencentral.
	Region string
	Tags   pulumi.StringMapInput
	// RetentionDays is how long logs are kept; 30 to 730.
	RetentionDays int `default:"30"`
	// DailyQuotaGB stops ingestion for the day at that volume; 0 for no limit.
	DailyQuotaGB int
}

// Validate returns every mistake, with its path below the arguments.
func (a *WorkspaceArgs) Validate() error {
	var list faults.List
	if a.ResourceGroupName == nil {
		list.Add("resourceGroupName", "is missing")
	}
	if a.WorkspaceName == nil {
		list.Add("workspaceName", "is missing")
	}
	if a.Region == "" {
		list.Add("region", "is missing")
	}
	list.Between("retentionDays", defaults.Filled(*a).RetentionDays, MinRetentionDays, azure.WorkspaceRetentionDays.Max, "days")
	if a.DailyQuotaGB < 0 {
		list.Add("dailyQuotaGb", "%d is negative", a.DailyQuotaGB).About(a.DailyQuotaGB).Remedy("give the gigabytes a day, or 0 for no limit")
	}
	return list.Err()
}

// Workspace is a Log Analytics workspace.
type Workspace struct {
	pulumi.ResourceState

	// ID is the workspace's resource id.
	ID pulumi.StringOutput `pulumi:"workspaceId"`
}

// NewWorkspace makes a workspace that takes Entra identities only.
func NewWorkspace(ctx *pulumi.Context, name string, args *WorkspaceArgs, opts ...pulumi.ResourceOption) (*Workspace, error) {
	component := &Workspace{}
	if err := register.Component(ctx, register.Kind{Token: "aoai-gateway:monitor:Workspace", Noun: "workspace"}, name, args, component, opts); err != nil {
		return nil, err
	}
	quota := -1 // Azure's way to say no limit
	if args.DailyQuotaGB > 0 {
		quota = args.DailyQuotaGB
	}
	workspace, err := operationalinsights.NewWorkspace(ctx, name, &operationalinsights.WorkspaceArgs{
		WorkspaceName:     args.WorkspaceName,
		ResourceGroupName: args.ResourceGroupName,
		Location:          pulumi.String(arm.NormalRegion(args.Region)),
		Sku:               &operationalinsights.WorkspaceSkuArgs{Name: pulumi.String("PerGB2018")},
		RetentionInDays:   pulumi.Int(defaults.Filled(*args).RetentionDays),
		WorkspaceCapping:  &operationalinsights.WorkspaceCappingArgs{DailyQuotaGb: pulumi.Float64(quota)},
		Features:          &operationalinsights.WorkspaceFeaturesArgs{DisableLocalAuth: pulumi.Bool(true)},
		Tags:              args.Tags,
	}, pulumi.Parent(component))
	if err != nil {
		return nil, fmt.Errorf("workspace %s: %w", name, err)
	}
	component.ID = workspace.ID().ToStringOutput()
	return component, ctx.RegisterResourceOutputs(component, pulumi.Map{"workspaceId": component.ID})
}

// DiagnosticSettingArgs send a resource's logs and metrics to a workspace.
type DiagnosticSettingArgs struct {
	// SettingName names the setting; unique on its resource.
	SettingName pulumi.StringInput
	// ResourceID is the resource whose logs are sent.
	ResourceID pulumi.StringInput
	// WorkspaceID is the workspace that gets them.
	WorkspaceID pulumi.StringInput
	// OwnTables sends logs to the tables of their kinds, instead of to the one table
	// AzureDiagnostics; for resources that have the choice, such as API Management.
	OwnTables bool
}

// Validate returns every mistake, with its path below the arguments.
func (a *DiagnosticSettingArgs) Validate() error {
	var list faults.List
	list.Need("settingName", a.SettingName != nil)
	list.Need("resourceId", a.ResourceID != nil)
	list.Need("workspaceId", a.WorkspaceID != nil)
	return list.Err()
}

// NewDiagnosticSetting sends all log categories and all metrics of a resource to
// a workspace.
func NewDiagnosticSetting(
	ctx *pulumi.Context, name string, args *DiagnosticSettingArgs, opts ...pulumi.ResourceOption,
) (*insights.DiagnosticSetting, error) {
	if err := register.Check("diagnostic setting", name, args); err != nil {
		return nil, err
	}
	properties := &insights.DiagnosticSettingArgs{
		Name:        args.SettingName,
		ResourceUri: args.ResourceID,
		WorkspaceId: args.WorkspaceID,
		Logs: insights.LogSettingsArray{
			&insights.LogSettingsArgs{CategoryGroup: pulumi.String("allLogs"), Enabled: pulumi.Bool(true)},
		},
		Metrics: insights.MetricSettingsArray{
			&insights.MetricSettingsArgs{Category: pulumi.String("AllMetrics"), Enabled: pulumi.Bool(true)},
		},
	}
	if args.OwnTables {
		properties.LogAnalyticsDestinationType = pulumi.String("Dedicated")
	}
	setting, err := insights.NewDiagnosticSetting(ctx, name, properties, opts...)
	if err != nil {
		return nil, fmt.Errorf("diagnostic setting %s: %w", name, err)
	}
	return setting, nil
}
