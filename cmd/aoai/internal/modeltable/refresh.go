// Package modeltable refreshes the table of models from what Azure itself answers.
package modeltable

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/aoai-gateway/aoai-gateway/internal/azure"
)

// Cloud is Resource Manager, to be asked.
type Cloud interface {
	// List reads a collection, all its pages; empty where what holds it is not there.
	List(ctx context.Context, collection, apiVersion string) ([]map[string]any, error)
}

// listed is one model as Azure lists it for a region. Source: the REST reference of Models
// - List, 2024-10-01.
type listed struct {
	Model struct {
		Format       string            `json:"format"`
		Name         string            `json:"name"`
		Version      string            `json:"version"`
		Lifecycle    string            `json:"lifecycleStatus"`
		Capabilities map[string]string `json:"capabilities"`
		Deprecation  struct {
			Inference string `json:"inference"`
		} `json:"deprecation"`
		SKUs []struct {
			Name     string `json:"name"`
			Capacity struct {
				Minimum float64 `json:"minimum"`
				Step    float64 `json:"step"`
			} `json:"capacity"`
		} `json:"skus"`
	} `json:"model"`
}

// Refresh returns the table with the given regions as Azure lists them for the subscription
// today; the other regions stay as they are. A region for which Azure lists nothing is an
// error: it would empty the table.
func Refresh(ctx context.Context, cloud Cloud, subscriptionID string, table *azure.Models, regions []string, today time.Time) (*azure.Models, error) {
	fresh, err := copied(table)
	if err != nil {
		return nil, err
	}
	if fresh.Refreshed == nil {
		fresh.Refreshed = map[string]azure.Date{}
	}
	for _, region := range regions {
		collection := "/subscriptions/" + subscriptionID + "/providers/Microsoft.CognitiveServices/locations/" + region + "/models"
		found, err := cloud.List(ctx, collection, "2024-10-01")
		if err != nil {
			return nil, fmt.Errorf("asking for the models of %s: %w", region, err)
		}
		models, err := decode(found)
		if err != nil {
			return nil, fmt.Errorf("reading the models of %s: %w", region, err)
		}
		if len(models) == 0 {
			return nil, fmt.Errorf("azure lists no OpenAI model in %s for the subscription %s; leave the region out, or correct either", region, subscriptionID)
		}
		replace(fresh, region, models)
		fresh.Refreshed[region] = azure.Date{Time: today}
	}
	if !slices.ContainsFunc(fresh.Regions(), func(region string) bool { return !slices.Contains(regions, region) }) {
		fresh.AsOf = azure.Date{Time: today}
	}
	slices.SortFunc(fresh.Models, func(a, b *azure.Model) int { return strings.Compare(a.String(), b.String()) })
	return fresh, nil
}

func copied(table *azure.Models) (*azure.Models, error) {
	raw, err := table.Encode()
	if err != nil {
		return nil, err
	}
	return azure.ReadModels(raw)
}

// decode reads those of OpenAI's models among what Azure lists.
func decode(found []map[string]any) ([]listed, error) {
	raw, err := json.Marshal(found)
	if err != nil {
		return nil, fmt.Errorf("encoding a list: %w", err)
	}
	var models []listed
	if err := json.Unmarshal(raw, &models); err != nil {
		return nil, fmt.Errorf("decoding a list of models: %w", err)
	}
	return slices.DeleteFunc(models, func(each listed) bool { return each.Model.Format != "OpenAI" }), nil
}

// replace makes a region of the table what Azure lists for it.
func replace(table *azure.Models, region string, models []listed) {
	for _, model := range table.Models {
		for sku, regions := range model.Regions {
			model.Regions[sku] = slices.DeleteFunc(regions, func(name string) bool { return name == region })
		}
	}
	for _, each := range models {
		model := table.Find(each.Model.Name, each.Model.Version)
		if model == nil {
			model = &azure.Model{Name: each.Model.Name, Version: each.Model.Version, Regions: map[string][]string{}}
			table.Models = append(table.Models, model)
		}
		each.into(model, region)
	}
}

// into writes what Azure lists of a model into the table's entry.
func (l listed) into(model *azure.Model, region string) {
	if len(model.Can) == 0 {
		for _, can := range azure.Capabilities {
			if l.Model.Capabilities[can.ARM()] == "true" {
				model.Can = append(model.Can, can)
			}
		}
	}
	if stage, known := azure.StageOf(l.Model.Lifecycle); known {
		model.Stage = stage
	}
	if day, err := time.Parse(time.RFC3339, l.Model.Deprecation.Inference); err == nil {
		model.Retires = &azure.Date{Time: day.UTC().Truncate(24 * time.Hour)}
	}
	for _, sku := range l.Model.SKUs {
		// The table knows the SKUs that a gateway can use; others, such as DeveloperTier, it
		// does not.
		if !slices.Contains(azure.DeploymentSKUs, sku.Name) {
			continue
		}
		if regions := model.Regions[sku.Name]; !slices.Contains(regions, region) {
			model.Regions[sku.Name] = slices.Sorted(slices.Values(append(regions, region)))
		}
		if azure.IsProvisioned(sku.Name) && sku.Capacity.Minimum > 0 && sku.Capacity.Step > 0 {
			model.SetUnits(sku.Name, azure.Units{int(sku.Capacity.Minimum), int(sku.Capacity.Step)})
		}
	}
}
