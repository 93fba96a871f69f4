package bench

import (
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/aoai-gateway/aoai-gateway/sandbox/lab"
)

// struckOut are the scenarios in which the first backend serves nobody.
var struckOut = []string{"one-429", "reset-before", "hang", "region-lost", "dns", "large-post"}

// only are the scenarios in which all callers get the same.
var only = map[string]int{"all-429": 429, "token-endpoint-down": 500, "model-400": 400, "all-down": 504}

// Each scenario holds what our balancers promise: no request is lost that a backend could
// have served, no backend is asked twice for one, and nothing is repeated that cannot
// succeed, or an answer that has begun, or half a body; round robin holds it without
// breakers, too. And each scenario is one: its faults strike, and show.
func TestScenarios(t *testing.T) {
	backends := Backends(3)
	ours, err := Ours(backends)
	require.NoError(t, err)
	require.GreaterOrEqual(t, len(Scenarios()), 38)
	var mu sync.Mutex
	results := map[string]Result{}
	t.Run("of", func(t *testing.T) { // which ends when all that run in parallel have ended
		for _, scenario := range Scenarios() {
			for _, policy := range ours {
				t.Run(scenario.Name+"/"+policy.Name, func(t *testing.T) {
					t.Parallel()
					synctest.Test(t, func(t *testing.T) {
						got, err := Measure(t.Context(), scenario, policy, backends)
						require.NoError(t, err)
						mu.Lock()
						results[scenario.Name+"/"+policy.Name] = got
						mu.Unlock()
						if scenario.faults != nil && scenario.Name != "token-endpoint-down-later" { // its point is that nobody asks
							require.Positive(t, got.Struck, "nothing went wrong: %+v", got)
						}
						if slices.Contains(struckOut, scenario.Name) {
							broken := max(0, slices.IndexFunc(backends, func(b lab.Backend) bool { return b.ID == got.Broken }))
							require.Zero(t, got.Spread[broken], "%+v", got)
						}
						if status, same := only[scenario.Name]; same {
							require.Equal(t, map[int]int{status: got.Requests}, got.Statuses)
						}
						require.Zero(t, got.Wasted, "attempts that could not succeed: %+v", got)
						require.Zero(t, got.Truncated, "attempts with half a body: %+v", got)
						if scenario.load.Retries == 0 && scenario.sized == nil {
							require.LessOrEqual(t, got.MostAttempts, len(backends), "%+v", got)
							require.LessOrEqual(t, got.MostAtOne, 1, "a backend was asked twice: %+v", got)
						}
						if slices.Contains([]string{"all-down-retried", "all-500-retried"}, scenario.Name) {
							require.LessOrEqual(t, got.MostAttempts, len(backends), "the client's retries cost no account anything: %+v", got)
						}
						if scenario.load.TakesMS > 0 {
							require.Equal(t, 1, got.MostAttempts, "one model is paid: %+v", got)
						}
						if got.Statuses[429] > 0 {
							require.InDelta(t, 1, got.ToldToWait, 0, "a 429 without a time to wait: %+v", got)
						}
						mayLose := 0
						if scenario.Name == "demand-190" {
							// Callers who come at one moment are served in any order, and a few use up
							// their retries: up to 2 of 225 were seen, of 41 with the policies before.
							mayLose = got.Requests / 50
						}
						require.LessOrEqual(t, got.Lost, mayLose, "a backend could have served them: %+v", got)
						if scenario.breaks {
							require.InDelta(t, 1, got.Attempts, 0, "an answer that has begun was asked for again: %+v", got)
							require.Positive(t, got.Statuses[-1])
							require.InDelta(t, modelMS+pieceMS, got.FirstP50, 1, "the stream is held up: %+v", got)
						}
						if scenario.one && !scenario.breaks && scenario.Name != "slow-backend" && scenario.sized == nil {
							require.Less(t, got.Attempts, 1.15, "what is known of a backend spares attempts: %+v", got)
							require.Greater(t, got.Attempts, 1.0, "%+v", got)
						}
					})
				})
			}
		}
	})
	// Weights and priorities are a pool's: by capacity, and what is paid for first.
	capacity, even := results["capacity-1:3/pool"], results["capacity-1:3/round-robin"]
	require.InDelta(t, 3, float64(capacity.Spread[1])/float64(capacity.Spread[0]), 0.1, "%+v", capacity)
	require.InDelta(t, 1, capacity.Attempts, 0, "no member is asked for more than it has: %+v", capacity)
	require.Greater(t, even.Attempts, 1.0, "round robin asks the small one for more than it has: %+v", even)
	provisioned, alike := results["provisioned/pool"].Spread, results["provisioned/round-robin"].Spread
	require.Greater(t, provisioned[0], alike[0]*3/2, "%v, %v", provisioned, alike)
	require.Positive(t, provisioned[1], "what is beyond goes to the others")
}

