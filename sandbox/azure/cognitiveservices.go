package azure

import (
	"strings"
)

// Azure OpenAI accounts and deployments: Microsoft.CognitiveServices, API
// version 2024-10-01.

func completeAccount(p *put) error {
	if err := p.settle(); err != nil {
		return err
	}
	p.body["etag"] = p.etag()
	p.systemData()
	p.identity()

	if err := p.nameIsFree(); err != nil {
		return err
	}
	properties := p.properties() // a restored account has those it had
	subdomain := text(properties, "customSubDomainName")
	err := p.unchanged("CustomDomainNameCannotBeChanged", "Create another account instead.", "properties", "customSubDomainName")
	if err != nil {
		return err
	}
	keep(properties, p.oldProperties(), "internalId", func() any { return strings.ReplaceAll(p.service.newGUID(), "-", "") })
	keep(properties, p.oldProperties(), "dateCreated", func() any { return p.timestamp() })
	defaults(properties, map[string]any{"publicNetworkAccess": "Enabled", "disableLocalAuth": false})
	properties["provisioningState"] = "Succeeded"
	properties["isMigrated"] = false
	properties["privateEndpointConnections"] = []any{}
	properties["callRateLimit"] = map[string]any{"rules": []any{}}
	properties["endpoint"] = accountEndpoint(text(p.body, "location"), subdomain)
	if p.hidden == nil {
		p.hidden = map[string]any{}
	}
	for _, name := range []string{"key1", "key2"} {
		keep(p.hidden, p.hidden, name, func() any { return strings.ReplaceAll(p.service.newGUID(), "-", "") })
	}
	properties["endpoints"] = map[string]any{"OpenAI Language Model Instance API": properties["endpoint"]}
	return nil
}

func accountEndpoint(location, subdomain string) string {
	if subdomain == "" {
		return "https://" + location + ".api.cognitive.microsoft.com/"
	}
	return "https://" + subdomain + ".openai.azure.com/"
}

// identity gives a system-assigned identity its principal, once.
func (p *put) identity() {
	identity, _ := p.body["identity"].(map[string]any)
	if !strings.Contains(text(identity, "type"), "SystemAssigned") {
		return
	}
	before, _ := p.old["identity"].(map[string]any)
	keep(identity, before, "principalId", p.guid)
	identity["tenantId"] = p.service.seed.TenantID
}

func completeDeployment(p *put) error {
	properties := p.properties()
	p.body["etag"] = p.etag()
	p.systemData()
	model := object(properties, "model")
	for _, name := range []string{"name", "format"} {
		err := p.unchanged("DeploymentModelNotSupported", "Create another deployment instead.", "properties", "model", name)
		if err != nil {
			return err
		}
	}
	sku := object(p.body, "sku")
	defaults(sku, map[string]any{"name": "Standard", "capacity": 1.0})
	if err := p.withinQuota(text(sku, "name"), text(model, "name"), sku["capacity"]); err != nil {
		return err
	}
	defaults(properties, map[string]any{
		"versionUpgradeOption": "OnceNewDefaultVersionAvailable", "raiPolicyName": "Microsoft.DefaultV2",
	})
	properties["provisioningState"] = "Succeeded"
	properties["currentCapacity"] = sku["capacity"]
	properties["capabilities"] = capabilities(text(model, "name"))
	properties["rateLimits"] = rateLimits(sku["capacity"])
	return nil
}

// capabilities says what a model can do, by the family of its name.
func capabilities(model string) map[string]any {
	if strings.Contains(model, "embedding") {
		return map[string]any{"embeddings": "true", "embeddingsMaxInputs": "2048"}
	}
	return map[string]any{"chatCompletion": "true", "responses": "true"}
}

// rateLimits follows from capacity: one unit is 1,000 tokens a minute, and 6
// requests a minute for every 1,000 tokens. Source: Azure OpenAI's quota page.
func rateLimits(capacity any) []any {
	units, _ := capacity.(float64)
	return []any{
		map[string]any{"key": "request", "renewalPeriod": 10.0, "count": units},
		map[string]any{"key": "token", "renewalPeriod": 60.0, "count": units * 1000},
	}
}
