package policies_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aoai-gateway/aoai-gateway/internal/policy"
	"github.com/aoai-gateway/aoai-gateway/internal/policy/script"
	"github.com/aoai-gateway/aoai-gateway/policies"
)

// newStoppable is a gateway whose budget is in a state.
func newStoppable(t *testing.T, state, alias, lines string, more ...policies.Part) *gateway {
	t.Helper()
	parts := append([]policies.Part{policies.Model{}, policies.BudgetStop{State: "{{budget-state}}", Budget: "{{budget-name}}", Alias: alias}}, more...)
	rendered, err := policies.Compose(append(parts, policies.Errors{})...)
	require.NoError(t, err)
	program, findings := policy.NewCompiler().Compile([]policy.Source{{Scope: policy.API, Text: rendered.Document}}, policy.Options{
		Switches: policy.Switches{Rawxml: true}, NamedValues: map[string]string{"budget-state": state, "budget-name": "budget-aoai-1"},
	})
	require.NotNil(t, program, findings)
	written, err := script.Parse(lines)
	require.NoError(t, err)
	return &gateway{t, program, script.New(written)}
}

const answering = "base https://api.example/openai\nanswer * => 200\n"

const (
	chatOfPath = answering + "template /deployments/{deployment-id}/chat/completions\nparameter deployment-id gpt"
	v1Chat     = `POST /v1/chat/completions
Content-Type: application/json

{"model":"gpt","messages":[]}`
	v1Embeddings = `POST /v1/embeddings
Content-Type: application/json

{"model":"gpt","input":"Hello"}`
)

func TestBudgetStop(t *testing.T) {
	t.Parallel()
	const refusal = "The budget budget-aoai-1 is spent"
	cases := []struct {
		reason, state, alias, script, request string
		contains, lacks                       []string
	}{
		{"an open budget lets calls through", policies.BudgetOpen, "", chatOfPath, chat, []string{"> POST https://api.example/openai/deployments/gpt/chat/completions"}, []string{"x-gateway-budget"}},
		{
			"a spent one refuses them, in words that say what to do, and tells clients not to try again", policies.BudgetStopped, "", chatOfPath, chat,
			[]string{"429 Too Many Requests", "x-should-retry: false", "x-gateway-budget: stopped", `"code":"insufficient_quota"`, refusal, "ask those who run this gateway"},
			[]string{"> POST", "retry-after"},
		},
		{"what else the value may be stops nothing", "", "", chatOfPath, chat, []string{"> POST"}, []string{"429"}},
		{
			"chat is led to the alias by its path", policies.BudgetStopped, "mini", chatOfPath, chat,
			[]string{"> POST https://api.example/openai/deployments/mini/chat/completions?api-version=1", "x-gateway-budget: mini"},
			[]string{"429"},
		},
		{
			"and by its body", policies.BudgetStopped, "mini", answering, v1Chat,
			[]string{"> POST https://api.example/openai/v1/chat/completions", `{"model":"mini","messages":[]}`, "x-gateway-budget: mini"},
			[]string{"429"},
		},
		{"an alias is no model for embeddings: they are refused", policies.BudgetStopped, "mini", answering, v1Embeddings, []string{"429 Too Many Requests", "with the model mini", "x-should-retry: false"}, []string{"> POST"}},
		{
			"a stored response is read: that costs nothing", policies.BudgetStopped, "",
			answering + "template /v1/responses/{id}\nparameter id resp_1", "GET /v1/responses/resp_1",
			[]string{"> GET https://api.example/openai/v1/responses/resp_1"},
			[]string{"429"},
		},
		{
			"one in the background is cancelled: that saves money", policies.BudgetStopped, "mini",
			answering + "template /v1/responses/{id}/cancel\nparameter id resp_1", "POST /v1/responses/resp_1/cancel",
			[]string{"> POST https://api.example/openai/v1/responses/resp_1/cancel"},
			[]string{"429"},
		},
		{"an open budget leaves models alone", policies.BudgetOpen, "mini", answering, v1Chat, []string{`{"model":"gpt","messages":[]}`}, []string{"x-gateway-budget"}},
	}
	for _, c := range cases {
		t.Run(c.reason, func(t *testing.T) {
			t.Parallel()
			record := newStoppable(t, c.state, c.alias, c.script).send(c.request)
			for _, part := range c.contains {
				require.Contains(t, record, part)
			}
			for _, part := range c.lacks {
				require.NotContains(t, record, part)
			}
		})
	}
}

func TestBudgetStopValidates(t *testing.T) {
	t.Parallel()
	require.ErrorContains(t, policies.BudgetStop{State: "stopped"}.Validate(), "state: \"stopped\" is no reference to a named value")
	require.ErrorContains(t, policies.BudgetStop{State: "{{budget-state}}"}.Validate(), "budget: is missing")
}
