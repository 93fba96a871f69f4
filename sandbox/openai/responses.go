package openai

import (
	"maps"
	"net/http"
	"strings"
)

// storedResponse is one that the account keeps. It keeps up to maxStored, the oldest
// go first.
type storedResponse struct {
	body   map[string]any
	prompt string
	number int64
}

const maxStored = 1000

// responses answers the Responses API.
func (c *call) responses(prompt string, _ int) *refusal {
	if previous, _ := c.body["previous_response_id"].(string); previous != "" {
		c.account.mu.Lock()
		before := c.account.stored[previous]
		c.account.mu.Unlock()
		if before == nil {
			return invalid("previous_response_id", "previous_response_not_found", "Previous response with id '%s' not found.", previous)
		}
		prompt = before.prompt + prompt
	}
	pieces, finish := c.text(prompt)
	id, message := c.id("resp_"), c.id("msg_")
	whole := strings.Join(pieces, "")
	part := func(text string) map[string]any {
		return map[string]any{"type": "output_text", "text": text, "annotations": []any{}, "logprobs": []any{}}
	}
	end := "completed"
	if finish == "length" {
		end = "incomplete"
	}
	item := func(status string, content []any) map[string]any {
		return map[string]any{"id": message, "type": "message", "status": status, "role": "assistant", "content": content}
	}
	body := map[string]any{
		"id": id, "object": "response", "created_at": now(), "status": "in_progress", "model": c.modelName(), "output": []any{}, "error": nil,
		"incomplete_details": nil, "instructions": c.body["instructions"], "metadata": map[string]any{}, "parallel_tool_calls": true, "tools": []any{},
		"tool_choice": "auto", "temperature": 1.0, "top_p": 1.0, "previous_response_id": c.body["previous_response_id"],
	}
	done := maps.Clone(body)
	done["status"], done["output"] = end, []any{item(end, []any{part(whole)})}
	if finish == "length" {
		done["incomplete_details"] = map[string]any{"reason": "max_output_tokens"}
	}
	used := c.use(prompt, count(prompt), len(pieces))
	done["usage"] = map[string]any{
		"input_tokens": used.Prompt, "output_tokens": used.Completion, "total_tokens": used.Prompt + used.Completion,
		"input_tokens_details": map[string]any{"cached_tokens": used.Cached}, "output_tokens_details": map[string]any{"reasoning_tokens": used.Reasoning},
	}
	if store, given := c.body["store"].(bool); !given || store {
		c.account.keep(id, &storedResponse{done, prompt + whole, c.account.answers.Load()})
	}
	if !c.wantsStream() {
		return c.answer(done)
	}
	place := map[string]any{"item_id": message, "output_index": 0, "content_index": 0}
	s := c.stream()
	event := func(kind string, more map[string]any) bool {
		content := map[string]any{"type": kind, "sequence_number": s.sequence}
		maps.Copy(content, more)
		s.sequence++
		return s.send(kind, content)
	}
	at := func(more map[string]any) map[string]any {
		maps.Copy(more, place)
		return more
	}
	going := event("response.created", map[string]any{"response": body}) &&
		event("response.in_progress", map[string]any{"response": body}) &&
		event("response.output_item.added", map[string]any{"output_index": 0, "item": item("in_progress", []any{})}) &&
		event("response.content_part.added", at(map[string]any{"part": part("")}))
	for i := 0; going && i < len(pieces); i++ {
		going = event("response.output_text.delta", at(map[string]any{"delta": pieces[i], "logprobs": []any{}}))
	}
	_ = going && event("response.output_text.done", at(map[string]any{"text": whole, "logprobs": []any{}})) &&
		event("response.content_part.done", at(map[string]any{"part": part(whole)})) &&
		event("response.output_item.done", map[string]any{"output_index": 0, "item": item(end, []any{part(whole)})}) &&
		event("response."+end, map[string]any{"response": done})
	return nil
}

func (a *Account) keep(id string, response *storedResponse) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.stored[id] = response
	if len(a.stored) <= maxStored {
		return
	}
	oldest := id
	for each, held := range a.stored {
		if held.number < a.stored[oldest].number {
			oldest = each
		}
	}
	delete(a.stored, oldest)
}

// storedResponse answers what is asked of a response that is kept.
func (c *call) storedResponse(id string) *refusal {
	c.account.mu.Lock()
	held := c.account.stored[id]
	if c.r.Method == http.MethodDelete {
		delete(c.account.stored, id)
	}
	c.account.mu.Unlock()
	switch {
	case held == nil:
		refused := invalid("", "", "Response with id '%s' not found.", id)
		refused.status = http.StatusNotFound
		return refused
	case c.r.Method == http.MethodGet:
		return c.answer(held.body)
	case c.r.Method == http.MethodDelete:
		return c.answer(map[string]any{"id": id, "object": "response", "deleted": true})
	}
	return failf(http.StatusMethodNotAllowed, "405", "%s is not allowed here.", c.r.Method)
}
