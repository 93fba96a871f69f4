package azure

import (
	"net/http"
	"net/netip"
)

// recordType are the address records of a private DNS zone; records of other types are not
// modelled. A zone of its own is where an internal API Management service is found.
const recordType = zoneType + "/A"

// completeRecord fills what Azure fills. Source of what it tells:
// https://learn.microsoft.com/rest/api/dns/privatedns/record-sets/get; the codes are guessed.
func completeRecord(p *put) error {
	properties := p.properties()
	addresses := valuesAt(properties, []string{"aRecords", "ipv4Address"})
	if len(addresses) == 0 {
		return refuse(http.StatusBadRequest, "BadRequest", "The record set '%s' has no records.", p.id.Name())
	}
	for _, text := range addresses {
		if address, err := netip.ParseAddr(text); err != nil || !address.Is4() {
			return refuse(http.StatusBadRequest, "BadRequest", "The value '%s' of a record of '%s' is no IPv4 address.", text, p.id.Name())
		}
	}
	if _, given := properties["ttl"]; !given {
		return refuse(http.StatusBadRequest, "BadRequest", "The record set '%s' has no ttl.", p.id.Name())
	}
	zone, _ := p.id.Parent()
	properties["fqdn"] = p.id.Name() + "." + zone.Name() + "."
	if p.id.Name() == "@" {
		properties["fqdn"] = zone.Name() + "."
	}
	properties["isAutoRegistered"] = false
	p.body["etag"] = p.etag()
	return nil
}
