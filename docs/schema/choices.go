package main

import (
	"slices"

	"github.com/aoai-gateway/aoai-gateway/components/apim"
	"github.com/aoai-gateway/aoai-gateway/components/appgateway"
	"github.com/aoai-gateway/aoai-gateway/components/frontdoor"
	"github.com/aoai-gateway/aoai-gateway/components/openai"
	"github.com/aoai-gateway/aoai-gateway/components/private"
	"github.com/aoai-gateway/aoai-gateway/guardrails"
	"github.com/aoai-gateway/aoai-gateway/internal/azure"
	"github.com/aoai-gateway/aoai-gateway/policies"
	"github.com/aoai-gateway/aoai-gateway/stacks"
)

// choices are what validation takes, by the path of the key. An empty text says nothing, and
// is taken, too.
func choices() map[string][]string {
	all := map[string][]string{
		"pattern": stacks.Patterns, "environment": guardrails.Environments,
		"edge":    {stacks.EdgeFrontDoor, stacks.EdgeApplicationGateway},
		"routing": {stacks.ActiveActive, stacks.ActivePassive},
		"lock":    slices.Concat(stacks.Locks, stacks.OpenLocks),

		"network.access": private.Accesses,

		"openai[].kind":               azure.AccountKinds,
		"clients[].principalType":     openai.PrincipalTypes,
		"frontDoor.sku":               frontdoor.SKUs,
		"frontDoor.waf.mode":          frontdoor.WAFModes,
		"applicationGateway.waf.mode": appgateway.WAFModes,

		"apim.semanticCache.sku": azure.RedisSKUs,

		"apim.sku": apim.SKUs(), "apim.identity": {apim.SystemAssigned, apim.UserAssigned}, "apim.access[]": {apim.AccessKey, apim.AccessEntra},
		"apim.entra.callerClaim": policies.CallerClaims, "apim.loadBalancing.strategy": apim.Strategies, "apim.logging.llm": apim.LLMLogs,
		"apim.callerLimits.tokenQuotaPeriod":           policies.QuotaPeriods,
		"apim.products[].limits.tokenQuotaPeriod":      policies.QuotaPeriods,
		"apim.subscriptions[].limits.tokenQuotaPeriod": policies.QuotaPeriods,
	}
	for _, path := range []string{"deployments[]", "openai[].deployments[]"} {
		all[path+".sku"] = azure.DeploymentSKUs
		all[path+".versionUpgrade"] = openai.VersionUpgrades
	}
	for path, allowed := range all {
		all[path] = slices.Clone(allowed)
	}
	return all
}
