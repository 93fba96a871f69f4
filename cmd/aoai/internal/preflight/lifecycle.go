package preflight

import (
	"slices"
	"strings"
	"time"
)

// retirementNotice is how long before its retirement a model is told of: Azure writes to
// its users 60 days ahead. Source: Azure OpenAI's page on retirements.
const retirementNotice = 60 * 24 * time.Hour

// closed says why a model takes no new deployments, "" where it does. Azure refuses them
// with ServiceModelDeprecating, and after the date with ServiceModelDeprecated. Sources:
// public reports of both codes.
func (c *checker) closed(of model, sku modelSKU) string {
	end, dated := end(of, sku)
	if dated && !c.now.Before(end) {
		return "the version is retired since " + end.Format(time.DateOnly)
	}
	if status := of.Model.Lifecycle; slices.Contains([]string{"Deprecating", "Deprecated"}, status) {
		return "the version is " + strings.ToLower(status) + ", and takes no new deployments"
	}
	return ""
}

// open are the versions that take new deployments, by the SKUs that do.
func (c *checker) open(versions []model) []model {
	var open []model
	for _, each := range versions {
		each.Model.SKUs = slices.DeleteFunc(slices.Clone(each.Model.SKUs), func(sku modelSKU) bool { return c.closed(each, sku) != "" })
		if len(each.Model.SKUs) > 0 {
			open = append(open, each)
		}
	}
	return open
}

// warn notes that a model is retired soon.
func (c *checker) warn(d deployment, of model, sku modelSKU) {
	if end, dated := end(of, sku); dated && end.Sub(c.now) < retirementNotice {
		c.note(Models, "%s in %s: %s is retired on %s, and does not answer any more then", d.place, d.region, d.wanted, end.Format(time.DateOnly))
	}
}

// end is when a model, or its SKU, is retired; false where Azure names no date.
func end(of model, sku modelSKU) (time.Time, bool) {
	var first time.Time
	for _, text := range []string{of.Model.Deprecation.Inference, sku.DeprecationDate} {
		date, err := time.Parse(time.RFC3339, text)
		if err == nil && (first.IsZero() || date.Before(first)) {
			first = date
		}
	}
	return first, !first.IsZero()
}
