package azure

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
