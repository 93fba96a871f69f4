package azure

import (
	"slices"
	"strings"
)

// resourceHosts are those of Microsoft's own applications that tokens are asked for, in every
// tenant. Source: https://learn.microsoft.com/entra/identity/managed-identities-azure-resources/services-id-authentication-support
// and the pages of the services that it names.
var resourceHosts = []string{
	CognitiveServicesDomain, "ai.azure.com", ManagerHost, "management.core.windows.net", "graph.microsoft.com", "graph.windows.net", KeyVaultDomain, "storage.azure.com",
	"eventhubs.azure.net", "servicebus.azure.net", "database.windows.net", "ossrdbms-aad.database.windows.net", "monitor.azure.com", "api.loganalytics.io",
	"api.applicationinsights.io", "azconfig.io", "search.azure.com", "redis.azure.com", "batch.core.windows.net", "cosmos.azure.com", "containerregistry.azure.net",
	"ml.azure.com", "azurehealthcareapis.com", "digitaltwins.azure.net", "dev.azuresynapse.net", "purview.azure.net",
}

// resourceDomains are those in which each resource of a service is one for tokens, too.
var resourceDomains = []string{EventHubDomain, "blob.core.windows.net", "queue.core.windows.net", "table.core.windows.net", "documents.azure.com"}

// IsMicrosoftResource reports whether a resource that a token is asked for belongs to Microsoft,
// and so is known in every tenant: a URL with or without a slash at its end, or an application's
// id.
func IsMicrosoftResource(resource string) bool {
	resource = strings.ToLower(strings.TrimSuffix(resource, "/"))
	if slices.Contains(AccountApplications, resource) {
		return true
	}
	host, isURL := strings.CutPrefix(resource, "https://")
	if !isURL {
		return false
	}
	return slices.Contains(resourceHosts, host) || slices.ContainsFunc(resourceDomains, func(domain string) bool {
		return strings.HasSuffix(host, "."+domain) && !strings.Contains(host, "/")
	})
}
