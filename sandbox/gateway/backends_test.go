package gateway_test

import (
	"context"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/aoai-gateway/aoai-gateway/sandbox/gateway"
	"github.com/aoai-gateway/aoai-gateway/sandbox/lab"
	"github.com/aoai-gateway/aoai-gateway/sandbox/network"
)

// regionsOf are the regions that answered n requests, by count.
func regionsOf(t *testing.T, l *lab.Lab, n int) map[string]int {
	t.Helper()
	counts := map[string]int{}
	for range n {
		counts[ask(t, l, chatPath).header.Get("x-ms-region")]++
	}
	return counts
}

// Members of a pool are used by weight, and those of a later priority only while all
// earlier ones are tripped.
func TestPools(t *testing.T) {
	t.Parallel()
	backends := []lab.Backend{
		{ID: "north", Region: "swedencentral", Weight: 1}, {ID: "south", Region: "francecentral", Weight: 3}, {ID: "spare", Region: "polandcentral", Priority: 2},
	}
	inLab(t, lab.Options{Backends: backends, Document: forward("pool-gpt-4o", "")}, func(t *testing.T, l *lab.Lab) {
		require.Equal(t, map[string]int{"swedencentral": 10, "francecentral": 30}, regionsOf(t, l, 40))
		order(t, l, network.Fault{Host: "south", Kind: "status", Status: 503})
		require.Equal(t, 503, ask(t, l, chatPath).status, "the first failure goes to the caller of a policy without retry")
		require.Equal(t, map[string]int{"swedencentral": 5}, regionsOf(t, l, 5), "its breaker is open")
		order(t, l, network.Fault{Host: "north", Kind: "status", Status: 429, RetryAfterSeconds: 30})
		require.Equal(t, 429, ask(t, l, chatPath).status)
		require.Equal(t, map[string]int{"polandcentral": 4}, regionsOf(t, l, 4), "all of the first priority are tripped")
		order(t, l)
		time.Sleep(11 * time.Second)
		require.Equal(t, map[string]int{"francecentral": 4}, regionsOf(t, l, 4), "10 s later south is tried again; north asked for 30 s")
		time.Sleep(20 * time.Second)
		require.Equal(t, map[string]int{"swedencentral": 1, "francecentral": 3}, regionsOf(t, l, 4))
		order(t, l, network.Fault{Host: "north", Kind: "status", Status: 500}, network.Fault{Host: "south", Kind: "status", Status: 500}, network.Fault{Host: "spare", Kind: "status", Status: 500})
		for range 3 {
			require.Equal(t, 500, ask(t, l, chatPath).status)
		}
		before := asked(l, "spare.openai.azure.com")
		require.Equal(t, 503, ask(t, l, chatPath).status, "all are tripped")
		require.Equal(t, before, asked(l, "spare.openai.azure.com"))
	})
}

// Each unit keeps breakers of its own: one that has seen no failure goes on asking.
func TestUnitsKeepTheirOwnBreakers(t *testing.T) {
	t.Parallel()
	inLab(t, lab.Options{Units: 2, Document: forward("north", "")}, func(t *testing.T, l *lab.Lab) {
		order(t, l, network.Fault{Host: "north", Kind: "status", Status: 429, RetryAfterSeconds: 60})
		// Each caller has a connection, and so a unit.
		for range 12 {
			client := l.Network.Transport()
			got, err := tryTo(t, &http.Client{Transport: client}, http.MethodPost, "https://"+lab.Gateway+chatPath, `{"messages":[{"role":"user","content":"Hello"}]}`, "api-key: "+l.Key)
			client.CloseIdleConnections()
			require.NoError(t, err)
			require.Contains(t, []int{429, 503}, got.status)
		}
		require.EqualValues(t, 2, asked(l, "north.openai.azure.com"), "each unit asks once, and opens its breaker")
	})
}

// A stream reaches the caller piece by piece, at the pace of the model.
func TestStreamsAreNotHeldUp(t *testing.T) {
	t.Parallel()
	inLab(t, lab.Options{Document: forward("north", "")}, func(t *testing.T, l *lab.Lab) {
		order(t, l, network.Fault{Host: "north", Kind: "slow-stream", DelayMS: 1000})
		began := time.Now()
		request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, "https://"+lab.Gateway+chatPath, strings.NewReader(`{"stream":true,"messages":[{"role":"user","content":"Hello"}]}`))
		require.NoError(t, err)
		request.Header.Set("api-key", l.Key)
		response, err := l.Client().Do(request)
		require.NoError(t, err)
		piece := make([]byte, 1<<16)
		_, err = response.Body.Read(piece)
		require.NoError(t, err)
		require.Equal(t, time.Second, time.Since(began), "the first piece comes after a second")
		_, err = io.Copy(io.Discard, response.Body)
		require.NoError(t, err)
		require.NoError(t, response.Body.Close())
		require.Greater(t, time.Since(began), 20*time.Second, "there are more than 20 pieces")
	})
}

