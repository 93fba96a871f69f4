package openai

import (
	"encoding/base64"
	"slices"

	facts "github.com/aoai-gateway/aoai-gateway/internal/azure"
)

// reasoningTokens are what the sandbox's models think by the effort.
var reasoningTokens = map[string]int{"minimal": 16, "low": 64, "medium": 128, "high": 256, "xhigh": 512}

// effort is how much the model is asked to think, in chat or in the Responses API; "" where the
// request does not say.
func (c *call) effort() string {
	if effort, given := c.body["reasoning_effort"].(string); given {
		return effort
	}
	reasoning, _ := c.body["reasoning"].(map[string]any)
	effort, _ := reasoning["effort"].(string)
	return effort
}

// reasoning is how many tokens the model thinks with: no more than the answer may take. Models
// that always think do so with medium effort by default. Source:
// https://learn.microsoft.com/azure/foundry/openai/how-to/reasoning
func (c *call) reasoning() int {
	effort := c.effort()
	if effort == "" && facts.Thinks(c.model.Name) == facts.Always {
		effort = "medium"
	}
	tokens := reasoningTokens[effort]
	if most, given := c.mostGiven(); given {
		tokens = min(tokens, most)
	}
	return tokens
}

// reasoningItem is the output item of a response whose model has thought. What it thought stays
// hidden; a summary and an encrypted form are there on demand.
func (c *call) reasoningItem() map[string]any {
	item := map[string]any{"id": c.id("rs_"), "type": "reasoning", "summary": []any{}}
	reasoning, _ := c.body["reasoning"].(map[string]any)
	if summary, _ := reasoning["summary"].(string); summary != "" {
		item["summary"] = []any{map[string]any{"type": "summary_text", "text": "The model weighed the question."}}
	}
	include, _ := c.body["include"].([]any)
	if slices.Contains(include, any("reasoning.encrypted_content")) {
		item["encrypted_content"] = base64.StdEncoding.EncodeToString([]byte(digest(c.account.id, c.name)))
	}
	return item
}

// summaryEvents are those of a reasoning item's summary.
func summaryEvents(at, item map[string]any) []responseEvent {
	var events []responseEvent
	summary, _ := item["summary"].([]any)
	for i, each := range summary {
		part, _ := each.(map[string]any)
		place := with(at, map[string]any{"summary_index": i})
		events = append(
			events,
			responseEvent{kind: "response.reasoning_summary_part.added", fields: with(place, map[string]any{"part": with(part, map[string]any{"text": ""})})},
			responseEvent{kind: "response.reasoning_summary_text.delta", fields: with(place, map[string]any{"delta": part["text"]})},
			responseEvent{kind: "response.reasoning_summary_text.done", fields: with(place, map[string]any{"text": part["text"]})},
			responseEvent{kind: "response.reasoning_summary_part.done", fields: with(place, map[string]any{"part": part})},
		)
	}
	return events
}
