package apim

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/aoai-gateway/aoai-gateway/components/internal/network"
	"github.com/aoai-gateway/aoai-gateway/components/internal/register"
	"github.com/aoai-gateway/aoai-gateway/internal/arm"
	"github.com/aoai-gateway/aoai-gateway/internal/faults"
)

// NetworkArgs describe the network in which the gateways of one region stand.
type NetworkArgs struct {
	ResourceGroupName pulumi.StringInput
	// Region is the Azure region, such as swedencentral.
	Region string
	// NetworkName, SecurityGroupName and AddressName name the resources; Label is the
	// first part of the address's own name.
	NetworkName, SecurityGroupName, AddressName, Label pulumi.StringInput
	// Range is the network's address range; regions may have the same, as their networks
	// do not meet.
	Range string
	// CallersFrom is the service tag of who may call, such as AzureFrontDoor.Backend.
	CallersFrom string
	// Zones are those of the gateways' units.
	Zones []string
	Tags  pulumi.StringMapInput
}

// Validate returns every mistake, with its path below the arguments.
func (a *NetworkArgs) Validate() error {
	var list faults.List
	list.Need("resourceGroupName", a.ResourceGroupName != nil)
	list.Need("region", a.Region != "")
	list.Need("networkName", a.NetworkName != nil)
	list.Need("securityGroupName", a.SecurityGroupName != nil)
	list.Need("addressName", a.AddressName != nil)
	list.Need("label", a.Label != nil)
	list.Need("range", a.Range != "")
	list.Need("callersFrom", a.CallersFrom != "")
	list.Merge("zones", arm.CheckZones(a.Zones, a.Region))
	return list.Err()
}

// Network is one in which gateways answer nobody but those that are let in.
type Network struct {
	pulumi.ResourceState

	// SubnetID and AddressID are what a service stands in, and answers at.
	SubnetID  pulumi.StringOutput `pulumi:"subnetId"`
	AddressID pulumi.StringOutput `pulumi:"addressId"`
}

// NewNetwork makes a network with the rules without which API Management does not work.
// Source of the rules: API Management's page on virtual networks (external mode).
func NewNetwork(ctx *pulumi.Context, name string, args *NetworkArgs, opts ...pulumi.ResourceOption) (*Network, error) {
	component := &Network{}
	if err := register.Component(ctx, register.Kind{Token: "aoai-gateway:apim:Network", Noun: "network"}, name, args, component, opts); err != nil {
		return nil, err
	}
	parent := pulumi.Parent(component)
	place := network.Place{ResourceGroupName: args.ResourceGroupName, Region: arm.NormalRegion(args.Region), Tags: args.Tags}
	group, err := network.NewSecurityGroup(ctx, name, place, args.SecurityGroupName, []network.Rule{
		{Name: "callers", Source: args.CallersFrom, Destination: "VirtualNetwork", Ports: []string{"443"}},
		{Name: "management", Source: "ApiManagement", Destination: "VirtualNetwork", Ports: []string{"3443"}},
		{Name: "load-balancer", Source: "AzureLoadBalancer", Destination: "VirtualNetwork", Ports: []string{"6390"}},
		{Name: "traffic-manager", Source: "AzureTrafficManager", Destination: "VirtualNetwork", Ports: []string{"443"}},
	}, parent)
	if err != nil {
		return nil, err
	}
	subnet, err := network.NewSubnet(ctx, name, place, network.Subnet{
		NetworkName: args.NetworkName, Range: args.Range, SecurityGroupID: group.ID(),
	}, parent)
	if err != nil {
		return nil, err
	}
	address, err := network.NewPublicAddress(ctx, name, place, args.AddressName, args.Label, args.Zones, parent)
	if err != nil {
		return nil, err
	}
	component.SubnetID, component.AddressID = subnet.ID().ToStringOutput(), address.ID().ToStringOutput()
	return component, ctx.RegisterResourceOutputs(component, pulumi.Map{"subnetId": component.SubnetID, "addressId": component.AddressID})
}
