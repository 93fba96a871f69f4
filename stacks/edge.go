package stacks

import (
	"fmt"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/aoai-gateway/aoai-gateway/components/appgateway"
	"github.com/aoai-gateway/aoai-gateway/components/frontdoor"
	"github.com/aoai-gateway/aoai-gateway/internal/arm"
)

// origin is one place that an edge sends requests to.
type origin struct {
	name     string
	hostName pulumi.StringInput
	// priority is used from the lowest number up; Front Door only.
	priority int
	// drained gets no requests, as long as it stays.
	drained   bool
	dependsOn []pulumi.Resource
}

// edge is what stands before all origins.
type edge struct {
	url pulumi.StringOutput
	// frontDoorID is what Front Door sends as X-Azure-FDID, and validations prove its
	// custom domains; nil behind an Application Gateway.
	frontDoorID pulumi.StringInput
	validations pulumi.StringMapInput
	// address is where an Application Gateway calls from, hostName its own name; nil behind
	// Front Door.
	address, hostName pulumi.StringInput
}

// makeAddress makes the address of an Application Gateway, before anything that is to
// know it.
func (c *common) makeAddress() (err error) {
	if c.config.Pattern == PatternAPIM || c.config.Edge != EdgeApplicationGateway {
		return nil
	}
	zones := appgateway.ZonesOf(c.config.ApplicationGateway.Zones, c.config.Location)
	if c.edgeNames, err = c.names.placed("edge", site{c.config.Location, zones, c.config.ApplicationGateway.VirtualNetwork, c.config.ResourceGroup}); err != nil {
		return err
	}
	c.address, err = appgateway.NewAddress(c.ctx, "gateway", &appgateway.AddressArgs{
		ResourceGroupName: c.resourceGroup, AddressName: c.edgeNames.address(), Label: c.edgeNames.label(), Region: c.config.Location,
		Zones: c.config.ApplicationGateway.Zones, Tags: c.tags,
	}, pulumi.Providers(c.provider))
	if err == nil && !c.config.hasGateways() {
		c.warnOfOpenAccounts()
	}
	return err
}

// warnOfOpenAccounts says which accounts can be reached around an Application Gateway:
// those that the stack did not make keep their network rules.
func (c *common) warnOfOpenAccounts() {
	for _, account := range c.config.OpenAI {
		if account.Existing != nil {
			// Failing to log is no reason to fail: the engine is gone then.
			_ = c.ctx.Log.Warn(fmt.Sprintf("the existing account %s keeps its network rules: let the address in the output edgeAddress in, and nobody else", account.Name), nil)
		}
	}
}

// makeEdge puts an edge before origins. Name is what Front Door calls group and route.
func (c *common) makeEdge(name string, origins []origin) (edge, error) {
	if c.address != nil {
		return c.makeApplicationGateway(origins)
	}
	args := &frontdoor.GatewayArgs{
		ResourceGroupName: c.resourceGroup,
		ProfileName:       c.names.profile(), EndpointName: c.names.endpoint(), WAFPolicyName: c.names.wafPolicy(),
		Tags: c.tags, OriginGroupName: name, Options: c.config.FrontDoor,
	}
	for _, each := range origins {
		args.Origins = append(args.Origins, frontdoor.Origin{
			Name: each.name, HostName: each.hostName, DependsOn: each.dependsOn, Weight: frontdoor.DefaultWeight, Priority: each.priority, Disabled: each.drained,
		})
	}
	gateway, err := frontdoor.NewGateway(c.ctx, c.edgeName(), args, pulumi.Providers(c.provider))
	if err != nil {
		return edge{}, err
	}
	if err := c.diagnose(c.edgeName(), gateway.ProfileID, gateway); err != nil {
		return edge{}, err
	}
	return edge{
		url: pulumi.Sprintf("https://%s", gateway.HostName), frontDoorID: gateway.FrontDoorID, validations: gateway.DomainValidations,
	}, nil
}

// edgeName is what the edge is called in the stack: in pattern 1 it is the gateway.
func (c *common) edgeName() string {
	if c.config.Pattern == MultiRegion {
		return "edge"
	}
	return "gateway"
}

func (c *common) makeApplicationGateway(origins []origin) (edge, error) {
	args := &appgateway.GatewayArgs{
		ResourceGroupName: c.resourceGroup, Region: c.config.Location, Tags: c.tags, Address: c.address, Options: c.config.ApplicationGateway,
		Names: appgateway.Names{
			Gateway: c.edgeNames.applicationGateway(), VirtualNetwork: c.edgeNames.network(), WAFPolicy: c.edgeNames.wafPolicy(), Identity: c.edgeNames.identity(),
		},
	}
	for _, each := range origins {
		if !each.drained {
			args.Origins = append(args.Origins, appgateway.Origin{HostName: each.hostName, DependsOn: each.dependsOn})
		}
	}
	gateway, err := appgateway.NewGateway(c.ctx, c.edgeName(), args, pulumi.Providers(c.provider))
	if err != nil {
		return edge{}, err
	}
	if err := c.diagnose(c.edgeName(), gateway.ID, gateway); err != nil {
		return edge{}, err
	}
	return edge{url: gateway.URL, address: c.address.IPAddress, hostName: c.address.HostName}, nil
}

// edgeRegion is where the edge stands.
func (c *common) edgeRegion() string {
	if c.address != nil {
		return arm.NormalRegion(c.config.Location)
	}
	return "global"
}

// exportEdge gives the outputs of the edge.
func (c *common) exportEdge(e edge) {
	c.ctx.Export("timeouts", c.config.timeoutChain())
	if e.address != nil {
		c.ctx.Export("edgeAddress", e.address)
		c.ctx.Export("edgeHostName", e.hostName)
		return
	}
	c.ctx.Export("frontDoorId", e.frontDoorID)
	c.ctx.Export("domainValidations", e.validations)
}
