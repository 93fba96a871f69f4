package drift_test

import (
	"context"
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"github.com/aoai-gateway/aoai-gateway/cmd/aoai/internal/drift"
	"github.com/aoai-gateway/aoai-gateway/internal/arm"
	"github.com/aoai-gateway/aoai-gateway/internal/engine"
)

const urn = "urn:pulumi:s::p::"

// exported is a stack that deployed one resource.
func exported(kind, name, id, inputs string) string {
	return `{"deployment":{"resources":[{"urn":"` + urn + kind + "::" + name + `","type":"` + kind + `","id":"` + id + `","inputs":` + inputs + `}]}}`
}

// plan is a preview after a refresh with one step that does something.
func plan(step string) string {
	return `{"steps":[{"op":"same","urn":"` + urn + `pulumi:pulumi:Stack::p-s"},
		{"op":"refresh","urn":"` + urn + `azure-native:cdn:AFDOrigin::a","oldState":{},"newState":{}},` + step + `]}`
}

// update is a step that changes paths from what Azure has to what the program wants.
func update(kind, name, id, paths, found, wanted string) string {
	return `{"op":"update","urn":"` + urn + kind + "::" + name + `","diffReasons":` + paths + `,
		"oldState":{"id":"` + id + `","inputs":` + found + `},"newState":{"inputs":` + wanted + `}}`
}

const origin = "azure-native:cdn/v20240901:AFDOrigin"

