package stacks

import (
	"fmt"
	"strings"
	"time"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/aoai-gateway/aoai-gateway/wiring"
)

// deploy makes the pattern that the configuration names, and exports its outputs.
func (c *Config) deploy(ctx *pulumi.Context, today time.Time) error {
	provider, err := wiring.NewProvider(ctx)
	if err != nil {
		return explain(err)
	}
	if err := c.findExisting(ctx, provider, today); err != nil {
		return err
	}
	ground, err := wiring.NewGround(ctx, c.groundArgs(provider))
	if err != nil {
		return err
	}
	var address *wiring.Address
	if c.hasEdge() && c.Edge == EdgeApplicationGateway {
		if address, err = wiring.NewAddress(ctx, ground, c.ApplicationGateway, c.addressPlace()); err != nil {
			return err
		}
	}
	outputs := &outputs{ctx, c, ground}
	var gateway *wiring.Gateway
	if c.hasGateways() {
		gateway, err = c.overGateways(ctx, outputs, address)
	} else {
		err = c.overAccounts(ctx, outputs, address)
	}
	if err != nil {
		return err
	}
	return wiring.NewBudget(ctx, ground, c.Budget, gateway)
}

// overAccounts is pattern 1: an edge over several Azure OpenAI accounts. In the stack the
// edge is called the gateway.
func (c *Config) overAccounts(ctx *pulumi.Context, out *outputs, address *wiring.Address) error {
	opening := wiring.AccountsArgs{Accounts: c.OpenAI, Deployments: c.Deployments, Clients: c.clients(ctx, out.ground.Caller)}
	if address != nil {
		// Behind an Application Gateway its address is the lock.
		opening.OnlyFrom = address.IPAddress
		c.warnOfOpenAccounts(ctx)
	}
	accounts, err := wiring.NewAccounts(ctx, out.ground, opening)
	if err != nil {
		return err
	}
	args := wiring.EdgeArgs{Name: "gateway", OriginGroup: "openai", Origins: wiring.AccountOrigins(accounts), Address: address}
	if address != nil {
		args.ApplicationGateway = &c.ApplicationGateway
	} else {
		args.FrontDoor = &c.FrontDoor
	}
	edge, err := wiring.NewEdge(ctx, out.ground, args)
	if err != nil {
		return err
	}
	out.overAccounts(edge, accounts)
	return nil
}

// overGateways is pattern 2, API Management over Azure OpenAI accounts, and pattern 3, the
// same in several regions behind an edge.
func (c *Config) overGateways(ctx *pulumi.Context, out *outputs, address *wiring.Address) (*wiring.Gateway, error) {
	args := wiring.GatewayArgs{Accounts: c.OpenAI, Deployments: c.Deployments, Aliases: c.Models, Options: c.APIM, Network: c.Network, Budget: c.Budget}
	if c.edgeInNetwork() {
		args.ApplicationGateway, args.Address = &c.ApplicationGateway, address
	}
	if c.Pattern == MultiRegion {
		args.CallersFrom, args.Unlocked = c.callersFrom(), c.lockIsOpen()
		args.Linked, args.Closed = c.linked(), c.Lock == LockPrivateLinkOnly
		args.OneAfterTheOther = c.Routing == ActivePassive
		if address != nil {
			args.ApplicationGateway, args.Address = &c.ApplicationGateway, address
		} else {
			args.FrontDoor = &c.FrontDoor
		}
	}
	gateway, err := wiring.NewGateway(ctx, out.ground, args)
	if err != nil {
		return nil, err
	}
	out.overGateways(gateway)
	return gateway, nil
}

func (c *Config) groundArgs(provider pulumi.ProviderResource) wiring.GroundArgs {
	args := wiring.GroundArgs{
		NamePrefix: c.NamePrefix, Region: c.Location, ResourceGroup: c.ResourceGroup, Tags: c.allTags(), Provider: provider,
	}
	if c.Monitor.Enabled {
		args.Workspace = &wiring.Workspace{ID: c.Monitor.WorkspaceID, RetentionDays: c.Monitor.RetentionDays, DailyQuotaGB: c.Monitor.DailyQuotaGB, Prices: c.Monitor.Prices}
	}
	return args
}

// allTags adds what tells this project's resources from others.
func (c *Config) allTags() pulumi.StringMap {
	tags := pulumi.StringMap{"project": pulumi.String(Project), "pattern": pulumi.String(c.Pattern)}
	for key, value := range c.Tags {
		// Azure does not tell names of tags apart by case; the user's stand.
		delete(tags, strings.ToLower(key))
		tags[key] = pulumi.String(value)
	}
	return tags
}

// warnOfOpenAccounts says which accounts can be reached around an Application Gateway:
// those that the stack did not make keep their network rules.
func (c *Config) warnOfOpenAccounts(ctx *pulumi.Context) {
	for _, account := range c.OpenAI {
		if account.Existing != nil {
			// Failing to log is no reason to fail: the engine is gone then.
			_ = ctx.Log.Warn(fmt.Sprintf("the existing account %s keeps its network rules: let the address in the output edgeAddress in, and nobody else", account.Name), nil)
		}
	}
}
