package modeltable

import (
	"fmt"
	"slices"
	"strings"

	"github.com/aoai-gateway/aoai-gateway/internal/azure"
)

// Changes are what differs between two tables, a line each.
func Changes(before, after *azure.Models) []string {
	var lines []string
	for _, model := range after.Models {
		old := before.Find(model.Name, model.Version)
		if old == nil {
			lines = append(lines, "new: "+model.String())
			old = &azure.Model{}
		} else {
			lines = append(lines, lifecycle(old, model)...)
		}
		for _, sku := range azure.DeploymentSKUs {
			if added := without(model.Regions[sku], old.Regions[sku]); len(added) > 0 {
				lines = append(lines, fmt.Sprintf("%s by %s: now in %s", model, sku, strings.Join(added, ", ")))
			}
			if gone := without(old.Regions[sku], model.Regions[sku]); len(gone) > 0 {
				lines = append(lines, fmt.Sprintf("%s by %s: no longer in %s", model, sku, strings.Join(gone, ", ")))
			}
		}
	}
	return lines
}

func lifecycle(old, model *azure.Model) []string {
	var lines []string
	if old.Stage != model.Stage {
		lines = append(lines, fmt.Sprintf("%s: stage %s, was %s", model, shown(string(model.Stage)), shown(string(old.Stage))))
	}
	if day(old) != day(model) {
		lines = append(lines, fmt.Sprintf("%s: retires on %s, was %s", model, shown(day(model)), shown(day(old))))
	}
	return lines
}

func day(model *azure.Model) string {
	if model.Retires == nil {
		return ""
	}
	return model.Retires.String()
}

func shown(text string) string {
	if text == "" {
		return "unknown"
	}
	return text
}

// without are the names of one list that another lacks.
func without(names, others []string) []string {
	return slices.DeleteFunc(slices.Clone(names), func(name string) bool { return slices.Contains(others, name) })
}
