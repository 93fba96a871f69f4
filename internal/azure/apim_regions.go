package azure

import "slices"

// APIMRegionsAsOf is the day of Microsoft's page that v2Regions is from.
const APIMRegionsAsOf = "2026-04-24"

// v2Regions are where Microsoft makes services of the v2 SKUs of API Management, by SKU. A
// region that the page had at any time since April 2026 stays in: the page names regions that
// are closed for a while by footnotes. For the other SKUs there is no such page. Source:
// https://learn.microsoft.com/azure/api-management/api-management-region-availability
func v2Regions(sku string) []string {
	both := []string{
		"australiacentral", "australiaeast", "australiasoutheast", "brazilsouth", "canadacentral", "canadaeast", "centralindia", "centralus", "eastasia",
		"eastus", "eastus2", "francecentral", "germanywestcentral", "italynorth", "japaneast", "koreacentral", "northcentralus", "northeurope", "norwayeast",
		"southafricanorth", "southcentralus", "southindia", "swedencentral", "switzerlandnorth", "uaenorth", "uksouth", "ukwest", "westeurope", "westus", "westus2",
	}
	switch sku {
	case "BasicV2":
		return both
	case "StandardV2":
		return append(both, "westus3")
	case "PremiumV2":
		return []string{
			"australiaeast", "canadacentral", "centralus", "eastasia", "eastus2", "francecentral", "germanywestcentral", "japaneast", "koreacentral",
			"northcentralus", "northeurope", "norwayeast", "swedencentral", "uksouth", "westeurope", "westus",
		}
	default:
		return nil
	}
}

// APIMElsewhere are the regions in which Microsoft makes services of a SKU, where region is
// not among them; nil where it is, or where nothing is known.
func APIMElsewhere(sku, region string) []string {
	known := v2Regions(sku)
	if slices.Contains(known, region) {
		return nil
	}
	return known
}
