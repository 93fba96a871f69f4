package apim

import (
	"slices"

	"github.com/aoai-gateway/aoai-gateway/internal/arm"
	"github.com/aoai-gateway/aoai-gateway/internal/azure"
	"github.com/aoai-gateway/aoai-gateway/internal/faults"
)

// SKUs are the names of all SKUs, sorted.
func SKUs() []string {
	return slices.Sorted(slices.Values(azure.APIMSKUNames()))
}

// offeredBy is what a SKU offers: nothing for one that cannot be made.
func offeredBy(sku string) azure.APIMSKU {
	offered, _ := azure.FindAPIMSKU(sku)
	return offered
}

// validateUnits checks units and zones of a SKU in a region, with the path before them;
// the region is "" where it is not known yet.
func validateUnits(list *faults.List, at, sku string, units int, zones []string, region string) {
	offered, known := azure.FindAPIMSKU(sku)
	if !known {
		return
	}
	if units < offered.MinUnits || units > offered.MaxUnits {
		wrong := list.Add(at+"units", "%d is not on offer for %s", units, sku).About(units)
		switch {
		case offered.MaxUnits == 0:
			wrong.Remedy("it has no units: remove the key, or write 0")
		case offered.MinUnits == offered.MaxUnits:
			wrong.Remedy("it has %d", offered.MaxUnits)
		default:
			wrong.Remedy("allowed are %d to %d", offered.MinUnits, offered.MaxUnits)
		}
	}
	validateZones(list, at, sku, units, zones, region)
}

func validateZones(list *faults.List, at, sku string, units int, zones []string, region string) {
	offered := offeredBy(sku)
	if len(zones) == 0 {
		return
	}
	if !offered.Zones {
		list.Add(at+"zones", "have no effect: %s does not let you choose zones", sku).About(zones).Remedy("take sku %s, or remove them", azure.WithZones())
		return
	}
	list.Merge(at+"zones", arm.CheckZones(zones, region))
	if len(zones) <= len(arm.Zones) && units%len(zones) != 0 {
		list.Add(at+"units", "%d units do not divide evenly over %d zones", units, len(zones)).About(units).Remedy("take a multiple of %d", len(zones))
	}
}
