package openai

import (
	"encoding/base64"
	"encoding/binary"
	"math"
	"strings"
)

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

func (c *call) modelName() string {
	if c.model.Version == "" {
		return c.model.Name
	}
	return c.model.Name + "-" + c.model.Version
}

// chat answers a chat completion.
func (c *call) chat(prompt string, tokens int) *refusal {
	pieces, finish := c.text(prompt)
	if shaped, ok := c.shaped(); ok {
		pieces, finish = shaped, "stop"
	}
	tools := c.toolCalls()
	if tools != nil {
		pieces, finish = nil, "tool_calls"
	}
	base := func(object string) map[string]any {
		return map[string]any{"id": "", "object": object, "created": now(), "model": c.modelName(), "system_fingerprint": "fp_sandbox"}
	}
	id := c.id("chatcmpl-")
	if !c.wantsStream() {
		body := base("chat.completion")
		body["id"] = id
		choices := []any{}
		for i := range c.choices() {
			message := map[string]any{"role": "assistant", "content": strings.Join(pieces, ""), "refusal": nil}
			if tools != nil {
				message["content"], message["tool_calls"] = nil, tools
			}
			choices = append(choices, map[string]any{
				"index": i, "finish_reason": finish, "logprobs": nil, "content_filter_results": filterResults(false), "message": message,
			})
		}
		body["choices"] = choices
		body["usage"], body["prompt_filter_results"] = c.use(prompt, tokens, len(pieces)*len(choices)).usage(), promptFilter()
		return c.answer(body)
	}
	used := c.use(prompt, tokens, len(pieces))
	s := c.stream()
	chunk := func(choices []any) map[string]any {
		body := base("chat.completion.chunk")
		body["id"], body["choices"] = id, choices
		return body
	}
	// The service's first event has the results of the prompt's filter, and no choice.
	first := chunk([]any{})
	first["prompt_filter_results"] = promptFilter()
	going := s.send("", first)
	for i := 0; going && i <= len(pieces); i++ {
		delta, reason := map[string]any{}, any(nil)
		if i == 0 {
			delta["role"] = "assistant"
			if tools != nil {
				delta["tool_calls"] = tools
			}
		}
		if i < len(pieces) {
			delta["content"] = pieces[i]
		} else {
			reason = finish
		}
		going = s.send("", chunk([]any{map[string]any{"index": 0, "delta": delta, "finish_reason": reason, "logprobs": nil}}))
	}
	if going && c.includesUsage() {
		last := chunk([]any{})
		last["usage"] = used.usage()
		going = s.send("", last)
	}
	if going {
		s.raw("", "[DONE]")
	}
	return nil
}

// completion answers a completion of text.
func (c *call) completion(prompt string, tokens int) *refusal {
	pieces, finish := c.text(prompt)
	id := c.id("cmpl-")
	body := func(text string, reason any) map[string]any {
		return map[string]any{
			"id": id, "object": "text_completion", "created": now(), "model": c.modelName(),
			"choices": []any{map[string]any{"index": 0, "text": text, "finish_reason": reason, "logprobs": nil}},
		}
	}
	used := c.use(prompt, tokens, len(pieces))
	if !c.wantsStream() {
		whole := body(strings.Join(pieces, ""), finish)
		whole["usage"], whole["prompt_filter_results"] = used.usage(), promptFilter()
		return c.answer(whole)
	}
	s := c.stream()
	for i, piece := range pieces {
		reason := any(nil)
		if i == len(pieces)-1 {
			reason = finish
		}
		if !s.send("", body(piece, reason)) {
			return nil
		}
	}
	if c.includesUsage() {
		last := body("", nil)
		last["choices"], last["usage"] = []any{}, used.usage()
		s.send("", last)
	}
	s.raw("", "[DONE]")
	return nil
}

// dimensions of an embedding, where the request gives none. Source: OpenAI's page on
// embeddings.
func dimensions(model string) int {
	if strings.Contains(model, "large") {
		return 3072
	}
	return 1536
}

// embeddings answers vectors, as numbers or as base64 of little-endian floats.
func (c *call) embeddings(prompt string, read int) *refusal {
	inputs, isList := c.body["input"].([]any)
	if _, areTokens := tokens(inputs); !isList || areTokens {
		inputs = []any{c.body["input"]}
	}
	for i, input := range inputs {
		if input == "" {
			return invalid("input", "invalid_value", "Invalid 'input[%d]': an empty text has no embedding.", i)
		}
	}
	if len(inputs) == 0 || len(inputs) > 2048 {
		return invalid("input", "invalid_value", "Invalid 'input': %d inputs; 1 to 2048 are taken.", len(inputs))
	}
	size := dimensions(c.model.Name)
	if n, ok := c.body["dimensions"].(float64); ok {
		if n < 1 || int(n) > size {
			return invalid("dimensions", "invalid_value", "Invalid 'dimensions': %v; 1 to %d are taken.", n, size)
		}
		size = int(n)
	}
	list := make([]any, len(inputs))
	for i, input := range inputs {
		var b strings.Builder
		collect(input, &b)
		values := vector(c.model.Name, b.String(), size)
		var embedding any = values
		if c.body["encoding_format"] == "base64" {
			raw := make([]byte, 0, 4*len(values))
			for _, v := range values {
				raw = binary.LittleEndian.AppendUint32(raw, math.Float32bits(v))
			}
			embedding = base64.StdEncoding.EncodeToString(raw)
		}
		list[i] = map[string]any{"object": "embedding", "index": i, "embedding": embedding}
	}
	c.use(prompt, read, 0)
	return c.answer(map[string]any{
		"object": "list", "data": list, "model": c.model.Name, "usage": map[string]any{"prompt_tokens": read, "total_tokens": read},
	})
}
