package preflight

import (
	"cmp"
	"slices"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"

	"github.com/aoai-gateway/aoai-gateway/internal/arm"
	"github.com/aoai-gateway/aoai-gateway/internal/engine"
)

// Plan is what a stack would change in Azure.
type Plan struct {
	steps []*step
	// strangers are planned types that this project does not know.
	strangers []string
}

// step is one resource that is created, replaced, changed or deleted.
type step struct {
	operation string
	urn       resource.URN
	kind      *arm.ResourceType
	// inputs are what the program wants, before what Azure has; nil where there is none.
	inputs, before inputs
	// from are the resources that an input comes from, by the input's name.
	from map[string][]resource.URN
}

// inputs are those of a resource, as a plan shows them.
type inputs map[string]any

// PlanOf takes from a plan what concerns Azure.
func PlanOf(planned *engine.Plan, contract *arm.Contract) *Plan {
	plan := &Plan{}
	for _, each := range planned.Steps {
		token := string(each.URN.Type())
		change := &step{operation: each.Operation, urn: each.URN}
		if !strings.HasPrefix(token, "azure-native:") || !change.creates() && !change.writes() && !change.deletes() {
			continue
		}
		kind, known := contract.ByToken(token)
		if !known {
			plan.strangers = append(plan.strangers, token)
			continue
		}
		change.kind = kind
		if each.NewState != nil {
			change.inputs, change.from = each.NewState.Inputs, each.NewState.From
		}
		if each.OldState != nil {
			change.before = each.OldState.Inputs
		}
		plan.steps = append(plan.steps, change)
	}
	// Pulumi plans in parallel, in another order each time.
	slices.SortStableFunc(plan.steps, func(a, b *step) int { return cmp.Compare(a.urn, b.urn) })
	return plan
}

// find is the planned change of a resource, nil for none.
func (p *Plan) find(urn resource.URN) *step {
	for _, each := range p.steps {
		if each.urn == urn {
			return each
		}
	}
	return nil
}

// createsGroup reports whether the plan makes a resource group of the name; the name may
// be unknown, "".
func (p *Plan) createsGroup(name string) bool {
	return slices.ContainsFunc(p.steps, func(s *step) bool {
		return s.kind.ARMType == resourceGroups && s.creates() && strings.EqualFold(s.inputs.text("resourceGroupName"), name)
	})
}

// creates reports whether there will be a new resource.
func (s *step) creates() bool {
	return slices.Contains([]string{"create", "replace", "create-replacement"}, s.operation)
}

// writes reports whether a resource is created or changed.
func (s *step) writes() bool { return s.creates() || s.operation == "update" }

// deletes reports whether a resource goes.
func (s *step) deletes() bool {
	return slices.Contains([]string{"delete", "replace", "delete-replaced"}, s.operation)
}

// place is how people find the resource: its type and its name in the stack.
func (s *step) place() string {
	token := string(s.urn.Type())
	return token[strings.LastIndexByte(token, ':')+1:] + " " + s.urn.Name()
}

// wanted are the inputs of a resource that stays, else those of the one that goes.
func (s *step) wanted() inputs {
	if s.inputs != nil {
		return s.inputs
	}
	return s.before
}

// at finds a member by its path, nil where there is none.
func (in inputs) at(path ...string) any {
	var value any = map[string]any(in)
	for _, name := range path {
		object, _ := value.(map[string]any)
		value = object[name]
	}
	return value
}

// text is a text by its path; "" where there is none, or where it is not known yet.
func (in inputs) text(path ...string) string {
	value, _ := in.at(path...).(string)
	if value == engine.Unknown {
		return ""
	}
	return value
}

func (in inputs) number(path ...string) float64 {
	value, _ := in.at(path...).(float64)
	return value
}
