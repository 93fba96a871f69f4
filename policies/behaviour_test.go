package policies_test

import (
	"context"
	"encoding/json"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/aoai-gateway/aoai-gateway/internal/policy"
	"github.com/aoai-gateway/aoai-gateway/internal/policy/exchange"
	"github.com/aoai-gateway/aoai-gateway/internal/policy/script"
	"github.com/aoai-gateway/aoai-gateway/policies"
)

// noModel are three backends, and a request whose path names no model.
const noModel = `
base https://api.example/openai
token https://cognitiveservices.azure.com TOKEN
backend aa https://aa.example/openai
backend bb https://bb.example/openai
backend cc https://cc.example/openai
pool models = aa bb cc
pool small = bb
cache balance-models-gpt 0
`

const threeBackends = noModel + `
template /deployments/{deployment-id}/chat/completions
parameter deployment-id gpt
`

const chat = `POST /deployments/gpt/chat/completions?api-version=1
Content-Type: application/json

{"messages":[{"role":"user","content":"Hello"}]}`

func balancer() policies.RoundRobin {
	return policies.RoundRobin{
		Name: "models", Waits: policies.Waits{Trip: 10, Exhausted: 15}, Timeouts: policies.DefaultAttemptTimeouts(),
		Routes: []policies.Route{{Model: "gpt", Backends: []string{"aa", "bb", "cc"}}, {Model: "embeddings", Backends: []string{"bb"}}},
	}
}

func pool() policies.Pool {
	return policies.Pool{
		Waits: policies.Waits{Trip: 10, Exhausted: 15}, Timeouts: policies.DefaultAttemptTimeouts(),
		Routes: []policies.PoolRoute{{Pool: "models", Route: policies.Route{Model: "gpt", Backends: []string{"aa", "bb", "cc"}}}, {Pool: "small", Route: policies.Route{Model: "embeddings", Backends: []string{"bb"}}}},
	}
}

// gateway runs requests through a composition of parts.
type gateway struct {
	t       *testing.T
	program *policy.Program
	world   *script.World
}

func newGateway(t *testing.T, lines string, parts ...policies.Part) *gateway {
	t.Helper()
	return newGatewayWith(t, policy.Switches{}, lines, parts...)
}

// newGatewayWith decides what the service's documents leave open.
func newGatewayWith(t *testing.T, switches policy.Switches, lines string, parts ...policies.Part) *gateway {
	t.Helper()
	switches.Rawxml = true
	rendered, err := policies.Compose(parts...)
	require.NoError(t, err)
	require.Empty(t, rendered.Warnings)
	program, findings := policy.NewCompiler().Compile([]policy.Source{{Scope: policy.API, Text: rendered.Document}}, policy.Options{Switches: switches, NamedValues: map[string]string{"issuer": "https://issuer.example/"}})
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
	g := newGateway(t, threeBackends+"answer * => 200", policies.Model{}, balancer())
	var order []string
	for range 7 {
		order = append(order, visited(g.send(chat)))
	}
	require.Equal(t, "aa bb cc aa bb cc aa", strings.Join(order, " "))
}

// Whatever the counter holds, also one of another membership, each backend is asked
// exactly once before the caller is told.
func TestRoundRobinAsksEachBackendOnce(t *testing.T) {
	t.Parallel()
	for members := 2; members <= 6; members++ {
		ids := []string{"aa", "bb", "cc", "dd", "ee", "ff"}[:members]
		lines := "base https://api.example/openai\nparameter deployment-id gpt\nanswer * => 500\n"
		for _, id := range ids {
			lines += "backend " + id + " https://" + id + ".example/openai\n"
		}
		robin := balancer()
		robin.Routes = []policies.Route{{Model: "gpt", Backends: ids}}
		g := newGateway(t, lines, policies.Model{}, robin)
		for position := range 2 * members * members {
			written, err := script.Parse(lines + "cache balance-models-gpt " + strconv.Itoa(position))
			require.NoError(t, err)
			g.world = script.New(written)
			asked := strings.Fields(visited(g.send(chat)))
			require.Equal(t, ids[position%members], asked[0], "position %d of %d", position, members)
			slices.Sort(asked)
			require.Equal(t, ids, asked, "position %d of %d", position, members)
		}
	}
}

