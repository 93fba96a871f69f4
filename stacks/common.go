package stacks

import (
	"fmt"
	"strings"
	"time"

	resources "github.com/pulumi/pulumi-azure-native-sdk/resources/v2/v20220901"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/aoai-gateway/aoai-gateway/components/appgateway"
	"github.com/aoai-gateway/aoai-gateway/components/monitor"
	"github.com/aoai-gateway/aoai-gateway/components/openai"
	"github.com/aoai-gateway/aoai-gateway/internal/arm"
	"github.com/aoai-gateway/aoai-gateway/internal/azure"
	"github.com/aoai-gateway/aoai-gateway/internal/faults"
)

// common is what every pattern stands on.
type common struct {
	ctx           *pulumi.Context
	config        Config
	provider      pulumi.ProviderResource
	names         names
	tags          pulumi.StringMap
	resourceGroup pulumi.StringInput
	// address is that of an Application Gateway, nil without one; edgeNames are those of
	// what stands around it.
	address   *appgateway.Address
	edgeNames placed
	accounts  []*openai.Account
	// workspaceID is nil where monitoring is off.
	workspaceID pulumi.StringInput
	caller      caller
	// today is the day on which models are looked at.
	today time.Time
}

// newCommon makes the resource group, the accounts with their grants, and the
// workspace.
func newCommon(ctx *pulumi.Context, config Config, provider pulumi.ProviderResource) (*common, error) {
	c := &common{ctx: ctx, config: config, provider: provider, tags: tagsOf(config), today: time.Now()}
	if err := c.findExisting(); err != nil {
		return nil, err
	}
	var err error
	if c.names, err = newNames(ctx, config.NamePrefix); err != nil {
		return nil, err
	}
	if err := c.makeResourceGroup(); err != nil {
		return nil, err
	}
	if err := c.makeWorkspace(); err != nil {
		return nil, err
	}
	if err := c.makeAddress(); err != nil {
		return nil, err
	}
	for i := range config.OpenAI {
		if err := c.addAccount(config.OpenAI[i]); err != nil {
			return nil, err
		}
	}
	return c, nil
}

// findExisting asks Azure for all that the configuration says is there, before
// anything is made.
func (c *common) findExisting() (err error) {
	if c.caller, err = whoDeploys(c.ctx, c.provider); err != nil {
		return err
	}
	models, err := azure.LoadModels()
	if err != nil {
		return err
	}
	var mistakes faults.List
	for i, settings := range c.config.OpenAI {
		if settings.Existing == nil {
			continue
		}
		found, err := openai.FindAccount(c.ctx, settings.Existing.ResourceGroup, settings.Existing.Name, pulumi.Provider(c.provider))
		if err != nil {
			mistakes.Add(fmt.Sprintf("%s:openai[%d].existing", Project, i), "%v", err)
			continue
		}
		if found.Location != nil && settings.Region != "" && arm.NormalRegion(*found.Location) != arm.NormalRegion(settings.Region) {
			mistakes.Add(fmt.Sprintf("%s:openai[%d].region", Project, i), "%q is not where the account %s in resource group %s is: write %s",
				settings.Region, settings.Existing.Name, settings.Existing.ResourceGroup, arm.NormalRegion(*found.Location))
			continue
		}
		if found.Location == nil {
			continue
		}
		advice, wrong := c.config.checkExisting(i, *found.Location, models, c.today)
		mistakes.Merge("", wrong)
		for _, each := range advice {
			tell(c.ctx, each)
		}
	}
	if err := mistakes.Err(); err != nil {
		return explain(err)
	}
	return nil
}

// tell puts advice into the preview.
func tell(ctx *pulumi.Context, advice Advice) {
	// Failing to log is no reason to fail: the engine is gone then.
	if advice.Warning {
		_ = ctx.Log.Warn(advice.String(), nil)
	} else {
		_ = ctx.Log.Info(advice.String(), nil)
	}
}

// tagsOf adds what tells this project's resources from others.
func tagsOf(config Config) pulumi.StringMap {
	tags := pulumi.StringMap{"project": pulumi.String(Project), "pattern": pulumi.String(config.Pattern)}
	for key, value := range config.Tags {
		// Azure does not tell names of tags apart by case; the user's stand.
		delete(tags, strings.ToLower(key))
		tags[key] = pulumi.String(value)
	}
	return tags
}

func (c *common) makeResourceGroup() error {
	if c.config.ResourceGroup != "" {
		c.resourceGroup = pulumi.String(c.config.ResourceGroup)
		return nil
	}
	group, err := resources.NewResourceGroup(c.ctx, "group", &resources.ResourceGroupArgs{
		ResourceGroupName: c.names.resourceGroup(),
		Location:          pulumi.String(arm.NormalRegion(c.config.Location)),
		Tags:              c.tags,
	}, pulumi.Provider(c.provider),
		// A group's region says where its list is kept and nothing else: moving it
		// would delete all that is in it.
		pulumi.IgnoreChanges([]string{"location"}))
	if err != nil {
		return fmt.Errorf("resource group: %w", err)
	}
	c.resourceGroup = group.Name
	return nil
}