func TestCompare(t *testing.T) {
	cases := []struct {
		reason, deployed, plan string
		want                   []drift.Change
	}{
		{"nothing to do", exported(origin, "a", "/a", `{"weight":500}`), plan(`{"op":"same","urn":"` + urn + origin + `::a"}`), []drift.Change{}},
		{
			"Azure has another weight than was deployed",
			exported(origin, "a", "/a", `{"weight":500}`), plan(update(origin, "a", "/a", `["weight"]`, `{"weight":1}`, `{"weight":500}`)),
			[]drift.Change{{Resource: "a", Type: origin, ID: "/a", Property: "weight", Wanted: 500.0, Deployed: 500.0, Found: 1.0, Cause: drift.Outside, Operation: "update"}},
		},
		{
			"the program wants another weight than was deployed",
			exported(origin, "a", "/a", `{"weight":500}`), plan(update(origin, "a", "/a", `["weight"]`, `{"weight":500}`, `{"weight":100}`)),
			[]drift.Change{{Resource: "a", Type: origin, ID: "/a", Property: "weight", Wanted: 100.0, Deployed: 500.0, Found: 500.0, Cause: drift.Pending, Operation: "update"}},
		},
		{
			"both",
			exported(origin, "a", "/a", `{"weight":500}`), plan(update(origin, "a", "/a", `["weight"]`, `{"weight":1}`, `{"weight":100}`)),
			[]drift.Change{{Resource: "a", Type: origin, ID: "/a", Property: "weight", Wanted: 100.0, Deployed: 500.0, Found: 1.0, Cause: drift.Both, Operation: "update"}},
		},
		{
			"two properties, one of them in a list, and one of which only the provider knows",
			exported(origin, "a", "/a", `{"list":[1],"rules":[{},{"name":"new"}]}`),
			plan(update(origin, "a", "/a", `["rules[1].name","list[9]"]`, `{"list":[1],"rules":[{},{"name":"old"}]}`, `{"list":[1],"rules":[{},{"name":"new"}]}`)),
			[]drift.Change{
				{Resource: "a", Type: origin, ID: "/a", Property: "list", Wanted: []any{1.0}, Deployed: []any{1.0}, Found: []any{1.0}, Cause: drift.Pending, Operation: "update"},
				{Resource: "a", Type: origin, ID: "/a", Property: "rules[1].name", Wanted: "new", Deployed: "new", Found: "old", Cause: drift.Outside, Operation: "update"},
			},
		},
		{
			"a provider that tells no more than the name at the top: each difference below it is told, and what is beside it is not",
			exported(origin, "a", "/a", `{"properties":{"a":1,"b":{"c":[1,2]},"d":"x"},"other":1}`),
			plan(update(origin, "a", "/a", `["properties","properties"]`, `{"properties":{"a":2,"b":{"c":[1,2,3]}},"other":2}`, `{"properties":{"a":1,"b":{"c":[1,2]},"d":"x"},"other":1}`)),
			[]drift.Change{
				{Resource: "a", Type: origin, ID: "/a", Property: "properties.a", Wanted: 1.0, Deployed: 1.0, Found: 2.0, Cause: drift.Outside, Operation: "update"},
				{Resource: "a", Type: origin, ID: "/a", Property: "properties.b.c[2]", Found: 3.0, Cause: drift.Outside, Operation: "update"},
				{Resource: "a", Type: origin, ID: "/a", Property: "properties.d", Wanted: "x", Deployed: "x", Cause: drift.Outside, Operation: "update"},
			},
		},
		{
			"one that tells paths in detailedDiff alone",
			exported(origin, "a", "/a", `{"weight":500}`),
			plan(strings.Replace(update(origin, "a", "/a", `[]`, `{"weight":1}`, `{"weight":500}`), `"diffReasons":[]`, `"detailedDiff":{"weight":{"diffKind":"UPDATE"}}`, 1)),
			[]drift.Change{{Resource: "a", Type: origin, ID: "/a", Property: "weight", Wanted: 500.0, Deployed: 500.0, Found: 1.0, Cause: drift.Outside, Operation: "update"}},
		},
		{
			"names with dots, written in either way",
			exported(origin, "a", "/a", `{"tags":{"a":"x","a.b":{"c":"1"},"d.e":"2"}}`),
			plan(update(origin, "a", "/a", `["tags.a.b.c","tags[\"d.e\"]"]`, `{"tags":{"a":"x","a.b":{"c":"9"},"d.e":"8"}}`, `{"tags":{"a":"x","a.b":{"c":"1"},"d.e":"2"}}`)),
			[]drift.Change{
				{Resource: "a", Type: origin, ID: "/a", Property: `tags["a.b"].c`, Wanted: "1", Deployed: "1", Found: "9", Cause: drift.Outside, Likely: "a rule of Azure Policy, or a tool that tags", Operation: "update"},
				{Resource: "a", Type: origin, ID: "/a", Property: `tags["d.e"]`, Wanted: "2", Deployed: "2", Found: "8", Cause: drift.Outside, Likely: "a rule of Azure Policy, or a tool that tags", Operation: "update"},
			},
		},
		{
			"deleted in Azure: up would make it again",
			exported(origin, "a", "/a", `{"weight":500}`), plan(`{"op":"create","urn":"` + urn + origin + `::a","newState":{"inputs":{"weight":500}}}`),
			[]drift.Change{{Resource: "a", Type: origin, ID: "/a", Cause: drift.Outside, Likely: "somebody deleted it", Operation: "create"}},
		},
		{
			"new in the program",
			exported(origin, "a", "/a", `{"weight":500}`), plan(`{"op":"create","urn":"` + urn + origin + `::b","newState":{"inputs":{"weight":500}}}`),
			[]drift.Change{{Resource: "b", Type: origin, Cause: drift.Pending, Operation: "create"}},
		},
		{
			"what follows from another resource is no difference of its own",
			exported(origin, "a", "/a", `{"hostName":"x","weight":1}`), plan(update(origin, "a", "/a", `["hostName"]`, `{"hostName":"x"}`, `{"hostName":"04da6b54-80e4-46f7-96ec-b56ff0331ba9"}`)),
			[]drift.Change{},
		},
		{
			"unless somebody changed it, too",
			exported(origin, "a", "/a", `{"hostName":"x"}`), plan(update(origin, "a", "/a", `["hostName"]`, `{"hostName":"y"}`, `{"hostName":"04da6b54-80e4-46f7-96ec-b56ff0331ba9"}`)),
			[]drift.Change{{Resource: "a", Type: origin, ID: "/a", Property: "hostName", Wanted: "x", Deployed: "x", Found: "y", Cause: drift.Outside, Operation: "update"}},
		},
		{
			"a secret that the program changes is nobody's drift",
			exported("azure-native:apimanagement/v20240501:NamedValue", "n", "/n", `{"value":{"4dabf18193072939515e22adb298388d":"1b47061264138c4ac30d75fd1eb44270","ciphertext":"x"}}`),
			plan(update("azure-native:apimanagement/v20240501:NamedValue", "n", "/n", `["value"]`, `{"value":"[secret]"}`, `{"value":"[secret]"}`)),
			[]drift.Change{{
				Resource: "n", Type: "azure-native:apimanagement/v20240501:NamedValue", ID: "/n", Property: "value",
				Wanted: "[secret]", Deployed: "[secret]", Found: "[secret]", Cause: drift.Pending, Operation: "update",
			}},
		},
	}
	for _, c := range cases {
		t.Run(c.reason, func(t *testing.T) {
			deployed, err := engine.ReadState([]byte(c.deployed))
			require.NoError(t, err)
			planned, err := engine.ReadPlan([]byte(c.plan))
			require.NoError(t, err)
			report := drift.Compare(planned, deployed)
			if diff := cmp.Diff(c.want, report.Drift); diff != "" {
				t.Errorf("differences (-want +got):\n%s", diff)
			}
		})
	}
	_, err := engine.ReadPlan([]byte("error: no stack"))
	require.Error(t, err, "what is no plan was read as one")
	_, err = engine.ReadState([]byte("error: no stack"))
	require.Error(t, err, "what is no stack was read as one")
}

