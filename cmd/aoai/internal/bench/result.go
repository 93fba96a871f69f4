package bench

import (
	"cmp"
	"context"
	"maps"
	"math/rand/v2"
	"net/http"
	"slices"
	"time"

	"github.com/aoai-gateway/aoai-gateway/internal/policy"
	"github.com/aoai-gateway/aoai-gateway/sandbox/lab"
	"github.com/aoai-gateway/aoai-gateway/sandbox/network"
)

// Result is what a policy made of a scenario.
type Result struct {
	Scenario string `json:"scenario"`
	Says     string `json:"says"`
	Policy   string `json:"policy"`
	Requests int    `json:"requests"`
	// Struck is how often the scenario's faults hit.
	Struck int `json:"struck"`
	// Success is the share of requests that were answered whole with 200, among those that
	// the scenario counts: all, or those that have nothing to do with what goes wrong.
	Success float64 `json:"success"`
	// Broken is the backend that the faults hit, "" where they hit others, too; where a
	// scenario breaks one backend, the result is that of the worst one to lose. Setting is that
	// of the switches which gave the result.
	Broken  string `json:"broken,omitempty"`
	Setting string `json:"setting,omitempty"`
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
	// AddedP50 and AddedP99 are how much longer than a model takes callers waited who were
	// served, and HeldP99 how long those waited who were not, in milliseconds of virtual
	// time. FirstP50 is the time to the first byte of those who were served.
	AddedP50 float64 `json:"addedP50Ms"`
	AddedP99 float64 `json:"addedP99Ms"`
	HeldP99  float64 `json:"heldP99Ms"`
	FirstP50 float64 `json:"firstByteP50Ms"`
	// Spread is how many requests each backend served.
	Spread []int `json:"spread"`
	// Statuses are what callers got; 0 for no answer, -1 for one that broke off.
	Statuses map[int]int `json:"statuses"`
	// ToldToWait is the share of the 429s that came with a time to wait.
	ToldToWait float64 `json:"toldToWait"`
	// Truncated are attempts that were answered well without having sent the caller's
	// whole body.
	Truncated int `json:"truncated"`
}

// Settings are what Azure leaves open and policies have to stand: how an open breaker shows.
func Settings() map[string]policy.Switches {
	return map[string]policy.Switches{"response": {}, "error": {UnavailableIsError: true}}
}

// Measure puts a policy through a scenario: each backend breaks in turn where the scenario
// breaks one, under each setting, and the worst result counts. Backends are those that the
// policy knows, two at least. It has to run in virtual time.
func Measure(ctx context.Context, s Scenario, p Policy, backends []lab.Backend) (Result, error) {
	var worst Result
	targets := 1
	if s.one {
		targets = len(backends)
	}
	for target := range targets {
		for _, setting := range slices.Sorted(maps.Keys(Settings())) {
			if p.WithoutBreakers && setting != "response" {
				continue // no breaker opens
			}
			got, err := s.measure(ctx, p, backends, target, setting)
			if err != nil {
				return got, err
			}
			if worst.Policy == "" || got.worseThan(worst) {
				worst = got
			}
		}
	}
	return worst, nil
}

// worseThan compares what callers got, then what it cost.
func (r Result) worseThan(other Result) bool {
	return cmp.Or(cmp.Compare(other.Success, r.Success), cmp.Compare(r.MostAttempts, other.MostAttempts), cmp.Compare(r.MostAtOne, other.MostAtOne), cmp.Compare(r.Attempts, other.Attempts)) > 0
}

// measure is one run, in which one of the backends is the one that breaks.
func (s Scenario) measure(ctx context.Context, p Policy, backends []lab.Backend, target int, setting string) (Result, error) {
	backends = slices.Clone(backends)
	if s.shape != nil {
		s.shape(backends)
	}
	load := s.load
	if s.sized != nil {
		load = s.sized(backends)
	}
	chance := locked(rand.New(rand.NewPCG(1, 2)).Float64) //nolint:gosec // a measurement is no secret
	// A model takes its time before anything goes wrong with it.
	var faults []network.Fault
	for _, backend := range backends {
		faults = append(faults, network.Fault{Host: backend.Host(), Kind: "latency", DelayMS: load.takes()})
		if load.Stream {
			faults = append(faults, network.Fault{Host: backend.Host(), Kind: "slow-stream", DelayMS: pieceMS})
		}
	}
	normal := len(faults)
	if s.faults != nil {
		// The one that breaks comes first.
		faults = append(faults, s.faults(append(slices.Clone(backends[target:]), backends[:target]...))...)
	}
	run, err := drive(ctx, lab.Options{Backends: backends, Random: chance, Switches: Settings()[setting]}, p, faults, load)
	if err != nil {
		return Result{}, err
	}
	made := run.result(s, p, backends)
	made.Setting = setting
	if s.one {
		made.Broken = backends[target].ID
	}
	for _, n := range run.struck[normal:] {
		made.Struck += n
	}
	return made, nil
}

func (r *run) result(s Scenario, p Policy, backends []lab.Backend) Result {
	made := Result{Scenario: s.Name, Says: s.Says, Policy: p.Name, Requests: len(r.outcomes), Spread: r.count(backends), Statuses: map[int]int{}}
	var added, held, first []time.Duration
	attempts, throttled, told, counted := 0, 0, 0, 0
	for number, got := range r.outcomes {
		tries := r.attempts[number]
		attempts += len(tries)
		made.countAttempts(tries, got.size, s.hopeless)
		if got.broken {
			made.Statuses[-1]++
		} else {
			made.Statuses[got.status]++
		}
		if got.status == http.StatusTooManyRequests {
			throttled++
			if got.retryAfter != "" {
				told++
			}
		}
		if s.counts != nil && !s.counts(r.load, number) {
			continue
		}
		counted++
		if got.status == http.StatusOK && !got.broken {
			added = append(added, max(0, got.elapsed-r.load.nominal()))
			first = append(first, got.firstByte)
		} else {
			held = append(held, got.elapsed)
		}
	}
	if s.servable {
		made.Lost = len(held)
	}
	made.Success = float64(len(added)) / float64(max(1, counted))
	made.Attempts = float64(attempts) / float64(len(r.outcomes))
	made.AddedP50, made.AddedP99 = percentile(added, 0.5), percentile(added, 0.99)
	made.HeldP99, made.FirstP50 = percentile(held, 0.99), percentile(first, 0.5)
	if throttled > 0 {
		made.ToldToWait = float64(told) / float64(throttled)
	}
	return made
}

// countAttempts counts those of one request.
func (r *Result) countAttempts(tries []*attempt, size int, hopeless bool) {
	r.MostAttempts = max(r.MostAttempts, len(tries))
	at := map[string]int{}
	for _, try := range tries {
		at[try.host]++
		r.MostAtOne = max(r.MostAtOne, at[try.host])
		if try.accepted.Load() && try.sent.Load() != int64(size) {
			r.Truncated++
		}
	}
	if hopeless {
		r.Wasted += max(0, len(tries)-1)
	}
}

// nominal is how long a request takes when nothing goes wrong.
func (l Load) nominal() time.Duration {
	took := time.Duration(l.takes()) * time.Millisecond
	if l.Stream {
		took += streamPieces * pieceMS * time.Millisecond
	}
	return took
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
