// Package drill puts a running topology under load while things go wrong on command, and
// reports what callers have felt.
package drill

import (
	"errors"
	"fmt"
	"os"
	"slices"
	"time"

	"github.com/aoai-gateway/aoai-gateway/internal/faults"
	"github.com/aoai-gateway/aoai-gateway/internal/strictjson"
	"github.com/aoai-gateway/aoai-gateway/sandbox/network"
)

// Script is a timed list of faults, and the load that goes on meanwhile.
type Script struct {
	// Name is the report's title.
	Name string `json:"name"`
	// DurationSeconds is how long all of it takes; 1 to 3600.
	DurationSeconds int  `json:"durationSeconds"`
	Load            Load `json:"load"`
	// Steps come in the order of their times.
	Steps []Step `json:"steps"`
}

// Load is what callers do: chat completions at an even rate, whatever becomes of them.
type Load struct {
	// RequestsPerSecond is 1 to 500, default 10.
	RequestsPerSecond int `json:"requestsPerSecond"`
	// Locations are the edge locations that requests come in at, in turns; none for the
	// first.
	Locations []string `json:"locations"`
	// Model is the deployment that is asked for; default the first of the stack.
	Model string `json:"model"`
	// TimeoutSeconds is how long a caller waits; 1 to 600, default 30.
	TimeoutSeconds int `json:"timeoutSeconds"`
	// ClientRetries is how often the client tries again by itself; 0 (default) shows what
	// the topology does. OpenAI's own default is 2.
	ClientRetries int `json:"clientRetries"`
}

// Step is a moment at which faults change, or where callers send their requests.
type Step struct {
	// AtSeconds is after the beginning.
	AtSeconds int `json:"atSeconds"`
	// Note says what happens, for the report.
	Note string `json:"note"`
	// Faults are all that are in force from now on.
	Faults []network.Fault `json:"faults"`
	// Callers are where requests are sent from now on: edge (default) or gateways, which is
	// around the edge.
	Callers string `json:"callers,omitempty"`
}

// The values of Callers.
const (
	CallersEdge     = "edge"
	CallersGateways = "gateways"
)

// UsesGateways reports whether callers go around the edge in some step.
func (s Script) UsesGateways() bool {
	return slices.ContainsFunc(s.Steps, func(step Step) bool { return step.Callers == CallersGateways })
}

// aroundEdge reports whether a request that begins at a time goes around the edge.
func (s Script) aroundEdge(at time.Duration) bool {
	around := false
	for _, step := range s.Steps {
		if at >= time.Duration(step.AtSeconds)*time.Second {
			around = step.Callers == CallersGateways
		}
	}
	return around
}

// Read reads a script. The error names every mistake with its place.
func Read(path string) (Script, error) {
	raw, err := os.ReadFile(path)
	if err != nil {
		return Script{}, fmt.Errorf("reading the drill: %w", err)
	}
	script := Script{Load: Load{RequestsPerSecond: 10, TimeoutSeconds: 30}}
	if err := strictjson.Decode(raw, &script); err != nil {
		return Script{}, fmt.Errorf("reading the drill %s: %w", path, err)
	}
	if err := script.Validate(); err != nil {
		return Script{}, fmt.Errorf("reading the drill %s: %w", path, err)
	}
	return script, nil
}

// Validate returns every mistake.
func (s Script) Validate() error {
	var list faults.List
	if s.Name == "" {
		list.Add("name", "is missing")
	}
	list.Between("durationSeconds", s.DurationSeconds, 1, 3600, "s")
	list.Between("load.requestsPerSecond", s.Load.RequestsPerSecond, 1, 500, "requests")
	list.Between("load.timeoutSeconds", s.Load.TimeoutSeconds, 1, 600, "s")
	list.Between("load.clientRetries", s.Load.ClientRetries, 0, 10, "retries")
	if len(s.Steps) == 0 {
		list.Add("steps", "is empty: nothing would go wrong").Remedy("list what happens, such as {atSeconds: 10, note: a region is lost, faults: [...]}")
	}
	before := -1
	for i, step := range s.Steps {
		at := fmt.Sprintf("steps[%d]", i)
		if step.AtSeconds <= before || step.AtSeconds >= s.DurationSeconds {
			list.Add(at+".atSeconds", "%d comes at the wrong time", step.AtSeconds).About(step.AtSeconds).Remedy("let steps follow each other, and end before durationSeconds (%d)", s.DurationSeconds)
		}
		before = step.AtSeconds
		if step.Note == "" {
			list.Add(at+".note", "is missing: say what happens")
		}
		if err := (&network.Faults{}).Order(step.Faults); err != nil {
			list.Add(at+".faults", "%v", err)
		}
		if step.Callers != "" {
			list.OneOf(at+".callers", step.Callers, []string{CallersEdge, CallersGateways})
		}
	}
	return list.Err()
}

// phases are the times between steps, each with what was done at its beginning, until a drill
// ended.
func (s Script) phases(ended time.Duration) []Phase {
	phases := []Phase{{Note: "before anything goes wrong", To: ended.Seconds()}}
	for _, step := range s.Steps {
		at := float64(step.AtSeconds)
		if at >= ended.Seconds() {
			break
		}
		phases[len(phases)-1].To = at
		phases = append(phases, Phase{Note: step.Note, From: at, To: ended.Seconds()})
	}
	return phases
}

func (s Script) duration() time.Duration { return time.Duration(s.DurationSeconds) * time.Second }

// errNothing says that no request has ended.
var errNothing = errors.New("no request has ended: is the load too small, or the script too short?")
