package azure

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	facts "github.com/aoai-gateway/aoai-gateway/internal/azure"
)

const openAIAccount = `{"location":"swedencentral","kind":"OpenAI","sku":{"name":"S0"},"properties":{"customSubDomainName":"contoso"}}`

func deploymentBody(sku, capacity, model, version string) string {
	return `{"sku":{"name":"` + sku + `","capacity":` + capacity + `},"properties":{"model":{"format":"OpenAI","name":"` + model + `","version":"` + version + `"}}}`
}

// Codes and messages were seen in public reports of 2026; internal/azure/data/models.json
// tells what is offered.
func TestDeploymentsAreHeldAgainstTheTableOfModels(t *testing.T) {
	for _, c := range []struct {
		reason, body, code, says string
	}{
		{
			"the region lacks the SKU", deploymentBody("Standard", "1", "text-embedding-3-small", "1"),
			"InvalidResourceProperties", "The specified SKU 'Standard' for model 'text-embedding-3-small 1' is not supported in this region 'swedencentral'.",
		},
		{
			"the model is retired", deploymentBody("Standard", "1", "o1", "2024-12-17"),
			"ServiceModelDeprecated", "The model 'Format:OpenAI,Name:o1,Version:2024-12-17' has been deprecated since 11/19/2026 00:00:00.",
		},
		{"nobody has the version", deploymentBody("Standard", "1", "gpt-4o", "2030-01-01"), "DeploymentModelNotSupported", "Version:2030-01-01"},
		{"nobody has the model", deploymentBody("Standard", "1", "gpt-5.7", "2026-11-01"), "DeploymentModelNotSupported", "Name:gpt-5.7"},
		{"too few provisioned units", deploymentBody("GlobalProvisionedManaged", "10", "gpt-5.6-luna", "2026-07-09"), "InvalidCapacity", "give 15, or more in steps of 5"},
		{"units between two steps", deploymentBody("GlobalProvisionedManaged", "16", "gpt-5.6-luna", "2026-07-09"), "InvalidCapacity", "steps of 5"},
		{"a model whose units are not known", deploymentBody("GlobalProvisionedManaged", "7", "gpt-6.1-sol", "2026-09-29"), "", ""},
		{"no capacity at all", deploymentBody("DataZoneStandard", "0", "gpt-5.4-mini", "2026-03-17"), "InvalidCapacity", "at least 1"},
		{"a data zone has it", deploymentBody("DataZoneStandard", "1", "text-embedding-3-small", "1"), "", ""},
		{"a legacy model may be deployed", deploymentBody("Standard", "1", "gpt-4o", "2024-11-20"), "", ""},
		{"a deprecated one may, by subscriptions that have used it", deploymentBody("Standard", "1", "gpt-4.1", "2025-04-14"), "", ""},
	} {
		t.Run(c.reason, func(t *testing.T) {
			a := newAzure(t, DefaultSeed())
			a.must("PUT", group, `{"location":"swedencentral"}`)
			a.must("PUT", account, openAIAccount)
			status, answer := a.do("PUT", account+"/deployments/d", c.body)
			if c.code == "" {
				require.Less(t, status, 300, answer)
				return
			}
			refused, _ := answer["error"].(map[string]any)
			require.Equal(t, 400, status)
			require.Equal(t, c.code, refused["code"])
			require.Contains(t, refused["message"], c.says)
		})
	}
}

func TestTheSeedMaySayOtherwise(t *testing.T) {
	seed := DefaultSeed()
	seed.Models = []Offer{
		{Region: "swedencentral", SKU: "Standard", Model: "gpt-9", Version: "2030-01-01", Can: []facts.Capability{facts.Images}},
		{Region: "chilecentral", SKU: "Standard", Model: "gpt-9", Version: "2030-01-01"},
	}
	a := newAzure(t, seed)
	a.must("PUT", group, `{"location":"swedencentral"}`)
	a.must("PUT", account, openAIAccount)
	made := a.must("PUT", account+"/deployments/d", deploymentBody("Standard", "1", "gpt-9", "2030-01-01"))
	require.Equal(t, map[string]any{"imageGenerations": "true"}, properties(made)["capabilities"])
	a.must("PUT", account+"2", strings.ReplaceAll(strings.Replace(openAIAccount, "swedencentral", "chilecentral", 1), "contoso", "second"))
	a.refused("a region without Azure OpenAI", 400, "InvalidApiSetId", "PUT", account+"3", strings.ReplaceAll(strings.Replace(openAIAccount, "swedencentral", "mexicocentral", 1), "contoso", "third"))
	a.refused("a kind without models", 400, "InvalidApiSetId", "PUT", account+"4", `{"location":"swedencentral","kind":"SpeechServices","sku":{"name":"S0"},"properties":{"customSubDomainName":"fourth"}}`)
}

// What is deployed stays, and is not looked at again until its version or SKU changes.
func TestWhatIsDeployedStays(t *testing.T) {
	seed := DefaultSeed()
	seed.Resources = []map[string]any{
		{"id": group, "location": "swedencentral"},
		{"id": account, "location": "swedencentral", "kind": "OpenAI", "sku": map[string]any{"name": "S0"}, "properties": map[string]any{"customSubDomainName": "contoso"}},
		{
			"id": account + "/deployments/old", "sku": map[string]any{"name": "Standard", "capacity": 1.0},
			"properties": map[string]any{"model": map[string]any{"format": "OpenAI", "name": "o1", "version": "2024-12-17"}},
		},
	}
	a := newAzure(t, seed)
	a.must("PUT", account+"/deployments/old", deploymentBody("Standard", "1", "o1", "2024-12-17"))
	a.refused("a retired model by another SKU", 400, "ServiceModelDeprecated", "PUT", account+"/deployments/old", deploymentBody("DataZoneStandard", "1", "o1", "2024-12-17"))
}

