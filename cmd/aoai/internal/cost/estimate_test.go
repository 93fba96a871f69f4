package cost_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aoai-gateway/aoai-gateway/cmd/aoai/internal/cost"
	"github.com/aoai-gateway/aoai-gateway/internal/azure"
	"github.com/aoai-gateway/aoai-gateway/internal/engine"
)

const (
	service    = "azure-native:apimanagement/v20240501:ApiManagementService"
	profile    = "azure-native:cdn/v20240901:Profile"
	appGateway = "azure-native:network/v20240501:ApplicationGateway"
	address    = "azure-native:network/v20240501:PublicIPAddress"
	hub        = "azure-native:eventhub/v20240101:Namespace"
	account    = "azure-native:cognitiveservices/v20241001:Account"
	deployment = "azure-native:cognitiveservices/v20241001:Deployment"
	workspace  = "azure-native:operationalinsights/v20230901:Workspace"

	privateEndpoint = "azure-native:network/v20240501:PrivateEndpoint"

	setting = "azure-native:insights/v20210501preview:DiagnosticSetting"
)

// resource is one of a plan, in JSON.
type resource struct{ op, token, name, inputs string }

func planOf(t *testing.T, resources ...resource) *engine.Plan {
	t.Helper()
	var steps []string
	for _, each := range resources {
		urn := "urn:pulumi:test::p::" + each.token + "::" + each.name
		parent := "urn:pulumi:test::p::aoai-gateway:openai:Account::" + strings.SplitN(each.name, ".", 2)[0]
		steps = append(steps, fmt.Sprintf(`{"op": %q, "urn": %q, "newState": {"urn": %q, "type": %q, "parent": %q, "inputs": %s}}`,
			each.op, urn, urn, each.token, parent, each.inputs))
	}
	plan := &engine.Plan{}
	require.NoError(t, json.Unmarshal([]byte(`{"steps": [`+strings.Join(steps, ",")+`]}`), plan))
	return plan
}

var traffic = cost.Traffic{Requests: 1_000_000, InputTokens: 1000, CachedTokens: 200, OutputTokens: 100, RequestKB: 10, ResponseKB: 20, LogKB: 10}

// model is the inputs of a deployment.
func model(name, version, sku string, capacity int) string {
	return fmt.Sprintf(`{"deploymentName": "chat", "sku": {"name": %q, "capacity": %d}, "properties": {"model": {"name": %q, "version": %q}}}`, sku, capacity, name, version)
}

