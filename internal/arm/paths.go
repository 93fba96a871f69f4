package arm

import (
	"fmt"
	"strings"
)

// PathTemplate is a resource id with its inputs in braces, such as
// /subscriptions/{subscriptionId}/resourceGroups/{resourceGroupName}.
// Empty for a type whose path this project has not needed yet.
type PathTemplate string

const inGroup = "/subscriptions/{subscriptionId}/resourceGroups/{resourceGroupName}"

// pathTemplates orders the path parameters that contract.json lists without
// order. Each is the path of the type's PUT operation in Azure's REST reference.
var pathTemplates = map[string]PathTemplate{
	"Microsoft.Resources/resourceGroups":   inGroup,
	"Microsoft.Resources/deploymentStacks": inGroup + "/providers/Microsoft.Resources/deploymentStacks/{deploymentStackName}",

	"Microsoft.Cdn/profiles":                      inGroup + "/providers/Microsoft.Cdn/profiles/{profileName}",
	"Microsoft.Cdn/profiles/afdEndpoints":         inGroup + "/providers/Microsoft.Cdn/profiles/{profileName}/afdEndpoints/{endpointName}",
	"Microsoft.Cdn/profiles/afdEndpoints/routes":  inGroup + "/providers/Microsoft.Cdn/profiles/{profileName}/afdEndpoints/{endpointName}/routes/{routeName}",
	"Microsoft.Cdn/profiles/originGroups":         inGroup + "/providers/Microsoft.Cdn/profiles/{profileName}/originGroups/{originGroupName}",
	"Microsoft.Cdn/profiles/originGroups/origins": inGroup + "/providers/Microsoft.Cdn/profiles/{profileName}/originGroups/{originGroupName}/origins/{originName}",
	"Microsoft.Cdn/profiles/customDomains":        inGroup + "/providers/Microsoft.Cdn/profiles/{profileName}/customDomains/{customDomainName}",
	"Microsoft.Cdn/profiles/securityPolicies":     inGroup + "/providers/Microsoft.Cdn/profiles/{profileName}/securityPolicies/{securityPolicyName}",

	"Microsoft.Network/FrontDoorWebApplicationFirewallPolicies": inGroup + "/providers/Microsoft.Network/FrontDoorWebApplicationFirewallPolicies/{policyName}",

	"Microsoft.Network/publicIPAddresses":                                inGroup + "/providers/Microsoft.Network/publicIPAddresses/{publicIpAddressName}",
	"Microsoft.Network/virtualNetworks":                                  inGroup + "/providers/Microsoft.Network/virtualNetworks/{virtualNetworkName}",
	"Microsoft.Network/virtualNetworks/subnets":                          inGroup + "/providers/Microsoft.Network/virtualNetworks/{virtualNetworkName}/subnets/{subnetName}",
	"Microsoft.Network/networkSecurityGroups":                            inGroup + "/providers/Microsoft.Network/networkSecurityGroups/{networkSecurityGroupName}",
	"Microsoft.Network/privateEndpoints":                                 inGroup + "/providers/Microsoft.Network/privateEndpoints/{privateEndpointName}",
	"Microsoft.Network/privateEndpoints/privateDnsZoneGroups":            inGroup + "/providers/Microsoft.Network/privateEndpoints/{privateEndpointName}/privateDnsZoneGroups/{privateDnsZoneGroupName}",
	"Microsoft.Network/privateDnsZones":                                  inGroup + "/providers/Microsoft.Network/privateDnsZones/{privateZoneName}",
	"Microsoft.Network/privateDnsZones/A":                                inGroup + "/providers/Microsoft.Network/privateDnsZones/{privateZoneName}/{recordType}/{relativeRecordSetName}",
	"Microsoft.Network/privateDnsZones/virtualNetworkLinks":              inGroup + "/providers/Microsoft.Network/privateDnsZones/{privateZoneName}/virtualNetworkLinks/{virtualNetworkLinkName}",
	"Microsoft.Network/applicationGateways":                              inGroup + "/providers/Microsoft.Network/applicationGateways/{applicationGatewayName}",
	"Microsoft.Network/ApplicationGatewayWebApplicationFirewallPolicies": inGroup + "/providers/Microsoft.Network/ApplicationGatewayWebApplicationFirewallPolicies/{policyName}",

	"Microsoft.CognitiveServices/accounts":             inGroup + "/providers/Microsoft.CognitiveServices/accounts/{accountName}",
	"Microsoft.CognitiveServices/accounts/deployments": inGroup + "/providers/Microsoft.CognitiveServices/accounts/{accountName}/deployments/{deploymentName}",

	"Microsoft.ApiManagement/service":                          inGroup + "/providers/Microsoft.ApiManagement/service/{serviceName}",
	"Microsoft.ApiManagement/service/apis":                     inGroup + "/providers/Microsoft.ApiManagement/service/{serviceName}/apis/{apiId}",
	"Microsoft.ApiManagement/service/backends":                 inGroup + "/providers/Microsoft.ApiManagement/service/{serviceName}/backends/{backendId}",
	"Microsoft.ApiManagement/service/policies":                 inGroup + "/providers/Microsoft.ApiManagement/service/{serviceName}/policies/{policyId}",
	"Microsoft.ApiManagement/service/policyFragments":          inGroup + "/providers/Microsoft.ApiManagement/service/{serviceName}/policyFragments/{id}",
	"Microsoft.ApiManagement/service/loggers":                  inGroup + "/providers/Microsoft.ApiManagement/service/{serviceName}/loggers/{loggerId}",
	"Microsoft.ApiManagement/service/products":                 inGroup + "/providers/Microsoft.ApiManagement/service/{serviceName}/products/{productId}",
	"Microsoft.ApiManagement/service/products/apis":            inGroup + "/providers/Microsoft.ApiManagement/service/{serviceName}/products/{productId}/apis/{apiId}",
	"Microsoft.ApiManagement/service/products/policies":        inGroup + "/providers/Microsoft.ApiManagement/service/{serviceName}/products/{productId}/policies/{policyId}",
	"Microsoft.ApiManagement/service/apis/operations":          inGroup + "/providers/Microsoft.ApiManagement/service/{serviceName}/apis/{apiId}/operations/{operationId}",
	"Microsoft.ApiManagement/service/apis/policies":            inGroup + "/providers/Microsoft.ApiManagement/service/{serviceName}/apis/{apiId}/policies/{policyId}",
	"Microsoft.ApiManagement/service/apis/operations/policies": inGroup + "/providers/Microsoft.ApiManagement/service/{serviceName}/apis/{apiId}/operations/{operationId}/policies/{policyId}",
	"Microsoft.ApiManagement/service/namedValues":              inGroup + "/providers/Microsoft.ApiManagement/service/{serviceName}/namedValues/{namedValueId}",

	"Microsoft.ApiManagement/service/diagnostics":      inGroup + "/providers/Microsoft.ApiManagement/service/{serviceName}/diagnostics/{diagnosticId}",
	"Microsoft.ApiManagement/service/apis/diagnostics": inGroup + "/providers/Microsoft.ApiManagement/service/{serviceName}/apis/{apiId}/diagnostics/{diagnosticId}",

	"Microsoft.ApiManagement/service/subscriptions": inGroup + "/providers/Microsoft.ApiManagement/service/{serviceName}/subscriptions/{sid}",

	"Microsoft.ApiManagement/service/certificates": inGroup + "/providers/Microsoft.ApiManagement/service/{serviceName}/certificates/{certificateId}",
	"Microsoft.ApiManagement/service/apis/schemas": inGroup + "/providers/Microsoft.ApiManagement/service/{serviceName}/apis/{apiId}/schemas/{schemaId}",
	"Microsoft.ApiManagement/service/schemas":      inGroup + "/providers/Microsoft.ApiManagement/service/{serviceName}/schemas/{schemaId}",
	"Microsoft.ApiManagement/service/caches":       inGroup + "/providers/Microsoft.ApiManagement/service/{serviceName}/caches/{cacheId}",

	"Microsoft.Cache/redisEnterprise":           inGroup + "/providers/Microsoft.Cache/redisEnterprise/{clusterName}",
	"Microsoft.Cache/redisEnterprise/databases": inGroup + "/providers/Microsoft.Cache/redisEnterprise/{clusterName}/databases/{databaseName}",

	"Microsoft.OperationalInsights/workspaces":               inGroup + "/providers/Microsoft.OperationalInsights/workspaces/{workspaceName}",
	"Microsoft.OperationalInsights/workspaces/savedSearches": inGroup + "/providers/Microsoft.OperationalInsights/workspaces/{workspaceName}/savedSearches/{savedSearchId}",

	"Microsoft.ManagedIdentity/userAssignedIdentities": inGroup + "/providers/Microsoft.ManagedIdentity/userAssignedIdentities/{resourceName}",

	"Microsoft.EventHub/namespaces":           inGroup + "/providers/Microsoft.EventHub/namespaces/{namespaceName}",
	"Microsoft.EventHub/namespaces/eventhubs": inGroup + "/providers/Microsoft.EventHub/namespaces/{namespaceName}/eventhubs/{eventHubName}",

	"Microsoft.Insights/components":          inGroup + "/providers/Microsoft.Insights/components/{resourceName}",
	"Microsoft.Insights/workbooks":           inGroup + "/providers/Microsoft.Insights/workbooks/{resourceName}",
	"Microsoft.Insights/actionGroups":        inGroup + "/providers/Microsoft.Insights/actionGroups/{actionGroupName}",
	"Microsoft.Insights/scheduledQueryRules": inGroup + "/providers/Microsoft.Insights/scheduledQueryRules/{ruleName}",

	"Microsoft.KeyVault/vaults":         inGroup + "/providers/Microsoft.KeyVault/vaults/{vaultName}",
	"Microsoft.KeyVault/vaults/secrets": inGroup + "/providers/Microsoft.KeyVault/vaults/{vaultName}/secrets/{secretName}",

	"Microsoft.Logic/workflows": inGroup + "/providers/Microsoft.Logic/workflows/{workflowName}",

	"Microsoft.Consumption/budgets":           "/{scope}/providers/Microsoft.Consumption/budgets/{budgetName}",
	"Microsoft.Authorization/roleAssignments": "/{scope}/providers/Microsoft.Authorization/roleAssignments/{roleAssignmentName}",
	"Microsoft.Insights/diagnosticSettings":   "/{resourceUri}/providers/Microsoft.Insights/diagnosticSettings/{name}",
}

