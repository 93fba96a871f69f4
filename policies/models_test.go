package policies_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aoai-gateway/aoai-gateway/policies"
)

// What callers can ask for is told by the gateway, which knows what the stack deployed: an
// account would tell of all models that it could have, and of its own alone. Its answer has
// the members that OpenAI's clients read: openai-go's Model wants id, object, created and
// owned_by. Source: https://learn.microsoft.com/rest/api/azureopenai/models/list
func TestModelsAreTold(t *testing.T) {
	t.Parallel()
	pooled := pool()
	pooled.Consumption = true
	for _, balancer := range []policies.Part{balancer(), pool(), pooled} {
		cases := []struct{ reason, lines, request, status, body string }{
			{
				"all of them", noModel, "GET /v1/models", "200 OK",
				`{"object":"list","data":[{"id":"gpt","object":"model","created":0,"owned_by":"azure"},{"id":"embeddings","object":"model","created":0,"owned_by":"azure"}]}`,
			},
			{"one, whatever its case", noModel + "template /v1/models/{model}\nparameter model GPT\n", "GET /v1/models/GPT", "200 OK", `{"id":"gpt","object":"model","created":0,"owned_by":"azure"}`},
			{"one that is not there", noModel + "template /v1/models/{model}\nparameter model gpt-9\n", "GET /v1/models/gpt-9", "404 Not Found", `"code":"DeploymentNotFound"`},
			{"a call of a model that is not there", noModel, "POST /v1/chat/completions\nContent-Type: application/json\n\n{\"model\":\"gpt-9\"}", "404 Not Found", `"code":"DeploymentNotFound"`},
			{"a call that names no model", noModel, "POST /v1/chat/completions\nContent-Type: application/json\n\n{}", "400 Bad Request", "names no model"},
		}
		for _, c := range cases {
			t.Run(c.reason, func(t *testing.T) {
				t.Parallel()
				record := newGateway(t, c.lines+"answer * => 200", policies.Model{}, balancer, policies.ManagedIdentity{}, policies.Errors{}).send(c.request)
				require.Contains(t, record, "= "+c.status+"\n")
				require.Contains(t, record, c.body)
				require.NotContains(t, record, "\n> ", "no account is asked")
			})
		}
	}
}

// Lists are calls, too: limits hold for them.
func TestListsAreLimited(t *testing.T) {
	t.Parallel()
	g := newGateway(t, noModel+"subscription team-a\nanswer * => 200", policies.Access{SubscriptionKey: true}, policies.Model{},
		policies.Limited{Key: policies.ByCaller, Limits: policies.Limits{Calls: 1}}, balancer(), policies.Errors{})
	require.Contains(t, g.send("GET /v1/models"), "= 200 OK")
	require.Contains(t, g.send("GET /v1/models"), "= 429 Too Many Requests")
}

// On Consumption, whose documents are small, white space is left out and nothing else.
func TestConsumptionIsDense(t *testing.T) {
	t.Parallel()
	part := pool()
	part.Consumption, part.Stored.Backends = true, []string{"aa", "bb"}
	plain, err := policies.Place{}.Compose(policies.Model{}, part)
	require.NoError(t, err)
	short, err := policies.Place{Consumption: true}.Compose(policies.Model{}, part)
	require.NoError(t, err)
	require.Equal(t, strings.Join(strings.Fields(plain.Document), ""), strings.Join(strings.Fields(short.Document), ""))
	require.NotContains(t, short.Document, "\n ")
	require.Less(t, len(short.Document), len(plain.Document)*9/10)
}
