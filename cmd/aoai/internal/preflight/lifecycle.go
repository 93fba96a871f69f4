package preflight

import (
	"context"
	"slices"
	"time"

	"github.com/aoai-gateway/aoai-gateway/internal/arm"
	"github.com/aoai-gateway/aoai-gateway/internal/azure"
)

// closed says why a model takes no new deployments, "" where it does. Azure refuses them
// with ServiceModelDeprecating, unless the subscription has used the model, and after the
// date with ServiceModelDeprecated. Legacy takes them. Sources: public reports of both codes,
// and https://learn.microsoft.com/azure/foundry/openai/concepts/model-retirements
func (c *checker) closed(of model, sku modelSKU) string {
	end, dated := end(of, sku)
	switch {
	case dated && !c.now.Before(end):
		return "the version is retired since " + end.Format(time.DateOnly)
	case of.Model.Lifecycle == "Deprecated":
		return "the version is deprecated, and takes no new deployments"
	case of.Model.Lifecycle == azure.LifecycleDeprecating && !c.useUntold && !c.used[usedModel{arm.Fold(of.Model.Name), of.Model.Version}]:
		return "the version is deprecating, and takes new deployments only of subscriptions that have used it; this one has none of it"
	}
	return ""
}

// usedModel is a version of a model, with its name folded.
type usedModel struct{ name, version string }

// lookForUse asks which models the subscription has deployed, where the answer decides: where
// a planned deployment is of a model that is deprecating.
func (c *checker) lookForUse(ctx context.Context, there *region, d deployment) error {
	deprecating := slices.ContainsFunc(match(there.versions(d.wanted, d.kind), d.wanted.version), func(m model) bool { return m.Model.Lifecycle == azure.LifecycleDeprecating })
	if !deprecating || c.used != nil {
		return nil
	}
	c.used = map[usedModel]bool{}
	found, err := c.cloud.List(ctx, c.subscription+"/providers/"+accounts, "2024-10-01")
	if err != nil {
		c.useUntold = true
		return c.tolerate(Models, "which models the subscription uses", err)
	}
	for _, account := range found {
		deployed, err := c.cloud.List(ctx, inputs(account).text("id")+"/deployments", "2024-10-01")
		if err != nil {
			c.useUntold = true
			return c.tolerate(Models, "which models "+inputs(account).text("name")+" has", err)
		}
		for _, each := range deployed {
			c.used[usedModel{arm.Fold(inputs(each).text("properties", "model", "name")), inputs(each).text("properties", "model", "version")}] = true
		}
	}
	return nil
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

// warn notes that a model is retired soon, or takes no deployments of others any more.
func (c *checker) warn(d deployment, of model, sku modelSKU) {
	switch {
	case of.Model.Lifecycle == azure.LifecycleDeprecating && c.useUntold:
		c.note(Models, "%s in %s: %s is deprecating; Azure takes the deployment only if the subscription has used the model", d.place, d.region, d.wanted)
	case of.Model.Lifecycle == azure.LifecycleDeprecating:
		c.note(Models, "%s in %s: %s is deprecating; Azure takes the deployment, as the subscription has used the model", d.place, d.region, d.wanted)
	}
	if end, dated := end(of, sku); dated && end.Sub(c.now) < azure.RetiresSoon {
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