func TestAVersionThatIsLeftOutIsTheNewest(t *testing.T) {
	a := newAzure(t, DefaultSeed())
	a.must("PUT", group, `{"location":"swedencentral"}`)
	a.must("PUT", account, openAIAccount)
	made := a.must("PUT", account+"/deployments/d", `{"sku":{"name":"Standard","capacity":1},"properties":{"model":{"format":"OpenAI","name":"gpt-4o"}}}`)
	require.Equal(t, "2024-11-20", object(properties(made), "model")["version"])
}

// Fields were read from Microsoft's pages on the upgrade (2026-08-19): the kind and
// allowProjectManagement change; endpoint, keys and roles stay; a rollback leaves
// allowProjectManagement (Azure/azure-rest-api-specs#38678).
func TestMicrosoftUpgradesAnAccountAndADeployment(t *testing.T) {
	a := newAzure(t, DefaultSeed())
	a.must("PUT", group, `{"location":"swedencentral"}`)
	before := a.must("PUT", account, openAIAccount)
	a.must("PUT", account+"/deployments/d", deploymentBody("Standard", "1", "gpt-4o", "2024-08-06"))

	upgraded := a.must("POST", UpgradesPath, `{"id":"`+account+`","identity":true}`)
	require.Equal(t, "AIServices", upgraded["kind"])
	require.Equal(t, true, properties(upgraded)["allowProjectManagement"])
	require.Equal(t, properties(before)["endpoint"], properties(upgraded)["endpoint"])
	require.Equal(t, "https://contoso.services.ai.azure.com/", object(properties(upgraded), "endpoints")["AI Foundry API"])
	require.Equal(t, "SystemAssigned", object(upgraded, "identity")["type"])
	a.refused("it is upgraded already", 409, "InvalidUpgrade", "POST", UpgradesPath, `{"id":"`+account+`"}`)

	rolledBack := a.must("PUT", account, openAIAccount)
	require.Equal(t, "OpenAI", rolledBack["kind"])
	require.Equal(t, true, properties(rolledBack)["allowProjectManagement"])
	require.Equal(t, properties(before)["endpoint"], properties(rolledBack)["endpoint"])

	moved := a.must("POST", UpgradesPath, `{"id":"`+account+`/deployments/d","model":"gpt-5.6-sol","version":"2026-07-09"}`)
	require.Equal(t, map[string]any{"format": "OpenAI", "name": "gpt-5.6-sol", "version": "2026-07-09"}, properties(moved)["model"])
	a.refused("a deployment becomes some model", 400, "InvalidUpgrade", "POST", UpgradesPath, `{"id":"`+account+`/deployments/d"}`)
	a.refused("a model that nobody knows", 400, "InvalidUpgrade", "POST", UpgradesPath, `{"id":"`+account+`/deployments/d","model":"gpt-9","version":"1"}`)
	a.refused("nothing is there", 404, "ResourceNotFound", "POST", UpgradesPath, `{"id":"`+account+`x"}`)
	a.refused("a word too much", 400, "InvalidUpgrade", "POST", UpgradesPath, `{"ID":"x","account":"y"}`)
}

func TestAFoundryAccountHasThreeHosts(t *testing.T) {
	a := newAzure(t, DefaultSeed())
	a.must("PUT", group, `{"location":"swedencentral"}`)
	made := a.must("PUT", account, strings.Replace(openAIAccount, `"OpenAI"`, `"AIServices"`, 1))
	require.Equal(t, "https://contoso.cognitiveservices.azure.com/", properties(made)["endpoint"])
	require.Equal(t, map[string]any{
		"OpenAI Language Model Instance API": "https://contoso.openai.azure.com/", "AI Foundry API": "https://contoso.services.ai.azure.com/",
	}, properties(made)["endpoints"])
}

// Rules: Azure's page on spillover (2026-05-25).
func TestSpilloverNeedsAStandardDeployment(t *testing.T) {
	a := newAzure(t, DefaultSeed())
	a.must("PUT", group, `{"location":"swedencentral"}`)
	a.must("PUT", account, openAIAccount)
	body := func(sku, capacity, spillover string) string {
		return `{"sku":{"name":"` + sku + `","capacity":` + capacity + `},"properties":{"spilloverDeploymentName":"` + spillover + `","model":{"format":"OpenAI","name":"gpt-5.4-mini","version":"2026-03-17"}}}`
	}
	a.refused("nothing to spill over to", 400, "InvalidResourceProperties", "PUT", account+"/deployments/chat", body("DataZoneProvisionedManaged", "15", "overflow"))
	a.must("PUT", account+"/deployments/overflow", body("DataZoneStandard", "10", ""))
	made := a.must("PUT", account+"/deployments/chat", body("DataZoneProvisionedManaged", "15", "overflow"))
	require.Equal(t, "overflow", properties(made)["spilloverDeploymentName"])
	a.refused("a standard deployment does not spill over", 400, "InvalidResourceProperties", "PUT", account+"/deployments/overflow", body("DataZoneStandard", "10", "chat"))
}
