package azure

import (
	"net/http"
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
	// takes is how long a write or deletion goes on in Azure, roughly; 0 for
	// what ends at once. The service's time scale shortens it.
	takes time.Duration
	// oneAtATime allows one operation at a time under one parent.
	oneAtATime bool
}

// kinds are the resource types that the service models, by folded ARM type.
var kinds = byType(
	kind{armType: "Microsoft.Resources/resourceGroups", complete: completeResourceGroup},
	kind{armType: "Microsoft.Cdn/profiles", complete: completeProfile, takes: 30 * time.Second},
	kind{armType: "Microsoft.Cdn/profiles/afdEndpoints", complete: completeEndpoint, takes: 20 * time.Second},
	kind{armType: "Microsoft.Cdn/profiles/afdEndpoints/routes", complete: completeRoute, takes: 30 * time.Second},
	kind{armType: "Microsoft.Cdn/profiles/originGroups", complete: completeOriginGroup, takes: 20 * time.Second},
	kind{armType: "Microsoft.Cdn/profiles/originGroups/origins", complete: completeOrigin, takes: 20 * time.Second},
	kind{armType: "Microsoft.Cdn/profiles/customDomains", complete: completeCustomDomain, takes: time.Minute},
	kind{armType: "Microsoft.Cdn/profiles/securityPolicies", complete: completeSecurityPolicy, takes: 30 * time.Second},
	kind{
		armType: "Microsoft.Network/FrontDoorWebApplicationFirewallPolicies", complete: completeWAFPolicy,
		takes: 20 * time.Second,
	},
	// 48 hours: Azure's page on recovering deleted Azure AI services resources.
	kind{
		armType: "Microsoft.CognitiveServices/accounts", complete: completeAccount, takes: time.Minute,
		heldAfterDeletion: 48 * time.Hour,
	},
	kind{
		armType: "Microsoft.CognitiveServices/accounts/deployments", complete: completeDeployment,
		takes: 30 * time.Second, oneAtATime: true,
	},
	// 30 to 90 minutes: API Management's page on activation.
	kind{armType: "Microsoft.ApiManagement/service", complete: completeAPIMService, takes: 45 * time.Minute},
	kind{armType: "Microsoft.ApiManagement/service/apis", complete: completeAPIMChild},
	kind{armType: "Microsoft.ApiManagement/service/backends", complete: completeAPIMChild},
	kind{armType: "Microsoft.ApiManagement/service/namedValues", complete: completeNamedValue},
	kind{armType: "Microsoft.ApiManagement/service/loggers", complete: completeAPIMChild},
	kind{armType: "Microsoft.ApiManagement/service/products", complete: completeAPIMChild},
	kind{armType: "Microsoft.ApiManagement/service/products/apis", complete: completeAPIMChild},
	kind{armType: "Microsoft.ApiManagement/service/apis/operations", complete: completeAPIMChild},
	kind{armType: "Microsoft.ApiManagement/service/policyFragments", complete: completePolicyFragment},
	kind{armType: "Microsoft.ApiManagement/service/policies", complete: completePolicy},
	kind{armType: "Microsoft.ApiManagement/service/products/policies", complete: completePolicy},
	kind{armType: "Microsoft.ApiManagement/service/apis/policies", complete: completePolicy},
	kind{armType: "Microsoft.ApiManagement/service/apis/operations/policies", complete: completePolicy},
	kind{armType: "Microsoft.OperationalInsights/workspaces", complete: completeWorkspace, takes: 30 * time.Second},
	kind{armType: "Microsoft.Insights/diagnosticSettings", complete: completeDiagnosticSetting},
	kind{armType: "Microsoft.Authorization/roleAssignments", complete: completeRoleAssignment},
)

func byType(list ...kind) map[string]kind {
	table := make(map[string]kind, len(list))
	for _, k := range list {
		table[arm.Fold(k.armType)] = k
	}
	return table
}

func (s *Service) kindOf(id arm.ID) (kind, error) {
	k, ok := kinds[arm.Fold(id.Type())]
	if !ok {
		return kind{}, refuse(http.StatusBadRequest, "NoRegisteredProviderFound",
			"The sandbox does not model the resource type '%s'.", id.Type())
	}
	return k, nil
}
