package private

import (
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/aoai-gateway/aoai-gateway/components/internal/network"
	"github.com/aoai-gateway/aoai-gateway/components/internal/register"
	"github.com/aoai-gateway/aoai-gateway/components/openai"
	"github.com/aoai-gateway/aoai-gateway/internal/azure"
	"github.com/aoai-gateway/aoai-gateway/internal/faults"
)

// EndpointArgs describe the private endpoint of an account.
type EndpointArgs struct {
	Network *Network
	// EndpointName names the endpoint in Azure.
	EndpointName pulumi.StringInput
	Account      *openai.Account
	// Kind is the account's; it decides in which zones its names are.
	Kind string
}

// Validate returns every mistake, with its path below the arguments.
func (a *EndpointArgs) Validate() error {
	var list faults.List
	list.Need("network", a.Network != nil)
	list.Need("endpointName", a.EndpointName != nil)
	list.Need("account", a.Account != nil)
	openai.ValidateKind(&list, "kind", a.Kind)
	if a.Network != nil {
		for _, domain := range azure.AccountDomains(a.Kind) {
			if a.Network.zones[azure.PrivateZone(domain)] == nil {
				list.Add("network", "has no zone %s; give the network the account's kind", azure.PrivateZone(domain))
			}
		}
	}
	return list.Err()
}

// Endpoint is a private endpoint of an account.
type Endpoint struct {
	pulumi.ResourceState

	// ID is the endpoint's resource id.
	ID pulumi.StringOutput `pulumi:"endpointId"`
	// Ready is what callers through the endpoint wait for.
	Ready []pulumi.Resource
}

// NewEndpoint makes a private endpoint of an account, and writes its names into the network's
// zones. It waits for the account's deployments: Azure refuses endpoints of an account on which
// something else is going on.
func NewEndpoint(ctx *pulumi.Context, name string, args *EndpointArgs, opts ...pulumi.ResourceOption) (*Endpoint, error) {
	component := &Endpoint{}
	if err := register.Component(ctx, register.Kind{Token: "aoai-gateway:private:Endpoint", Noun: "private endpoint"}, name, args, component, opts); err != nil {
		return nil, err
	}
	endpoint, err := network.NewPrivateEndpoint(ctx, name, args.Network.place, args.EndpointName, args.Network.EndpointSubnetID, args.Account.ID, "account",
		pulumi.Parent(component), pulumi.DependsOn(args.Account.Ready))
	if err != nil {
		return nil, err
	}
	if err := component.named(ctx, name, args.Network, args.EndpointName, endpoint, azure.AccountDomains(args.Kind)); err != nil {
		return nil, err
	}
	return component, ctx.RegisterResourceOutputs(component, pulumi.Map{"endpointId": component.ID})
}

// named writes an endpoint's names into the zones of some domains.
func (e *Endpoint) named(ctx *pulumi.Context, name string, in *Network, endpointName pulumi.StringInput, endpoint *network.Resource, domains []string) error {
	var entries []network.ZoneEntry
	for _, domain := range domains {
		entries = append(entries, network.ZoneEntry{Name: strings.ReplaceAll(domain, ".", "-"), ZoneID: in.zones[azure.PrivateZone(domain)]})
	}
	group, err := network.NewZoneGroup(ctx, name, in.place, endpointName, entries, pulumi.Parent(e), pulumi.DependsOn([]pulumi.Resource{endpoint}))
	if err != nil {
		return err
	}
	e.ID = endpoint.ID().ToStringOutput()
	e.Ready = append([]pulumi.Resource{endpoint, group}, in.links...)
	return nil
}
