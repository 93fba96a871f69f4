package stacks

import (
	"fmt"

	"github.com/aoai-gateway/aoai-gateway/components/appgateway"
	"github.com/aoai-gateway/aoai-gateway/components/openai"
	"github.com/aoai-gateway/aoai-gateway/components/private"
	"github.com/aoai-gateway/aoai-gateway/internal/azure"
	"github.com/aoai-gateway/aoai-gateway/internal/faults"
	"github.com/aoai-gateway/aoai-gateway/wiring"
)

// validatePrivate checks how accounts are reached, and refuses what cannot reach private ones.
func (c *Config) validatePrivate() error {
	var list faults.List
	reached := private.Reached{EventHub: c.APIM.Logging.EventHub.Enabled}
	for _, account := range c.OpenAI {
		if account.Existing == nil {
			reached.Kinds = append(reached.Kinds, account.Kind)
		}
	}
	list.Merge("network", c.Network.Validate(reached, c.layout()))
	if !c.Network.Private() {
		return list.Err()
	}
	switch c.Pattern {
	case PatternFrontDoor:
		list.Add("network.access", "%q cannot be had with the pattern %s: %s; take the pattern %s with apim.sku %s",
			c.Network.Access, c.Pattern, c.whyNoEdgeReaches(), PatternAPIM, azure.WithNetwork())
	case MultiRegion:
		if sku, known := azure.FindAPIMSKU(c.APIM.SKU); known && (!sku.Integrates || !c.linked()) {
			list.Add("network.access", "%q with the pattern %s needs apim.sku %s and lock %s: %s gateways would have to stand in a network in each region, which is not offered",
				c.Network.Access, c.Pattern, azure.WithIntegration(), LockPrivateLink, azure.WithRegions())
		}
	case PatternAPIM:
		list.Merge("", c.validateInjection())
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

// validateInjection checks what stands in the network of the pattern apim.
func (c *Config) validateInjection() error {
	var list faults.List
	sku, known := azure.FindAPIMSKU(c.APIM.SKU)
	switch {
	case known && c.edgeInNetwork() && !sku.Injects:
		list.Add("apim.sku", "%q does not stand in a network, so that no Application Gateway can be the only one that calls it; take %s, or remove edge", c.APIM.SKU, azure.WithInjection())
	case known && !sku.Injects && !sku.Integrates:
		list.Add("apim.sku", "%q cannot reach private accounts: Azure gives it no network; take %s", c.APIM.SKU, azure.WithNetwork())
	}
	if c.edgeInNetwork() && c.ApplicationGateway.VirtualNetwork != appgateway.DefaultOptions().VirtualNetwork {
		list.Add("applicationGateway.virtualNetwork", "has no effect: the gateway stands in the network of the key network; remove it, or give network.range")
	}
	return list.Err()
}

// layout says what stands in the network beside private endpoints.
func (c *Config) layout() private.Layout {
	if c.edgeInNetwork() {
		return wiring.LayoutOf(c.APIM, &c.ApplicationGateway)
	}
	return wiring.LayoutOf(c.APIM, nil)
}

// addressPlace is where the Application Gateway stands in the network of others; nil where it
// has one of its own.
func (c *Config) addressPlace() *wiring.AddressPlace {
	if !c.edgeInNetwork() {
		return nil
	}
	return &wiring.AddressPlace{Network: c.Network, Layout: c.layout()}
}
