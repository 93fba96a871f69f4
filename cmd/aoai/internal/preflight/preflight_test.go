package preflight_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/stretchr/testify/require"

	"github.com/aoai-gateway/aoai-gateway/cmd/aoai/internal/preflight"
	"github.com/aoai-gateway/aoai-gateway/internal/arm"
	"github.com/aoai-gateway/aoai-gateway/internal/engine"
	"github.com/aoai-gateway/aoai-gateway/internal/resourcemanager"
)

const (
	subscriptionID = "00000000-0000-4000-8000-000000000002"
	subscription   = "/subscriptions/" + subscriptionID
	group          = subscription + "/resourceGroups/rg"
	openai         = subscription + "/providers/Microsoft.CognitiveServices"
	unknown        = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"

	accountType    = "azure-native:cognitiveservices/v20241001:Account"
	deploymentType = "azure-native:cognitiveservices/v20241001:Deployment"
	serviceType    = "azure-native:apimanagement/v20240501:ApiManagementService"
	endpointType   = "azure-native:cdn/v20240901:AFDEndpoint"
	groupType      = "azure-native:resources/v20220901:ResourceGroup"
	grantType      = "azure-native:authorization/v20220401:RoleAssignment"
	keyType        = "azure-native:apimanagement/v20240501:Subscription"
	poolsType      = "azure-native:resources/v20240301:DeploymentStackAtResourceGroup"
)

var today = time.Date(2026, 11, 25, 12, 0, 0, 0, time.UTC)

// cloud answers by method and path; what it does not know is not there.
type cloud map[string]any

func (c cloud) Get(_ context.Context, id, _ string, _ ...string) (map[string]any, error) {
	answer := c.answer("GET " + id)
	if err, refuses := answer.(error); refuses {
		return nil, err
	}
	body, _ := answer.(map[string]any)
	return body, nil
}

func (c cloud) List(_ context.Context, collection, _ string) ([]map[string]any, error) {
	answer := c.answer("LIST " + collection)
	if err, refuses := answer.(error); refuses {
		return nil, err
	}
	var listed []map[string]any
	raw, err := json.Marshal(answer)
	if err != nil {
		return nil, err
	}
	return listed, json.Unmarshal(raw, &listed)
}

func (c cloud) Post(_ context.Context, action, _ string, body, answer any) error {
	asked, err := json.Marshal(body)
	if err != nil {
		return err
	}
	told := c.answer("POST " + action + " " + string(asked))
	if err, refuses := told.(error); refuses {
		return err
	}
	raw, err := json.Marshal(told)
	if err != nil {
		return err
	}
	return json.Unmarshal(raw, answer)
}

// answer looks for what was asked, then for what every cloud here has: a subscription, an
// owner, registered providers, free names.
func (c cloud) answer(question string) any {
	if answer, known := c[question]; known {
		return answer
	}
	switch {
	case question == "GET "+subscription:
		return object(`{"state":"Enabled"}`)
	case strings.HasSuffix(question, "/providers/Microsoft.Authorization/permissions"):
		return array(`[{"actions":["*"]}]`)
	case strings.HasPrefix(question, "GET "+subscription+"/providers/"):
		return object(`{"registrationState":"Registered"}`)
	case strings.HasPrefix(question, "POST "):
		return object(`{"isSubdomainAvailable":true,"nameAvailable":true}`)
	}
	return nil
}

func object(text string) map[string]any { return decoded[map[string]any](text) }

func array(text string) []any { return decoded[[]any](text) }

func decoded[T any](text string) T {
	var value T
	if err := json.Unmarshal([]byte(text), &value); err != nil {
		panic(fmt.Sprintf("%s: %v", text, err))
	}
	return value
}

func refusal(status int, code string) error {
	return &resourcemanager.RefusedError{Status: status, Code: code}
}

// step is one step of a plan; from are the names of accounts that accountName comes from.
func step(operation, kind, name, wanted, before string, from ...string) string {
	urn := func(kind, name string) string { return "urn:pulumi:s::p::" + kind + "::" + name }
	state := func(inputs string) string {
		if inputs == "" {
			return "null"
		}
		sources := []string{}
		for _, each := range from {
			sources = append(sources, `"`+urn(accountType, each)+`"`)
		}
		property := "accountName"
		if kind == grantType {
			property = "scope"
		}
		return `{"inputs":` + inputs + `,"propertyDependencies":{"` + property + `":[` + strings.Join(sources, ",") + `]}}`
	}
	return `{"op":"` + operation + `","urn":"` + urn(kind, name) + `","newState":` + state(wanted) + `,"oldState":` + state(before) + `}`
}

// account is a new one.
func account(name, group, location string) string {
	return step("create", accountType, "sweden", fmt.Sprintf(`{"accountName":%q,"resourceGroupName":%q,"location":%q,"kind":"OpenAI","properties":{"customSubDomainName":%[1]q}}`, name, group, location), "")
}

