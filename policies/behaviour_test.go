package policies_test

import (
	"context"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aoai-gateway/aoai-gateway/internal/policy"
	"github.com/aoai-gateway/aoai-gateway/internal/policy/script"
	"github.com/aoai-gateway/aoai-gateway/policies"
)

const threeBackends = `
base https://api.example/openai
token https://cognitiveservices.azure.com TOKEN
backend aa https://aa.example/openai
backend bb https://bb.example/openai
backend cc https://cc.example/openai
pool models = aa bb cc
`

const chat = `POST /deployments/gpt/chat/completions?api-version=1
Content-Type: application/json

{"messages":[{"role":"user","content":"Hello"}]}`

func balancer() policies.RoundRobin {
	return policies.RoundRobin{Name: "models", Backends: []string{"aa", "bb", "cc"}, Timeouts: policies.DefaultTimeouts()}
}

func pool() policies.Pool {
	return policies.Pool{ID: "models", Members: 3, ExhaustedRetryAfter: 15, Timeouts: policies.DefaultTimeouts()}
}

// gateway runs requests through a composition of parts.
type gateway struct {
	t       *testing.T
	program *policy.Program
	world   *script.World
}

func newGateway(t *testing.T, lines string, parts ...policies.Part) *gateway {
	t.Helper()
	rendered, err := policies.Compose(parts...)
	require.NoError(t, err)
	require.Empty(t, rendered.Warnings)
	program, findings := policy.NewCompiler().Compile([]policy.Source{{Scope: policy.API, Text: rendered.Document}}, policy.Options{Switches: policy.Switches{Rawxml: true}, NamedValues: map[string]string{"issuer": "https://issuer.example/"}})
	require.NotNil(t, program, findings)
	written, err := script.Parse(lines)
	require.NoError(t, err)
	return &gateway{t, program, script.New(written)}
}

// send takes a request through the gateway and returns the record of what the
// backends and the caller saw.
func (g *gateway) send(text string) string {
	g.t.Helper()
	request, err := script.ParseRequest(text)
	require.NoError(g.t, err)
	record, err := g.world.Run(context.Background(), g.program, request, nil)
	require.NoError(g.t, err)
	return record
}

// visited are the hosts that a record's requests went to, in order.
func visited(record string) string {
	var hosts []string
	for line := range strings.Lines(record) {
		if rest, ok := strings.CutPrefix(line, "> POST https://"); ok {
			host, _, _ := strings.Cut(rest, ".example")
			hosts = append(hosts, host)
		}
	}
	return strings.Join(hosts, " ")
}

func TestRoundRobinRotates(t *testing.T) {
	t.Parallel()
	g := newGateway(t, threeBackends+"answer * => 200", balancer())
	var order []string
	for range 7 {
		order = append(order, visited(g.send(chat)))
	}
	require.Equal(t, "aa bb cc aa bb cc aa", strings.Join(order, " "))
}

func TestRoundRobinRetries(t *testing.T) {
	t.Parallel()
	cases := []struct {
		reason, script, visits, status string
		contains                       []string
	}{
		{"a throttled backend is left for the next one at once", "answer https://aa => 429 Retry-After: 60\nanswer * => 200", "aa bb", "200 OK", []string{"x-gateway-attempts: 2"}},
		{"a server error, too", "answer https://aa => 500\nanswer https://bb => 503\nanswer * => 200", "aa bb cc", "200 OK", []string{"x-gateway-attempts: 3"}},
		{"a connection that breaks, too", "answer https://aa => reset\nanswer * => 200", "aa bb", "200 OK", nil},
		{"408, too", "answer https://aa => 408\nanswer * => 200", "aa bb", "200 OK", nil},
		{"a mistake of the caller is not tried again", "answer https://aa => 400 | {\"error\":{}}\nanswer * => 200", "aa", "400 Bad Request", []string{`{"error":{}}`}},
		{"nor a model that is not there", "answer https://aa => 404\nanswer * => 200", "aa", "404 Not Found", nil},
		{"nor what the identity may not do", "answer https://aa => 403\nanswer * => 200", "aa", "403 Forbidden", nil},
		{
			"when all are throttled the caller is told the soonest time", "answer https://aa => 429 Retry-After: 60\nanswer https://bb => 429 Retry-After: 7\nanswer https://cc => 429 Retry-After: 90; retry-after-ms: 90000",
			"aa bb cc", "429 Too Many Requests",
			[]string{"retry-after: 7\n", "x-gateway-attempts: 3"},
		},
		{"each backend is tried once at most", "answer * => 500", "aa bb cc", "500 Internal Server Error", nil},
		{"no attempt starts that could outlast the edge", "answer https://aa => timeout\nanswer https://bb => timeout\nanswer * => 200", "aa bb", "504 Gateway Timeout", []string{`"code":"504"`, "~ 3m20s in all"}},
	}
	for _, c := range cases {
		t.Run(c.reason, func(t *testing.T) {
			t.Parallel()
			record := newGateway(t, threeBackends+c.script, balancer(), policies.Errors{}).send(chat)
			require.Equal(t, c.visits, visited(record), record)
			require.Contains(t, record, "= "+c.status+"\n")
			require.Equal(t, strings.Count(record, "> POST"), strings.Count(record, `{"messages":[{"role":"user","content":"Hello"}]}`), "every attempt carries the body")
			for _, part := range c.contains {
				require.Contains(t, record, part)
			}
			if !strings.Contains(c.script, "timeout") {
				require.NotContains(t, record, "~ ", "nobody waits")
			}
			require.NotContains(t, record, "retry-after-ms")
		})
	}
}

