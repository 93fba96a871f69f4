package cost

import (
	"fmt"
	"maps"
	"slices"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"

	"github.com/aoai-gateway/aoai-gateway/internal/arm"
	"github.com/aoai-gateway/aoai-gateway/internal/azure"
)

// models prices provisioned throughput by the hour, and the rest by tokens. Requests are
// shared out evenly among the names that callers ask for, then among the deployments of a
// name. Provisioned throughput is used first, so that a name that has some needs no tokens.
func (e *estimator) models() {
	regions := e.accountRegions()
	byName := map[string][]*item{}
	for _, each := range e.items {
		if each.kind == "Microsoft.CognitiveServices/accounts/deployments" {
			name := each.text("deploymentName")
			byName[name] = append(byName[name], each)
		}
	}
	if len(byName) == 0 {
		e.Notes = append(e.Notes, "the stack deploys no models: the tokens of existing accounts are not estimated")
	}
	for _, name := range slices.Sorted(maps.Keys(byName)) {
		requests := e.Traffic.Requests / float64(len(byName))
		var byTokens []*item
		units := 0.0
		for _, each := range byName[name] {
			if sku := each.text("sku", "name"); azure.IsProvisioned(sku) {
				units += each.number("sku", "capacity")
				e.fixed(charge{each, "provisioned throughput, " + sku, "ptu/" + sku, regions[each.parent], each.number("sku", "capacity") * HoursPerMonth, "unit hours"})
				continue
			}
			byTokens = append(byTokens, each)
		}
		if units > 0 {
			e.Notes = append(e.Notes, fmt.Sprintf("%s: %v provisioned units serve its requests; what overflows to other deployments is not estimated", name, units))
			continue
		}
		for _, each := range byTokens {
			e.tokens(each, regions[each.parent], requests/float64(len(byTokens)))
		}
	}
}

// accountRegions are the regions of accounts by the component that an account and its
// deployments belong to.
func (e *estimator) accountRegions() map[resource.URN]string {
	regions := map[resource.URN]string{}
	for _, each := range e.items {
		if each.kind == "Microsoft.CognitiveServices/accounts" {
			regions[each.parent] = arm.NormalRegion(each.text("location"))
		}
	}
	return regions
}

func (e *estimator) tokens(i *item, region string, requests float64) {
	sku, model, version := i.text("sku", "name"), i.text("properties", "model", "name"), i.text("properties", "model", "version")
	if model == "" || version == "" {
		e.notPriced(i, "tokens", "which model it is, is known once it is deployed")
		return
	}
	parts := []struct {
		what   string
		number float64
	}{
		{"input", e.Traffic.InputTokens - e.Traffic.CachedTokens}, {"cached", e.Traffic.CachedTokens}, {"output", e.Traffic.OutputTokens},
	}
	if e.embeds(model, version) {
		// An embedding has no output, and nothing of its input is cached.
		parts[0].number, parts = e.Traffic.InputTokens, parts[:1]
	}
	for _, part := range parts {
		if tokens := part.number * requests; tokens > 0 {
			meter := fmt.Sprintf("tokens/%s %s/%s/%s", model, version, sku, part.what)
			e.usage(charge{i, fmt.Sprintf("%s tokens of %s, %s", part.what, model, sku), meter, region, tokens, "tokens"})
		}
	}
}

// embeds reports whether the model makes embeddings and nothing else.
func (e *estimator) embeds(model, version string) bool {
	found := e.known.Find(model, version)
	return found != nil && slices.Equal(found.Can, []azure.Capability{azure.Embeddings})
}
