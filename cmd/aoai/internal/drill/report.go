package drill

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/aoai-gateway/aoai-gateway/sandbox/network"
)

// Report is what callers have felt.
type Report struct {
	Script Script `json:"script"`
	// BrokenOffAt is when the drill was broken off, in seconds; 0 for one that was played to
	// its end.
	BrokenOffAt float64 `json:"brokenOffAtSeconds,omitempty"`
	// Requests are all that ended, and Failed those without a good answer.
	Requests int `json:"requests"`
	Failed   int `json:"failed"`
	// InFlight are those of the failed ones that were broken off while faults came: nothing
	// could have saved them but their caller.
	InFlight int     `json:"inFlight"`
	Phases   []Phase `json:"phases"`

	samples []sample
}

// Phase is the time from one step to the next.
type Phase struct {
	Note string `json:"note"`
	// From and To are seconds after the beginning.
	From     float64 `json:"fromSeconds"`
	To       float64 `json:"toSeconds"`
	Requests int     `json:"requests"`
	Failed   int     `json:"failed"`
	// P50 and P99 are of what was answered well, in milliseconds.
	P50 float64 `json:"p50Ms"`
	P99 float64 `json:"p99Ms"`
	// Ways are where requests went, the most used first; Failures what became of the
	// others, by status or reason.
	Ways     []Share `json:"ways"`
	Failures []Share `json:"failures,omitempty"`
}

// Share is how many requests had something in common.
type Share struct {
	Of    string `json:"of"`
	Count int    `json:"count"`
}

// newReport is the report of a drill that ended at a time.
func newReport(script Script, samples []sample, ended time.Duration) (*Report, error) {
	if len(samples) == 0 {
		return nil, errNothing
	}
	r := &Report{Script: script, Requests: len(samples), Phases: script.phases(ended), samples: sortedByTime(samples)}
	if ended < script.duration() {
		r.BrokenOffAt = ended.Seconds()
	}
	for i := range r.Phases {
		phase := &r.Phases[i]
		var took []time.Duration
		ways, failures := map[string]int{}, map[string]int{}
		for _, s := range r.samples {
			if s.at.Seconds() < phase.From || (s.at.Seconds() >= phase.To && i < len(r.Phases)-1) {
				continue
			}
			phase.Requests++
			if s.good() {
				took = append(took, s.took)
				ways[s.way.String()]++
				continue
			}
			phase.Failed++
			failures[s.failure()]++
			if s.status == 0 && script.cut(s.at, s.at+s.took) {
				r.InFlight++
			}
		}
		slices.Sort(took)
		phase.P50, phase.P99 = quantile(took, 0.5), quantile(took, 0.99)
		phase.Ways, phase.Failures = shares(ways), shares(failures)
		r.Failed += phase.Failed
	}
	return r, nil
}

// cutWithin is how soon after a fault a request has failed that the fault cut off.
const cutWithin = time.Second

// cuts reports whether a step closes connections.
func (s Step) cuts() bool {
	return slices.ContainsFunc(s.Faults, func(fault network.Fault) bool { return fault.Kind == "unreachable" || fault.Kind == "reset" })
}

// cut reports whether a request was cut off: a fault that closes connections came while it
// was under way, and it failed at once.
func (s Script) cut(began, failed time.Duration) bool {
	return slices.ContainsFunc(s.Steps, func(step Step) bool {
		at := time.Duration(step.AtSeconds) * time.Second
		return began < at && at <= failed && failed < at+cutWithin && step.cuts()
	})
}

func (s sample) good() bool { return s.status >= 200 && s.status < 300 }

func (s sample) failure() string {
	if s.status == 0 {
		return "no answer: " + s.why
	}
	return fmt.Sprint(s.status)
}

// String is the way in words.
func (w Way) String() string {
	var parts []string
	for _, each := range []struct{ before, value string }{{"at ", w.Location}, {"around the edge to ", w.Direct}, {"gateway ", w.Gateway}, {"account ", w.Backend}, {"model in ", w.Model}} {
		if each.value != "" {
			parts = append(parts, each.before+each.value)
		}
	}
	if parts == nil {
		return "unknown"
	}
	return strings.Join(parts, ", ")
}

func shares(counts map[string]int) []Share {
	list := make([]Share, 0, len(counts))
	for of, count := range counts {
		list = append(list, Share{of, count})
	}
	slices.SortFunc(list, func(a, b Share) int { return cmp.Or(cmp.Compare(b.Count, a.Count), cmp.Compare(a.Of, b.Of)) })
	return list
}

// quantile is that of sorted times, in milliseconds.
func quantile(sorted []time.Duration, q float64) float64 {
	if len(sorted) == 0 {
		return 0
	}
	return float64(sorted[min(len(sorted)-1, int(q*float64(len(sorted))))].Microseconds()) / 1000
}

// Markdown is the report for people; picture is the name of the timeline's file.
func (r *Report) Markdown(picture string) string {
	var b strings.Builder
	line := func(format string, args ...any) { _, _ = fmt.Fprintf(&b, format+"\n", args...) }
	line("# Drill: %s\n", r.Script.Name)
	if r.BrokenOffAt > 0 {
		line("**The drill was broken off after %.0f of %d s.** What came later in the script did not happen.\n", r.BrokenOffAt, r.Script.DurationSeconds)
	}
	line("%d requests in %.0f s, %d a second; %d failed (%.3f %% availability), %d of these were in flight when something was lost.\n",
		r.Requests, cmp.Or(r.BrokenOffAt, float64(r.Script.DurationSeconds)), r.Script.Load.RequestsPerSecond, r.Failed, r.Availability()*100, r.InFlight)
	line("![timeline](%s)\n", picture)
	line("| from | what happened | requests | failed | p50 | p99 |")
	line("|---|---|---|---|---|---|")
	for _, phase := range r.Phases {
		line("| %d s | %s | %d | %d | %.0f ms | %.0f ms |", int(phase.From), cell(phase.Note), phase.Requests, phase.Failed, phase.P50, phase.P99)
	}
	line("\nWhere requests went:\n")
	line("| from | way | requests |")
	line("|---|---|---|")
	for _, phase := range r.Phases {
		for _, way := range phase.Ways {
			line("| %d s | %s | %d |", int(phase.From), cell(way.Of), way.Count)
		}
		for _, failure := range phase.Failures {
			line("| %d s | **failed**: %s | %d |", int(phase.From), cell(failure.Of), failure.Count)
		}
	}
	return b.String()
}

// Availability is the share of requests that were answered well.
func (r *Report) Availability() float64 { return 1 - float64(r.Failed)/float64(r.Requests) }

// cell is a text that keeps within a table's cell.
func cell(text string) string {
	return strings.NewReplacer("|", "\\|", "\n", " ").Replace(text)
}