// The load of a backend that fails is shared by the others, instead of going to the
// next one whole.
func TestRoundRobinSharesTheLoadOfAFailingBackend(t *testing.T) {
	t.Parallel()
	g := newGateway(t, threeBackends+"answer https://aa => 500\nanswer https://bb => 200\nanswer https://cc => 200", policies.Model{}, balancer())
	var order []string
	for range 9 {
		order = append(order, visited(g.send(chat)))
	}
	require.Equal(t, []string{"aa bb", "cc", "bb", "cc", "bb", "cc", "bb", "cc", "bb"}, order)
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
		{"a deployment that is missing at an account may be at another one", "answer https://aa => 404\nanswer * => 200", "aa bb", "200 OK", []string{"trace error balancer: Asked for gpt: aa,bb. Failed: aa 404 - served by bb."}},
		{"an identity that one account does not know yet, too", "answer https://aa => 401\nanswer * => 200", "aa bb", "200 OK", []string{"aa 401"}},
		{"a role that is missing there, too", "answer https://aa => 403\nanswer * => 200", "aa bb", "200 OK", []string{"aa 403"}},
		{"a model that is retired there, too", "answer https://aa => 410\nanswer * => 200", "aa bb", "200 OK", []string{"aa 410"}},
		{"what all accounts lack is told as it is", "answer * => 404", "aa bb cc", "404 Not Found", nil},
		{"a request that no account can answer is not worth another one", "answer * => 500", "aa bb cc", "500 Internal Server Error", []string{"x-should-retry: false"}},
		{"but where one was throttled it is", "answer https://aa => 429 Retry-After: 3\nanswer * => 500", "aa bb cc", "429 Too Many Requests", []string{"retry-after: 4\n", "retry-after-ms: 3"}},
		{"accounts that are down altogether count as busy", "answer * => 503", "aa bb cc", "429 Too Many Requests", []string{"retry-after: 16\n", "x-gateway-exhausted: true"}},
		{
			"when all are throttled the caller is told the soonest time, and a little more, so that not all come back at once", "answer https://aa => 429 Retry-After: 60\nanswer https://bb => 429 Retry-After: 7\nanswer https://cc => 429 Retry-After: 90; retry-after-ms: 90000",
			"aa bb cc", "429 Too Many Requests",
			[]string{"retry-after: 8\n", "retry-after-ms: 7", "x-gateway-attempts: 3"},
		},
		{
			"with all breakers open nobody told a time: the caller gets 429 and the configured one", "tripped aa\ntripped bb\ntripped cc", "", "429 Too Many Requests",
			[]string{"retry-after: 16\n", `{"error":{"code":"429"`, "x-gateway-attempts: 3"},
		},
		{
			"a time that was told counts beside open breakers", "tripped aa\nanswer https://bb => 429 Retry-After: 8\ntripped cc", "bb", "429 Too Many Requests",
			[]string{"retry-after: 9\n"},
		},
		{
			"a failure beside open breakers", "answer https://aa => 500\ntripped bb\ntripped cc", "aa", "429 Too Many Requests",
			[]string{"retry-after: 16\n", `{"error":{"code":"429"`},
		},
		{"who answered is told", "answer https://aa => 429\nanswer * => 200", "aa bb", "200 OK", []string{"x-gateway-backend: bb"}},
		{"what is told stays below a minute, which clients ignore", "answer * => 429 Retry-After: 3600", "aa bb cc", "429 Too Many Requests", []string{"retry-after: 59\n", "retry-after-ms: 59000"}},
		{"no attempt starts that could outlast the edge", "answer https://aa => timeout\nanswer https://bb => timeout\nanswer * => 200", "aa bb", "504 Gateway Timeout", []string{`"code":"504"`, "~ 3m50s in all"}},
	}
	for _, c := range cases {
		for name, switches := range unavailable {
			t.Run(c.reason+", "+name, func(t *testing.T) {
				t.Parallel()
				record := newGatewayWith(t, switches, threeBackends+c.script, policies.Model{}, balancer(), policies.Errors{}).send(chat)
				require.Equal(t, c.visits, visited(record), record)
				require.Contains(t, record, "= "+c.status+"\n")
				require.Equal(t, strings.Count(record, "> POST"), strings.Count(record, `{"messages":[{"role":"user","content":"Hello"}]}`), "every attempt carries the body")
				for _, part := range c.contains {
					require.Contains(t, record, part)
				}
				if !strings.Contains(c.script, "timeout") {
					require.NotContains(t, record, "~ ", "nobody waits")
				}
			})
		}
	}
}

func TestSingleBackendIsNotRetried(t *testing.T) {
	t.Parallel()
	one := balancer()
	one.Routes = []policies.Route{{Model: "gpt", Backends: []string{"aa"}}}
	small := pool()
	small.Routes = []policies.PoolRoute{{Pool: "small", Route: policies.Route{Model: "gpt", Backends: []string{"bb"}}}}
	require.Equal(t, "aa", visited(newGateway(t, threeBackends+"answer * => 500", policies.Model{}, one).send(chat)))
	require.Equal(t, "bb", visited(newGateway(t, threeBackends+"answer * => 500", policies.Model{}, small).send(chat)))
}