// Known noise means nothing, and what is beside it does.
func TestNoise(t *testing.T) {
	const (
		logger    = "azure-native:apimanagement/v20240501:Logger"
		service   = "azure-native:apimanagement/v20240501:ApiManagementService"
		setting   = "azure-native:insights/v20210501preview:DiagnosticSetting"
		group     = "azure-native:cdn/v20240901:AFDOriginGroup"
		route     = "azure-native:cdn/v20240901:Route"
		vnet      = "azure-native:network/v20240501:VirtualNetwork"
		budget    = "azure-native:consumption/v20241001:Budget"
		breaker   = "azure-native:apimanagement/v20240501:Backend"
		anyPolicy = "azure-native:apimanagement/v20240501:ApiPolicy"
	)
	cases := []struct {
		reason, kind, property, deployed, found string
		noise                                   bool
	}{
		{"credentials as a reference", logger, "credentials", `{"credentials":{"name":"hub","connectionString":"abc"}}`, `{"credentials":{"name":"hub","connectionString":"{{Logger-Credentials--1}}"}}`, true},
		{"credentials that are secret", logger, "credentials", `{"credentials":{"name":"hub","connectionString":"[secret]"}}`, `{"credentials":{"name":"hub","connectionString":"[secret]"}}`, true},
		{"credentials that somebody wrote", logger, "credentials", `{"credentials":{"instrumentationKey":"abc"}}`, `{"credentials":{"instrumentationKey":"def"}}`, false},
		{"a description that is left out", logger, "description", `{"description":"x"}`, `{}`, true},
		{"another description", logger, "description", `{"description":"x"}`, `{"description":"y"}`, false},
		{"the host name that a service has", service, "hostnameConfigurations", `{}`, `{"hostnameConfigurations":[{"type":"Proxy","hostName":"x.azure-api.net"}]}`, true},
		{"a host name that somebody added", service, "hostnameConfigurations", `{}`, `{"hostnameConfigurations":[{"hostName":"x.azure-api.net"},{"hostName":"evil.example"}]}`, false},
		{"a host name of the owner's, told once more behind the service's", service, "hostnameConfigurations", `{"hostnameConfigurations":[{"hostName":"x","keyVaultId":"v"}]}`, `{"hostnameConfigurations":[{"hostName":"x","keyVaultId":"v","certificateStatus":"Completed"},{"hostName":"x","keyVaultId":"v","certificateStatus":"Completed","negotiateClientCertificate":false}]}`, true},
		{"another certificate of it", service, "hostnameConfigurations", `{"hostnameConfigurations":[{"hostName":"x","keyVaultId":"v"}]}`, `{"hostnameConfigurations":[{"hostName":"x","keyVaultId":"v"},{"hostName":"x","keyVaultId":"w"}]}`, false},
		{"another host name beside it", service, "hostnameConfigurations", `{"hostnameConfigurations":[{"hostName":"x"}]}`, `{"hostnameConfigurations":[{"hostName":"x"},{"hostName":"evil.example"}]}`, false},
		{"the service's host name in place of the owner's", service, "hostnameConfigurations", `{"hostnameConfigurations":[{"hostName":"x"}]}`, `{"hostnameConfigurations":[{"hostName":"y.azure-api.net"}]}`, false},
		{"a certificate's state", service, "hostnameConfigurations", `{"hostnameConfigurations":[{"hostName":"x"}]}`, `{"hostnameConfigurations":[{"hostName":"x","certificateStatus":"Completed","negotiateClientCertificate":false}]}`, true},
		{"client certificates that somebody asks for", service, "hostnameConfigurations", `{"hostnameConfigurations":[{"hostName":"x"}]}`, `{"hostnameConfigurations":[{"hostName":"x","negotiateClientCertificate":true}]}`, false},
		{"host names that somebody changed", service, "hostnameConfigurations", `{"hostnameConfigurations":[{"hostName":"x"}]}`, `{"hostnameConfigurations":[{"hostName":"y"}]}`, false},
		{"protocols that are off", service, "customProperties", `{"customProperties":{"a.b":"False"}}`, `{"customProperties":{"a.b":"False","Protocols.Tls10":"False"}}`, true},
		{"a protocol that somebody switched on", service, "customProperties", `{"customProperties":{"a.b":"False"}}`, `{"customProperties":{"a.b":"False","Protocols.Tls10":"True"}}`, false},
		{"Azure's sender", service, "notificationSenderEmail", `{}`, `{"notificationSenderEmail":"apimgmt-noreply@mail.windowsazure.com"}`, true},
		{"another sender", service, "notificationSenderEmail", `{}`, `{"notificationSenderEmail":"me@example.com"}`, false},
		{"a region by its display name", service, "additionalLocations", `{"additionalLocations":[{"location":"francecentral"}]}`, `{"additionalLocations":[{"location":"France Central"}]}`, true},
		{"another region", service, "additionalLocations", `{"additionalLocations":[{"location":"francecentral"}]}`, `{"additionalLocations":[{"location":"Japan East"}]}`, false},
		{"retention of logs that is off", setting, "logs", `{"logs":[{"category":"a","enabled":true}]}`, `{"logs":[{"category":"a","enabled":true,"retentionPolicy":{"days":0,"enabled":false}}]}`, true},
		{"retention that somebody switched on", setting, "logs", `{"logs":[{"category":"a","enabled":true}]}`, `{"logs":[{"category":"a","enabled":true,"retentionPolicy":{"days":1,"enabled":true}}]}`, false},
		{"a category that is off", setting, "logs", `{"logs":[{"category":"a","enabled":true}]}`, `{"logs":[{"category":"a","enabled":true},{"category":"b","enabled":false}]}`, true},
		{"a category that somebody switched on", setting, "logs", `{"logs":[{"category":"a","enabled":true}]}`, `{"logs":[{"category":"a","enabled":true},{"category":"b","enabled":true}]}`, false},
		{"a log that is switched off", setting, "logs", `{"logs":[{"category":"a","enabled":true}]}`, `{"logs":[{"category":"a","enabled":false}]}`, false},
		{"an id in lower case", route, "originGroup", `{"originGroup":{"id":"/subscriptions/s/resourceGroups/g"}}`, `{"originGroup":{"id":"/subscriptions/s/resourcegroups/g"}}`, true},
		{"an id in lower case, of any type", setting, "workspaceId", `{"workspaceId":"/subscriptions/s/resourceGroups/g"}`, `{"workspaceId":"/subscriptions/s/resourcegroups/g"}`, true},
		{"another id", route, "originGroup", `{"originGroup":{"id":"/a/b"}}`, `{"originGroup":{"id":"/a/c"}}`, false},
		{"subnets of a network", vnet, "subnets", `{}`, `{"subnets":[{"name":"a"}]}`, true},
		{"a budget's mark, which each write changes", budget, "eTag", `{}`, `{"eTag":"1dc"}`, true},
		{"another property of the same type", group, "sessionAffinityState", `{"sessionAffinityState":"Disabled"}`, `{"sessionAffinityState":"Enabled"}`, false},
		{"a list that is empty instead of absent", group, "responseBasedAfdOriginErrorDetectionSettings", `{}`, `{"responseBasedAfdOriginErrorDetectionSettings":[]}`, true},
		{"a text that is empty instead of absent", service, "publicIpAddressId", `{}`, `{"publicIpAddressId":""}`, true},
		{"a tag without a value that somebody added", service, "tags", `{}`, `{"tags":{"a":""}}`, false},
		{"a list that somebody emptied", route, "patternsToMatch", `{"patternsToMatch":["/*"]}`, `{"patternsToMatch":[]}`, false},
		{"the same duration", breaker, "circuitBreaker", `{"circuitBreaker":{"rules":[{"tripDuration":"PT2M"}]}}`, `{"circuitBreaker":{"rules":[{"tripDuration":"PT120S"}]}}`, true},
		{"another duration", breaker, "circuitBreaker", `{"circuitBreaker":{"rules":[{"tripDuration":"PT2M"}]}}`, `{"circuitBreaker":{"rules":[{"tripDuration":"PT121S"}]}}`, false},
		{"a member of an enumeration in another case", group, "healthProbeSettings", `{"healthProbeSettings":{"probeProtocol":"Https"}}`, `{"healthProbeSettings":{"probeProtocol":"https"}}`, true},
		{"another member", group, "healthProbeSettings", `{"healthProbeSettings":{"probeProtocol":"Https"}}`, `{"healthProbeSettings":{"probeProtocol":"http"}}`, false},
		{"a path in another case", group, "healthProbeSettings", `{"healthProbeSettings":{"probePath":"/status"}}`, `{"healthProbeSettings":{"probePath":"/Status"}}`, false},
		{"a policy's format", anyPolicy, "format", `{"format":"rawxml"}`, `{}`, true},
	}
	for _, c := range cases {
		t.Run(c.reason, func(t *testing.T) {
			deployed, err := engine.ReadState([]byte(exported(c.kind, "x", "/x", c.deployed)))
			require.NoError(t, err)
			planned, err := engine.ReadPlan([]byte(plan(update(c.kind, "x", "/x", `["`+c.property+`"]`, c.found, c.deployed))))
			require.NoError(t, err)
			report := drift.Compare(planned, deployed)
			require.Equal(t, c.noise, len(report.Drift) == 0, "%v", report)
		})
	}
}

