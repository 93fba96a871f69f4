package preflight

import (
	"context"
	"fmt"
	"strings"

	"github.com/aoai-gateway/aoai-gateway/internal/arm"
)

// offer is a model as it is deployed.
type offer struct {
	format, name, version, sku string
	// capacity is in units of 1,000 tokens a minute, or provisioned units.
	capacity float64
}

func (o offer) String() string {
	return strings.Join(strings.Fields(strings.Join([]string{o.name, o.version, o.sku}, " ")), " ")
}

// deployment is one that the plan creates or changes.
type deployment struct {
	place string
	// region and kind are those of its account; kind is "" where that is not known.
	region, kind string
	creates      bool
	wanted       offer
	before       *offer
}

// fresh reports whether Azure looks at the model again: not where only the capacity or
// the content filter changes.
func (d deployment) fresh() bool {
	return d.creates || d.before == nil || d.wanted.version != d.before.version || d.wanted.sku != d.before.sku
}

// more is how much more of its quota a deployment takes than it has now.
func (d deployment) more() float64 {
	if d.before != nil && d.before.name == d.wanted.name && d.before.sku == d.wanted.sku {
		return d.wanted.capacity - d.before.capacity
	}
	return d.wanted.capacity
}

// deployments are those that the plan creates or changes. Where the account is not found,
// nothing can be said of them.
func (c *checker) deployments(ctx context.Context) ([]deployment, error) {
	var planned []deployment
	var lost, unnamed []string
	for _, s := range c.plan.steps {
		if s.kind.ARMType != deployments || !s.writes() {
			continue
		}
		region, kind, err := c.account(ctx, s)
		if err != nil {
			return planned, fmt.Errorf("looking for the account of %s: %w", s.place(), err)
		}
		if region == "" {
			lost = append(lost, s.place())
			continue
		}
		if s.inputs.text("properties", "model", "name") == "" {
			unnamed = append(unnamed, s.place())
			continue
		}
		each := deployment{place: s.urn.Name(), region: arm.NormalRegion(region), kind: kind, creates: s.creates(), wanted: offerOf(s.inputs)}
		// What is replaced gives its quota back too late, or to a deleted account.
		if s.before != nil && !s.creates() {
			before := offerOf(s.before)
			each.before = &before
		}
		planned = append(planned, each)
	}
	if len(unnamed) > 0 {
		c.note(Models, "the model of these follows from what Azure has, as Azure may upgrade it, and neither model nor quota is checked: %s", list(unnamed))
	}
	if len(lost) > 0 {
		c.note(Models, "the region of these is not known before they are deployed, and neither model nor quota is checked: %s", list(lost))
	}
	return planned, nil
}

// account is the region and the kind of a deployment's account: as the plan has it, or
// as it is in Azure.
func (c *checker) account(ctx context.Context, s *step) (region, kind string, err error) {
	for _, urn := range s.from["accountName"] {
		if planned := c.plan.find(urn); planned != nil && planned.kind.ARMType == accounts && planned.inputs != nil {
			return planned.inputs.text("location"), planned.inputs.text("kind"), nil
		}
	}
	group, name := s.inputs.text("resourceGroupName"), s.inputs.text("accountName")
	if group == "" || name == "" {
		return "", "", nil
	}
	found, err := c.cloud.Get(ctx, c.subscription+"/resourceGroups/"+group+"/providers/"+accounts+"/"+name, s.kind.APIVersion)
	if err != nil {
		return "", "", err
	}
	return inputs(found).text("location"), inputs(found).text("kind"), nil
}

func offerOf(in inputs) offer {
	model := func(name string) string { return in.text("properties", "model", name) }
	return offer{model("format"), model("name"), model("version"), in.text("sku", "name"), in.number("sku", "capacity")}
}
