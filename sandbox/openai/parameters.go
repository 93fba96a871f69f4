package openai

import (
	"maps"
	"slices"
	"strings"

	facts "github.com/aoai-gateway/aoai-gateway/internal/azure"
)

// parameters are what an operation takes. Source: the inference calls of Azure OpenAI's v1 API
// and of its dated ones, with what OpenAI's Go client 3.96 sends.
type parameters struct {
	taken []string
	// notModelled are those that Azure takes and the sandbox does not, with what to use instead.
	notModelled map[string]string
	// listed says that unknown ones are named all at once, without a code, as the older
	// operations do.
	listed bool
}

var sampling = []string{"frequency_penalty", "logit_bias", "presence_penalty", "seed", "stop", "stream", "stream_options", "temperature", "top_p"}

var parametersOf = map[string]parameters{
	"ChatCompletions_Create": {
		taken: append([]string{
			"access_programs", "audio", "logprobs", "max_completion_tokens", "max_tokens", "messages", "metadata", "modalities", "model", "moderation", "n", "parallel_tool_calls",
			"prediction", "prompt_cache_key", "prompt_cache_options", "prompt_cache_retention", "reasoning_effort", "response_format", "safety_identifier", "service_tier",
			"store", "tool_choice", "tools", "top_logprobs", "user", "user_security_context", "verbosity",
		}, sampling...),
		notModelled: map[string]string{
			"data_sources": "offer a function that searches", "function_call": "use 'tool_choice'", "functions": "use 'tools'", "web_search_options": "offer a function that searches",
		},
		listed: true,
	},
	"Completions_Create": {
		taken:       append([]string{"best_of", "max_tokens", "model", "n", "prompt", "user"}, sampling...),
		notModelled: map[string]string{"echo": "leave it out", "logprobs": "ask for them in chat", "suffix": "leave it out"}, listed: true,
	},
	"Embeddings_Create": {taken: []string{"dimensions", "encoding_format", "input", "input_type", "model", "user"}, listed: true},
	"Responses_Create": {
		taken: []string{
			"access_programs", "background", "include", "input", "instructions", "max_output_tokens", "max_tool_calls", "metadata", "model", "moderation",
			"parallel_tool_calls", "previous_response_id", "prompt_cache_key", "prompt_cache_options", "prompt_cache_retention", "reasoning", "safety_identifier", "service_tier", "store",
			"stream", "stream_options", "temperature", "text", "tool_choice", "tools", "top_logprobs", "top_p", "truncation", "user",
		},
		notModelled: map[string]string{"context_management": "leave it out", "conversation": "use 'previous_response_id'", "prompt": "write the prompt into 'input'"},
	},
	"ImageGenerations_Create": {taken: []string{
		"background", "model", "moderation", "n", "output_compression", "output_format", "partial_images", "prompt", "quality", "safety_identifier", "size",
		"stream", "user",
	}},
	"ImageEdits_Create": {taken: []string{
		"background", "image", "input_fidelity", "mask", "model", "n", "output_compression", "output_format", "partial_images", "prompt", "quality",
		"safety_identifier", "size", "stream", "user",
	}},
	"AudioSpeech_Create": {taken: []string{"input", "instructions", "model", "response_format", "speed", "stream_format", "voice"}},
	"AudioTranscriptions_Create": {taken: []string{
		"chunking_strategy", "file", "include", "keywords", "known_speaker_names", "known_speaker_references", "language", "languages", "model", "prompt", "response_format", "stream",
		"temperature", "timestamp_granularities",
	}},
	"AudioTranslations_Create": {taken: []string{"file", "model", "prompt", "response_format", "temperature"}},
}

// checkParameters refuses what the operation, or the model, does not take. Messages are the
// service's own, by public reports: quarkiverse/quarkus-langchain4j#285 for the older
// operations, lobehub/lobehub#10567 for the newer ones.
func (c *call) checkParameters(o operation) *refusal {
	known := parametersOf[o.name]
	var unknown []string
	for _, name := range slices.Sorted(maps.Keys(c.body)) {
		if instead, named := known.notModelled[name]; named && c.body[name] != nil {
			return notModelled("'%s'; %s", name, instead)
		}
		if _, named := known.notModelled[name]; !named && !slices.Contains(known.taken, name) {
			unknown = append(unknown, name)
		}
	}
	switch {
	case len(unknown) == 0:
		return c.checkModelParameters(o)
	case !known.listed:
		return invalid(unknown[0], "unknown_parameter", "Unknown parameter: '%s'.", unknown[0])
	case len(unknown) == 1:
		return invalid("", "", "Unrecognized request argument supplied: %s", unknown[0])
	}
	return invalid("", "", "Unrecognized request arguments supplied: %s", strings.Join(unknown, ", "))
}

// withoutSampling are parameters that models which think do not take. Source:
// https://learn.microsoft.com/azure/foundry/openai/how-to/reasoning, "Not supported".
var withoutSampling = []string{"presence_penalty", "frequency_penalty", "logprobs", "top_logprobs", "logit_bias", "top_p"}

// checkModelParameters refuses what the model does not take. Messages are the service's own:
// microsoft/sample-app-aoai-chatGPT#1514 for max_tokens, run-llama/llama_index#17731 and its
// like for the effort.
func (c *call) checkModelParameters(o operation) *refusal {
	isChat, isResponse := o.name == "ChatCompletions_Create", o.name == "Responses_Create"
	if !isChat && !isResponse {
		return nil
	}
	thinks := facts.Thinks(c.model.Name)
	effort := c.effort()
	switch {
	case isChat && facts.WantsCompletionTokens(c.model.Name) && c.body["max_tokens"] != nil:
		return unsupported("max_tokens", " Use 'max_completion_tokens' instead.")
	case isChat && thinks == facts.Never && c.body["reasoning_effort"] != nil:
		return invalid("", "", "Unrecognized request argument supplied: reasoning_effort")
	case isResponse && thinks == facts.Never && effort != "":
		return unsupported("reasoning.effort", "")
	case thinks == facts.Never || (thinks == facts.OnDemand && (effort == "" || effort == "none")):
		return nil
	}
	if t, given := c.body["temperature"].(float64); given && t != 1 {
		if isResponse {
			return unsupported("temperature", "")
		}
		return invalid("temperature", "unsupported_value", "Unsupported value: 'temperature' does not support %v with this model. Only the default (1) value is supported.", t)
	}
	for _, name := range withoutSampling {
		if value := c.body[name]; value != nil && value != false && value != 0.0 && (name != "top_p" || value != 1.0) {
			return unsupported(name, "")
		}
	}
	return nil
}

func unsupported(name, instead string) *refusal {
	return invalid(name, "unsupported_parameter", "Unsupported parameter: '%s' is not supported with this model.%s", name, instead)
}
