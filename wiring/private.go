package wiring

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/aoai-gateway/aoai-gateway/components/apim"
	"github.com/aoai-gateway/aoai-gateway/components/appgateway"
	"github.com/aoai-gateway/aoai-gateway/components/monitor"
	"github.com/aoai-gateway/aoai-gateway/components/private"
	"github.com/aoai-gateway/aoai-gateway/internal/azure"
)

// PrivateNetwork is the network in which accounts are reached.
type PrivateNetwork struct {
	*private.Network
	options private.Options
	layout  private.Layout
	names   placed
}

// LayoutOf says what stands in the network of private accounts: API Management with some options,
// behind an Application Gateway with some or, with nil, without one. PremiumV2 can stand in a
// network or only send its requests there; the latter lets callers reach it over the internet.
func LayoutOf(options apim.Options, edge *appgateway.Options) private.Layout {
	sku, _ := azure.FindAPIMSKU(options.SKU)
	layout := private.Layout{SKU: options.SKU, Units: options.Units}
	if edge != nil && sku.Injects {
		layout.Edge, layout.EdgeUnits = true, edge.MaxUnits
	}
	layout.Injected = sku.Injects && (layout.Edge || !sku.Integrates)
	return layout
}

// NewPrivateNetwork makes or takes the network in which accounts are reached, and an
// event hub where there is one; nil where they are public. Layout says what else stands in it.
func NewPrivateNetwork(ctx *pulumi.Context, ground *Ground, options private.Options, layout private.Layout, accounts []Account, eventHub bool) (*PrivateNetwork, error) {
	if !options.Private() {
		return nil, nil //nolint:nilnil // no network is no failure
	}
	at := site{region: ground.args.Region, networkRange: options.Range + layout.Kind(), resourceGroup: ground.args.ResourceGroup}
	if options.Existing != nil {
		at.networkRange = options.Existing.EndpointSubnetID
	}
	names, err := ground.names.placed("private", at)
	if err != nil {
		return nil, err
	}
	reached := private.Reached{EventHub: eventHub}
	for _, account := range accounts {
		reached.Kinds = append(reached.Kinds, account.Kind)
	}
	made, err := private.NewNetwork(ctx, ground.called("private"), &private.NetworkArgs{
		ResourceGroupName: ground.ResourceGroup, Region: ground.args.Region, Tags: ground.args.Tags, Reached: reached, Options: options, Layout: layout,
		NetworkName: names.network(), SecurityGroupName: names.securityGroup(), LinkName: names.own(),
	}, ground.component())
	if err != nil {
		return nil, err
	}
	return &PrivateNetwork{made, options, layout, names}, nil
}

// connect gives an account its private endpoint: whoever waits for the account waits for it,
// too.
func (n *PrivateNetwork) connect(ctx *pulumi.Context, ground *Ground, account OpenedAccount) error {
	endpoint, err := private.NewEndpoint(ctx, ground.called(account.Settings.Name+"-private"), &private.EndpointArgs{
		Network: n.Network, EndpointName: n.names.privateEndpoint(account.Settings.Name), Account: account.Account, Kind: account.Settings.Kind,
	}, ground.component())
	if err != nil {
		return err
	}
	account.Ready = append(account.Ready, endpoint.Ready...)
	return nil
}

// edgeSite tells where in the network an Application Gateway stands: with it its name changes.
func edgeSite(options private.Options, layout private.Layout) string {
	if options.Existing != nil {
		return options.Existing.EdgeSubnetID
	}
	return options.Range + layout.Kind()
}

// origin is the gateway of an internal service, which an edge in the same network calls by a name
// that is known there alone.
func (n *PrivateNetwork) origin(ctx *pulumi.Context, ground *Ground, service *Service) (Origin, error) {
	name, err := private.NewHostName(ctx, ground.called("gateway-name"), &private.HostNameArgs{
		Network: n.Network, HostName: service.HostName, Address: service.PrivateAddress,
	}, ground.component())
	if err != nil {
		return Origin{}, err
	}
	return Origin{Name: "gateway", HostName: service.HostName, DependsOn: name.Ready}, nil
}

// connectEventHub gives an event hub its private endpoint, and returns what loggers wait for.
func (n *PrivateNetwork) connectEventHub(ctx *pulumi.Context, ground *Ground, name string, hub *monitor.EventHub) ([]pulumi.Resource, error) {
	endpoint, err := private.NewEventHubEndpoint(ctx, ground.called(name+"-private"), &private.EventHubEndpointArgs{
		Network: n.Network, EndpointName: n.names.hubEndpoint(), EventHub: hub,
	}, ground.component())
	if err != nil {
		return nil, err
	}
	return endpoint.Ready, nil
}
