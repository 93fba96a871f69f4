package policies_test

import (
	"flag"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/aoai-gateway/aoai-gateway/internal/policy/document"
	"github.com/aoai-gateway/aoai-gateway/policies"
)

var update = flag.Bool("update", false, "write the rendered documents, for review")

func entra() *policies.Entra {
	return &policies.Entra{
		OpenIDConfiguration: "https://login.example/.well-known/openid-configuration", Issuers: []string{"{{issuer}}"}, Audiences: []string{"api://models", "https://a.example/?x=1&y=<2>"},
		Claims: []policies.Claim{{Name: "roles", Values: []string{"reader", "writer"}, Any: true}},
	}
}

// TestRendered compares each document with the one in testdata, which somebody
// has read.
func TestRendered(t *testing.T) {
	t.Parallel()
	quota := policies.Limits{Key: policies.ByCaller, Calls: 10, CallsPeriod: 60, TokenQuota: 5000, TokenQuotaPeriod: "Monthly", EstimatePromptTokens: true}
	for name, parts := range map[string][]policies.Part{
		"round-robin":      {balancer()},
		"pool":             {pool()},
		"managed-identity": {policies.ManagedIdentity{ClientID: "11111111-2222-3333-4444-555555555555"}},
		"access-both":      {policies.Access{SubscriptionKey: true, Entra: entra()}},
		"access-entra":     {policies.Access{Entra: entra()}},
		"access-key":       {policies.Access{SubscriptionKey: true}},
		"model":            {policies.Model{}},
		"prompt-log":       {policies.PromptLog{Logger: "prompts", Chunks: 2}},
		"limits":           {quota},
		"limits-of-one":    {policies.Limits{Key: policies.BySubscription, Subscription: "team-a", TokensPerMinute: 1000}},
		"token-metrics":    {policies.TokenMetrics{Key: policies.ByCaller}},
		"errors":           {policies.Errors{}},
		"composed": {
			policies.Access{SubscriptionKey: true, Entra: entra()}, policies.Model{}, balancer(), quota, policies.TokenMetrics{Key: policies.ByCaller},
			policies.PromptLog{Logger: "prompts", Chunks: 4}, policies.ManagedIdentity{}, policies.Errors{},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			rendered, err := policies.Compose(parts...)
			require.NoError(t, err)
			require.Empty(t, rendered.Warnings)
			file := "testdata/" + name + ".xml"
			if *update {
				require.NoError(t, os.WriteFile(file, []byte(rendered.Document), 0o600))
			}
			want, err := os.ReadFile(file)
			require.NoError(t, err)
			require.Equal(t, string(want), rendered.Document)
		})
	}
}

// What a tier does not take fails before a deployment.
func TestTiers(t *testing.T) {
	t.Parallel()
	gateway := func(chunks int) []policies.Part {
		return []policies.Part{
			policies.Access{SubscriptionKey: true, Entra: entra()}, policies.Model{}, pool(), policies.TokenMetrics{Key: policies.ByCaller},
			policies.PromptLog{Logger: "prompts", Chunks: chunks}, policies.ManagedIdentity{}, policies.Errors{},
		}
	}
	_, err := policies.Place{Consumption: true}.Compose(gateway(2)...)
	require.NoError(t, err, "the whole gateway fits the 16 KiB of Consumption")
	_, err = policies.Place{Consumption: true}.Compose(gateway(20)...)
	require.ErrorContains(t, err, "16384", "what does not fit is refused")
	_, err = policies.Place{}.Compose(gateway(20)...)
	require.NoError(t, err, "the other SKUs take 256 KiB")
	limits := policies.Limits{Key: policies.BySubscription, TokensPerMinute: 1000}
	_, err = policies.Place{Consumption: true}.Compose(limits)
	require.ErrorContains(t, err, "<llm-token-limit> does not exist in the Consumption tier")
	_, err = policies.Place{Product: true}.Compose(limits)
	require.NoError(t, err, "a product may limit")
}

// Any text that a user may configure comes out of the document as it was.
func TestEscaping(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		value := strings.TrimSpace(rapid.StringMatching(`[ -~àé€]{1,40}`).Draw(t, "value"))
		if value == "" || strings.HasPrefix(value, "@") || strings.Contains(value, "{{") {
			t.Skip("an expression or a named value is another matter")
		}
		part := entra()
		part.Audiences, part.Claims = []string{value}, []policies.Claim{{Name: value, Values: []string{value}}}
		rendered, err := policies.Render(policies.Access{Entra: part})
		require.NoError(t, err)
		read := document.Read(rendered.Document, document.Options{KeepEntities: true})
		require.Empty(t, read.Errors)
		require.Equal(t, []string{value, value, value}, found(read))
	})
}

// found are the audience, the claim's name and its value of a document.
func found(d *document.Document) []string {
	var values []string
	var walk func(e *document.Element)
	walk = func(e *document.Element) {
		switch e.Name {
		case "audience":
			values = append(values, e.InnerText().Value)
		case "claim":
			values = append(values, e.Attribute("name").Value.Value, e.Elements()[0].InnerText().Value)
		}
		for _, inner := range e.Elements() {
			walk(inner)
		}
	}
	for _, e := range d.Elements() {
		walk(e)
	}
	return values
}

