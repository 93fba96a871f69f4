package openai

import (
	"reflect"
	"slices"
	"strings"

	"github.com/tidwall/gjson"

	facts "github.com/aoai-gateway/aoai-gateway/internal/azure"
)

// beyond is what an operation of Azure takes and the sandbox does not, with what to use instead.
var beyond = map[string]map[string]string{
	"ChatCompletions_Create": {
		"data_sources": "offer a function that searches", "function_call": "use 'tool_choice'", "functions": "use 'tools'", "web_search_options": "offer a function that searches",
	},
	"Completions_Create": {"echo": "leave it out", "logprobs": "ask for them in chat", "suffix": "leave it out"},
	"Responses_Create":   {"context_management": "leave it out", "conversation": "use 'previous_response_id'", "prompt": "write the prompt into 'input'"},
}

// listsUnknown are the operations that name all unknown parameters at once, without a code, as
// the older ones do.
var listsUnknown = []string{"ChatCompletions_Create", "Completions_Create", "Embeddings_Create"}

// taken are the names of the parameters that each operation takes, by request's tags.
var taken = readTaken()

func readTaken() map[string]map[string]bool {
	all := map[string]map[string]bool{}
	for field := range reflect.TypeFor[request]().Fields() {
		for each := range strings.FieldsSeq(field.Tag.Get("of")) {
			operation := each + "_Create"
			if all[operation] == nil {
				all[operation] = map[string]bool{}
			}
			all[operation][field.Tag.Get("json")] = true
		}
	}
	return all
}

// checkParameters refuses what the operation, or the model, does not take. Messages are the
// service's own, by public reports: quarkiverse/quarkus-langchain4j#285 for the older
// operations, lobehub/lobehub#10567 for the newer ones.
func (c *call) checkParameters(o operation) *refusal {
	var unknown []string
	var refused *refusal
	gjson.ParseBytes(c.raw).ForEach(func(name, value gjson.Result) bool {
		instead, isBeyond := beyond[o.name][name.Str]
		if isBeyond && value.Type != gjson.Null && refused == nil {
			refused = notModelled("'%s'; %s", name.Str, instead)
		}
		if !isBeyond && !taken[o.name][name.Str] {
			unknown = append(unknown, name.Str)
		}
		return true
	})
	if refused != nil {
		return refused
	}
	slices.Sort(unknown)
	unknown = slices.Compact(unknown)
	switch {
	case len(unknown) == 0:
		return c.checkModelParameters(o)
	case !slices.Contains(listsUnknown, o.name):
		return invalid(unknown[0], "unknown_parameter", "Unknown parameter: '%s'.", unknown[0])
	case len(unknown) == 1:
		return invalid("", "", "Unrecognized request argument supplied: %s", unknown[0])
	}
	return invalid("", "", "Unrecognized request arguments supplied: %s", strings.Join(unknown, ", "))
}

// withoutSampling is the first parameter of a request that models which think do not take; ""
// for none. Source: https://learn.microsoft.com/azure/foundry/openai/how-to/reasoning, "Not
// supported".
func (r *request) withoutSampling() string {
	asks := func(n maybe[float64]) bool { return n.given && (!n.is || n.value != 0) }
	switch {
	case asks(r.PresencePenalty):
		return "presence_penalty"
	case asks(r.FrequencyPenalty):
		return "frequency_penalty"
	case r.Logprobs:
		return "logprobs"
	case asks(r.TopLogprobs):
		return "top_logprobs"
	case bool(r.LogitBias):
		return "logit_bias"
	case r.TopP.given && r.TopP.value != 0 && r.TopP.value != 1:
		return "top_p"
	}
	return ""
}

// checkModelParameters refuses what the model does not take. Messages are the service's own:
// microsoft/sample-app-aoai-chatGPT#1514 for max_tokens, run-llama/llama_index#17731 and its
// like for the effort.
func (c *call) checkModelParameters(o operation) *refusal {
	isChat, isResponse := o.capability == facts.Chat, o.capability == facts.Responses
	if !isChat && !isResponse {
		return nil
	}
	thinks := facts.Thinks(c.model.Name)
	effort := c.effort()
	switch {
	case isChat && facts.WantsCompletionTokens(c.model.Name) && c.body.MaxTokens.given:
		return unsupported("max_tokens", " Use 'max_completion_tokens' instead.")
	case isChat && thinks == facts.Never && c.body.ReasoningEffort.given:
		return invalid("", "", "Unrecognized request argument supplied: reasoning_effort")
	case isResponse && thinks == facts.Never && effort != "":
		return unsupported("reasoning.effort", "")
	case thinks == facts.Never || (thinks == facts.OnDemand && (effort == "" || effort == "none")):
		return nil
	}
	if t := c.body.Temperature; t.given && t.is && t.value != 1 {
		if isResponse {
			return unsupported("temperature", "")
		}
		return invalid("temperature", "unsupported_value", "Unsupported value: 'temperature' does not support %v with this model. Only the default (1) value is supported.", t.value)
	}
	if name := c.body.withoutSampling(); name != "" {
		return unsupported(name, "")
	}
	return nil
}

func unsupported(name, instead string) *refusal {
	return invalid(name, "unsupported_parameter", "Unsupported parameter: '%s' is not supported with this model.%s", name, instead)
}
