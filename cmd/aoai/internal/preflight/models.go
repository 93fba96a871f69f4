package preflight

import (
	"context"
	"fmt"
	"math"
	"slices"

	"github.com/aoai-gateway/aoai-gateway/internal/suggest"
)

// models looks whether each deployment's region has its model, version and SKU.
func (c *checker) models(ctx context.Context, planned []deployment) error {
	var silent []string
	for _, d := range planned {
		there, err := c.region(ctx, d.region)
		if err != nil {
			return fmt.Errorf("asking what %s offers: %w", d.region, err)
		}
		switch {
		case there.modelsRefused:
		case len(there.models) == 0:
			silent = append(silent, d.region)
		default:
			if err := c.lookForUse(ctx, there, d); err != nil {
				return err
			}
			c.offered(there, d)
		}
	}
	if len(silent) > 0 {
		slices.Sort(silent)
		c.note(Models, "Azure lists no model for this subscription, and none is checked, in %s", list(slices.Compact(silent)))
	}
	return nil
}

// offered finds what a region lacks for a deployment, and says what it has instead.
func (c *checker) offered(there *region, d deployment) {
	find := func(problem, remedy string) {
		c.find(Finding{Models, d.place + " in " + d.region, d.wanted.String(), problem, remedy})
	}
	versions := there.versions(d.wanted, d.kind)
	matching := match(versions, d.wanted.version)
	found, sku, hasSKU := withSKU(matching, d.wanted.sku)
	open := c.open(versions)
	switch {
	case len(versions) == 0:
		names := c.openNames(there, d.kind)
		find("the region does not offer the model", "choose another region, or one of its models: "+list(names)+suggest.Phrase(d.wanted.name, names))
	case len(matching) == 0:
		find("the region does not offer this version of the model", "choose "+anotherVersion(open))
	case !hasSKU:
		find("the region does not offer the model by this SKU", "choose "+anotherSKU(c.open(matching))+otherVersions(open, d.wanted.sku))
	case d.fresh() && c.closed(found, sku) != "":
		find(c.closed(found, sku), "choose "+anotherVersion(open))
	default:
		c.warn(d, found, sku)
	}
	if remedy := sku.Capacity.refuses(d.wanted.capacity); hasSKU && remedy != "" {
		c.find(Finding{
			Models, d.place + " in " + d.region, fmt.Sprintf("%s capacity %v", d.wanted, d.wanted.capacity),
			"a deployment cannot have this capacity", remedy,
		})
	}
}

// refuses says what would be right instead of a capacity, "" where it is.
func (limits capacity) refuses(wanted float64) string {
	switch minimum := value(limits.Minimum); {
	case len(limits.Allowed) > 0 && !slices.Contains(limits.Allowed, wanted):
		return fmt.Sprintf("choose one of %v", limits.Allowed)
	case len(limits.Allowed) > 0:
		return ""
	case wanted < minimum:
		return fmt.Sprintf("choose at least %v", minimum)
	case limits.Maximum != nil && *limits.Maximum > 0 && wanted > *limits.Maximum:
		return fmt.Sprintf("choose at most %v", *limits.Maximum)
	case value(limits.Step) > 0 && math.Mod(wanted-minimum, *limits.Step) != 0:
		return fmt.Sprintf("choose %v and steps of %v above it", minimum, *limits.Step)
	}
	return ""
}

func value(of *float64) float64 {
	if of == nil {
		return 0
	}
	return *of
}
