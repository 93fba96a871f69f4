package azure

import (
	"cmp"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/base64"
	"math/big"
	"strings"
	"sync"
	"time"

	"software.sslmate.com/src/go-pkcs12"

	"github.com/aoai-gateway/aoai-gateway/internal/arm"
)

// versionFor is an API version for what is at a path.
func versionFor(path string) string {
	path, _, _ = strings.Cut(path, "?")
	if isCollection(path) {
		path += "/any"
	}
	return cmp.Or(arm.NewestAPIVersion(path), "2024-09-01")
}

// plainBodies are the least that a resource of each type takes, by folded type.
var plainBodies = map[string]string{
	"microsoft.resources/resourcegroups":          `{"location": "eastus"}`,
	"microsoft.cdn/profiles":                      `{"location": "global", "sku": {"name": "Premium_AzureFrontDoor"}}`,
	"microsoft.cdn/profiles/afdendpoints":         `{"location": "global"}`,
	"microsoft.cdn/profiles/afdendpoints/routes":  `{"properties": {"originGroup": {"id": "$group/providers/Microsoft.Cdn/profiles/profile1/originGroups/og0"}}}`,
	"microsoft.cdn/profiles/origingroups":         `{"properties": {"loadBalancingSettings": {"sampleSize": 4, "successfulSamplesRequired": 3}}}`,
	"microsoft.cdn/profiles/origingroups/origins": `{"properties": {"hostName": "a.contoso.com"}}`,
	"microsoft.cdn/profiles/customdomains":        `{"properties": {"hostName": "$name.contoso.com"}}`,
	"microsoft.cdn/profiles/securitypolicies":     `{"properties": {"parameters": {"type": "WebApplicationFirewall", "wafPolicy": {"id": "$group/providers/Microsoft.Network/frontdoorwebapplicationfirewallpolicies/waf"}}}}`,
	"microsoft.network/publicipaddresses":         `{"location": "eastus", "sku": {"name": "Standard"}, "properties": {"publicIPAllocationMethod": "Static", "dnsSettings": {"domainNameLabel": "label-$label"}}}`,
	"microsoft.network/virtualnetworks":           `{"location": "eastus", "properties": {"addressSpace": {"addressPrefixes": ["10.0.0.0/8"]}}}`,
	"microsoft.network/virtualnetworks/subnets":   `{"properties": {"addressPrefix": "$prefix", "networkSecurityGroup": {"id": "$group/providers/Microsoft.Network/networkSecurityGroups/nsg0"}}}`,
	"microsoft.network/networksecuritygroups":     `{"location": "eastus"}`,
	"microsoft.network/privateendpoints": `{"location": "eastus", "properties": {"subnet": {"id": "$group/providers/Microsoft.Network/virtualNetworks/vnet0/subnets/endpoints"},
		"privateLinkServiceConnections": [{"name": "a", "properties": {"privateLinkServiceId": "$group/providers/Microsoft.CognitiveServices/accounts/account0", "groupIds": ["account"]}}]}}`,
	"microsoft.network/privateendpoints/privatednszonegroups":            `{"properties": {"privateDnsZoneConfigs": [{"name": "a", "properties": {"privateDnsZoneId": "$group/providers/Microsoft.Network/privateDnsZones/privatelink.openai.azure.com"}}]}}`,
	"microsoft.network/privatednszones":                                  `{"location": "global"}`,
	"microsoft.network/privatednszones/a":                                `{"properties": {"ttl": 3600, "aRecords": [{"ipv4Address": "1.2.3.4"}]}}`,
	"microsoft.network/privatednszones/virtualnetworklinks":              `{"location": "global", "properties": {"registrationEnabled": false, "virtualNetwork": {"id": "$group/providers/Microsoft.Network/virtualNetworks/vnet0"}}}`,
	"microsoft.network/frontdoorwebapplicationfirewallpolicies":          `{"location": "global", "sku": {"name": "Premium_AzureFrontDoor"}}`,
	"microsoft.network/applicationgatewaywebapplicationfirewallpolicies": `{"location": "eastus", "properties": {"managedRules": {"managedRuleSets": [{"ruleSetType": "OWASP", "ruleSetVersion": "3.2"}]}}}`,
	"microsoft.network/applicationgateways": `{"location": "eastus", "properties": {"sku": {"name": "Standard_v2", "tier": "Standard_v2", "capacity": 1},
		"gatewayIPConfigurations": [{"name": "a", "properties": {"subnet": {"id": "$group/providers/Microsoft.Network/virtualNetworks/vnet0/subnets/gateway"}}}],
		"frontendIPConfigurations": [{"name": "a", "properties": {"publicIPAddress": {"id": "$group/providers/Microsoft.Network/publicIPAddresses/address0"}}}],
		"frontendPorts": [{"name": "a", "properties": {"port": 80}}],
		"backendAddressPools": [{"name": "a", "properties": {}}],
		"backendHttpSettingsCollection": [{"name": "a", "properties": {"port": 80, "protocol": "Http"}}],
		"httpListeners": [{"name": "a", "properties": {"protocol": "Http", "frontendIPConfiguration": {"id": "$self/frontendIPConfigurations/a"}, "frontendPort": {"id": "$self/frontendPorts/a"}}}],
		"requestRoutingRules": [{"name": "a", "properties": {"priority": 1, "ruleType": "Basic", "httpListener": {"id": "$self/httpListeners/a"}, "backendAddressPool": {"id": "$self/backendAddressPools/a"}, "backendHttpSettings": {"id": "$self/backendHttpSettingsCollection/a"}}}]}}`,
	"microsoft.keyvault/vaults":                                `{"location": "eastus", "properties": {"tenantId": "00000000-0000-4000-8000-000000000001", "sku": {"family": "A", "name": "standard"}, "accessPolicies": []}}`,
	"microsoft.keyvault/vaults/secrets":                        `{"properties": {"value": "a"}}`,
	"microsoft.cognitiveservices/accounts":                     `{"location": "eastus", "kind": "OpenAI", "sku": {"name": "S0"}, "properties": {"customSubDomainName": "$name"}}`,
	"microsoft.cognitiveservices/accounts/deployments":         `{"sku": {"name": "GlobalStandard", "capacity": 1}, "properties": {"model": {"format": "OpenAI", "name": "gpt-4.1"}}}`,
	"microsoft.apimanagement/service":                          `{"location": "eastus", "sku": {"name": "Premium", "capacity": 1}, "properties": {"publisherName": "a", "publisherEmail": "a@contoso.com"}}`,
	"microsoft.apimanagement/service/apis":                     `{"properties": {"path": "$name-p", "displayName": "$name", "protocols": ["https"]}}`,
	"microsoft.apimanagement/service/apis/diagnostics":         `{"properties": {"loggerId": "$service/loggers/l0"}}`,
	"microsoft.apimanagement/service/apis/operations":          `{"properties": {"displayName": "$name", "method": "GET", "urlTemplate": "/$name"}}`,
	"microsoft.apimanagement/service/schemas":                  `{"properties": {"schemaType": "json", "document": {"type": "object"}}}`,
	"microsoft.apimanagement/service/apis/schemas":             `{"properties": {"contentType": "application/vnd.oai.openapi.components+json", "document": {"components": {"schemas": {"a": {"type": "object"}}}}}}`,
	"microsoft.apimanagement/service/backends":                 `{"properties": {"url": "https://b.contoso.com", "protocol": "http"}}`,
	"microsoft.apimanagement/service/caches":                   `{"properties": {"connectionString": "a.eastus.redis.azure.net:10000,password=b,ssl=True", "useFromLocation": "default"}}`,
	"microsoft.apimanagement/service/certificates":             `{"properties": {"data": "$certificate", "password": "a"}}`,
	"microsoft.apimanagement/service/diagnostics":              `{"properties": {"loggerId": "$service/loggers/l0"}}`,
	"microsoft.apimanagement/service/loggers":                  `{"properties": {"loggerType": "azureEventHub", "credentials": {"name": "hub", "connectionString": "Endpoint=sb://contoso.servicebus.windows.net/;SharedAccessKeyName=a;SharedAccessKey=b"}}}`,
	"microsoft.apimanagement/service/namedvalues":              `{"properties": {"displayName": "$name", "value": "5"}}`,
	"microsoft.apimanagement/service/products":                 `{"properties": {"displayName": "$name"}}`,
	"microsoft.apimanagement/service/subscriptions":            `{"properties": {"displayName": "$name", "scope": "/apis"}}`,
	"microsoft.apimanagement/service/policies":                 plainPolicy,
	"microsoft.apimanagement/service/apis/policies":            plainPolicy,
	"microsoft.apimanagement/service/products/policies":        plainPolicy,
	"microsoft.apimanagement/service/apis/operations/policies": plainPolicy,
	"microsoft.apimanagement/service/policyfragments":          `{"properties": {"format": "rawxml", "value": "<fragment><trace source=\"a\"><message>b</message></trace></fragment>"}}`,
	"microsoft.operationalinsights/workspaces":                 `{"location": "eastus", "properties": {}}`,
	"microsoft.operationalinsights/workspaces/savedsearches":   `{"properties": {"category": "a", "displayName": "b", "query": "c"}}`,
	"microsoft.insights/diagnosticsettings":                    `{"properties": {"workspaceId": "$sub/resourceGroups/rg0/providers/Microsoft.OperationalInsights/workspaces/workspace0", "logs": []}}`,
	"microsoft.insights/components":                            `{"location": "eastus", "kind": "web", "properties": {"Application_Type": "web"}}`,
	"microsoft.insights/workbooks":                             `{"location": "eastus", "properties": {"category": "workbook", "displayName": "a", "serializedData": "{}"}}`,
	"microsoft.insights/actiongroups":                          `{"location": "Global", "properties": {"groupShortName": "a", "enabled": true}}`,
	"microsoft.insights/scheduledqueryrules":                   `{"location": "eastus", "properties": {"severity": 3, "enabled": true, "evaluationFrequency": "PT5M", "windowSize": "PT5M", "scopes": ["$group/providers/Microsoft.OperationalInsights/workspaces/workspace0"], "criteria": {"allOf": [{"query": "union isfuzzy=true T | count", "timeAggregation": "Count", "operator": "GreaterThan", "threshold": 1}]}}}`,
	"microsoft.eventhub/namespaces":                            `{"location": "eastus", "sku": {"name": "Standard", "tier": "Standard", "capacity": 1}}`,
	"microsoft.eventhub/namespaces/eventhubs":                  `{"properties": {"partitionCount": 1, "messageRetentionInDays": 1}}`,
	"microsoft.managedidentity/userassignedidentities":         `{"location": "eastus"}`,
	"microsoft.logic/workflows": `{"location": "eastus", "properties": {"definition": {"$schema": "https://schema.management.azure.com/providers/Microsoft.Logic/schemas/2016-06-01/workflowdefinition.json#",
		"triggers": {"a": {"type": "Request", "kind": "Http"}}, "actions": {"b": {"type": "Http", "inputs": {"method": "POST", "uri": "https://b.contoso.com", "authentication": {"type": "ManagedServiceIdentity"}}}}}}}`,
	"microsoft.consumption/budgets":           `{"properties": {"category": "Cost", "amount": 100, "timeGrain": "Monthly", "timePeriod": {"startDate": "2026-11-01T00:00:00Z"}, "notifications": {"a": {"enabled": true, "operator": "GreaterThan", "threshold": 80, "contactEmails": ["a@contoso.com"]}}}}`,
	"microsoft.resources/deploymentstacks":    `{"properties": {"template": {"resources": []}, "actionOnUnmanage": {"resources": "detach"}, "denySettings": {"mode": "none"}}}`,
	"microsoft.authorization/roleassignments": `{"properties": {"principalId": "00000000-0000-4000-8000-0000000000aa", "principalType": "ServicePrincipal", "roleDefinitionId": "$sub/providers/Microsoft.Authorization/roleDefinitions/5e0bd9bd-7b93-4f28-af87-19fc36ad61bd"}}`,
}

const plainPolicy = `{"properties": {"format": "rawxml", "value": "<policies><inbound /><backend><forward-request /></backend><outbound /><on-error /></policies>"}}`

// plainCertificate is a file of PKCS #12 with the password a, in base 64.
var plainCertificate = sync.OnceValues(func() (string, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return "", err
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "contoso.com"}, NotAfter: time.Date(2030, 1, 1, 0, 0, 0, 0, time.UTC)}
	raw, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		return "", err
	}
	certificate, err := x509.ParseCertificate(raw)
	if err != nil {
		return "", err
	}
	file, err := pkcs12.Modern.Encode(key, certificate, nil, "a")
	return base64.StdEncoding.EncodeToString(file), err
})

// query begins the part of an address in which the API version stands.
func query(path string) string {
	if strings.Contains(path, "?") {
		return "&api-version="
	}
	return "?api-version="
}
