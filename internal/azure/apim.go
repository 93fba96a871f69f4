package azure

import (
	"slices"
	"strings"
)

// APIMSKU is what one SKU of API Management offers, as far as this project uses it.
type APIMSKU struct {
	Name       string
	Generation Generation
	MinUnits   int
	MaxUnits   int
	// Zones: a request can name the availability zones that units are spread over. The v2
	// SKUs take only a choice between redundant and not when the service is made.
	Zones bool
	// Regions: the service can have gateways in several regions.
	Regions bool
	// Cache: the built-in cache, which round robin counts in.
	Cache bool
	// Breakers: circuit breakers on backends.
	Breakers bool
	// Limits: limits by key, of calls and of tokens.
	Limits bool
	// Protocols: old TLS versions and ciphers can be switched off.
	Protocols bool
	// Distrust: the gateway's access as a trusted service can be switched off, by a custom
	// property. Microsoft's page on it shows Developer and names all tiers; azurerm#8405 saw
	// Consumption refuse other custom properties, and nothing is known of v2. A SKU that
	// refused it could not be deployed at all, so that only classic SKUs get it.
	Distrust bool
	// ResourceLogs: logs of requests go to Log Analytics.
	ResourceLogs bool
	// Integrates: the gateway's requests to backends can leave by a subnet that is delegated to
	// IntegrationDelegation, while callers still come from the internet.
	Integrates bool
	// Injects: the service as a whole can stand in a subnet, and answer there alone. Sources:
	// https://learn.microsoft.com/azure/api-management/virtual-network-injection-resources and
	// https://learn.microsoft.com/azure/api-management/inject-vnet-v2
	Injects bool
	// Links: the gateway takes private endpoints, such as Front Door's. Source:
	// https://learn.microsoft.com/azure/api-management/private-endpoint
	Links bool
	// ManyDomains: gateways take several host names of the owner's beside their own; the other
	// SKUs take one. Sources: https://learn.microsoft.com/azure/api-management/configure-custom-domain
	// and, for v2, https://learn.microsoft.com/azure/api-management/v2-service-tiers-overview
	ManyDomains bool
	// Streams: server-sent events reach callers as they come.
	Streams bool
	// MaxPolicyBytes bounds a policy document.
	MaxPolicyBytes int
}

// Generation tells the SKUs of API Management apart that cannot become one another in place.
// Sources: https://learn.microsoft.com/azure/api-management/v2-service-tiers-overview and
// https://learn.microsoft.com/azure/api-management/upgrade-and-scale
type Generation string

// The generations.
const (
	Consumption Generation = "consumption"
	Classic     Generation = "classic"
	V2          Generation = "v2"
)

// MaxAdditionalUnits is how many units a region beside the service's own has at most. Source:
// azurerm's schema of azurerm_api_management.
const MaxAdditionalUnits = 50

// APIMSKUs are all SKUs that can be made today, the smallest of each generation first.
// Sources: azurerm's check of SKU and capacity (units; 12 of Premium by default, 99 on
// request), https://learn.microsoft.com/azure/api-management/api-management-gateways-overview
// (cache, breakers, limits, regions, logs, streams),
// https://learn.microsoft.com/azure/api-management/enable-availability-zone-support (zones),
// https://learn.microsoft.com/azure/api-management/api-management-howto-manage-protocols-ciphers
// (protocols).
var APIMSKUs = []APIMSKU{
	{Name: "Consumption", Generation: Consumption, MaxPolicyBytes: MaxPolicyConsumption},
	injected(manyDomains(classic("Developer", 1))),
	classic("Basic", 2),
	classic("Standard", 4),
	injected(manyDomains(premium(classic("Premium", 99)))),
	v2("BasicV2", 10),
	integrated(v2("StandardV2", 10)),
	injected(integrated(v2("PremiumV2", 30))),
}

func classic(name string, maxUnits int) APIMSKU {
	sku := v2(name, maxUnits)
	sku.Generation, sku.Protocols, sku.Distrust, sku.Links = Classic, true, true, true
	return sku
}

func v2(name string, maxUnits int) APIMSKU {
	return APIMSKU{
		Name: name, Generation: V2, MinUnits: 1, MaxUnits: maxUnits, MaxPolicyBytes: MaxPolicy,
		Cache: true, Breakers: true, Limits: true, ResourceLogs: true, Streams: true,
	}
}

func integrated(sku APIMSKU) APIMSKU {
	sku.Integrates, sku.Links = true, true
	return sku
}

func injected(sku APIMSKU) APIMSKU {
	sku.Injects = true
	return sku
}

func premium(sku APIMSKU) APIMSKU {
	sku.Zones, sku.Regions = true, true
	return sku
}

func manyDomains(sku APIMSKU) APIMSKU {
	sku.ManyDomains = true
	return sku
}

// FindAPIMSKU is the SKU of that name; false for one that cannot be made.
func FindAPIMSKU(name string) (APIMSKU, bool) {
	at := slices.IndexFunc(APIMSKUs, func(sku APIMSKU) bool { return sku.Name == name })
	if at < 0 {
		return APIMSKU{}, false
	}
	return APIMSKUs[at], true
}

// APIMSKUNames are the names of all SKUs of API Management, in the order of APIMSKUs.
func APIMSKUNames() []string { return namesWith(func(APIMSKU) bool { return true }) }

// WithZones names the SKUs of which zones can be chosen, for messages.
func WithZones() string {
	return strings.Join(namesWith(func(sku APIMSKU) bool { return sku.Zones }), " or ")
}

// WithRegions names the SKUs that can have several regions, for messages.
func WithRegions() string {
	return strings.Join(namesWith(func(sku APIMSKU) bool { return sku.Regions }), " or ")
}

// WithIntegration names the SKUs whose requests to backends can leave by a subnet, for
// messages.
func WithIntegration() string {
	return strings.Join(namesWith(func(sku APIMSKU) bool { return sku.Integrates }), " or ")
}

// WithInjection names the SKUs that can stand in a subnet, for messages.
func WithInjection() string {
	return strings.Join(namesWith(func(sku APIMSKU) bool { return sku.Injects }), " or ")
}

// WithNetwork names the SKUs that can reach backends in a network, for messages.
func WithNetwork() string {
	return strings.Join(namesWith(func(sku APIMSKU) bool { return sku.Integrates || sku.Injects }), " or ")
}

// WithManyDomains names the SKUs whose gateways take several host names, for messages.
func WithManyDomains() string {
	return strings.Join(namesWith(func(sku APIMSKU) bool { return sku.ManyDomains }), " or ")
}

func namesWith(holds func(APIMSKU) bool) []string {
	var names []string
	for _, sku := range APIMSKUs {
		if holds(sku) {
			names = append(names, sku.Name)
		}
	}
	return names
}

// GenerationOf is the generation of a SKU; "" for one that cannot be made.
func GenerationOf(sku string) Generation {
	found, _ := FindAPIMSKU(sku)
	return found.Generation
}
