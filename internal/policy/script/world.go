package script

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/aoai-gateway/aoai-gateway/internal/policy"
	"github.com/aoai-gateway/aoai-gateway/internal/policy/exchange"
	"github.com/aoai-gateway/aoai-gateway/internal/policy/library"
	"github.com/aoai-gateway/aoai-gateway/internal/policy/vectors"
)

// World plays a Script, for one request after the other. It keeps a record of
// all that policies did to it.
type World struct {
	script *Script
	mu     sync.Mutex
	now    time.Time
	next   map[string]int
	cached map[string]any
	counts map[string]float64
	// vectors are what the semantic cache holds.
	vectors *vectors.Index
	record  []string
}

// mostVectors bounds the semantic cache of a world.
const mostVectors = 1000

// New is a world before its first request.
func New(s *Script) *World {
	w := &World{script: s, now: s.now, next: map[string]int{}, cached: map[string]any{}, counts: map[string]float64{}, vectors: vectors.New(mostVectors)}
	for key, value := range s.cache {
		w.cached[key] = value
	}
	for key, n := range s.counts {
		w.counts[key] = n
	}
	return w
}

// World is what policies are given.
func (w *World) World() *policy.World {
	return &policy.World{Clock: w, Random: w, Sender: w, Backends: w, Identity: w, Connections: w, Keys: w, Cache: w, Vectors: w.vectors, Counters: w, Limiter: w, Log: w, Definition: w.script.definition}
}

// Record is what happened, a line each.
func (w *World) Record() []string { return w.record }

func (w *World) note(format string, args ...any) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.record = append(w.record, fmt.Sprintf(format, args...))
}

// Now implements policy.Clock.
func (w *World) Now() time.Time {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.now
}

// Sleep implements policy.Clock: the time moves on.
func (w *World) Sleep(ctx context.Context, d time.Duration) error {
	w.mu.Lock()
	w.now = w.now.Add(d)
	w.mu.Unlock()
	if d > 0 {
		w.note("~ wait %v", d)
	}
	return ctx.Err()
}

// Float64 implements library.Random.
func (w *World) Float64() float64 { return w.script.random }

// Send implements policy.Sender: the next answer for the URL.
func (w *World) Send(_ context.Context, call *policy.Call) (*exchange.Response, error) {
	url := call.Request.URL.String()
	w.note("> %s %s", call.Request.Method, url)
	for _, field := range call.Request.Headers.Fields() {
		for _, value := range field.Values {
			w.note("  %s: %s", strings.ToLower(field.Name), value)
		}
	}
	if data, err := call.Request.Body.Bytes(0); err == nil && len(data) > 0 {
		w.note("  %s", indent(string(data)))
	}
	if call.Proxy != "" {
		w.note("  through the proxy %s", call.Proxy)
	}
	if call.Certificate != "" {
		w.note("  with the certificate %s", call.Certificate)
	}
	a := w.take(url)
	switch {
	case a == nil:
		w.note("< no answer in the script")
		return nil, errors.New("no such host is known")
	case a.failure == "timeout":
		w.mu.Lock()
		w.now = w.now.Add(call.Timeout.After)
		w.mu.Unlock()
		w.note("< timeout after %v", call.Timeout.After)
		return nil, fmt.Errorf("the request timed out: %w", context.DeadlineExceeded)
	case a.failure != "":
		w.note("< %s", a.failure)
		return nil, errors.New("the connection was " + a.failure)
	}
	w.note("< %d", a.status)
	return &exchange.Response{StatusCode: a.status, Reason: http.StatusText(a.status), Headers: a.headers.Clone(), Body: body(a, call)}, nil
}

func body(a *answer, call *policy.Call) *exchange.Body {
	if call.BufferResponse {
		return exchange.NewBody([]byte(a.body))
	}
	return exchange.NewStream(stream{strings.NewReader(a.body)})
}

type stream struct{ *strings.Reader }

// Close implements io.Closer.
func (stream) Close() error { return nil }

// take is the next answer for a URL: the first that was not taken, else the last.
func (w *World) take(url string) *answer {
	w.mu.Lock()
	defer w.mu.Unlock()
	var last *answer
	for i := range w.script.answers {
		a := &w.script.answers[i]
		if a.prefix != "*" && !strings.HasPrefix(url, a.prefix) {
			continue
		}
		last = a
		if !a.taken {
			a.taken = true
			return a
		}
	}
	return last
}