func TestSingleBackendIsNotRetried(t *testing.T) {
	t.Parallel()
	one := policies.RoundRobin{Name: "one", Backends: []string{"aa"}, Timeouts: policies.DefaultTimeouts()}
	record := newGateway(t, threeBackends+"answer * => 503", one).send(chat)
	require.Equal(t, "aa", visited(record))
}

func TestPool(t *testing.T) {
	t.Parallel()
	cases := []struct {
		reason, script, visits, status string
		contains                       []string
	}{
		{"members take turns until one answers", "answer https://aa => 429\nanswer https://bb => 500\nanswer * => 200", "aa bb cc", "200 OK", []string{"x-gateway-attempts: 3"}},
		{"a tripped member is not asked", "tripped aa\nanswer * => 200", "bb", "200 OK", nil},
		{
			"with all tripped the caller gets 429, the configured time and an error that clients read", "tripped aa\ntripped bb\ntripped cc",
			"", "429 Too Many Requests",
			[]string{"retry-after: 15", `{"error":{"code":"429"`},
		},
		{"attempts are at most the members", "answer * => 500", "aa bb cc", "500 Internal Server Error", nil},
	}
	for _, c := range cases {
		t.Run(c.reason, func(t *testing.T) {
			t.Parallel()
			record := newGateway(t, threeBackends+c.script, pool()).send(chat)
			require.Equal(t, c.visits, visited(record), record)
			require.Contains(t, record, "= "+c.status+"\n")
			for _, part := range c.contains {
				require.Contains(t, record, part)
			}
		})
	}
}

func TestCallersCredentialsStayOutside(t *testing.T) {
	t.Parallel()
	record := newGateway(t, threeBackends+"answer * => 200", policies.ManagedIdentity{}, balancer()).send("POST /x\nAuthorization: Bearer of-the-caller\napi-key: of-the-caller\n\n{}")
	require.NotContains(t, record, "of-the-caller")
	require.Contains(t, record, "authorization: Bearer TOKEN")
}

func TestLimitsByCaller(t *testing.T) {
	t.Parallel()
	limits := policies.Limits{Key: policies.BySubscription, Calls: 1, CallsPeriod: 60, TokensPerMinute: 1000}
	g := newGateway(t, threeBackends+"subscription team\nanswer * => 200 | {\"usage\":{\"total_tokens\":5}}", limits, policies.TokenMetrics{Key: policies.BySubscription}, balancer(), policies.Errors{})
	first := g.send(chat)
	require.Contains(t, first, "= 200 OK")
	require.Contains(t, first, "x-ratelimit-remaining-tokens: 1000")
	second := g.send(chat)
	require.Contains(t, second, "= 429 Too Many Requests")
	require.Contains(t, second, "retry-after: 60")
	require.Contains(t, second, `{"error":{"code":"429"`)
	require.Empty(t, visited(second), "no backend sees it")
}

func TestErrorsShowNothingInternal(t *testing.T) {
	t.Parallel()
	// No token for the identity: the caller learns nothing of it.
	record := newGateway(t, "answer * => 200", policies.ManagedIdentity{}, policies.Errors{}).send(chat)
	require.Contains(t, record, "= 500 Internal Server Error")
	require.Contains(t, record, `"message":"The request failed inside of the gateway.","request_id":"00000000-0000-0000-0000-000000000001"`)
	require.NotContains(t, record, "cognitiveservices")
}
