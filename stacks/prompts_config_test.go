package stacks

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aoai-gateway/aoai-gateway/internal/azure"
)

const (
	embeddingDeployments = `[{"name":"gpt","model":"gpt-4o","version":"2024-11-20"},{"name":"embed","model":"text-embedding-3-large","version":"1"}]`
	cached               = `"semanticCache":{"enabled":true,"embeddings":"embed"`
)

// cacheOf is a good semantic cache with more members.
func cacheOf(more string) map[string]string {
	return goodAPIM(cached+more+`}`, "deployments", embeddingDeployments)
}

// safety is content safety with more members.
func safety(more string, others string) map[string]string {
	return goodAPIM(`"contentSafety":{"enabled":true` + more + `}` + others)
}

func TestReadConfigRefusesPrompts(t *testing.T) {
	for _, c := range []struct {
		reason string
		values map[string]string
		want   []string
	}{
		{"a cache without embeddings", goodAPIM(`"semanticCache":{"enabled":true}`), []string{`apim.semanticCache.embeddings: is missing; name a deployment of an embeddings model, such as text-embedding-3-small`}},
		{"a deployment that nobody has", goodAPIM(`"semanticCache":{"enabled":true,"embeddings":"embet"}`, "deployments", embeddingDeployments), []string{`apim.semanticCache.embeddings: "embet" is not allowed; one of gpt, embed; did you mean "embed"?`}},
		{"a model that chats", goodAPIM(`"semanticCache":{"enabled":true,"embeddings":"gpt"}`, "deployments", embeddingDeployments), []string{`apim.semanticCache.embeddings: "gpt" is a deployment of gpt-4o 2024-11-20, which makes no embeddings; name a deployment of an embeddings model, such as text-embedding-3-small`}},
		{"keys without the switch", goodAPIM(`"semanticCache":{"embeddings":"gpt-4o"}`), []string{`apim.semanticCache.enabled: is false, so that the other keys have no effect; set it to true or remove them`}},
		{"a threshold that takes nothing", cacheOf(`,"scoreThreshold":0`), []string{`apim.semanticCache.scoreThreshold: 0 is out of range; give more than 0 and at most 1; 0.05 takes chats that mean nearly the same`}},
		{"a threshold beyond Azure's", cacheOf(`,"scoreThreshold":1.01`), []string{`apim.semanticCache.scoreThreshold: 1.01 is out of range; give more than 0 and at most 1; 0.05 takes chats that mean nearly the same`}},
		{"a threshold as a text", cacheOf(`,"scoreThreshold":"0.1"`), []string{`apim.semanticCache.scoreThreshold: must be a number, not the string "0.1"; write digits alone, such as 0.5`}},
		{"no time at all", cacheOf(`,"durationSeconds":0`), []string{`apim.semanticCache.durationSeconds: 0 is out of range; allowed are 1 to 604800 s`}},
		{"fewer messages than none", cacheOf(`,"maxMessages":-1`), []string{`apim.semanticCache.maxMessages: -1 is below 0; 0 is no limit`}},
		{"an identity that embeddings do not take", cacheOf(`},"identity":"user-assigned","logging":{"llm":"tokens"`), []string{`apim.semanticCache.embeddings: cannot be asked: the service shows it its system-assigned identity, and identity is user-assigned; take identity system-assigned`}},
		{"a content safety of nothing", safety(`,"shieldPrompts":false,"thresholds":{"hate":0,"selfHarm":0,"sexual":0,"violence":0}`, ""), []string{`apim.contentSafety.thresholds: watch nothing, and shieldPrompts is false; give a threshold, or remove contentSafety`}},
		{"a severity that is none", safety(`,"thresholds":{"hate":8}`, ""), []string{`apim.contentSafety.thresholds.hate: 8 is out of range; allowed are 0 to 7`}},
		{"a region that is none", safety(`,"region":"sweden"`, ""), []string{`apim.contentSafety.region: "sweden" is not an Azure region; write it like swedencentral; did you mean "swedencentral"?`}},
		{"an identity that the backend does not show", safety("", `,"identity":"user-assigned"`), []string{`apim.contentSafety.enabled: cannot be used: the service shows it its system-assigned identity, and identity is user-assigned; take identity system-assigned`}},
		{"a tier without the policy", safety("", `,"sku":"Consumption","units":0,"loadBalancing":{"strategy":"pool"}`), []string{`apim.contentSafety.enabled: needs another SKU: Consumption has no policy llm-content-safety; remove it`}},
		{"thresholds without the switch", goodAPIM(`"contentSafety":{"thresholds":{"hate":2}}`), []string{`apim.contentSafety.enabled: is false, so that the other keys have no effect; set it to true or remove them`}},
		{"an unknown category", safety(`,"thresholds":{"rude":2}`, ""), []string{`apim.contentSafety.thresholds.rude: is not a known key; known are hate, selfHarm, sexual, violence`}},
	} {
		t.Run(c.reason, func(t *testing.T) {
			_, _, err := ReadConfig(c.values, today)
			want := make([]string, len(c.want))
			for i, line := range c.want {
				want[i] = Project + ":" + line
			}
			require.Equal(t, want, mistakes(err))
		})
	}
}

// A SKU of Redis that does not exist, or cannot search, is refused with those that do.
func TestRedisSKUs(t *testing.T) {
	for _, sku := range []string{"Balanced_B2", "FlashOptimized_A250", "Enterprise_E10"} {
		_, _, err := ReadConfig(cacheOf(`,"sku":"`+sku+`"`), today)
		require.ErrorContains(t, err, `apim.semanticCache.sku: "`+sku+`" is not allowed; one of Balanced_B0, `)
	}
	require.Len(t, azure.RedisSKUs, 37)
}

// Both can be had, and what is left out has its default.
func TestReadConfigTakesPrompts(t *testing.T) {
	config, _, err := ReadConfig(goodAPIM(cached+`},"contentSafety":{"enabled":true,"thresholds":{"sexual":0}}`, "deployments", embeddingDeployments), today)
	require.NoError(t, err)
	cache, safety := config.APIM.SemanticCache, config.APIM.ContentSafety
	require.Equal(t, []any{0.05, 600, "Balanced_B0", false, false}, []any{cache.ScoreThreshold, cache.DurationSeconds, cache.SKU, cache.HighAvailability, cache.Shared})
	require.Equal(t, []any{true, 4, 0}, []any{safety.ShieldPrompts, safety.Thresholds.Hate, safety.Thresholds.Sexual})
}