// stubborn is a pool that gives the same member twice, as one does whose breakers saw no
// failure.
const stubborn = "pool models = aa" + " aa bb cc\n"

func TestPool(t *testing.T) {
	t.Parallel()
	cases := []struct {
		reason, script, visits, status string
		contains                       []string
	}{
		{"members take turns until one answers", "answer https://aa => 429\nanswer https://bb => 500\nanswer * => 200", "aa bb cc", "200 OK", []string{"x-gateway-attempts: 3"}},
		{"a connection that fails goes on to a member that was not asked", stubborn + "answer https://aa => reset\nanswer https://aa => reset\nanswer * => 200", "aa bb", "200 OK", nil},
		{"each member is asked once when none can be reached", stubborn + "answer * => refused", "aa bb cc", "504 Gateway Timeout", []string{"x-gateway-attempts: 3"}},
		{"a tripped member is not asked", "tripped aa\nanswer * => 200", "bb", "200 OK", nil},
		{
			"with all tripped the caller gets 429, the configured time and an error that clients read", "tripped aa\ntripped bb\ntripped cc",
			"", "429 Too Many Requests",
			[]string{"retry-after: 16", `{"error":{"code":"429"`},
		},
		{"attempts are at most the members", "answer * => 500", "aa bb cc", "500 Internal Server Error", nil},
		{"who answered is told", "tripped aa\nanswer * => 200", "bb", "200 OK", []string{"x-gateway-backend: bb"}},
		{"a mistake of the caller is not tried again", "answer * => 400", "aa", "400 Bad Request", nil},
		{"what one account lacks another one may have", "answer https://aa => 404\nanswer https://bb => 410\nanswer * => 200", "aa bb cc", "200 OK", nil},
		{"what none has is told as it is", "answer * => 403", "aa bb cc", "403 Forbidden", nil},
		{"408 goes on to a member that was not asked", stubborn + "answer https://aa => 408\nanswer https://aa => 408\nanswer * => 200", "aa bb", "200 OK", nil},
		{"no attempt starts that could outlast the edge", "answer https://aa => timeout\nanswer https://bb => timeout\nanswer * => 200", "aa bb", "504 Gateway Timeout", []string{`"code":"504"`}},
	}
	for _, c := range cases {
		for name, switches := range unavailable {
			t.Run(c.reason+", "+name, func(t *testing.T) {
				t.Parallel()
				record := newGatewayWith(t, switches, threeBackends+c.script, policies.Model{}, pool(), policies.Errors{}).send(chat)
				require.Equal(t, c.visits, visited(record), record)
				require.Contains(t, record, "= "+c.status+"\n")
				for _, part := range c.contains {
					require.Contains(t, record, part)
				}
			})
		}
	}
}

// chatAfter sends a chat after a while: virtual time passes, nobody waits.
func (g *gateway) chatAfter(d time.Duration) string {
	g.t.Helper()
	require.NoError(g.t, g.world.Sleep(context.Background(), d))
	return g.send(chat)
}

// A breaker opens on the first 429 or 5xx and stays open for what Retry-After says;
// with all open the caller waits, and no backend is asked.
func TestPoolHonoursBreakers(t *testing.T) {
	t.Parallel()
	for name, switches := range unavailable {
		t.Run(name, func(t *testing.T) { t.Parallel(); poolHonoursBreakers(t, switches) })
	}
}

// unavailable are the ways in which the service may tell that a breaker is open, a
// pool exhausted or a connection broken; its documents do not say which.
var unavailable = map[string]policy.Switches{
	"as a response": {}, "as an error": {UnavailableIsError: true},
	"no response after a transport failure": {NoResponseAfterTransportFailure: true}, "no response before": {NoResponseBeforeForward: true},
}

