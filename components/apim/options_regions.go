package apim

import (
	"fmt"

	"github.com/aoai-gateway/aoai-gateway/internal/arm"
	"github.com/aoai-gateway/aoai-gateway/internal/azure"
	"github.com/aoai-gateway/aoai-gateway/internal/faults"
)

// Region is one in which a service has gateways beside those of its own region.
type Region struct {
	// Location is the Azure region, such as francecentral.
	Location string `json:"location"`
	// Units there, 1 to 50; 0 for as many as the service has in its own
	// region.
	Units int `json:"units"`
	// Zones spread the units: "1", "2", "3".
	Zones []string `json:"zones"`
	// Drain keeps the edge from sending requests there, and GatewayOff switches the gateway
	// there off, while all else stays.
	Drain      bool `json:"drain"`
	GatewayOff bool `json:"gatewayOff"`
}

// validateRegions checks the regions beside the service's own, which is "" where it is
// not known.
func (o Options) validateRegions(own string) error {
	var list faults.List
	offered, known := azure.FindAPIMSKU(o.SKU)
	if known && len(o.Regions) > 0 && !offered.Regions {
		list.Add("sku", "%q has one region", o.SKU).About(o.SKU).Remedy("regions need %s", azure.WithRegions())
		return list.Err()
	}
	seen := map[string]string{}
	if own != "" {
		seen[arm.NormalRegion(own)] = "the service's own region"
	}
	on, undrained := !o.GatewayOff, !o.GatewayOff && !o.Drain
	for i, region := range o.Regions {
		at := fmt.Sprintf("regions[%d]", i)
		if first, twice := seen[arm.NormalRegion(region.Location)]; twice {
			list.Add(at+".location", "%q is %s already", region.Location, first).About(region.Location).Remedy("remove it")
		} else {
			seen[arm.NormalRegion(region.Location)] = fmt.Sprintf("regions[%d]", i)
		}
		arm.CheckRegion(&list, at+".location", region.Location)
		region = o.complete(region)
		if region.Units < 1 || region.Units > azure.MaxAdditionalUnits {
			list.Add(at+".units", "%d is not on offer beside the service's own region", region.Units).About(region.Units).Remedy("allowed are 1 to %d", azure.MaxAdditionalUnits)
		}
		validateZones(&list, at+".", o.SKU, region.Units, region.Zones, region.Location)
		on = on || !region.GatewayOff
		undrained = undrained || (!region.GatewayOff && !region.Drain)
	}
	if !on {
		list.Add("gatewayOff", "true in every region leaves nobody to answer").About(true).Remedy("keep one gateway on")
	}
	if on && !undrained {
		list.Add("drain", "true in every region that has its gateway on leaves nobody to answer").About(true).Remedy("keep one as it is")
	}
	return list.Err()
}

// complete fills what a region leaves out.
func (o Options) complete(region Region) Region {
	if region.Units == 0 {
		region.Units = o.Units
	}
	return region
}

// Gateways are the regions whose gateway is on, by Azure's names, the service's own
// first.
func (o Options) Gateways(own string) []string {
	var on []string
	for _, region := range append([]Region{{Location: own, GatewayOff: o.GatewayOff}}, o.Regions...) {
		if !region.GatewayOff {
			on = append(on, arm.NormalRegion(region.Location))
		}
	}
	return on
}

// Drained reports whether the edge sends no requests to a region's gateway.
func (o Options) Drained(region, own string) bool {
	for _, each := range append([]Region{{Location: own, Drain: o.Drain}}, o.Regions...) {
		if arm.NormalRegion(each.Location) == arm.NormalRegion(region) {
			return each.Drain
		}
	}
	return false
}
