// Package appgateway puts an Application Gateway before public origins: it gives each of
// those that are healthy its turn, strictly one after the other. It stands in one region
// and is lost with it.
package appgateway

import (
	"fmt"
	"slices"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/aoai-gateway/aoai-gateway/components/internal/network"
	"github.com/aoai-gateway/aoai-gateway/components/internal/register"
	"github.com/aoai-gateway/aoai-gateway/internal/arm"
	"github.com/aoai-gateway/aoai-gateway/internal/azure"
	"github.com/aoai-gateway/aoai-gateway/internal/faults"
)

// Names are those of the Azure resources.
type Names struct {
	Gateway pulumi.StringInput
	// VirtualNetwork is needed only where the gateway is given no subnet.
	VirtualNetwork pulumi.StringInput
	// WAFPolicy is needed only where the firewall is on, Identity only with a
	// certificate.
	WAFPolicy, Identity pulumi.StringInput
}

// GatewayArgs describe a gateway.
type GatewayArgs struct {
	ResourceGroupName pulumi.StringInput
	// Region is the Azure region, such as swedencentral.
	Region string
	Names  Names
	Tags   pulumi.StringMapInput
	// Address is where it answers.
	Address *Address
	// SubnetID is the subnet that the gateway stands in: one that nothing else uses, delegated to
	// Microsoft.Network/applicationGateways. nil (default) makes a network of its own.
	SubnetID pulumi.StringInput
	// Origins are those that answer alike.
	Origins []Origin
	Options Options
}

// Origin is one place that the gateway sends requests to.
type Origin struct {
	// HostName is called with itself as Host header, over HTTPS, and its certificate is
	// checked.
	HostName pulumi.StringInput
	// DependsOn must be ready before traffic may come.
	DependsOn []pulumi.Resource
}

// Validate returns every mistake, with its path below the arguments.
func (a *GatewayArgs) Validate() error {
	var list faults.List
	list.Need("resourceGroupName", a.ResourceGroupName != nil)
	list.Need("region", a.Region != "")
	list.Need("address", a.Address != nil)
	list.Need("names.gateway", a.Names.Gateway != nil)
	list.Need("names.virtualNetwork", a.Names.VirtualNetwork != nil || a.SubnetID != nil)
	list.Need("names.wafPolicy", a.Names.WAFPolicy != nil || a.Options.WAF.Mode == "off")
	list.Need("names.identity", a.Names.Identity != nil || a.Options.AllowHTTP)
	if len(a.Origins) == 0 || len(a.Origins) > azure.AppGatewayServers {
		list.Add("origins", "has %d origins", len(a.Origins)).Remedy("allowed are 1 to %d", azure.AppGatewayServers)
	}
	for i, origin := range a.Origins {
		if origin.HostName == nil {
			list.Add(fmt.Sprintf("origins[%d].hostName", i), "is missing")
		}
	}
	list.Merge("options", a.Options.Validate(a.Region))
	return list.Err()
}

// Gateway is an Application Gateway with one listener and one pool of origins.
type Gateway struct {
	pulumi.ResourceState

	// ID is the gateway's resource id.
	ID pulumi.StringOutput `pulumi:"gatewayId"`
	// URL is where callers reach it: by the host name of its options, or else by the
	// address's own.
	URL pulumi.StringOutput `pulumi:"url"`
}

type builder struct {
	ctx    *pulumi.Context
	name   string
	args   *GatewayArgs
	place  network.Place
	parent pulumi.ResourceOption
	// policy and certificate are nil where the gateway has none.
	policy      *network.Resource
	certificate *certificate
}

// NewGateway makes a gateway in the subnet that it is given, or in a network of its own.
func NewGateway(ctx *pulumi.Context, name string, args *GatewayArgs, opts ...pulumi.ResourceOption) (*Gateway, error) {
	component := &Gateway{}
	if err := register.Component(ctx, register.Kind{Token: "aoai-gateway:appgateway:Gateway", Noun: "application gateway"}, name, args, component, opts); err != nil {
		return nil, err
	}
	b := &builder{
		ctx: ctx, name: name, args: args, parent: pulumi.Parent(component),
		place: network.Place{ResourceGroupName: args.ResourceGroupName, Region: arm.NormalRegion(args.Region), Tags: args.Tags},
	}
	if err := b.build(component); err != nil {
		return nil, fmt.Errorf("application gateway %s: %w", name, err)
	}
	return component, ctx.RegisterResourceOutputs(component, pulumi.Map{"gatewayId": component.ID, "url": component.URL})
}

func (b *builder) build(component *Gateway) error {
	subnetID, err := b.subnet()
	if err != nil {
		return err
	}
	if err := b.makePolicy(); err != nil {
		return err
	}
	if err := b.makeCertificate(); err != nil {
		return err
	}
	var waits []pulumi.Resource
	if b.certificate != nil {
		waits = append(waits, b.certificate.grant)
	}
	for _, origin := range b.args.Origins {
		waits = append(waits, origin.DependsOn...)
	}
	gateway := &network.Resource{}
	// Azure's page on autoscaling: 6 to 7 minutes, updates as long.
	err = b.ctx.RegisterResource(network.Token("ApplicationGateway"), b.name, b.properties(subnetID), gateway, b.parent, pulumi.DeleteBeforeReplace(false),
		pulumi.DependsOn(waits), pulumi.Timeouts(&pulumi.CustomTimeouts{Create: "1h", Update: "1h", Delete: "1h"}))
	if err != nil {
		return fmt.Errorf("gateway: %w", err)
	}
	component.ID = gateway.ID().ToStringOutput()
	switch {
	case b.args.Options.HostName != "":
		component.URL = pulumi.String("https://" + b.args.Options.HostName).ToStringOutput()
	case b.certificate == nil:
		component.URL = pulumi.Sprintf("http://%s", b.args.Address.HostName)
	default:
		component.URL = pulumi.Sprintf("https://%s", b.args.Address.HostName)
	}
	return nil
}

// subnet is the one that the gateway is given, or else that of a network of its own.
func (b *builder) subnet() (pulumi.StringInput, error) {
	if b.args.SubnetID != nil {
		return b.args.SubnetID, nil
	}
	made, err := network.NewSubnet(b.ctx, b.name, b.place, network.Subnet{
		NetworkName: b.args.Names.VirtualNetwork, Range: b.args.Options.VirtualNetwork,
		Delegation: azure.EdgeDelegation, // Azure asks new gateways for it
	}, b.parent)
	if err != nil {
		return nil, err
	}
	return made.ID(), nil
}

// ZonesOf are the zones that are asked for: all, where the region has zones and the
// options say nothing.
func ZonesOf(zones []string, region string) []string {
	if zones == nil && arm.HasZones(region) {
		return slices.Clone(arm.Zones)
	}
	return zones
}
