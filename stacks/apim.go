package stacks

import (
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/aoai-gateway/aoai-gateway/components/apim"
	"github.com/aoai-gateway/aoai-gateway/components/monitor"
	"github.com/aoai-gateway/aoai-gateway/components/openai"
	"github.com/aoai-gateway/aoai-gateway/internal/arm"
	"github.com/aoai-gateway/aoai-gateway/internal/azure"
)

// gateway is what the patterns 2 and 3 make on the common ground.
type gateway struct {
	*common
	// networks are those that the gateways stand in, by region; nil for none.
	networks map[string]*apim.Network
	// edge is what stands before the gateways; zero in pattern 2.
	edge edge
	// identity is nil where the service has one of its own.
	identity *apim.Identity
	service  *apim.Service
	// grants are the roles of the service's identity on the accounts.
	grants []pulumi.Resource
	// insightsID is the Application Insights component that the service writes to, nil for none.
	insightsID pulumi.StringInput
	loggers    *apim.Loggers
	api        *apim.API
}

// apiManagement is pattern 2, API Management over Azure OpenAI accounts, and pattern 3,
// the same in several regions behind an edge.
func apiManagement(ctx *pulumi.Context, config Config, provider pulumi.ProviderResource) error {
	c, err := newCommon(ctx, config, provider)
	if err != nil {
		return err
	}
	g := &gateway{common: c}
	for _, step := range []func() error{
		g.makeIdentity, g.makeNetworks, g.makeService, g.makeGatewayEdge, g.makeLoggers, g.makeAPI, g.makeViews, g.makeAlerts, g.makeBudget,
	} {
		if err := step(); err != nil {
			return err
		}
	}
	g.export()
	return nil
}

// makeIdentity makes a user-assigned identity, if there is to be one, and grants it
// the models before the service exists.
func (g *gateway) makeIdentity() (err error) {
	if g.config.APIM.Identity != apim.UserAssigned {
		return nil
	}
	g.identity, err = apim.NewIdentity(g.ctx, "gateway", &apim.IdentityArgs{
		ResourceGroupName: g.resourceGroup, IdentityName: g.names.identity(), Region: g.config.Location, Tags: g.tags,
	}, pulumi.Providers(g.provider))
	if err != nil {
		return err
	}
	return g.grantModels(g.identity.PrincipalID)
}

// grantModels lets an identity call the models of every account.
func (g *gateway) grantModels(principalID pulumi.StringInput) error {
	for i, account := range g.accounts {
		grant, err := openai.NewUserGrant(g.ctx, g.config.OpenAI[i].Name+".gateway", account, openai.Principal{ID: principalID, Type: "ServicePrincipal"},
			pulumi.DeleteBeforeReplace(false))
		if err != nil {
			return err
		}
		g.grants = append(g.grants, grant)
	}
	return nil
}

func (g *gateway) makeService() error {
	options := g.config.APIM
	name, err := g.names.service(g.config.Location, g.config.ResourceGroup, string(azure.GenerationOf(options.SKU)))
	if err != nil {
		return err
	}
	g.service, err = apim.NewService(g.ctx, "gateway", &apim.ServiceArgs{
		ResourceGroupName: g.resourceGroup, ServiceName: name, Region: g.config.Location, Tags: g.tags,
		Identity: g.identity, Networks: g.networks, Options: options, DependsOn: g.grants,
	}, pulumi.Providers(g.provider))
	if err != nil {
		return err
	}
	if g.identity == nil {
		if err := g.grantModels(g.service.PrincipalID); err != nil {
			return err
		}
	}
	return nil
}

