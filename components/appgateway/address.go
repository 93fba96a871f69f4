package appgateway

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/aoai-gateway/aoai-gateway/components/internal/network"
	"github.com/aoai-gateway/aoai-gateway/components/internal/register"
	"github.com/aoai-gateway/aoai-gateway/internal/arm"
	"github.com/aoai-gateway/aoai-gateway/internal/faults"
)

// AddressArgs describe the public address of a gateway.
type AddressArgs struct {
	ResourceGroupName pulumi.StringInput
	// AddressName names the resource; Label is the first part of the address's own name,
	// unique in the region.
	AddressName, Label pulumi.StringInput
	Region             string
	// Zones are those of the gateway.
	Zones []string
	Tags  pulumi.StringMapInput
}

// Validate returns every mistake, with its path below the arguments.
func (a *AddressArgs) Validate() error {
	var list faults.List
	list.Need("resourceGroupName", a.ResourceGroupName != nil)
	list.Need("addressName", a.AddressName != nil)
	list.Need("label", a.Label != nil)
	list.Need("region", a.Region != "")
	list.Merge("zones", arm.CheckZones(a.Zones, a.Region))
	return list.Err()
}

// Address is where a gateway answers, and where it calls from: what it calls can be
// locked to it. It is there before the gateway, so that origins can know it.
type Address struct {
	pulumi.ResourceState

	// ID is the address's resource id.
	ID pulumi.StringOutput `pulumi:"addressId"`
	// IPAddress is the address itself.
	IPAddress pulumi.StringOutput `pulumi:"ipAddress"`
	// HostName is its name, such as contoso.westeurope.cloudapp.azure.com.
	HostName pulumi.StringOutput `pulumi:"hostName"`
}

// NewAddress makes a public address.
func NewAddress(ctx *pulumi.Context, name string, args *AddressArgs, opts ...pulumi.ResourceOption) (*Address, error) {
	component := &Address{}
	if err := register.Component(ctx, register.Kind{Token: "aoai-gateway:appgateway:Address", Noun: "address"}, name, args, component, opts); err != nil {
		return nil, err
	}
	place := network.Place{ResourceGroupName: args.ResourceGroupName, Region: arm.NormalRegion(args.Region), Tags: args.Tags}
	address, err := network.NewPublicAddress(ctx, name, place, args.AddressName, args.Label, ZonesOf(args.Zones, args.Region), pulumi.Parent(component))
	if err != nil {
		return nil, err
	}
	component.ID, component.IPAddress, component.HostName = address.ID().ToStringOutput(), address.IPAddress, address.HostName()
	return component, ctx.RegisterResourceOutputs(component, pulumi.Map{
		"addressId": component.ID, "ipAddress": component.IPAddress, "hostName": component.HostName,
	})
}
