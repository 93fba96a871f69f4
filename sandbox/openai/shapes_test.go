package openai_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

const citySchema = `{"type":"object","properties":{"city":{"type":"string"},"unit":{"enum":["C","F"]}},"required":["city","unit"],"additionalProperties":false}`

const cityJSON = `{"city":"sandbox","unit":"C"}`

// choice is the first one of a chat answer.
func (g got) choice(t *testing.T) map[string]any {
	t.Helper()
	require.Equal(t, 200, g.status, g.raw)
	return g.body["choices"].([]any)[0].(map[string]any)
}

func asking(question, more string) string {
	return `{"messages":[{"role":"user","content":"` + question + `"}],` + more + `}`
}

// Both APIs answer JSON for the schema, whole and streamed. The request's form is that of
// https://learn.microsoft.com/azure/foundry/openai/how-to/structured-outputs.
func TestStructuredOutput(t *testing.T) {
	t.Parallel()
	inAccount(t, 1000, "Standard", func(a *account) {
		format := `"response_format":{"type":"json_schema","json_schema":{"name":"city","strict":true,"schema":` + citySchema + `}}`
		require.JSONEq(t, cityJSON, a.ask("POST", chat, asking("Hello", format)).choice(t)["message"].(map[string]any)["content"].(string))
		response := a.respond(`"input":"Hello","text":{"verbosity":"low","format":{"type":"json_schema","name":"city","strict":true,"schema":` + citySchema + `}}`)
		require.JSONEq(t, cityJSON, text(t, response))
		require.Equal(t, "city", response.body["text"].(map[string]any)["format"].(map[string]any)["name"])
		short := a.ask("POST", chat, asking("Hello", `"max_completion_tokens":2,`+format)).choice(t)
		require.Equal(t, "length", short["finish_reason"], "an answer that is cut off is no JSON")
		object := a.ask("POST", chat, asking("Write JSON", `"response_format":{"type":"json_object"}`)).choice(t)
		require.JSONEq(t, `{"answer":"sandbox"}`, object["message"].(map[string]any)["content"].(string))
	})
}

// A model calls the functions that a message names, and those that it has to call.
func TestToolChoice(t *testing.T) {
	t.Parallel()
	tools := `"tools":[{"type":"function","function":{"name":"weather","parameters":` + citySchema + `}},{"type":"function","function":{"name":"time"}}]`
	flat := `"tools":[{"type":"function","name":"weather","parameters":` + citySchema + `},{"type":"function","name":"time"},{"type":"web_search"}]`
	inAccount(t, 1000, "Standard", func(a *account) {
		for _, c := range []struct {
			reason, question, chat, responses string
			calls                             []string
			finish                            string
		}{
			{"no name is said", "Hello", "", "", nil, "stop"},
			{"one name is said", "What does weather say?", "", "", []string{"weather"}, "tool_calls"},
			{"a part of a word is no name", "Sometimes", "", "", nil, "stop"},
			{"two names are said", "weather and time", "", "", []string{"weather", "time"}, "tool_calls"},
			{"two names, one at a time", "weather and time", `,"parallel_tool_calls":false`, `,"parallel_tool_calls":false`, []string{"weather"}, "tool_calls"},
			{"none may be called", "weather", `,"tool_choice":"none"`, `,"tool_choice":"none"`, nil, "stop"},
			{"any has to be called", "Hello", `,"tool_choice":"required"`, `,"tool_choice":"required"`, []string{"weather"}, "tool_calls"},
			{
				"one has to be called", "weather", `,"tool_choice":{"type":"function","function":{"name":"time"}}`, `,"tool_choice":{"type":"function","name":"time"}`,
				[]string{"time"},
				"stop",
			},
			{
				"some are allowed", "weather and time", `,"tool_choice":{"type":"allowed_tools","allowed_tools":{"mode":"auto","tools":[{"type":"function","function":{"name":"time"}}]}}`,
				`,"tool_choice":{"type":"allowed_tools","mode":"auto","tools":[{"type":"function","name":"time"}]}`,
				[]string{"time"},
				"tool_calls",
			},
		} {
			choice := a.ask("POST", chat, asking(c.question, tools+c.chat)).choice(t)
			require.Equal(t, c.finish, choice["finish_reason"], c.reason)
			var names []string
			called, _ := choice["message"].(map[string]any)["tool_calls"].([]any)
			for _, each := range called {
				function := each.(map[string]any)["function"].(map[string]any)
				names = append(names, function["name"].(string))
				require.True(t, json.Valid([]byte(function["arguments"].(string))), c.reason)
			}
			require.Equal(t, c.calls, names, c.reason)

			names = nil
			response := a.respond(`"input":"` + c.question + `",` + flat + c.responses)
			for _, each := range response.body["output"].([]any) {
				if item := each.(map[string]any); item["type"] == "function_call" {
					names = append(names, item["name"].(string))
				}
			}
			require.Equal(t, c.calls, names, "responses: %s", c.reason)
			require.Len(t, response.body["tools"], 3, "the tools are repeated")
		}
		answered := `{"messages":[{"role":"user","content":"weather"},{"role":"assistant","tool_calls":[]},{"role":"tool","tool_call_id":"call_1","content":"weather: 3 C"}],` + tools + `}`
		require.Equal(t, "stop", a.ask("POST", chat, answered).choice(t)["finish_reason"], "after a function's answer comes text")
	})
}