func poolHonoursBreakers(t *testing.T, switches policy.Switches) {
	t.Helper()
	breakers := "breaker aa 1 1m 10s\nbreaker bb 1 1m 10s\nbreaker cc 1 1m 10s\n"
	g := newGatewayWith(t, switches, threeBackends+breakers+"answer https://aa => 429 Retry-After: 60\nanswer https://bb => 500\nanswer https://bb => 200\n"+
		"answer https://cc => 200\nanswer https://cc => 503\nanswer * => 200", policies.Model{}, pool(), policies.Errors{})
	require.Equal(t, "aa bb cc", visited(g.send(chat)), "two fail, the third answers")
	require.Equal(t, "cc", visited(g.send(chat)), "the two are left alone; the third fails now, too")
	exhausted := g.send(chat)
	require.Empty(t, visited(exhausted))
	require.Contains(t, exhausted, "= 429 Too Many Requests")
	require.Contains(t, exhausted, "retry-after: 11", "bb is left alone for 10 seconds")
	require.Contains(t, exhausted, `{"error":{"code":"429"`)
	require.Contains(t, exhausted, "x-gateway-exhausted: true")
	require.NotContains(t, visited(g.chatAfter(11*time.Second)), "aa", "Retry-After counts, not the ten seconds")
	after := visited(g.chatAfter(50*time.Second)) + " " + visited(g.send(chat)) + " " + visited(g.send(chat))
	require.Contains(t, after, "aa", "after its minute it takes its turns again")
}

// Open breakers of a round robin are passed over without a request.
func TestRoundRobinPassesOpenBreakers(t *testing.T) {
	t.Parallel()
	for name, switches := range unavailable {
		t.Run(name, func(t *testing.T) { t.Parallel(); roundRobinPassesOpenBreakers(t, switches) })
	}
}

func roundRobinPassesOpenBreakers(t *testing.T, switches policy.Switches) {
	t.Helper()
	g := newGatewayWith(t, switches, threeBackends+"breaker aa 1 1m 10s\nanswer https://aa => 429 Retry-After: 30\nanswer * => 200", policies.Model{}, balancer(), policies.Errors{})
	require.Equal(t, "aa bb", visited(g.send(chat)))
	require.Equal(t, []string{"cc", "bb", "cc"}, []string{visited(g.send(chat)), visited(g.send(chat)), visited(g.send(chat))}, "it is left alone, and the others share its turns")
	require.Contains(t, visited(g.chatAfter(31*time.Second)+g.send(chat)+g.send(chat)), "aa")
}

// Fewer attempts than backends, where the configuration says so.
func TestAttemptsAreBounded(t *testing.T) {
	t.Parallel()
	robin, pools := balancer(), pool()
	robin.Attempts, pools.Attempts = 2, 2
	for name, part := range map[string]policies.Part{"round robin": robin, "pool": pools} {
		record := newGateway(t, threeBackends+"answer * => 500", policies.Model{}, part).send(chat)
		require.Equal(t, "aa bb", visited(record), name)
		require.Contains(t, record, "x-gateway-attempts: 2")
	}
}

func TestCallersCredentialsStayOutside(t *testing.T) {
	t.Parallel()
	record := newGateway(t, threeBackends+"answer * => 200", policies.Model{}, balancer(), policies.ManagedIdentity{}).send("POST /x?subscription-key=of-the-caller&a=b\nAuthorization: Bearer of-the-caller\napi-key: of-the-caller\n\n{}")
	require.NotContains(t, record, "of-the-caller")
	require.Contains(t, record, "authorization: Bearer TOKEN")
	require.Contains(t, record, "?a=b", "what else the query says goes on")
}

func TestLimitsByCaller(t *testing.T) {
	t.Parallel()
	limits := policies.Limited{Key: policies.BySubscription, Limits: policies.Limits{Calls: 1, CallsPeriodSeconds: 60, TokensPerMinute: 1000}}
	g := newGateway(t, threeBackends+"subscription team\nanswer * => 200 | {\"usage\":{\"total_tokens\":5}}", policies.Model{}, limits, policies.TokenMetrics{}, balancer(), policies.Errors{})
	first := g.send(chat)
	require.Contains(t, first, "= 200 OK")
	require.Contains(t, first, "x-ratelimit-remaining-tokens: 1000")
	second := g.send(chat)
	require.Contains(t, second, "= 429 Too Many Requests")
	require.Contains(t, second, "retry-after: 60")
	require.Contains(t, second, `{"error":{"code":"429"`)
	require.Empty(t, visited(second), "no backend sees it")
}

const used = `{"usage":{"prompt_tokens":30,"completion_tokens":70,"total_tokens":100}}`

