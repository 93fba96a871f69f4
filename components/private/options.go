// Package private puts accounts into a network: private endpoints, the DNS zones in which their
// names are found, and a subnet by which a gateway's requests leave.
package private

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"github.com/aoai-gateway/aoai-gateway/internal/arm"
	"github.com/aoai-gateway/aoai-gateway/internal/azure"
	"github.com/aoai-gateway/aoai-gateway/internal/defaults"
	"github.com/aoai-gateway/aoai-gateway/internal/faults"
)

// The values of Options.Access.
const (
	// AccessPublic: accounts answer on the internet, behind Entra authentication.
	AccessPublic = "public"
	// AccessBoth: accounts have private endpoints, and still answer on the internet. It is the
	// step between the other two, in which no request is lost.
	AccessBoth = "public-and-private"
	// AccessPrivate: accounts answer through their private endpoints alone.
	AccessPrivate = "private"
)

// Accesses are the values of Options.Access.
var Accesses = []string{AccessPublic, AccessBoth, AccessPrivate}

// DefaultRange is that of a network that is made.
const DefaultRange = "10.70.0.0/24"

// Options say how accounts are reached. DefaultOptions gives the defaults.
type Options struct {
	// Access is public, private, or public-and-private as the step between.
	Access string `json:"access" default:"public"`
	// Range is the address range of the network that is made, in CIDR form: a /16 to /26 of
	// private addresses; default 10.70.0.0/24. The gateway has its first half, endpoints the
	// second, or with an Application Gateway the third quarter, and that the fourth.
	Range string `json:"range"`
	// Existing names subnets, and maybe DNS zones, that somebody else made.
	Existing *Existing `json:"existing"`
}

// Existing is a network that somebody else made, in the stack's region.
type Existing struct {
	// GatewaySubnetID is the subnet by which the gateway's requests leave: a /27 or larger that
	// nothing else uses, delegated to Microsoft.Web/serverFarms, with a network security group. A
	// service that stands in it as a whole needs another delegation: Developer and Premium none,
	// PremiumV2 Microsoft.Web/hostingEnvironments.
	GatewaySubnetID string `json:"gatewaySubnetId"`
	// EndpointSubnetID is the subnet of the private endpoints, in the same network.
	EndpointSubnetID string `json:"endpointSubnetId"`
	// EdgeSubnetID is the subnet of an Application Gateway before the gateway, in the same
	// network: one that nothing else uses, delegated to Microsoft.Network/applicationGateways.
	EdgeSubnetID string `json:"edgeSubnetId"`
	// DNSZoneIDs are private DNS zones that the network is linked to, or whose answers it gets
	// by DNS servers of its own. None (default) makes zones, and links them to the network.
	DNSZoneIDs []string `json:"dnsZoneIds"`
}

// DefaultOptions are what an empty configuration means.
func DefaultOptions() Options { return defaults.Of[Options]() }

// Private reports whether accounts have private endpoints.
func (o Options) Private() bool { return o.Access == AccessBoth || o.Access == AccessPrivate }

// Closed reports whether accounts answer through their endpoints alone.
func (o Options) Closed() bool { return o.Access == AccessPrivate }

// Domains are those in which accounts of some kinds answer, sorted, each once.
func Domains(kinds []string) []string {
	var domains []string
	for _, kind := range kinds {
		domains = append(domains, azure.AccountDomains(kind)...)
	}
	slices.Sort(domains)
	return slices.Compact(domains)
}

// Reached is what gets private endpoints.
type Reached struct {
	// Kinds are those of the accounts.
	Kinds []string
	// EventHub says that an event hub gets one, too.
	EventHub bool
}

// Domains are those in which all of it answers, sorted, each once.
func (r Reached) Domains() []string {
	domains := Domains(r.Kinds)
	if r.EventHub {
		domains = append(domains, azure.EventHubDomain)
	}
	slices.Sort(domains)
	return domains
}

// addresses is how many of them the endpoints need: one a host name.
func (r Reached) addresses() int {
	need := 0
	for _, kind := range r.Kinds {
		need += len(azure.AccountDomains(kind))
	}
	if r.EventHub {
		need++
	}
	return need
}

// Validate returns every mistake, with its path below the options. Reached gets endpoints; layout
// says what else stands in the network.
func (o Options) Validate(reached Reached, layout Layout) error {
	var list faults.List
	list.OneOf("access", o.Access, Accesses)
	switch {
	case !o.Private():
		if o.Range != "" {
			list.Add("range", "has no effect while access is %s; set access to %s, or remove it", AccessPublic, AccessPrivate)
		}
		if o.Existing != nil {
			list.Add("existing", "has no effect while access is %s; set access to %s, or remove it", AccessPublic, AccessPrivate)
		}
	case o.Existing != nil:
		if o.Range != "" {
			list.Add("range", "has no effect beside existing, whose subnets have ranges of their own; remove one of the two")
		}
		list.Merge("existing", o.Existing.validate(reached, layout))
	case o.Range != "":
		list.AddError("range", checkRange(o.Range, reached, layout))
	default:
		list.AddError("range", checkRange(DefaultRange, reached, layout))
	}
	return list.Err()
}

