package openai

import (
	"cmp"
	"maps"
	"time"
)

// asked is what a call of the Responses API builds on.
type asked struct {
	// history are the items of the responses before this one, and input those of this call.
	history, input []any
}

// prepareResponse reads what a response builds on, and returns the text of earlier turns.
func (c *call) prepareResponse(prompt string) (string, *refusal) {
	if c.flag("background") && !c.stores() {
		return "", invalid("background", "", "Background mode requires 'store' to be true: the answer is fetched later.")
	}
	if previous, _ := c.body["previous_response_id"].(string); previous != "" {
		before := c.account.stored.find(previous)
		if before == nil {
			return "", invalid("previous_response_id", "previous_response_not_found", "Previous response with id '%s' not found.", previous)
		}
		if status := before.status(time.Now()); status == statusQueued || status == statusInProgress {
			return "", invalid("previous_response_id", "", "Previous response with id '%s' is %s; wait until it has ended.", previous, status)
		}
		c.asks.history = before.context()
	}
	var refused *refusal
	if c.asks.input, refused = c.inputItems(); refused != nil {
		return "", refused
	}
	history := textOf(c.asks.history)
	return history, c.want(history + prompt)
}

// stores tells whether the account keeps the response. It does by default.
func (c *call) stores() bool {
	store, given := c.body["store"].(bool)
	return store || !given
}

func (c *call) flag(name string) bool {
	value, _ := c.body[name].(bool)
	return value
}

// responses answers the Responses API.
func (c *call) responses(prompt string, tokens int) *refusal {
	thought := c.think(prompt, 0)
	created := time.Now()
	body := c.responseBody(created)
	end := map[string]any{"status": statusCompleted, "completed_at": created.Unix()}
	if thought.finish == "length" {
		end = map[string]any{"status": statusIncomplete, "incomplete_details": map[string]any{"reason": "max_output_tokens"}}
	}
	done := maps.Clone(body)
	maps.Copy(done, end)
	done["output"] = c.output(thought, end["status"])
	used := c.use(prompt, tokens, thought.tokens())
	done["usage"] = map[string]any{
		"input_tokens": used.Prompt, "output_tokens": used.Completion, "total_tokens": used.Prompt + used.Completion,
		"input_tokens_details": map[string]any{"cached_tokens": used.Cached}, "output_tokens_details": map[string]any{"reasoning_tokens": used.Reasoning},
	}
	held := &heldResponse{
		created: created, background: c.flag("background"), streamed: c.wantsStream(),
		begun: body, done: done, history: c.asks.history, input: c.asks.input,
	}
	if c.stores() {
		c.account.stored.keep(held)
	}
	if c.wantsStream() {
		return c.streamResponse(held, -1)
	}
	return c.answer(held.body(created))
}

// output are the items of an answer.
func (c *call) output(a answered, status any) []any {
	items := []any{}
	if c.reasoning() > 0 {
		items = append(items, c.reasoningItem())
	}
	for _, each := range a.calls {
		items = append(items, map[string]any{
			"id": c.id("fc_"), "type": "function_call", "status": status, "call_id": each.id, "name": each.name, "arguments": each.arguments,
		})
	}
	if len(a.calls) > 0 || len(a.pieces) == 0 {
		return items
	}
	logprobs := c.logprobs(a.pieces)
	if logprobs == nil {
		logprobs = []any{}
	}
	return append(items, map[string]any{
		"id": c.id("msg_"), "type": "message", "status": status, "role": "assistant",
		"content": []any{map[string]any{"type": "output_text", "text": a.text(), "annotations": []any{}, "logprobs": logprobs}},
	})
}

// echoed are the parameters that a response repeats, with their defaults. Source: the Response
// object of Azure OpenAI's v1 API.
var echoed = map[string]any{
	"background": false, "instructions": nil, "max_output_tokens": nil, "max_tool_calls": nil, "metadata": map[string]any{},
	"parallel_tool_calls": true, "previous_response_id": nil, "prompt_cache_key": nil, "safety_identifier": nil, "service_tier": "default",
	"store": true, "temperature": 1.0, "text": map[string]any{"format": map[string]any{"type": "text"}}, "tool_choice": "auto", "tools": []any{},
	"top_logprobs": 0, "top_p": 1.0, "truncation": "disabled", "user": nil,
}

// responseBody is a response that has just begun.
func (c *call) responseBody(created time.Time) map[string]any {
	body := map[string]any{
		"id": c.id("resp_"), "object": "response", "created_at": created.Unix(), "completed_at": nil, "status": statusInProgress, "model": c.modelName(),
		"output": []any{}, "error": nil, "incomplete_details": nil, "usage": nil, "reasoning": map[string]any{"effort": nil, "summary": nil},
		"content_filters": []any{unfiltered("prompt"), unfiltered("completion")},
	}
	for name, standard := range echoed {
		body[name] = standard
		if given := c.body[name]; given != nil {
			body[name] = given
		}
	}
	if reasoning, given := c.body["reasoning"].(map[string]any); given {
		body["reasoning"] = map[string]any{"effort": reasoning["effort"], "summary": reasoning["summary"]}
	}
	if text, _ := body["text"].(map[string]any); text["format"] == nil {
		body["text"] = with(text, map[string]any{"format": map[string]any{"type": "text"}})
	}
	if body["service_tier"] == "auto" {
		body["service_tier"] = "default"
	}
	return body
}

// unfiltered is what the content filter of the Responses API says of a text that it let pass.
// The shape is the one of public records of Azure's answers.
func unfiltered(source string) map[string]any {
	return map[string]any{"blocked": false, "source_type": source, "content_filter_results": filterResults(false)}
}

// inputItems are the items of a call, each with an id, as the account keeps them.
func (c *call) inputItems() ([]any, *refusal) {
	given, isList := c.body["input"].([]any)
	if !isList {
		given = []any{map[string]any{"role": "user", "content": c.body["input"]}}
	}
	items := make([]any, len(given))
	for i, each := range given {
		written, ok := each.(map[string]any)
		if !ok {
			return nil, invalid("input", "invalid_type", "Invalid type for 'input[%d]': expected an object.", i)
		}
		item := maps.Clone(written)
		if item["type"] == "item_reference" {
			id, _ := item["id"].(string)
			referred := c.account.stored.item(id)
			if referred == nil {
				return nil, invalid("input", "", "Item with id '%s' not found. Items are not persisted when `store` is set to false. Try again with `store` set to true, or remove this item from your input.", id)
			}
			items[i] = referred
			continue
		}
		kind, _ := item["type"].(string)
		item["type"] = cmp.Or(kind, "message")
		if item["type"] == "message" {
			c.completeMessage(item)
		}
		if id, _ := item["id"].(string); id == "" {
			item["id"] = c.id(itemPrefix(item["type"]))
		}
		items[i] = item
	}
	return items, nil
}

// completeMessage writes a message as the account keeps it: its content as a list of parts.
func (c *call) completeMessage(message map[string]any) {
	message["status"] = statusCompleted
	text, isText := message["content"].(string)
	if !isText {
		return
	}
	part := map[string]any{"type": "input_text", "text": text}
	if message["role"] == "assistant" {
		part = map[string]any{"type": "output_text", "text": text, "annotations": []any{}}
	}
	message["content"] = []any{part}
}

// itemPrefix is how ids of items begin.
func itemPrefix(kind any) string {
	switch kind {
	case "message":
		return "msg_"
	case "reasoning":
		return "rs_"
	case "function_call":
		return "fc_"
	}
	return "item_"
}
