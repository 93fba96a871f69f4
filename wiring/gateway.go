package wiring

import (
	"fmt"
	"slices"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/aoai-gateway/aoai-gateway/components/apim"
	"github.com/aoai-gateway/aoai-gateway/components/appgateway"
	"github.com/aoai-gateway/aoai-gateway/components/frontdoor"
	"github.com/aoai-gateway/aoai-gateway/components/monitor"
	"github.com/aoai-gateway/aoai-gateway/components/openai"
	"github.com/aoai-gateway/aoai-gateway/components/private"
	"github.com/aoai-gateway/aoai-gateway/internal/arm"
	"github.com/aoai-gateway/aoai-gateway/internal/faults"
)

// GatewayArgs describe API Management over accounts, with an edge before it or without.
type GatewayArgs struct {
	// Accounts are made, or taken. Deployments are those of all accounts that list none:
	// existing ones are taken at their word that they serve them.
	Accounts    []Account
	Deployments []openai.Deployment
	// Aliases are names that callers can ask for instead of those of deployments; default none.
	Aliases []apim.Alias
	Options apim.Options
	// FrontDoor are the options of a Front Door before the gateways; nil (default) for none.
	FrontDoor *frontdoor.Options
	// ApplicationGateway and Address are those of an Application Gateway instead.
	ApplicationGateway *appgateway.Options
	Address            *Address
	// OneAfterTheOther uses the gateways of other regions only when those before them are
	// lost; default false: the nearest.
	OneAfterTheOther bool
	// CallersFrom is the service tag of who may connect to the gateways' networks; see
	// ServiceArgs.
	CallersFrom string
	// Network says how accounts that are made are reached; the zero value is public. Where they
	// are private, LayoutOf says what else stands in their network.
	Network private.Options
	// Linked reaches the gateways by Front Door's Private Link, whose connection the service's
	// owner has to approve; default false: by the internet.
	Linked bool
	// Closed takes the gateways' public endpoint away; see apim.ServiceArgs.
	Closed bool
	// Budget stops calls where its Stop says so; NewBudget makes the budget. The zero value
	// stops nothing.
	Budget monitor.Budget
	// Unlocked takes requests that go around the edge, and with them around its firewall;
	// default false.
	Unlocked bool
}

// Validate returns every mistake, with its path below the arguments. The components check
// the rest.
func (a *GatewayArgs) Validate() error {
	var list faults.List
	if len(a.Accounts) == 0 {
		list.Add("accounts", "has none").Remedy("give one or more")
	}
	if a.FrontDoor != nil && a.ApplicationGateway != nil {
		list.Add("applicationGateway", "is given beside frontDoor").Remedy("give one of them, or none")
	}
	if a.FrontDoor == nil && (a.Linked || a.Closed) {
		list.Add("frontDoor", "is missing: linked and closed need one").Remedy("give one, or remove them")
	}
	if a.Closed && !a.Linked {
		list.Add("closed", "true leaves nobody to call the gateways").About(true).Remedy("give linked, too")
	}
	if !a.hasEdge() && (a.OneAfterTheOther || a.Unlocked) {
		list.Add("frontDoor", "is missing: without an edge oneAfterTheOther and unlocked have no effect").Remedy("give one, or remove them")
	}
	return list.Err()
}

func (a *GatewayArgs) hasEdge() bool { return a.FrontDoor != nil || a.ApplicationGateway != nil }

// Gateway is API Management over accounts.
type Gateway struct {
	// URL is what clients take for the endpoint of Azure OpenAI.
	URL      pulumi.StringOutput
	Accounts []OpenedAccount
	Service  *Service
	API      *apim.API
	// Edge is nil where there is none.
	Edge *Edge
	// Link is by which the edge reaches the gateways; nil for the internet.
	Link *Link
	// Models are the names of those that callers can ask for.
	Models []string
}

// Keys are those of the subscriptions by name, as a secret output.
func (g *Gateway) Keys() pulumi.Output {
	keys := pulumi.Map{}
	for _, subscription := range g.API.Keys {
		keys[subscription.Name] = pulumi.Map{"primaryKey": subscription.Primary, "secondaryKey": subscription.Secondary}
	}
	return pulumi.ToSecret(keys)
}

