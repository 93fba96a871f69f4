package wiring

import (
	"fmt"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/aoai-gateway/aoai-gateway/components/apim"
	"github.com/aoai-gateway/aoai-gateway/components/appgateway"
	"github.com/aoai-gateway/aoai-gateway/components/frontdoor"
	"github.com/aoai-gateway/aoai-gateway/components/private"
	"github.com/aoai-gateway/aoai-gateway/internal/arm"
	"github.com/aoai-gateway/aoai-gateway/internal/faults"
)

// Origin is one place that an edge sends requests to.
type Origin struct {
	Name     string
	HostName pulumi.StringInput
	// Priority is used from the lowest number up; Front Door only.
	Priority int
	// Drained gets no requests, as long as it stays.
	Drained bool
	// Link is by which a Front Door reaches it; nil for the internet.
	Link      *frontdoor.PrivateLink
	DependsOn []pulumi.Resource
}

// Address is that of an Application Gateway. It is made before all that is to know it.
type Address struct {
	*appgateway.Address
	names placed
}

// AddressPlace says where an Application Gateway stands that has no network of its own.
type AddressPlace struct {
	// Network is the one that it stands in, and Layout what else does.
	Network private.Options
	Layout  private.Layout
}

// NewAddress makes the address of an Application Gateway; place is nil for one with a network of
// its own.
func NewAddress(ctx *pulumi.Context, ground *Ground, options appgateway.Options, place *AddressPlace) (*Address, error) {
	zones := appgateway.ZonesOf(options.Zones, ground.args.Region)
	at := site{ground.args.Region, zones, options.VirtualNetwork, ground.args.ResourceGroup}
	if place != nil {
		at.networkRange = edgeSite(place.Network, place.Layout)
	}
	names, err := ground.names.placed("edge", at)
	if err != nil {
		return nil, err
	}
	address, err := appgateway.NewAddress(ctx, ground.called("gateway"), &appgateway.AddressArgs{
		ResourceGroupName: ground.ResourceGroup, AddressName: names.address(), Label: names.label(), Region: ground.args.Region,
		Zones: options.Zones, Tags: ground.args.Tags,
	}, ground.component())
	if err != nil {
		return nil, err
	}
	return &Address{address, names}, nil
}

// EdgeArgs describe what stands before origins: a Front Door or an Application Gateway.
type EdgeArgs struct {
	// Name is what the edge is called in the stack, and OriginGroup what Front Door calls
	// group and route.
	Name, OriginGroup string
	Origins           []Origin
	// FrontDoor are the options of a Front Door; nil for an Application Gateway.
	FrontDoor *frontdoor.Options
	// ApplicationGateway are the options of an Application Gateway, and Address is where it
	// answers; nil for a Front Door.
	ApplicationGateway *appgateway.Options
	Address            *Address
	// SubnetID is the subnet of an Application Gateway whose origins are in the same network, and
	// let in nobody else; nil for a network of its own.
	SubnetID pulumi.StringInput
}

// Validate returns every mistake, with its path below the arguments.
func (a *EdgeArgs) Validate() error {
	var list faults.List
	list.Need("name", a.Name != "")
	if (a.FrontDoor == nil) == (a.ApplicationGateway == nil) {
		list.Add("frontDoor", "has to be given, or else applicationGateway").Remedy("give one of them")
	}
	if (a.ApplicationGateway == nil) != (a.Address == nil) {
		list.Add("address", "goes with applicationGateway").Remedy("give both or neither")
	}
	return list.Err()
}

// Edge is what stands before all origins.
type Edge struct {
	URL pulumi.StringOutput
	// Lock is what origins can know the edge by.
	Lock apim.EdgeLock
	// Region is where it stands: global for Front Door.
	Region string
	// DomainValidations prove the custom domains of a Front Door; nil behind an Application
	// Gateway.
	DomainValidations pulumi.StringMapInput
	// Address is that of an Application Gateway, and HostName its name; nil behind Front Door.
	Address, HostName pulumi.StringInput
}

// NewEdge puts an edge before origins, and sends its logs to the workspace.
func NewEdge(ctx *pulumi.Context, ground *Ground, args EdgeArgs) (*Edge, error) {
	if err := args.Validate(); err != nil {
		return nil, fmt.Errorf("edge %s: %w", args.Name, err)
	}
	if args.FrontDoor != nil {
		return newFrontDoor(ctx, ground, args)
	}
	return newApplicationGateway(ctx, ground, args)
}

func newFrontDoor(ctx *pulumi.Context, ground *Ground, args EdgeArgs) (*Edge, error) {
	name := ground.called(args.Name)
	door := &frontdoor.GatewayArgs{
		ResourceGroupName: ground.ResourceGroup,
		ProfileName:       ground.names.profile(), EndpointName: ground.names.endpoint(), WAFPolicyName: ground.names.wafPolicy(),
		Tags: ground.args.Tags, OriginGroupName: args.OriginGroup, Options: *args.FrontDoor,
	}
	for _, each := range args.Origins {
		door.Origins = append(door.Origins, frontdoor.Origin{
			Name: each.Name, HostName: each.HostName, DependsOn: each.DependsOn, Priority: each.Priority, Disabled: each.Drained, Link: each.Link,
		})
	}
	gateway, err := frontdoor.NewGateway(ctx, name, door, ground.component())
	if err != nil {
		return nil, err
	}
	if err := ground.Diagnose(ctx, name, gateway.ProfileID, gateway); err != nil {
		return nil, err
	}
	return &Edge{
		URL: pulumi.Sprintf("https://%s", gateway.HostName), Lock: apim.EdgeLock{FrontDoorID: gateway.FrontDoorID},
		Region: "global", DomainValidations: gateway.DomainValidations,
	}, nil
}

func newApplicationGateway(ctx *pulumi.Context, ground *Ground, args EdgeArgs) (*Edge, error) {
	name, names := ground.called(args.Name), args.Address.names
	made := &appgateway.GatewayArgs{
		ResourceGroupName: ground.ResourceGroup, Region: ground.args.Region, Tags: ground.args.Tags, Address: args.Address.Address, Options: *args.ApplicationGateway, SubnetID: args.SubnetID,
		Names: appgateway.Names{
			Gateway: names.applicationGateway(), VirtualNetwork: names.network(), WAFPolicy: names.wafPolicy(), Identity: names.identity(),
		},
	}
	for _, each := range args.Origins {
		if !each.Drained {
			made.Origins = append(made.Origins, appgateway.Origin{HostName: each.HostName, DependsOn: each.DependsOn})
		}
	}
	gateway, err := appgateway.NewGateway(ctx, name, made, ground.component())
	if err != nil {
		return nil, err
	}
	if err := ground.Diagnose(ctx, name, gateway.ID, gateway); err != nil {
		return nil, err
	}
	edge := &Edge{URL: gateway.URL, Region: arm.NormalRegion(ground.args.Region), Address: args.Address.IPAddress, HostName: args.Address.HostName}
	if args.SubnetID == nil {
		edge.Lock = apim.EdgeLock{Address: args.Address.IPAddress}
	}
	return edge, nil
}

// AccountOrigins are accounts as an edge's origins, all alike.
func AccountOrigins(accounts []OpenedAccount) []Origin {
	origins := make([]Origin, len(accounts))
	for i, account := range accounts {
		origins[i] = Origin{
			Name: account.Settings.Name, HostName: account.HostName, DependsOn: account.Ready,
		}
	}
	return origins
}