// Tokens are limited by the minute (429) and by a quota (403).
func TestTokensAreLimited(t *testing.T) {
	t.Parallel()
	cases := []struct {
		reason string
		limits policies.Limited
		status string
		body   string
	}{
		{"tokens a minute", policies.Limited{Key: policies.BySubscription, Limits: policies.Limits{TokensPerMinute: 100}}, "429 Too Many Requests", `{"error":{"code":"429"`},
		{"a quota", policies.Limited{Key: policies.BySubscription, Limits: policies.Limits{TokenQuota: 100, TokenQuotaPeriod: "Daily"}}, "403 Forbidden", `{"error":{"code":"403"`},
	}
	for _, c := range cases {
		t.Run(c.reason, func(t *testing.T) {
			t.Parallel()
			g := newGateway(t, threeBackends+"subscription team\nanswer * => 200 Content-Type: application/json | "+used, policies.Model{}, c.limits, balancer(), policies.Errors{})
			require.Contains(t, g.send(chat), "= 200 OK")
			refused := g.send(chat)
			require.Contains(t, refused, "= "+c.status)
			require.Contains(t, refused, c.body)
			require.Contains(t, refused, "retry-after: ")
			require.Empty(t, visited(refused), "no model is asked")
		})
	}
}

// A subscription's own limits hold for it and for nobody else.
func TestLimitsOfOneSubscription(t *testing.T) {
	t.Parallel()
	limits := policies.Limited{Key: policies.BySubscription, Subscription: "small", Limits: policies.Limits{Calls: 1, CallsPeriodSeconds: 60}}
	for subscription, second := range map[string]string{"small": "= 429 Too Many Requests", "large": "= 200 OK"} {
		g := newGateway(t, threeBackends+"subscription "+subscription+"\nanswer * => 200", policies.Model{}, limits, balancer(), policies.Errors{})
		require.Contains(t, g.send(chat), "= 200 OK")
		require.Contains(t, g.send(chat), second, subscription)
	}
}

// A product's limits and a subscription's own count apart: no call counts twice.
func TestLimitsOfScopesCountApart(t *testing.T) {
	t.Parallel()
	product := policies.Limited{Key: policies.ByProduct, Limits: policies.Limits{Calls: 3, CallsPeriodSeconds: 60}}
	own := policies.Limited{Key: policies.BySubscription, Subscription: "team", Limits: policies.Limits{Calls: 3, CallsPeriodSeconds: 60}}
	caller := policies.Limited{Key: policies.ByCaller, Limits: policies.Limits{Calls: 3, CallsPeriodSeconds: 60}}
	g := newGateway(t, threeBackends+"subscription team\nproduct gold\nanswer * => 200", policies.Access{SubscriptionKey: true}, policies.Model{}, product, own, caller, balancer(), policies.Errors{})
	for range 3 {
		require.Contains(t, g.send(chat), "= 200 OK")
	}
	require.Contains(t, g.send(chat), "= 429 Too Many Requests")
}

// A refused call takes nobody's turn.
func TestRefusedCallsTakeNoTurn(t *testing.T) {
	t.Parallel()
	limits := policies.Limited{Key: policies.BySubscription, Limits: policies.Limits{Calls: 1, CallsPeriodSeconds: 60}}
	g := newGateway(t, threeBackends+"subscription team\nanswer * => 200", policies.Model{}, limits, balancer(), policies.Errors{})
	first, refused := g.send(chat), g.send(chat)
	require.Contains(t, first, "# cache balance-models-gpt = 1")
	require.Contains(t, refused, "= 429 Too Many Requests")
	require.NotContains(t, refused, "balance-models", "the counter stays where it is")
}

// Token metrics tell caller, API and backend apart.
func TestTokenMetricsHaveDimensions(t *testing.T) {
	t.Parallel()
	record := newGateway(t, threeBackends+"subscription team\nanswer * => 200 Content-Type: application/json | "+used,
		policies.Access{SubscriptionKey: true}, policies.Model{}, balancer(), policies.TokenMetrics{}, policies.Errors{}).send(chat)
	var metrics []string
	for line := range strings.Lines(record) {
		if strings.HasPrefix(line, "! metric") {
			metrics = append(metrics, line)
		}
	}
	require.NotEmpty(t, metrics, record)
	for _, metric := range metrics {
		for _, dimension := range []string{"caller=subscription:team", "Backend ID=aa", "API ID=", "Subscription ID=team"} {
			require.Contains(t, metric, dimension)
		}
	}
}

