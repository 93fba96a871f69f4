package azure

import "strings"

// Thinking is when a model thinks before it answers.
type Thinking int

// When models think.
const (
	// Never: the model takes no effort.
	Never Thinking = iota
	// OnDemand: it does where an effort is asked for.
	OnDemand
	// Always: it does whatever is asked for.
	Always
)

// Thinks tells when a model thinks, by its name: the table of models does not say. Source:
// https://learn.microsoft.com/azure/foundry/openai/how-to/reasoning, whose models from gpt-5.1
// on have the effort none by default.
func Thinks(model string) Thinking {
	model = strings.ToLower(model)
	version, isGPT := strings.CutPrefix(model, "gpt-")
	switch {
	case strings.HasPrefix(model, "o1"), strings.HasPrefix(model, "o3"), strings.HasPrefix(model, "o4"), strings.HasPrefix(model, "codex"):
		return Always
	case !isGPT, strings.Contains(model, "chat"), version == "" || version[0] < '5' || version[0] > '9':
		return Never
	case version == "5" || strings.HasPrefix(version, "5-") || strings.Contains(model, "codex") || strings.Contains(model, "pro"):
		return Always
	}
	return OnDemand
}

// WantsCompletionTokens tells whether a model refuses max_tokens: those that think do, and chat
// models from gpt-5.1 on. Source: that of Thinks, and Zackriya-Solutions/meetily#364.
func WantsCompletionTokens(model string) bool {
	version, isGPT5Chat := strings.CutPrefix(strings.ToLower(model), "gpt-5.")
	return Thinks(model) != Never || (isGPT5Chat && strings.HasSuffix(version, "-chat"))
}
