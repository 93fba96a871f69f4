package apim

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	apimanagement "github.com/pulumi/pulumi-azure-native-sdk/apimanagement/v2/v20240501"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/aoai-gateway/aoai-gateway/internal/azure"
	"github.com/aoai-gateway/aoai-gateway/internal/faults"
	"github.com/aoai-gateway/aoai-gateway/policies"
)

func messages(err error) []string {
	var got []string
	for _, fault := range faults.All(err) {
		got = append(got, fault.Error())
	}
	return got
}

func options() Options {
	o := DefaultOptions()
	o.Publisher.Email = "team@contoso.com"
	return o
}

func TestServiceArgsValidate(t *testing.T) {
	cases := []struct {
		reason string
		spoil  func(*ServiceArgs)
		want   []string
	}{
		{"nothing wrong", func(*ServiceArgs) {}, nil},
		{
			"nothing given", func(a *ServiceArgs) { *a = ServiceArgs{Options: options()} },
			[]string{"resourceGroupName: is missing", "serviceName: is missing", "region: is missing"},
		},
		{
			"an identity that is not asked for", func(a *ServiceArgs) { a.Identity = &Identity{} },
			[]string{"identity: must be given exactly if options.identity is user-assigned"},
		},
		{
			"an identity that is asked for and not there", func(a *ServiceArgs) { a.Options.Identity = UserAssigned },
			[]string{"identity: must be given exactly if options.identity is user-assigned"},
		},
		{
			"a certificate's reader that nobody needs", func(a *ServiceArgs) { a.CertificateReader = &CertificateReader{} },
			[]string{"certificateReader: must be given exactly if options.customDomains has one"},
		},
		{
			"options have their path, and zones know the region", func(a *ServiceArgs) {
				a.Region, a.Options.SKU, a.Options.Units, a.Options.Zones = "westus", "Premium", 2, []string{"1", "2"}
			},
			[]string{"options.zones: the region westus has no availability zones; leave zones out or choose another region"},
		},
	}
	for _, c := range cases {
		t.Run(c.reason, func(t *testing.T) {
			args := &ServiceArgs{ResourceGroupName: pulumi.String("rg"), ServiceName: pulumi.String("contoso"), Region: "swedencentral", Options: options()}
			c.spoil(args)
			if diff := cmp.Diff(c.want, messages(args.Validate())); diff != "" {
				t.Errorf("mistakes (-want +got):\n%s", diff)
			}
		})
	}
}

// What a request leaves out of the custom properties goes back to its default, so that all of
// them come together. Sources: the service's REST reference (protocols and ciphers); API
// Management's page on the retirement of trusted connections (True, as text).
func TestCustomProperties(t *testing.T) {
	const tls, distrust = azure.GatewayProperty + "Security.Backend.Protocols.Tls11", azure.GatewayProperty + "ManagedIdentity.DisableOverPrivilegedAccess"
	cases := []struct {
		reason, sku string
		count       int
		want        pulumi.StringMap
	}{
		{"classic, small", "Developer", 17, pulumi.StringMap{tls: pulumi.String("False"), distrust: pulumi.String("True")}},
		{"classic, in several regions", "Premium", 17, pulumi.StringMap{tls: pulumi.String("False"), distrust: pulumi.String("True")}},
		{"v2: not known whether it takes any", "BasicV2", 0, pulumi.StringMap{}},
		{"Consumption refuses them (azurerm#8405)", "Consumption", 0, pulumi.StringMap{}},
	}
	for _, c := range cases {
		t.Run(c.reason, func(t *testing.T) {
			all, got := customProperties(c.sku), pulumi.StringMap{}
			for name := range c.want {
				got[name] = all[name]
			}
			if diff := cmp.Diff(c.want, got); diff != "" || len(all) != c.count {
				t.Errorf("%d custom properties, not %d (-want +got):\n%s", len(all), c.count, diff)
			}
		})
	}
}

