package openai

import (
	"cmp"
	"encoding/base64"
	"slices"
	"strings"

	facts "github.com/aoai-gateway/aoai-gateway/internal/azure"
)

// reasoningTokens are what the sandbox's models think by the effort.
var reasoningTokens = map[string]int{"minimal": 16, "low": 64, "medium": 128, "high": 256, "xhigh": 512}

// effort is how much the model is asked to think, in chat or in the Responses API; "" where the
// request does not say.
func (c *call) effort() string {
	return cmp.Or(c.body.ReasoningEffort.value, c.body.Reasoning.Effort)
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
type reasoningItem struct {
	outputHead
	Summary          []summaryPart `json:"summary"`
	EncryptedContent string        `json:"encrypted_content,omitempty"`
}

type summaryPart struct {
	Type string `json:"type"`
	Text string `json:"text"`
}

func (c *call) reasoned() *reasoningItem {
	item := &reasoningItem{outputHead: outputHead{ID: c.id("rs_"), Type: "reasoning"}, Summary: []summaryPart{}}
	if c.body.Reasoning.Summary != "" {
		item.Summary = append(item.Summary, summaryPart{Type: "summary_text", Text: "The model weighed the question."})
	}
	if slices.Contains(c.body.Include, "reasoning.encrypted_content") {
		item.EncryptedContent = base64.StdEncoding.EncodeToString([]byte(digest(c.account.id, c.name)))
	}
	return item
}

func (*reasoningItem) collect(*strings.Builder) {}

func (r *reasoningItem) begun() item {
	begun := *r
	begun.Summary = []summaryPart{}
	return &begun
}

// events are those of the summary.
func (r *reasoningItem) events(at place) []event {
	var events []event
	for i, part := range r.Summary {
		empty := part
		empty.Text = ""
		at := summaryPlace{at, i}
		events = append(
			events,
			&summaryPartEvent{head("response.reasoning_summary_part.added"), at, empty},
			&summaryDeltaEvent{head("response.reasoning_summary_text.delta"), at, part.Text},
			&summaryTextEvent{head("response.reasoning_summary_text.done"), at, part.Text},
			&summaryPartEvent{head("response.reasoning_summary_part.done"), at, part},
		)
	}
	return events
}
