package azure

import "slices"

// SKUs of Front Door. Resource Manager takes the same names for profiles and for firewall
// policies. Source: https://learn.microsoft.com/azure/frontdoor/front-door-cdn-comparison and
// the REST references of profiles and of policies.
const (
	ClassicFrontDoor  = "Classic" + frontDoorSKU
	StandardFrontDoor = "Standard" + frontDoorSKU
	// PremiumFrontDoor alone has managed rules, and does not become StandardFrontDoor.
	PremiumFrontDoor = "Premium" + frontDoorSKU

	frontDoorSKU = "_AzureFrontDoor"
)

// FrontDoorSKU is Resource Manager's name of a SKU that users call Standard or Premium.
func FrontDoorSKU(name string) string { return name + frontDoorSKU }

// SKUs of Application Gateway. Source:
// https://learn.microsoft.com/azure/application-gateway/overview-v2
const (
	// FirewallGateway alone takes a firewall policy.
	FirewallGateway = "WAF_v2"
	PlainGateway    = "Standard_v2"
)

// SKUs of public addresses. An Application Gateway takes StandardAddress alone, which is
// static. Source:
// https://learn.microsoft.com/azure/virtual-network/ip-services/public-ip-addresses
const (
	BasicAddress    = "Basic"
	StandardAddress = "Standard"
)

// frontDoorLinkRegions are those in which Front Door makes private endpoints. Source: the table
// of https://learn.microsoft.com/azure/frontdoor/private-link (2023-05-17; newer tables have more).
var frontDoorLinkRegions = []string{
	"australiaeast", "brazilsouth", "canadacentral", "centralindia", "centralus", "eastasia", "eastus", "eastus2", "francecentral",
	"germanywestcentral", "japaneast", "koreacentral", "northeurope", "norwayeast", "southafricanorth", "southcentralus", "swedencentral",
	"uksouth", "usgovarizona", "usgovtexas", "westeurope", "westus3",
}

// FrontDoorLinkRegions are the regions in which Front Door has Private Link, sorted.
func FrontDoorLinkRegions() []string { return slices.Clone(frontDoorLinkRegions) }

// FrontDoorLinksFrom reports whether Front Door has Private Link in a region.
func FrontDoorLinksFrom(region string) bool { return slices.Contains(frontDoorLinkRegions, region) }
