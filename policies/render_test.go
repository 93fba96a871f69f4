package policies_test

import (
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
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
		RequiredClaims: []policies.Claim{{Name: "roles", Values: []string{"reader", "writer"}, Match: "any"}},
	}
}

// Golden pairs, which somebody has read: parts with their parameters as JSON, a line
// of dashes, and the document that comes of them or the error.
func TestGolden(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("testdata/*.txt")
	require.NoError(t, err)
	require.NotEmpty(t, files)
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txt"), func(t *testing.T) {
			t.Parallel()
			raw, err := os.ReadFile(file)
			require.NoError(t, err)
			input, want, ok := strings.Cut(string(raw), "\n----\n")
			require.True(t, ok, "a line of dashes is missing")
			place, parts := readParts(t, input)
			got := compose(t, place, parts)
			if *update {
				require.NoError(t, os.WriteFile(file, []byte(input+"\n----\n"+got), 0o600))
				return
			}
			require.Equal(t, want, got)
		})
	}
}

// compose is the document of parts, or the error.
func compose(t *testing.T, place policies.Place, parts []policies.Part) string {
	t.Helper()
	rendered, err := place.Compose(parts...)
	if err != nil {
		return "error: " + err.Error() + "\n"
	}
	require.Empty(t, rendered.Warnings)
	return rendered.Document
}

// readParts reads lines such as model {} into parts; a line place {...} says where
// the document will stand.
func readParts(t *testing.T, input string) (place policies.Place, parts []policies.Part) {
	t.Helper()
	for line := range strings.Lines(input) {
		name, parameters, _ := strings.Cut(strings.TrimSpace(line), " ")
		decode := func(target any) {
			decoder := json.NewDecoder(strings.NewReader(parameters))
			decoder.DisallowUnknownFields()
			require.NoError(t, decoder.Decode(target), line)
		}
		switch name {
		case "place":
			decode(&place)
		case "access":
			parts = append(parts, decoded[policies.Access](decode))
		case "origin-lock":
			parts = append(parts, decoded[policies.OriginLock](decode))
		case "model":
			parts = append(parts, decoded[policies.Model](decode))
		case "round-robin":
			parts = append(parts, decoded[policies.RoundRobin](decode))
		case "pool":
			parts = append(parts, decoded[policies.Pool](decode))
		case "budget-stop":
			parts = append(parts, decoded[policies.BudgetStop](decode))
		case "limits":
			parts = append(parts, decoded[policies.Limited](decode))
		case "token-metrics":
			parts = append(parts, decoded[policies.TokenMetrics](decode))
		case "prompt-log":
			parts = append(parts, decoded[policies.PromptLog](decode))
		case "semantic-cache":
			parts = append(parts, decoded[policies.SemanticCache](decode))
		case "content-safety":
			parts = append(parts, decoded[policies.ContentSafety](decode))
		case "managed-identity":
			parts = append(parts, decoded[policies.ManagedIdentity](decode))
		case "errors":
			parts = append(parts, decoded[policies.Errors](decode))
		default:
			t.Fatalf("there is no part %q", name)
		}
	}
	return place, parts
}

func decoded[P policies.Part](decode func(target any)) policies.Part {
	var part P
	decode(&part)
	return part
}

// A balancer whose outbound section needs its own turn is not put behind a cache that knows
// nothing of it.
func TestBalancersKnowOfTheCache(t *testing.T) {
	t.Parallel()
	cache := policies.SemanticCache{Embeddings: "embeddings", ScoreThreshold: 0.1, Seconds: 1}
	for _, each := range []policies.Part{balancer(), pool()} {
		_, err := policies.Compose(policies.Model{}, cache, each)
		require.ErrorContains(t, err, "does not know of the semantic cache, which may answer in its stead; set Cached")
	}
	cached := pool()
	cached.Cached = true
	_, err := policies.Compose(policies.Model{}, cache, cached)
	require.NoError(t, err)
}

