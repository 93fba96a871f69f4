package openai

import "encoding/json"

// response is what the Responses API answers. Source: the Response object of Azure OpenAI's v1
// API.
type response struct {
	ID                string             `json:"id"`
	Object            string             `json:"object"`
	CreatedAt         int64              `json:"created_at"`
	CompletedAt       *int64             `json:"completed_at"`
	Status            string             `json:"status"`
	Model             string             `json:"model"`
	Output            []item             `json:"output"`
	Error             *struct{}          `json:"error"`
	IncompleteDetails *incompleteDetails `json:"incomplete_details"`
	Usage             *responseUsage     `json:"usage"`
	ContentFilters    []responseFilter   `json:"content_filters"`
	echoed
}

// echoed are the parameters that a response repeats as they were written, with their defaults.
type echoed struct {
	Background         echo          `json:"background"`
	Instructions       echo          `json:"instructions"`
	MaxOutputTokens    echo          `json:"max_output_tokens"`
	MaxToolCalls       echo          `json:"max_tool_calls"`
	Metadata           echo          `json:"metadata"`
	ParallelToolCalls  echo          `json:"parallel_tool_calls"`
	PreviousResponseID echo          `json:"previous_response_id"`
	PromptCacheKey     echo          `json:"prompt_cache_key"`
	Reasoning          echoReasoning `json:"reasoning"`
	SafetyIdentifier   echo          `json:"safety_identifier"`
	ServiceTier        echo          `json:"service_tier"`
	Store              echo          `json:"store"`
	Temperature        echo          `json:"temperature"`
	Text               echoText      `json:"text"`
	ToolChoice         echo          `json:"tool_choice"`
	Tools              echo          `json:"tools"`
	TopLogprobs        echo          `json:"top_logprobs"`
	TopP               echo          `json:"top_p"`
	Truncation         echo          `json:"truncation"`
	User               echo          `json:"user"`
}

// echo is a parameter as it was written; null where it has no default and is left out.
type echo struct{ written json.RawMessage }

// UnmarshalJSON keeps the default for null.
func (e *echo) UnmarshalJSON(data []byte) error {
	if !isNull(data) {
		e.written = append(json.RawMessage{}, data...)
	}
	return nil
}

// MarshalJSON writes what was written.
func (e echo) MarshalJSON() ([]byte, error) { return json.Marshal(e.written) }

// echoReasoning has no other members than these.
type echoReasoning struct {
	Effort  echo `json:"effort"`
	Summary echo `json:"summary"`
}

// echoText says how text is formatted, whatever else it says.
type echoText struct{ written map[string]json.RawMessage }

// UnmarshalJSON takes anything.
func (e *echoText) UnmarshalJSON(data []byte) error {
	lenient(data, &e.written)
	return nil
}

// MarshalJSON writes what was written, and that the format is text where it says none.
func (e echoText) MarshalJSON() ([]byte, error) {
	all := map[string]json.RawMessage{"format": json.RawMessage(`{"type":"text"}`)}
	for name, value := range e.written {
		if !isNull(value) || name != "format" {
			all[name] = value
		}
	}
	return json.Marshal(all)
}

// repeated are the parameters of the call as its response repeats them.
func (c *call) repeated() echoed {
	said := func(standard string) echo { return echo{json.RawMessage(standard)} }
	e := echoed{
		Background: said("false"), Metadata: said("{}"), ParallelToolCalls: said("true"), ServiceTier: said(`"default"`), Store: said("true"),
		Temperature: said("1"), ToolChoice: said(`"auto"`), Tools: said("[]"), TopLogprobs: said("0"), TopP: said("1"), Truncation: said(`"disabled"`),
	}
	standard := e.ServiceTier
	lenient(c.raw, &e)
	if string(e.ServiceTier.written) == `"auto"` {
		e.ServiceTier = standard
	}
	return e
}

type incompleteDetails struct {
	Reason string `json:"reason"`
}

type responseUsage struct {
	tokenTotals
	InputTokensDetails  cachedTokens   `json:"input_tokens_details"`
	OutputTokensDetails thinkingTokens `json:"output_tokens_details"`
}

type cachedTokens struct {
	CachedTokens int `json:"cached_tokens"`
}

type thinkingTokens struct {
	ReasoningTokens int `json:"reasoning_tokens"`
}

// responseFilter is what the content filter of the Responses API says of a text that it let pass.
// The shape is the one of public records of Azure's answers.
type responseFilter struct {
	Blocked              bool          `json:"blocked"`
	SourceType           string        `json:"source_type"`
	ContentFilterResults filterResults `json:"content_filter_results"`
}
