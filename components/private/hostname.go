package private

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/aoai-gateway/aoai-gateway/components/internal/network"
	"github.com/aoai-gateway/aoai-gateway/components/internal/register"
	"github.com/aoai-gateway/aoai-gateway/internal/faults"
)

// HostNameArgs describe a name that is known within a network alone.
type HostNameArgs struct {
	Network *Network
	// HostName is the whole name, and Address what it leads to.
	HostName, Address pulumi.StringInput
}

// Validate returns every mistake, with its path below the arguments.
func (a *HostNameArgs) Validate() error {
	var list faults.List
	list.Need("network", a.Network != nil)
	list.Need("hostName", a.HostName != nil)
	list.Need("address", a.Address != nil)
	return list.Err()
}

// HostName is a name that is known within a network alone.
type HostName struct {
	pulumi.ResourceState

	// Ready is what callers by the name wait for.
	Ready []pulumi.Resource
}

// NewHostName makes a zone of one name, with its address, and links it to a network. A zone of
// the whole domain would hide all other names of that domain from the network.
func NewHostName(ctx *pulumi.Context, name string, args *HostNameArgs, opts ...pulumi.ResourceOption) (*HostName, error) {
	component := &HostName{}
	if err := register.Component(ctx, register.Kind{Token: "aoai-gateway:private:HostName", Noun: "private host name"}, name, args, component, opts); err != nil {
		return nil, err
	}
	parent := pulumi.Parent(component)
	zone, err := network.NewZone(ctx, name, args.Network.place, args.HostName, parent)
	if err != nil {
		return nil, err
	}
	inZone := pulumi.DependsOn([]pulumi.Resource{zone})
	record, err := network.NewOwnRecord(ctx, name, args.Network.place, args.HostName, args.Address, parent, inZone)
	if err != nil {
		return nil, err
	}
	link, err := network.NewZoneLink(ctx, name, args.Network.place, args.HostName, args.Network.linkName, args.Network.id, parent, inZone)
	if err != nil {
		return nil, err
	}
	component.Ready = []pulumi.Resource{record, link}
	return component, ctx.RegisterResourceOutputs(component, pulumi.Map{})
}