// Parameters lists the names in braces, in order.
func (t PathTemplate) Parameters() []string {
	var names []string
	for _, segment := range strings.Split(string(t), "/") {
		if name, ok := parameterName(segment); ok {
			names = append(names, name)
		}
	}
	return names
}

// Name is the parameter that holds the resource's own name.
func (t PathTemplate) Name() string {
	parameters := t.Parameters()
	if len(parameters) == 0 {
		return ""
	}
	return parameters[len(parameters)-1]
}

// Fill puts values into the template. A value that is itself an id (a scope)
// keeps its slashes.
func (t PathTemplate) Fill(values map[string]string) (string, error) {
	segments := strings.Split(string(t), "/")
	for i, segment := range segments {
		name, ok := parameterName(segment)
		if !ok {
			continue
		}
		value := strings.Trim(values[name], "/")
		if value == "" {
			return "", fmt.Errorf("%q is missing from the path %s", name, t)
		}
		segments[i] = value
	}
	return strings.Join(segments, "/"), nil
}

// Match reads the values back out of an id; case of the fixed segments does not
// matter, as in Azure.
func (t PathTemplate) Match(id string) (map[string]string, error) {
	template, actual := strings.Split(string(t), "/"), strings.Split(id, "/")
	// A leading parameter (scope, resourceUri) takes all that the rest leaves.
	if name, ok := parameterName(template[1]); ok {
		rest := len(template) - 2
		if len(actual) < rest+2 {
			return nil, fmt.Errorf("id %q does not have the form %s", id, t)
		}
		split := len(actual) - rest
		values, err := matchSegments(template[2:], actual[split:])
		if err != nil {
			return nil, fmt.Errorf("id %q does not have the form %s", id, t)
		}
		values[name] = strings.Join(actual[:split], "/")
		return values, nil
	}
	values, err := matchSegments(template, actual)
	if err != nil {
		return nil, fmt.Errorf("id %q does not have the form %s", id, t)
	}
	return values, nil
}

func matchSegments(template, actual []string) (map[string]string, error) {
	if len(template) != len(actual) {
		return nil, fmt.Errorf("%d segments instead of %d", len(actual), len(template))
	}
	values := map[string]string{}
	for i, segment := range template {
		if name, ok := parameterName(segment); ok {
			values[name] = actual[i]
		} else if !strings.EqualFold(segment, actual[i]) {
			return nil, fmt.Errorf("segment %q instead of %q", actual[i], segment)
		}
	}
	return values, nil
}

func parameterName(segment string) (string, bool) {
	if strings.HasPrefix(segment, "{") && strings.HasSuffix(segment, "}") {
		return segment[1 : len(segment)-1], true
	}
	return "", false
}
