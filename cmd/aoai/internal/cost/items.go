package cost

import (
	"cmp"
	"slices"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"

	"github.com/aoai-gateway/aoai-gateway/internal/arm"
	"github.com/aoai-gateway/aoai-gateway/internal/engine"
)

// item is one resource of Azure that a plan leaves in place.
type item struct {
	urn, parent resource.URN
	place, kind string
	inputs      map[string]any
	// existing was there before, and is paid for elsewhere.
	existing bool
}

// leaves are the operations after which a resource is there, as the plan's NewState tells.
var leaves = []string{"same", "create", "update", "replace", "create-replacement", "import", "refresh", "read", "read-replacement"}

// itemsOf takes from a plan what will be there.
func itemsOf(plan *engine.Plan, contract *arm.Contract) []*item {
	byURN := map[resource.URN]*item{}
	for _, step := range plan.Steps {
		token := string(step.URN.Type())
		if step.NewState == nil || !strings.HasPrefix(token, "azure-native:") || !slices.Contains(leaves, step.Operation) {
			continue
		}
		made := &item{
			urn: step.URN, parent: step.NewState.Parent, inputs: step.NewState.Inputs, kind: token,
			place:    token[strings.LastIndexByte(token, ':')+1:] + " " + step.URN.Name(),
			existing: strings.HasPrefix(step.Operation, "read"),
		}
		if known, found := contract.ByToken(token); found {
			made.kind = known.ARMType
		}
		byURN[step.URN] = made
	}
	items := make([]*item, 0, len(byURN))
	for _, each := range byURN {
		items = append(items, each)
	}
	slices.SortFunc(items, func(a, b *item) int { return cmp.Compare(a.urn, b.urn) })
	return items
}

// at finds a member by its path, nil where there is none.
func (i *item) at(path ...string) any {
	var value any = i.inputs
	for _, name := range path {
		object, _ := value.(map[string]any)
		value = object[name]
	}
	return value
}

// text is a text by its path; "" where there is none, or where it is not known yet.
func (i *item) text(path ...string) string { return known(i.at(path...)) }

func (i *item) number(path ...string) float64 {
	value, _ := i.at(path...).(float64)
	return value
}

func (i *item) region() string { return arm.NormalRegion(i.text("location")) }

// known is a text that a plan knows.
func known(value any) string {
	text, _ := value.(string)
	if text == engine.Unknown {
		return ""
	}
	return text
}
