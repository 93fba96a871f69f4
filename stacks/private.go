package stacks

import (
	"fmt"

	"github.com/aoai-gateway/aoai-gateway/components/openai"
	"github.com/aoai-gateway/aoai-gateway/components/private"
	"github.com/aoai-gateway/aoai-gateway/internal/azure"
	"github.com/aoai-gateway/aoai-gateway/internal/faults"
)

// validatePrivate checks how accounts are reached, and refuses what cannot reach private ones.
func (c *Config) validatePrivate() error {
	var list faults.List
	var kinds []string
	for _, account := range c.OpenAI {
		if account.Existing == nil {
			kinds = append(kinds, account.Kind)
		}
	}
	list.Merge("network", c.Network.Validate(kinds))
	if !c.Network.Private() {
		return list.Err()
	}
	switch c.Pattern {
	case PatternFrontDoor:
		list.Add("network.access", "%q cannot be had with the pattern %s: %s; take the pattern %s with apim.sku %s",
			c.Network.Access, c.Pattern, c.whyNoEdgeReaches(), PatternAPIM, azure.WithIntegration())
	case MultiRegion:
		if sku, known := azure.FindAPIMSKU(c.APIM.SKU); known && (!sku.Integrates || !c.linked()) {
			list.Add("network.access", "%q with the pattern %s needs apim.sku %s and lock %s: %s gateways would have to stand in a network in each region, which is not offered",
				c.Network.Access, c.Pattern, azure.WithIntegration(), LockPrivateLink, azure.WithRegions())
		}
	case PatternAPIM:
		if sku, known := azure.FindAPIMSKU(c.APIM.SKU); known && !sku.Integrates {
			list.Add("apim.sku", "%q cannot reach private accounts%s; take %s", c.APIM.SKU, whyNotOffered(c.APIM.SKU), azure.WithIntegration())
		}
	}
	for i, account := range c.OpenAI {
		at := fmt.Sprintf("openai[%d].", i)
		if account.Existing != nil {
			list.Add(at+"existing", "gets no private endpoint from this stack, which leaves existing accounts as they are; let the stack make the account, or set network.access to %s",
				private.AccessPublic)
		}
		if c.Network.Closed() && account.Existing == nil && hasRules(account.Network) {
			list.Add(at+"network", "has no effect while network.access is %s, which closes the public endpoint; remove it, or set network.access to %s",
				private.AccessPrivate, private.AccessBoth)
		}
	}
	return list.Err()
}

func hasRules(n openai.Network) bool {
	return n.DefaultAction != "" || n.AllowedIPRanges != nil || n.BypassAzureServices != nil
}

// whyNoEdgeReaches is the reason why no edge before accounts reaches private ones. Source for
// Front Door: https://learn.microsoft.com/azure/frontdoor/private-link (the list of origins).
func (c *Config) whyNoEdgeReaches() string {
	if c.Edge == EdgeApplicationGateway {
		return "an Application Gateway before private accounts is not offered here"
	}
	return "Front Door has no Private Link to Azure OpenAI"
}

// whyNotOffered tells SKUs that Azure could put into a network from those that it cannot.
func whyNotOffered(sku string) string {
	switch sku {
	case "Premium", "Developer":
		return ": on Azure it would have to stand in a network, which this stack does not offer with the pattern " + PatternAPIM
	}
	return ": Azure gives it no network"
}
