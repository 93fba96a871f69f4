package drift

import (
	"maps"
	"reflect"
	"slices"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"

	"github.com/aoai-gateway/aoai-gateway/internal/engine"
)

// step is what up would do to one resource.
type step struct{ engine.Step }

// properties are the names, sorted, of the inputs in which the provider sees a difference.
func (s step) properties() []string {
	var properties []string
	for _, path := range slices.AppendSeq(slices.Clone(s.Reasons), maps.Keys(s.Detailed)) {
		top, _, _ := strings.Cut(path, ".")
		top, _, _ = strings.Cut(top, "[")
		properties = append(properties, top)
	}
	slices.Sort(properties)
	return slices.Compact(properties)
}

// differing are the paths at which what Azure has differs from what the program wants: as
// deep as they lead, so that each difference is told by itself, whatever the provider tells.
func (s step) differing() []path {
	var differing []path
	for _, name := range s.properties() {
		found, wanted, top := s.OldState.Inputs[name], s.NewState.Inputs[name], path{name}
		deep := differences(found, wanted, top)
		if len(deep) == 0 {
			deep = secrets(wanted, top)
		}
		if len(deep) == 0 {
			deep = []path{top} // only the provider knows
		}
		differing = append(differing, deep...)
	}
	return differing
}

// differingFrom are the paths of differing; where the plan does not know yet what is wanted,
// those at which what Azure has differs from what was deployed.
func (s step) differingFrom(deployed *state) []path {
	var differing []path
	for _, at := range s.differing() {
		if deployed == nil || at.in(s.NewState.Inputs) != unknown {
			differing = append(differing, at)
			continue
		}
		deep := differences(at.in(s.OldState.Inputs), at.in(deployed.Inputs), at)
		if len(deep) == 0 {
			deep = []path{at}
		}
		differing = append(differing, deep...)
	}
	return differing
}

// The hand-offs of the engine, by the words of this package.
type (
	state = engine.Resource
	// Deployed is what a stack deployed last, by URN.
	Deployed = engine.State
)

const (
	secret  = engine.Secret
	unknown = engine.Unknown
)

// Compare turns a plan made after a refresh into differences: its old states are what
// Azure has, its new ones what the program wants.
func Compare(plan *engine.Plan, deployed Deployed) *Report {
	report := &Report{Drift: []Change{}, Ignored: []Ignored{}, Upgrades: []Change{}, operations: map[resource.URN]string{}}
	for _, each := range plan.Steps {
		step := step{each}
		// A refresh step is the look at Azure; what it found, the steps behind it undo.
		if slices.Contains([]string{"same", "read", "refresh"}, step.Operation) {
			continue
		}
		report.operations[step.URN] = step.Operation
		report.compare(step, deployed[step.URN])
	}
	return report
}

// compare notes what differs in one resource.
func (r *Report) compare(step step, deployed *state) {
	whole := Change{Resource: step.URN.Name(), Type: string(step.URN.Type()), Operation: step.Operation, Cause: Pending}
	switch {
	case step.OldState != nil:
		whole.ID = step.OldState.ID
	case deployed != nil:
		whole.ID = deployed.ID
	}
	if step.OldState == nil || step.NewState == nil || len(step.properties()) == 0 {
		if step.Operation == "create" && deployed != nil {
			whole.Cause, whole.Likely = Outside, "somebody deleted it"
		}
		r.Drift = append(r.Drift, whole)
		return
	}
	for _, at := range step.differingFrom(deployed) {
		each := whole
		each.Property = at.String()
		if isPolicy(step.URN.Type()) && each.Property == "format" {
			continue // the service does not tell it; a document is compared as a whole
		}
		each.Wanted, each.Found = at.in(step.NewState.Inputs), at.in(step.OldState.Inputs)
		if at.unknownIn(step.NewState.Inputs) {
			each.Wanted = unknown
		}
		if deployed != nil {
			each.Deployed = at.in(deployed.Inputs)
		}
		if each.Wanted == unknown && deployed != nil && !reflect.DeepEqual(each.Found, each.Deployed) {
			each.Wanted = each.Deployed // as far as anybody knows
		}
		if isPolicy(step.URN.Type()) && each.Property == "value" && reflect.DeepEqual(each.Wanted, each.Deployed) {
			continue // ReadPolicies compares the documents themselves
		}
		var answered any
		if deployed != nil {
			answered = at.in(deployed.Outputs)
		}
		if why := meaningless(each, answered); why != "" {
			r.Ignored = append(r.Ignored, Ignored{each.Resource, each.Property, why})
			continue
		}
		if toldTwice(step, at, each.Found) {
			r.Ignored = append(r.Ignored, Ignored{each.Resource, each.Property, "the service tells its own host name before it"})
			continue
		}
		each.Cause = cause(each)
		each.Likely = likely(each)
		r.Drift = append(r.Drift, each)
	}
}

// cause tells who has changed a property.
func cause(c Change) Cause {
	outside, pending := !reflect.DeepEqual(c.Found, c.Deployed), !reflect.DeepEqual(c.Wanted, c.Deployed)
	switch {
	case outside && pending:
		return Both
	case pending, !outside: // what is secret, Azure does not answer
		return Pending
	default:
		return Outside
	}
}