func offer(model, version, sku string, capacity int) string {
	return fmt.Sprintf(`{"accountName":%q,"resourceGroupName":"rg","properties":{"model":{"format":"OpenAI","name":%q,"version":%q}},"sku":{"name":%q,"capacity":%d}}`,
		unknown, model, version, sku, capacity)
}

// deploys is a new account in Sweden with a new deployment.
func deploys(model, version, sku string, capacity int) []string {
	return []string{account(unknown, "rg", "Sweden Central"), step("create", deploymentType, "sweden.chat", offer(model, version, sku, capacity), "", "sweden")}
}

// sweden offers gpt-4o in three versions, of which one is retired and one nearly.
func sweden() cloud {
	return cloud{
		"LIST " + openai + "/locations/swedencentral/models": array(`[
			{"kind":"OpenAI","model":{"format":"OpenAI","name":"gpt-4o","version":"2024-05-13","lifecycleStatus":"GenerallyAvailable",
				"deprecation":{"inference":"2026-10-01T00:00:00Z"},"skus":[{"name":"Standard","usageName":"OpenAI.Standard.gpt-4o"}]}},
			{"kind":"OpenAI","model":{"format":"OpenAI","name":"gpt-4o","version":"2024-08-06","lifecycleStatus":"Deprecating",
				"skus":[{"name":"Standard","usageName":"OpenAI.Standard.gpt-4o"}]}},
			{"kind":"OpenAI","model":{"format":"OpenAI","name":"gpt-4o","version":"2024-11-20","lifecycleStatus":"GenerallyAvailable",
				"deprecation":{"inference":"2027-10-01T00:00:00Z"},"skus":[
				{"name":"GlobalStandard","usageName":"OpenAI.GlobalStandard.gpt4o","deprecationDate":"2026-12-24T00:00:00Z"},
				{"name":"ProvisionedManaged","usageName":"OpenAI.ProvisionedManaged","capacity":{"minimum":50,"maximum":500,"step":50}}]}},
			{"kind":"AIServices","model":{"format":"OpenAI","name":"gpt-oss-120b","version":"1","skus":[{"name":"GlobalStandard"}]}}]`),
		"LIST " + openai + "/locations/swedencentral/usages": array(`[
			{"name":{"value":"OpenAI.GlobalStandard.gpt4o"},"limit":100,"currentValue":70},
			{"name":{"value":"OpenAI.ProvisionedManaged"},"limit":1000,"currentValue":0}]`),
	}
}

const hubSubnet = "/subscriptions/s/resourceGroups/hub/providers/Microsoft.Network/virtualNetworks/hub/subnets/"

// hub is a service and a private endpoint in a network that is there already.
func hub() []string {
	return []string{
		step("create", serviceType, "gateway", `{"serviceName":"apim-x","resourceGroupName":"rg","sku":{"name":"StandardV2"},"virtualNetworkType":"External","virtualNetworkConfiguration":{"subnetResourceId":"`+hubSubnet+`gateway"}}`, ""),
		step("create", "azure-native:network/v20240501:PrivateEndpoint", "sweden", `{"privateEndpointName":"pe","resourceGroupName":"rg","subnet":{"id":"`+hubSubnet+`endpoints"}}`, ""),
	}
}

// hubCloud has that network, by the properties of its subnets.
func hubCloud(gateway, endpoints string) cloud {
	return cloud{
		"GET " + hubSubnet + "gateway":   object(`{"properties":` + gateway + `}`),
		"GET " + hubSubnet + "endpoints": object(`{"properties":` + endpoints + `}`),
	}
}

// forbids is a subscription with a policy against public accounts, by an effect.
func forbids(effect, more string) cloud {
	const definition = "/providers/Microsoft.Authorization/policyDefinitions/0725b4dd-7e76-479c-a735-68e7ee23d5ca"
	return cloud{
		"LIST " + subscription + "/providers/Microsoft.Authorization/policyAssignments": array(`[{"id":"a","name":"a","properties":{` + more +
			`"displayName":"no public accounts","policyDefinitionId":"` + definition + `","parameters":{"effect":{"value":"` + effect + `"}}}}]`),
		"GET " + definition: object(`{"properties":{"policyRule":{"if":{"allOf":[{"field":"type","equals":"Microsoft.CognitiveServices/accounts"},
			{"field":"Microsoft.CognitiveServices/accounts/publicNetworkAccess","notEquals":"Disabled"}]},"then":{"effect":"[parameters('effect')]"}}}}`),
	}
}

// with adds answers to a cloud's.
func (c cloud) with(question string, answer any) cloud {
	c[question] = answer
	return c
}

// found are the parts of a report that tests hold: the wording is free.
type found struct {
	Check        preflight.Check
	Place, Value string
}