// What is noise is none where the program wants something else.
func TestNoiseIsNoneWhenWanted(t *testing.T) {
	const logger = "azure-native:apimanagement/v20240501:Logger"
	deployed, err := engine.ReadState([]byte(exported(logger, "x", "/x", `{"description":"x"}`)))
	require.NoError(t, err)
	planned, err := engine.ReadPlan([]byte(plan(update(logger, "x", "/x", `["description"]`, `{}`, `{"description":"y"}`))))
	require.NoError(t, err)
	report := drift.Compare(planned, deployed)
	require.Len(t, report.Drift, 1)
	require.Empty(t, report.Ignored)
}

// What the stack leaves to Azure is compared with what Azure answered when it was deployed.
func TestAnsweredInAnotherForm(t *testing.T) {
	const subnet = "azure-native:network/v20240501:Subnet"
	for _, c := range []struct {
		reason, answered, found string
		noise                   bool
	}{
		{"the same in another case", "Disabled", "disabled", true},
		{"something else", "Disabled", "Enabled", false},
		{"nothing is known of then", "", "disabled", false},
	} {
		outputs := `{}`
		if c.answered != "" {
			outputs = `{"privateEndpointNetworkPolicies":"` + c.answered + `"}`
		}
		deployed, err := engine.ReadState([]byte(strings.Replace(exported(subnet, "x", "/x", `{}`), `"inputs":`, `"outputs":`+outputs+`,"inputs":`, 1)))
		require.NoError(t, err)
		planned, err := engine.ReadPlan([]byte(plan(update(subnet, "x", "/x", `["privateEndpointNetworkPolicies"]`, `{"privateEndpointNetworkPolicies":"`+c.found+`"}`, `{}`))))
		require.NoError(t, err)
		report := drift.Compare(planned, deployed)
		require.Equal(t, c.noise, len(report.Ignored) == 1 && len(report.Drift) == 0, "%s: %+v", c.reason, report)
	}
}