// makeLoggers makes what the service writes to, and lets its identity write.
func (g *gateway) makeLoggers() error {
	logging := g.config.APIM.Logging
	args := &apim.LoggersArgs{Service: g.service, Options: logging, Workspace: g.workspaceID != nil}
	if g.workspaceID != nil && logging.ApplicationInsights {
		insights, err := monitor.NewInsights(g.ctx, "insights", &monitor.InsightsArgs{
			ResourceGroupName: g.resourceGroup, ComponentName: g.names.insights(), Region: g.config.Location, Tags: g.tags, WorkspaceID: g.workspaceID,
		}, pulumi.Providers(g.provider))
		if err != nil {
			return err
		}
		grant, err := monitor.NewPublisherGrant(g.ctx, "insights.gateway", insights, g.service.PrincipalID)
		if err != nil {
			return err
		}
		g.insightsID = insights.ID
		args.Insights = &apim.InsightsTarget{ID: insights.ID, ConnectionString: insights.ConnectionString}
		args.DependsOn = append(args.DependsOn, grant)
	}
	if logging.EventHub.Enabled {
		hub, err := monitor.NewEventHub(g.ctx, "prompts", &monitor.EventHubArgs{
			ResourceGroupName: g.resourceGroup, NamespaceName: g.names.eventHub(), HubName: "prompts", Region: g.config.Location, Tags: g.tags,
			RetentionHours: logging.EventHub.RetentionHours, Partitions: logging.EventHub.Partitions,
		}, pulumi.Providers(g.provider))
		if err != nil {
			return err
		}
		grant, err := monitor.NewSenderGrant(g.ctx, "prompts.gateway", hub, g.service.PrincipalID)
		if err != nil {
			return err
		}
		args.Prompts = &apim.EventHubTarget{Endpoint: hub.Endpoint, Name: hub.Name}
		args.DependsOn = append(args.DependsOn, grant)
	}
	var err error
	if g.loggers, err = apim.NewLoggers(g.ctx, "loggers", args, pulumi.Providers(g.provider)); err != nil {
		return err
	}
	return g.diagnoseService()
}

// diagnoseService sends the service's logs to tables of their own, which queries and
// alerts ask. It comes after the loggers: Azure makes a logger azuremonitor by itself
// where a setting finds none, and azure-native creates nothing that is there.
func (g *gateway) diagnoseService() error {
	if g.workspaceID == nil || !g.config.APIM.ResourceLogs() {
		return nil
	}
	_, err := monitor.NewDiagnosticSetting(g.ctx, "gateway", &monitor.DiagnosticSettingArgs{
		SettingName: g.names.own(), ResourceID: g.service.ID, WorkspaceID: g.workspaceID, OwnTables: true,
	}, pulumi.Parent(g.service), pulumi.DependsOn(g.loggers.Ready))
	return err
}

func (g *gateway) makeAPI() (err error) {
	accounts := g.config.backends()
	for i, account := range g.accounts {
		accounts[i].HostName, accounts[i].DependsOn = account.HostName, account.Ready
	}
	args := &apim.APIArgs{
		Service: g.service, Accounts: accounts, Options: g.config.APIM, TenantID: g.caller.TenantID,
		Lock: g.lock(), Loggers: g.loggers, DependsOn: g.grants,
	}
	if g.config.Pattern == MultiRegion {
		args.URL = g.edge.url
	}
	g.api, err = apim.NewAPI(g.ctx, "openai", args, pulumi.Providers(g.provider))
	return err
}

// backends are the accounts with the models that callers can ask them for. An
// existing account that lists none is taken at its word: it serves all that the
// stack knows of.
func (c *Config) backends() []apim.Account {
	var known []openai.Deployment
	known = append(known, c.Deployments...)
	for _, account := range c.OpenAI {
		known = append(known, account.Deployments...)
	}
	accounts := make([]apim.Account, len(c.OpenAI))
	for i, account := range c.OpenAI {
		deployments, seen := account.Deployments, map[string]bool{}
		if account.Existing != nil && len(deployments) == 0 {
			for _, deployment := range known {
				deployments = append(deployments, openai.Deployment{Name: deployment.Name})
			}
		}
		accounts[i].Name, accounts[i].Region = account.Name, account.Region
		for _, deployment := range deployments {
			if name := strings.ToLower(deployment.Name); !seen[name] {
				seen[name] = true
				deployment = deployment.WithDefaults()
				if !c.APIM.Breakers() {
					deployment.Priority = 1
				}
				accounts[i].Models = append(accounts[i].Models, apim.Model{
					Name: deployment.Name, Priority: deployment.Priority, Weight: deployment.Weight,
				})
			}
		}
	}
	return accounts
}

