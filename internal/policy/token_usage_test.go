package policy_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aoai-gateway/aoai-gateway/internal/policy"
)

// The shapes of answers are those of
// https://learn.microsoft.com/azure/ai-foundry/openai/reference and
// https://learn.microsoft.com/azure/ai-foundry/openai/how-to/responses
func TestUsageThatAnswersTell(t *testing.T) {
	world := &policy.World{Tokens: func(text string) int { return len(text) }}
	request := []byte(`{"messages":[{"role":"user","content":"four"}]}`)
	const asked = 5 // four, and the end of its line
	for _, c := range []struct {
		reason, answer            string
		prompt, completion, total float64
	}{
		{"chat", `{"choices":[{"message":{"content":"hi"}}],"usage":{"prompt_tokens":7,"completion_tokens":2,"total_tokens":9}}`, 7, 2, 9},
		{"embeddings have no completion", `{"data":[],"usage":{"prompt_tokens":7,"total_tokens":7}}`, 7, 0, 7},
		{"Responses API", `{"output":[],"usage":{"input_tokens":3,"output_tokens":4}}`, 3, 4, 7},
		{"stream with usage in its last event", "data: {\"choices\":[{\"delta\":{\"content\":\"hi\"}}],\"usage\":null}\n\ndata: {\"choices\":[],\"usage\":{\"prompt_tokens\":7,\"completion_tokens\":2,\"total_tokens\":9}}\n\ndata: [DONE]\n\n", 7, 2, 9},
		{"stream of the Responses API", "event: response.completed\ndata: {\"response\":{\"usage\":{\"input_tokens\":3,\"output_tokens\":4,\"total_tokens\":7}}}\n\n", 3, 4, 7},
		{"stream without usage is estimated", "data: {\"choices\":[{\"delta\":{\"content\":\"hi\"}}]}\n\ndata: [DONE]\n\n", asked, 3, asked + 3},
		{"broken answer", `{"usage":{"prompt_tokens":7`, asked, 0, asked},
	} {
		require.Equal(t, policy.Usage{Prompt: c.prompt, Completion: c.completion, Total: c.total}, world.Usage(request, []byte(c.answer)), c.reason)
	}
}