func (c *common) makeWorkspace() error {
	settings := c.config.Monitor
	if !settings.Enabled {
		return nil
	}
	if settings.WorkspaceID != "" {
		c.workspaceID = pulumi.String(settings.WorkspaceID)
		return nil
	}
	retention := settings.RetentionDays
	if retention == 0 {
		retention = monitor.DefaultRetentionDays
	}
	workspace, err := monitor.NewWorkspace(c.ctx, "logs", &monitor.WorkspaceArgs{
		ResourceGroupName: c.resourceGroup, WorkspaceName: c.names.workspace(), Region: c.config.Location,
		Tags: c.tags, RetentionDays: retention, DailyQuotaGB: settings.DailyQuotaGB,
	}, pulumi.Providers(c.provider))
	if err != nil {
		return err
	}
	c.workspaceID = workspace.ID
	return nil
}

// addAccount makes or takes an account, and lets every client use it.
func (c *common) addAccount(settings Account) error {
	account, err := c.openAccount(settings)
	if err != nil {
		return err
	}
	for _, client := range c.config.Clients {
		_, err := openai.NewUserGrant(c.ctx, settings.Name+"."+client.Name, account, openai.Principal{
			ID: pulumi.String(client.PrincipalID), Type: client.PrincipalType,
		})
		if err != nil {
			return err
		}
	}
	c.accounts = append(c.accounts, account)
	return c.diagnose(settings.Name, account.ID, account)
}

func (c *common) openAccount(settings Account) (*openai.Account, error) {
	if settings.Existing != nil {
		return openai.UseAccount(c.ctx, settings.Name, &openai.ExistingAccountArgs{
			ResourceGroupName: settings.Existing.ResourceGroup, AccountName: settings.Existing.Name,
			Tags: c.tags, Deployments: settings.Deployments,
		}, pulumi.Providers(c.provider))
	}
	name, err := c.names.account(settings, c.config.ResourceGroup)
	if err != nil {
		return nil, err
	}
	args := &openai.AccountArgs{
		ResourceGroupName: c.resourceGroup, AccountName: name, Region: settings.Region, Kind: settings.Kind,
		Tags: c.tags, LocalAuth: settings.LocalAuth, Network: settings.Network, Deployments: settings.Deployments,
	}
	if c.address != nil && !c.config.hasGateways() {
		// Behind an Application Gateway its address is the lock.
		args.OnlyFrom = c.address.IPAddress
	}
	return openai.NewAccount(c.ctx, settings.Name, args, pulumi.Providers(c.provider))
}

// diagnose sends a resource's logs to the workspace, if there is one. The
// setting bears the stack's suffix: an existing account may serve other stacks.
func (c *common) diagnose(name string, id pulumi.StringOutput, parent pulumi.Resource) error {
	if c.workspaceID == nil {
		return nil
	}
	_, err := monitor.NewDiagnosticSetting(c.ctx, name, &monitor.DiagnosticSettingArgs{
		SettingName: c.names.diagnosticSetting(), ResourceID: id, WorkspaceID: c.workspaceID,
	}, pulumi.Parent(parent))
	return err
}

// makeBudget limits what the resource group costs a month, if the stack says so.
func (c *common) makeBudget() error {
	if c.config.Budget.Amount == 0 {
		return nil
	}
	_, err := monitor.NewBudget(c.ctx, "budget", &monitor.BudgetArgs{
		Scope:      pulumi.Sprintf("/subscriptions/%s/resourceGroups/%s", c.caller.SubscriptionID, c.resourceGroup),
		BudgetName: c.names.budget(), Budget: c.config.Budget,
	}, pulumi.Provider(c.provider))
	return err
}

// exportCommon gives the outputs that every pattern has.
func (c *common) exportCommon(url pulumi.StringInput, endpoints pulumi.Array) {
	for i, account := range c.accounts {
		settings := c.config.OpenAI[i]
		endpoints = append(endpoints, endpoint(settings.Name, pulumi.Sprintf("https://%s", account.HostName), account.Region, deploymentNames(settings)))
	}
	c.ctx.Export("pattern", pulumi.String(c.config.Pattern))
	c.ctx.Export("resourceGroup", c.resourceGroup)
	c.ctx.Export("endpoint", url)
	c.ctx.Export("endpoints", endpoints)
	c.ctx.Export("tenantId", pulumi.String(c.caller.TenantID))
}

func endpoint(name string, url, region pulumi.StringInput, deployments []string) pulumi.Map {
	return pulumi.Map{
		"name": pulumi.String(name), "url": url,
		"region": region, "deployments": pulumi.ToStringArray(deployments),
	}
}

func deploymentNames(account Account) []string {
	names := make([]string, len(account.Deployments))
	for i, deployment := range account.Deployments {
		names[i] = deployment.Name
	}
	return names
}