// Choose implements policy.Backends: members of a pool take turns.
func (w *World) Choose(_ context.Context, id string) (*policy.Target, error) {
	members, isPool := w.script.pools[id]
	if !isPool {
		members = []string{id}
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	for range members {
		member := members[w.next[id]%len(members)]
		w.next[id]++
		target := w.script.backends[member]
		if target == nil {
			return nil, fmt.Errorf("%w: %s", policy.ErrNoBackend, member)
		}
		if b := w.script.breakers[member]; w.script.tripped[member] || (b != nil && b.Open(w.now)) {
			continue
		}
		chosen := *target
		if isPool {
			chosen.Type = "Pool"
		}
		return &chosen, nil
	}
	return nil, policy.ErrUnavailable
}

// Report implements policy.Backends: it tells the backend's breaker.
func (w *World) Report(_ context.Context, target *policy.Target, response *exchange.Response, _ error) {
	b := w.script.breakers[target.ID]
	if b == nil || response == nil {
		return
	}
	seconds, _ := strconv.Atoi(response.Headers.Get("Retry-After"))
	b.Report(w.Now(), response.StatusCode, time.Duration(seconds)*time.Second)
}

// ByURL implements policy.Backends.
func (w *World) ByURL(base string) string {
	url, err := exchange.ParseURL(base)
	if err != nil {
		return ""
	}
	for _, id := range slices.Sorted(maps.Keys(w.script.backends)) {
		if strings.EqualFold(strings.TrimSuffix(w.script.backends[id].URL.String(), "/"), strings.TrimSuffix(url.String(), "/")) {
			return id
		}
	}
	return ""
}

// Token implements policy.Identity.
func (w *World) Token(_ context.Context, resource, clientID string) (string, error) {
	token, ok := w.script.tokens[resource]
	if !ok {
		// Entra takes a resource with and without the slash behind it.
		if token, ok = w.script.tokens[strings.TrimSuffix(resource, "/")]; !ok {
			token, ok = w.script.tokens[resource+"/"]
		}
	}
	if !ok {
		return "", errors.New("no identity may have a token for " + resource)
	}
	w.note("@ token for %s%s", resource, clientID)
	return token, nil
}

// Authorization implements policy.Connections.
func (w *World) Authorization(_ context.Context, connection policy.Connection) (*policy.Authorization, error) {
	found := w.script.connections[policy.Connection{Provider: connection.Provider, ID: connection.ID}]
	if found == nil {
		return nil, errors.New("the script has no connection " + connection.ID + " of the provider " + connection.Provider)
	}
	who := "the service"
	if connection.Caller != "" {
		who = connection.Caller
	}
	w.note("@ authorization of %s/%s for %s", connection.Provider, connection.ID, who)
	return found, nil
}

// OpenID implements policy.Keys.
func (w *World) OpenID(_ context.Context, url string, _ bool) (*policy.OpenID, error) {
	configuration := w.script.configuration[url]
	if configuration == nil {
		return nil, errors.New("the script has no such configuration")
	}
	return configuration, nil
}

// Get implements policy.Cache.
func (w *World) Get(_ context.Context, key string) (any, bool, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	value, ok := w.cached[key]
	return value, ok, nil
}

// Store implements policy.Cache.
func (w *World) Store(_ context.Context, key string, value any, ttl time.Duration) error {
	w.mu.Lock()
	w.cached[key] = value
	w.mu.Unlock()
	w.note("# cache %s = %v for %v", strings.ReplaceAll(key, "\n", " "), printed(value), ttl)
	return nil
}

func printed(value any) any {
	if token, ok := value.(library.Token); ok {
		return library.JSON(token)
	}
	return value
}

// Remove implements policy.Cache.
func (w *World) Remove(_ context.Context, key string) error {
	w.mu.Lock()
	delete(w.cached, key)
	w.mu.Unlock()
	w.note("# cache %s removed", key)
	return nil
}

// Used implements policy.Counters; nothing is ever forgotten.
func (w *World) Used(_ context.Context, key string, window policy.Window, now time.Time) (float64, time.Duration, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	reset := window.Length
	if !window.Sliding {
		reset = window.Reset(now)
	}
	return w.counts[key], reset, nil
}

// Add implements policy.Counters.
func (w *World) Add(_ context.Context, key string, _ policy.Window, _ time.Time, amount float64) error {
	w.mu.Lock()
	w.counts[key] += amount
	w.mu.Unlock()
	w.note("# count %s + %v", key, amount)
	return nil
}

// Enter implements policy.Limiter.
func (w *World) Enter(key string, _ int) (func(), bool) {
	return func() {}, !w.script.busy[key]
}

// Trace implements policy.Log.
func (w *World) Trace(_ context.Context, m policy.Message) {
	w.note("! trace %s %s: %s%s", m.Severity, m.Source, m.Text, pairs(m.Metadata))
}

// Metric implements policy.Log.
func (w *World) Metric(_ context.Context, m policy.Metric) {
	w.note("! metric %s/%s = %v%s", m.Namespace, m.Name, m.Value, pairs(m.Dimensions))
}

// Event implements policy.Log.
func (w *World) Event(_ context.Context, e policy.Event) error {
	w.note("! event %s %s%s: %s", e.Logger, e.PartitionID, e.PartitionKey, e.Body)
	return nil
}

func pairs(m map[string]string) string {
	if len(m) == 0 {
		return ""
	}
	texts := make([]string, 0, len(m))
	for _, key := range slices.Sorted(maps.Keys(m)) {
		texts = append(texts, key+"="+m[key])
	}
	return " {" + strings.Join(texts, ", ") + "}"
}

func indent(s string) string {
	return strings.Join(slices.Collect(strings.SplitSeq(s, "\n")), "\n  ")
}
