package gateway_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/aoai-gateway/aoai-gateway/sandbox/lab"
)

// putPolicy writes the API's policy anew.
func putPolicy(t *testing.T, l *lab.Lab, document string) {
	t.Helper()
	require.NoError(t, l.Put(lab.ServiceID+"/apis/openai/policies/policy", map[string]any{
		"properties": map[string]any{"format": "rawxml", "value": document},
	}))
}

// addRedis deploys a cache that finds vectors, if it has the module, and makes it the service's
// external one.
func addRedis(t *testing.T, l *lab.Lab, module string) {
	t.Helper()
	cluster := lab.Group + "/providers/Microsoft.Cache/redisEnterprise/redislab"
	require.NoError(t, l.Put(cluster, map[string]any{"location": "swedencentral", "sku": map[string]any{"name": "Balanced_B0"}}))
	require.NoError(t, l.Put(cluster+"/databases/default", map[string]any{"properties": map[string]any{
		"modules": []any{map[string]any{"name": module}}, "clusteringPolicy": "EnterpriseCluster", "evictionPolicy": "NoEviction", "accessKeysAuthentication": "Enabled",
	}}))
	keys, err := l.Post(cluster + "/databases/default/listKeys")
	require.NoError(t, err)
	require.NoError(t, l.Put(lab.ServiceID+"/caches/default", map[string]any{"properties": map[string]any{
		"useFromLocation": "default", "connectionString": fmt.Sprintf("redislab.swedencentral.redis.azure.net:10000,password=%s,ssl=True,abortConnect=False", keys["primaryKey"]),
	}}))
}

// addSemanticCache lets the API's policy look into the semantic cache.
func addSemanticCache(t *testing.T, l *lab.Lab) {
	t.Helper()
	require.NoError(t, l.Put(lab.ServiceID+"/backends/vectors", map[string]any{
		"properties": map[string]any{"url": "https://south.openai.azure.com/openai/deployments/embeddings/embeddings", "protocol": "http"},
	}))
	putPolicy(t, l, strings.NewReplacer(
		"<inbound><base />", `<inbound><base /><azure-openai-semantic-cache-lookup score-threshold="0.3" embeddings-backend-id="vectors"><vary-by>@(context.Subscription.Id)</vary-by></azure-openai-semantic-cache-lookup>`,
		"<outbound><base />", `<outbound><azure-openai-semantic-cache-store duration="60" /><base />`,
	).Replace(forward("north", "")))
}

// Without an external cache that finds vectors the model is always asked: a service has none by
// itself, and the module is what finds.
func TestSemanticCacheNeedsRedis(t *testing.T) {
	t.Parallel()
	for _, module := range []string{"", "RedisBloom"} {
		t.Run("module "+module, func(t *testing.T) {
			t.Parallel()
			inLab(t, lab.Options{Document: forward("north", "")}, func(t *testing.T, l *lab.Lab) {
				addSemanticCache(t, l)
				if module != "" {
					addRedis(t, l, module)
				}
				models := asked(l, "north.openai.azure.com")
				for range 2 {
					require.Equal(t, http.StatusOK, ask(t, l, chatPath).status)
				}
				require.EqualValues(t, 2, asked(l, "north.openai.azure.com")-models)
			})
		})
	}
}

// Questions that mean the same are answered out of the cache on a deployed service: the
// embeddings are those of a deployed account, which the service's identity may call.
func TestSemanticCache(t *testing.T) {
	t.Parallel()
	inLab(t, lab.Options{Document: forward("north", "")}, func(t *testing.T, l *lab.Lab) {
		addSemanticCache(t, l)
		addRedis(t, l, "RediSearch")
		models := asked(l, "north.openai.azure.com")
		for _, each := range []struct {
			reason, question string
			wait             time.Duration
			calls            int64
		}{
			{"the first of its kind", "What is the capital of France?", 0, 1},
			{"the same", "What is the capital of France?", 0, 1},
			{"other words, mostly the same", "what is the capital of france please", 0, 1},
			{"another question", "Write me a poem about ships", 0, 2},
			{"its time is over", "What is the capital of France?", time.Minute, 3},
		} {
			time.Sleep(each.wait)
			got, err := tryTo(t, l.Client(), http.MethodPost, "https://"+lab.Gateway+chatPath, `{"messages":[{"role":"user","content":"`+each.question+`"}]}`, "api-key: "+l.Key)
			require.NoError(t, err)
			require.Equal(t, http.StatusOK, got.status, each.reason+": "+got.body)
			require.Contains(t, got.body, `"choices"`, each.reason)
			require.Equal(t, each.calls, asked(l, "north.openai.azure.com")-models, each.reason)
		}
		require.Positive(t, asked(l, "south.openai.azure.com"), "the account of the embeddings was not asked")
	})
}