// One request after the other is spread strictly, also when the cache shows its stores
// late; many at once are spread evenly when it keeps up, and on average when it does not.
func TestSpread(t *testing.T) {
	backends := Backends(3)
	ours, err := Ours(backends)
	require.NoError(t, err)
	for name, c := range map[string]struct {
		mode CacheMode
		// off bounds the deviation of 64 callers.
		off float64
	}{
		"at once": {CacheModes()[0], 0.01},
		"late":    {CacheMode{Name: "late", Delay: 50 * time.Millisecond}, 0.1},
		"lossy":   {CacheMode{Name: "lossy", Delay: 5 * time.Millisecond, Lost: 0.1}, 0.1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				alone, err := MeasureSpread(t.Context(), ours[0], c.mode, backends, 100, 1)
				require.NoError(t, err)
				if c.mode.Lost == 0 {
					require.LessOrEqual(t, alone.Gap, 1, "%+v", alone)
				}
				many, err := MeasureSpread(t.Context(), ours[0], c.mode, backends, 4_000, 64)
				require.NoError(t, err)
				require.LessOrEqual(t, many.Deviation, c.off, "%+v", many)
				require.Less(t, many.Cold, 45, "the first 64 requests did not spread: %+v", many)
			})
		})
	}
}

// A policy that loses, repeats or holds up is told from one that does not: here one that
// waits 10 seconds, six times, without changing its backend, and holds answers back.
func TestMeasureTellsPoliciesApart(t *testing.T) {
	const waits = `<policies><inbound><base /><set-backend-service backend-id="account-1" />
		<authentication-managed-identity resource="https://cognitiveservices.azure.com" /></inbound>
		<backend><retry condition="@(context.Response.StatusCode >= 400)" count="6" interval="10"><forward-request buffer-request-body="true" /></retry></backend>
		<outbound><base /></outbound><on-error><base /></on-error></policies>`
	backends := Backends(3)
	checks := map[string]func(t *testing.T, r Result){
		"model-400": func(t *testing.T, r Result) {
			require.Equal(t, 6*r.Requests, r.Wasted)
			require.Greater(t, r.HeldP99, 60_000.0)
		},
		"region-lost":     func(t *testing.T, r Result) { require.Equal(t, r.Requests, r.Lost) },
		"slow-backend":    func(t *testing.T, r Result) { require.InDelta(t, 20_000, r.AddedP50, 1) },
		"reset-in-stream": func(t *testing.T, r Result) { require.Zero(t, r.Statuses[-1]) },
	}
	for _, scenario := range Scenarios() {
		check := checks[scenario.Name]
		if check == nil {
			continue
		}
		scenario.load.Requests = 8
		t.Run(scenario.Name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				result, err := Measure(t.Context(), scenario, Policy{Name: "waits", Document: waits, WithoutBreakers: true}, backends)
				require.NoError(t, err)
				check(t, result)
			})
		})
	}
	spread := Policy{Name: "broken", Document: strings.Replace(waits, "account-1", "pool-none", 1)}
	synctest.Test(t, func(t *testing.T) {
		_, err := MeasureSpread(t.Context(), spread, CacheModes()[0], backends, 10, 1)
		require.Error(t, err, "a spread of failures is none")
	})
}

// What is measured is told whole: every policy and scenario is in the table and in the
// picture.
func TestReports(t *testing.T) {
	results := []Result{
		{Scenario: "healthy", Policy: "round-robin", Requests: 3, Success: 1, Attempts: 1, Spread: []int{1, 1, 1}, Statuses: map[int]int{200: 3}},
		{Scenario: "all-429", Policy: "mine & yours", Requests: 3, Success: 0, Attempts: 7, Spread: []int{0, 0, 0}, Statuses: map[int]int{429: 3}},
	}
	table, picture := Table(results), ScenarioChart(results)
	for _, want := range []string{"healthy", "round-robin", "all-429", "1/1/1"} {
		require.Contains(t, table, want)
	}
	require.Contains(t, picture, "mine &amp; yours")
	require.True(t, strings.HasPrefix(picture, "<svg") && strings.HasSuffix(picture, "</svg>\n"))
	spreads := []Spread{{Policy: "round-robin", Cache: "5 ms late", Callers: 64, Requests: 10, Counts: []int{4, 3, 3}, Gap: 1, Deviation: 0.2, Burst: 4}}
	require.Contains(t, SpreadTable(spreads), "4/3/3")
	require.Contains(t, SpreadChart(spreads), "5 ms late")
}
