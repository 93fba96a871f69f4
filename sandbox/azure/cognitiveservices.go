package azure

import (
	"net/http"
	"strings"

	facts "github.com/aoai-gateway/aoai-gateway/internal/azure"
)

// Azure OpenAI accounts and deployments: Microsoft.CognitiveServices, API
// version 2024-10-01.

// accountWrite is an Azure OpenAI account on its way into the store.
type accountWrite struct{ *put }

func completeAccount(p *put) error { return accountWrite{p}.fill() }

// fill fills what Azure fills, and refuses what Azure refuses.
func (p accountWrite) fill() error {
	if err := p.settle(); err != nil {
		return err
	}
	p.body["etag"] = p.etag()
	p.systemData()
	p.identity()

	if err := p.nameIsFree(); err != nil {
		return err
	}
	if err := p.knownKind(); err != nil {
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
	properties["endpoint"], properties["endpoints"] = accountEndpoints(text(p.body, "location"), text(p.body, "kind"), subdomain)
	if before := text(p.oldProperties(), "endpoint"); before != "" {
		properties["endpoint"] = before // an upgrade to Foundry leaves it
	}
	if managed, ok := p.oldProperties()["allowProjectManagement"]; ok {
		properties["allowProjectManagement"] = managed // a rollback leaves it
	}
	if p.hidden == nil {
		p.hidden = map[string]any{}
	}
	for _, name := range []string{"key1", "key2"} {
		keep(p.hidden, p.hidden, name, func() any { return strings.ReplaceAll(p.service.newGUID(), "-", "") })
	}
	return nil
}

// knownKind refuses kinds of accounts that are not modelled, and regions without Azure OpenAI
// for those with models. In which regions Azure judges content is not known here. Source of code and message: Azure/azure-cli#27437 and other public reports.
func (p accountWrite) knownKind() error {
	kind, region := text(p.body, "kind"), text(p.body, "location")
	if facts.IsContentSafety(kind) {
		return nil
	}
	offered := facts.HasModels(kind) && (p.old != nil || p.planted || p.service.models.CheckRegion(region) == nil || p.service.seed.offersIn(region))
	if offered {
		return nil
	}
	return refuse(http.StatusBadRequest, "InvalidApiSetId", "The account type '%s' is either invalid or unavailable in given region.", kind)
}

// accountEndpoints are where an account answers. Sources: an account of kind OpenAI as
// public reports show it, and the hosts of
// https://learn.microsoft.com/azure/foundry/how-to/upgrade-azure-openai
func accountEndpoints(location, kind, subdomain string) (endpoint string, endpoints map[string]any) {
	hosts := facts.AccountHosts(kind, subdomain)
	if subdomain == "" || len(hosts) == 0 {
		endpoint = "https://" + location + "." + facts.RegionalAccountDomain + "/"
		return endpoint, map[string]any{languageModels: endpoint}
	}
	if facts.IsContentSafety(kind) {
		endpoint = "https://" + hosts[0] + "/"
		return endpoint, map[string]any{"Content Safety": endpoint}
	}
	endpoints = map[string]any{languageModels: "https://" + hosts[0] + "/"}
	if kind == facts.ARMKindFoundry {
		endpoints["AI Foundry API"] = "https://" + hosts[1] + "/"
		return "https://" + hosts[2] + "/", endpoints
	}
	return "https://" + hosts[0] + "/", endpoints
}

// languageModels is what Azure calls the endpoint of an account's models.
const languageModels = "OpenAI Language Model Instance API"

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

// deploymentWrite is a model deployment on its way into the store.
type deploymentWrite struct{ *put }

func completeDeployment(p *put) error { return deploymentWrite{p}.fill() }

// fill fills what Azure fills, and refuses what Azure refuses.
func (p deploymentWrite) fill() error {
	properties := p.properties()
	p.body["etag"] = p.etag()
	p.systemData()
	if err := p.accountHasModels(); err != nil {
		return err
	}
	model := object(properties, "model")
	for _, name := range []string{"name", "format"} {
		err := p.unchanged("DeploymentModelNotSupported", "Create another deployment instead.", "properties", "model", name)
		if err != nil {
			return err
		}
	}
	sku := object(p.body, "sku")
	defaults(sku, map[string]any{"name": "Standard", "capacity": 1.0})
	capacity, _ := sku["capacity"].(float64)
	its, err := p.offered(model, text(sku, "name"), int(capacity))
	if err != nil {
		return err
	}
	if err := p.spillsOver(model, text(sku, "name")); err != nil {
		return err
	}
	if err := p.withinQuota(text(sku, "name"), text(model, "name"), sku["capacity"]); err != nil {
		return err
	}
	defaults(properties, map[string]any{
		"versionUpgradeOption": "OnceNewDefaultVersionAvailable", "raiPolicyName": "Microsoft.DefaultV2",
	})
	properties["provisioningState"] = "Succeeded"
	properties["currentCapacity"] = sku["capacity"]
	properties["capabilities"] = capabilities(its)
	properties["rateLimits"] = rateLimits(facts.LimitsOf(its, text(sku, "name"), int(capacity)))
	return nil
}

// accountHasModels refuses deployments in accounts of a kind that has none; the words are not
// known.
func (p deploymentWrite) accountHasModels() error {
	above, _ := p.id.Parent()
	account, err := p.tx.Get(above.String())
	if err != nil || account == nil || facts.HasModels(text(account.Body, "kind")) {
		return err
	}
	return refuse(http.StatusBadRequest, "InvalidResourceProperties", "Accounts of kind '%s' have no model deployments.", text(account.Body, "kind"))
}

// capabilities says what a model can do, as Resource Manager tells it.
func capabilities(model *facts.Model) map[string]any {
	can := map[string]any{}
	for _, each := range model.Can {
		can[each.ARM()] = "true"
	}
	if model.Does(facts.Embeddings) {
		can["embeddingsMaxInputs"] = "2048"
	}
	return can
}

// rateLimits are a deployment's limits, as Resource Manager tells them.
func rateLimits(limits facts.Limits) []any {
	list := []any{map[string]any{"key": "token", "renewalPeriod": facts.TokenWindow.Seconds(), "count": float64(limits.Tokens)}}
	if limits.Requests > 0 {
		list = append([]any{map[string]any{"key": "request", "renewalPeriod": facts.RequestWindow.Seconds(), "count": float64(limits.Requests)}}, list...)
	}
	return list
}