// A model has its own backends, its own turn and its own end.
func TestModelsAreRouted(t *testing.T) {
	t.Parallel()
	body := func(path, contentType, text string) string {
		return "POST " + path + "\nContent-Type: " + contentType + "\n\n" + text
	}
	form := "--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.mp3\"\r\nContent-Type: audio/mpeg\r\n\r\nID3 name=\"model\"\r\n--x\r\n" +
		"Content-Disposition: form-data; name=\"model\"\r\n\r\nembeddings\r\n--x--\r\n"
	cases := []struct{ reason, lines, request, visits, status, contains string }{
		{"the path's deployment counts", threeBackends, chat, "aa", "200 OK", ""},
		{"else the body's model does", noModel, body("/v1/embeddings", "application/json", `{"model":"embeddings","input":"x"}`), "bb", "200 OK", `{"model":"embeddings","input":"x"}`},
		{"in any case", noModel, body("/v1/embeddings", "application/json", `{"model":"EMBEDDINGS","input":"x"}`), "bb", "200 OK", ""},
		{"or a form's field", noModel, body("/v1/audio/transcriptions", "multipart/form-data; boundary=x", form), "bb", "200 OK", ""},
		{"a model that nobody has is 404", noModel, body("/v1/embeddings", "application/json", `{"model":"other"}`), "", "404 Not Found", `{"error":{"code":"DeploymentNotFound"`},
		{"no model is 400", noModel, body("/v1/embeddings", "application/json", `{"input":"x"}`), "", "400 Bad Request", `{"error":{"code":"BadRequest"`},
		{"what is no JSON is 400", noModel, body("/v1/embeddings", "application/json", `model=embeddings`), "", "400 Bad Request", `"request_id":"00000000-0000-0000-0000-000000000001"`},
		{"no body is 400", noModel, "POST /v1/embeddings", "", "400 Bad Request", `{"error":{"code":"BadRequest"`},
		{"a form without the field is 400", noModel, body("/v1/audio/transcriptions", "multipart/form-data; boundary=x", "--x--\r\n"), "", "400 Bad Request", ""},
	}
	for _, c := range cases {
		for name, balance := range map[string]policies.Part{"round robin": balancer(), "pool": pool()} {
			t.Run(c.reason+", "+name, func(t *testing.T) {
				t.Parallel()
				record := newGateway(t, c.lines+"answer * => 200", policies.Model{}, balance, policies.Errors{}).send(c.request)
				require.Equal(t, c.visits, visited(record), record)
				require.Contains(t, record, "= "+c.status+"\n")
				require.Contains(t, record, c.contains)
			})
		}
	}
}

func TestModelsTakeTheirOwnTurns(t *testing.T) {
	t.Parallel()
	balance := balancer()
	balance.Routes[1].Backends = []string{"cc", "bb"}
	g := newGateway(t, noModel+"answer * => 200", policies.Model{}, balance)
	var order []string
	for _, model := range []string{"gpt", "embeddings", "gpt", "embeddings", "gpt", "embeddings"} {
		order = append(order, model+" "+visited(g.send("POST /v1/x\nContent-Type: application/json\n\n{\"model\":\""+model+"\"}")))
	}
	require.Equal(t, []string{"gpt aa", "embeddings cc", "gpt bb", "embeddings bb", "gpt cc", "embeddings cc"}, order)
}

// A stream of events goes through as it comes, whatever is logged beside it.
func TestStreamsAreNotRead(t *testing.T) {
	t.Parallel()
	for name, balance := range map[string]policies.Part{"round robin": balancer(), "pool": pool()} {
		record := newGateway(t, threeBackends+`answer * => 200 Content-Type: text/event-stream | data: {"x":1}\n\ndata: [DONE]`,
			policies.Model{}, balance, policies.PromptLog{Logger: "prompts", Chunks: 2}, policies.Errors{}).send(chat)
		require.Contains(t, record, "= 200 OK", name)
		require.Contains(t, record, "data: [DONE]", name)
		require.NotContains(t, logged(t, record, "completion")[0]["text"], "data:", name)
		require.Equal(t, "text/event-stream", logged(t, record, "completion")[0]["contentType"], name)
	}
}