// What a tier does not take fails before a deployment.
func TestTiers(t *testing.T) {
	t.Parallel()
	gateway := func(chunks int) []policies.Part {
		pool := pool()
		pool.Consumption = true
		pool.Stored.Backends = []string{"aa", "bb", "cc"}
		return []policies.Part{
			policies.Access{SubscriptionKey: true, Entra: entra()},
			policies.Model{},
			pool,
			policies.TokenMetrics{},
			policies.PromptLog{Logger: "prompts", Chunks: chunks},
			policies.ManagedIdentity{},
			policies.Errors{SubscriptionKey: true},
		}
	}
	_, err := policies.Place{Consumption: true}.Compose(gateway(2)...)
	require.NoError(t, err, "the whole gateway fits the 16 KiB of Consumption")
	_, err = policies.Place{Consumption: true}.Compose(gateway(20)...)
	require.ErrorContains(t, err, "16384", "what does not fit is refused")
	_, err = policies.Place{}.Compose(gateway(20)...)
	require.NoError(t, err, "the other SKUs take 256 KiB")
	limits := policies.Limited{Key: policies.BySubscription, Limits: policies.Limits{TokensPerMinute: 1000}}
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
		part.Audiences, part.RequiredClaims = []string{value}, []policies.Claim{{Name: value, Values: []string{value}}}
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
		{"an id that the service refuses", with(func(r *policies.RoundRobin) { r.Routes[0].Backends = []string{"a b"} }), `routes[0].backends[0]: "a b" is not a legal API Management backend id`},
		{"no name", with(func(r *policies.RoundRobin) { r.Name = "" }), "name: is missing"},
		{"a timeout that the service does not keep", with(func(r *policies.RoundRobin) { r.Timeouts.Attempt = 300 }), "timeouts.attempt: 300 is out of range; allowed are 10 to 240 seconds"},
		{"an edge that gives up first", with(func(r *policies.RoundRobin) { r.Timeouts = policies.AttemptTimeouts{Attempt: 100, Total: 60} }), "timeouts.total: 60 seconds leave no room for one attempt of 100"},
		{"a pool beyond the service's bound", policies.Pool{Routes: []policies.PoolRoute{{Pool: "models", Route: policies.Route{Model: "gpt", Backends: strings.Fields(strings.Repeat("aa ", 31))}}}, Waits: policies.DefaultWaits(), Timeouts: policies.DefaultAttemptTimeouts()}, "routes[0].backends: 31 is out of range; allowed are 1 to 30 backends"},
		{"no time to tell", policies.Pool{Routes: []policies.PoolRoute{{Pool: "models", Route: policies.Route{Model: "gpt", Backends: []string{"aa"}}}}, Timeouts: policies.DefaultAttemptTimeouts()}, "waits.exhausted: 0 is out of range"},
		{"nobody is let in", policies.Access{}, "lets nobody in"},
		{"more pieces than a policy holds", policies.PromptLog{Logger: "prompts", Chunks: 21}, "chunks: 21 is out of range; allowed are 1 to 20 events"},
		{"no backend for embeddings", policies.SemanticCache{ScoreThreshold: 0.1, Seconds: 1}, `embeddings: is missing; give the API Management backend id`},
		{"a threshold of nothing", policies.SemanticCache{Embeddings: "e", Seconds: 1}, "scoreThreshold: 0 is out of range"},
		{"a threshold that takes everything", policies.SemanticCache{Embeddings: "e", ScoreThreshold: 1.5, Seconds: 1}, "scoreThreshold: 1.5 is out of range"},
		{"answers for ever", policies.SemanticCache{Embeddings: "e", ScoreThreshold: 0.1, Seconds: 604801}, "seconds: 604801 is out of range; allowed are 1 to 604800 seconds"},
		{"fewer messages than none", policies.SemanticCache{Embeddings: "e", ScoreThreshold: 0.1, Seconds: 1, MaxMessages: -1}, "maxMessages: -1 is below 0"},
		{"a judge of nothing", policies.ContentSafety{Backend: "judge"}, "watches nothing"},
		{"a severity that is none", policies.ContentSafety{Backend: "judge", Thresholds: policies.Thresholds{Sexual: 8}}, "sexual: 8 is out of range; allowed are 0 to 7"},
		{"a judge without a backend", policies.ContentSafety{ShieldPrompts: true}, `backend: is missing; give the API Management backend id`},
		{"no logger", policies.PromptLog{Chunks: 1}, "logger: is missing"},
		{"no issuer", who(func(c *policies.Entra) { c.Issuers = nil }), "issuers: is empty: tokens of any issuer"},
		{"no audience", who(func(c *policies.Entra) { c.Audiences = nil }), "audiences: is empty: tokens for other services"},
		{"everybody's audience without claims", who(func(c *policies.Entra) { c.Audiences, c.RequiredClaims = []string{"https://ai.azure.com"}, nil }), `audiences[0]: "https://ai.azure.com" is Microsoft's own`},
		{"plain http", who(func(c *policies.Entra) { c.OpenIDConfiguration = "http://x" }), `openIdConfiguration: "http://x" is no https URL`},
		{"a claim that identifies nobody", who(func(c *policies.Entra) { c.CallerClaim = "aud" }), `callerClaim: "aud" is not allowed; one of sub, oid, azp, appid`},
		{"a claim that would be an expression", who(func(c *policies.Entra) { c.RequiredClaims[0].Values[0] = "@(1)" }), `requiredClaims[0].values[0]: "@(1)" would be taken for an expression`},
		{"a claim that would be an expression behind white space", who(func(c *policies.Entra) { c.RequiredClaims[0].Values[0] = " @(1)" }), `requiredClaims[0].values[0]: " @(1)" would be taken for an expression`},
		{"an audience of two references", who(func(c *policies.Entra) { c.Audiences[0] = "{{a}}/{{b}}" }), `audiences[0]: "{{a}}/{{b}}" would be taken for an expression or a reference`},
		{"an audience with a reference inside", who(func(c *policies.Entra) { c.Audiences[0] = "api://{{x}}" }), `audiences[0]: "api://{{x}}" would be taken for an expression or a reference`},
		{"a claim without values", who(func(c *policies.Entra) { c.RequiredClaims = []policies.Claim{{Name: "roles"}} }), "requiredClaims[0]: needs a name and values"},
		{"a header that is none", policies.Access{SubscriptionKey: true, Header: "x y"}, `header: "x y" is no name of a header`},
		{"limits that limit nothing", policies.Limited{Key: policies.ByCaller}, "limits nothing"},
		{"a period beyond the service's bound", policies.Limited{Key: policies.ByCaller, Limits: policies.Limits{Calls: 1, CallsPeriodSeconds: 301}}, "callsPeriodSeconds: 301 is out of range; allowed are 1 to 300 seconds"},
		{"a quota with a period that is none", policies.Limited{Key: policies.ByCaller, Limits: policies.Limits{TokenQuota: 1, TokenQuotaPeriod: "Fortnightly"}}, `tokenQuotaPeriod: "Fortnightly" is not allowed`},
		{"a key that is none", policies.Limited{Key: "ip", Limits: policies.Limits{Calls: 1, CallsPeriodSeconds: 1}}, `key: "ip" is not allowed; one of subscription, product, caller`},
		{"less than nothing", policies.Limited{Key: policies.ByCaller, Limits: policies.Limits{TokensPerMinute: -1}}, "tokensPerMinute: -1 is below 0"},
	}
	for _, c := range cases {
		t.Run(c.reason, func(t *testing.T) {
			t.Parallel()
			_, err := policies.Render(c.part)
			require.ErrorContains(t, err, c.want)
		})
	}
}

