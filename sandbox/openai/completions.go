package openai

// completion answers a completion of text.
func (c *call) completion(prompt string, tokens int) *refusal {
	answers, written := c.thinkAll(prompt)
	used := c.use(prompt, tokens, written)
	base := map[string]any{"id": c.id("cmpl-"), "object": "text_completion", "created": now(), "model": c.modelName()}
	choice := func(index int, text string, reason any) map[string]any {
		return map[string]any{"index": index, "text": text, "finish_reason": reason, "logprobs": nil}
	}
	if !c.wantsStream() {
		choices := []any{}
		for i, each := range answers {
			choices = append(choices, choice(i, each.text(), each.finish))
		}
		return c.answer(with(base, map[string]any{"choices": choices, "usage": used.usage(), "prompt_filter_results": promptFilter()}))
	}
	s := c.stream()
	for i, each := range answers {
		for n, piece := range each.pieces {
			reason := any(nil)
			if n == len(each.pieces)-1 {
				reason = each.finish
			}
			if !s.send("", with(base, map[string]any{"choices": []any{choice(i, piece, reason)}})) {
				return nil
			}
		}
	}
	if c.includesUsage() {
		s.send("", with(base, map[string]any{"choices": []any{}, "usage": used.usage()}))
	}
	s.raw("", "[DONE]")
	return nil
}
