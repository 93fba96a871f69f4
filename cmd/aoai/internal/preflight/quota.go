package preflight

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/aoai-gateway/aoai-gateway/internal/arm"
)

// demand is what the plan takes of one quota of a region.
type demand struct {
	region, usage string
	more          float64
	by            []string
}

// quota adds up what deployments take, and looks whether so much is left. What other
// steps of the plan give back is not counted: Pulumi deletes last.
func (c *checker) quota(ctx context.Context, planned []deployment) error {
	demands := map[string]*demand{}
	for _, d := range planned {
		there, err := c.region(ctx, d.region)
		if err != nil {
			return fmt.Errorf("asking for the quota of %s: %w", d.region, err)
		}
		name := "OpenAI." + d.wanted.sku + "." + d.wanted.name
		if len(there.models) > 0 {
			_, sku, offered := withSKU(match(there.versions(d.wanted, d.kind), d.wanted.version), d.wanted.sku)
			if !offered {
				continue // that it cannot be deployed, models tells
			}
			if sku.Usage != "" {
				name = sku.Usage
			}
		}
		if d.more() <= 0 {
			continue
		}
		key := d.region + " " + arm.Fold(name)
		if demands[key] == nil {
			demands[key] = &demand{region: d.region, usage: name}
		}
		demands[key].more += d.more()
		demands[key].by = append(demands[key].by, fmt.Sprintf("%s %v", d.place, d.more()))
	}
	c.compare(demands)
	return nil
}

// compare finds demands that are greater than what is left.
func (c *checker) compare(demands map[string]*demand) {
	var unlisted, silent []string
	for _, key := range slices.Sorted(maps.Keys(demands)) {
		wanted := demands[key]
		there := c.regions[wanted.region]
		quota, listed := there.usages[arm.Fold(wanted.usage)]
		left := max(0, quota.Limit-quota.Current)
		switch {
		case there.usagesRefused, listed && wanted.more <= left:
			continue
		case len(there.usages) == 0:
			silent = append(silent, wanted.region)
			continue
		case !listed:
			unlisted = append(unlisted, wanted.usage+" in "+wanted.region)
			continue
		}
		c.find(Finding{
			Quota, quota.Name.Value + " in " + wanted.region, fmt.Sprint(wanted.more),
			fmt.Sprintf("the plan takes %v more (%s), and %v of %v are left", wanted.more, strings.Join(wanted.by, ", "), left, quota.Limit),
			fmt.Sprintf("lower their capacity by %v in all, choose another SKU or region, ask Azure for quota, or purge deleted accounts: "+
				"theirs is held for 48 hours", wanted.more-left),
		})
	}
	if len(silent) > 0 {
		c.note(Quota, "Azure lists no quota for this subscription, and none is checked, in %s", list(slices.Compact(silent)))
	}
	if len(unlisted) > 0 {
		c.note(Quota, "Azure lists no such quota for this subscription, and it is not checked: %s", list(unlisted))
	}
}