// The stream of a backend that breaks is broken off for the caller, too: half an answer never looks
// whole.
func TestBrokenStreamsBreakOff(t *testing.T) {
	t.Parallel()
	inLab(t, lab.Options{Document: forward("north", "")}, func(t *testing.T, l *lab.Lab) {
		order(t, l, network.Fault{Host: "north", Kind: "reset-stream", AfterBytes: 700})
		got, err := tryTo(t, l.Client(), http.MethodPost, "https://"+lab.Gateway+chatPath, `{"stream":true,"messages":[{"role":"user","content":"Hello"}]}`, "api-key: "+l.Key)
		require.Error(t, err)
		require.Equal(t, 200, got.status)
		require.NotContains(t, got.body, "[DONE]")
	})
}

// A caller who leaves takes the request to the backend with him.
func TestCallersWhoLeave(t *testing.T) {
	t.Parallel()
	inLab(t, lab.Options{Document: forward("north", "")}, func(t *testing.T, l *lab.Lab) {
		order(t, l, network.Fault{Host: "north", Kind: "hang"})
		impatient := l.Client()
		impatient.Timeout = 3 * time.Second
		_, err := tryTo(t, impatient, http.MethodPost, "https://"+lab.Gateway+chatPath, `{"messages":[{"role":"user","content":"Hello"}]}`, "api-key: "+l.Key)
		require.ErrorIs(t, err, context.DeadlineExceeded)
		synctest.Wait()
		for _, host := range l.Network.Addresses() {
			require.Zero(t, host.Counts.InFlight, host.Host)
		}
	})
}

// No answer within the policy's time is an error at that time, for every kind of
// silence; and each kind of connection that fails is one at once.
func TestBackendsThatFail(t *testing.T) {
	t.Parallel()
	for kind, c := range map[string]struct {
		fault network.Fault
		after time.Duration
	}{
		"hang":        {network.Fault{Kind: "hang"}, 10 * time.Second},
		"latency":     {network.Fault{Kind: "latency", DelayMS: 15_000}, 10 * time.Second},
		"reset":       {network.Fault{Kind: "reset"}, 0},
		"dns":         {network.Fault{Kind: "dns"}, 0},
		"unreachable": {network.Fault{Kind: "unreachable"}, 0},
	} {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			inLab(t, lab.Options{Document: forward("north", "")}, func(t *testing.T, l *lab.Lab) {
				c.fault.Host = "north"
				order(t, l, c.fault)
				began := time.Now()
				got := ask(t, l, chatPath)
				require.Equal(t, 500, got.status)
				require.Contains(t, got.body, "Internal server error")
				require.Equal(t, c.after, time.Since(began))
				require.Equal(t, 200, func() int { order(t, l); return ask(t, l, chatPath).status }(), "breakers look at statuses, and stay closed")
			})
		})
	}
}

// A value in the cache is seen when the cache is told to show it, and lost when it is
// told to lose it; on Consumption there is no cache.
func TestCache(t *testing.T) {
	t.Parallel()
	const counts = `<policies><inbound><base />
		<cache-lookup-value key="n" variable-name="n" default-value="@(0)" />
		<cache-store-value key="n" value="@(Convert.ToInt32(context.Variables["n"]) + 1)" duration="60" />
		<return-response><set-body>@(context.Variables["n"].ToString())</set-body></return-response></inbound>
		<backend><base /></backend><outbound><base /></outbound><on-error><base /></on-error></policies>`
	for name, c := range map[string]struct {
		options lab.Options
		want    string
	}{
		"at once":     {lab.Options{}, "0 1 2 3"},
		"late":        {lab.Options{Cache: gateway.CacheBehaviour{Delay: 150 * time.Millisecond}}, "0 0 1 1"},
		"lost":        {lab.Options{Cache: gateway.CacheBehaviour{Lost: 1}}, "0 0 0 0"},
		"Consumption": {lab.Options{SKU: "Consumption"}, "0 0 0 0"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c.options.Document = counts
			inLab(t, c.options, func(t *testing.T, l *lab.Lab) {
				var seen []string
				for range 4 {
					seen = append(seen, ask(t, l, chatPath).body)
					time.Sleep(100 * time.Millisecond)
				}
				require.Equal(t, c.want, strings.Join(seen, " "))
				if name == "at once" {
					time.Sleep(61 * time.Second)
					require.Equal(t, "0", ask(t, l, chatPath).body, "a value ends with its duration")
				}
			})
		})
	}
}

// limit-concurrency bounds what is under way in a unit.
func TestConcurrencyIsLimited(t *testing.T) {
	t.Parallel()
	const limited = `<policies><inbound><base /><set-backend-service backend-id="north" /><set-header name="api-key" exists-action="delete" /><authentication-managed-identity resource="https://cognitiveservices.azure.com" /></inbound>
		<backend><limit-concurrency key="all" max-count="2"><forward-request /></limit-concurrency></backend><outbound><base /></outbound><on-error><base /></on-error></policies>`
	inLab(t, lab.Options{Document: limited}, func(t *testing.T, l *lab.Lab) {
		order(t, l, network.Fault{Host: "north", Kind: "latency", DelayMS: 500})
		statuses := map[int]int{}
		var mu sync.Mutex
		var callers sync.WaitGroup
		for range 5 {
			callers.Go(func() {
				got := ask(t, l, chatPath)
				mu.Lock()
				defer mu.Unlock()
				statuses[got.status]++
			})
		}
		callers.Wait()
		require.Equal(t, map[int]int{200: 2, 429: 3}, statuses)
	})
}
