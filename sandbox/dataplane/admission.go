package dataplane

import (
	"cmp"
	"maps"
	"net/netip"
	"slices"
	"strings"

	"github.com/aoai-gateway/aoai-gateway/internal/arm"
	"github.com/aoai-gateway/aoai-gateway/sandbox/azure"
)

// admits decides who may connect to a service's gateways in a region: anybody, unless
// they stand in a subnet with a network security group.
func (p *Plane) admits(serviceID, regionName string) func(netip.Addr) bool {
	return func(source netip.Addr) bool {
		held, err := p.options.Store.Snapshot()
		if err != nil {
			return false
		}
		service := held.Get(serviceID)
		if service == nil {
			return false
		}
		location := service.Properties()
		if region(service) != regionName {
			location = additionalLocation(service, regionName)
		}
		subnet := held.Get(text(object(location, "virtualNetworkConfiguration"), "subnetResourceId"))
		if subnet == nil {
			return true
		}
		group := held.Get(text(object(subnet.Properties(), "networkSecurityGroup"), "id"))
		return group != nil && allows(group, source, "443")
	}
}

func additionalLocation(service *azure.Resource, regionName string) map[string]any {
	list, _ := service.Properties()["additionalLocations"].([]any)
	for _, each := range list {
		if location, _ := each.(map[string]any); arm.NormalRegion(text(location, "location")) == regionName {
			return location
		}
	}
	return nil
}

// allows runs a source through the inbound rules of a group, in the order of their
// priorities. Source: Azure's page on network security groups.
func allows(group *azure.Resource, source netip.Addr, port string) bool {
	var rules []map[string]any
	for _, kind := range []string{"securityRules", "defaultSecurityRules"} {
		list, _ := group.Properties()[kind].([]any)
		for _, each := range list {
			entry, _ := each.(map[string]any)
			if rule := object(entry, "properties"); text(rule, "direction") == "Inbound" {
				rules = append(rules, rule)
			}
		}
	}
	slices.SortStableFunc(rules, func(a, b map[string]any) int { return cmp.Compare(number(a, "priority"), number(b, "priority")) })
	for _, rule := range rules {
		if from(text(rule, "sourceAddressPrefix"), source) && (text(rule, "destinationPortRange") == "*" || text(rule, "destinationPortRange") == port) {
			return text(rule, "access") == "Allow"
		}
	}
	return false
}

// frontDoors are the addresses that Front Door's edge locations call from here.
var frontDoors = netip.MustParsePrefix("147.243.0.0/16")

// from reports whether a source is what a rule names: a service tag or a range. A client
// on this machine is one on the internet.
func from(prefix string, source netip.Addr) bool {
	switch {
	case prefix == "*":
		return true
	case strings.EqualFold(prefix, "Internet"):
		return true
	case strings.EqualFold(prefix, "AzureFrontDoor.Backend"):
		return frontDoors.Contains(source)
	}
	if parsed, err := netip.ParsePrefix(prefix); err == nil {
		return parsed.Contains(source)
	}
	address, err := netip.ParseAddr(prefix)
	return err == nil && address == source
}

func text(m map[string]any, name string) string {
	value, _ := m[name].(string)
	return value
}

func object(m map[string]any, name string) map[string]any {
	value, _ := m[name].(map[string]any)
	return value
}

func number(m map[string]any, name string) float64 {
	value, _ := m[name].(float64)
	return value
}

// sorted are the values of a map in the order of its keys.
func sorted[V any](m map[string]V) []V {
	values := make([]V, 0, len(m))
	for _, key := range slices.Sorted(maps.Keys(m)) {
		values = append(values, m[key])
	}
	return values
}
