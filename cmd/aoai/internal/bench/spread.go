package bench

import (
	"cmp"
	"context"
	"math"
	"math/rand/v2"
	"net/http"
	"slices"
	"time"

	"github.com/aoai-gateway/aoai-gateway/sandbox/lab"
	"github.com/aoai-gateway/aoai-gateway/sandbox/network"
)

// CacheMode is a behaviour of the gateway's cache.
type CacheMode struct {
	Name  string
	Delay time.Duration
	// Lost is the share of stores that are lost, 0 to 1.
	Lost float64
}

// CacheModes are those that a rotation is measured by: the service promises none of
// them.
func CacheModes() []CacheMode {
	return []CacheMode{
		{Name: "at once"},
		{Name: "5 ms late", Delay: 5 * time.Millisecond},
		{Name: "50 ms late", Delay: 50 * time.Millisecond},
		{Name: "10 % lost", Lost: 0.1},
		{Name: "50 ms late, 10 % lost", Delay: 50 * time.Millisecond, Lost: 0.1},
	}
}

// Spread is how a policy spread requests that all backends could have served.
type Spread struct {
	Policy string `json:"policy"`
	Cache  string `json:"cache"`
	// Callers at once, and requests in all.
	Callers  int `json:"callers"`
	Requests int `json:"requests"`
	// Counts are the requests of each backend.
	Counts []int `json:"counts"`
	// Gap is the most minus the least.
	Gap int `json:"gap"`
	// Deviation is how far the backend that is farthest from an even share is off it,
	// as a share of that.
	Deviation float64 `json:"deviation"`
	// Burst is how many of 30 requests in a row one backend got at most; 30 over the
	// number of backends is even.
	Burst int `json:"burst"`
}

// inARow is how many requests a burst is looked for in.
const inARow = 30

// MeasureSpread sends requests by callers at once, without pauses. It has to run in
// virtual time.
func MeasureSpread(ctx context.Context, p Policy, mode CacheMode, backends []lab.Backend, requests, callers int) (Spread, error) {
	chance := locked(rand.New(rand.NewPCG(3, 5)).Float64) //nolint:gosec // chance that can be repeated is what a measurement needs
	var faults []network.Fault
	for _, backend := range backends {
		faults = append(faults, network.Fault{Host: backend.Host(), Kind: "latency", DelayMS: modelMS, JitterMS: jitterMS})
	}
	backends = slices.Clone(backends)
	for i := range backends {
		backends[i].Capacity = 1_000_000
	}
	run, err := drive(ctx, lab.Options{
		Backends: backends, Document: p.Document, Fragments: p.Fragments, NamedValues: p.NamedValues, Random: chance, Cache: cacheOf(mode.Delay, mode.Lost, chance),
	}, faults, Load{Requests: requests, Callers: callers})
	if err != nil {
		return Spread{}, err
	}
	made := Spread{Policy: p.Name, Cache: mode.Name, Callers: callers, Requests: requests, Counts: run.count(backends), Burst: run.burst()}
	made.Gap = slices.Max(made.Counts) - slices.Min(made.Counts)
	even := float64(requests) / float64(len(backends))
	for _, count := range made.Counts {
		made.Deviation = max(made.Deviation, math.Abs(float64(count)-even)/even)
	}
	return made, nil
}

// burst is the most of inARow requests in a row that one backend got first.
func (r *run) burst() int {
	type first struct {
		at     time.Time
		number int
		host   string
	}
	var order []first
	for number, attempts := range r.attempts {
		if r.outcomes[number].status == http.StatusOK {
			order = append(order, first{attempts[0].began, number, attempts[0].host})
		}
	}
	slices.SortStableFunc(order, func(a, b first) int { return cmp.Or(a.at.Compare(b.at), cmp.Compare(a.number, b.number)) })
	order = order[len(order)/10:]
	counts := map[string]int{}
	most := 0
	for i, each := range order {
		counts[each.host]++
		if i >= inARow {
			counts[order[i-inARow].host]--
		}
		most = max(most, counts[each.host])
	}
	return most
}
