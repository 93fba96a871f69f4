package openai

// request is what a call of a model asks for: every parameter of the inference API once, and
// behind `of` the operations that take it. Source: the inference calls of Azure OpenAI's v1 API
// and of its dated ones, with what OpenAI's Go client 3.96 sends. What has another type than it
// should is as good as left out, unless checkNumbers or a reader of the parameter refuses it.
type request struct {
	AccessPrograms         unread           `json:"access_programs" of:"ChatCompletions Responses"`
	Audio                  audioOptions     `json:"audio" of:"ChatCompletions"`
	Background             bool             `json:"background" of:"Responses ImageGenerations ImageEdits"`
	BestOf                 unread           `json:"best_of" of:"Completions"`
	ChunkingStrategy       unread           `json:"chunking_strategy" of:"AudioTranscriptions"`
	Dimensions             maybe[float64]   `json:"dimensions" of:"Embeddings"`
	EncodingFormat         string           `json:"encoding_format" of:"Embeddings"`
	File                   unread           `json:"file" of:"AudioTranscriptions AudioTranslations"`
	FrequencyPenalty       maybe[float64]   `json:"frequency_penalty" of:"ChatCompletions Completions"`
	Image                  unread           `json:"image" of:"ImageEdits"`
	Include                []string         `json:"include" of:"Responses AudioTranscriptions"`
	Input                  part             `json:"input" of:"Embeddings Responses AudioSpeech"`
	InputFidelity          unread           `json:"input_fidelity" of:"ImageEdits"`
	InputType              unread           `json:"input_type" of:"Embeddings"`
	Instructions           part             `json:"instructions" of:"Responses AudioSpeech"`
	Keywords               unread           `json:"keywords" of:"AudioTranscriptions"`
	KnownSpeakerNames      unread           `json:"known_speaker_names" of:"AudioTranscriptions"`
	KnownSpeakerReferences unread           `json:"known_speaker_references" of:"AudioTranscriptions"`
	Language               unread           `json:"language" of:"AudioTranscriptions"`
	Languages              unread           `json:"languages" of:"AudioTranscriptions"`
	LogitBias              given            `json:"logit_bias" of:"ChatCompletions Completions"`
	Logprobs               bool             `json:"logprobs" of:"ChatCompletions"`
	Mask                   unread           `json:"mask" of:"ImageEdits"`
	MaxCompletionTokens    number           `json:"max_completion_tokens" of:"ChatCompletions"`
	MaxOutputTokens        number           `json:"max_output_tokens" of:"Responses"`
	MaxTokens              number           `json:"max_tokens" of:"ChatCompletions Completions"`
	MaxToolCalls           unread           `json:"max_tool_calls" of:"Responses"`
	Messages               part             `json:"messages" of:"ChatCompletions"`
	Metadata               unread           `json:"metadata" of:"ChatCompletions Responses"`
	Modalities             []string         `json:"modalities" of:"ChatCompletions"`
	Model                  string           `json:"model" of:"ChatCompletions Completions Embeddings Responses ImageGenerations ImageEdits AudioSpeech AudioTranscriptions AudioTranslations"`
	Moderation             unread           `json:"moderation" of:"ChatCompletions Responses ImageGenerations"`
	N                      number           `json:"n" of:"ChatCompletions Completions ImageGenerations ImageEdits"`
	OutputCompression      unread           `json:"output_compression" of:"ImageGenerations ImageEdits"`
	OutputFormat           maybe[string]    `json:"output_format" of:"ImageGenerations ImageEdits"`
	ParallelToolCalls      maybe[bool]      `json:"parallel_tool_calls" of:"ChatCompletions Responses"`
	PartialImages          number           `json:"partial_images" of:"ImageGenerations ImageEdits"`
	Prediction             unread           `json:"prediction" of:"ChatCompletions"`
	PresencePenalty        maybe[float64]   `json:"presence_penalty" of:"ChatCompletions Completions"`
	PreviousResponseID     string           `json:"previous_response_id" of:"Responses"`
	Prompt                 part             `json:"prompt" of:"Completions ImageGenerations ImageEdits AudioTranscriptions AudioTranslations"`
	PromptCacheKey         unread           `json:"prompt_cache_key" of:"ChatCompletions Responses"`
	PromptCacheOptions     unread           `json:"prompt_cache_options" of:"ChatCompletions Responses"`
	PromptCacheRetention   unread           `json:"prompt_cache_retention" of:"ChatCompletions Responses"`
	Quality                unread           `json:"quality" of:"ImageGenerations ImageEdits"`
	Reasoning              reasoningOptions `json:"reasoning" of:"Responses"`
	ReasoningEffort        maybe[string]    `json:"reasoning_effort" of:"ChatCompletions"`
	ResponseFormat         formatOption     `json:"response_format" of:"ChatCompletions AudioSpeech AudioTranscriptions AudioTranslations"`
	SafetyIdentifier       unread           `json:"safety_identifier" of:"ChatCompletions Responses ImageGenerations ImageEdits"`
	Seed                   unread           `json:"seed" of:"ChatCompletions Completions"`
	ServiceTier            unread           `json:"service_tier" of:"ChatCompletions Responses"`
	Size                   maybe[string]    `json:"size" of:"ImageGenerations ImageEdits"`
	Speed                  maybe[float64]   `json:"speed" of:"AudioSpeech"`
	Stop                   texts            `json:"stop" of:"ChatCompletions Completions"`
	Store                  bool             `json:"store" of:"ChatCompletions Responses"`
	Stream                 wish             `json:"stream" of:"ChatCompletions Completions Responses ImageGenerations ImageEdits AudioTranscriptions"`
	StreamFormat           string           `json:"stream_format" of:"AudioSpeech"`
	StreamOptions          streamOptions    `json:"stream_options" of:"ChatCompletions Completions Responses"`
	Temperature            number           `json:"temperature" of:"ChatCompletions Completions Responses AudioTranscriptions AudioTranslations"`
	Text                   textOptions      `json:"text" of:"Responses"`
	TimestampGranularities []string         `json:"timestamp_granularities" of:"AudioTranscriptions"`
	ToolChoice             toolChoice       `json:"tool_choice" of:"ChatCompletions Responses"`
	Tools                  []offer          `json:"tools" of:"ChatCompletions Responses"`
	TopLogprobs            maybe[float64]   `json:"top_logprobs" of:"ChatCompletions Responses"`
	TopP                   number           `json:"top_p" of:"ChatCompletions Completions Responses"`
	Truncation             unread           `json:"truncation" of:"Responses"`
	User                   unread           `json:"user" of:"ChatCompletions Completions Embeddings Responses ImageGenerations ImageEdits"`
	UserSecurityContext    unread           `json:"user_security_context" of:"ChatCompletions"`
	Verbosity              unread           `json:"verbosity" of:"ChatCompletions"`
	Voice                  given            `json:"voice" of:"AudioSpeech"`
}

