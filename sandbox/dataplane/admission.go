package dataplane

import (
	"maps"
	"net/netip"
	"slices"
	"strings"

	"github.com/aoai-gateway/aoai-gateway/sandbox/deployed"
)

// admits decides who may connect to a service's gateways in a region: anybody, unless
// they stand in a subnet with a network security group.
func (p *Plane) admits(serviceID, regionName string) func(netip.Addr) bool {
	return func(source netip.Addr) bool {
		picture, err := p.options.Deployed.Picture()
		if err != nil {
			return false
		}
		service := picture.Service(serviceID)
		if service == nil {
			return false
		}
		region := service.Region(regionName)
		if region == nil || region.Subnet == nil || region.Integrated {
			return true
		}
		if region.Internal && !source.IsPrivate() {
			return false // no public DNS has the name, and the address is the network's
		}
		return region.Subnet.SecurityGroup != nil && allows(region.Subnet.SecurityGroup, source, 443)
	}
}

// allows runs a source through the inbound rules of a group. Source: Azure's page on
// network security groups.
func allows(group *deployed.SecurityGroup, source netip.Addr, port int) bool {
	for _, rule := range group.Inbound {
		if rule.TCP && slices.ContainsFunc(rule.Sources, func(named string) bool { return from(named, source) }) &&
			slices.ContainsFunc(rule.Ports, func(ports deployed.Range) bool { return ports.Has(port) }) {
			return rule.Allow
		}
	}
	return false
}

// letsOut runs a destination through the outbound rules of a group; the zero address stands for
// one on the internet. Service tags of Azure's own services count as part of the internet only
// where a rule names AzureCloud.
func letsOut(group *deployed.SecurityGroup, destination netip.Addr, port int) bool {
	for _, rule := range group.Outbound {
		if rule.TCP && slices.ContainsFunc(rule.Destinations, func(named string) bool { return to(named, destination) }) &&
			slices.ContainsFunc(rule.Ports, func(ports deployed.Range) bool { return ports.Has(port) }) {
			return rule.Allow
		}
	}
	return false
}

// to reports whether a destination is what a rule names. Every account is in Azure's cloud.
func to(prefix string, destination netip.Addr) bool {
	public := !destination.IsValid()
	switch {
	case prefix == "*":
		return true
	case strings.EqualFold(prefix, "Internet"), strings.EqualFold(prefix, "AzureCloud"):
		return public
	case strings.EqualFold(prefix, "VirtualNetwork"):
		return !public
	}
	return !public && from(prefix, destination)
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
		return !source.IsPrivate()
	case strings.EqualFold(prefix, "VirtualNetwork"):
		return source.IsPrivate()
	case strings.EqualFold(prefix, "AzureFrontDoor.Backend"):
		return frontDoors.Contains(source)
	}
	if parsed, err := netip.ParsePrefix(prefix); err == nil {
		return parsed.Contains(source)
	}
	address, err := netip.ParseAddr(prefix)
	return err == nil && address == source
}

// sorted are the values of a map in the order of its keys.
func sorted[V any](m map[string]V) []V {
	values := make([]V, 0, len(m))
	for _, key := range slices.Sorted(maps.Keys(m)) {
		values = append(values, m[key])
	}
	return values
}
