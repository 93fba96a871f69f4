package openai

import "iter"

func (c *call) modelName() string { return modelID(c.model.Name, c.model.Version) }

// prepareChat reads what the answer is to be.
func (c *call) prepareChat(prompt string) (string, *refusal) { return "", c.want(prompt) }

// chat answers a chat completion.
func (c *call) chat(prompt string, tokens int) *refusal {
	answers, written := c.thinkAll(prompt)
	used := c.use(prompt, tokens, written)
	id, created := c.id("chatcmpl-"), now()
	if c.wantsStream() {
		c.streamChat(chatBody[chunkChoice]{
			Object: "chat.completion.chunk", ID: id, Created: created, Model: c.modelName(), SystemFingerprint: fingerprint,
		}, answers, used)
		return nil
	}
	choices := make([]chatChoice, len(answers))
	for i, each := range answers {
		choices[i] = chatChoice{
			Index: i, FinishReason: each.finish, Logprobs: c.chatLogprobs(each.pieces), ContentFilterResults: harmless(), Message: each.message(c.wants.spoken),
		}
	}
	return c.answer(chatBody[chatChoice]{
		Object: "chat.completion", ID: id, Created: created, Model: c.modelName(), SystemFingerprint: fingerprint,
		Choices: choices, Usage: used.usage(), PromptFilterResults: promptFilters(),
	})
}

// fingerprint names the system that answers.
const fingerprint = "fp_sandbox"

// message is an answer in chat's form.
func (a answered) message(s spoken) chatMessage {
	message := chatMessage{Role: "assistant", Annotations: []struct{}{}}
	if len(a.calls) > 0 {
		for _, each := range a.calls {
			message.ToolCalls = append(message.ToolCalls, chatToolCall{ID: each.id, Type: "function", Function: functionCall{Name: each.name, Arguments: each.arguments}})
		}
		return message
	}
	text := a.text()
	if s.speaks() {
		message.Audio = s.whole(text)
	} else {
		message.Content = &text
	}
	return message
}

// chatLogprobs are those of some tokens in chat's form; nil for none.
func (c *call) chatLogprobs(pieces []string) *chatLogprobs {
	if list := c.logprobs(pieces); list != nil {
		return &chatLogprobs{Content: list}
	}
	return nil
}

// streamChat sends the answers, one after another, as chunks.
func (c *call) streamChat(chunk chatBody[chunkChoice], answers []answered, used Tokens) {
	s := c.stream()
	// The service's first event has the results of the prompt's filter, and no choice.
	none := []chunkChoice{}
	chunk.Choices, chunk.PromptFilterResults = none, promptFilters()
	going := s.send("", &chunk)
	chunk.Choices, chunk.PromptFilterResults = make([]chunkChoice, 1), nil
	for i, each := range answers {
		for choice := range c.deltas(each) {
			choice.Index = i
			chunk.Choices[0] = choice
			if going = going && s.send("", &chunk); !going {
				return
			}
		}
	}
	if going && c.includesUsage() {
		chunk.Choices, chunk.Usage = none, used.usage()
		going = s.send("", &chunk)
	}
	if going {
		s.raw("", "[DONE]")
	}
}

// deltas are the choices of an answer's chunks, made one after the other: a stream that is
// open holds no more than one of them.
func (c *call) deltas(a answered) iter.Seq[chunkChoice] {
	return func(yield func(chunkChoice) bool) {
		begun := false
		send := func(delta chatDelta, logprobs *chatLogprobs) bool {
			if !begun {
				delta.Role = "assistant"
				if len(a.calls) > 0 {
					delta.Content = new(*string)
				}
			}
			begun = true
			return yield(chunkChoice{Delta: delta, Logprobs: logprobs})
		}
		for _, piece := range a.pieces {
			if !send(c.wants.spoken.delta(a, piece), c.chatLogprobs([]string{piece})) {
				return
			}
		}
		if sound := c.wants.spoken.lastDelta(a); sound.Audio != nil && !send(sound, nil) {
			return
		}
		for i, each := range a.calls {
			if !send(callDelta(chatToolCall{Index: &i, ID: each.id, Type: "function", Function: functionCall{Name: each.name}}), nil) {
				return
			}
			for _, piece := range inTokens(each.arguments) {
				if !send(callDelta(chatToolCall{Index: &i, Function: functionCall{Arguments: piece}}), nil) {
					return
				}
			}
		}
		yield(chunkChoice{FinishReason: &a.finish})
	}
}

func callDelta(call chatToolCall) chatDelta { return chatDelta{ToolCalls: []chatToolCall{call}} }