func TestFindings(t *testing.T) {
	const (
		asksSubdomain = "POST " + openai + `/checkDomainAvailability {"subdomainName":"aoai-x","type":"Microsoft.CognitiveServices/accounts"}`
		asksService   = "POST " + subscription + `/providers/Microsoft.ApiManagement/checkNameAvailability {"name":"apim-x"}`
		asksEndpoint  = "POST " + group + `/providers/Microsoft.Cdn/checkEndpointNameAvailability {"autoGeneratedDomainNameLabelScope":"TenantReuse","name":"aoai-x","type":"Microsoft.Cdn/Profiles/AfdEndpoints"}`
		deletedOnes   = "LIST " + openai + "/deletedAccounts"
	)
	service := func(more string) string {
		return step("create", serviceType, "gateway", `{"serviceName":"apim-x","resourceGroupName":"rg"`+more+`}`, "")
	}
	endpoint := step("create", endpointType, "gateway", `{"endpointName":"aoai-x","profileName":"afd-x","resourceGroupName":"rg"}`, "")
	grouped := func(c cloud) cloud { return c.with("GET "+group, object(`{"location":"swedencentral"}`)) }
	quota4o := "OpenAI.GlobalStandard.gpt4o in swedencentral"
	cases := []struct {
		reason string
		plan   []string
		cloud  cloud
		want   []found
		// says must stand in the first finding's problem or remedy, or in a note.
		says string
	}{
		{"nothing to do", nil, cloud{}, nil, ""},
		{"a name that nobody has", []string{account("aoai-x", "rg", "swedencentral")}, cloud{}, nil, ""},
		{"a name with a suffix that is not made yet", []string{account(unknown, unknown, "swedencentral")}, cloud{}, nil, "Account sweden"},
		{
			"a subdomain of somebody else",
			[]string{account("aoai-x", "rg", "swedencentral")},
			cloud{asksSubdomain: object(`{"isSubdomainAvailable":false,"reason":"It is used."}`)},
			[]found{{preflight.Names, "Account sweden", "aoai-x"}},
			"(It is used)",
		},
		{
			"an account that is there, and not in the stack",
			[]string{account("aoai-x", "rg", "swedencentral")},
			cloud{asksSubdomain: object(`{"isSubdomainAvailable":false}`), "GET " + group + "/providers/Microsoft.CognitiveServices/accounts/aoai-x": object(`{}`)},
			[]found{{preflight.Names, "Account sweden", "aoai-x"}},
			"pulumi import",
		},
		{
			"an account that was deleted",
			[]string{account("aoai-x", "rg", "swedencentral")},
			cloud{deletedOnes: array(`[{"name":"aoai-X","id":"` + openai + `/locations/swedencentral/resourceGroups/rg/deletedAccounts/aoai-X",
				"properties":{"scheduledPurgeDate":"tomorrow"}}]`)},
			[]found{{preflight.Names, "Account sweden", "aoai-x"}},
			"account purge --name aoai-X --resource-group rg --location swedencentral",
		},
		{
			"the subdomain of a deleted account of another name",
			[]string{account("aoai-x", "rg", "swedencentral")},
			cloud{deletedOnes: array(`[{"name":"other","id":"?","properties":{"customSubDomainName":"aoai-x"}}]`)},
			[]found{{preflight.Names, "Account sweden", "aoai-x"}},
			"purge it",
		},
		{
			"a deleted service",
			[]string{service("")},
			cloud{"LIST " + subscription + "/providers/Microsoft.ApiManagement/deletedservices": array(`[{"name":"apim-x","id":"` + subscription +
				`/providers/Microsoft.ApiManagement/locations/westeurope/deletedservices/apim-x"}]`)},
			[]found{{preflight.Names, "ApiManagementService gateway", "apim-x"}},
			"--service-name apim-x --location westeurope",
		},
		{
			"a deleted service that is to be restored",
			[]string{service(`,"restore":true`)},
			cloud{"LIST " + subscription + "/providers/Microsoft.ApiManagement/deletedservices": array(`[{"name":"apim-x","id":"?"}]`)},
			nil, "",
		},
		{
			"a service of somebody else",
			[]string{service("")},
			cloud{asksService: object(`{"nameAvailable":false,"message":"It exists"}`)},
			[]found{{preflight.Names, "ApiManagementService gateway", "apim-x"}},
			"(It exists)",
		},
		{
			"an endpoint's name in use",
			[]string{endpoint},
			grouped(cloud{asksEndpoint: object(`{"nameAvailable":false,"reason":"In use"}`)}),
			[]found{{preflight.Names, "AFDEndpoint gateway", "aoai-x"}},
			"(In use)",
		},
		{"an endpoint before its resource group, where nobody can ask", []string{endpoint}, cloud{asksEndpoint: object(`{"nameAvailable":false}`)}, nil, ""},
		{
			"an account that is replaced by one of the same name",
			[]string{step("replace", accountType, "sweden", `{"accountName":"aoai-x"}`, `{"accountName":"aoai-x"}`)},
			cloud{},
			[]found{{preflight.Names, "Account sweden", "aoai-x"}},
			"48 hours",
		},
		{
			"Azure does not tell about names",
			[]string{account("aoai-x", "rg", "swedencentral")},
			cloud{asksSubdomain: refusal(http.StatusForbidden, "AuthorizationFailed"), deletedOnes: refusal(http.StatusForbidden, "AuthorizationFailed")},
			nil, "AuthorizationFailed",
		},

		{
			"a policy that forbids public accounts",
			[]string{account("aoai-x", "rg", "swedencentral")},
			forbids("Deny", ""),
			[]found{{preflight.Policies, "Account sweden", "no public accounts"}},
			"network.access: private",
		},
		{"one that only audits", []string{account("aoai-x", "rg", "swedencentral")}, forbids("Audit", ""), nil, ""},
		{"one that is not enforced", []string{account("aoai-x", "rg", "swedencentral")}, forbids("Deny", `"enforcementMode":"DoNotEnforce",`), nil, ""},
		{"one of another resource group", []string{account("aoai-x", "rg", "swedencentral")}, forbids("Deny", `"scope":"`+subscription+`/resourceGroups/other",`), nil, ""},
		{"one from which the resource group is left out", []string{account("aoai-x", "rg", "swedencentral")}, forbids("Deny", `"scope":"`+subscription+`","notScopes":["`+group+`"],`), nil, ""},
		{
			"one that asks for what is not known yet",
			[]string{step("create", accountType, "sweden", `{"accountName":"aoai-x","resourceGroupName":"rg","location":"swedencentral","kind":"OpenAI","properties":{"publicNetworkAccess":"`+unknown+`"}}`, "")},
			forbids("Deny", ""), nil, `"no public accounts" may deny Account sweden`,
		},
		{
			"one that asks for what lies beside something that is not known yet",
			[]string{step("create", accountType, "sweden", `{"accountName":"`+unknown+`","resourceGroupName":"rg","location":"swedencentral","kind":"OpenAI","properties":"`+unknown+`"}`, "")},
			forbids("Deny", ""), nil, `"no public accounts" may deny Account sweden`,
		},
		{
			"a set of policies",
			[]string{account("aoai-x", "rg", "swedencentral")},
			cloud{
				"LIST " + subscription + "/providers/Microsoft.Authorization/policyAssignments": array(`[{"name":"set","properties":{"policyDefinitionId":"/providers/Microsoft.Authorization/policySetDefinitions/s"}}]`),
				"GET /providers/Microsoft.Authorization/policySetDefinitions/s":                 object(`{}`),
			},
			nil, `"set" is a set of policies`,
		},
		{
			"Azure does not tell about policies",
			[]string{account("aoai-x", "rg", "swedencentral")},
			cloud{"LIST " + subscription + "/providers/Microsoft.Authorization/policyAssignments": refusal(http.StatusForbidden, "AuthorizationFailed")},
			nil, "AuthorizationFailed",
		},

		{
			"a hub network that fits", hub(), hubCloud(`{"addressPrefix":"10.0.0.0/27","networkSecurityGroup":{"id":"n"},"delegations":[{"properties":{"serviceName":"Microsoft.Web/serverFarms"}}]}`, `{"addressPrefix":"10.0.0.32/29"}`), nil, "",
		},
		{
			"a hub network that is not there", hub(),
			cloud{},
			[]found{{preflight.Network, "ApiManagementService gateway", hubSubnet + "gateway"}, {preflight.Network, "PrivateEndpoint sweden", hubSubnet + "endpoints"}},
			"no such subnet",
		},
		{
			"a gateway's subnet that is used as it is made", hub(), hubCloud(`{"addressPrefix":"10.0.0.0/28"}`, `{"addressPrefix":"10.0.0.32/29"}`),
			[]found{
				{preflight.Network, "ApiManagementService gateway", hubSubnet + "gateway"},
				{preflight.Network, "ApiManagementService gateway", "10.0.0.0/28"},
				{preflight.Network, "ApiManagementService gateway", hubSubnet + "gateway"},
			},
			"Microsoft.Web/serverFarms",
		},
		{
			"an endpoints' subnet that is delegated, and one that is full", hub(),
			hubCloud(`{"addressPrefix":"10.0.0.0/27","networkSecurityGroup":{"id":"n"},"delegations":[{"properties":{"serviceName":"Microsoft.Web/serverFarms"}}]}`,
				`{"addressPrefix":"10.0.0.32/29","ipConfigurations":[{},{},{}],"delegations":[{"properties":{"serviceName":"Microsoft.Sql/managedInstances"}}]}`),
			[]found{{preflight.Network, "PrivateEndpoint sweden", hubSubnet + "endpoints"}, {preflight.Network, "PrivateEndpoint sweden", "10.0.0.32/29"}},
			"takes no private endpoints",
		},
		{
			"a zone that the network is linked to already",
			[]string{step("create", "azure-native:network/v20240601:VirtualNetworkLink", "private", `{"virtualNetwork":{"id":"/hub"},"privateZoneName":"privatelink.openai.azure.com","resourceGroupName":"rg"}`, "")},
			cloud{
				"LIST " + subscription + "/providers/Microsoft.Network/privateDnsZones": array(`[{"id":"/theirs","name":"privatelink.openai.azure.com"},{"id":"/other","name":"privatelink.vaultcore.azure.net"}]`),
				"LIST /theirs/virtualNetworkLinks":                                      array(`[{"properties":{"virtualNetwork":{"id":"/HUB"}}}]`),
			},
			[]found{{preflight.Network, "VirtualNetworkLink private", "/theirs"}},
			"network.existing.dnsZoneIds",
		},

		{"a model that is there", deploys("gpt-4o", "2024-11-20", "ProvisionedManaged", 100), sweden(), nil, ""},
		{
			"a model that the region lacks", deploys("gpt-4", "0613", "Standard", 1), sweden(),
			[]found{{preflight.Models, "sweden.chat in swedencentral", "gpt-4 0613 Standard"}},
			"one of its models: gpt-4o",
		},
		{
			"a model that another kind of account has", deploys("gpt-oss-120b", "1", "GlobalStandard", 1), sweden(),
			[]found{{preflight.Models, "sweden.chat in swedencentral", "gpt-oss-120b 1 GlobalStandard"}},
			"does not offer the model",
		},
		{
			"a version that the region lacks", deploys("gpt-4o", "2025-01-01", "Standard", 1), sweden(),
			[]found{{preflight.Models, "sweden.chat in swedencentral", "gpt-4o 2025-01-01 Standard"}},
			"choose one of 2024-11-20 (GlobalStandard, ProvisionedManaged)",
		},
		{
			"a SKU that the version lacks", deploys("gpt-4o", "2024-11-20", "Standard", 1), sweden(),
			[]found{{preflight.Models, "sweden.chat in swedencentral", "gpt-4o 2024-11-20 Standard"}},
			"choose one of GlobalStandard, ProvisionedManaged",
		},
		{
			"a SKU that only another version has", deploys("text-embedding-3-large", "1", "GlobalStandard", 1),
			sweden().with("LIST "+openai+"/locations/swedencentral/models", array(`[
				{"kind":"OpenAI","model":{"format":"OpenAI","name":"text-embedding-3-large","version":"1","skus":[{"name":"Standard"}]}},
				{"kind":"OpenAI","model":{"format":"OpenAI","name":"text-embedding-3-large","version":"2","skus":[{"name":"GlobalStandard"}]}}]`)),
			[]found{{preflight.Models, "sweden.chat in swedencentral", "text-embedding-3-large 1 GlobalStandard"}},
			"choose one of Standard; or another version, which has it: 2 (GlobalStandard)",
		},
		{
			"a model of which no version takes new deployments", deploys("gpt-4o", "1", "Standard", 1),
			sweden().with("LIST "+openai+"/locations/swedencentral/models", array(`[
				{"kind":"OpenAI","model":{"format":"OpenAI","name":"gpt-4o","version":"2024-11-20","lifecycleStatus":"Deprecated","skus":[{"name":"Standard"}]}}]`)),
			[]found{{preflight.Models, "sweden.chat in swedencentral", "gpt-4o 1 Standard"}},
			"choose another model",
		},
		{
			"a version that is retired", deploys("gpt-4o", "2024-05-13", "Standard", 1), sweden(),
			[]found{{preflight.Models, "sweden.chat in swedencentral", "gpt-4o 2024-05-13 Standard"}},
			"since 2026-10-01",
		},
		{
			"a version that takes no new deployments", deploys("gpt-4o", "2024-08-06", "Standard", 1), sweden(),
			[]found{{preflight.Models, "sweden.chat in swedencentral", "gpt-4o 2024-08-06 Standard"}},
			"deprecating",
		},
		{
			"a version that is deprecating, which the subscription uses elsewhere", deploys("gpt-4o", "2024-08-06", "Standard", 1),
			sweden().
				with("LIST "+openai+"/accounts", array(`[{"id":"/subscriptions/s/other","name":"other"}]`)).
				with("LIST /subscriptions/s/other/deployments", array(`[{"properties":{"model":{"name":"GPT-4o","version":"2024-08-06"}}}]`)),
			nil, "is deprecating; Azure takes the deployment",
		},
		{
			"a version that is deprecating, where Azure does not tell what is used", deploys("gpt-4o", "2024-08-06", "Standard", 1),
			sweden().with("LIST "+openai+"/accounts", &resourcemanager.RefusedError{Status: 403, Code: "AuthorizationFailed"}),
			nil, "only if the subscription has used the model",
		},
		{
			"a model that follows from what Azure has",
			[]string{account(unknown, "rg", "Sweden Central"), step("create", deploymentType, "sweden.chat", offer(unknown, unknown, "Standard", 1), "", "sweden")},
			sweden(), nil, "follows from what Azure has",
		},
		{
			"a legacy version deploys", deploys("gpt-4o", "1", "Standard", 1),
			sweden().with("LIST "+openai+"/locations/swedencentral/models", array(`[
				{"kind":"OpenAI","model":{"format":"OpenAI","name":"gpt-4o","version":"1","lifecycleStatus":"Legacy","skus":[{"name":"Standard"}]}}]`)),
			nil, "",
		},
		{"a SKU that is retired soon", deploys("gpt-4o", "2024-11-20", "GlobalStandard", 1), sweden(), nil, "retired on 2026-12-24"},
		{
			"a retired version that is deployed already: only new deployments are refused",
			[]string{step("update", deploymentType, "sweden.chat", strings.ReplaceAll(offer("gpt-4o", "2024-05-13", "Standard", 1), unknown, "aoai-x"), offer("gpt-4o", "2024-05-13", "Standard", 1))},
			sweden().with("GET "+group+"/providers/Microsoft.CognitiveServices/accounts/aoai-x", object(`{"location":"swedencentral","kind":"OpenAI"}`)),
			nil, "",
		},
		{
			"a capacity below the least", deploys("gpt-4o", "2024-11-20", "ProvisionedManaged", 20), sweden(),
			[]found{{preflight.Models, "sweden.chat in swedencentral", "gpt-4o 2024-11-20 ProvisionedManaged capacity 20"}},
			"at least 50",
		},
		{
			"a capacity between the steps", deploys("gpt-4o", "2024-11-20", "ProvisionedManaged", 75), sweden(),
			[]found{{preflight.Models, "sweden.chat in swedencentral", "gpt-4o 2024-11-20 ProvisionedManaged capacity 75"}},
			"steps of 50",
		},
		{
			"a capacity above the most", deploys("gpt-4o", "2024-11-20", "ProvisionedManaged", 550), sweden(),
			[]found{{preflight.Models, "sweden.chat in swedencentral", "gpt-4o 2024-11-20 ProvisionedManaged capacity 550"}},
			"at most 500",
		},
		{
			"a capacity that is not among those allowed", deploys("gpt-4o", "", "Batch", 3),
			sweden().with("LIST "+openai+"/locations/swedencentral/models", array(`[
				{"kind":"OpenAI","model":{"format":"OpenAI","name":"gpt-4o","version":"1","skus":[{"name":"Batch","capacity":{"allowedValues":[2,4]}}]}}]`)),
			[]found{{preflight.Models, "sweden.chat in swedencentral", "gpt-4o Batch capacity 3"}},
			"one of [2 4]",
		},
		{
			"an account that is not found",
			[]string{step("create", deploymentType, "sweden.chat", strings.ReplaceAll(offer("gpt-4o", "1", "Standard", 1), unknown, "gone"), "")},
			sweden(), nil, "Deployment sweden.chat",
		},
		{"a region that lists nothing", deploys("gpt-4o", "2024-11-20", "Standard", 1), cloud{}, nil, "lists no model"},
		{
			"a region that does not tell", deploys("gpt-4o", "2024-11-20", "Standard", 1),
			cloud{"LIST " + openai + "/locations/swedencentral/models": refusal(http.StatusForbidden, "AuthorizationFailed")},
			nil, "swedencentral: not checked",
		},

		{"all that is left of a quota", deploys("gpt-4o", "2024-11-20", "GlobalStandard", 30), sweden(), nil, ""},
		{
			"more than is left, by the quota's own name", deploys("gpt-4o", "2024-11-20", "GlobalStandard", 31), sweden(),
			[]found{{preflight.Quota, quota4o, "31"}},
			"30 of 100 are left",
		},
		{
			"two deployments that take too much together, one of which grows",
			append(deploys("gpt-4o", "2024-11-20", "GlobalStandard", 20),
				step("update", deploymentType, "sweden.more", offer("gpt-4o", "2024-11-20", "GlobalStandard", 50), offer("gpt-4o", "2024-11-20", "GlobalStandard", 35), "sweden")),
			sweden(),
			[]found{{preflight.Quota, quota4o, "35"}},
			"sweden.chat 20, sweden.more 15",
		},
		{
			"a deployment that shrinks gives nothing to another",
			append(deploys("gpt-4o", "2024-11-20", "GlobalStandard", 31),
				step("update", deploymentType, "sweden.less", offer("gpt-4o", "2024-11-20", "GlobalStandard", 1), offer("gpt-4o", "2024-11-20", "GlobalStandard", 35), "sweden")),
			sweden(),
			[]found{{preflight.Quota, quota4o, "31"}},
			"lower their capacity by 1",
		},
		{
			"a deployment that is made anew takes all of its quota once more",
			[]string{account(unknown, "rg", "Sweden Central"), step("replace", deploymentType, "sweden.chat", offer("gpt-4o", "2024-11-20", "GlobalStandard", 40), offer("gpt-4o", "2024-11-20", "GlobalStandard", 40), "sweden")},
			sweden(),
			[]found{{preflight.Quota, quota4o, "40"}},
			"30 of 100 are left",
		},
		{
			"a quota that is not listed", deploys("gpt-4o", "2024-11-20", "GlobalStandard", 1),
			sweden().with("LIST "+openai+"/locations/swedencentral/usages", array(`[{"name":{"value":"AccountCount"},"limit":30}]`)), nil, "OpenAI.GlobalStandard.gpt4o in swedencentral",
		},
		{
			"a region that does not tell its quota", deploys("gpt-4o", "2024-11-20", "GlobalStandard", 999),
			sweden().with("LIST "+openai+"/locations/swedencentral/usages", refusal(http.StatusForbidden, "AuthorizationFailed")), nil, "Usages Reader",
		},

		{
			"a reader, at a resource group that is there",
			[]string{account(unknown, "rg", "swedencentral"), endpoint},
			grouped(cloud{"LIST " + group + "/providers/Microsoft.Authorization/permissions": array(`[{"actions":["*/read"]}]`)}),
			[]found{{preflight.Rights, group, "Microsoft.CognitiveServices/accounts/write, Microsoft.Cdn/profiles/afdEndpoints/write"}},
			`"Contributor"`,
		},
		{
			"a right at the group does not help before the group is there",
			[]string{step("create", groupType, "group", `{"resourceGroupName":"rg"}`, ""), account(unknown, "rg", "swedencentral")},
			grouped(cloud{"LIST " + subscription + "/providers/Microsoft.Authorization/permissions": array(`[{"actions":["Microsoft.Resources/*"]}]`)}),
			[]found{{preflight.Rights, subscription, "Microsoft.CognitiveServices/accounts/write"}},
			`"Cognitive Services Contributor"`,
		},
		{
			"a contributor who would grant a role",
			[]string{account(unknown, "rg", "swedencentral"), step("create", grantType, "user", `{"scope":"`+unknown+`"}`, "", "sweden")},
			grouped(cloud{"LIST " + group + "/providers/Microsoft.Authorization/permissions": array(`[{"actions":["*"],"notActions":["Microsoft.Authorization/*/Write"]}]`)}),
			[]found{{preflight.Rights, group, "Microsoft.Authorization/roleAssignments/write"}},
			`"Role Based Access Control Administrator"`,
		},
		{
			"a contributor who may grant roles by another assignment",
			[]string{step("create", grantType, "user", `{"scope":"`+group+`/providers/a/b/c"}`, "")},
			grouped(cloud{"LIST " + group + "/providers/Microsoft.Authorization/permissions": array(
				`[{"actions":["*"],"notActions":["Microsoft.Authorization/*/Write"]},{"actions":["microsoft.authorization/RoleAssignments/*"]}]`)}), nil, "",
		},
		{
			"keys and pools need rights beside those to write",
			[]string{
				step("create", keyType, "team", `{"resourceGroupName":"rg"}`, ""),
				step("update", poolsType, "pools", `{"resourceGroupName":"rg","template":{"resources":[{"type":"Microsoft.ApiManagement/service/backends"}]}}`, ""),
			},
			cloud{"LIST " + subscription + "/providers/Microsoft.Authorization/permissions": array(
				`[{"actions":["Microsoft.ApiManagement/service/subscriptions/write","Microsoft.Resources/*"]}]`)},
			[]found{{preflight.Rights, subscription, "Microsoft.ApiManagement/service/backends/write, Microsoft.ApiManagement/service/subscriptions/listSecrets/action"}},
			`"API Management Service Contributor"`,
		},
		{
			"a deployment stack deploys, too",
			[]string{step("update", poolsType, "pools", `{"resourceGroupName":"rg","template":{"resources":[{"type":"Microsoft.ApiManagement/service/backends"}]}}`, "")},
			cloud{"LIST " + subscription + "/providers/Microsoft.Authorization/permissions": array(
				`[{"actions":["Microsoft.ApiManagement/*","Microsoft.Resources/deploymentStacks/*"]}]`)},
			[]found{{preflight.Rights, subscription, "Microsoft.Resources/deployments/write"}},
			`"Contributor"`,
		},
		{
			"a deletion",
			[]string{step("delete", accountType, "old", "", `{"resourceGroupName":"rg"}`)},
			cloud{"LIST " + subscription + "/providers/Microsoft.Authorization/permissions": array(`[{"actions":["*/write"]}]`)},
			[]found{{preflight.Rights, subscription, "Microsoft.CognitiveServices/accounts/delete"}},
			"Account old",
		},
		{
			"rights that Azure does not tell",
			[]string{endpoint},
			cloud{"LIST " + subscription + "/providers/Microsoft.Authorization/permissions": refusal(http.StatusForbidden, "AuthorizationFailed")},
			nil, "AuthorizationFailed",
		},

		{
			"a provider that is not registered",
			[]string{endpoint},
			cloud{"GET " + subscription + "/providers/Microsoft.Cdn": object(`{"registrationState":"NotRegistered"}`)},
			[]found{{preflight.Providers, "Microsoft.Cdn", "NotRegistered"}},
			"az provider register --namespace Microsoft.Cdn",
		},
		{"a provider that is being registered", []string{endpoint}, cloud{"GET " + subscription + "/providers/Microsoft.Cdn": object(`{"registrationState":"Registering"}`)}, nil, "being registered"},
		{"a provider that only loses resources", []string{step("delete", accountType, "old", "", `{}`)}, cloud{"GET " + openai: object(`{"registrationState":"NotRegistered"}`)}, nil, ""},

		{"a type that is not known here", []string{step("create", "azure-native:storage:StorageAccount", "s", `{}`, "")}, cloud{}, nil, "azure-native:storage:StorageAccount"},
		{
			"all at once", append(deploys("gpt-4o", "2024-11-20", "GlobalStandard", 31), account("aoai-x", "rg", "swedencentral"), endpoint),
			sweden().with(asksSubdomain, object(`{"isSubdomainAvailable":false}`)).
				with("LIST "+subscription+"/providers/Microsoft.Authorization/permissions", array(`[{"actions":["Microsoft.CognitiveServices/*"]}]`)).
				with("GET "+openai, object(`{"registrationState":"Unregistered"}`)),
			[]found{
				{preflight.Names, "Account sweden", "aoai-x"},
				{preflight.Quota, quota4o, "31"},
				{preflight.Rights, subscription, "Microsoft.Cdn/profiles/afdEndpoints/write"},
				{preflight.Providers, "Microsoft.CognitiveServices", "Unregistered"},
			},
			"",
		},
	}
	for _, c := range cases {
		t.Run(c.reason, func(t *testing.T) {
			report := run(t, c.plan, c.cloud)
			var got []found
			told := fmt.Sprint(report.Notes)
			for _, f := range report.Findings {
				got = append(got, found{f.Check, f.Place, f.Value})
				told += f.Problem + f.Remedy
			}
			// The order of actions is that of the roles; sets are what counts.
			if diff := cmp.Diff(c.want, got, cmpopts.EquateEmpty(), cmp.Transformer("actions", sortActions)); diff != "" {
				t.Errorf("findings (-want +got):\n%s\n%s", diff, told)
			}
			if !strings.Contains(told, c.says) {
				t.Errorf("%q is not said in %s", c.says, told)
			}
		})
	}
}