// The amounts are products of the figures in internal/azure/data/prices.json, each of which
// names its source there.
func TestWhatIsPlannedIsPriced(t *testing.T) {
	sweden := resource{"create", account, "sweden", `{"location": "swedencentral"}`}
	cases := []struct {
		reason       string
		resources    []resource
		fixed, usage map[string]float64
		notPriced    []string
	}{
		{
			reason:    "units of API Management in all regions, also where the gateway is off; another region's price stands in",
			resources: []resource{{"create", service, "gateway", `{"location": "swedencentral", "sku": {"name": "Premium", "capacity": 2}, "additionalLocations": [{"location": "francecentral", "sku": {"name": "Premium", "capacity": 3}, "disableGateway": true}]}`}},
			fixed:     map[string]float64{"Premium units swedencentral from swedencentral": 2 * 730 * 3.829, "Premium units francecentral from swedencentral": 3 * 730 * 3.829},
		},
		{
			reason:    "the first unit of a v2 SKU has another price than the next",
			resources: []resource{{"same", service, "gateway", `{"location": "swedencentral", "sku": {"name": "StandardV2", "capacity": 3}}`}},
			fixed:     map[string]float64{"StandardV2 first unit swedencentral from swedencentral": 730 * 1.25, "StandardV2 units after the first swedencentral from swedencentral": 2 * 730 * 0.89},
		},
		{
			reason:    "Consumption has no fixed part, and a million calls for nothing",
			resources: []resource{{"create", service, "gateway", `{"location": "swedencentral", "sku": {"name": "Consumption", "capacity": 0}}`}},
			usage:     map[string]float64{"calls swedencentral from swedencentral": 0},
		},
		{
			reason:    "a SKU that the table does not have is named, and not counted as 0",
			resources: []resource{{"create", service, "gateway", `{"location": "swedencentral", "sku": {"name": "Isolated", "capacity": 1}}`}},
			notPriced: []string{"ApiManagementService gateway: Isolated units: the table of prices has no apim/Isolated/unit"},
		},
		{
			reason:    "a type that this command does not know is named",
			resources: []resource{{"create", "azure-native:compute:VirtualMachine", "vm", `{}`}},
			notPriced: []string{
				"VirtualMachine vm: azure-native:compute:VirtualMachine: this command has no price for the type",
			},
		},
		{
			reason: "a private endpoint by hour, and what goes through all of them by GB; zones are named, and their links cost nothing",
			resources: []resource{
				{"create", privateEndpoint, "sweden-private", `{"location": "swedencentral"}`},
				{"create", "azure-native:network/v20240601:PrivateZone", "private", `{"location": "global"}`},
				{"create", "azure-native:network/v20240601:VirtualNetworkLink", "private", `{"location": "global"}`},
			},
			fixed: map[string]float64{"private endpoint global from Global": 730 * 0.01},
			usage: map[string]float64{
				"data to accounts through all private endpoints global from Global": 10 * 0.01, "data from accounts through all private endpoints global from Global": 20 * 0.01,
			},
			notPriced: []string{"PrivateZone private: private DNS zone: zones are paid by the month, and queries by the million; this command does not price them"},
		},
		{
			reason:    "what goes, and what belongs to somebody else, costs this stack nothing",
			resources: []resource{{"delete", service, "old", `{"location": "swedencentral", "sku": {"name": "Premium", "capacity": 2}}`}, {"read", service, "theirs", `{"location": "swedencentral", "sku": {"name": "Premium", "capacity": 2}}`}},
		},
		{
			reason:    "Front Door by month, request and GB",
			resources: []resource{{"create", profile, "edge", `{"location": "Global", "sku": {"name": "Standard_AzureFrontDoor"}}`}},
			fixed:     map[string]float64{"base fee global from Zone 1": 35},
			usage:     map[string]float64{"requests global from Zone 1": 0.9, "data to origins global from Zone 1": 10 * 0.02, "data to clients global from Zone 1": 20 * 0.0825},
		},
		{
			reason:    "a figure that is not known is named, with the rest priced",
			resources: []resource{{"create", profile, "edge", `{"location": "Global", "sku": {"name": "Premium_AzureFrontDoor"}}`}},
			fixed:     map[string]float64{"base fee global from Zone 1": 330},
			usage:     map[string]float64{"requests global from Zone 1": 1.5, "data to clients global from Zone 1": 20 * 0.083},
			notPriced: []string{"Profile edge: data to origins: the price of Premium Data Transfer In is not known; aoai cost --refresh asks for it"},
		},
		{
			reason: "Application Gateway with the capacity units of its least instances, and its address",
			resources: []resource{
				{"create", appGateway, "gateway", `{"location": "swedencentral", "sku": {"name": "WAF_v2"}, "autoscaleConfiguration": {"minCapacity": 2}}`},
				{"create", address, "gateway", `{"location": "swedencentral", "sku": {"name": "Standard"}}`},
			},
			fixed: map[string]float64{"WAF_v2 swedencentral from swedencentral": 730 * 0.468, "capacity units of the least instances swedencentral from swedencentral": 730 * 20 * 0.0144, "public IP address swedencentral from swedencentral": 730 * 0.005},
		},
		{
			reason:    "an event hub by unit and event",
			resources: []resource{{"create", hub, "prompts", `{"location": "swedencentral", "sku": {"name": "Standard", "capacity": 2}}`}},
			fixed:     map[string]float64{"Standard units swedencentral from swedencentral": 2 * 730 * 0.03},
			usage:     map[string]float64{"events swedencentral from swedencentral": 0.028},
		},
		{
			reason:    "logs above 5 GB, and longer than 31 days",
			resources: []resource{{"create", workspace, "logs", `{"location": "swedencentral", "retentionInDays": 91}`}, {"create", setting, "gateway", `{}`}},
			usage:     map[string]float64{"logs swedencentral from swedencentral": 5 * 2.99, "logs kept longer than 31 days, once that time is full swedencentral from swedencentral": 10 * 2 * 0.13},
		},
		{
			reason:    "tokens new, cached and answered",
			resources: []resource{sweden, {"create", deployment, "sweden.chat", model("gpt-5.4-mini", "2026-03-17", "DataZoneStandard", 10)}},
			usage: map[string]float64{
				"input tokens of gpt-5.4-mini, DataZoneStandard swedencentral from swedencentral":  800 * 0.825,
				"cached tokens of gpt-5.4-mini, DataZoneStandard swedencentral from swedencentral": 200 * 0.0825,
				"output tokens of gpt-5.4-mini, DataZoneStandard swedencentral from swedencentral": 100 * 4.95,
			},
		},
		{
			reason:    "provisioned throughput by the hour, named, and no tokens beside it",
			resources: []resource{sweden, {"create", deployment, "sweden.chat", model("gpt-5.4-mini", "2026-03-17", "GlobalProvisionedManaged", 50)}},
			fixed:     map[string]float64{"provisioned throughput, GlobalProvisionedManaged swedencentral from swedencentral": 50 * 730},
		},
		{
			reason:    "embeddings have input alone",
			resources: []resource{sweden, {"create", deployment, "sweden.chat", model("text-embedding-3-large", "1", "GlobalStandard", 10)}},
			usage:     map[string]float64{"input tokens of text-embedding-3-large, GlobalStandard swedencentral from swedencentral": 130},
		},
		{
			reason:    "a model whose name comes from Azure",
			resources: []resource{sweden, {"create", deployment, "sweden.chat", model(engine.Unknown, engine.Unknown, "GlobalStandard", 10)}},
			notPriced: []string{"Deployment sweden.chat: tokens: which model it is, is known once it is deployed"},
		},
	}
	facts, err := cost.LoadFacts()
	require.NoError(t, err)
	for _, c := range cases {
		t.Run(c.reason, func(t *testing.T) {
			estimate := cost.Of(planOf(t, c.resources...), facts, traffic)
			requireLines(t, c.fixed, estimate.Fixed, estimate.FixedTotal)
			requireLines(t, c.usage, estimate.Usage, estimate.UsageTotal)
			var notPriced []string
			for _, each := range estimate.NotPriced {
				notPriced = append(notPriced, each.Resource+": "+each.What+": "+each.Reason)
			}
			require.Equal(t, c.notPriced, notPriced)
		})
	}
}

