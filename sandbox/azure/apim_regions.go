package azure

import (
	"net/http"
	"strings"

	"github.com/aoai-gateway/aoai-gateway/internal/arm"
	facts "github.com/aoai-gateway/aoai-gateway/internal/azure"
)

// regions fills what the service tells of each of its regions, and refuses
// networks that no gateway can stand in.
func (p serviceWrite) regions(name, sku string) error {
	properties := p.properties()
	own := text(p.body, "location")
	if facts.GenerationOf(sku) != facts.Consumption {
		properties["publicIPAddresses"] = []any{publicIP("20.50", name+own)}
	}
	if err := p.staysInjected(); err != nil {
		return err
	}
	if err := p.network(properties, p.oldProperties(), own); err != nil {
		return err
	}
	locations, _ := properties["additionalLocations"].([]any)
	seen := map[string]bool{own: true}
	for _, each := range locations {
		location, _ := each.(map[string]any)
		region := arm.NormalRegion(text(location, "location"))
		if seen[region] {
			return refuse(http.StatusBadRequest, "InvalidParameters", "The location %s of service %s is given twice.", region, p.id.Name())
		}
		seen[region] = true
		if err := p.network(location, p.oldLocation(region), region); err != nil {
			return err
		}
		location["gatewayRegionalUrl"] = "https://" + facts.RegionalGatewayHost(name, region)
		location["publicIPAddresses"] = []any{publicIP("20.50", name+region)}
		location["platformVersion"] = "stv2.1"
		defaults(location, map[string]any{"disableGateway": false, "natGatewayState": "Disabled"})
	}
	return nil
}

// oldLocation is what the service told of an additional location before.
func (p serviceWrite) oldLocation(region string) map[string]any {
	locations, _ := p.oldProperties()["additionalLocations"].([]any)
	for _, each := range locations {
		if location, _ := each.(map[string]any); arm.NormalRegion(text(location, "location")) == region {
			return location
		}
	}
	return nil
}

// network checks the network of one region. Sources: API Management's pages on
// virtual networks and their prerequisites; the codes are guessed.
func (p serviceWrite) network(location, before map[string]any, region string) error {
	if err := p.needsSubnet(location, region); err != nil {
		return err
	}
	configuration, given := location["virtualNetworkConfiguration"].(map[string]any)
	if !given {
		return nil
	}
	if err := p.refersToA("virtualNetworkConfiguration.subnetResourceId", configuration["subnetResourceId"], subnetType); err != nil {
		return err
	}
	subnetID, err := arm.ParseID(text(configuration, "subnetResourceId"))
	if err != nil {
		return err
	}
	network, err := p.tx.Get(networkOf(subnetID))
	if err != nil {
		return err
	}
	if network == nil || text(network.Body, "location") != region {
		return refuse(http.StatusBadRequest, "InvalidParameters", "The subnet %s of service %s is not in %s.", subnetID, p.id.Name(), region)
	}
	subnet, err := p.tx.Get(subnetID.String())
	if err != nil {
		return err
	}
	if facts.GenerationOf(text(object(p.body, "sku"), "name")) == facts.Classic {
		err = p.checkInjection(subnet, p.unitsAt(location))
	} else {
		err = p.checkIntegration(subnet, text(p.properties(), "virtualNetworkType"))
	}
	if err != nil {
		return err
	}
	if _, guarded := subnet.Properties()["networkSecurityGroup"].(map[string]any); !guarded {
		return refuse(http.StatusBadRequest, "InvalidParameters",
			"The subnet %s of service %s has no network security group; without one nothing reaches the service.", subnetID, p.id.Name())
	}
	configuration["vnetid"], configuration["subnetname"] = "00000000-0000-0000-0000-000000000000", subnetID.Name()
	if err := p.privateAddress(location, before, subnet); err != nil {
		return err
	}
	return p.address(text(location, "publicIpAddressId"), region)
}

// unitsAt is what says how many units a location has: the service itself for its own.
func (p serviceWrite) unitsAt(location map[string]any) map[string]any {
	if _, additional := location["location"]; additional {
		return location
	}
	return p.body
}

// address: the address of a region is a Standard one there, with a name.
func (p serviceWrite) address(id, region string) error {
	if id == "" {
		return nil
	}
	if err := p.refersToA("publicIpAddressId", id, addressType); err != nil {
		return err
	}
	address, err := p.tx.Get(id)
	if err != nil {
		return err
	}
	sku, _ := address.Body["sku"].(map[string]any)
	settings, _ := address.Properties()["dnsSettings"].(map[string]any)
	if !strings.EqualFold(text(sku, "name"), "Standard") || text(settings, "domainNameLabel") == "" || text(address.Body, "location") != region {
		return refuse(http.StatusBadRequest, "InvalidParameters",
			"The public IP address %s of service %s has to be of the Standard sku, with a DNS name label, in %s.", id, p.id.Name(), region)
	}
	return nil
}
