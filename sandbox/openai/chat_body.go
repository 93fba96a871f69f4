package openai

// chatBody is a chat completion, or a chunk of one; the two differ in their choices. Source: the
// chat call of Azure OpenAI's v1 API.
type chatBody[C any] struct {
	Choices             []C            `json:"choices"`
	Created             int64          `json:"created"`
	ID                  string         `json:"id"`
	Model               string         `json:"model"`
	Object              string         `json:"object"`
	PromptFilterResults []promptFilter `json:"prompt_filter_results,omitempty"`
	SystemFingerprint   string         `json:"system_fingerprint"`
	Usage               *chatUsage     `json:"usage,omitempty"`
}

// chatChoice is an answer of a chat completion.
type chatChoice struct {
	ContentFilterResults filterResults `json:"content_filter_results"`
	FinishReason         string        `json:"finish_reason"`
	Index                int           `json:"index"`
	Logprobs             *chatLogprobs `json:"logprobs"`
	Message              chatMessage   `json:"message"`
}

// chatMessage has a content of null where it calls functions or is spoken.
type chatMessage struct {
	Annotations []struct{}     `json:"annotations"`
	Audio       *audio         `json:"audio,omitempty"`
	Content     *string        `json:"content"`
	Refusal     *string        `json:"refusal"`
	Role        string         `json:"role"`
	ToolCalls   []chatToolCall `json:"tool_calls,omitempty"`
}

// chatToolCall is a call of a function. In a stream it has an index, and only its first piece
// has an id, a type and a name.
type chatToolCall struct {
	Function functionCall `json:"function"`
	ID       string       `json:"id,omitempty"`
	Index    *int         `json:"index,omitempty"`
	Type     string       `json:"type,omitempty"`
}

type functionCall struct {
	Arguments string `json:"arguments"`
	Name      string `json:"name,omitempty"`
}

// chunkChoice is a piece of an answer in a stream.
type chunkChoice struct {
	Delta        chatDelta     `json:"delta"`
	FinishReason *string       `json:"finish_reason"`
	Index        int           `json:"index"`
	Logprobs     *chatLogprobs `json:"logprobs"`
}

// chatDelta is what a piece adds.
type chatDelta struct {
	Audio *audio `json:"audio,omitempty"`
	// Content is left out where it is nil, and null where what it points to is.
	Content   **string       `json:"content,omitempty"`
	Role      string         `json:"role,omitempty"`
	ToolCalls []chatToolCall `json:"tool_calls,omitempty"`
}

type chatLogprobs struct {
	Content []answerLogprob `json:"content"`
	Refusal *string         `json:"refusal"`
}

// chatUsage is what chat and completions say that a call took.
type chatUsage struct {
	CompletionTokens        int               `json:"completion_tokens"`
	CompletionTokensDetails completionDetails `json:"completion_tokens_details"`
	PromptTokens            int               `json:"prompt_tokens"`
	PromptTokensDetails     promptDetails     `json:"prompt_tokens_details"`
	TotalTokens             int               `json:"total_tokens"`
}

type completionDetails struct {
	AcceptedPredictionTokens int `json:"accepted_prediction_tokens"`
	AudioTokens              int `json:"audio_tokens"`
	ReasoningTokens          int `json:"reasoning_tokens"`
	RejectedPredictionTokens int `json:"rejected_prediction_tokens"`
}

type promptDetails struct {
	AudioTokens  int `json:"audio_tokens"`
	CachedTokens int `json:"cached_tokens"`
}

func (t Tokens) usage() *chatUsage {
	return &chatUsage{
		CompletionTokens: t.Completion, CompletionTokensDetails: completionDetails{ReasoningTokens: t.Reasoning},
		PromptTokens: t.Prompt, PromptTokensDetails: promptDetails{CachedTokens: t.Cached}, TotalTokens: t.Prompt + t.Completion,
	}
}