// Tokens for the services of models are for everybody in a tenant, whatever way an audience
// names them. Sources: Microsoft's samples for Azure OpenAI ask for either URI, and public app
// registrations name the ids.
func TestSharedAudience(t *testing.T) {
	t.Parallel()
	cases := []struct {
		reason, audience string
		want             bool
	}{
		{"the older URI", "https://cognitiveservices.azure.com", true},
		{"with a slash, as tokens for a scope with two have it", "https://cognitiveservices.azure.com/", true},
		{"the URI of today's samples", "https://ai.azure.com", true},
		{"with a slash", "https://ai.azure.com/", true},
		{"in another case", "HTTPS://AI.Azure.com/", true},
		{"the id of Microsoft Cognitive Services", "7d312290-28c8-473c-a0ed-8e53749b6d6d", true},
		{"the id of Azure Machine Learning Services, in another case", "18A66F5F-DBDF-4C17-9DD7-1634712A9CBE", true},
		{"an application of one's own", "api://models", false},
		{"an id of one's own", "7d312290-28c8-473c-a0ed-8e53749b6d6e", false},
		{"a host that only begins like it", "https://ai.azure.com.contoso.com", false},
		{"a named value", "{{audience}}", false},
	}
	for _, c := range cases {
		t.Run(c.reason, func(t *testing.T) {
			t.Parallel()
			require.Equal(t, c.want, policies.SharedAudience(c.audience))
		})
	}
}