func TestAPIArgsValidate(t *testing.T) {
	good := func() *APIArgs {
		return &APIArgs{
			Service: &Service{}, Loggers: &Loggers{}, Options: options(),
			Accounts: []Account{{Name: "aa", Models: []Model{{Name: "gpt", Priority: 1, Weight: 1}}}},
		}
	}
	cases := []struct {
		reason string
		spoil  func(*APIArgs)
		want   []string
	}{
		{"nothing wrong", func(*APIArgs) {}, nil},
		{
			"nothing given", func(a *APIArgs) { *a = APIArgs{Options: options()} },
			[]string{
				"service: is missing", "loggers: is missing", "accounts: 0 is out of range; allowed are 1 to 50 accounts",
			},
		},
		{
			"tokens of no tenant", func(a *APIArgs) {
				a.Options.Access, a.Options.Entra.Audiences = []string{AccessEntra}, []string{"api://models"}
			},
			[]string{"tenantId: is missing; without options.entra.openIdConfiguration tokens are held to this tenant"},
		},
		{
			"tokens that anybody in the tenant gets", func(a *APIArgs) {
				a.TenantID, a.Options.Access = "tenant", []string{AccessEntra}
				a.Options.Entra.Audiences = []string{"api://models", "https://ai.azure.com/", "7d312290-28c8-473c-a0ed-8e53749b6d6d"}
			},
			[]string{
				`options.entra.audiences[1]: "https://ai.azure.com/" is Microsoft's own: anybody in the tenant gets such tokens; add requiredClaims (oid, appid or roles), or use an application of your own`,
				`options.entra.audiences[2]: "7d312290-28c8-473c-a0ed-8e53749b6d6d" is Microsoft's own: anybody in the tenant gets such tokens; add requiredClaims (oid, appid or roles), or use an application of your own`,
			},
		},
		{
			"such tokens, held to a claim", func(a *APIArgs) {
				a.TenantID, a.Options.Access = "tenant", []string{AccessEntra}
				a.Options.Entra.Audiences = []string{"https://ai.azure.com"}
				a.Options.Entra.RequiredClaims = []Claim{{Name: "oid", Values: []string{"11111111-2222-3333-4444-555555555555"}}}
			},
			nil,
		},
		{
			"numbers out of bounds, and an account twice", func(a *APIArgs) {
				a.Accounts = append(a.Accounts, Account{Name: "aa", Models: []Model{{Name: "gpt", Priority: 6, Weight: 0}}})
			},
			[]string{
				`accounts[1].name: "aa" is used by [0] already; choose another name`,
				"accounts[1].models[0].priority: 6 is out of range; allowed are 1 to 5",
				"accounts[1].models[0].weight: 0 is out of range; allowed are 1 to 100",
			},
		},
	}
	for _, c := range cases {
		t.Run(c.reason, func(t *testing.T) {
			args := good()
			c.spoil(args)
			if diff := cmp.Diff(c.want, messages(args.Validate())); diff != "" {
				t.Errorf("mistakes (-want +got):\n%s", diff)
			}
		})
	}
}

// Models and not accounts are what callers ask for; case does not tell them apart.
func TestRoutesFollowModels(t *testing.T) {
	model := func(name string, priority int) Model { return Model{Name: name, Priority: priority, Weight: 1} }
	routes := routesOf([]Account{
		{Name: "overflow", Models: []Model{model("gpt-4.1", 2), model("embeddings", 2)}},
		{Name: "reserved", Models: []Model{model("GPT-4.1", 1)}},
	}, []string{"swedencentral"})
	want := []pool{
		{"pool-gpt-4_1", "Accounts that serve gpt-4.1", []poolMember{{"reserved-gpt-4_1", 1, 1, ""}, {"overflow-gpt-4_1", 1, 2, ""}}},
		{"pool-embeddings", "Accounts that serve embeddings", []poolMember{{"overflow-embeddings", 1, 2, ""}}},
	}
	if diff := cmp.Diff(want, poolsOf(routes), cmp.AllowUnexported(pool{}, poolMember{})); diff != "" {
		t.Errorf("pools (-want +got):\n%s", diff)
	}
}