func TestValidate(t *testing.T) {
	t.Parallel()
	with := func(change func(*policies.RoundRobin)) policies.Part {
		part := balancer()
		change(&part)
		return part
	}
	who := func(change func(*policies.Entra)) policies.Part {
		part := entra()
		change(part)
		return policies.Access{Entra: part}
	}
	cases := []struct {
		reason string
		part   policies.Part
		want   string
	}{
		{"no routes", with(func(r *policies.RoundRobin) { r.Routes = nil }), "routes: is empty"},
		{"a route of no model", with(func(r *policies.RoundRobin) { r.Routes[0].Model = "" }), "routes[0].model: is missing"},
		{"a model twice, whatever its case", with(func(r *policies.RoundRobin) { r.Routes[1].Model = "GPT" }), `routes[1].model: "GPT" stands at routes[0] already`},
		{"no backends", with(func(r *policies.RoundRobin) { r.Routes[0].Backends = nil }), "routes[0].backends: 0 is out of range; allowed are 1 to 50 backends"},
		{"more than a retry can try", with(func(r *policies.RoundRobin) { r.Routes[0].Backends = make([]string, 51) }), "routes[0].backends: 51 is out of range"},
		{"a backend twice", with(func(r *policies.RoundRobin) { r.Routes[0].Backends = []string{"aa", "bb", "aa"} }), `routes[0].backends[2]: "aa" stands at backends[0] already`},
		{"an id that the service refuses", with(func(r *policies.RoundRobin) { r.Routes[0].Backends = []string{"a b"} }), `routes[0].backends[0]: "a b" is no backend id`},
		{"no name", with(func(r *policies.RoundRobin) { r.Name = "" }), "name: is missing"},
		{"a timeout that the service does not keep", with(func(r *policies.RoundRobin) { r.Timeouts.Attempt = 300 }), "timeouts.attempt: 300 is out of range; allowed are 10 to 240 seconds"},
		{"an edge that gives up first", with(func(r *policies.RoundRobin) { r.Timeouts = policies.Timeouts{Attempt: 100, Total: 60} }), "timeouts.total: 60 seconds leave no room for one attempt of 100"},
		{"a pool beyond the service's bound", policies.Pool{Routes: []policies.PoolRoute{{Model: "gpt", Pool: "models", Members: 31}}, ExhaustedRetryAfter: 1, Timeouts: policies.DefaultTimeouts()}, "routes[0].members: 31 is out of range; allowed are 1 to 30 members"},
		{"no time to tell", policies.Pool{Routes: []policies.PoolRoute{{Model: "gpt", Pool: "models", Members: 1}}, Timeouts: policies.DefaultTimeouts()}, "exhaustedRetryAfter: 0 is out of range"},
		{"nobody is let in", policies.Access{}, "lets nobody in"},
		{"more pieces than a policy holds", policies.PromptLog{Logger: "prompts", Chunks: 21}, "chunks: 21 is out of range; allowed are 1 to 20 events"},
		{"no logger", policies.PromptLog{Chunks: 1}, "logger: is missing"},
		{"no issuer", who(func(c *policies.Entra) { c.Issuers = nil }), "issuers: is empty: tokens of any issuer"},
		{"no audience", who(func(c *policies.Entra) { c.Audiences = nil }), "audiences: is empty: tokens for other services"},
		{"plain http", who(func(c *policies.Entra) { c.OpenIDConfiguration = "http://x" }), `openIdConfiguration: "http://x" is no https URL`},
		{"a claim that identifies nobody", who(func(c *policies.Entra) { c.Claim = "aud" }), `claim: "aud" is not allowed; one of sub, oid, azp, appid`},
		{"a claim without values", who(func(c *policies.Entra) { c.Claims = []policies.Claim{{Name: "roles"}} }), "claims[0]: needs a name and values"},
		{"a header that is none", policies.Access{SubscriptionKey: true, Header: "x y"}, `header: "x y" is no name of a header`},
		{"limits that limit nothing", policies.Limits{Key: policies.ByCaller}, "limits nothing"},
		{"a period beyond the service's bound", policies.Limits{Key: policies.ByCaller, Calls: 1, CallsPeriod: 301}, "callsPeriod: 301 is out of range; allowed are 1 to 300 seconds"},
		{"a quota without its period", policies.Limits{Key: policies.ByCaller, TokenQuota: 1}, `tokenQuotaPeriod: "" is not allowed`},
		{"a key that is none", policies.Limits{Key: "ip", Calls: 1, CallsPeriod: 1}, `key: "ip" is not allowed; one of subscription, caller`},
		{"less than nothing", policies.Limits{Key: policies.ByCaller, TokensPerMinute: -1}, "tokensPerMinute: -1 is below 0"},
	}
	for _, c := range cases {
		t.Run(c.reason, func(t *testing.T) {
			t.Parallel()
			_, err := policies.Render(c.part)
			require.ErrorContains(t, err, c.want)
		})
	}
}
