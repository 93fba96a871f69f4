package private

import (
	"fmt"
	"net/netip"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/aoai-gateway/aoai-gateway/components/internal/network"
	"github.com/aoai-gateway/aoai-gateway/components/internal/register"
	"github.com/aoai-gateway/aoai-gateway/internal/arm"
	"github.com/aoai-gateway/aoai-gateway/internal/azure"
	"github.com/aoai-gateway/aoai-gateway/internal/faults"
)

// NetworkArgs describe the network in which accounts are reached.
type NetworkArgs struct {
	ResourceGroupName pulumi.StringInput
	// Region is the Azure region, such as swedencentral.
	Region string
	// NetworkName and SecurityGroupName name what is made; LinkName names the links of zones.
	NetworkName, SecurityGroupName, LinkName pulumi.StringInput
	// Reached decides which zones there are.
	Reached Reached
	Options Options
	// Layout says what stands in the network beside the endpoints.
	Layout Layout
	Tags   pulumi.StringMapInput
}

// Validate returns every mistake, with its path below the arguments.
func (a *NetworkArgs) Validate() error {
	var list faults.List
	list.Need("resourceGroupName", a.ResourceGroupName != nil)
	list.Need("region", a.Region != "")
	list.Need("networkName", a.NetworkName != nil)
	list.Need("securityGroupName", a.SecurityGroupName != nil)
	list.Need("linkName", a.LinkName != nil)
	list.Merge("options", a.Options.Validate(a.Reached, a.Layout))
	if !a.Options.Private() {
		list.Add("options.access", "%q needs no network; give %s or %s", a.Options.Access, AccessPrivate, AccessBoth)
	}
	return list.Err()
}

// Network is where private endpoints are, and by which a gateway's requests leave.
type Network struct {
	pulumi.ResourceState

	// GatewaySubnetID is the subnet by which the gateway's requests leave, and EndpointSubnetID
	// that of the endpoints.
	GatewaySubnetID  pulumi.StringOutput `pulumi:"gatewaySubnetId"`
	EndpointSubnetID pulumi.StringOutput `pulumi:"endpointSubnetId"`
	// EdgeSubnetID is the subnet of the Application Gateway; not set without one.
	EdgeSubnetID pulumi.StringOutput
	// zones are the ids of the DNS zones by their names.
	zones map[string]pulumi.StringInput
	// links are waited for by whoever looks names up.
	links []pulumi.Resource
	place network.Place
	// id is the network's, and linkName names the links of its zones.
	id, linkName pulumi.StringInput
}

// NewNetwork makes a network with a subnet for the gateway's requests and one for endpoints,
// or takes existing ones, and the DNS zones with links to it.
func NewNetwork(ctx *pulumi.Context, name string, args *NetworkArgs, opts ...pulumi.ResourceOption) (*Network, error) {
	component := &Network{zones: map[string]pulumi.StringInput{}}
	if err := register.Component(ctx, register.Kind{Token: "aoai-gateway:private:Network", Noun: "network"}, name, args, component, opts); err != nil {
		return nil, err
	}
	component.place = network.Place{ResourceGroupName: args.ResourceGroupName, Region: arm.NormalRegion(args.Region), Tags: args.Tags}
	var err error
	if component.id, err = component.subnets(ctx, name, args); err != nil {
		return nil, err
	}
	component.linkName = args.LinkName
	if err := component.findZones(ctx, name, args); err != nil {
		return nil, err
	}
	return component, ctx.RegisterResourceOutputs(component, pulumi.Map{
		"gatewaySubnetId": component.GatewaySubnetID, "endpointSubnetId": component.EndpointSubnetID,
	})
}

// subnets makes or takes them, and returns the id of their network.
func (n *Network) subnets(ctx *pulumi.Context, name string, args *NetworkArgs) (pulumi.StringInput, error) {
	if existing := args.Options.Existing; existing != nil {
		n.GatewaySubnetID = pulumi.String(existing.GatewaySubnetID).ToStringOutput()
		n.EndpointSubnetID = pulumi.String(existing.EndpointSubnetID).ToStringOutput()
		n.EdgeSubnetID = pulumi.String(existing.EdgeSubnetID).ToStringOutput()
		subnet, err := arm.ParseID(existing.EndpointSubnetID)
		return pulumi.String(networkID(subnet)), err
	}
	addresses := args.Options.Range
	if addresses == "" {
		addresses = DefaultRange
	}
	whole, err := netip.ParsePrefix(addresses)
	if err != nil {
		return nil, fmt.Errorf("the range of network %s: %w", name, err)
	}
	ranges := args.Layout.divide(whole)
	parent := pulumi.Parent(n)
	group, err := network.NewSecurityGroup(ctx, name, n.place, args.SecurityGroupName, args.Layout.rules(ranges.edge), parent)
	if err != nil {
		return nil, err
	}
	made, err := network.NewNetwork(ctx, name, n.place, args.NetworkName, addresses, parent)
	if err != nil {
		return nil, err
	}
	ids := map[string]pulumi.StringOutput{}
	after := []pulumi.Resource{made}
	for _, part := range args.Layout.parts(ranges, group.ID()) {
		part.NetworkName, part.After = args.NetworkName, after
		subnet, err := network.NewPart(ctx, name+"-"+part.Name, n.place, part, parent)
		if err != nil {
			return nil, err
		}
		after = append(after, subnet)
		ids[part.Name] = subnet.ID().ToStringOutput()
	}
	n.GatewaySubnetID, n.EndpointSubnetID, n.EdgeSubnetID = ids[gatewayPart], ids[endpointsPart], ids[edgePart]
	return made.ID(), nil
}

// findZones makes the zones with their links, or takes existing ones, whose links are their
// owner's.
func (n *Network) findZones(ctx *pulumi.Context, name string, args *NetworkArgs) error {
	if existing := args.Options.Existing; existing != nil && len(existing.DNSZoneIDs) > 0 {
		for _, text := range existing.DNSZoneIDs {
			id, err := arm.ParseID(text)
			if err != nil {
				return err
			}
			n.zones[strings.ToLower(id.Name())] = pulumi.String(text)
		}
		return nil
	}
	for _, domain := range args.Reached.Domains() {
		zone := azure.PrivateZone(domain)
		made, err := network.NewZone(ctx, name+"-"+domain, n.place, pulumi.String(zone), pulumi.Parent(n))
		if err != nil {
			return err
		}
		link, err := network.NewZoneLink(ctx, name+"-"+domain, n.place, pulumi.String(zone), n.linkName, n.id, pulumi.Parent(n), pulumi.DependsOn([]pulumi.Resource{made}))
		if err != nil {
			return err
		}
		n.zones[zone], n.links = made.ID().ToStringOutput(), append(n.links, link)
	}
	return nil
}