// A pool's template says what the service takes: no url, no protocol, members by id.
func TestPoolTemplate(t *testing.T) {
	got := poolTemplate("/subscriptions/s/resourceGroups/rg/providers/Microsoft.ApiManagement/service/contoso", "contoso",
		[]pool{{"pool-gpt", "text", []poolMember{{"aa", 3, 1, ""}}}})
	want := []any{map[string]any{
		"type": "Microsoft.ApiManagement/service/backends", "apiVersion": "2024-05-01", "name": "contoso/pool-gpt",
		"properties": map[string]any{"type": "Pool", "description": "text", "pool": map[string]any{"services": []any{map[string]any{
			"id":     "/subscriptions/s/resourceGroups/rg/providers/Microsoft.ApiManagement/service/contoso/backends/aa",
			"weight": 3, "priority": 1,
		}}}},
	}}
	if diff := cmp.Diff(want, got["resources"]); diff != "" {
		t.Errorf("the template's resources (-want +got):\n%s", diff)
	}
}

// Every call of Azure OpenAI's inference that the gateway promises has an operation
// of its own, by deployment and in the v1 form.
func TestOperations(t *testing.T) {
	calls := map[string]bool{}
	ids := map[string]bool{}
	for _, operation := range operations {
		call := operation.method + " " + operation.path
		if calls[call] || ids[operation.id] {
			t.Errorf("%s (%s) is there twice", call, operation.id)
		}
		calls[call], ids[operation.id] = true, true
	}
	for _, want := range []string{
		"POST /deployments/{deployment-id}/chat/completions", "POST /deployments/{deployment-id}/completions", "POST /deployments/{deployment-id}/embeddings",
		"POST /deployments/{deployment-id}/images/generations", "POST /deployments/{deployment-id}/audio/transcriptions", "POST /responses",
		"POST /v1/chat/completions", "POST /v1/responses", "POST /v1/embeddings", "POST /v1/audio/speech",
		"GET /models", "GET /models/{model}", "GET /v1/models", "GET /v1/models/{model}",
		"GET /responses/{id}", "DELETE /responses/{id}", "POST /responses/{id}/cancel", "GET /responses/{id}/input_items",
		"GET /v1/responses/{id}", "DELETE /v1/responses/{id}", "POST /v1/responses/{id}/cancel", "GET /v1/responses/{id}/input_items",
	} {
		if !calls[want] {
			t.Errorf("there is no operation for %s", want)
		}
	}
}

