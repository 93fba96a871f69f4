package apim

import (
	"maps"
	"slices"

	"github.com/aoai-gateway/aoai-gateway/internal/arm"
	"github.com/aoai-gateway/aoai-gateway/internal/faults"
)

// capabilities are what one SKU of API Management offers, as far as this project
// uses it.
type capabilities struct {
	minUnits, maxUnits int
	// zones: units can be spread over availability zones that are named.
	zones bool
	// regions: the service can have gateways in several regions.
	regions bool
	// cache: the built-in cache, which round robin counts in.
	cache bool
	// breakers: circuit breakers on backends.
	breakers bool
	// limits: limits by key, of calls and of tokens.
	limits bool
	// protocols: old TLS versions and ciphers can be switched off.
	protocols bool
	// distrust: the gateway's access as a trusted service can be switched off, by a custom
	// property. Microsoft's page on it shows Developer and names all tiers; azurerm#8405 saw
	// Consumption refuse other custom properties, and nothing is known of v2. A SKU that
	// refused it could not be deployed at all, so that only classic SKUs get it.
	distrust bool
	// resourceLogs: logs of requests go to Log Analytics.
	resourceLogs bool
}

// skus are all SKUs that can be made today. Sources: azurerm's check of SKU and
// capacity; API Management's page that compares gateways, its page on the v2
// tiers, and the pages of the policies.
var skus = map[string]capabilities{
	"Consumption": {},
	"Developer":   {minUnits: 1, maxUnits: 1, cache: true, breakers: true, limits: true, protocols: true, distrust: true, resourceLogs: true},
	"Basic":       {minUnits: 1, maxUnits: 2, cache: true, breakers: true, limits: true, protocols: true, distrust: true, resourceLogs: true},
	"Standard":    {minUnits: 1, maxUnits: 4, cache: true, breakers: true, limits: true, protocols: true, distrust: true, resourceLogs: true},
	// 12 units by default, 99 on request.
	"Premium":    {minUnits: 1, maxUnits: 99, zones: true, regions: true, cache: true, breakers: true, limits: true, protocols: true, distrust: true, resourceLogs: true},
	"BasicV2":    {minUnits: 1, maxUnits: 10, cache: true, breakers: true, limits: true, resourceLogs: true},
	"StandardV2": {minUnits: 1, maxUnits: 10, cache: true, breakers: true, limits: true, resourceLogs: true},
	"PremiumV2":  {minUnits: 1, maxUnits: 30, cache: true, breakers: true, limits: true, resourceLogs: true},
}

// SKUs are the names of all SKUs.
func SKUs() []string { return slices.Sorted(maps.Keys(skus)) }

// validateUnits checks units and zones of a SKU in a region, with the path before them;
// the region is "" where it is not known yet.
func validateUnits(list *faults.List, at, sku string, units int, zones []string, region string) {
	offered, known := skus[sku]
	if !known {
		return
	}
	if units < offered.minUnits || units > offered.maxUnits {
		list.Add(at+"units", "%d is not on offer for %s; allowed are %d to %d", units, sku, offered.minUnits, offered.maxUnits)
	}
	validateZones(list, at, sku, units, zones, region)
}

func validateZones(list *faults.List, at, sku string, units int, zones []string, region string) {
	offered := skus[sku]
	if len(zones) == 0 {
		return
	}
	if !offered.zones {
		list.Add(at+"zones", "need sku Premium; %s does not let you choose zones", sku)
		return
	}
	list.Merge(at+"zones", arm.CheckZones(zones, region))
	if len(zones) <= len(arm.Zones) && units%len(zones) != 0 {
		list.Add(at+"units", "%d units do not divide evenly over %d zones; take a multiple of %d", units, len(zones), len(zones))
	}
}
