package azure

import "net/netip"

// Private networking. Sources:
// https://learn.microsoft.com/azure/api-management/integrate-vnet-outbound (delegation, size)
// and https://learn.microsoft.com/azure/private-link/private-endpoint-dns (zones).
const (
	// IntegrationDelegation is the type that a subnet is delegated to by which a v2 service's
	// requests leave.
	IntegrationDelegation = "Microsoft.Web/serverFarms"
	// IntegrationBits are the most bits of the prefix of such a subnet: a /27 or larger.
	IntegrationBits = 27
	// InjectionDelegation is the type that a subnet is delegated to in which a v2 service stands;
	// one in which a classic service stands is delegated to nothing. Sources: those of
	// APIMSKU.Injects.
	InjectionDelegation = "Microsoft.Web/hostingEnvironments"
	// EdgeDelegation is the type that the subnet of an Application Gateway is delegated to. Source:
	// public reports of ApplicationGatewayNetworkIsolationRequiresSubnetDelegation.
	EdgeDelegation = "Microsoft.Network/applicationGateways"
	// AccountLinkGroup is what a private endpoint of an account leads to, ServiceLinkGroup one of an
	// API Management service, and EventHubLinkGroup one of a namespace of event hubs. Source:
	// https://learn.microsoft.com/azure/private-link/private-endpoint-overview
	AccountLinkGroup = "account"
	ServiceLinkGroup = "Gateway"

	EventHubLinkGroup = "namespace"
	// ReservedAddresses are those in a subnet that Azure keeps for itself. Source:
	// https://learn.microsoft.com/azure/virtual-network/virtual-networks-faq
	ReservedAddresses = 5
)

// PrivateZone is the private DNS zone in which networks find the hosts of a domain.
func PrivateZone(domain string) string { return "privatelink." + domain }

// AccountDomains are the domains in which accounts of one of the configuration's kinds answer,
// the one for Azure OpenAI first.
func AccountDomains(kind string) []string {
	if kind == KindFoundry {
		return accountDomains[ARMKindFoundry]
	}
	return accountDomains[ARMKindOpenAI]
}

// FreeAddresses is how many addresses a subnet has for others than Azure; 0 for less than none.
func FreeAddresses(prefix netip.Prefix) int {
	bits := prefix.Addr().BitLen() - prefix.Bits()
	if bits > 30 {
		bits = 30
	}
	return max(0, 1<<bits-ReservedAddresses)
}

// InjectionAddresses is how many addresses of its subnet a service needs that stands in it: two
// a unit, one for Developer, and one for the load balancer by which it is reached from within
// the network alone. Sources: those of APIMSKU.Injects.
func InjectionAddresses(sku string, units int, internal bool) int {
	need := 2 * units
	if sku == "Developer" {
		need = units
	}
	if internal {
		need++
	}
	return need
}