// Prompt and completion come whole, in pieces that the service does not cut, and
// what does not fit is told.
func TestPromptLog(t *testing.T) {
	t.Parallel()
	const size = policies.ChunkCharacters
	cases := []struct {
		reason, prompt string
		pieces         int
		truncated      bool
	}{
		{"a short prompt is one event", "Hello", 1, false},
		{"a long one takes several", strings.Repeat("x", size), 2, false},
		{"characters of two units are not cut in half", strings.Repeat("x", size-13) + strings.Repeat("😀", 40), 2, false},
		{"control characters take six bytes each", strings.Repeat(`\u0001`, size/6), 2, false},
		{"what does not fit is told with its length", strings.Repeat("x", 3*size), 3, true},
		{"a character at the very end is not cut in half, and nothing is missing", "raw:" + strings.Repeat("x", 3*size-1) + "😀", 3, false},
	}
	for _, c := range cases {
		t.Run(c.reason, func(t *testing.T) {
			t.Parallel()
			body, raw := strings.CutPrefix(c.prompt, "raw:")
			if !raw {
				body = `{"input":"` + c.prompt + `"}`
			}
			g := newGateway(t, threeBackends+`answer * => 200 Content-Type: application/json | {"id":"1"}`,
				policies.Model{}, balancer(), policies.PromptLog{Logger: "prompts", Chunks: 3}, policies.ManagedIdentity{}, policies.Errors{})
			record := g.send("POST /x\nContent-Type: application/json\n\n" + body)
			events := logged(t, record, "prompt")
			var whole strings.Builder
			for i, event := range events {
				require.EqualValues(t, i, event["index"])
				require.Equal(t, "00000000-0000-0000-0000-000000000001", event["correlationId"])
				whole.WriteString(event["text"].(string))
			}
			require.Len(t, events, c.pieces)
			require.Equal(t, "gpt", events[0]["model"])
			truncated := logged(t, record, "truncated")
			if c.truncated {
				require.Equal(t, body[:3*size], whole.String())
				require.Len(t, truncated, 1)
				require.EqualValues(t, len(body), truncated[0]["length"])
			} else {
				require.Equal(t, body, whole.String())
				require.Empty(t, truncated)
			}
			require.Equal(t, `{"id":"1"}`, logged(t, record, "completion")[0]["text"])
			require.Contains(t, record, "= 200 OK")
			for line := range strings.Lines(record) {
				if strings.HasPrefix(line, "! event") {
					require.Less(t, len(line), 200<<10, "the service cuts a message there")
				}
			}
		})
	}
}

// logged are the events of a kind that a record holds.
func logged(t *testing.T, record, kind string) []map[string]any {
	t.Helper()
	var events []map[string]any
	for line := range strings.Lines(record) {
		_, text, ok := strings.Cut(line, "! event prompts : ")
		if !ok {
			continue
		}
		var event map[string]any
		require.NoError(t, json.Unmarshal([]byte(text), &event))
		if event["kind"] == kind {
			events = append(events, event)
		}
	}
	return events
}

func TestErrorsShowNothingInternal(t *testing.T) {
	t.Parallel()
	// No token for the identity: the caller learns nothing of it.
	record := newGateway(t, "answer * => 200", policies.ManagedIdentity{}, policies.Errors{}).send(chat)
	require.Contains(t, record, "= 500 Internal Server Error")
	require.Contains(t, record, `"message":"The request failed inside of the gateway.","request_id":"00000000-0000-0000-0000-000000000001"`)
	require.NotContains(t, record, "cognitiveservices")
}

// An operation that is not there, and a key that is missing or wrong, are told as what they
// are.
func TestErrorsSayWhatTheyAre(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		refusal policy.Error
		want    string
	}{
		{policy.Error{Failure: exchange.Failure{Reason: "OperationNotFound"}, Status: 404}, `"There is no operation POST /deployments/gpt/chat/completions"`},
		{policy.Error{Failure: exchange.Failure{Reason: "SubscriptionKeyNotFound", Message: "Access denied due to missing subscription key."}, Status: 401}, "Access denied due to missing subscription key."},
		{policy.Error{Failure: exchange.Failure{Reason: "TokenInvalid"}, Status: 401}, "the credentials are missing or not valid."},
	} {
		rendered, err := policies.Compose(policies.Errors{})
		require.NoError(t, err)
		program, findings := policy.NewCompiler().Compile([]policy.Source{{Scope: policy.API, Text: rendered.Document}}, policy.Options{Switches: policy.Switches{Rawxml: true}})
		require.NotNil(t, program, findings)
		written, err := script.Parse(threeBackends)
		require.NoError(t, err)
		url, err := exchange.ParseURL("https://api.example/deployments/gpt/chat/completions")
		require.NoError(t, err)
		e := &exchange.Context{Request: &exchange.Request{Method: "POST", URL: url, OriginalURL: url}, Variables: map[string]any{}}
		require.NoError(t, program.Refuse(t.Context(), e, script.New(written).World(), nil, &c.refusal))
		body, err := e.Response.Body.Bytes(0)
		require.NoError(t, err)
		require.Contains(t, string(body), c.want)
		require.Equal(t, c.refusal.Status, e.Response.StatusCode)
	}
}

// regional prefers aa in West Europe, and bb and cc in Sweden Central.
func regional() policies.RoundRobin {
	part := balancer()
	part.Routes[0].Regions = []policies.RegionRoute{{Region: "westeurope", Backends: []string{"aa"}}, {Region: "swedencentral", Backends: []string{"bb", "cc"}}}
	return part
}

