package deployed

import (
	"net/netip"
	"slices"
	"strings"

	facts "github.com/aoai-gateway/aoai-gateway/internal/azure"
)

// zoneRecordType are the address records of a zone that people write themselves.
const zoneRecordType = zoneType + "/A"

// ownName is the record of a zone's own name.
const ownName = "@"

// writtenRecords are the records of a zone that no private endpoint writes.
func (r *reader) writtenRecords(zone resource) []Record {
	var found []Record
	for _, set := range r.readyChildren(zone, zoneRecordType) {
		for _, each := range set.properties().objects("aRecords") {
			if address, err := netip.ParseAddr(each.text("ipv4Address")); err == nil {
				found = append(found, Record{set.Name(), address})
			}
		}
	}
	return found
}

// internalByHost finds the regions of services that are reached from within their network alone,
// by their names, folded: no public DNS has these.
func internalByHost(services []*Service) map[string]*Region {
	found := map[string]*Region{}
	for _, service := range services {
		for i, region := range service.Regions {
			if !region.Internal {
				continue
			}
			found[fold(facts.RegionalGatewayHost(service.Name, region.Name))] = region
			if i == 0 {
				found[fold(facts.GatewayHost(service.Name))] = region
			}
		}
	}
	return found
}

// IsInternal reports whether a host is known within a service's network alone.
func (p *Picture) IsInternal(host string) bool { return p.internal[fold(host)] != nil }

// wayInside is how an internal service's gateway is reached from within a network: by a zone
// that the network is linked to. Sources:
// https://learn.microsoft.com/azure/api-management/api-management-using-with-internal-vnet and
// https://learn.microsoft.com/azure/dns/private-dns-overview
func (p *Picture) wayInside(network, host string, region *Region) Way {
	zone := p.zoneAround(network, host)
	if zone == nil {
		return Way{Direction: NoSuchName}
	}
	record := ownName
	if fold(zone.Name) != host {
		record = strings.TrimSuffix(host, "."+fold(zone.Name))
	}
	at := slices.IndexFunc(zone.Records, func(each Record) bool { return fold(each.Name) == record })
	if at < 0 {
		return Way{Direction: NoSuchName}
	}
	way := Way{Direction: NoAnswer, Address: zone.Records[at].Address}
	if region.Network == network && slices.Contains(region.PrivateAddresses, way.Address) {
		way.Direction = Private
	}
	return way
}

// zoneAround is the zone with the longest name that a host is in, of those that a network is
// linked to; nil for none.
func (p *Picture) zoneAround(network, host string) *Zone {
	var found *Zone
	for _, each := range p.Zones {
		name := fold(each.Name)
		if (host == name || strings.HasSuffix(host, "."+name)) && slices.Contains(each.Networks, network) && (found == nil || len(name) > len(found.Name)) {
			found = each
		}
	}
	return found
}

// stand tells where in a network a gateway stands: the network's id, folded, and the first
// address of the subnet that is not Azure's own.
func (r *reader) stand(subnetID string) (network string, inside netip.Addr) {
	subnet, found := r.get(subnetID)
	if !found {
		return "", netip.Addr{}
	}
	for _, text := range oneOrMore(subnet.properties(), "addressPrefix", "addressPrefixes") {
		if prefix, err := netip.ParsePrefix(text); err == nil {
			inside = prefix.Masked().Addr().Next().Next().Next().Next()
			break
		}
	}
	return parentOf(fold(subnetID)), inside
}
