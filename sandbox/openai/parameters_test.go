package openai_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aoai-gateway/aoai-gateway/sandbox/lab"
)

// deploy adds a deployment of a model, with the model's name.
func (a *account) deploy(sku, model, version string) {
	a.t.Helper()
	require.NoError(a.t, a.lab.Put(lab.AccountID(lab.Backend{ID: "models"})+"/deployments/"+model, map[string]any{
		"sku":        map[string]any{"name": sku, "capacity": 100},
		"properties": map[string]any{"model": map[string]any{"format": "OpenAI", "name": model, "version": version}},
	}))
}

// Parameters that nobody knows are refused in the service's words:
// quarkiverse/quarkus-langchain4j#285 for several at once, lobehub/lobehub#10567 for the newer
// operations.
func TestUnknownParameters(t *testing.T) {
	t.Parallel()
	inAccount(t, 1000, "Standard", func(a *account) {
		const embeddings = "/openai/deployments/embeddings/embeddings" + version
		for _, c := range []struct {
			reason, path, body string
			code               any
			message            string
		}{
			{"one in chat", chat, asking("a", `"functionz":[]`), nil, "Unrecognized request argument supplied: functionz"},
			{"several in chat", chat, asking("a", `"topP":1,"frequencyPenalty":0`), nil, "Unrecognized request arguments supplied: frequencyPenalty, topP"},
			{"that of another operation", chat, asking("a", `"max_output_tokens":5`), nil, "Unrecognized request argument supplied: max_output_tokens"},
			{"one in embeddings", embeddings, `{"input":"a","temperature":1}`, nil, "Unrecognized request argument supplied: temperature"},
			{"one in responses", responsesPath, `{"model":"gpt-4o","input":"a","apiMode":"x"}`, "unknown_parameter", "Unknown parameter: 'apiMode'."},
			{"messages in responses", responsesPath, `{"model":"gpt-4o","input":"a","messages":[]}`, "unknown_parameter", "Unknown parameter: 'messages'."},
			{"what the sandbox does not model", chat, asking("a", `"data_sources":[]`), "SandboxNotModelled", "The sandbox does not model 'data_sources'; offer a function that searches."},
			{"the same in responses", responsesPath, `{"model":"gpt-4o","input":"a","conversation":"c"}`, "SandboxNotModelled", "The sandbox does not model 'conversation'; use 'previous_response_id'."},
		} {
			answer := a.ask("POST", c.path, c.body)
			require.Equal(t, 400, answer.status, "%s: %s", c.reason, answer.raw)
			require.Equal(t, c.code, answer.code(), c.reason)
			require.Equal(t, c.message, answer.message(), c.reason)
		}
	})
}

// Values that lie in very many others are refused, since reading them takes ever longer, and what
// has another type than it should counts as left out.
func TestRequestsOfOddShapes(t *testing.T) {
	t.Parallel()
	inAccount(t, 1000, "Standard", func(a *account) {
		nested := func(depth int) string {
			return `{"messages":[{"role":"user","content":` + strings.Repeat("[", depth) + `"a"` + strings.Repeat("]", depth) + `}]}`
		}
		require.Equal(t, 200, a.ask("POST", chat, nested(97)).status)
		deep := a.ask("POST", chat, nested(98))
		require.Equal(t, 400, deep.status)
		require.Equal(t, "The sandbox does not model requests whose values are nested more than 100 deep.", deep.message())
		response := a.respond(`"input":"Hello","text":"short","tools":"all","store":"no","reasoning":7`)
		require.Equal(t, map[string]any{"format": map[string]any{"type": "text"}}, response.body["text"])
		require.Equal(t, 200, a.ask("GET", responsesPath+"/"+response.id(), "").status, "it is stored")
	})
}

