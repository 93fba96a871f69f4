package preflight

import (
	"context"
	"errors"
	"slices"
	"strings"

	"github.com/aoai-gateway/aoai-gateway/internal/arm"
)

// region is what Azure OpenAI has in one, for one subscription.
type region struct {
	models []model
	// usages are quotas by their folded name, such as openai.standard.gpt-4o.
	usages map[string]usage
	// modelsRefused and usagesRefused say that Azure did not tell.
	modelsRefused, usagesRefused bool
}

// model is one version of one. Source: the REST reference of Models - List, 2024-10-01.
type model struct {
	// Kind is that of the accounts that may deploy it: OpenAI or AIServices.
	Kind  string `json:"kind"`
	Model struct {
		Format  string `json:"format"`
		Name    string `json:"name"`
		Version string `json:"version"`
		// Lifecycle is such as GenerallyAvailable, Preview, Deprecating, Deprecated.
		Lifecycle   string `json:"lifecycleStatus"`
		Deprecation struct {
			Inference string `json:"inference"`
		} `json:"deprecation"`
		SKUs []modelSKU `json:"skus"`
	} `json:"model"`
}

// modelSKU is one way to deploy a model.
type modelSKU struct {
	Name string `json:"name"`
	// Usage is the quota that it takes from. It is not always made of SKU and model.
	Usage           string   `json:"usageName"`
	DeprecationDate string   `json:"deprecationDate"`
	Capacity        capacity `json:"capacity"`
}

// capacity bounds one deployment; nil where Azure sets no bound.
type capacity struct {
	Minimum *float64  `json:"minimum"`
	Maximum *float64  `json:"maximum"`
	Step    *float64  `json:"step"`
	Allowed []float64 `json:"allowedValues"`
}

// usage is one quota. Source: the REST reference of Usages - List, 2024-10-01.
type usage struct {
	Name struct {
		Value string `json:"value"`
	} `json:"name"`
	Limit   float64 `json:"limit"`
	Current float64 `json:"currentValue"`
}

// region asks what there is in a region, once.
func (c *checker) region(ctx context.Context, name string) (*region, error) {
	if known, asked := c.regions[name]; asked {
		return known, nil
	}
	there := c.subscription + "/providers/Microsoft.CognitiveServices/locations/" + name
	models, modelsErr := c.cloud.List(ctx, there+"/models", "2024-10-01")
	usages, usagesErr := c.cloud.List(ctx, there+"/usages", "2024-10-01")
	found := &region{usages: map[string]usage{}, modelsRefused: modelsErr != nil, usagesRefused: usagesErr != nil}
	if modelsErr != nil {
		modelsErr = c.tolerate(Models, name, modelsErr)
	}
	if usagesErr != nil {
		usagesErr = c.tolerate(Quota, name+" (the role Cognitive Services Usages Reader lets read it)", usagesErr)
	}
	var decodeErr error
	found.models, decodeErr = decode[model](models)
	listed, usageErr := decode[usage](usages)
	for _, each := range listed {
		found.usages[arm.Fold(each.Name.Value)] = each
	}
	c.regions[name] = found
	return found, errors.Join(modelsErr, usagesErr, decodeErr, usageErr)
}

// versions are those of a model that accounts of a kind may deploy; any kind where it is
// not known.
func (r *region) versions(wanted offer, kind string) []model {
	return slices.Collect(func(yield func(model) bool) {
		for _, each := range r.models {
			if strings.EqualFold(each.Model.Name, wanted.name) && (wanted.format == "" || strings.EqualFold(each.Model.Format, wanted.format)) &&
				(kind == "" || strings.EqualFold(each.Kind, kind)) && !yield(each) {
				return
			}
		}
	})
}

// match are those of a version; one that is listed without a version stands for any.
func match(versions []model, version string) []model {
	var matching []model
	for _, each := range versions {
		if version == "" || each.Model.Version == "" || each.Model.Version == version {
			matching = append(matching, each)
		}
	}
	return matching
}

// withSKU finds a SKU among models.
func withSKU(models []model, sku string) (model, modelSKU, bool) {
	for _, each := range models {
		for _, offered := range each.Model.SKUs {
			if strings.EqualFold(offered.Name, sku) {
				return each, offered, true
			}
		}
	}
	return model{}, modelSKU{}, false
}
