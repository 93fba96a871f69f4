package apim

import (
	"slices"

	"github.com/aoai-gateway/aoai-gateway/internal/arm"
	"github.com/aoai-gateway/aoai-gateway/internal/azure"
	"github.com/aoai-gateway/aoai-gateway/internal/faults"
	"github.com/aoai-gateway/aoai-gateway/policies"
)

// SemanticCache answers chats that mean the same as an earlier one without asking a model.
// It makes a database of Azure Managed Redis, which costs by the hour.
type SemanticCache struct {
	// Enabled makes the cache.
	Enabled bool `json:"enabled"`
	// Embeddings is the name of a deployment of an embeddings model, which tells how alike two
	// chats are. The first account that has it is asked once for each chat.
	Embeddings string `json:"embeddings"`
	// ScoreThreshold is how far apart the meanings of two chats may lie, above 0 and up to 1:
	// the lower, the more alike they have to be.
	ScoreThreshold float64 `json:"scoreThreshold" default:"0.05"`
	// DurationSeconds is how long an answer is kept; 1 to 604800 (a week).
	DurationSeconds int `json:"durationSeconds" default:"600"`
	// IgnoreSystemMessages compares chats without their system messages.
	IgnoreSystemMessages bool `json:"ignoreSystemMessages"`
	// MaxMessages leaves chats with more messages alone; 0 for none.
	MaxMessages int `json:"maxMessages"`
	// Shared lets callers get answers that were made for others: what one of them was told
	// reaches the rest.
	Shared bool `json:"shared"`
	// SKU of Azure Managed Redis, from Balanced_B0 (0.5 GB) on.
	SKU string `json:"sku" default:"Balanced_B0"`
	// HighAvailability keeps a second copy of what is cached, at twice the price.
	HighAvailability bool `json:"highAvailability"`
}

// ContentSafety lets Azure AI Content Safety judge every prompt before a model sees it. It makes
// an account, which costs by the text.
type ContentSafety struct {
	// Enabled makes the account.
	Enabled bool `json:"enabled"`
	// Region of the account; default that of the service.
	Region string `json:"region"`
	// ShieldPrompts refuses prompts that try to get around a model's rules.
	ShieldPrompts bool `json:"shieldPrompts" default:"true"`
	// Thresholds are the severities from which on a prompt is refused.
	Thresholds Thresholds `json:"thresholds"`
}

// Thresholds are the severities from which on a prompt is refused.
type Thresholds = policies.Thresholds

// onlySystemIdentity is why a user-assigned identity does not do.
const onlySystemIdentity = "the service shows it its system-assigned identity, and identity is user-assigned"

func (c SemanticCache) validate(identity string) error {
	var list faults.List
	if !c.Enabled {
		if c != DefaultOptions().SemanticCache {
			list.Add("enabled", "is false, so that the other keys have no effect").Remedy("set it to true or remove them")
		}
		return list.Err()
	}
	if c.Embeddings == "" {
		list.Add("embeddings", "is missing").Remedy("name a deployment of an embeddings model, such as text-embedding-3-small")
	}
	if identity == UserAssigned {
		list.Add("embeddings", "cannot be asked: "+onlySystemIdentity).Remedy("take identity %s", SystemAssigned)
	}
	list.Merge("", policies.ValidateThreshold("scoreThreshold", c.ScoreThreshold))
	list.Between("durationSeconds", c.DurationSeconds, policies.CacheSeconds.Min, policies.CacheSeconds.Max, "s")
	if c.MaxMessages < 0 {
		list.Add("maxMessages", "%d is below 0", c.MaxMessages).About(c.MaxMessages).Remedy("0 is no limit")
	}
	if !slices.Contains(azure.RedisSKUs, c.SKU) {
		list.OneOf("sku", c.SKU, azure.RedisSKUs)
	}
	return list.Err()
}

func (c ContentSafety) validate(identity string, offered azure.APIMSKU) error {
	var list faults.List
	if !c.Enabled {
		if c != DefaultOptions().ContentSafety {
			list.Add("enabled", "is false, so that the other keys have no effect").Remedy("set it to true or remove them")
		}
		return list.Err()
	}
	if offered.Generation == azure.Consumption {
		list.Add("enabled", "needs another SKU: %s has no policy llm-content-safety", offered.Name).Remedy("remove it")
	}
	if identity == UserAssigned {
		list.Add("enabled", "cannot be used: "+onlySystemIdentity).Remedy("take identity %s", SystemAssigned)
	}
	if c.Region != "" {
		arm.CheckRegion(&list, "region", c.Region)
	}
	list.Merge("thresholds", c.Thresholds.Validate())
	if !c.ShieldPrompts && c.Thresholds == (Thresholds{}) {
		list.Add("thresholds", "watch nothing, and shieldPrompts is false").Remedy("give a threshold, or remove contentSafety")
	}
	return list.Err()
}
