package openai

// completionBody is a completion of text, or a piece of one. Source: the completions call of
// Azure OpenAI's API, 2024-10-21.
type completionBody struct {
	Choices             []completionChoice `json:"choices"`
	Created             int64              `json:"created"`
	ID                  string             `json:"id"`
	Model               string             `json:"model"`
	Object              string             `json:"object"`
	PromptFilterResults []promptFilter     `json:"prompt_filter_results,omitempty"`
	Usage               *chatUsage         `json:"usage,omitempty"`
}

type completionChoice struct {
	FinishReason *string   `json:"finish_reason"`
	Index        int       `json:"index"`
	Logprobs     *struct{} `json:"logprobs"`
	Text         string    `json:"text"`
}

// completion answers a completion of text.
func (c *call) completion(prompt string, tokens int) *refusal {
	answers, written := c.thinkAll(prompt)
	used := c.use(prompt, tokens, written)
	body := completionBody{ID: c.id("cmpl-"), Object: "text_completion", Created: now(), Model: c.modelName()}
	if !c.wantsStream() {
		body.Choices, body.Usage, body.PromptFilterResults = make([]completionChoice, len(answers)), used.usage(), promptFilters()
		for i, each := range answers {
			body.Choices[i] = completionChoice{Index: i, Text: each.text(), FinishReason: &each.finish}
		}
		return c.answer(body)
	}
	s := c.stream()
	for i, each := range answers {
		for n, piece := range each.pieces {
			choice := completionChoice{Index: i, Text: piece}
			if n == len(each.pieces)-1 {
				choice.FinishReason = &each.finish
			}
			body.Choices = []completionChoice{choice}
			if !s.send("", body) {
				return nil
			}
		}
	}
	if c.includesUsage() {
		body.Choices, body.Usage = []completionChoice{}, used.usage()
		s.send("", body)
	}
	s.raw("", "[DONE]")
	return nil
}