// cloud is an Azure with a few resources, by id.
type cloud map[string]map[string]any

func (c cloud) Get(_ context.Context, id, _ string, query ...string) (map[string]any, error) {
	if body := c[id]; body != nil && len(query) == 0 {
		return nil, errNotRaw
	}
	return c[id], nil
}

func (c cloud) List(_ context.Context, collection, _ string) ([]map[string]any, error) {
	var found []map[string]any
	for id, body := range c {
		if strings.EqualFold(id[:strings.LastIndexByte(id, '/')], collection) {
			found = append(found, body)
		}
	}
	return found, nil
}

type plainError string

func (e plainError) Error() string { return string(e) }

const errNotRaw = plainError("a policy was read in another format than rawxml")

// What a deployment stack has deployed is compared with its template.
func TestReadTemplates(t *testing.T) {
	const (
		stack = "/subscriptions/s/resourceGroups/g/providers/Microsoft.Resources/deploymentStacks/pools"
		pool  = "/subscriptions/s/resourceGroups/g/providers/Microsoft.ApiManagement/service/apim/backends/pool"
		kind  = "azure-native:resources/v20240301:DeploymentStackAtResourceGroup"
	)
	template := func(resources string) string {
		return exported(kind, "pools", stack, `{"template":{"resources":`+resources+`}}`)
	}
	literal := template(`[{"type":"Microsoft.ApiManagement/service/backends","apiVersion":"2024-05-01","name":"apim/pool",
		"properties":{"type":"Pool","pool":{"services":[{"id":"/a/B","weight":1},{"id":"/a/c"}]}}}]`)
	cases := []struct {
		reason, deployed, found string
		want                    []string
		ignored                 int
	}{
		{"as deployed, with what Azure fills in", literal, `{"type":"Pool","protocol":"http","pool":{"services":[{"id":"/a/b","weight":1,"priority":1},{"id":"/a/c"}]}}`, nil, 0},
		{"another weight", literal, `{"type":"Pool","pool":{"services":[{"id":"/a/b","weight":9},{"id":"/a/c"}]}}`, []string{"pool.services[0].weight"}, 0},
		{"a member more", literal, `{"type":"Pool","pool":{"services":[{"id":"/a/b","weight":1},{"id":"/a/c"},{"id":"/a/d"}]}}`, []string{"pool.services[2]"}, 0},
		{"a member less", literal, `{"type":"Pool","pool":{"services":[{"id":"/a/b","weight":1}]}}`, []string{"pool.services[1]"}, 0},
		{"deleted", literal, ``, []string{""}, 0},
		{"a template with expressions is named, not guessed at", template(`[{"type":"Microsoft.ApiManagement/service/backends","name":"[parameters('name')]"}]`), ``, nil, 1},
		{"so is one whose resources have symbolic names", template(`{"pool":{}}`), ``, nil, 1},
	}
	for _, c := range cases {
		t.Run(c.reason, func(t *testing.T) {
			deployed, err := engine.ReadState([]byte(c.deployed))
			require.NoError(t, err)
			azure := plainCloud{}
			if c.found != "" {
				var properties map[string]any
				require.NoError(t, json.Unmarshal([]byte(c.found), &properties))
				azure[pool] = map[string]any{"properties": properties}
			}
			report := &drift.Report{}
			require.NoError(t, report.ReadTemplates(t.Context(), azure, deployed))
			var found []string
			for _, change := range report.Drift {
				require.Equal(t, drift.Outside, change.Cause)
				found = append(found, change.Property)
			}
			require.Equal(t, c.want, found)
			require.Len(t, report.Ignored, c.ignored)
		})
	}
}

