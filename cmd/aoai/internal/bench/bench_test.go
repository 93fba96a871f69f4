package bench

import (
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
)

// silent are the scenarios in which a backend fails without a status: breakers, which
// look at statuses, stay closed.
var silent = []string{"reset-before", "hang", "region-lost", "dns"}

// Each scenario holds what our balancers promise: round robin loses no request that a
// backend could have served, and asks no backend twice; a pool makes no more attempts
// than it has members, and loses nothing where its breakers see what fails. Neither
// repeats what cannot succeed, or an answer that has begun, or half a body.
func TestScenarios(t *testing.T) {
	backends := Backends(3)
	ours, err := Ours(backends)
	require.NoError(t, err)
	require.GreaterOrEqual(t, len(Scenarios()), 12)
	for _, scenario := range Scenarios() {
		for _, policy := range ours {
			t.Run(scenario.Name+"/"+policy.Name, func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					got, err := Measure(t.Context(), scenario, policy, backends, false)
					require.NoError(t, err)
					require.Zero(t, got.Wasted, "attempts that could not succeed: %+v", got)
					require.Zero(t, got.Truncated, "attempts with half a body: %+v", got)
					require.LessOrEqual(t, got.MostAttempts, len(backends), "%+v", got)
					if got.Statuses[429] > 0 {
						require.InDelta(t, 1, got.ToldToWait, 0, "a 429 without a time to wait: %+v", got)
					}
					if policy.Name == "round-robin" {
						require.LessOrEqual(t, got.MostAtOne, 1, "a backend was asked twice: %+v", got)
					}
					if policy.Name == "round-robin" || !slices.Contains(silent, scenario.Name) {
						require.Zero(t, got.Lost, "a backend could have served them: %+v", got)
					}
					if scenario.breaks {
						require.InDelta(t, 1, got.Attempts, 0, "an answer that has begun was asked for again: %+v", got)
					}
					if scenario.Name == "capacity-1:3" && policy.Name == "pool" {
						require.InDelta(t, 3, float64(got.Spread[1])/float64(got.Spread[0]), 0.1, "weights: %+v", got)
					}
				})
			})
		}
	}
}

// One request after the other is spread strictly, and many at once are spread evenly
// when the cache keeps up. When it does not, they still are on average: chance alone
// stays within these bounds in all but one run of a thousand.
func TestSpread(t *testing.T) {
	backends := Backends(3)
	ours, err := Ours(backends)
	require.NoError(t, err)
	for name, c := range map[string]struct {
		mode CacheMode
		// gap bounds most minus least of one caller, off the deviation of many.
		gap int
		off float64
	}{
		"at once":  {CacheModes()[0], 1, 0.01},
		"the rest": {CacheMode{Name: "late and lossy", Delay: 50 * time.Millisecond, Lost: 0.1}, 20, 0.1},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				alone, err := MeasureSpread(t.Context(), ours[0], c.mode, backends, 100, 1)
				require.NoError(t, err)
				require.LessOrEqual(t, alone.Gap, c.gap, "%+v", alone)
				many, err := MeasureSpread(t.Context(), ours[0], c.mode, backends, 5_000, 64)
				require.NoError(t, err)
				require.LessOrEqual(t, many.Deviation, c.off, "%+v", many)
			})
		})
	}
}

// A policy that loses requests is told from one that does not: here one that waits 10
// seconds, six times, without changing its backend.
func TestMeasureTellsPoliciesApart(t *testing.T) {
	const waits = `<policies><inbound><base /><set-backend-service backend-id="account-1" />
		<authentication-managed-identity resource="https://cognitiveservices.azure.com" /></inbound>
		<backend><retry condition="@(context.Response.StatusCode >= 400)" count="6" interval="10"><forward-request buffer-request-body="true" /></retry></backend>
		<outbound><base /></outbound><on-error><base /></on-error></policies>`
	backends := Backends(3)
	scenarios := Scenarios()
	for name, check := range map[string]func(Result){
		"model-400":   func(r Result) { require.Equal(t, 6*r.Requests, r.Wasted, "%+v", r) },
		"region-lost": func(r Result) { require.Equal(t, r.Requests, r.Lost, "%+v", r) },
	} {
		at := slices.IndexFunc(scenarios, func(s Scenario) bool { return s.Name == name })
		scenario := scenarios[at]
		scenario.load.Requests = 8
		synctest.Test(t, func(t *testing.T) {
			result, err := Measure(t.Context(), scenario, Policy{Name: "waits", Document: waits}, backends, false)
			require.NoError(t, err)
			check(result)
		})
	}
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
