package azure

import (
	"net/http"
	"strings"
	"time"

	"github.com/aoai-gateway/aoai-gateway/internal/arm"
)

// kind is what the service knows about one resource type beyond the contract.
type kind struct {
	armType string
	// complete fills what Azure fills and refuses what Azure refuses.
	complete func(*put) error
	// heldAfterDeletion is how long Azure keeps a deleted resource's name.
	heldAfterDeletion time.Duration
	// restoresBelow says that a restore brings back what lay in the resource.
	restoresBelow bool
	// mayDelete refuses a deletion that Azure refuses; nil for none.
	mayDelete func(tx *Tx, id arm.ID, r *http.Request) error
	// takes is how long a write or deletion goes on in Azure, roughly; 0 for
	// what ends at once. The service's time scale shortens it.
	takes time.Duration
	// global says that the type has no region; link that it is nothing but its path.
	global, link bool
	// made and gone are the statuses of a creation and of a deletion, where they are not 201 and
	// 200; gone operations take deletionTakes. Sources: the statuses that the REST specification
	// declares.
	made, gone    int
	deletionTakes time.Duration
	// oneAtATime allows one operation at a time under one parent.
	oneAtATime bool
}

// allKinds are the resource types that the service models, by folded ARM type.
func allKinds() map[string]kind {
	return byType(
		kind{armType: "Microsoft.Resources/resourceGroups", deletionTakes: time.Minute, complete: completeResourceGroup},
		kind{armType: "Microsoft.Cdn/profiles", global: true, complete: completeProfile, takes: 30 * time.Second},
		kind{armType: "Microsoft.Cdn/profiles/afdEndpoints", global: true, complete: completeEndpoint, takes: 20 * time.Second},
		kind{armType: "Microsoft.Cdn/profiles/afdEndpoints/routes", complete: completeRoute, takes: 30 * time.Second},
		kind{armType: "Microsoft.Cdn/profiles/originGroups", complete: completeOriginGroup, takes: 20 * time.Second},
		kind{armType: "Microsoft.Cdn/profiles/originGroups/origins", complete: completeOrigin, mayDelete: originStays, takes: 20 * time.Second},
		kind{armType: "Microsoft.Cdn/profiles/customDomains", complete: completeCustomDomain, takes: time.Minute},
		kind{armType: "Microsoft.Cdn/profiles/securityPolicies", complete: completeSecurityPolicy, takes: 30 * time.Second},
		kind{
			armType: "Microsoft.Network/FrontDoorWebApplicationFirewallPolicies", global: true, complete: completeWAFPolicy,
			takes: 20 * time.Second,
		},
		kind{armType: "Microsoft.Network/publicIPAddresses", complete: completePublicAddress, takes: 5 * time.Second},
		kind{armType: "Microsoft.Network/virtualNetworks", complete: completeVirtualNetwork, takes: 5 * time.Second},
		kind{armType: "Microsoft.Network/virtualNetworks/subnets", complete: completeSubnet, takes: 5 * time.Second},
		kind{armType: "Microsoft.Network/networkSecurityGroups", complete: completeSecurityGroup, takes: 5 * time.Second},
		kind{armType: privateEndpointType, complete: completePrivateEndpoint, takes: 30 * time.Second},
		kind{armType: privateEndpointType + "/privateDnsZoneGroups", complete: completeZoneGroup, takes: 5 * time.Second},
		kind{armType: zoneType, global: true, complete: completeZone, mayDelete: zoneWithoutLinks, takes: 10 * time.Second},
		kind{armType: recordType, complete: completeRecord},
		kind{armType: linkType, global: true, complete: completeLink, takes: 10 * time.Second},
		kind{armType: "Microsoft.Network/ApplicationGatewayWebApplicationFirewallPolicies", complete: completeGatewayWAFPolicy, takes: 5 * time.Second},
		// 6 to 7 minutes: Application Gateway's page on autoscaling.
		kind{armType: "Microsoft.Network/applicationGateways", complete: completeApplicationGateway, takes: 6 * time.Minute},
		kind{armType: "Microsoft.Cache/redisEnterprise", complete: completeRedis, takes: 10 * time.Minute},
		kind{armType: databaseType, complete: completeDatabase, takes: 2 * time.Minute},
		kind{armType: "Microsoft.KeyVault/vaults", complete: completeVault},
		kind{armType: "Microsoft.KeyVault/vaults/secrets", complete: completeSecret},
		// 48 hours: Azure's page on recovering deleted Azure AI services resources.
		kind{
			armType: "Microsoft.CognitiveServices/accounts", complete: completeAccount, takes: time.Minute,
			heldAfterDeletion: 48 * time.Hour,
		},
		kind{
			armType: "Microsoft.CognitiveServices/accounts/deployments", complete: completeDeployment,
			takes: 30 * time.Second, oneAtATime: true,
		},
		// 30 to 90 minutes: API Management's page on activation. 48 hours: its page on
		// soft deletion.
		kind{
			armType: "Microsoft.ApiManagement/service", complete: completeAPIMService, takes: 45 * time.Minute,
			heldAfterDeletion: 48 * time.Hour, restoresBelow: true,
		},
		kind{armType: "Microsoft.ApiManagement/service/apis", gone: http.StatusNoContent, complete: completeAPI},
		kind{armType: "Microsoft.ApiManagement/service/apis/diagnostics", complete: completeDiagnostic},
		kind{armType: "Microsoft.ApiManagement/service/apis/operations", complete: completeOperation},
		kind{armType: "Microsoft.ApiManagement/service/apis/operations/policies", complete: completePolicy},
		kind{armType: "Microsoft.ApiManagement/service/apis/policies", complete: completePolicy},
		kind{armType: apiSchemaType, complete: completeAPISchema},
		kind{armType: "Microsoft.ApiManagement/service/backends", complete: completeBackend, mayDelete: backendNotInUse},
		kind{armType: "Microsoft.ApiManagement/service/caches", complete: completeExternalCache},
		kind{armType: "Microsoft.ApiManagement/service/certificates", complete: completeCertificate},
		kind{armType: "Microsoft.ApiManagement/service/diagnostics", complete: completeDiagnostic},
		kind{armType: "Microsoft.ApiManagement/service/loggers", complete: completeLogger, mayDelete: loggerNotInUse},
		kind{armType: "Microsoft.ApiManagement/service/namedValues", complete: completeNamedValue, mayDelete: namedValueNotInUse},
		kind{armType: "Microsoft.ApiManagement/service/policies", complete: completePolicy},
		kind{armType: "Microsoft.ApiManagement/service/policyFragments", complete: completePolicyFragment, mayDelete: fragmentNotInUse},
		kind{armType: "Microsoft.ApiManagement/service/products", complete: completeProduct, mayDelete: productNotInUse},
		kind{armType: "Microsoft.ApiManagement/service/products/apis", link: true, complete: completeProductAPI},
		kind{armType: "Microsoft.ApiManagement/service/products/policies", complete: completePolicy},
		kind{armType: "Microsoft.ApiManagement/service/schemas", complete: completeSchema},
		kind{armType: "Microsoft.ApiManagement/service/subscriptions", complete: completeSubscription},
		kind{armType: "Microsoft.OperationalInsights/workspaces", complete: completeWorkspace, takes: 30 * time.Second},
		kind{armType: "Microsoft.OperationalInsights/workspaces/savedSearches", made: http.StatusOK, complete: completeSavedSearch},
		kind{armType: "Microsoft.Insights/diagnosticSettings", made: http.StatusOK, complete: completeDiagnosticSetting},
		kind{armType: "Microsoft.Insights/components", made: http.StatusOK, complete: completeInsights},
		kind{armType: "Microsoft.Insights/workbooks", gone: http.StatusNoContent, complete: completeWorkbook},
		kind{armType: "Microsoft.Insights/actionGroups", global: true, complete: completeActionGroup},
		kind{armType: "Microsoft.Insights/scheduledQueryRules", complete: completeQueryRule},
		kind{armType: "Microsoft.EventHub/namespaces", complete: completeEventHubNamespace, takes: time.Minute},
		kind{armType: "Microsoft.EventHub/namespaces/eventhubs", made: http.StatusOK, complete: completeEventHub},
		kind{armType: "Microsoft.ManagedIdentity/userAssignedIdentities", complete: completeIdentity},
		kind{armType: workflowType, complete: completeWorkflow},
		kind{armType: "Microsoft.Consumption/budgets", complete: completeBudget},
		kind{armType: "Microsoft.Resources/deploymentStacks", complete: completeStack, mayDelete: unmanage, takes: 30 * time.Second},
		kind{armType: assignmentType, complete: completeRoleAssignment},
	)
}

func byType(list ...kind) map[string]kind {
	table := make(map[string]kind, len(list))
	for _, k := range list {
		table[arm.Fold(k.armType)] = k
	}
	return table
}

func (s *Service) kindOf(id arm.ID) (kind, error) {
	k, ok := s.kinds[arm.Fold(id.Type())]
	if !ok && !s.hasNamespace(id.Namespace) {
		return kind{}, refuse(http.StatusNotFound, "InvalidResourceNamespace",
			"The resource namespace '%s' is invalid, or the sandbox does not model it.", id.Namespace)
	}
	if !ok {
		return kind{}, refuse(http.StatusBadRequest, "NoRegisteredProviderFound",
			"The sandbox does not model the resource type '%s'.", id.Type())
	}
	return k, nil
}

func (s *Service) hasNamespace(namespace string) bool {
	prefix := arm.Fold(namespace) + "/"
	for folded := range s.kinds {
		if strings.HasPrefix(folded, prefix) {
			return true
		}
	}
	return false
}
