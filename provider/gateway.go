// Package provider offers the wiring of this project to programs in every language of Pulumi:
// one component, Gateway, which is API Management before accounts of Azure OpenAI, with a
// Front Door before it or none.
package provider

import (
	"errors"
	"fmt"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/aoai-gateway/aoai-gateway/components/apim"
	"github.com/aoai-gateway/aoai-gateway/components/frontdoor"
	"github.com/aoai-gateway/aoai-gateway/components/openai"
	"github.com/aoai-gateway/aoai-gateway/wiring"
)

// Token is the type of the component.
const Token = Name + ":index:Gateway"

// GatewayArgs are the inputs of the component. They decide which resources there are, so that
// all have to be known when the program runs.
type GatewayArgs struct {
	NamePrefix     string            `pulumi:"namePrefix" desc:"Begins the names in Azure: 2 to 20 lower-case letters, digits and inner hyphens, a letter first."`
	Region         string            `pulumi:"region" desc:"The Azure region of API Management, such as swedencentral."`
	ResourceGroup  string            `pulumi:"resourceGroup,optional" desc:"A resource group that exists; default makes one."`
	Tags           map[string]string `pulumi:"tags,optional" desc:"Tags of everything that takes tags."`
	Accounts       []Account         `pulumi:"accounts" desc:"The accounts of Azure OpenAI behind the gateway, one or more."`
	Deployments    []Deployment      `pulumi:"deployments" desc:"The models of every account."`
	PublisherEmail string            `pulumi:"publisherEmail" desc:"Who gets Azure's notices about the service."`
	SKU            string            `pulumi:"sku,optional" desc:"SKU of API Management; default BasicV2."`
	Units          int               `pulumi:"units,optional" desc:"Units of the SKU; default 1."`
	Subscriptions  []string          `pulumi:"subscriptions,optional" desc:"Names of callers that get a pair of keys each; see the output keys."`
	Logs           bool              `pulumi:"logs,optional" desc:"Makes a Log Analytics workspace and Application Insights, and sends logs there; default false."`
	FrontDoor      *FrontDoor        `pulumi:"frontDoor,optional" desc:"A Front Door before the gateway, which refuses requests that go around it; default none."`
}

// Account is an account that is made, or one that exists.
type Account struct {
	Name     string    `pulumi:"name" desc:"Names the account in the stack and in Azure: 2 to 24 lower-case letters, digits and inner hyphens."`
	Region   string    `pulumi:"region,optional" desc:"The account's Azure region; left out for one that exists."`
	Existing *Existing `pulumi:"existing,optional" desc:"An account that exists, instead of a new one."`
}

// Existing is where an account is that exists.
type Existing struct {
	ResourceGroup string `pulumi:"resourceGroup" desc:"The account's resource group."`
	Name          string `pulumi:"name" desc:"The account's name in Azure."`
}

// Deployment is a model in an account.
type Deployment struct {
	Name     string `pulumi:"name" desc:"What callers put into the URL, such as gpt-5.4-mini."`
	Model    string `pulumi:"model" desc:"The model, such as gpt-5.4-mini."`
	Version  string `pulumi:"version" desc:"The model's version as Azure lists it, such as 2026-03-17."`
	SKU      string `pulumi:"sku,optional" desc:"How the model is hosted and paid for; default Standard where the region offers it, else DataZoneStandard."`
	Capacity int    `pulumi:"capacity,optional" desc:"Thousands of tokens a minute, default 10; provisioned throughput units for provisioned SKUs."`
}

// FrontDoor is the edge before the gateway.
type FrontDoor struct {
	SKU string `pulumi:"sku,optional" desc:"Standard (default) or Premium."`
}

// Gateway is the component with its outputs.
type Gateway struct {
	pulumi.ResourceState

	URL  pulumi.StringOutput `pulumi:"url" desc:"What clients take for the endpoint of Azure OpenAI."`
	Keys pulumi.MapOutput    `pulumi:"keys" desc:"The keys of each subscription by its name: primaryKey and secondaryKey."`
}

// NewGateway makes the component.
func NewGateway(ctx *pulumi.Context, name string, args *GatewayArgs, opts ...pulumi.ResourceOption) (*Gateway, error) {
	component := &Gateway{}
	if err := ctx.RegisterComponentResource(Token, name, component, opts...); err != nil {
		return nil, fmt.Errorf("registering the gateway: %w", err)
	}
	ground, err := wiring.NewGround(ctx, args.ground(name, component))
	if err != nil {
		return nil, err
	}
	made, err := wiring.NewGateway(ctx, ground, args.gateway())
	if err != nil {
		return nil, err
	}
	keys, ok := made.Keys().(pulumi.MapOutput)
	if !ok {
		return nil, errors.New("the gateway's keys are no map")
	}
	component.URL, component.Keys = made.URL, keys
	if err := ctx.RegisterResourceOutputs(component, pulumi.Map{"url": component.URL, "keys": component.Keys}); err != nil {
		return nil, fmt.Errorf("registering the gateway's outputs: %w", err)
	}
	return component, nil
}

func (a *GatewayArgs) ground(name string, parent pulumi.Resource) wiring.GroundArgs {
	ground := wiring.GroundArgs{
		Name: name, Parent: parent, NamePrefix: a.NamePrefix, Region: a.Region, ResourceGroup: a.ResourceGroup, Tags: pulumi.ToStringMap(a.Tags),
	}
	if a.Logs {
		ground.Workspace = &wiring.Workspace{}
	}
	return ground
}

func (a *GatewayArgs) gateway() wiring.GatewayArgs {
	gateway := wiring.GatewayArgs{Options: apim.DefaultOptions()}
	gateway.Options.Publisher.Email = a.PublisherEmail
	if a.SKU != "" {
		gateway.Options.SKU = a.SKU
	}
	if a.Units != 0 {
		gateway.Options.Units = a.Units
	}
	for _, subscription := range a.Subscriptions {
		gateway.Options.Subscriptions = append(gateway.Options.Subscriptions, apim.Subscription{Name: subscription})
	}
	for _, account := range a.Accounts {
		made := wiring.Account{Name: account.Name, Region: account.Region}
		if account.Existing != nil {
			made.Existing = &wiring.ExistingAccount{ResourceGroup: account.Existing.ResourceGroup, Name: account.Existing.Name}
		}
		gateway.Accounts = append(gateway.Accounts, made)
	}
	for _, each := range a.Deployments {
		gateway.Deployments = append(gateway.Deployments, openai.Deployment{Name: each.Name, Model: each.Model, Version: each.Version, SKU: each.SKU, Capacity: each.Capacity})
	}
	if a.FrontDoor != nil {
		gateway.FrontDoor = new(frontdoor.DefaultOptions())
		if a.FrontDoor.SKU != "" {
			gateway.FrontDoor.SKU = a.FrontDoor.SKU
		}
	}
	return gateway
}
