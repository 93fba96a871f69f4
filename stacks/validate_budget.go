package stacks

import (
	"slices"
	"strings"

	"github.com/aoai-gateway/aoai-gateway/components/apim"
	"github.com/aoai-gateway/aoai-gateway/components/monitor"
	"github.com/aoai-gateway/aoai-gateway/internal/azure"
	"github.com/aoai-gateway/aoai-gateway/internal/faults"
	"github.com/aoai-gateway/aoai-gateway/wiring"
)

// validateBudget checks the budget, and that there is something that can stop calls.
func (c *Config) validateBudget() error {
	var list faults.List
	list.Merge("", c.Budget.Validate())
	stop := c.Budget.Stop
	switch {
	case !stop.Stops():
	case !c.hasGateways():
		list.Add("stop", "needs API Management, which the pattern %s has not", c.Pattern).Remedy("take the pattern %s or %s, or remove stop: a budget tells people in every pattern", PatternAPIM, MultiRegion)
	case stop.Action == monitor.StopAliases && stop.Alias != "":
		if models := wiring.ModelNames(c.backends()); len(models) > 0 {
			list.OneOf("stop.alias", strings.ToLower(stop.Alias), lower(append(models, apim.AliasNames(c.Models)...)))
		}
	}
	return list.Err()
}

func lower(names []string) []string {
	made := make([]string, len(names))
	for i, name := range names {
		made[i] = strings.ToLower(name)
	}
	return made
}

// checkAlias refuses to lead chats to a model that answers none.
func (c *Config) checkAlias(models *azure.Models) error {
	var list faults.List
	stop := c.Budget.Stop
	if stop.Action != monitor.StopAliases || !c.hasGateways() {
		return nil
	}
	for _, name := range c.deploymentsOf(stop.Alias) {
		for _, known := range c.modelsOf(name, models) {
			if !slices.Contains(known.Can, azure.Chat) {
				list.Add("budget.stop.alias", "%q is %s, which answers no chat completions", name, known.Name).About(stop.Alias).Remedy("name a deployment of a chat model")
				return list.Err()
			}
		}
	}
	return nil
}