// plainCloud answers in any format.
type plainCloud map[string]map[string]any

func (c plainCloud) Get(_ context.Context, id, _ string, _ ...string) (map[string]any, error) {
	return c[id], nil
}

func (c plainCloud) List(context.Context, string, string) ([]map[string]any, error) { return nil, nil }

func TestReadPolicies(t *testing.T) {
	const (
		kind    = "azure-native:apimanagement/v20240501:ApiPolicy"
		id      = "/subscriptions/s/resourceGroups/g/providers/Microsoft.ApiManagement/service/s/apis/a/policies/policy"
		written = `<policies><inbound><set-header name=\"a\"><value>@(1 < 2 ? \"x\" : \"&amp;\")</value></set-header></inbound></policies>`
	)
	contract, err := arm.Load()
	require.NoError(t, err)
	deployed, err := engine.ReadState([]byte(exported(kind, "api", id, `{"format":"rawxml","value":"`+written+`"}`)))
	require.NoError(t, err)
	cases := []struct {
		reason, found, wanted string
		want                  drift.Cause
	}{
		{"the same, written otherwise", "<policies>\n\t<inbound>\n\t\t<!-- by hand -->\n\t\t<set-header name='a'>\n\t\t\t<value>@(1<2 ? \"x\" : \"&amp;\")</value></set-header>\n\t</inbound>\n</policies>", "", ""},
		{"another value", `<policies><inbound><set-header name="a"><value>@(1 < 2 ? "y" : "&amp;")</value></set-header></inbound></policies>`, "", drift.Outside},
		{"an entity that means another character in an expression", `<policies><inbound><set-header name="a"><value>@(1 < 2 ? "x" : "&")</value></set-header></inbound></policies>`, "", drift.Outside},
		{"an element more", `<policies><inbound><base /><set-header name="a"><value>@(1 < 2 ? "x" : "&amp;")</value></set-header></inbound></policies>`, "", drift.Outside},
		{"the program wants another document", `<policies><inbound><set-header name="a"><value>@(1 < 2 ? "x" : "&amp;")</value></set-header></inbound></policies>`, `<policies/>`, drift.Pending},
		{"both", `<policies><inbound/></policies>`, `<policies/>`, drift.Both},
	}
	for _, c := range cases {
		t.Run(c.reason, func(t *testing.T) {
			wanted := `{"format":"rawxml","value":"` + written + `"}`
			if c.wanted != "" {
				wanted = `{"format":"rawxml","value":"` + c.wanted + `"}`
			}
			// Pulumi's own look says changed in any case.
			planned, err := engine.ReadPlan([]byte(plan(update(kind, "api", id, `["value","format"]`, `{"value":"<policies>&lt;</policies>"}`, wanted))))
			require.NoError(t, err)
			report := drift.Compare(planned, deployed)
			azure := cloud{id: {"properties": map[string]any{"format": "rawxml", "value": c.found}}}
			require.NoError(t, report.ReadPolicies(t.Context(), azure, contract, deployed))
			if c.want == "" {
				require.Empty(t, report.Drift)
				return
			}
			require.Len(t, report.Drift, 1)
			require.Equal(t, c.want, report.Drift[0].Cause)
			require.Equal(t, "value", report.Drift[0].Property)
		})
	}
}

