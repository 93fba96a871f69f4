package azure

import "strings"

// Domains in which Azure's services answer. Sources: the REST references of the services, and
// https://learn.microsoft.com/azure/security/fundamentals/azure-domains
const (
	OpenAIDomain            = "openai.azure.com"
	FoundryDomain           = "services.ai.azure.com"
	CognitiveServicesDomain = "cognitiveservices.azure.com"
	// RegionalAccountDomain answers for accounts without a subdomain, below a region's name.
	RegionalAccountDomain = "api.cognitive.microsoft.com"
	GatewayDomain         = "azure-api.net"
	FrontDoorDomain       = "azurefd.net"
	AddressDomain         = "cloudapp.azure.com"
	EventHubDomain        = "servicebus.windows.net"
	KeyVaultDomain        = "vault.azure.net"
	RedisDomain           = "redis.azure.net"
	// WorkflowDomain is that of Logic Apps of the plan Consumption.
	WorkflowDomain = "logic.azure.com"
)

// GatewayDomains are those of API Management in all clouds.
var GatewayDomains = []string{GatewayDomain, "azure-api.us", "azure-api.cn"}

// Hosts that all of Azure shares.
const (
	ManagerHost = "management.azure.com"
	LoginHost   = "login.microsoftonline.com"
)

// AccountAudiences are what tokens for accounts are for. Source:
// https://learn.microsoft.com/azure/foundry/openai/how-to/managed-identity
var AccountAudiences = []string{CognitiveServicesAudience, "https://ai.azure.com"}

// AccountApplications are the ids of the same two applications, which tokens of version 2
// name. Source: public app registrations that ask for both, under the names Microsoft
// Cognitive Services and Azure Machine Learning Services.
var AccountApplications = []string{"7d312290-28c8-473c-a0ed-8e53749b6d6d", "18a66f5f-dbdf-4c17-9dd7-1634712a9cbe"}

const (
	// CognitiveServicesAudience is the first of AccountAudiences.
	CognitiveServicesAudience = "https://" + CognitiveServicesDomain

	// EventHubsAudience is what tokens for event hubs are for. Source:
	// https://learn.microsoft.com/azure/event-hubs/authenticate-application
	EventHubsAudience = "https://eventhubs.azure.net"
)

// GatewayHost is the host name of an API Management service.
func GatewayHost(service string) string { return strings.ToLower(service) + "." + GatewayDomain }

// RegionalGatewayHost is the host name of a service's gateway in one region.
func RegionalGatewayHost(service, region string) string {
	return strings.ToLower(service) + "-" + region + "-01.regional." + GatewayDomain
}

// WorkflowHost is a host that starts a region's workflows; regions have several.
func WorkflowHost(region string) string { return "prod-01." + region + "." + WorkflowDomain }

// FrontDoorHost is the host name of an endpoint, with the hash that makes it unique.
func FrontDoorHost(endpoint, hash string) string {
	return endpoint + "-" + hash + ".z01." + FrontDoorDomain
}

// AddressHost is the host name of a public address with a DNS label.
func AddressHost(label, region string) string {
	return strings.ToLower(label) + "." + region + "." + AddressDomain
}

// EventHubHost is the host name of a namespace of event hubs.
func EventHubHost(namespace string) string {
	return strings.ToLower(namespace) + "." + EventHubDomain
}

// RedisHost is the host name of a cluster of Azure Managed Redis.
func RedisHost(cluster, region string) string {
	return strings.ToLower(cluster) + "." + region + "." + RedisDomain
}

// KeyVaultHost is the host name of a key vault.
func KeyVaultHost(vault string) string { return vault + "." + KeyVaultDomain }

// Issuer is the issuer of a tenant's tokens of version 1, which Azure's own services get.
// Source: https://learn.microsoft.com/entra/identity-platform/access-tokens
func Issuer(tenant string) string { return "https://sts.windows.net/" + tenant + "/" }

// IssuerV2 is the issuer of a tenant's tokens of version 2. Source: that of Issuer.
func IssuerV2(tenant string) string { return "https://" + LoginHost + "/" + tenant + "/v2.0" }

// OpenIDConfiguration is the URL of a tenant's OpenID configuration of version 2. Source:
// https://learn.microsoft.com/entra/identity-platform/v2-protocols-oidc
func OpenIDConfiguration(tenant string) string {
	return IssuerV2(tenant) + "/.well-known/openid-configuration"
}
