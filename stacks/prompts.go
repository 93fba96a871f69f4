package stacks

import (
	"slices"
	"strings"

	"github.com/aoai-gateway/aoai-gateway/components/openai"
	"github.com/aoai-gateway/aoai-gateway/internal/azure"
	"github.com/aoai-gateway/aoai-gateway/internal/faults"
	"github.com/aoai-gateway/aoai-gateway/wiring"
)

// checkSemanticCache checks that an account has the deployment of the semantic cache, and that its
// model makes embeddings where the table knows it.
func (c *Config) checkSemanticCache(models *azure.Models) error {
	var list faults.List
	cache := c.APIM.SemanticCache
	if !c.hasGateways() || !cache.Enabled || cache.Embeddings == "" {
		return nil
	}
	const path = "apim.semanticCache.embeddings"
	names := wiring.ModelNames(c.backends())
	if len(names) > 0 && !slices.ContainsFunc(names, func(name string) bool { return strings.EqualFold(name, cache.Embeddings) }) {
		list.OneOf(path, cache.Embeddings, names)
		return list.Err()
	}
	all := slices.Clone(c.Deployments)
	for _, account := range c.accounts() {
		all = append(all, account.Deployments...)
	}
	at := slices.IndexFunc(all, func(d openai.Deployment) bool { return strings.EqualFold(d.Name, cache.Embeddings) })
	if at < 0 || all[at].SkipModelCheck {
		return list.Err()
	}
	if model := models.Find(all[at].Model, all[at].Version); model != nil && !model.Does(azure.Embeddings) {
		list.Add(path, "%q is a deployment of %s, which makes no embeddings", cache.Embeddings, model).About(cache.Embeddings).
			Remedy("name a deployment of an embeddings model, such as text-embedding-3-small")
	}
	return list.Err()
}
