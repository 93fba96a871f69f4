package wiring

import (
	"slices"
	"strings"

	"github.com/aoai-gateway/aoai-gateway/components/apim"
	"github.com/aoai-gateway/aoai-gateway/components/openai"
)

// Backends are accounts with the models that callers can ask them for. An existing account
// that lists none is taken at its word: it serves all that is known, which are the
// deployments that accounts have in common and those of each.
func Backends(accounts []Account, common []openai.Deployment, options apim.Options) []apim.Account {
	accounts = WithDeployments(accounts, common)
	all := slices.Clone(common)
	for _, account := range accounts {
		all = append(all, account.Deployments...)
	}
	backends := make([]apim.Account, len(accounts))
	for i, account := range accounts {
		deployments, seen := account.Deployments, map[string]bool{}
		if account.Existing != nil && len(deployments) == 0 {
			for _, deployment := range all {
				deployments = append(deployments, openai.Deployment{Name: deployment.Name})
			}
		}
		backends[i].Name, backends[i].Region = account.Name, account.Region
		for _, deployment := range deployments {
			if name := strings.ToLower(deployment.Name); !seen[name] {
				seen[name] = true
				deployment = deployment.WithDefaults()
				if !options.Breakers() {
					deployment.Priority = 1
				}
				backends[i].Models = append(backends[i].Models, apim.Model{
					Name: deployment.Name, Priority: deployment.Priority, Weight: deployment.Weight,
				})
			}
		}
	}
	return backends
}

// ModelNames are the names of all models of backends, each once.
func ModelNames(backends []apim.Account) []string {
	var models []string
	seen := map[string]bool{}
	for _, account := range backends {
		for _, model := range account.Models {
			if name := strings.ToLower(model.Name); !seen[name] {
				seen[name] = true
				models = append(models, model.Name)
			}
		}
	}
	return models
}
