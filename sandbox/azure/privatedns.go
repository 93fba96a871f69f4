package azure

import (
	"net/http"
	"strings"

	"github.com/aoai-gateway/aoai-gateway/internal/arm"
)

// Private DNS zones and their links (Microsoft.Network, API version 2024-06-01), and the groups
// by which private endpoints write into zones (2024-05-01).

const (
	zoneType    = "Microsoft.Network/privateDnsZones"
	linkType    = zoneType + "/virtualNetworkLinks"
	networkType = "Microsoft.Network/virtualNetworks"
	subnetType  = networkType + "/subnets"
	addressType = "Microsoft.Network/publicIPAddresses"
)

// completeZone fills what Azure fills. The counts of what is in a zone are left out.
func completeZone(p *put) error {
	if err := p.onlyGlobal(); err != nil {
		return err
	}
	p.body["etag"] = p.etag()
	keep(p.properties(), p.oldProperties(), "internalId", p.guid)
	p.properties()["provisioningState"] = "Succeeded"
	return nil
}

// onlyGlobal refuses a region. Source: Resource Manager's page on
// LocationNotAvailableForResourceType.
func (p *put) onlyGlobal() error {
	if location := text(p.body, "location"); arm.NormalRegion(location) != "global" {
		return refuse(http.StatusBadRequest, "LocationNotAvailableForResourceType",
			"The provided location '%s' is not available for resource type '%s'. List of available regions for the resource type is 'global'.", location, p.id.Type())
	}
	p.body["location"] = "global"
	return nil
}

// zoneWithoutLinks refuses to delete a zone that networks are linked to. Source of code and
// message: learntocloud/networking-lab#8.
func zoneWithoutLinks(tx *Tx, id arm.ID, _ *http.Request) error {
	below, err := tx.Under(id.String())
	if err != nil {
		return err
	}
	for _, link := range below {
		if strings.EqualFold(link.Type, linkType) && (link.Operation == nil || link.Operation.State != deleting) {
			return refuse(http.StatusConflict, "CannotDeleteResource",
				"Cannot delete resource while nested resources exist. Some existing nested resource IDs include: '%s'. Please delete all nested resources before deleting this resource.", link.ID)
		}
	}
	return nil
}

// completeLink refuses a second zone of one name for a network. Source of code and message:
// MicrosoftDocs/azure-aks-docs#212 and microsoft-foundry/foundry-samples#214. A second link of a zone to a
// network: https://learn.microsoft.com/azure/dns/private-dns-virtual-network-links
func completeLink(p *put) error {
	network := text(object(p.properties(), "virtualNetwork"), "id")
	if err := p.refersToA("virtualNetwork", network, networkType); err != nil {
		return err
	}
	if err := p.unchanged("BadRequest", "Make another link.", "properties", "virtualNetwork", "id"); err != nil {
		return err
	}
	zone, _ := p.id.Parent()
	links, err := p.tx.WithValue(linkType, "", network)
	if err != nil {
		return err
	}
	for _, other := range links {
		if strings.EqualFold(other.ID, p.id.String()) {
			continue
		}
		if theirs := lastSegment(parentOf(other.ID)); strings.EqualFold(theirs, zone.Name()) {
			return refuse(http.StatusBadRequest, "BadRequest",
				"A virtual network cannot be linked to multiple zones with overlapping namespaces. You tried to link virtual network with '%s' and '%s' zones.", theirs, zone.Name())
		}
		if p.properties()["registrationEnabled"] == true && other.Properties()["registrationEnabled"] == true {
			return refuse(http.StatusBadRequest, "BadRequest",
				"The virtual network %s registers its machines by %s already; a network has one zone with registration.", network, other.ID)
		}
	}
	if err := p.onlyGlobal(); err != nil {
		return err
	}
	p.body["etag"] = p.etag()
	defaults(p.properties(), map[string]any{"registrationEnabled": false, "resolutionPolicy": "Default"})
	p.properties()["provisioningState"], p.properties()["virtualNetworkLinkState"] = "Succeeded", "Completed"
	return nil
}

// mostZones is how many zones a group may name. Source: Azure's page on private endpoints' DNS.
const mostZones = 5

// completeZoneGroup writes the endpoint's addresses into the zones that bear its hosts' names:
// a zone of another name gets no record.
func completeZoneGroup(p *put) error {
	endpointID, _ := p.id.Parent()
	if err := p.uniqueZoneGroup(endpointID); err != nil {
		return err
	}
	endpoint, err := p.tx.Get(endpointID.String())
	if err != nil {
		return err
	}
	configs, _ := p.properties()["privateDnsZoneConfigs"].([]any)
	if len(configs) > mostZones {
		return refuse(http.StatusBadRequest, "InvalidRequestFormat", "The zone group %s names %d zones; at most %d are allowed.", p.id.Name(), len(configs), mostZones)
	}
	for _, each := range configs {
		config, _ := each.(map[string]any)
		inside := object(config, "properties")
		if err := p.refersToA("privateDnsZoneId", inside["privateDnsZoneId"], zoneType); err != nil {
			return err
		}
		if inside["recordSets"], err = recordsIn(lastSegment(text(inside, "privateDnsZoneId")), endpoint); err != nil {
			return err
		}
	}
	delete(p.body, "type") // Microsoft's model of it has none
	p.body["etag"] = p.etag()
	p.properties()["provisioningState"] = "Succeeded"
	return nil
}

// recordsIn are an endpoint's records in a zone.
func recordsIn(zone string, endpoint *Resource) ([]any, error) {
	records := []any{}
	configs, _ := endpoint.Properties()["customDnsConfigs"].([]any)
	for _, each := range configs {
		config, _ := each.(map[string]any)
		home, record, err := zoneOf(text(config, "fqdn"))
		if err != nil {
			return nil, err
		}
		if strings.EqualFold(home, zone) {
			records = append(records, map[string]any{
				"recordType": "A", "recordSetName": record, "fqdn": record + "." + zone, "ttl": 10.0,
				"ipAddresses": config["ipAddresses"], "provisioningState": "Succeeded",
			})
		}
	}
	return records, nil
}
