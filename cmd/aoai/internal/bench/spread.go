package bench

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"net/http"
	"slices"
	"time"

	"github.com/aoai-gateway/aoai-gateway/sandbox/gateway"
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
	// Cold is how many of the first requests (as many as there are callers) one backend
	// got at most.
	Cold int `json:"cold"`
	// Burst is how many of 30 requests in a row one backend got at most, the first tenth of the
	// requests aside; 30 over the number of backends is even.
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
	run, err := drive(ctx, lab.Options{Backends: backends, Random: chance, Cache: gateway.CacheBehaviour{Delay: mode.Delay, Lost: mode.Lost, Random: chance}}, p, faults, Load{Requests: requests, Callers: callers})
	if err != nil {
		return Spread{}, err
	}
	for number, got := range run.outcomes {
		if got.status != http.StatusOK {
			return Spread{}, fmt.Errorf("request %d got %d where nothing goes wrong: the policy has to serve all", number, got.status)
		}
	}
	order := run.order()
	made := Spread{
		Policy: p.Name, Cache: mode.Name, Callers: callers, Requests: requests, Counts: run.count(backends),
		Cold: most(order[:callers], callers), Burst: most(order[len(order)/10:], inARow),
	}
	made.Gap = slices.Max(made.Counts) - slices.Min(made.Counts)
	even := float64(requests) / float64(len(backends))
	for _, count := range made.Counts {
		made.Deviation = max(made.Deviation, math.Abs(float64(count)-even)/even)
	}
	return made, nil
}

// order are the backends that requests went to first, in the order of their time.
func (r *run) order() []string {
	type first struct {
		at     time.Time
		number int
		host   string
	}
	var list []first
	for number, attempts := range r.attempts {
		list = append(list, first{attempts[0].began, number, attempts[0].host})
	}
	slices.SortFunc(list, func(a, b first) int { return cmp.Or(a.at.Compare(b.at), cmp.Compare(a.number, b.number)) })
	hosts := make([]string, len(list))
	for i, each := range list {
		hosts[i] = each.host
	}
	return hosts
}

// most is how many of so many in a row are the same at most.
func most(hosts []string, row int) int {
	counts := map[string]int{}
	found := 0
	for i, host := range hosts {
		counts[host]++
		if i >= row {
			counts[hosts[i-row]]--
		}
		found = max(found, counts[host])
	}
	return found
}
