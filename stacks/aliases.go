package stacks

import (
	"fmt"
	"slices"
	"strings"

	"github.com/aoai-gateway/aoai-gateway/components/apim"
	"github.com/aoai-gateway/aoai-gateway/internal/azure"
	"github.com/aoai-gateway/aoai-gateway/internal/faults"
)

// validateModels checks the names that callers can ask for beside those of deployments.
func (c *Config) validateModels() error {
	var list faults.List
	switch {
	case len(c.Models) == 0:
	case !c.hasGateways():
		list.Add("", "need API Management, which the pattern %s has not", c.Pattern).Remedy("take the pattern %s or %s, or remove them", PatternAPIM, MultiRegion)
	default:
		list.Merge("", apim.ValidateAliases(c.Models, c.backends(), c.APIM))
	}
	return list.Err()
}

// checkModelNames refuses aliases whose deployments cannot stand in for each other, by the
// table of models: those that answer no call alike, and different models for embeddings, whose
// vectors cannot be compared.
func (c *Config) checkModelNames(models *azure.Models) error {
	var list faults.List
	if !c.hasGateways() {
		return nil
	}
	for i, alias := range c.Models {
		var first *azure.Model
		for j, name := range alias.Deployments {
			for _, model := range c.modelsOf(name, models) {
				if first == nil {
					first = model
				}
				list.AddError(fmt.Sprintf("models[%d].deployments[%d]", i, j), standsIn(name, model, first))
			}
		}
	}
	return list.Err()
}

// standsIn tells why a deployment's model cannot stand in for another one.
func standsIn(deployment string, model, first *azure.Model) error {
	alike := func(can azure.Capability) bool { return slices.Contains(first.Can, can) }
	switch {
	case !slices.ContainsFunc(model.Can, alike):
		return faults.New("%q is %s, which answers no call that %s answers", deployment, model.Name, first.Name).About(deployment).Remedy("make an alias of its own for it").Err()
	case model.Name != first.Name && alike(azure.Embeddings):
		return faults.New("%q is %s, whose vectors cannot be compared with those of %s", deployment, model.Name, first.Name).About(deployment).Remedy("list deployments of one model, or make two aliases").Err()
	}
	return nil
}

// modelsOf are the models of a deployment, which accounts may have under one name; those that
// the table does not know are left out.
func (c *Config) modelsOf(deployment string, models *azure.Models) []*azure.Model {
	var known []*azure.Model
	for _, account := range c.accounts() {
		for _, each := range account.Deployments {
			if model := models.Find(each.Model, each.Version); model != nil && strings.EqualFold(each.Name, deployment) && !slices.Contains(known, model) {
				known = append(known, model)
			}
		}
	}
	return known
}

// deploymentsOf are the deployments that answer under a name, which may be an alias.
func (c *Config) deploymentsOf(name string) []string {
	for _, alias := range c.Models {
		if strings.EqualFold(alias.Name, name) {
			return alias.Deployments
		}
	}
	return []string{name}
}