// A gateway asks the backends of its own region, however the service spells that; one
// whose region nobody names asks all of them.
func TestRegionsPreferTheirOwn(t *testing.T) {
	t.Parallel()
	cases := []struct{ reason, region, want string }{
		{"a display name", "West Europe", strings.TrimSpace(strings.Repeat("aa ", 4))},
		{"Azure's name", "westeurope", strings.TrimSpace(strings.Repeat("aa ", 4))},
		{"any case", "WEST europe", strings.TrimSpace(strings.Repeat("aa ", 4))},
		{"two of a region take turns", "Sweden Central", "bb cc bb cc"},
		{"a region that has no backends of its own", "Japan East", "bb cc aa bb"},
		{"a region that the service does not tell", "", "aa bb cc aa"},
	}
	for _, c := range cases {
		t.Run(c.reason, func(t *testing.T) {
			t.Parallel()
			key := "cache balance-models-" + strings.ToLower(strings.ReplaceAll(c.region, " ", "")) + "-gpt 0\n"
			g := newGateway(t, strings.Replace(threeBackends, "cache balance-models-gpt 0\n", key, 1)+"region "+c.region+"\nanswer * => 200", policies.Model{}, regional(), policies.Errors{})
			var all []string
			for range 4 {
				all = append(all, visited(g.send(chat)))
			}
			require.Equal(t, c.want, strings.Join(all, " "))
		})
	}
}

// What a region cannot serve goes to the others, which take turns in standing in; those
// of the region come first.
func TestRegionsFallBack(t *testing.T) {
	t.Parallel()
	west := strings.Replace(threeBackends, "cache balance-models-gpt 0\n", "cache balance-models-westeurope-gpt 0\n", 1) + "region West Europe\n"
	g := newGateway(t, west+strings.Repeat("answer https://aa => 503\n", 4)+"answer * => 200", policies.Model{}, regional(), policies.Errors{})
	require.Equal(t, []string{"aa bb", "cc", "bb"}, []string{visited(g.send(chat)), visited(g.send(chat)), visited(g.send(chat))}, "what failed is left alone for a while")
	record := g.send(chat)
	require.Contains(t, record, "x-gateway-region: West Europe")

	sweden := strings.Replace(threeBackends, "cache balance-models-gpt 0\n", "cache balance-models-swedencentral-gpt 0\n", 1) + "region Sweden Central\n"
	g = newGateway(t, sweden+"answer https://bb => 503\nanswer * => 200", policies.Model{}, regional(), policies.Errors{})
	require.Equal(t, []string{"bb cc", "cc"}, []string{visited(g.send(chat)), visited(g.send(chat))}, "the region's other one stands in")
	g = newGateway(t, sweden+"answer https://aa => 200\nanswer * => 503", policies.Model{}, regional(), policies.Errors{})
	require.Equal(t, "bb cc aa", visited(g.send(chat)), "only then another region's")
	g = newGateway(t, sweden+"answer * => 503", policies.Model{}, regional(), policies.Errors{})
	require.Contains(t, g.send(chat), "= 429 Too Many Requests", "nobody is left")
}

// What goes around the edge is refused before anything else, in the shape that clients
// read.
func TestOriginLock(t *testing.T) {
	t.Parallel()
	const id = "5f8d3a1e-7c1b-4a53-9b0e-0a4d5d2f6c01"
	header := func(value string) string {
		return strings.Replace(chat, "Content-Type:", "X-Azure-FDID: "+value+"\nContent-Type:", 1)
	}
	g := newGateway(t, threeBackends+"answer * => 200", policies.OriginLock{FrontDoorID: id}, policies.Model{}, balancer(), policies.Errors{})
	require.Contains(t, g.send(header(id)), "= 200")
	require.Contains(t, g.send(header(strings.ToUpper(id))), "= 200")
	for _, request := range []string{chat, header("00000000-0000-0000-0000-000000000000"), header(""), header(id + "," + id)} {
		record := g.send(request)
		require.Contains(t, record, "= 403", request)
		require.Contains(t, record, `{"error":{"code":"403"`)
		require.Empty(t, visited(record))
	}
	// Callers of a script come from 203.0.113.7.
	g = newGateway(t, threeBackends+"answer * => 200", policies.OriginLock{Address: "203.0.113.7"}, policies.Model{}, balancer(), policies.Errors{})
	require.Contains(t, g.send(chat), "= 200")
	g = newGateway(t, threeBackends+"answer * => 200", policies.OriginLock{Address: "20.60.1.2"}, policies.Model{}, balancer(), policies.Errors{})
	require.Contains(t, g.send(chat), "= 403")
}