func TestFindAdditions(t *testing.T) {
	const (
		account = "/subscriptions/s/resourceGroups/g/providers/Microsoft.CognitiveServices/accounts/a"
		service = "/subscriptions/s/resourceGroups/g/providers/Microsoft.ApiManagement/service/s"
	)
	contract, err := arm.Load()
	require.NoError(t, err)
	deployed, err := engine.ReadState([]byte(`{"deployment":{"resources":[
		{"urn":"` + urn + `azure-native:cognitiveservices/v20241001:Account::a","type":"azure-native:cognitiveservices/v20241001:Account","id":"` + account + `"},
		{"urn":"` + urn + `azure-native:apimanagement/v20240501:ApiManagementService::s","type":"azure-native:apimanagement/v20240501:ApiManagementService","id":"` + service + `"},
		{"urn":"` + urn + `azure-native:cognitiveservices/v20241001:Deployment::d","type":"azure-native:cognitiveservices/v20241001:Deployment","id":"` + account + `/deployments/ours"}]}}`))
	require.NoError(t, err)
	azure := cloud{}
	put := func(id string, properties map[string]any) {
		azure[id] = map[string]any{"id": id, "properties": properties}
	}
	put(account+"/deployments/Ours", nil)
	put(account+"/deployments/theirs", nil)
	put(account+"/providers/Microsoft.Authorization/roleAssignments/here", map[string]any{"scope": strings.ToUpper(account), "roleDefinitionId": "r"})
	put(account+"/providers/Microsoft.Authorization/roleAssignments/above", map[string]any{"scope": "/subscriptions/s", "roleDefinitionId": "r"})
	put(service+"/apis/echo-api", nil)
	put(service+"/apis/theirs", nil)
	put(service+"/products/starter", nil)
	put(service+"/subscriptions/master", nil)
	put(service+"/subscriptions/0123", map[string]any{"scope": service + "/products/chat", "ownerId": service + "/users/1"})
	put(service+"/subscriptions/named", map[string]any{"scope": service + "/products/chat", "ownerId": service + "/users/1", "displayName": "mine"})
	put(service+"/apis/echo-api-2", nil)
	put(service+"/namedValues/switch", map[string]any{"displayName": "switch"})
	put(service+"/namedValues/0123", map[string]any{"displayName": "Logger-Credentials--0123"})
	put(service+"/policyFragments/fragment", nil)
	put(service+"/subscriptions/leak", map[string]any{"scope": service + "/apis"})
	put(service+"/backends/pool-gpt-4o", map[string]any{"type": "Pool"})
	put(service+"/policies/policy", map[string]any{"value": "<policies>\n<inbound />\n<backend><forward-request /></backend>\n<outbound />\n<on-error />\n</policies>"})

	report := &drift.Report{}
	require.NoError(t, report.FindAdditions(t.Context(), azure, contract, deployed))
	found := map[string]bool{}
	for _, change := range report.Drift {
		require.Equal(t, drift.Unmanaged, change.Cause)
		found[change.Resource] = true
	}
	require.Equal(t, map[string]bool{"theirs": true, "here": true, "leak": true, "named": true, "echo-api-2": true, "switch": true, "fragment": true}, found)

	put(service+"/policies/policy", map[string]any{"value": "<policies><inbound><return-response /></inbound></policies>"})
	report = &drift.Report{}
	require.NoError(t, report.FindAdditions(t.Context(), azure, contract, deployed))
	require.True(t, len(report.Drift) == 9, "a policy of the whole service: %v", report.Drift)
}