// Models that think refuse what Azure's page on reasoning lists as not supported; the words are
// those of microsoft/sample-app-aoai-chatGPT#1514 and of run-llama/llama_index#17731.
func TestParametersOfModelsThatThink(t *testing.T) {
	t.Parallel()
	inAccount(t, 1000, "Standard", func(a *account) {
		a.deploy("GlobalStandard", "gpt-5-mini", "2025-08-07")
		a.deploy("DataZoneStandard", "gpt-5.4-mini", "2026-03-17")
		const ok = ""
		for _, c := range []struct{ reason, model, chat, responses, inChat, inResponses string }{
			{"an older model takes all", "gpt-4o", `"max_tokens":5,"temperature":0.2`, `"temperature":0.2`, ok, ok},
			{
				"an older model does not think", "gpt-4o", `"reasoning_effort":"low"`, `"reasoning":{"effort":"low"}`,
				"Unrecognized request argument supplied: reasoning_effort", "Unsupported parameter: 'reasoning.effort' is not supported with this model.",
			},
			{"the older limit", "gpt-5.4-mini", `"max_tokens":5`, `"max_output_tokens":5`, "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead.", ok},
			{"the newer limit", "gpt-5.4-mini", `"max_completion_tokens":5`, `"max_output_tokens":5`, ok, ok},
			{
				"a temperature", "gpt-5-mini", `"temperature":0.2`, `"temperature":0.2`,
				"Unsupported value: 'temperature' does not support 0.2 with this model. Only the default (1) value is supported.", "Unsupported parameter: 'temperature' is not supported with this model.",
			},
			{"the default temperature", "gpt-5-mini", `"temperature":1`, `"temperature":1`, ok, ok},
			{"a temperature without an effort", "gpt-5.4-mini", `"temperature":0.2`, `"temperature":0.2`, ok, ok},
			{
				"a temperature with an effort", "gpt-5.4-mini", `"temperature":0.2,"reasoning_effort":"low"`, `"temperature":0.2,"reasoning":{"effort":"low"}`,
				"Unsupported value: 'temperature' does not support 0.2 with this model. Only the default (1) value is supported.", "Unsupported parameter: 'temperature' is not supported with this model.",
			},
			{"a share of likely tokens", "gpt-5-mini", `"top_p":0.5`, `"top_p":0.5`, "Unsupported parameter: 'top_p' is not supported with this model.", "Unsupported parameter: 'top_p' is not supported with this model."},
			{"probabilities", "gpt-5-mini", `"logprobs":true`, `"top_logprobs":2`, "Unsupported parameter: 'logprobs' is not supported with this model.", "Unsupported parameter: 'top_logprobs' is not supported with this model."},
		} {
			for _, each := range []struct{ path, body, want string }{
				{strings.Replace(chat, "gpt-4o", c.model, 1), asking("a", c.chat), c.inChat},
				{responsesPath, `{"model":"` + c.model + `","input":"a",` + c.responses + `}`, c.inResponses},
			} {
				answer := a.ask("POST", each.path, each.body)
				if each.want == ok {
					require.Equal(t, 200, answer.status, "%s: %s", c.reason, answer.raw)
					continue
				}
				require.Equal(t, 400, answer.status, "%s: %s", c.reason, each.path)
				require.Equal(t, each.want, answer.message(), c.reason)
			}
		}
		thought := a.respondOf("gpt-5.4-mini", `"input":"a","reasoning":{"effort":"low"}`)
		require.Equal(t, map[string]any{"effort": "low", "summary": nil}, thought.body["reasoning"])
	})
}

// A model that thinks answers an item of reasoning before its message, and thinking counts against
// the tokens that the answer may take: https://learn.microsoft.com/azure/foundry/openai/how-to/reasoning.
func TestReasoning(t *testing.T) {
	t.Parallel()
	inAccount(t, 1000, "Standard", func(a *account) {
		a.deploy("GlobalStandard", "gpt-5-mini", "2025-08-07")
		a.deploy("DataZoneStandard", "gpt-5.4-mini", "2026-03-17")
		kindsOf := func(answer got) (kinds []string) {
			for _, each := range answer.body["output"].([]any) {
				kinds = append(kinds, each.(map[string]any)["type"].(string))
			}
			return kinds
		}
		thought := func(answer got) float64 {
			return answer.body["usage"].(map[string]any)["output_tokens_details"].(map[string]any)["reasoning_tokens"].(float64)
		}
		always := a.respondOf("gpt-5-mini", `"input":"a"`)
		require.Equal(t, []string{"reasoning", "message"}, kindsOf(always))
		require.Positive(t, thought(always))
		never := a.respondOf("gpt-5.4-mini", `"input":"a"`)
		require.Equal(t, []string{"message"}, kindsOf(never), "from gpt-5.1 on the effort is none by default")
		require.Zero(t, thought(never))
		asked := a.respondOf("gpt-5.4-mini", `"input":"a","reasoning":{"effort":"high","summary":"auto"},"include":["reasoning.encrypted_content"]`)
		require.Greater(t, thought(asked), thought(always))
		item := asked.body["output"].([]any)[0].(map[string]any)
		require.Len(t, item["summary"], 1)
		require.NotEmpty(t, item["encrypted_content"])
		kinds, _ := events(t, a.respondOf("gpt-5.4-mini", `"input":"a","stream":true,"reasoning":{"effort":"high","summary":"auto"}`).raw)
		require.Contains(t, kinds, "response.reasoning_summary_text.delta")

		short := a.respondOf("gpt-5-mini", `"input":"a","max_output_tokens":20`)
		require.Equal(t, "incomplete", short.body["status"])
		require.Equal(t, []string{"reasoning"}, kindsOf(short), "all tokens went into thinking")
		choice := a.ask("POST", strings.Replace(chat, "gpt-4o", "gpt-5-mini", 1), asking("a", `"max_completion_tokens":20`)).choice(t)
		require.Equal(t, "length", choice["finish_reason"])
		require.Empty(t, choice["message"].(map[string]any)["content"])
	})
}

// A text of stop ends the answer before it.
func TestStop(t *testing.T) {
	t.Parallel()
	inAccount(t, 1000, "Standard", func(a *account) {
		content := func(more string) string {
			return a.ask("POST", chat, asking("Hello", more)).choice(t)["message"].(map[string]any)["content"].(string)
		}
		whole := content(`"n":1`)
		words := strings.Fields(whole)
		stop := words[3]
		before, _, _ := strings.Cut(whole, stop)
		require.Equal(t, before, content(`"stop":["never said","`+stop+`"]`))
		require.Equal(t, whole, content(`"stop":"never said"`))
	})
}
