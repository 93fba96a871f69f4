package bench

import (
	"context"
	"math/rand/v2"
	"net/http"
	"slices"
	"time"

	"github.com/aoai-gateway/aoai-gateway/sandbox/lab"
	"github.com/aoai-gateway/aoai-gateway/sandbox/network"
)

// Result is what a policy made of a scenario.
type Result struct {
	Scenario string `json:"scenario"`
	Policy   string `json:"policy"`
	Requests int    `json:"requests"`
	// Success is the share of requests that were answered whole with 200.
	Success float64 `json:"success"`
	// Lost are requests that failed although some backend could have served them.
	Lost int `json:"lost"`
	// Attempts a request, on the mean and at most; MostAtOne is how often one backend
	// was asked for the same request at most.
	Attempts     float64 `json:"attempts"`
	MostAttempts int     `json:"mostAttempts"`
	MostAtOne    int     `json:"mostAtOneBackend"`
	// Wasted are attempts after the first of requests that no attempt could have
	// helped.
	Wasted int `json:"wasted"`
	// AddedP50 and AddedP99 are the time until the attempt that was answered began, in
	// milliseconds of virtual time.
	AddedP50 float64 `json:"addedP50Ms"`
	AddedP99 float64 `json:"addedP99Ms"`
	// Spread is how many requests each backend served.
	Spread []int `json:"spread"`
	// Statuses are what callers got; 0 for no answer, -1 for one that broke off.
	Statuses map[int]int `json:"statuses"`
	// ToldToWait is the share of the 429s that came with a time to wait.
	ToldToWait float64 `json:"toldToWait"`
	// Truncated are attempts whose body was not the one that the caller sent.
	Truncated int `json:"truncated"`
}

// Measure puts a policy through a scenario. Backends are those that the policy
// knows. It has to run in virtual time.
func Measure(ctx context.Context, s Scenario, p Policy, backends []lab.Backend, rootAPI bool) (Result, error) {
	backends = slices.Clone(backends)
	if s.shape != nil {
		s.shape(backends)
	}
	chance := locked(rand.New(rand.NewPCG(1, 2)).Float64) //nolint:gosec // chance that can be repeated is what a measurement needs
	var faults []network.Fault
	if s.faults != nil {
		faults = s.faults(backends)
	}
	for _, backend := range backends {
		faults = append(faults, network.Fault{Host: backend.Host(), Kind: "latency", DelayMS: modelMS, JitterMS: jitterMS})
	}
	run, err := drive(ctx, lab.Options{
		Backends: backends, Document: p.Document, Fragments: p.Fragments, NamedValues: p.NamedValues, RootAPI: rootAPI, Random: chance,
	}, faults, s.load)
	if err != nil {
		return Result{}, err
	}
	return run.result(s, p, backends), nil
}

func (r *run) result(s Scenario, p Policy, backends []lab.Backend) Result {
	made := Result{Scenario: s.Name, Policy: p.Name, Requests: len(r.outcomes), Spread: r.count(backends), Statuses: map[int]int{}}
	var added []time.Duration
	succeeded, attempts, throttled, told := 0, 0, 0, 0
	for number, got := range r.outcomes {
		tries := r.attempts[number]
		attempts += len(tries)
		made.MostAttempts = max(made.MostAttempts, len(tries))
		at := map[string]int{}
		for _, try := range tries {
			at[try.host]++
			made.MostAtOne = max(made.MostAtOne, at[try.host])
			if try.length != tries[0].length {
				made.Truncated++
			}
		}
		if s.hopeless {
			made.Wasted += max(0, len(tries)-1)
		}
		whole := got.status == http.StatusOK && !got.broken
		switch {
		case whole:
			succeeded++
			if len(tries) > 0 {
				added = append(added, tries[len(tries)-1].began.Sub(got.began))
			}
		case s.servable:
			made.Lost++
		}
		switch {
		case got.broken:
			made.Statuses[-1]++
		default:
			made.Statuses[got.status]++
		}
		if got.status == http.StatusTooManyRequests {
			throttled++
			if got.retryAfter != "" {
				told++
			}
		}
	}
	made.Success = float64(succeeded) / float64(len(r.outcomes))
	made.Attempts = float64(attempts) / float64(len(r.outcomes))
	made.AddedP50, made.AddedP99 = percentile(added, 0.5), percentile(added, 0.99)
	if throttled > 0 {
		made.ToldToWait = float64(told) / float64(throttled)
	}
	return made
}

// percentile in milliseconds; 0 of nothing.
func percentile(times []time.Duration, share float64) float64 {
	if len(times) == 0 {
		return 0
	}
	slices.Sort(times)
	at := min(len(times)-1, int(share*float64(len(times))))
	return float64(times[at].Microseconds()) / 1000
}