// minBits is the largest network.
const minBits = 16

func checkRange(text string, reached Reached, layout Layout) error {
	prefix, err := netip.ParsePrefix(text)
	switch {
	case err != nil:
		return faults.New("%q is not an address range in CIDR form, such as %s", text, DefaultRange).About(text).Err()
	case !prefix.Addr().Is4():
		return faults.New("%q is IPv6; give an IPv4 range such as %s", text, DefaultRange).About(text).Err()
	case prefix.Masked() != prefix:
		return faults.New("%q has bits set behind its prefix; write %s", text, prefix.Masked()).About(text).Err()
	case !prefix.Addr().IsPrivate():
		return faults.New("%q is no range of private addresses; take one in 10.0.0.0/8, 172.16.0.0/12 or 192.168.0.0/16", text).About(text).Err()
	}
	return layout.checkRoom(prefix, reached)
}

const (
	subnetType = "Microsoft.Network/virtualNetworks/subnets"
	zoneType   = "Microsoft.Network/privateDnsZones"
)

func (e *Existing) validate(reached Reached, layout Layout) error {
	var list faults.List
	gateway := subnetAt(&list, "gatewaySubnetId", e.GatewaySubnetID)
	endpoints := subnetAt(&list, "endpointSubnetId", e.EndpointSubnetID)
	if gateway != nil && endpoints != nil {
		switch {
		case strings.EqualFold(gateway.String(), endpoints.String()):
			list.Add("endpointSubnetId", "is the gateway's subnet, which is delegated and takes no private endpoints; name another subnet of the network")
		case !strings.EqualFold(networkID(*gateway), networkID(*endpoints)):
			list.Add("endpointSubnetId", "is in another network than gatewaySubnetId; peered networks are not taken: name two subnets of one network")
		}
	}
	switch {
	case layout.Edge:
		e.validateEdge(&list, gateway, endpoints)
	case e.EdgeSubnetID != "":
		list.Add("edgeSubnetId", "has no effect without an Application Gateway before the gateway; remove it")
	}
	list.Merge("dnsZoneIds", validateZones(e.DNSZoneIDs, reached))
	return list.Err()
}

// validateEdge checks the subnet of an Application Gateway.
func (e *Existing) validateEdge(list *faults.List, gateway, endpoints *arm.ID) {
	edge := subnetAt(list, "edgeSubnetId", e.EdgeSubnetID)
	if edge == nil || gateway == nil {
		return
	}
	switch {
	case strings.EqualFold(edge.String(), gateway.String()), endpoints != nil && strings.EqualFold(edge.String(), endpoints.String()):
		list.Add("edgeSubnetId", "is the subnet of somebody else here; an Application Gateway has its subnet to itself: name another subnet of the network")
	case !strings.EqualFold(networkID(*gateway), networkID(*edge)):
		list.Add("edgeSubnetId", "is in another network than gatewaySubnetId; peered networks are not taken: name three subnets of one network")
	}
}

func subnetAt(list *faults.List, path, text string) *arm.ID {
	if text == "" {
		list.Add(path, "is missing; give the resource id of a subnet")
		return nil
	}
	id, err := arm.ParseID(text)
	if err != nil || !strings.EqualFold(id.Type(), subnetType) || id.ResourceGroup() == "" {
		list.Add(path, "%q is not the resource id of a subnet (/subscriptions/.../resourceGroups/.../providers/Microsoft.Network/virtualNetworks/name/subnets/name)", text)
		return nil
	}
	return &id
}

// networkID is the id of the network that a subnet is in.
func networkID(subnet arm.ID) string {
	network, _ := subnet.Parent()
	return network.String()
}

func validateZones(ids []string, reached Reached) error {
	var list faults.List
	if len(ids) == 0 {
		return nil
	}
	var needed []string
	for _, domain := range reached.Domains() {
		needed = append(needed, azure.PrivateZone(domain))
	}
	given := map[string]int{}
	for i, text := range ids {
		at := fmt.Sprintf("[%d]", i)
		id, err := arm.ParseID(text)
		if err != nil || !strings.EqualFold(id.Type(), zoneType) {
			list.Add(at, "%q is not the resource id of a private DNS zone (/subscriptions/.../providers/Microsoft.Network/privateDnsZones/name)", text)
			continue
		}
		name := strings.ToLower(id.Name())
		if first, twice := given[name]; twice {
			list.Add(at, "is a second zone %s beside [%d]; a network can be linked to one zone of a name, so remove one", name, first)
			continue
		}
		given[name] = i
		if !slices.Contains(needed, name) {
			list.Add(at, "is the zone %s, in which no account here is found; needed are %s", name, strings.Join(needed, ", "))
		}
	}
	missing := slices.DeleteFunc(needed, func(name string) bool { _, there := given[name]; return there })
	if len(missing) > 0 {
		list.Add("", "lacks %s, without which names of accounts lead to their public endpoints; add what is missing, or remove all to have zones made", strings.Join(missing, ", "))
	}
	return list.Err()
}