// NewGateway puts API Management before accounts, and an edge before its gateways. Gateways
// refuse what does not come through the edge. Logs, queries, a workbook and alerts follow
// where the ground has a workspace.
func NewGateway(ctx *pulumi.Context, ground *Ground, args GatewayArgs) (*Gateway, error) {
	if err := args.Validate(); err != nil {
		return nil, fmt.Errorf("gateway: %w", err)
	}
	network, err := NewPrivateNetwork(ctx, ground, args.Network, LayoutOf(args.Options, args.ApplicationGateway), args.Accounts, args.Options.Logging.EventHub.Enabled)
	if err != nil {
		return nil, err
	}
	accounts, err := NewAccounts(ctx, ground, AccountsArgs{Accounts: args.Accounts, Deployments: args.Deployments, Network: network})
	if err != nil {
		return nil, err
	}
	service, err := NewService(ctx, ground, ServiceArgs{Accounts: accounts, Options: args.Options, CallersFrom: args.CallersFrom, Network: network, Linked: args.Linked, Closed: args.Closed})
	if err != nil {
		return nil, err
	}
	made := &Gateway{Accounts: accounts, Service: service}
	if args.hasEdge() {
		if err := made.makeEdge(ctx, ground, args, network); err != nil {
			return nil, err
		}
	}
	loggers, err := NewLoggers(ctx, ground, service, network, args.Options)
	if err != nil {
		return nil, err
	}
	if err := made.serve(ctx, ground, args, loggers); err != nil {
		return nil, err
	}
	made.URL = made.API.URL
	return made, observe(ctx, ground, service, args.Options, loggers.InsightsID)
}

// makeEdge makes what stands before the gateways.
func (g *Gateway) makeEdge(ctx *pulumi.Context, ground *Ground, args GatewayArgs, network *PrivateNetwork) error {
	edge := EdgeArgs{
		Name: "edge", OriginGroup: "gateways", FrontDoor: args.FrontDoor, ApplicationGateway: args.ApplicationGateway, Address: args.Address,
	}
	var err error
	if network != nil && network.layout.Edge {
		origin, err := network.origin(ctx, ground, g.Service)
		if err != nil {
			return err
		}
		edge.Origins, edge.SubnetID = []Origin{origin}, network.EdgeSubnetID
	} else {
		warnOfRegionsWithoutModels(ctx, g.Service, g.Accounts)
		edge.Origins = GatewayOrigins(ground, g.Service, args.Options, args.OneAfterTheOther)
	}
	if args.Linked {
		g.Link = linkTo(ground, g.Service)
		for i := range edge.Origins {
			edge.Origins[i].Link = g.Link.origin(ground, *args.FrontDoor)
		}
	}
	g.Edge, err = NewEdge(ctx, ground, edge)
	return err
}

// serve makes the API.
func (g *Gateway) serve(ctx *pulumi.Context, ground *Ground, args GatewayArgs, loggers *Loggers) error {
	backends := Backends(args.Accounts, args.Deployments, args.Options)
	for i, account := range g.Accounts {
		backends[i].HostName, backends[i].DependsOn = account.HostName, account.Ready
	}
	g.Models = append(ModelNames(backends), apim.AliasNames(args.Aliases)...)
	api := &apim.APIArgs{
		Service: g.Service.Service, Accounts: backends, Aliases: args.Aliases, Options: args.Options, TenantID: ground.Caller.TenantID,
		Loggers: loggers.Loggers, DependsOn: g.Service.Grants,
	}
	if stop := args.Budget.Stop; stop.Stops() {
		api.BudgetStop = &apim.BudgetStop{Budget: ground.names.budget(), Alias: stop.Alias}
	}
	if err := watchPrompts(ctx, ground, g.Service, api); err != nil {
		return err
	}
	if g.Edge != nil {
		api.URL = g.Edge.URL
		if !args.Unlocked {
			api.Lock = g.Edge.Lock
		}
	}
	var err error
	g.API, err = apim.NewAPI(ctx, ground.called("openai"), api, ground.component())
	return err
}

// warnOfRegionsWithoutModels says where a gateway has no account near it.
func warnOfRegionsWithoutModels(ctx *pulumi.Context, service *Service, accounts []OpenedAccount) {
	var with []string
	for _, account := range accounts {
		with = append(with, arm.NormalRegion(account.Settings.Region))
	}
	for _, each := range service.Gateways {
		if !slices.Contains(with, each.Region) {
			// Failing to log is no reason to fail: the engine is gone then.
			_ = ctx.Log.Warn(fmt.Sprintf("the gateway in %s has no account in its region: all of its requests go to other regions", each.Region), nil)
		}
	}
}
