package drift

import (
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/plugin"
)

// plan is the part of `pulumi preview --refresh --json` that drift needs.
type plan struct {
	Steps []step `json:"steps"`
}

type step struct {
	Operation string       `json:"op"`
	URN       resource.URN `json:"urn"`
	OldState  *state       `json:"oldState"`
	NewState  *state       `json:"newState"`
	// Reasons and Detailed are the properties that differ, as the provider tells them: by
	// their paths, or by no more than the names at the top of those.
	Reasons  []string       `json:"diffReasons"`
	Detailed map[string]any `json:"detailedDiff"`
}

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

type state struct {
	URN    resource.URN   `json:"urn"`
	ID     string         `json:"id"`
	Type   string         `json:"type"`
	Inputs map[string]any `json:"inputs"`
}

// deployment is the part of `pulumi stack export` that drift needs.
type deployment struct {
	Deployment struct {
		Resources []*state `json:"resources"`
	} `json:"deployment"`
}

// Deployed is what a stack deployed last, by URN.
type Deployed map[resource.URN]*state

// ReadDeployed reads an exported stack.
func ReadDeployed(raw []byte) (Deployed, error) {
	var exported deployment
	if err := json.Unmarshal(raw, &exported); err != nil {
		return nil, fmt.Errorf("decoding the exported stack: %w", err)
	}
	deployed := Deployed{}
	for _, each := range exported.Deployment.Resources {
		inputs, _ := masked(each.Inputs).(map[string]any)
		each.Inputs = inputs
		deployed[each.URN] = each
	}
	return deployed, nil
}

// secret is what a plan shows of a secret; an exported stack has it encrypted, in an
// object with resource.SigKey.
const secret = "[secret]"

// unknown stands in a plan for what is known only when another resource has been written.
const unknown = plugin.UnknownStringValue

// masked is a value with its secrets as a plan shows them.
func masked(value any) any {
	switch value := value.(type) {
	case map[string]any:
		if _, encrypted := value[resource.SigKey]; encrypted {
			return secret
		}
		for name, member := range value {
			value[name] = masked(member)
		}
	case []any:
		for i, element := range value {
			value[i] = masked(element)
		}
	}
	return value
}

// Compare turns a plan made after a refresh into differences: its old states are what
// Azure has, its new ones what the program wants.
func Compare(rawPlan []byte, deployed Deployed) (*Report, error) {
	var plan plan
	if err := json.Unmarshal(rawPlan, &plan); err != nil {
		return nil, fmt.Errorf("decoding pulumi's plan: %w", err)
	}
	report := &Report{Drift: []Change{}, Ignored: []Ignored{}, Upgrades: []Change{}, operations: map[resource.URN]string{}}
	for _, step := range plan.Steps {
		// A refresh step is the look at Azure; what it found, the steps behind it undo.
		if slices.Contains([]string{"same", "read", "refresh"}, step.Operation) {
			continue
		}
		report.operations[step.URN] = step.Operation
		report.compare(step, deployed[step.URN])
	}
	return report, nil
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
	for _, at := range step.differing() {
		each := whole
		each.Property = at.String()
		if isPolicy(step.URN.Type()) && each.Property == "format" {
			continue // the service does not tell it; a document is compared as a whole
		}
		each.Wanted, each.Found = at.in(step.NewState.Inputs), at.in(step.OldState.Inputs)
		if deployed != nil {
			each.Deployed = at.in(deployed.Inputs)
		}
		if each.Wanted == unknown && deployed != nil && !reflect.DeepEqual(each.Found, each.Deployed) {
			each.Wanted = each.Deployed // as far as anybody knows
		}
		if isPolicy(step.URN.Type()) && each.Property == "value" && reflect.DeepEqual(each.Wanted, each.Deployed) {
			continue // ReadPolicies compares the documents themselves
		}
		if why := meaningless(each); why != "" {
			r.Ignored = append(r.Ignored, Ignored{each.Resource, each.Property, why})
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