// makeViews keeps queries and a workbook beside the logs.
func (g *gateway) makeViews() error {
	if g.workspaceID == nil || !g.config.APIM.ResourceLogs() {
		return nil
	}
	if err := g.saveQueries(); err != nil {
		return err
	}
	_, err := monitor.NewWorkbook(g.ctx, "workbook", &monitor.WorkbookArgs{
		ResourceGroupName: g.resourceGroup, DisplayName: pulumi.Sprintf("Azure OpenAI gateway %s", g.names.own()),
		Region: g.config.Location, Tags: g.tags, WorkspaceID: g.workspaceID, ServiceID: g.service.ID, InsightsID: g.insightsID,
	}, pulumi.Provider(g.provider))
	return err
}

// saveQueries keeps the queries in the workspace. One in another subscription is out
// of reach: azure-native writes into its own.
func (g *gateway) saveQueries() error {
	if existing := g.config.Monitor.WorkspaceID; existing != "" {
		id, err := arm.ParseID(existing)
		if err != nil {
			return err
		}
		if !strings.EqualFold(id.Subscription(), g.caller.SubscriptionID) {
			// Failing to log is no reason to fail: the engine is gone then.
			_ = g.ctx.Log.Warn("the workspace lies in another subscription, so that no queries are saved in it; the workbook has them", nil)
			return nil
		}
	}
	return monitor.NewSavedQueries(g.ctx, "queries", &monitor.SavedQueriesArgs{
		WorkspaceID: g.workspaceID, ServiceID: g.service.ID, InsightsID: g.insightsID, Suffix: g.names.own(),
	}, pulumi.Provider(g.provider))
}

func (g *gateway) makeAlerts() error {
	alerts := g.config.APIM.Alerts
	if g.workspaceID == nil || len(alerts.Emails) == 0 {
		return nil
	}
	return monitor.NewAlerts(g.ctx, "alerts", &monitor.AlertsArgs{
		ResourceGroupName: g.resourceGroup, NameSuffix: g.names.own(), Region: g.config.Location, Tags: g.tags,
		WorkspaceID: g.workspaceID, ServiceID: g.service.ID, InsightsID: g.insightsID, Emails: alerts.Emails,
		ThrottledPercent: alerts.ThrottledPercent, FailedPercent: alerts.FailedPercent, BreakerTrips: alerts.BreakerTrips,
		BackendFailures: alerts.BackendFailures, WindowMinutes: alerts.WindowMinutes,
	}, pulumi.Provider(g.provider))
}

// export gives the stack's outputs. Keys are secrets.
func (g *gateway) export() {
	var models []string
	seen := map[string]bool{}
	for _, account := range g.config.backends() {
		for _, model := range account.Models {
			if name := strings.ToLower(model.Name); !seen[name] {
				seen[name] = true
				models = append(models, model.Name)
			}
		}
	}
	if g.config.Pattern == MultiRegion {
		endpoints := pulumi.Array{endpoint("edge", g.edge.url, pulumi.String(g.edgeRegion()), models)}
		for _, each := range g.service.Gateways {
			endpoints = append(endpoints, endpoint("gateway", pulumi.Sprintf("https://%s", each.HostName), pulumi.String(each.Region), models))
		}
		g.exportCommon(g.api.URL, endpoints)
		g.exportEdge(g.edge)
	} else {
		g.exportCommon(g.api.URL, pulumi.Array{endpoint("gateway", g.api.URL, pulumi.String(g.config.Location), models)})
		g.ctx.Export("timeouts", g.config.timeoutChain())
	}
	keys := pulumi.Map{}
	for _, subscription := range g.api.Keys {
		keys[subscription.Name] = pulumi.Map{"primaryKey": subscription.Primary, "secondaryKey": subscription.Secondary}
	}
	g.ctx.Export("subscriptionKeys", pulumi.ToSecret(keys))
	g.ctx.Export("audiences", pulumi.ToStringArray(append([]string{}, g.config.APIM.Entra.Audiences...)))
}