// Pieces of a streamed call make the whole one, in both APIs.
func TestStreamsOfToolCalls(t *testing.T) {
	t.Parallel()
	inAccount(t, 1000, "Standard", func(a *account) {
		raw := a.ask("POST", chat, asking("weather", `"stream":true,"tools":[{"type":"function","function":{"name":"weather","parameters":`+citySchema+`}}]`)).raw
		var name, arguments strings.Builder
		for _, event := range strings.Split(strings.TrimSuffix(strings.TrimSpace(raw), "data: [DONE]"), "\n\n") {
			var chunk struct {
				Choices []struct {
					Delta struct {
						ToolCalls []struct {
							Function struct{ Name, Arguments string }
						} `json:"tool_calls"`
					}
				}
			}
			if json.Unmarshal([]byte(strings.TrimPrefix(event, "data: ")), &chunk) != nil || len(chunk.Choices) == 0 {
				continue
			}
			for _, call := range chunk.Choices[0].Delta.ToolCalls {
				name.WriteString(call.Function.Name)
				arguments.WriteString(call.Function.Arguments)
			}
		}
		require.Equal(t, "weather", name.String())
		require.JSONEq(t, cityJSON, arguments.String())

		kinds, bodies := events(t, a.respond(`"input":"weather","stream":true,"tools":[{"type":"function","name":"weather","parameters":`+citySchema+`}]`).raw)
		require.Contains(t, kinds, "response.function_call_arguments.delta")
		for i, kind := range kinds {
			if kind == "response.function_call_arguments.done" {
				require.JSONEq(t, cityJSON, bodies[i]["arguments"].(string))
			}
		}
	})
}

// Probabilities are of the very tokens of the answer. The shape is that of OpenAI's reference of
// chat completions.
func TestLogprobs(t *testing.T) {
	t.Parallel()
	inAccount(t, 1000, "Standard", func(a *account) {
		choice := a.ask("POST", chat, asking("Hello", `"logprobs":true,"top_logprobs":3`)).choice(t)
		tokens := func(list any) string {
			var b strings.Builder
			for _, each := range list.([]any) {
				entry := each.(map[string]any)
				b.WriteString(entry["token"].(string))
				require.Len(t, entry["top_logprobs"], 3)
				require.Equal(t, entry["token"], entry["top_logprobs"].([]any)[0].(map[string]any)["token"])
				require.LessOrEqual(t, entry["logprob"], 0.0)
			}
			return b.String()
		}
		require.Equal(t, choice["message"].(map[string]any)["content"], tokens(choice["logprobs"].(map[string]any)["content"]))
		require.Nil(t, a.ask("POST", chat, hello).choice(t)["logprobs"])
		response := a.respond(`"input":"Hello","include":["message.output_text.logprobs"],"top_logprobs":3`)
		part := response.body["output"].([]any)[0].(map[string]any)["content"].([]any)[0].(map[string]any)
		require.Equal(t, part["text"], tokens(part["logprobs"]))
	})
}

// Several answers differ, and each is streamed.
func TestSeveralAnswers(t *testing.T) {
	t.Parallel()
	inAccount(t, 1000, "Standard", func(a *account) {
		answer := a.ask("POST", chat, asking("Hello", `"n":2`))
		texts := map[float64]string{}
		for _, each := range answer.body["choices"].([]any) {
			choice := each.(map[string]any)
			texts[choice["index"].(float64)] = choice["message"].(map[string]any)["content"].(string)
		}
		require.Len(t, texts, 2)
		require.NotEqual(t, texts[0], texts[1])
		streamed := map[float64]string{}
		for event := range strings.SplitSeq(a.ask("POST", chat, asking("Hello", `"n":2,"stream":true`)).raw, "\n\n") {
			var chunk struct {
				Choices []struct {
					Index float64
					Delta struct{ Content string }
				}
			}
			if json.Unmarshal([]byte(strings.TrimPrefix(event, "data: ")), &chunk) == nil {
				for _, choice := range chunk.Choices {
					streamed[choice.Index] += choice.Delta.Content
				}
			}
		}
		require.Equal(t, texts, streamed)
	})
}

