package bench

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httputil"
	"net/url"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/aoai-gateway/aoai-gateway/policies"
	"github.com/aoai-gateway/aoai-gateway/sandbox/lab"
	"github.com/aoai-gateway/aoai-gateway/sandbox/network"
)

// fullPolicy is what pattern apim deploys with limits and metrics.
func fullPolicy(tb testing.TB, backends []lab.Backend) string {
	tb.Helper()
	ids := make([]string, len(backends))
	for i, backend := range backends {
		ids[i] = backend.ID
	}
	rendered, err := policies.Compose(policies.Access{SubscriptionKey: true}, policies.Model{},
		policies.Limited{Key: policies.ByCaller, Limits: policies.Limits{Calls: 1_000_000, CallsPeriodSeconds: 60, TokensPerMinute: 1_000_000_000}},
		policies.RoundRobin{Name: "bench", Waits: policies.DefaultWaits(), Timeouts: policies.DefaultAttemptTimeouts(), Routes: []policies.Route{{Model: "gpt-4o", Backends: ids}}},
		policies.TokenMetrics{}, policies.ManagedIdentity{}, policies.Errors{})
	require.NoError(tb, err)
	return rendered.Document
}

// loopback is a lab over real sockets, without TLS.
func loopback(tb testing.TB) (l *lab.Lab, gatewayURL, accountURL string) {
	tb.Helper()
	backends := Backends(2)
	for i := range backends {
		backends[i].Capacity = 1_000_000
	}
	l, err := lab.New(context.Background(), lab.Options{Dir: tb.TempDir(), Backends: backends, Medium: &network.Loopback{}, Document: fullPolicy(tb, backends)})
	require.NoError(tb, err)
	tb.Cleanup(func() { require.NoError(tb, l.Close()) })
	for _, host := range l.Network.Addresses() {
		switch host.Host {
		case lab.Gateway:
			gatewayURL = host.URL
		case backends[0].Host():
			accountURL = host.URL
		}
	}
	return l, gatewayURL, accountURL
}

// bareProxy forwards to an account with a token, and does nothing else.
func bareProxy(tb testing.TB, l *lab.Lab, account string) string {
	tb.Helper()
	target, err := url.Parse(account)
	require.NoError(tb, err)
	token, err := l.IdentityToken()
	require.NoError(tb, err)
	return serveProxy(tb, target, func(out *http.Request) {
		out.Header.Del("api-key")
		out.Header.Set("Authorization", "Bearer "+token)
	})
}

// proxyBefore passes requests on as they are: the least that a hop before a server costs.
func proxyBefore(tb testing.TB, server string) string {
	tb.Helper()
	target, err := url.Parse(server)
	require.NoError(tb, err)
	return serveProxy(tb, target, func(*http.Request) {})
}

// serveProxy is a bare reverse proxy, which changes requests on their way.
func serveProxy(tb testing.TB, target *url.URL, change func(out *http.Request)) string {
	tb.Helper()
	proxy := &httputil.ReverseProxy{
		ErrorLog:  log.New(io.Discard, "", 0), // callers leave when a measurement ends
		Transport: &http.Transport{MaxIdleConnsPerHost: 1024},
		Rewrite: func(r *httputil.ProxyRequest) {
			r.SetURL(target)
			change(r.Out)
		},
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(tb, err)
	server := &http.Server{Handler: proxy, ReadHeaderTimeout: time.Second}
	go func() { _ = server.Serve(listener) }()
	tb.Cleanup(func() { _ = server.Close() })
	return "http://" + listener.Addr().String()
}

const overheadCallers, requests = 32, 4000

// load sends requests by callers at once, and returns requests a second and p99.
func load(tb testing.TB, base, key string) (rate float64, p99 time.Duration) {
	tb.Helper()
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: overheadCallers}}
	defer client.CloseIdleConnections()
	body := []byte(`{"messages":[{"role":"user","content":"How long does it take to get through a gateway?"}]}`)
	times := make([]time.Duration, requests)
	var next atomic.Int64
	var callers sync.WaitGroup
	began := time.Now()
	for range overheadCallers {
		callers.Go(func() {
			for {
				n := int(next.Add(1)) - 1
				if n >= requests {
					return
				}
				start := time.Now()
				request, err := http.NewRequest(http.MethodPost, base+"/openai/deployments/gpt-4o/chat/completions?api-version=2024-10-21", bytes.NewReader(body))
				if err != nil {
					panic(err)
				}
				request.Header.Set("Content-Type", "application/json")
				request.Header.Set("api-key", key)
				response, err := client.Do(request)
				if err != nil {
					panic(err)
				}
				_, _ = io.Copy(io.Discard, response.Body)
				_ = response.Body.Close()
				if response.StatusCode != http.StatusOK {
					panic(response.Status)
				}
				times[n] = time.Since(start)
			}
		})
	}
	callers.Wait()
	rate = float64(requests) / time.Since(began).Seconds()
	slices.Sort(times)
	return rate, times[requests*99/100]
}

