package wiring

import (
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/aoai-gateway/aoai-gateway/components/apim"
	"github.com/aoai-gateway/aoai-gateway/components/monitor"
	"github.com/aoai-gateway/aoai-gateway/internal/arm"
)

// Loggers are those of a service, with what they write to.
type Loggers struct {
	*apim.Loggers
	// InsightsID is the Application Insights component, nil for none.
	InsightsID pulumi.StringInput
}

// NewLoggers makes what a service writes to, and lets its identity write: Application
// Insights and Log Analytics where the ground has a workspace, and an event hub where the
// options ask for one: in the network where accounts are, nil for the internet.
func NewLoggers(ctx *pulumi.Context, ground *Ground, service *Service, network *PrivateNetwork, options apim.Options) (*Loggers, error) {
	args := &apim.LoggersArgs{Service: service.Service, Options: options.Logging, Workspace: ground.WorkspaceID != nil}
	if ground.WorkspaceID != nil && options.Logging.ApplicationInsights {
		if err := addInsights(ctx, ground, service, args); err != nil {
			return nil, err
		}
	}
	if options.Logging.EventHub.Enabled {
		if err := addEventHub(ctx, ground, service, network, args); err != nil {
			return nil, err
		}
	}
	loggers, err := apim.NewLoggers(ctx, ground.called("loggers"), args, ground.component())
	if err != nil {
		return nil, err
	}
	made := &Loggers{Loggers: loggers}
	if args.Insights != nil {
		made.InsightsID = args.Insights.ID
	}
	return made, diagnoseService(ctx, ground, service, options, loggers)
}

func addInsights(ctx *pulumi.Context, ground *Ground, service *Service, args *apim.LoggersArgs) error {
	insights, err := monitor.NewInsights(ctx, ground.called("insights"), &monitor.InsightsArgs{
		ResourceGroupName: ground.ResourceGroup, ComponentName: ground.names.insights(), Region: ground.args.Region, Tags: ground.args.Tags, WorkspaceID: ground.WorkspaceID,
	}, ground.component())
	if err != nil {
		return err
	}
	grant, err := monitor.NewPublisherGrant(ctx, ground.called("insights.gateway"), insights, service.PrincipalID)
	if err != nil {
		return err
	}
	args.Insights = &apim.InsightsTarget{ID: insights.ID, ConnectionString: insights.ConnectionString}
	args.DependsOn = append(args.DependsOn, grant)
	return nil
}

func addEventHub(ctx *pulumi.Context, ground *Ground, service *Service, network *PrivateNetwork, args *apim.LoggersArgs) error {
	hub, err := monitor.NewEventHub(ctx, ground.called("prompts"), &monitor.EventHubArgs{
		ResourceGroupName: ground.ResourceGroup, NamespaceName: ground.names.eventHub(), HubName: "prompts", Region: ground.args.Region, Tags: ground.args.Tags,
		RetentionHours: args.Options.EventHub.RetentionHours, Partitions: args.Options.EventHub.Partitions,
		Linked: network != nil, Closed: network != nil && network.options.Closed(),
	}, ground.component())
	if err != nil {
		return err
	}
	grant, err := monitor.NewSenderGrant(ctx, ground.called("prompts.gateway"), hub, service.PrincipalID)
	if err != nil {
		return err
	}
	args.Prompts = &apim.EventHubTarget{Endpoint: hub.Endpoint, Name: hub.Name}
	args.DependsOn = append(args.DependsOn, grant)
	if network == nil {
		return nil
	}
	ready, err := network.connectEventHub(ctx, ground, "prompts", hub)
	args.DependsOn = append(args.DependsOn, ready...)
	return err
}

// diagnoseService sends the service's logs to tables of their own, which queries and
// alerts ask. It comes after the loggers: Azure makes a logger azuremonitor by itself
// where a setting finds none, and azure-native creates nothing that is there.
func diagnoseService(ctx *pulumi.Context, ground *Ground, service *Service, options apim.Options, loggers *apim.Loggers) error {
	if ground.WorkspaceID == nil || !options.ResourceLogs() {
		return nil
	}
	_, err := monitor.NewDiagnosticSetting(ctx, ground.called("gateway"), &monitor.DiagnosticSettingArgs{
		SettingName: ground.names.own(), ResourceID: service.ID, WorkspaceID: ground.WorkspaceID, OwnTables: true,
	}, pulumi.Parent(service.Service), pulumi.DependsOn(loggers.Ready))
	return err
}

// observe keeps queries and a workbook beside a service's logs, and alerts people.
func observe(ctx *pulumi.Context, ground *Ground, service *Service, options apim.Options, insightsID pulumi.StringInput) error {
	if ground.WorkspaceID == nil {
		return nil
	}
	if options.ResourceLogs() {
		if err := saveQueries(ctx, ground, service, insightsID); err != nil {
			return err
		}
		_, err := monitor.NewWorkbook(ctx, ground.called("workbook"), &monitor.WorkbookArgs{
			ResourceGroupName: ground.ResourceGroup, DisplayName: pulumi.Sprintf("Azure OpenAI gateway %s", ground.names.own()),
			Region: ground.args.Region, Tags: ground.args.Tags, WorkspaceID: ground.WorkspaceID, ServiceID: service.ID, InsightsID: insightsID,
			Prices: ground.args.Workspace.Prices,
		}, ground.resource())
		if err != nil {
			return err
		}
	}
	alerts := options.Alerts
	if len(alerts.Emails) == 0 {
		return nil
	}
	return monitor.NewAlerts(ctx, ground.called("alerts"), &monitor.AlertsArgs{
		ResourceGroupName: ground.ResourceGroup, NameSuffix: ground.names.own(), Region: ground.args.Region, Tags: ground.args.Tags,
		WorkspaceID: ground.WorkspaceID, ServiceID: service.ID, InsightsID: insightsID, Emails: alerts.Emails,
		ThrottledPercent: alerts.ThrottledPercent, FailedPercent: alerts.FailedPercent, BreakerTrips: alerts.BreakerTrips,
		BackendFailures: alerts.BackendFailures, WindowMinutes: alerts.WindowMinutes,
	}, ground.resource())
}

// saveQueries keeps the queries in the workspace. One in another subscription is out
// of reach: azure-native writes into its own.
func saveQueries(ctx *pulumi.Context, ground *Ground, service *Service, insightsID pulumi.StringInput) error {
	if existing := ground.args.Workspace.ID; existing != "" {
		id, err := arm.ParseID(existing)
		if err != nil {
			return err
		}
		if !strings.EqualFold(id.Subscription(), ground.Caller.SubscriptionID) {
			// Failing to log is no reason to fail: the engine is gone then.
			_ = ctx.Log.Warn("the workspace lies in another subscription, so that no queries are saved in it; the workbook has them", nil)
			return nil
		}
	}
	return monitor.NewSavedQueries(ctx, ground.called("queries"), &monitor.SavedQueriesArgs{
		WorkspaceID: ground.WorkspaceID, ServiceID: service.ID, InsightsID: insightsID, Suffix: ground.names.own(), Prices: ground.args.Workspace.Prices,
	}, ground.resource())
}
