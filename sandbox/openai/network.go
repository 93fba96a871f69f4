package openai

import (
	"net/http"
	"net/netip"

	"github.com/aoai-gateway/aoai-gateway/sandbox/azure"
	"github.com/aoai-gateway/aoai-gateway/sandbox/network"
)

// mayReach refuses callers whose address no network rule of the account lets in. The
// message is the service's own, by public reports. Services that are trusted and rules
// for virtual networks are not known here.
func mayReach(account *azure.Resource, r *http.Request) *refusal {
	refused := failf(http.StatusForbidden, "403", "Access denied due to Virtual Network/Firewall rules.")
	properties := account.Properties()
	if access, _ := properties["publicNetworkAccess"].(string); access == "Disabled" {
		return refused
	}
	rules, _ := properties["networkAcls"].(map[string]any)
	if action, _ := rules["defaultAction"].(string); action != "Deny" {
		return nil
	}
	source := network.Source(r)
	allowed, _ := rules["ipRules"].([]any)
	for _, each := range allowed {
		rule, _ := each.(map[string]any)
		value, _ := rule["value"].(string)
		if address, err := netip.ParseAddr(value); err == nil && address == source {
			return nil
		}
		if prefix, err := netip.ParsePrefix(value); err == nil && prefix.Contains(source) {
			return nil
		}
	}
	return refused
}