// measured is what some loads have told.
type measured struct {
	rate, processors float64
	p99              time.Duration
}

// add puts load on a server, and adds what it tells.
func (m *measured) add(tb testing.TB, base, key string) {
	tb.Helper()
	before := processors(tb)
	rate, p99 := load(tb, base, key)
	m.processors += float64((processors(tb) - before).Microseconds()) / requests
	m.rate, m.p99 = m.rate+rate, m.p99+p99
}

// report tells the means of so many loads.
func (m *measured) report(b *testing.B, name string, loads float64) {
	b.Helper()
	b.ReportMetric(m.rate/loads, name+"-requests/s")
	b.ReportMetric(m.processors/loads, name+"-cpu-us/request")
	b.ReportMetric(float64(m.p99.Microseconds())/loads/1000, name+"-p99-ms")
}

// BenchmarkOverhead compares the gateway, with all of pattern apim's policy, with a
// bare reverse proxy in front of the same account, turn by turn in one run.
func BenchmarkOverhead(b *testing.B) {
	l, gateway, account := loopback(b)
	bare := bareProxy(b, l, account)
	load(b, gateway, l.Key)
	load(b, bare, l.Key)
	var ours, its measured
	rounds := 0.0
	for b.Loop() {
		ours.add(b, gateway, l.Key)
		its.add(b, bare, l.Key)
		rounds++
	}
	b.ReportMetric(0, "ns/op")
	ours.report(b, "gateway", rounds)
	its.report(b, "bare", rounds)
	b.ReportMetric(ours.rate/its.rate*100, "%of-bare")
	b.ReportMetric(its.processors/max(ours.processors, 1)*100, "%of-bare-cpu")
}

// BenchmarkStreams measures the memory of 1,000 streams that are open at once: of
// gateway, account and callers together, and of the same through the bare proxy. Each
// has a lab of its own.
func BenchmarkStreams(b *testing.B) {
	for name, base := range map[string]func(l *lab.Lab, gateway, account string) string{
		"gateway": func(_ *lab.Lab, gateway, _ string) string { return gateway },
		"bare":    func(l *lab.Lab, _, account string) string { return bareProxy(b, l, account) },
	} {
		b.Run(name, func(b *testing.B) {
			l, gateway, account := loopback(b)
			asked := base(l, gateway, account)
			var taken []float64
			for b.Loop() {
				taken = append(taken, openStreams(b, l, asked))
			}
			slices.Sort(taken)
			b.ReportMetric(0, "ns/op")
			b.ReportMetric(taken[len(taken)/2], "MB-per-1000-streams")
		})
	}
}

// openStreams is how many megabytes 1,000 open streams take.
func openStreams(b *testing.B, l *lab.Lab, base string) float64 {
	b.Helper()
	const streams = 1000
	var slow []network.Fault
	for _, backend := range Backends(2) {
		slow = append(slow, network.Fault{Host: backend.Host(), Kind: "slow-stream", DelayMS: 200})
	}
	require.NoError(b, l.Network.Faults.Order(slow))
	before := inUse()
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: streams}}
	var open, done sync.WaitGroup
	release := make(chan struct{})
	open.Add(streams)
	for range streams {
		done.Go(func() {
			request, err := http.NewRequest(http.MethodPost, base+"/openai/deployments/gpt-4o/chat/completions?api-version=2024-10-21", strings.NewReader(`{"stream":true,"messages":[{"role":"user","content":"Hello"}]}`))
			if err != nil {
				panic(err)
			}
			request.Header.Set("api-key", l.Key)
			response, err := client.Do(request)
			if err != nil {
				panic(err)
			}
			if _, err := io.ReadFull(response.Body, make([]byte, 100)); err != nil {
				panic(fmt.Sprintf("the stream ended early: %v", err))
			}
			open.Done()
			<-release
			_ = response.Body.Close()
		})
	}
	open.Wait()
	taken := inUse() - before
	close(release)
	done.Wait()
	client.CloseIdleConnections()
	require.NoError(b, l.Network.Faults.Order(nil))
	return taken
}

// inUse is memory that the process holds, in megabytes, garbage aside.
func inUse() float64 {
	runtime.GC()
	runtime.GC()
	var stats runtime.MemStats
	runtime.ReadMemStats(&stats)
	return float64(stats.HeapAlloc+stats.StackInuse) / 1e6
}
