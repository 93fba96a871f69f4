package azure

import (
	"cmp"
	"math"
	"slices"

	"github.com/aoai-gateway/aoai-gateway/internal/faults"
)

// Validate returns every mistake of the table.
func (p *Prices) Validate() error {
	var list faults.List
	list.Need("asOf", !p.AsOf.IsZero())
	list.Need("currency", p.Currency != "")
	list.Need("region", p.Region != "")
	keys := map[string]bool{}
	for _, meter := range p.Meters {
		at := faults.Join("meters", meter.Key)
		if keys[meter.Key] {
			list.Add(at, "%q is there twice; give each meter a key of its own", meter.Key)
		}
		keys[meter.Key] = true
		list.Need(faults.Join(at, "key"), meter.Key != "")
		list.Need(faults.Join(at, "service"), meter.Service != "")
		list.Need(faults.Join(at, "product"), meter.Product != "")
		list.Need(faults.Join(at, "meter"), meter.Meter != "")
		if _, _, err := unitOf(meter.Unit); err != nil {
			list.Add(faults.Join(at, "unit"), "%q is no unit of the price list; write it like 1 Hour, 10K or 1 GB", meter.Unit)
		}
		for i := range meter.Prices {
			list.Merge(faults.Join(at, meter.Prices[i].Region), p.checkPrice(&meter.Prices[i]))
		}
	}
	return list.Err()
}

func (p *Prices) checkPrice(price *RegionPrice) error {
	var list faults.List
	list.Need("date", !price.Date.IsZero())
	list.Need("region", price.Region != "")
	if p.Page(price.Source) == "" {
		list.Add("source", "%q is not among the sources; name one of them", price.Source)
	}
	rises := func(a, b Tier) int { return cmp.Compare(a[0], b[0]) }
	if len(price.Tiers) == 0 || price.Tiers[0][0] != 0 || !slices.IsSortedFunc(price.Tiers, rises) {
		list.Add("tiers", "%v do not rise from 0; give tiers that begin at 0 and rise", price.Tiers)
	}
	for _, tier := range price.Tiers {
		if tier[1] < 0 || math.IsInf(tier[1], 0) {
			list.Add("tiers", "%v is no price; give 0 or more", tier[1])
		}
	}
	// A price that is not known must not look like one of nothing.
	if !slices.ContainsFunc(price.Tiers, func(tier Tier) bool { return tier[1] > 0 }) {
		list.Add("tiers", "%v cost nothing; remove a price that is not known", price.Tiers)
	}
	return list.Err()
}
