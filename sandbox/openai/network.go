package openai

import (
	"net/http"
	"net/netip"
	"slices"

	"github.com/aoai-gateway/aoai-gateway/sandbox/deployed"
	"github.com/aoai-gateway/aoai-gateway/sandbox/network"
)

// mayReach refuses callers whose address no network rule of the account lets in. Private
// addresses come through a private endpoint, for which the rules do not hold. The messages are
// the service's own, by public reports (TabularEditor/TabularEditor3#1557 for the one of
// closed accounts). Services that are trusted and rules for virtual networks are not known here.
func mayReach(rules deployed.AccountNetwork, r *http.Request) *refusal {
	source := network.Source(r)
	switch {
	case source.IsPrivate():
		return nil
	case rules.Closed:
		return failf(http.StatusForbidden, "403", "Public access is disabled. Please configure private endpoint.")
	}
	listed := slices.ContainsFunc(rules.Allowed, func(prefix netip.Prefix) bool { return prefix.Contains(source) })
	if rules.DenyOthers && !listed {
		return failf(http.StatusForbidden, "403", "Access denied due to Virtual Network/Firewall rules.")
	}
	return nil
}