func sortActions(f found) map[string]bool {
	set := map[string]bool{string(f.Check) + f.Place: true}
	for _, each := range strings.Split(f.Value, ", ") {
		set[each] = true
	}
	return set
}

func run(t *testing.T, steps []string, asked cloud) *preflight.Report {
	t.Helper()
	report, err := preflight.Run(t.Context(), read(t, steps), asked, subscriptionID, today)
	require.NoError(t, err)
	return report
}

func read(t *testing.T, steps []string) *preflight.Plan {
	t.Helper()
	contract, err := arm.Load()
	require.NoError(t, err)
	plan, err := engine.ReadPlan([]byte(`{"steps":[` + strings.Join(steps, ",") + `]}`))
	require.NoError(t, err)
	return preflight.PlanOf(plan, contract)
}

// Where Azure cannot be asked, nobody may think that nothing was found.
func TestAzureCannotBeAsked(t *testing.T) {
	for _, c := range []struct {
		reason string
		cloud  cloud
	}{
		{"the subscription is not there", cloud{"GET " + subscription: nil}},
		{"nobody knows who asks", cloud{"GET " + subscription: refusal(http.StatusUnauthorized, "InvalidAuthenticationToken")}},
		{"Azure fails over names", cloud{"LIST " + openai + "/deletedAccounts": refusal(http.StatusInternalServerError, "InternalServerError")}},
		{"Azure fails over models", cloud{"LIST " + openai + "/locations/swedencentral/models": refusal(http.StatusServiceUnavailable, "")}},
		{"Azure throttles", cloud{"LIST " + subscription + "/providers/Microsoft.Authorization/permissions": refusal(http.StatusTooManyRequests, "TooManyRequests")}},
		{"the network is gone", cloud{"GET " + openai: context.DeadlineExceeded}},
		{"a list that is none of models", cloud{"LIST " + openai + "/locations/swedencentral/models": array(`[{"model":7}]`)}},
	} {
		steps := []string{account("aoai-x", "rg", "swedencentral"), deploys("gpt-4o", "1", "Standard", 1)[1]}
		if _, err := preflight.Run(t.Context(), read(t, steps), c.cloud, subscriptionID, today); err == nil {
			t.Errorf("%s: no error", c.reason)
		}
	}
}

func TestText(t *testing.T) {
	report := preflight.Report{
		Findings: []preflight.Finding{{Check: preflight.Providers, Place: "Microsoft.Cdn", Value: "NotRegistered", Problem: "is wrong", Remedy: "do this"}},
		Notes:    []preflight.Note{{Check: preflight.Names, Text: "so"}},
	}
	for want, r := range map[string]preflight.Report{
		"nothing found that would make up fail\n": {},
		"providers: Microsoft.Cdn: \"NotRegistered\": is wrong\n    do this\nnote: names: so\n1 finding: up would fail\n": report,
	} {
		var told strings.Builder
		require.NoError(t, r.WriteText(&told))
		if diff := cmp.Diff(want, told.String()); diff != "" {
			t.Errorf("report (-want +got):\n%s", diff)
		}
	}
}
