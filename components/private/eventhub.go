package private

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/aoai-gateway/aoai-gateway/components/internal/network"
	"github.com/aoai-gateway/aoai-gateway/components/internal/register"
	"github.com/aoai-gateway/aoai-gateway/components/monitor"
	"github.com/aoai-gateway/aoai-gateway/internal/azure"
	"github.com/aoai-gateway/aoai-gateway/internal/faults"
)

// EventHubEndpointArgs describe the private endpoint of an event hub's namespace.
type EventHubEndpointArgs struct {
	Network *Network
	// EndpointName names the endpoint in Azure.
	EndpointName pulumi.StringInput
	EventHub     *monitor.EventHub
}

// Validate returns every mistake, with its path below the arguments.
func (a *EventHubEndpointArgs) Validate() error {
	var list faults.List
	list.Need("network", a.Network != nil)
	list.Need("endpointName", a.EndpointName != nil)
	list.Need("eventHub", a.EventHub != nil)
	if zone := azure.PrivateZone(azure.EventHubDomain); a.Network != nil && a.Network.zones[zone] == nil {
		list.Add("network", "has no zone %s", zone).Remedy("give the network reached.eventHub")
	}
	return list.Err()
}

// NewEventHubEndpoint makes a private endpoint of an event hub's namespace, and writes its name
// into the network's zone.
func NewEventHubEndpoint(ctx *pulumi.Context, name string, args *EventHubEndpointArgs, opts ...pulumi.ResourceOption) (*Endpoint, error) {
	component := &Endpoint{}
	if err := register.Component(ctx, register.Kind{Token: "aoai-gateway:private:EventHubEndpoint", Noun: "private endpoint"}, name, args, component, opts); err != nil {
		return nil, err
	}
	endpoint, err := network.NewPrivateEndpoint(ctx, name, args.Network.place, args.EndpointName, args.Network.EndpointSubnetID, args.EventHub.NamespaceID, azure.EventHubLinkGroup,
		pulumi.Parent(component), pulumi.DependsOn([]pulumi.Resource{args.EventHub}))
	if err != nil {
		return nil, err
	}
	if err := component.named(ctx, name, args.Network, args.EndpointName, endpoint, []string{azure.EventHubDomain}); err != nil {
		return nil, err
	}
	return component, ctx.RegisterResourceOutputs(component, pulumi.Map{"endpointId": component.ID})
}
