package azure

import (
	"net/http"
	"strings"
)

// Azure OpenAI accounts and deployments: Microsoft.CognitiveServices, API
// version 2024-10-01.

func completeAccount(p *put) error {
	properties := p.properties()
	if err := p.settle(); err != nil {
		return err
	}
	p.body["etag"] = p.etag()
	p.systemData()
	p.identity()

	subdomain := text(properties, "customSubDomainName")
	if before := text(p.oldProperties(), "customSubDomainName"); before != "" && before != subdomain {
		return refuse(http.StatusBadRequest, "CustomDomainNameCannotBeChanged",
			"The custom subdomain of '%s' is '%s' and cannot be changed to '%s'. Create another account instead.",
			p.id.Name(), before, subdomain)
	}
	keep(properties, p.oldProperties(), "internalId", func() any { return strings.ReplaceAll(p.service.newGUID(), "-", "") })
	keep(properties, p.oldProperties(), "dateCreated", func() any { return p.timestamp() })
	defaults(properties, map[string]any{"publicNetworkAccess": "Enabled", "disableLocalAuth": false})
	properties["provisioningState"] = "Succeeded"
	properties["isMigrated"] = false
	properties["privateEndpointConnections"] = []any{}
	properties["callRateLimit"] = map[string]any{"rules": []any{}}
	properties["endpoint"] = accountEndpoint(text(p.body, "location"), subdomain)
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
	before, _ := p.oldProperties()["model"].(map[string]any)
	for _, name := range []string{"name", "format"} {
		if was := text(before, name); was != "" && was != text(model, name) {
			return refuse(http.StatusBadRequest, "DeploymentModelNotSupported",
				"The model %s of deployment '%s' cannot change from '%s' to '%s'. Create another deployment instead.",
				name, p.id.Name(), was, text(model, name))
		}
	}
	sku := object(p.body, "sku")
	defaults(sku, map[string]any{"name": "Standard", "capacity": 1.0})
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
