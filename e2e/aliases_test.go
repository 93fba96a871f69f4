package e2e

import (
	"context"
	"net/http"
	"strings"
	"testing"

	"github.com/openai/openai-go/v3"
	"github.com/openai/openai-go/v3/option"
	"github.com/stretchr/testify/require"
)

// Callers name what they want, and accounts differ: the official client asks for an alias at
// both paths, the preferred deployment answers, and the other one while that is throttled, or
// when it is gone. GET models and logs tell the alias, and which deployment answered.
func TestAliases(t *testing.T) {
	t.Parallel()
	for _, strategy := range []string{"round-robin", "pool"} {
		t.Run(strategy, func(t *testing.T) {
			stack := strings.Replace(readFile(t, example("apim/aliases")), "strategy: round-robin", "strategy: "+strategy, 1)
			w := newSeededWorld(t, stackFile(t, stack), trafficSeed())
			w.must(0, "up")
			w.serving(func(x *traffic) {
				key := x.key("first-team")
				clients := map[string]openai.Client{"dated": x.withKey(key), "v1": x.v1(key)}
				answers := func(account, deployment, model string) {
					t.Helper()
					for name, client := range clients {
						backend := map[string]string{"dated": "path-" + account, "v1": account}[name] + "-" + deployment
						for _, stream := range []bool{false, true} {
							said, headers, err := asksAlias(t.Context(), client, stream)
							require.NoError(t, err, name)
							require.Equal(t, backend, headers.Get("x-gateway-backend"))
							require.Equal(t, deployment, headers.Get("x-gateway-model"))
							require.True(t, strings.HasPrefix(said, model), "%s: the account says that %s answered", name, said)
						}
					}
				}
				answers("sweden", "main", "gpt-5.4-mini")
				aliasIsListed(t, clients)
				x.aliasIsLogged()

				x.faults(`[{"region": "swedencentral", "hostKind": "account", "kind": "status", "status": 429, "retryAfterSeconds": 60}]`)
				answers("france", "other", "gpt-4o")
				x.faults(`[{"region": "francecentral", "hostKind": "account", "kind": "status", "status": 429, "retryAfterSeconds": 60}, {"region": "swedencentral", "hostKind": "account", "kind": "status", "status": 429, "retryAfterSeconds": 60}]`)
				_, _, err := asksAlias(t.Context(), clients["v1"], false)
				x.refused(err, http.StatusTooManyRequests)
			})
			w.serving(func(x *traffic) { // what was busy is forgotten
				account := x.stateID("Deployment::sweden.main").String()
				status, answer := x.manage(http.MethodDelete, account, nil)
				require.Less(t, status, 300, "%v", answer)
				for name, client := range map[string]openai.Client{"dated": x.withKey(x.key("first-team")), "v1": x.v1(x.key("first-team"))} {
					_, headers, err := asksAlias(t.Context(), client, false)
					require.NoError(t, err, name)
					require.Equal(t, "other", headers.Get("x-gateway-model"))
				}
			})
		})
	}
}

// asksAlias is one chat with the alias, and the model that the account says to have answered.
func asksAlias(ctx context.Context, client openai.Client, streamed bool) (model string, headers http.Header, err error) {
	var reply *http.Response
	asked := openai.ChatCompletionNewParams{Model: "chat", Messages: []openai.ChatCompletionMessageParamUnion{openai.UserMessage("Hello")}}
	if !streamed {
		answer, err := client.Chat.Completions.New(ctx, asked, option.WithResponseInto(&reply))
		if err != nil {
			return "", nil, err
		}
		return answer.Model, reply.Header, nil
	}
	stream := client.Chat.Completions.NewStreaming(ctx, asked, option.WithResponseInto(&reply))
	for stream.Next() {
		if named := stream.Current().Model; named != "" {
			model = named
		}
	}
	if err := stream.Err(); err != nil {
		return "", nil, err
	}
	return model, reply.Header, nil
}

// aliasIsListed: GET models tells the alias beside the deployments.
func aliasIsListed(t *testing.T, clients map[string]openai.Client) {
	t.Helper()
	for name, client := range clients {
		var names []string
		for list := client.Models.ListAutoPaging(t.Context()); list.Next(); {
			names = append(names, list.Current().ID)
		}
		require.Equal(t, []string{"main", "other", "chat"}, names, name)
		one, err := client.Models.Get(t.Context(), "chat")
		require.NoError(t, err)
		require.Equal(t, "chat", one.ID)
	}
}

// aliasIsLogged: traces have the alias and the deployment, token metrics and the gateway's log
// the backend that answered.
func (x *traffic) aliasIsLogged() {
	x.t.Helper()
	traces := x.rows("AppTraces")
	told := 0
	for _, row := range traces {
		properties, _ := row["Properties"].(map[string]any)
		if properties["alias"] == "chat" && properties["deployment"] == "main" {
			told++
		}
	}
	require.Equal(x.t, 4, told, "one for each of the chats")
	metrics := x.rows("AppMetrics")
	counted := map[any]bool{}
	for _, row := range metrics {
		if properties, _ := row["Properties"].(map[string]any); properties["model"] == "chat" {
			counted[properties["Backend ID"]] = true
		}
	}
	require.Equal(x.t, map[any]bool{"sweden-main": true, "path-sweden-main": true}, counted, "tokens of the alias, by the backend that answered")
	requests := x.rows("ApiManagementGatewayLogs")
	backends := map[any]int{}
	for _, row := range requests {
		if row["Method"] == http.MethodPost {
			backends[row["BackendId"]]++
		}
	}
	require.Equal(x.t, map[any]int{"sweden-main": 2, "path-sweden-main": 2}, backends)
}
