package gateway_test

import (
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

// Questions that mean the same are answered out of the cache on a deployed service: the
// embeddings are those of a deployed account, which the service's identity may call.
func TestSemanticCache(t *testing.T) {
	t.Parallel()
	inLab(t, lab.Options{Document: forward("north", "")}, func(t *testing.T, l *lab.Lab) {
		require.NoError(t, l.Put(lab.ServiceID+"/backends/vectors", map[string]any{
			"properties": map[string]any{"url": "https://south.openai.azure.com/openai/deployments/embeddings/embeddings", "protocol": "http"},
		}))
		putPolicy(t, l, strings.NewReplacer(
			"<inbound><base />", `<inbound><base /><azure-openai-semantic-cache-lookup score-threshold="0.3" embeddings-backend-id="vectors"><vary-by>@(context.Subscription.Id)</vary-by></azure-openai-semantic-cache-lookup>`,
			"<outbound><base />", `<outbound><azure-openai-semantic-cache-store duration="60" /><base />`,
		).Replace(forward("north", "")))
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
