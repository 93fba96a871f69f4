package preflight

import (
	"context"
	"fmt"
	"maps"
	"net/netip"
	"slices"
	"strings"

	"github.com/aoai-gateway/aoai-gateway/internal/arm"
	"github.com/aoai-gateway/aoai-gateway/internal/azure"
)

// network looks at subnets and zones that are there already, and that the plan uses: a hub
// network of a company's own. What the plan makes is not known yet.
func (c *checker) network(ctx context.Context) error {
	endpoints := map[string][]*step{} // by the id of their subnet
	for _, s := range c.plan.steps {
		if !s.creates() {
			continue
		}
		var err error
		switch s.kind.ARMType {
		case "Microsoft.ApiManagement/service":
			err = c.gatewaySubnet(ctx, s)
		case "Microsoft.Network/privateEndpoints":
			if id := s.inputs.text("subnet", "id"); id != "" {
				endpoints[id] = append(endpoints[id], s)
			}
		case "Microsoft.Network/privateDnsZones/virtualNetworkLinks":
			err = c.zoneLink(ctx, s)
		}
		if err != nil {
			return err
		}
	}
	for _, id := range slices.Sorted(maps.Keys(endpoints)) {
		if err := c.endpointSubnet(ctx, id, endpoints[id]); err != nil {
			return err
		}
	}
	return nil
}

// Source: the REST references of Subnets and of Private Endpoints.
const (
	networkVersion = "2024-05-01"
	zoneVersion    = "2024-06-01"
)

// subnet reads one that is there; nil where it is not, which becomes a finding.
func (c *checker) subnet(ctx context.Context, id, place string) (inputs, error) {
	found, err := c.cloud.Get(ctx, id, networkVersion)
	if err != nil {
		return nil, c.tolerate(Network, id, fmt.Errorf("asking for the subnet %s: %w", id, err))
	}
	if found == nil {
		c.find(Finding{Network, place, id, "there is no such subnet, or who asks may not see it", "correct network.existing, or make the subnet first"})
	}
	return found, nil
}

// gatewaySubnet holds the subnet by which a service's requests leave to what Azure asks of it.
// Source: https://learn.microsoft.com/azure/api-management/integrate-vnet-outbound
func (c *checker) gatewaySubnet(ctx context.Context, s *step) error {
	id := s.inputs.text("virtualNetworkConfiguration", "subnetResourceId")
	if id == "" || azure.GenerationOf(s.inputs.text("sku", "name")) != azure.V2 {
		return nil
	}
	found, err := c.subnet(ctx, id, s.place())
	if err != nil || found == nil || s.inputs.text("virtualNetworkType") != "External" {
		return err // a service that stands in the subnet asks for something else
	}
	if !slices.ContainsFunc(delegations(found), func(name string) bool { return strings.EqualFold(name, azure.IntegrationDelegation) }) {
		c.find(Finding{
			Network, s.place(), id, "the subnet is not delegated to " + azure.IntegrationDelegation, "az network vnet subnet update --ids " + id + " --delegations " + azure.IntegrationDelegation,
		})
	}
	if prefix, known := prefixOf(found); known && prefix.Bits() > azure.IntegrationBits {
		c.find(Finding{Network, s.place(), prefix.String(), "the subnet " + id + " is too small", fmt.Sprintf("take one of /%d or larger", azure.IntegrationBits)})
	}
	if found.at("properties", "networkSecurityGroup") == nil {
		c.find(Finding{Network, s.place(), id, "the subnet has no network security group", "az network vnet subnet update --ids " + id + " --network-security-group <its id>"})
	}
	return nil
}

// endpointSubnet looks whether private endpoints have room in a subnet.
func (c *checker) endpointSubnet(ctx context.Context, id string, users []*step) error {
	place := users[0].place()
	found, err := c.subnet(ctx, id, place)
	if err != nil || found == nil {
		return err
	}
	if names := delegations(found); len(names) > 0 {
		c.find(Finding{Network, place, id, "the subnet is delegated to " + strings.Join(names, ", ") + ", and takes no private endpoints", "name another subnet in network.existing.endpointSubnetId"})
	}
	taken, _ := found.at("properties", "ipConfigurations").([]any)
	if prefix, known := prefixOf(found); known && azure.FreeAddresses(prefix)-len(taken) < len(users) {
		c.find(Finding{
			Network, place, prefix.String(), fmt.Sprintf("the subnet %s has %d free addresses, and the plan makes %d private endpoints", id, max(0, azure.FreeAddresses(prefix)-len(taken)), len(users)),
			"take a larger subnet",
		})
	}
	return nil
}

// zoneLink looks whether a network is linked to another zone of the name. Source:
// https://learn.microsoft.com/azure/dns/private-dns-virtual-network-links
func (c *checker) zoneLink(ctx context.Context, s *step) error {
	network, name := s.inputs.text("virtualNetwork", "id"), s.inputs.text("privateZoneName")
	if network == "" || name == "" {
		return nil
	}
	zones, err := c.cloud.List(ctx, c.subscription+"/providers/Microsoft.Network/privateDnsZones", zoneVersion)
	if err != nil {
		return c.tolerate(Network, "zones", fmt.Errorf("asking for the private DNS zones: %w", err))
	}
	for _, zone := range zones {
		if !strings.EqualFold(inputs(zone).text("name"), name) {
			continue
		}
		links, err := c.cloud.List(ctx, inputs(zone).text("id")+"/virtualNetworkLinks", zoneVersion)
		if err != nil {
			return c.tolerate(Network, name, fmt.Errorf("asking for the links of %s: %w", name, err))
		}
		for _, link := range links {
			if arm.Fold(inputs(link).text("properties", "virtualNetwork", "id")) == arm.Fold(network) {
				c.find(Finding{
					Network, s.place(), inputs(zone).text("id"), "the network is linked to this zone already, and can be linked to one zone of a name",
					"name the zone in network.existing.dnsZoneIds",
				})
			}
		}
	}
	return nil
}

func delegations(subnet inputs) []string {
	var names []string
	listed, _ := subnet.at("properties", "delegations").([]any)
	for _, each := range listed {
		in, _ := each.(map[string]any)
		names = append(names, inputs(in).text("properties", "serviceName"))
	}
	return names
}

func prefixOf(subnet inputs) (netip.Prefix, bool) {
	prefix, err := netip.ParsePrefix(subnet.text("properties", "addressPrefix"))
	return prefix, err == nil
}
