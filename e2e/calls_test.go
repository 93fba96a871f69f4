package e2e

import (
	"context"
	"path/filepath"
	"testing"

	"github.com/openai/openai-go/v3"
	"github.com/openai/openai-go/v3/option"
	"github.com/stretchr/testify/require"
)

// v1 is the official client as OpenAI means it, with the key in Azure's header.
func (x *traffic) v1(key string) openai.Client {
	return openai.NewClient(option.WithBaseURL(x.gateway+"/openai/v1"), option.WithAPIKey("none"), option.WithHeader("api-key", key),
		option.WithHTTPClient(x.http), option.WithMaxRetries(0))
}

// The official client's calls beside those of models, on a deployed stack whose accounts
// differ, at both paths.
func TestCallsOfClients(t *testing.T) {
	w := newSeededWorld(t, filepath.Join(root, "e2e", "testdata", "calls", "stack.yaml"), trafficSeed())
	w.must(0, "up")
	w.serving(func(x *traffic) {
		key := x.key("first-team")
		for name, client := range map[string]openai.Client{"dated": x.withKey(key), "v1": x.v1(key)} {
			t.Run(name, func(t *testing.T) { modelsAreTold(t, client) })
		}
	})
}

// modelsAreTold: what callers can ask for is all that some account has.
func modelsAreTold(t *testing.T, client openai.Client) {
	t.Helper()
	ctx := context.Background()
	var names []string
	for list := client.Models.ListAutoPaging(ctx); list.Next(); {
		names = append(names, list.Current().ID)
	}
	require.ElementsMatch(t, []string{"gpt-5.4-mini", "embeddings"}, names)
	one, err := client.Models.Get(ctx, "embeddings")
	require.NoError(t, err)
	require.Equal(t, "embeddings", one.ID)
	_, err = client.Models.Get(ctx, "gpt-9")
	var refused *openai.Error
	require.ErrorAs(t, err, &refused)
	require.Equal(t, 404, refused.StatusCode)
	require.Equal(t, "model_not_found", refused.Code)
}