// Words are the service's own, by public reports: vercel/ai#6403 for schemas, and the documents
// of libraries that quote them for the others. Those that name the sandbox are its own.
func TestRefusalsOfShapes(t *testing.T) {
	t.Parallel()
	function := func(inner string) string { return `"tools":[{"type":"function","function":{` + inner + `}}]` }
	inAccount(t, 1000, "Standard", func(a *account) {
		for _, c := range []struct {
			reason, path, body string
			status             int
			code               any
			message            string
		}{
			{"a format that there is none of", chat, asking("a", `"response_format":{"type":"xml"}`), 400, "invalid_value", "Invalid value: 'xml'. Supported values are: 'json_object', 'json_schema', and 'text'."},
			{"nothing asks for JSON", chat, asking("a", `"response_format":{"type":"json_object"}`), 400, nil, "'messages' must contain the word 'json' in some form, to use 'response_format' of type 'json_object'."},
			{"a schema without a name", chat, asking("a", `"response_format":{"type":"json_schema","json_schema":{"schema":{}}}`), 400, "missing_required_parameter", "Missing required parameter: 'response_format.json_schema.name'."},
			{
				"a schema that is not strict", chat, asking("a", `"response_format":{"type":"json_schema","json_schema":{"name":"x","strict":true,"schema":{"type":"object"}}}`),
				400, nil, "Invalid schema for response_format 'x': In context=(), 'additionalProperties' is required to be supplied and to be false.",
			},
			{
				"the same in the Responses API", responsesPath, `{"model":"gpt-4o","input":"a","text":{"format":{"type":"json_schema","name":"x","strict":true,"schema":{"type":"object"}}}}`,
				400, "invalid_json_schema", "Invalid schema for response_format 'x': In context=(), 'additionalProperties' is required to be supplied and to be false.",
			},
			{"a choice without tools", chat, asking("a", `"tool_choice":"auto"`), 400, nil, "Invalid value for 'tool_choice': 'tool_choice' is only allowed when 'tools' are specified."},
			{"a choice that there is none of", chat, asking("a", `"tool_choice":"any",`+function(`"name":"f"`)), 400, "invalid_value", "Invalid value: 'any'. Supported values are: 'none', 'auto', and 'required'."},
			{
				"a function that nobody offers", chat, asking("a", `"tool_choice":{"type":"function","function":{"name":"g"}},`+function(`"name":"f"`)),
				400, nil, "Invalid value for 'tool_choice': no function named 'g' was specified in the 'tools' parameter.",
			},
			{
				"a name with a space", chat, asking("a", function(`"name":"f g"`)),
				400, "invalid_value", "Invalid 'tools[0].function.name': string does not match pattern. Expected a string that matches the pattern '^[a-zA-Z0-9_-]+$'.",
			},
			{
				"parameters that are no object", chat, asking("a", function(`"name":"f","parameters":{"oneOf":[]}`)),
				400, "invalid_function_parameters", `Invalid schema for function 'f': schema must be a JSON Schema of 'type: "object"', got 'type: "None"'.`,
			},
			{"a tool that chat does not have", chat, asking("a", `"tools":[{"type":"web_search"}]`), 400, "SandboxNotModelled", "The sandbox does not model tools of type 'web_search'; it knows 'function'."},
			{"too many alternatives", chat, asking("a", `"logprobs":true,"top_logprobs":21`), 400, "invalid_value", "Invalid 'top_logprobs': 21 is not a whole number from 0 to 20."},
			{"alternatives alone", chat, asking("a", `"top_logprobs":2`), 400, nil, "The 'top_logprobs' parameter is only allowed when 'logprobs' is enabled."},
			{
				"a schema that is beyond the sandbox", chat, asking("a", `"response_format":{"type":"json_schema","json_schema":{"name":"x","schema":{"not":{"type":"string"}}}}`),
				400, "SandboxNotModelled", "",
			},
		} {
			answer := a.ask("POST", c.path, c.body)
			require.Equal(t, c.status, answer.status, "%s: %s", c.reason, answer.raw)
			require.Equal(t, c.code, answer.code(), "%s: %s", c.reason, answer.raw)
			if c.message != "" {
				require.Equal(t, c.message, answer.message(), c.reason)
			}
		}
	})
}