func requireLines(t *testing.T, want map[string]float64, lines []cost.Line, total float64) {
	t.Helper()
	got, sum := map[string]float64{}, 0.0
	for _, line := range lines {
		require.NotEmpty(t, line.Source)
		require.False(t, line.Date.IsZero())
		got[line.What+" "+line.Region+" from "+line.PriceRegion] = line.Monthly
		sum += line.Monthly
	}
	require.Len(t, got, len(want))
	for what, monthly := range want {
		require.Contains(t, got, what)
		require.InDelta(t, monthly, got[what], 1e-6, what)
	}
	require.InDelta(t, total, sum, 1e-6)
}

// Every name of the table that the estimate asks for is spelt as the estimate spells it.
func TestEveryMeterHasAUser(t *testing.T) {
	table, err := azure.LoadPrices()
	require.NoError(t, err)
	for _, sku := range []string{"Developer", "Basic", "Standard", "Premium", "BasicV2", "StandardV2", "PremiumV2"} {
		require.NotNil(t, table.Find("apim/"+sku+"/unit"), "%s can be deployed, and has no price", sku)
	}
	for _, sku := range azure.DeploymentSKUs {
		if azure.IsProvisioned(sku) {
			require.NotNil(t, table.Find("ptu/"+sku), "%s can be deployed, and has no price", sku)
		}
	}
	models, err := azure.LoadModels()
	require.NoError(t, err)
	for _, meter := range table.Meters {
		if rest, tokens := strings.CutPrefix(meter.Key, "tokens/"); tokens {
			parts := strings.Split(rest, "/")
			name, version, _ := strings.Cut(parts[0], " ")
			require.NotNil(t, models.Find(name, version), "%s is no model of the table of models", parts[0])
			require.Contains(t, azure.DeploymentSKUs, parts[1])
		}
	}
}

func TestTextNamesWhatIsAssumedAndMissing(t *testing.T) {
	facts, err := cost.LoadFacts()
	require.NoError(t, err)
	plan := planOf(t, resource{"create", profile, "edge", `{"location": "Global", "sku": {"name": "Premium_AzureFrontDoor"}}`})
	var text strings.Builder
	require.NoError(t, cost.Of(plan, facts, traffic).WriteText(&text))
	for _, want := range []string{
		"FIXED", "USAGE", "not priced: Profile edge: data to origins", "assumed a month: 1000000 requests",
		"estimated a month: 330.00 USD fixed, and 3.16 USD of usage; not priced: 1", "list prices of " + facts.Prices.AsOf.String(),
		"note: the stack deploys no models",
	} {
		require.Contains(t, text.String(), want)
	}
}
