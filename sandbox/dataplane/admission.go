package dataplane

import (
	"cmp"
	"maps"
	"net/netip"
	"slices"
	"strconv"
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
		return group != nil && allows(group, source, 443)
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
func allows(group *azure.Resource, source netip.Addr, port int) bool {
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
		sources, ports := all(rule, "sourceAddressPrefix", "sourceAddressPrefixes"), all(rule, "destinationPortRange", "destinationPortRanges")
		protocol := text(rule, "protocol")
		if slices.ContainsFunc(sources, func(prefix string) bool { return from(prefix, source) }) && slices.ContainsFunc(ports, func(ports string) bool { return within(ports, port) }) &&
			(protocol == "*" || strings.EqualFold(protocol, "Tcp")) {
			return text(rule, "access") == "Allow"
		}
	}
	return false
}

// all are the values of a property that can be given as one or as a list.
func all(rule map[string]any, one, list string) []string {
	var values []string
	if value := text(rule, one); value != "" {
		values = append(values, value)
	}
	more, _ := rule[list].([]any)
	for _, each := range more {
		if value, ok := each.(string); ok {
			values = append(values, value)
		}
	}
	return values
}

// within reports whether a port is one of *, 443 or 400-500.
func within(ports string, port int) bool {
	if ports == "*" {
		return true
	}
	from, to, isRange := strings.Cut(ports, "-")
	if !isRange {
		to = from
	}
	low, lowErr := strconv.Atoi(from)
	high, highErr := strconv.Atoi(to)
	return lowErr == nil && highErr == nil && low <= port && port <= high
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
