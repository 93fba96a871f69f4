package private

import (
	"net/netip"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/aoai-gateway/aoai-gateway/components/internal/network"
	"github.com/aoai-gateway/aoai-gateway/internal/azure"
	"github.com/aoai-gateway/aoai-gateway/internal/faults"
)

// Layout says what the subnets of a network are for. The zero value is a gateway whose requests
// leave by its subnet.
type Layout struct {
	// SKU and Units are those of API Management.
	SKU   string
	Units int
	// Injected says that the service stands in its subnet as a whole; otherwise only its requests
	// leave by it, and callers come over the internet.
	Injected bool
	// Edge says that an Application Gateway stands in the network, and that nobody else calls
	// the service. EdgeUnits is how many instances it can have.
	Edge      bool
	EdgeUnits int
}

// Kind names the layout: what cannot become another kind in the same subnets. "" is the zero
// value's.
func (l Layout) Kind() string {
	switch {
	case l.Injected && l.Edge:
		return "injected-behind-edge-" + string(azure.GenerationOf(l.SKU))
	case l.Injected:
		return "injected-" + string(azure.GenerationOf(l.SKU))
	}
	return ""
}

// The names of the subnets.
const (
	gatewayPart   = "gateway"
	endpointsPart = "endpoints"
	edgePart      = "edge"
)

// ranges are those of the subnets; edge is not valid without one.
type ranges struct{ gateway, endpoints, edge netip.Prefix }

// divide gives the gateway the first half of a range, and the endpoints the second, or half of
// that beside an edge.
func (l Layout) divide(whole netip.Prefix) ranges {
	var made ranges
	made.gateway, made.endpoints = halves(whole)
	if l.Edge {
		made.endpoints, made.edge = halves(made.endpoints)
	}
	return made
}

// halves of a range.
func halves(whole netip.Prefix) (first, second netip.Prefix) {
	first = netip.PrefixFrom(whole.Addr(), whole.Bits()+1)
	bytes := whole.Addr().As4()
	bit := whole.Bits()
	bytes[bit/8] |= 1 << (7 - bit%8)
	return first, netip.PrefixFrom(netip.AddrFrom4(bytes), whole.Bits()+1)
}

// edgeBits are the most bits of the prefix of an Application Gateway's subnet. Source:
// https://learn.microsoft.com/azure/application-gateway/configuration-infrastructure
const edgeBits = 26

// checkRoom refuses a range whose parts are too small for what stands in them. Endpoints need one
// address a host name.
func (l Layout) checkRoom(whole netip.Prefix, reached Reached) error {
	maxBits, why := azure.IntegrationBits-1, "its halves are the gateway's subnet, which needs a /27, and the endpoints'"
	if l.Edge {
		maxBits, why = edgeBits-2, "its last quarter is the Application Gateway's subnet, which needs a /26"
	}
	if whole.Bits() < minBits || whole.Bits() > maxBits {
		return faults.New("%q is a /%d; allowed are /%d to /%d: %s", whole, whole.Bits(), minBits, maxBits, why).About(whole.String()).Err()
	}
	parts := l.divide(whole)
	if need, free := reached.addresses(), azure.FreeAddresses(parts.endpoints); need > free {
		who := "the accounts need"
		if reached.EventHub {
			who = "the event hub and the accounts need"
		}
		return faults.New("%q leaves %d addresses for private endpoints, and %s %d (1 each, 3 of kind %s); take a larger range",
			whole, free, who, need, azure.KindFoundry).About(whole.String()).Err()
	}
	if need, free := azure.InjectionAddresses(l.SKU, l.Units, l.Edge), azure.FreeAddresses(parts.gateway); l.Injected && need > free {
		return faults.New("%q leaves %d addresses for API Management, and %d units of %s need %d; take a larger range",
			whole, free, l.Units, l.SKU, need).About(whole.String()).Err()
	}
	if free := azure.FreeAddresses(parts.edge); l.Edge && l.EdgeUnits > free {
		return faults.New("%q leaves %d addresses for the Application Gateway, and it can grow to %d instances; take a larger range, or lower maxUnits",
			whole, free, l.EdgeUnits).About(whole.String()).Err()
	}
	return nil
}

// parts are the subnets, in the order in which they are made.
func (l Layout) parts(of ranges, group pulumi.StringInput) []network.Part {
	made := []network.Part{
		{Name: gatewayPart, Range: of.gateway.String(), SecurityGroupID: group, Delegation: l.delegation()},
		{Name: endpointsPart, Range: of.endpoints.String()},
	}
	if l.Edge {
		// Azure asks new gateways for the delegation; see components/appgateway.
		made = append(made, network.Part{Name: edgePart, Range: of.edge.String(), Delegation: azure.EdgeDelegation, Hosts: true})
	}
	return made
}

// delegation is the resource type that has the gateway's subnet to itself.
func (l Layout) delegation() string {
	switch {
	case !l.Injected:
		return azure.IntegrationDelegation
	case azure.GenerationOf(l.SKU) == azure.V2:
		return azure.InjectionDelegation
	}
	return ""
}

// inNetwork is the service tag of the network and all that is peered with it.
const inNetwork = "VirtualNetwork"

// rules are those of the gateway's subnet. Where requests only leave by it, Azure's own suffice.
// Sources: https://learn.microsoft.com/azure/api-management/virtual-network-reference (classic),
// https://learn.microsoft.com/azure/api-management/inject-vnet-v2.
func (l Layout) rules(edge netip.Prefix) []network.Rule {
	if !l.Injected {
		return nil
	}
	rules := []network.Rule{{Name: "callers", Source: "Internet", Destination: inNetwork, Ports: []string{"443"}}}
	if l.Edge {
		// Azure's own rules would let in whatever is in the network or peered with it.
		rules = []network.Rule{
			{Name: "callers", Source: edge.String(), Destination: inNetwork, Ports: []string{"443"}},
			{Name: "other-callers", Deny: true, Source: inNetwork, Destination: inNetwork, Ports: []string{"443"}},
		}
	}
	if azure.GenerationOf(l.SKU) == azure.V2 {
		return append(rules, outTo("storage", "Storage", "443"))
	}
	return append(rules,
		network.Rule{Name: "management", Source: "ApiManagement", Destination: inNetwork, Ports: []string{"3443"}},
		network.Rule{Name: "load-balancer", Source: "AzureLoadBalancer", Destination: inNetwork, Ports: []string{"6390"}},
		outTo("storage", "Storage", "443"), outTo("sql", "Sql", "1433"), outTo("key-vault", "AzureKeyVault", "443"),
		outTo("entra", "AzureActiveDirectory", "443"), outTo("monitor", "AzureMonitor", "443", "1886"),
		outTo("event-hub", "EventHub", "443", "5671", "5672"), outTo("certificates", "Internet", "80"))
}

// outTo lets API Management reach what it needs, whatever rules a company's policy adds behind.
func outTo(name, tag string, ports ...string) network.Rule {
	return network.Rule{Name: name, Outbound: true, Source: inNetwork, Destination: tag, Ports: ports}
}
