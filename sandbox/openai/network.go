package openai

import (
	"net/http"

	"github.com/aoai-gateway/aoai-gateway/sandbox/deployed"
	"github.com/aoai-gateway/aoai-gateway/sandbox/network"
)

// mayReach refuses callers whose address no network rule of the account lets in.
func mayReach(rules deployed.AccountNetwork, r *http.Request) *refusal {
	if why := rules.Refusal(network.Source(r)); why != "" {
		return failf(http.StatusForbidden, "403", "%s", why)
	}
	return nil
}