// What accounts keep is looked for at each account once, whatever models it has: in a region
// with gateways at its own accounts first.
func TestStoredAt(t *testing.T) {
	accounts := []Account{
		{Name: "sweden", Region: "Sweden Central", Models: []Model{{Name: "gpt"}, {Name: "embeddings"}}},
		{Name: "france", Region: "francecentral", Models: []Model{{Name: "embeddings"}}},
		{Name: "empty", Region: "francecentral"},
	}
	all := []string{"sweden-gpt", "france-embeddings"}
	for _, c := range []struct {
		reason  string
		regions []string
		want    policies.Stored
	}{
		{"one region prefers nobody", []string{"swedencentral"}, policies.Stored{Backends: all}},
		{"two regions", []string{"swedencentral", "japaneast"}, policies.Stored{
			Backends: all, Regions: []policies.RegionRoute{{Region: "swedencentral", Backends: []string{"sweden-gpt"}}},
		}},
	} {
		t.Run(c.reason, func(t *testing.T) {
			if diff := cmp.Diff(c.want, storedAt(accounts, c.regions)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// The breaker that backends get is the one that the scenarios run with: it trips on what a
// deployment says of itself, and for no longer than a second, whatever Retry-After says. A
// 500 may be the request's own fault.
func TestCircuitBreakerRule(t *testing.T) {
	rules := circuitBreaker(DefaultOptions().LoadBalancing.CircuitBreaker).Rules.(apimanagement.CircuitBreakerRuleArray)
	if len(rules) != 1 {
		t.Fatalf("a backend takes one rule, not %d", len(rules))
	}
	rule := rules[0].(*apimanagement.CircuitBreakerRuleArgs)
	condition := rule.FailureCondition.(*apimanagement.CircuitBreakerFailureConditionArgs)
	var ranges [][2]any
	for _, each := range condition.StatusCodeRanges.(apimanagement.FailureStatusCodeRangeArray) {
		codes := each.(*apimanagement.FailureStatusCodeRangeArgs)
		ranges = append(ranges, [2]any{codes.Min, codes.Max})
	}
	want := [][2]any{{pulumi.Int(429), pulumi.Int(429)}, {pulumi.Int(502), pulumi.Int(504)}}
	if diff := cmp.Diff(want, ranges); diff != "" {
		t.Errorf("what counts as a failure (-want +got):\n%s", diff)
	}
	if rule.AcceptRetryAfter != pulumi.Bool(false) || condition.Count != pulumi.Float64(1) {
		t.Errorf("the rule is %v, %v", rule.AcceptRetryAfter, condition.Count)
	}
}

// Each deployment of an account has a backend of its own; ids that two would share, or that
// the service does not take, are refused.
func TestBackendsOfDeployments(t *testing.T) {
	account := func(name string, models ...string) Account {
		made := Account{Name: name}
		for _, model := range models {
			made.Models = append(made.Models, Model{Name: model, Priority: 1, Weight: 1})
		}
		return made
	}
	routes := routesOf([]Account{account("sweden", "GPT-4.1", "small"), account("france", "gpt-4.1")}, nil)
	got := []string{}
	for _, route := range routes {
		got = append(got, backendIDs(route.members)...)
	}
	if diff := cmp.Diff([]string{"sweden-gpt-4_1", "france-gpt-4_1", "sweden-small"}, got); diff != "" {
		t.Errorf("backends (-want +got):\n%s", diff)
	}
	for reason, c := range map[string]struct {
		accounts []Account
		strategy string
	}{
		"an id of two deployments":  {[]Account{account("a", "b-c"), account("a-b", "c")}, "round-robin"},
		"names that differ in dots": {[]Account{account("a", "gpt.4", "gpt_4")}, "round-robin"},
		"an id that is too long":    {[]Account{account("a", strings.Repeat("m", 80))}, "round-robin"},
		"an id that a pool has":     {[]Account{account("pool", "gpt")}, "pool"},
	} {
		if err := ValidateRoutes(c.accounts, nil, LoadBalancing{Strategy: c.strategy}, RoutePaths{Model: func(int, int) string { return "" }}); err == nil {
			t.Errorf("%s is taken", reason)
		}
	}
}

// Where gateways stand in several regions, each region that has accounts gets a pool in
// which they come before those of others, whatever their priorities.
func TestRegionsPreferTheirOwn(t *testing.T) {
	model := func(priority int) []Model { return []Model{{Name: "gpt", Priority: priority, Weight: 10}} }
	routes := routesOf([]Account{
		{Name: "reserved", Region: "Sweden Central", Models: model(1)},
		{Name: "overflow", Region: "swedencentral", Models: model(5)},
		{Name: "france", Region: "francecentral", Models: model(2)},
		{Name: "far", Region: "japaneast", Models: model(1)},
	}, []string{"swedencentral", "francecentral", "polandcentral"})
	var got []string
	for _, pool := range poolsOf(routes) {
		text := pool.id
		for _, member := range pool.members {
			text += fmt.Sprintf(" %s:%d", member.backend, member.priority)
		}
		got = append(got, text)
	}
	want := []string{
		"pool-gpt reserved-gpt:1 far-gpt:1 france-gpt:2 overflow-gpt:5",
		"pool-gpt-swedencentral reserved-gpt:1 overflow-gpt:5 far-gpt:6 france-gpt:7",
		"pool-gpt-francecentral france-gpt:2 reserved-gpt:6 far-gpt:6 overflow-gpt:10",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("pools (-want +got):\n%s", diff)
	}
	if alone := routesOf([]Account{{Name: "sweden", Region: "swedencentral", Models: model(1)}}, []string{"swedencentral"}); alone[0].near != nil {
		t.Errorf("one region prefers nobody: %v", alone[0].near)
	}
}
