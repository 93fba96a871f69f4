package azure

import (
	"net/http"
	"net/netip"
	"slices"
	"strings"

	"github.com/aoai-gateway/aoai-gateway/internal/arm"
)

// Subnets: where they lie in their network, and those that stand in the network's own body.

// prefixes are the address ranges below some properties; what is no range is left out.
func prefixes(properties map[string]any, paths ...string) []netip.Prefix {
	var found []netip.Prefix
	for _, path := range paths {
		for _, each := range valuesAt(properties, strings.Split(path, ".")) {
			if prefix, err := netip.ParsePrefix(each); err == nil {
				found = append(found, prefix)
			}
		}
	}
	return found
}

// subnetFits refuses a subnet that lies outside of its network or over another subnet.
// Sources: public reports of both codes.
func (p *put) subnetFits() error {
	parent, _ := p.id.Parent()
	network, err := p.tx.Get(parent.String())
	if err != nil || network == nil {
		return err
	}
	siblings, err := p.tx.Under(parent.String())
	if err != nil {
		return err
	}
	space := prefixes(network.Properties(), "addressSpace.addressPrefixes")
	for _, mine := range prefixes(p.properties(), "addressPrefix", "addressPrefixes") {
		inside := func(whole netip.Prefix) bool { return whole.Bits() <= mine.Bits() && whole.Contains(mine.Addr()) }
		if len(space) > 0 && !slices.ContainsFunc(space, inside) {
			return refuse(http.StatusBadRequest, "NetcfgSubnetRangeOutsideVnet",
				"Subnet '%s' is not valid because its IP address range is outside the IP address range of virtual network '%s'.", p.id.Name(), parent.Name())
		}
		for _, other := range siblings {
			if strings.EqualFold(other.ID, p.id.String()) || !strings.EqualFold(other.Type, p.id.Type()) {
				continue
			}
			if slices.ContainsFunc(prefixes(other.Properties(), "addressPrefix", "addressPrefixes"), mine.Overlaps) {
				return refuse(http.StatusBadRequest, "NetcfgSubnetRangesOverlap",
					"Subnet '%s' is not valid because its IP address range overlaps with that of an existing subnet in virtual network '%s'.", p.id.Name(), parent.Name())
			}
		}
	}
	return nil
}

// inlineSubnets puts the subnets that stand in a network's body, and takes away those that do
// not stand there any more; a body without the list leaves all as they are. Source: the REST
// reference of virtual networks.
func (p *put) inlineSubnets() error {
	list, given := p.properties()["subnets"].([]any)
	delete(p.properties(), "subnets") // a read adds those that are there
	if !given {
		return nil
	}
	// The subnets look at the network's new address space.
	if err := p.tx.Put(&Resource{ID: p.id.String(), Type: "Microsoft.Network/virtualNetworks", Body: p.body, ETag: p.currentETag()}); err != nil {
		return err
	}
	kept := map[string]bool{}
	for _, each := range list {
		subnet, _ := each.(map[string]any)
		id := arm.ID{
			Scope: p.id.Scope, Namespace: p.id.Namespace, Types: []string{p.id.Types[0], "subnets"}, Names: []string{p.id.Name(), text(subnet, "name")},
		}
		if id.Name() == "" {
			return refuse(http.StatusBadRequest, "InvalidRequestFormat", "A subnet of '%s' has no name.", p.id.Name())
		}
		kept[arm.Fold(id.String())] = true
		if err := p.service.put(p.tx, id, p.apiVersion, copyDeep(subnet).(map[string]any), p.planted); err != nil {
			return err
		}
	}
	below, err := p.tx.Under(p.id.String())
	if err != nil {
		return err
	}
	for _, old := range below {
		if !strings.EqualFold(old.Type, "Microsoft.Network/virtualNetworks/subnets") || kept[arm.Fold(old.ID)] {
			continue
		}
		if err := notInUse(p.tx, []*Resource{old}); err != nil {
			return err
		}
		if err := p.tx.Delete(old.ID); err != nil {
			return err
		}
	}
	return nil
}
