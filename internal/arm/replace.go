package arm

// replaceBeyondPath lists body inputs whose change makes azure-native replace
// the resource, beside every path parameter. Source: azure-native's own
// replacement table and the create-only marks of Azure's specifications. What
// Azure refuses to change but azure-native does not list (an account's
// customSubDomainName) is missing here on purpose: it fails in place, as there.
var replaceBeyondPath = map[string][]string{
	"Microsoft.ApiManagement/service":                           {"location"},
	"Microsoft.Authorization/roleAssignments":                   {"principalId", "scope"},
	"Microsoft.Cache/redisEnterprise":                           {"location"},
	"Microsoft.Cdn/profiles":                                    {"location", "sku.name"},
	"Microsoft.Cdn/profiles/afdEndpoints":                       {"location"},
	"Microsoft.CognitiveServices/accounts":                      {"location"},
	"Microsoft.EventHub/namespaces":                             {"location"},
	"Microsoft.Insights/actionGroups":                           {"location"},
	"Microsoft.Insights/components":                             {"location"},
	"Microsoft.Insights/scheduledQueryRules":                    {"location"},
	"Microsoft.Insights/workbooks":                              {"location"},
	"Microsoft.Logic/workflows":                                 {"location"},
	"Microsoft.ManagedIdentity/userAssignedIdentities":          {"location"},
	"Microsoft.Network/FrontDoorWebApplicationFirewallPolicies": {},
	"Microsoft.Network/publicIPAddresses":                       {"location"},
	"Microsoft.Network/virtualNetworks":                         {"location"},
	"Microsoft.Network/networkSecurityGroups":                   {"location"},
	"Microsoft.Network/privateEndpoints":                        {"location"},
	"Microsoft.Network/privateDnsZones":                         {"location"},
	"Microsoft.Network/applicationGateways":                     {"location"},
	"Microsoft.OperationalInsights/workspaces":                  {"location"},
	"Microsoft.Resources/resourceGroups":                        {"location"},
}

func replacementInputs(t *ResourceType) map[string]bool {
	inputs := map[string]bool{}
	for _, name := range t.Path.Parameters() {
		inputs[name] = true
	}
	for _, name := range replaceBeyondPath[t.ARMType] {
		inputs[name] = true
	}
	return inputs
}
