package openai

import "iter"

// usage is what chat and completions say that a call took.
func (t Tokens) usage() map[string]any {
	return map[string]any{
		"prompt_tokens": t.Prompt, "completion_tokens": t.Completion, "total_tokens": t.Prompt + t.Completion,
		"prompt_tokens_details": map[string]any{"cached_tokens": t.Cached, "audio_tokens": 0},
		"completion_tokens_details": map[string]any{
			"reasoning_tokens": t.Reasoning, "audio_tokens": 0, "accepted_prediction_tokens": 0, "rejected_prediction_tokens": 0,
		},
	}
}

func promptFilter() []any {
	return []any{map[string]any{"prompt_index": 0, "content_filter_results": filterResults(false)}}
}

// includesUsage tells whether the caller wants the usage at the end of a stream.
func (c *call) includesUsage() bool {
	options, _ := c.body["stream_options"].(map[string]any)
	include, _ := options["include_usage"].(bool)
	return include
}

func (c *call) modelName() string { return modelID(c.model.Name, c.model.Version) }

// prepareChat reads what the answer is to be.
func (c *call) prepareChat(prompt string) (string, *refusal) { return "", c.want(prompt) }

// chat answers a chat completion.
func (c *call) chat(prompt string, tokens int) *refusal {
	answers, written := c.thinkAll(prompt)
	used := c.use(prompt, tokens, written)
	base := map[string]any{"id": c.id("chatcmpl-"), "created": now(), "model": c.modelName(), "system_fingerprint": "fp_sandbox"}
	if c.wantsStream() {
		c.streamChat(base, answers, used)
		return nil
	}
	choices := []any{}
	for i, each := range answers {
		choices = append(choices, map[string]any{
			"index": i, "finish_reason": each.finish, "logprobs": c.chatLogprobs(each.pieces), "content_filter_results": filterResults(false), "message": c.wants.spoken.message(each.message()),
		})
	}
	return c.answer(with(base, map[string]any{
		"object": "chat.completion", "choices": choices, "usage": used.usage(), "prompt_filter_results": promptFilter(),
	}))
}

// message is an answer in chat's form.
func (a answered) message() map[string]any {
	message := map[string]any{"role": "assistant", "content": a.text(), "refusal": nil, "annotations": []any{}}
	if len(a.calls) > 0 {
		calls := []any{}
		for _, each := range a.calls {
			calls = append(calls, map[string]any{"id": each.id, "type": "function", "function": map[string]any{"name": each.name, "arguments": each.arguments}})
		}
		message["content"], message["tool_calls"] = nil, calls
	}
	return message
}

// chatLogprobs are those of some tokens in chat's form; nil for none.
func (c *call) chatLogprobs(pieces []string) any {
	if list := c.logprobs(pieces); list != nil {
		return map[string]any{"content": list, "refusal": nil}
	}
	return nil
}

// streamChat sends the answers, one after another, as chunks.
func (c *call) streamChat(base map[string]any, answers []answered, used Tokens) {
	s := c.stream()
	send := func(choices []any, more map[string]any) bool {
		return s.send("", with(with(base, map[string]any{"object": "chat.completion.chunk", "choices": choices}), more))
	}
	// The service's first event has the results of the prompt's filter, and no choice.
	going := send([]any{}, map[string]any{"prompt_filter_results": promptFilter()})
	for i, each := range answers {
		for delta := range c.deltas(each) {
			delta["index"] = i
			if going = going && send([]any{delta}, nil); !going {
				return
			}
		}
	}
	if going && c.includesUsage() {
		going = send([]any{}, map[string]any{"usage": used.usage()})
	}
	if going {
		s.raw("", "[DONE]")
	}
}

// deltas are the choices of an answer's chunks, made one after the other: a stream that is
// open holds no more than one of them.
func (c *call) deltas(a answered) iter.Seq[map[string]any] {
	return func(yield func(map[string]any) bool) {
		begun := false
		send := func(delta map[string]any, logprobs, finish any) bool {
			if !begun && finish == nil {
				delta["role"] = "assistant"
				if len(a.calls) > 0 {
					delta["content"] = nil
				}
			}
			begun = true
			return yield(map[string]any{"delta": delta, "finish_reason": finish, "logprobs": logprobs})
		}
		for _, piece := range a.pieces {
			if !send(c.wants.spoken.delta(a, piece), c.chatLogprobs([]string{piece}), nil) {
				return
			}
		}
		if sound := c.wants.spoken.lastDelta(a); sound != nil && !send(sound, nil, nil) {
			return
		}
		for i, each := range a.calls {
			if !send(map[string]any{"tool_calls": []any{map[string]any{
				"index": i, "id": each.id, "type": "function", "function": map[string]any{"name": each.name, "arguments": ""},
			}}}, nil, nil) {
				return
			}
			for _, piece := range inTokens(each.arguments) {
				if !send(map[string]any{"tool_calls": []any{map[string]any{"index": i, "function": map[string]any{"arguments": piece}}}}, nil, nil) {
					return
				}
			}
		}
		send(map[string]any{}, nil, a.finish)
	}
}
