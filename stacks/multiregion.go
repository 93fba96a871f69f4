package stacks

import (
	"fmt"
	"slices"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/aoai-gateway/aoai-gateway/components/apim"
	"github.com/aoai-gateway/aoai-gateway/components/frontdoor"
	"github.com/aoai-gateway/aoai-gateway/internal/arm"
	"github.com/aoai-gateway/aoai-gateway/internal/azure"
)

// networkRange is that of the network in which the gateways of a region stand. Every
// region can have the same: the networks do not meet.
const networkRange = "10.61.0.0/24"

// The values of Lock for the time in which Front Door is lost: the policy takes requests
// that come around it. LockOpen stands for header, LockOpenAndNetwork for header+network:
// the gateways stay in their networks, which let everybody in.
const (
	LockOpen           = "open"
	LockOpenAndNetwork = "open+network"
)

// lockIsOpen reports whether gateways take requests that come around the edge.
func (c *Config) lockIsOpen() bool { return c.Lock == LockOpen || c.Lock == LockOpenAndNetwork }

// callersFrom is the service tag of who may connect to the gateways' networks; empty for a
// lock without networks.
func (c *Config) callersFrom() string {
	switch c.Lock {
	case LockHeaderAndNetwork:
		return "AzureFrontDoor.Backend"
	case LockOpenAndNetwork:
		return "Internet"
	}
	return ""
}

// makeNetworks makes the networks in which gateways answer nobody but Front Door, if the
// lock asks for them.
func (g *gateway) makeNetworks() error {
	callers := g.config.callersFrom()
	if g.config.Pattern != MultiRegion || callers == "" {
		return nil
	}
	g.networks = map[string]*apim.Network{}
	for i, region := range g.config.regions() {
		zones := g.config.APIM.Zones
		if i > 0 {
			zones = g.config.APIM.Regions[i-1].Zones
		}
		names, err := g.names.placed("network-"+region, site{region, zones, networkRange, g.config.ResourceGroup})
		if err != nil {
			return err
		}
		network, err := apim.NewNetwork(g.ctx, "gateway-"+region, &apim.NetworkArgs{
			ResourceGroupName: g.resourceGroup, Region: region, Range: networkRange, CallersFrom: callers, Zones: zones, Tags: g.tags,
			NetworkName: names.network(), SecurityGroupName: names.securityGroup(), AddressName: names.address(), Label: names.label(),
		}, pulumi.Providers(g.provider))
		if err != nil {
			return err
		}
		g.networks[region] = network
	}
	return nil
}

// regions are all that the service stands in, its own first.
func (c *Config) regions() []string {
	regions := []string{arm.NormalRegion(c.Location)}
	for _, region := range c.APIM.Regions {
		regions = append(regions, arm.NormalRegion(region.Location))
	}
	return regions
}

// makeGatewayEdge puts the edge before the regional gateways, if the pattern has one.
func (g *gateway) makeGatewayEdge() (err error) {
	if g.config.Pattern != MultiRegion {
		return nil
	}
	g.warnOfRegionsWithoutModels()
	origins := make([]origin, len(g.service.Gateways))
	for i, each := range g.service.Gateways {
		origins[i] = origin{
			name: each.Region, hostName: each.HostName, priority: frontdoor.DefaultPriority,
			drained: g.config.APIM.Drained(each.Region, g.config.Location),
		}
		if g.config.Routing == ActivePassive {
			origins[i].priority = min(i+1, azure.LastOriginPriority)
		}
	}
	g.edge, err = g.makeEdge("gateways", origins)
	return err
}

// warnOfRegionsWithoutModels says where a gateway has no account near it.
func (g *gateway) warnOfRegionsWithoutModels() {
	var with []string
	for _, account := range g.config.OpenAI {
		with = append(with, arm.NormalRegion(account.Region))
	}
	for _, each := range g.service.Gateways {
		if !slices.Contains(with, each.Region) {
			// Failing to log is no reason to fail: the engine is gone then.
			_ = g.ctx.Log.Warn(fmt.Sprintf("the gateway in %s has no account in its region: all of its requests go to other regions", each.Region), nil)
		}
	}
}

// lock is what requests are held to by the gateways' policy: nothing while it is open.
func (g *gateway) lock() apim.OriginLock {
	if g.config.lockIsOpen() {
		return apim.OriginLock{}
	}
	return apim.OriginLock{FrontDoorID: g.edge.frontDoorID, Address: g.edge.address}
}
