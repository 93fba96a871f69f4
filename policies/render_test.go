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

func caller() policies.Caller {
	return policies.Caller{
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
		"caller":           {caller()},
		"limits":           {quota},
		"token-metrics":    {policies.TokenMetrics{Key: policies.ByCaller}},
		"errors":           {policies.Errors{}},
		"composed":         {caller(), policies.ManagedIdentity{}, quota, policies.TokenMetrics{Key: policies.ByCaller}, balancer(), policies.Errors{}},
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
			require.Less(t, len(rendered.Document), 16<<10, "fits the smallest tier")
		})
	}
}

// Any text that a user may configure comes out of the document as it was.
func TestEscaping(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		value := strings.TrimSpace(rapid.StringMatching(`[ -~àé€]{1,40}`).Draw(t, "value"))
		if value == "" || strings.HasPrefix(value, "@") || strings.Contains(value, "{{") {
			t.Skip("an expression or a named value is another matter")
		}
		part := caller()
		part.Audiences, part.Claims = []string{value}, []policies.Claim{{Name: value, Values: []string{value}}}
		rendered, err := policies.Render(part)
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
	who := func(change func(*policies.Caller)) policies.Part {
		part := caller()
		change(&part)
		return part
	}
	cases := []struct {
		reason string
		part   policies.Part
		want   string
	}{
		{"no backends", with(func(r *policies.RoundRobin) { r.Backends = nil }), "backends: 0 is out of range; allowed are 1 to 50 backends"},
		{"more than a retry can try", with(func(r *policies.RoundRobin) { r.Backends = make([]string, 51) }), "backends: 51 is out of range"},
		{"a backend twice", with(func(r *policies.RoundRobin) { r.Backends = []string{"aa", "bb", "aa"} }), `backends[2]: "aa" stands at backends[0] already`},
		{"an id that the service refuses", with(func(r *policies.RoundRobin) { r.Backends = []string{"a b"} }), `backends[0]: "a b" is no backend id`},
		{"no name", with(func(r *policies.RoundRobin) { r.Name = "" }), "name: is missing"},
		{"a timeout that the service does not keep", with(func(r *policies.RoundRobin) { r.Timeouts.Attempt = 300 }), "timeouts.attempt: 300 is out of range; allowed are 10 to 240 seconds"},
		{"an edge that gives up first", with(func(r *policies.RoundRobin) { r.Timeouts = policies.Timeouts{Attempt: 100, Total: 60} }), "timeouts.total: 60 seconds leave no room for one attempt of 100"},
		{"a pool beyond the service's bound", policies.Pool{ID: "models", Members: 31, ExhaustedRetryAfter: 1, Timeouts: policies.DefaultTimeouts()}, "members: 31 is out of range; allowed are 1 to 30 members"},
		{"no time to tell", policies.Pool{ID: "models", Members: 1, Timeouts: policies.DefaultTimeouts()}, "exhaustedRetryAfter: 0 is out of range"},
		{"no issuer", who(func(c *policies.Caller) { c.Issuers = nil }), "issuers: is empty: tokens of any issuer"},
		{"no audience", who(func(c *policies.Caller) { c.Audiences = nil }), "audiences: is empty: tokens for other services"},
		{"plain http", who(func(c *policies.Caller) { c.OpenIDConfiguration = "http://x" }), `openIdConfiguration: "http://x" is no https URL`},
		{"a claim that identifies nobody", who(func(c *policies.Caller) { c.Claim = "aud" }), `claim: "aud" is not allowed; one of sub, oid, azp, appid`},
		{"a claim without values", who(func(c *policies.Caller) { c.Claims = []policies.Claim{{Name: "roles"}} }), "claims[0]: needs a name and values"},
		{"a header that is none", who(func(c *policies.Caller) { c.Header = "x y" }), `header: "x y" is no name of a header`},
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
