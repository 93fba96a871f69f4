package e2e

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/openai/openai-go/v3"
	"github.com/openai/openai-go/v3/azure"
	"github.com/openai/openai-go/v3/option"
	"github.com/stretchr/testify/require"
)

// What happens to one model has no effect on another one, on a deployed stack as in the
// scenarios of the bench: with either strategy, openai-go with its two retries, and faults that
// are set over REST.
func TestModelsAreThrottledApart(t *testing.T) {
	t.Parallel()
	for _, strategy := range []string{"round-robin", "pool"} {
		t.Run(strategy, func(t *testing.T) {
			w := newSeededWorld(t, stackFile(t, twoModels(t, strategy)), trafficSeed())
			w.must(0, "up")
			throttled := `[{"hostKind": "account", "path": "/deployments/%s/", "kind": "status", "status": 429, "retryAfterSeconds": 60}]`
			w.serving(func(x *traffic) {
				x.faults(fmt.Sprintf(throttled, "gpt-5.4-mini"))
				for range 10 {
					_, err := chats(t.Context(), x.withKey(x.key("first-team")))
					x.refused(err, http.StatusTooManyRequests)
					require.NoError(t, embeds(t.Context(), x.retrying()), "embeddings while chat is throttled on all accounts")
				}
			})
			w.serving(func(x *traffic) {
				x.faults(fmt.Sprintf(throttled, "embeddings"))
				for range 10 {
					x.refused(embeds(t.Context(), x.withKey(x.key("first-team"))), http.StatusTooManyRequests)
					_, err := chats(t.Context(), x.retrying())
					require.NoError(t, err, "chat while embeddings are throttled")
				}
			})
		})
	}
}

// An account that lets the gateway in no more fails no caller, and the traces name it with its
// model: the saved query and the alert read these columns.
func TestFailingBackendsAreTold(t *testing.T) {
	t.Parallel()
	w := newSeededWorld(t, stackFile(t, twoModels(t, "round-robin")), trafficSeed())
	w.must(0, "up")
	w.serving(func(x *traffic) {
		x.faults(`[{"region": "swedencentral", "hostKind": "account", "path": "/deployments/gpt-5.4-mini/", "kind": "status", "status": 403}]`)
		for range 4 {
			backend, err := chats(t.Context(), x.withKey(x.key("first-team")))
			require.NoError(t, err)
			require.Contains(t, backend, "france")
		}
		rows := x.rows("AppTraces")
		var failed int
		for _, row := range rows {
			properties, _ := row["Properties"].(map[string]any)
			if properties["backend"] == "sweden-gpt-5_4-mini" && properties["model"] == "gpt-5.4-mini" {
				failed++
				require.Contains(t, row["Message"], "sweden-gpt-5_4-mini 403")
				require.Contains(t, row["_ResourceId"], "/microsoft.insights/components/")
				require.EqualValues(t, 3, row["SeverityLevel"], "error, by the table of Application Insights")
			}
		}
		require.NotZero(t, failed, "nobody tells which account failed")
	})
}

// twoModels is the smallest stack of pattern apim with a model for embeddings.
func twoModels(t *testing.T, strategy string) string {
	t.Helper()
	return strings.NewReplacer(
		"  aoai-gateway:apim:\n", "    - name: embeddings\n      model: text-embedding-3-small\n      version: \"1\"\n  aoai-gateway:apim:\n    loadBalancing:\n      strategy: "+strategy+"\n",
	).Replace(readFile(t, example("apim/defaults")))
}

// faults are set as a user does it, over REST.
func (x *traffic) faults(list string) {
	x.t.Helper()
	request, err := http.NewRequestWithContext(x.t.Context(), http.MethodPut, x.session.Endpoints.ARM+"/sandbox/traffic/faults", strings.NewReader(list))
	require.NoError(x.t, err)
	response, err := http.DefaultClient.Do(request)
	require.NoError(x.t, err)
	said, err := io.ReadAll(response.Body)
	require.NoError(x.t, err)
	require.NoError(x.t, response.Body.Close())
	require.Less(x.t, response.StatusCode, 300, "%s", said)
}

// retrying is the official client as it comes, with its two retries.
func (x *traffic) retrying() openai.Client {
	return openai.NewClient(azure.WithEndpoint(x.gateway, apiVersion), azure.WithAPIKey(x.key("first-team")), option.WithHTTPClient(x.http))
}

func embeds(ctx context.Context, client openai.Client) error {
	_, err := client.Embeddings.New(ctx, openai.EmbeddingNewParams{Model: "embeddings", Input: openai.EmbeddingNewParamsInputUnion{OfString: openai.String("Hello")}})
	return err
}