// newRequest has what holds where a request does not say.
func newRequest() request {
	return request{Store: true, ParallelToolCalls: maybe[bool]{value: true}}
}

// streamOptions are those of chat and completions.
type streamOptions struct {
	IncludeUsage bool `json:"include_usage"`
}

// reasoningOptions are those of the Responses API.
type reasoningOptions struct {
	Effort  string `json:"effort"`
	Summary string `json:"summary"`
}

// wantsStream tells whether the answer is to come as events.
func (c *call) wantsStream() bool { return bool(c.body.Stream) }

// includesUsage tells whether the caller wants the usage at the end of a stream.
func (c *call) includesUsage() bool { return c.body.StreamOptions.IncludeUsage }

// named is a number with its parameter's name.
type named struct {
	name string
	number
}

// mostTokens are the parameters that bound an answer.
func (r *request) mostTokens() [3]named {
	return [3]named{{"max_tokens", r.MaxTokens}, {"max_completion_tokens", r.MaxCompletionTokens}, {"max_output_tokens", r.MaxOutputTokens}}
}

// checkNumbers refuses numbers that are none, or that are out of their bounds.
func (r *request) checkNumbers(inForm bool) *refusal {
	most := r.mostTokens()
	for _, each := range append(most[:], named{"temperature", r.Temperature}, named{"top_p", r.TopP}, named{"n", r.N}, named{"partial_images", r.PartialImages}) {
		if each.given && (!each.is || (each.isText && !inForm)) {
			return invalid(each.name, "invalid_type", "Invalid type for '%s': expected a number.", each.name)
		}
	}
	if n := r.N; n.given && (n.value < 1 || n.value > maxChoices || !n.whole()) {
		return invalid("n", "invalid_value", "Invalid 'n': %v is not a whole number from 1 to %d.", n.value, maxChoices)
	}
	for _, each := range most {
		if each.given && (each.value < 1 || !each.whole()) {
			return invalid(each.name, "integer_below_min_value", "Invalid '%s': %v is not a whole number of at least 1.", each.name, each.value)
		}
	}
	if t := r.Temperature; t.given && !t.isText && (t.value < 0 || t.value > 2) {
		return invalid("temperature", "decimal_above_max_value", "Invalid 'temperature': %v is not between 0 and 2.", t.value)
	}
	return nil
}

// maxChoices is how many answers a request may want.
const maxChoices = 128
