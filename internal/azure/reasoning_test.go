package azure_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aoai-gateway/aoai-gateway/internal/azure"
)

// The models are those of https://learn.microsoft.com/azure/foundry/openai/how-to/reasoning and
// of Zackriya-Solutions/meetily#364.
func TestThinks(t *testing.T) {
	t.Parallel()
	for model, want := range map[string]struct {
		thinks    azure.Thinking
		refuses   bool
		reasoning string
	}{
		"gpt-4o":                 {azure.Never, false, "an older model"},
		"gpt-4.1-mini":           {azure.Never, false, "an older model"},
		"gpt-35-turbo":           {azure.Never, false, "an older model"},
		"text-embedding-3-large": {azure.Never, false, "no chat"},
		"gpt-image-2":            {azure.Never, false, "no chat"},
		"o3-mini":                {azure.Always, true, "the o series"},
		"gpt-5-mini":             {azure.Always, true, "gpt-5 itself"},
		"gpt-5-chat":             {azure.Never, false, "the first chat model of gpt-5"},
		"gpt-5.1-chat":           {azure.Never, true, "later chat models"},
		"gpt-5.4-mini":           {azure.OnDemand, true, "effort none by default"},
		"gpt-5.6-sol":            {azure.OnDemand, true, "effort none by default"},
		"gpt-5.1-codex":          {azure.Always, true, "models for code"},
		"gpt-6-astra":            {azure.OnDemand, true, "the next generation"},
	} {
		require.Equal(t, want.thinks, azure.Thinks(model), "%s: %s", model, want.reasoning)
		require.Equal(t, want.refuses, azure.WantsCompletionTokens(model), "%s: %s", model, want.reasoning)
	}
}
