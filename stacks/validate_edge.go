package stacks

import (
	"fmt"
	"reflect"
	"slices"

	"github.com/aoai-gateway/aoai-gateway/components/apim"
	"github.com/aoai-gateway/aoai-gateway/guardrails"
	"github.com/aoai-gateway/aoai-gateway/internal/arm"
	"github.com/aoai-gateway/aoai-gateway/internal/azure"
	"github.com/aoai-gateway/aoai-gateway/internal/faults"
)

// validateEdge checks the keys of what stands before accounts or gateways, and refuses
// those of what does not.
func (c *Config) validateEdge() error {
	var list faults.List
	list.OneOf("edge", c.Edge, []string{EdgeFrontDoor, EdgeApplicationGateway})
	frontDoor := c.Pattern != PatternAPIM && c.Edge != EdgeApplicationGateway
	applicationGateway := c.hasEdge() && c.Edge == EdgeApplicationGateway
	unset := DefaultConfig(c.Pattern)
	switch {
	case frontDoor:
		list.Merge("frontDoor", c.FrontDoor.Validate())
	case !reflect.DeepEqual(c.FrontDoor, unset.FrontDoor):
		list.Add("frontDoor", "has no effect %s", c.withoutFrontDoor()).Remedy("remove it")
	}
	switch {
	case applicationGateway:
		list.Merge("applicationGateway", c.ApplicationGateway.Validate(c.Location))
	case c.Edge == EdgeApplicationGateway: // the edge itself has no effect, which is told below
	case !reflect.DeepEqual(c.ApplicationGateway, unset.ApplicationGateway):
		list.Add("applicationGateway", "has no effect without edge %s", EdgeApplicationGateway).Remedy("set that, or remove it")
	}
	if c.Pattern == PatternAPIM && c.Edge == EdgeApplicationGateway && !c.edgeInNetwork() {
		list.Add("edge", "%q has no effect with the pattern apim, whose gateway callers reach directly", c.Edge).About(c.Edge).
			Remedy("remove it, or set network.access to private, which puts both into a network")
	}
	list.Merge("", c.validateRoutingAndLock(frontDoor))
	return list.Err()
}

func (c *Config) withoutFrontDoor() string {
	if c.Pattern == PatternAPIM {
		return "with the pattern apim"
	}
	return "with edge " + c.Edge
}

func (c *Config) validateRoutingAndLock(frontDoor bool) error {
	var list faults.List
	list.OneOf("routing", c.Routing, []string{ActiveActive, ActivePassive})
	if !c.lockIsOpen() { // nobody is to be led to an open lock by a typing mistake
		list.OneOf("lock", c.Lock, Locks)
	}
	if c.Pattern != MultiRegion || !frontDoor {
		why := "with the pattern " + c.Pattern
		if c.Pattern == MultiRegion {
			why = "with edge " + c.Edge
		}
		if c.Routing != ActiveActive {
			list.Add("routing", "%q has no effect %s", c.Routing, why).About(c.Routing).Remedy("remove it")
		}
		if c.Lock != LockHeader {
			list.Add("lock", "%q has no effect %s", c.Lock, why).About(c.Lock).Remedy("remove it")
		}
		if frontDoor && c.FrontDoor.PrivateLinkRegion != "" {
			list.Add("frontDoor.privateLinkRegion", "has no effect %s", why).Remedy("remove it")
		}
	} else {
		list.Merge("", c.validateLink())
	}
	if c.lockIsOpen() && !c.waives("front-door-lock") {
		list.Add("lock", "%q lets requests in that go around Front Door", c.Lock).About(c.Lock).
			Remedy("waive front-door-lock in guardrails.waivers, with a reason and a last day, or close the lock")
	}
	return list.Err()
}

// waives reports whether a guardrail is waived somewhere; guardrails check the waiver itself.
func (c *Config) waives(rule string) bool {
	return slices.ContainsFunc(c.Guardrails.Waivers, func(w guardrails.Waiver) bool { return w.Rule == rule })
}

// validateGateways checks the keys of API Management.
func (c *Config) validateGateways() error {
	var list faults.List
	if !c.hasGateways() {
		if !reflect.DeepEqual(c.APIM, apim.DefaultOptions()) {
			list.Add("apim", "has no effect with the pattern %s", c.Pattern).Remedy("remove it")
		}
		return list.Err()
	}
	options := c.APIM
	if c.Pattern != MultiRegion { // what this pattern does not take is told below
		options.Regions, options.Drain, options.GatewayOff = nil, false, false
	}
	list.Merge("apim", options.Validate(c.Location))
	list.Merge("", c.validateDomains())
	if len(c.Clients) > 0 {
		list.Add("clients", "would go around the gateway with the pattern %s", c.Pattern).Remedy("let callers in by apim.access")
	}
	if !c.Monitor.Enabled {
		list.Merge("apim", c.APIM.WithoutMonitor())
	}
	if c.Pattern == MultiRegion {
		list.Merge("", c.validateRegions(c.APIM.Gateways(c.Location)))
		return list.Err()
	}
	for _, key := range []struct {
		name  string
		given bool
	}{{"regions", len(c.APIM.Regions) > 0}, {"drain", c.APIM.Drain}, {"gatewayOff", c.APIM.GatewayOff}} {
		if key.given {
			list.Add("apim."+key.name, "needs the pattern multi-region, which puts an edge before the gateways").Remedy("take that pattern, or remove it")
		}
	}
	return list.Err()
}

// validateRegions refuses what regions cannot have: fewer than two or more than an edge
// takes, and existing accounts of which nobody says where they are.
func (c *Config) validateRegions(on []string) error {
	var list faults.List
	sku, _ := azure.FindAPIMSKU(c.APIM.SKU)
	// A service that Front Door reaches by Private Link has one gateway; its lock tells of SKUs.
	if !c.linked() && !sku.Regions {
		if len(c.APIM.Regions) == 0 { // else the service's own options tell
			list.Add("apim.sku", "%q has one region", c.APIM.SKU).About(c.APIM.SKU).Remedy("the pattern multi-region needs %s; %s can be had with lock %s", azure.WithRegions(), azure.WithIntegration(), LockPrivateLink)
		}
	} else if !c.linked() && len(on) < 2 {
		list.Add("apim.regions", "the number of gateways that are on is %d", len(on)).Remedy("the pattern multi-region takes two or more regions with gateways: " +
			"add some, such as {location: francecentral}, or take the pattern apim")
	}
	if c.Edge == EdgeFrontDoor && len(on) > maxGateways {
		list.Add("apim.regions", "have %d gateways that are on", len(on)).Remedy("Front Door takes %d origins", maxGateways)
	}
	for i, account := range c.OpenAI {
		if account.Existing == nil {
			continue
		}
		if account.Region == "" {
			list.Add(fmt.Sprintf("openai[%d].region", i), "is missing: which gateways are near the existing account has to be known")
		} else {
			arm.CheckRegion(&list, fmt.Sprintf("openai[%d].region", i), account.Region)
		}
	}
	return list.Err()
}
