package azure

// Front Door's WAF policies: Microsoft.Network, API version 2024-02-01.

func completeWAFPolicy(p *put) error {
	properties := p.properties()
	p.body["location"] = "Global"
	p.body["etag"] = p.etag()
	defaults(object(p.body, "sku"), map[string]any{"name": "Classic_AzureFrontDoor"})
	defaults(object(properties, "policySettings"), map[string]any{"enabledState": "Enabled", "mode": "Detection"})
	defaults(properties, map[string]any{
		"customRules":  map[string]any{"rules": []any{}},
		"managedRules": map[string]any{"managedRuleSets": []any{}},
	})
	for _, links := range []string{"frontendEndpointLinks", "routingRuleLinks", "securityPolicyLinks"} {
		keep(properties, p.oldProperties(), links, func() any { return []any{} })
	}
	properties["provisioningState"], properties["resourceState"] = "Succeeded", "Enabled"
	return nil
}
