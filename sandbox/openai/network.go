package openai

import (
	"net/http"
	"net/netip"
	"slices"

	"github.com/aoai-gateway/aoai-gateway/sandbox/deployed"
	"github.com/aoai-gateway/aoai-gateway/sandbox/network"
)

// mayReach refuses callers whose address no network rule of the account lets in. The
// message is the service's own, by public reports. Services that are trusted and rules
// for virtual networks are not known here.
func mayReach(rules deployed.AccountNetwork, r *http.Request) *refusal {
	source := network.Source(r)
	listed := slices.ContainsFunc(rules.Allowed, func(prefix netip.Prefix) bool { return prefix.Contains(source) })
	if rules.Closed || (rules.DenyOthers && !listed) {
		return failf(http.StatusForbidden, "403", "Access denied due to Virtual Network/Firewall rules.")
	}
	return nil
}
