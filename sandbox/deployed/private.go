package deployed

import (
	"net/netip"
	"slices"
	"strings"

	facts "github.com/aoai-gateway/aoai-gateway/internal/azure"
)

// PrivateEndpoint is one: addresses in a network that lead to one account or namespace of event
// hubs.
type PrivateEndpoint struct {
	// ID is the ARM id, Target that of what it leads to.
	ID, Target string
	// Network is the id of the network that the addresses are in, folded.
	Network string
	// Connected says that the target knows the endpoint, Approved that it lets it in.
	Connected, Approved bool
	Addresses           []netip.Addr
}

// Zone is a private DNS zone.
type Zone struct {
	ID, Name string
	// Networks are the ids of those that look names up in the zone, folded.
	Networks []string
	// PublicFallback are those of them that ask the public DNS for names that the zone lacks.
	PublicFallback []string
	Records        []Record
}

// Record is a name in a zone and its address.
type Record struct {
	Name    string
	Address netip.Addr
}

const (
	privateEndpointType = "Microsoft.Network/privateEndpoints"
	zoneGroupType       = privateEndpointType + "/privateDnsZoneGroups"
	zoneType            = "Microsoft.Network/privateDnsZones"
	zoneLinkType        = zoneType + "/virtualNetworkLinks"
)

func (r *reader) privateEndpoints() []*PrivateEndpoint {
	var found []*PrivateEndpoint
	for _, each := range r.ofType(privateEndpointType) {
		made := &PrivateEndpoint{ID: each.ID, Network: parentOf(fold(each.properties().id("subnet")))}
		for _, connection := range each.properties().objects("privateLinkServiceConnections") {
			inside := connection.object("properties")
			state := inside.object("privateLinkServiceConnectionState").text("status")
			made.Target, made.Connected, made.Approved = inside.text("privateLinkServiceId"), each.Ready() && state != "Disconnected", each.Ready() && state == "Approved"
		}
		for _, config := range each.properties().objects("customDnsConfigs") {
			for _, text := range config.texts("ipAddresses") {
				if address, err := netip.ParseAddr(text); err == nil {
					made.Addresses = append(made.Addresses, address)
				}
			}
		}
		found = append(found, made)
	}
	return found
}

func (r *reader) zones() []*Zone {
	records := map[string][]Record{}
	for _, endpoint := range r.ofType(privateEndpointType) {
		for _, group := range r.readyChildren(endpoint, zoneGroupType) {
			for _, config := range group.properties().objects("privateDnsZoneConfigs") {
				id := fold(config.object("properties").text("privateDnsZoneId"))
				records[id] = append(records[id], recordsOf(config.object("properties"))...)
			}
		}
	}
	var found []*Zone
	for _, each := range r.ofType(zoneType) {
		made := &Zone{ID: each.ID, Name: each.Name(), Records: append(records[fold(each.ID)], r.writtenRecords(each)...)}
		for _, link := range r.readyChildren(each, zoneLinkType) {
			network := fold(link.properties().id("virtualNetwork"))
			made.Networks = append(made.Networks, network)
			if link.properties().text("resolutionPolicy") == "NxDomainRedirect" {
				made.PublicFallback = append(made.PublicFallback, network)
			}
		}
		found = append(found, made)
	}
	return found
}

func recordsOf(config object) []Record {
	var found []Record
	for _, set := range config.objects("recordSets") {
		for _, text := range set.texts("ipAddresses") {
			if address, err := netip.ParseAddr(text); err == nil {
				found = append(found, Record{set.text("recordSetName"), address})
			}
		}
	}
	return found
}

// Direction is where a name leads.
type Direction string

// The directions.
const (
	// Public leads over the public endpoint.
	Public Direction = "public"
	// Private leads through a private endpoint, or to a service in the network itself.
	Private Direction = "private"
	// NoSuchName: the network's zone lacks the name, or no DNS has it, so that the lookup fails.
	NoSuchName Direction = "no such name"
	// NoAnswer: nobody answers at the address that the zone tells.
	NoAnswer Direction = "no answer"
	// Denied: a rule of the network security group of the subnet lets no request out.
	Denied Direction = "denied by a rule"
)

// Way is how a host is reached.
type Way struct {
	Direction Direction
	// Address is what the name leads to, where it is private; Endpoint is the ARM id of the
	// private endpoint there, "" for none.
	Address  netip.Addr
	Endpoint string
}

// WayTo is how a host is reached from within a network, whose id is folded; "" for none. The
// name of an internal service is known to zones alone. Once
// a resource has a private endpoint, its public name is an alias of one in the private zone,
// which a network that is linked to such a zone looks up there. Networks that are peered are
// not known here: an endpoint is reached from its own network alone. Source:
// https://learn.microsoft.com/azure/private-link/private-endpoint-dns
func (p *Picture) WayTo(network, host string) Way {
	if region := p.internal[fold(host)]; region != nil {
		return p.wayInside(network, fold(host), region)
	}
	target := p.hosts[fold(host)]
	if network == "" || target == "" || !p.hasEndpoint(target) {
		return Way{Direction: Public}
	}
	record, domain, _ := strings.Cut(fold(host), ".")
	zone := p.zoneOf(network, facts.PrivateZone(domain))
	if zone == nil {
		return Way{Direction: Public}
	}
	at := slices.IndexFunc(zone.Records, func(each Record) bool { return fold(each.Name) == record })
	if at < 0 {
		if slices.Contains(zone.PublicFallback, network) {
			return Way{Direction: Public}
		}
		return Way{Direction: NoSuchName}
	}
	way := Way{Direction: NoAnswer, Address: zone.Records[at].Address}
	for _, each := range p.PrivateEndpoints {
		if each.Network != network || !slices.Contains(each.Addresses, way.Address) {
			continue
		}
		way.Endpoint = each.ID
		if each.Approved && fold(each.Target) == target {
			way.Direction = Private
		}
	}
	return way
}

func (p *Picture) hasEndpoint(target string) bool {
	return slices.ContainsFunc(p.PrivateEndpoints, func(each *PrivateEndpoint) bool { return each.Connected && fold(each.Target) == target })
}

// zoneOf is the zone of a name that a network is linked to, nil for none.
func (p *Picture) zoneOf(network, name string) *Zone {
	at := slices.IndexFunc(p.Zones, func(each *Zone) bool { return fold(each.Name) == name && slices.Contains(each.Networks, network) })
	if at < 0 {
		return nil
	}
	return p.Zones[at]
}

// targetsByHost finds the ids of what private endpoints lead to by their public names, all folded.
func targetsByHost(accounts []*Account, namespaces []*EventHubs) map[string]string {
	found := map[string]string{}
	for _, each := range namespaces {
		found[fold(facts.EventHubHost(each.Name))] = fold(each.ID)
	}
	for _, each := range accounts {
		if each.Subdomain != "" {
			for _, host := range facts.AccountHosts(each.Kind, each.Subdomain) {
				found[fold(host)] = fold(each.ID)
			}
		}
	}
	return found
}
