package bench

import (
	"context"
	"maps"
	"net/http"
	"os"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/aoai-gateway/aoai-gateway/internal/policy"
	"github.com/aoai-gateway/aoai-gateway/internal/policy/exchange"
)

// still is a world in which everything answers at once: what is measured is the policies.
type still struct {
	mu     sync.Mutex
	cached map[string]any
}

var answer = []byte(`{"id":"chatcmpl-1","object":"chat.completion","choices":[{"index":0,"message":{"role":"assistant","content":"Hello, how can I help you today?"},"finish_reason":"stop"}],"usage":{"prompt_tokens":9,"completion_tokens":10,"total_tokens":19}}`)

func (*still) Now() time.Time                             { return time.Date(2026, 1, 31, 12, 0, 0, 0, time.UTC) }
func (*still) Sleep(context.Context, time.Duration) error { return nil }
func (*still) Float64() float64                           { return 0.5 }

func (*still) Send(context.Context, *policy.Call) (*exchange.Response, error) {
	made := &exchange.Response{StatusCode: 200, Reason: "OK", Body: exchange.NewBody(answer)}
	made.Headers.Set("Content-Type", "application/json")
	return made, nil
}

func (s *still) Get(_ context.Context, key string) (any, bool, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	value, ok := s.cached[key]
	return value, ok, nil
}

func (s *still) Store(_ context.Context, key string, value any, _ time.Duration) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.cached[key] = value
	return nil
}
func (*still) Remove(context.Context, string) error { return nil }

func (*still) Token(context.Context, string, string) (string, error) { return "token", nil }

var target = exchange.URL{Scheme: "https", Host: "account-1.openai.azure.com", Port: 443, Path: "/openai"}

func (*still) Choose(_ context.Context, id string) (*policy.Target, error) {
	if id == "pool-gpt-4o" {
		id = "account-1-gpt-4o"
	}
	return &policy.Target{Backend: exchange.Backend{ID: id}, URL: target}, nil
}
func (*still) Report(context.Context, *policy.Target, *exchange.Response, error) {}
func (*still) ByURL(string) string                                               { return "" }

// composed are the documents as they were before there was a backend for each deployment, and
// as they are.
func composed(tb testing.TB) map[string]string {
	tb.Helper()
	ours, err := Ours(Backends(3))
	require.NoError(tb, err)
	documents := map[string]string{}
	for _, policy := range ours[:2] {
		before, err := os.ReadFile("testdata/before/" + policy.Name + ".xml")
		require.NoError(tb, err)
		documents[policy.Name+"/before"], documents[policy.Name+"/now"] = string(before), policy.Document
	}
	return documents
}

// runner takes a request through a document.
func runner(tb testing.TB, document string) func() {
	tb.Helper()
	program, findings := policy.NewCompiler().Compile([]policy.Source{{Scope: policy.API, Text: document}}, policy.Options{Switches: policy.Switches{Rawxml: true}})
	require.NotNil(tb, program, findings)
	s := &still{cached: map[string]any{}}
	world := &policy.World{Clock: s, Random: s, Sender: s, Cache: s, Identity: s, Backends: s}
	body := []byte(`{"messages":[{"role":"user","content":"Hello"}]}`)
	url := target
	url.Path = "/openai/deployments/gpt-4o/chat/completions"
	return func() {
		e := &exchange.Context{
			Request:   &exchange.Request{Method: "POST", URL: url, OriginalURL: url, Body: exchange.NewBody(body), MatchedParameters: map[string]string{"deployment-id": "gpt-4o"}},
			Timestamp: s.Now(), API: exchange.API{ServiceURL: target}, Variables: make(map[string]any, 16), RequestID: "00000000-0000-0000-0000-000000000001",
			Subscription: &exchange.Subscription{ID: "team"},
		}
		if err := program.Run(tb.Context(), e, world, nil); err != nil || e.Response == nil || e.Response.StatusCode != http.StatusOK {
			tb.Fatal(err, e.LastError)
		}
	}
}

// What the balancers know and do beside forwarding costs no more than before they did it.
func TestCost(t *testing.T) {
	allocations := map[string]float64{}
	for name, document := range composed(t) {
		allocations[name] = testing.AllocsPerRun(200, runner(t, document))
	}
	t.Log(allocations)
	for _, name := range []string{"round-robin", "pool"} {
		require.LessOrEqual(t, allocations[name+"/now"], allocations[name+"/before"], name)
	}
}

// BenchmarkCost runs each composed document, as it was and as it is.
func BenchmarkCost(b *testing.B) {
	documents := composed(b)
	for _, name := range slices.Sorted(maps.Keys(documents)) {
		b.Run(name, func(b *testing.B) {
			run := runner(b, documents[name])
			b.ReportAllocs()
			for b.Loop() {
				run()
			}
		})
	}
}