func TestMarkdown(t *testing.T) {
	report := &drift.Report{
		Drift: []drift.Change{
			{Resource: "gateway-sweden", Type: origin, Property: "weight", Wanted: 500.0, Deployed: 500.0, Found: 1.0, Cause: drift.Outside, Likely: "somebody", Operation: "update"},
			{Resource: "pipe|d", Type: "Microsoft.Cdn/profiles/customDomains", Found: "a|`b`\nc", Cause: drift.Unmanaged, Operation: "none"},
		},
		Ignored: []drift.Ignored{{Resource: "a", Property: "b", Why: "c"}},
	}
	want := "### Drift: stack `prod`, 2 differences\n\n" +
		"| resource | property | wanted | in Azure | cause | up would |\n|---|---|---|---|---|---|\n" +
		"| gateway-sweden `AFDOrigin` | `weight` | `500` | `1` | changed outside: somebody | update |\n" +
		"| pipe\\|d `Microsoft.Cdn/profiles/customDomains` | - | - | `\"a\\|'b'\\nc\"` | added outside | none |\n" +
		"\n1 difference without meaning left out.\n"
	if diff := cmp.Diff(want, report.Markdown("prod")); diff != "" {
		t.Errorf("Markdown (-want +got):\n%s", diff)
	}
	require.Contains(t, (&drift.Report{}).Markdown("prod"), "No drift: stack `prod`")
	require.Equal(t, []string{"gateway-sweden weight: somebody"}, report.Hints())
}
