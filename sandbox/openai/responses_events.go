package openai

import (
	"maps"
	"strings"
	"time"
)

// responseEvent is one of a response's stream.
type responseEvent struct {
	kind string
	// at is how long after the response was made it comes.
	at     time.Duration
	fields map[string]any
}

// events are all of a response's stream. Source: the streaming events of Azure OpenAI's v1 API.
func (h *heldResponse) events() []responseEvent {
	begin, wait := statusInProgress, time.Duration(0)
	if h.background {
		begin, wait = statusQueued, queuedFor
	}
	whole := func(status string) map[string]any {
		body := maps.Clone(h.begun)
		body["status"] = status
		return map[string]any{"response": body}
	}
	events := []responseEvent{{kind: "response.created", fields: whole(begin)}}
	if h.background {
		events = append(events, responseEvent{kind: "response.queued", fields: whole(statusQueued)})
	}
	events = append(events, responseEvent{kind: "response.in_progress", at: wait, fields: whole(statusInProgress)})
	var inner []responseEvent
	for index, item := range h.output() {
		item, _ := item.(map[string]any)
		inner = append(inner, itemEvents(index, item)...)
	}
	for i, event := range inner {
		if h.background {
			event.at = wait + runsFor*time.Duration(i+1)/time.Duration(len(inner)+1)
		}
		events = append(events, event)
	}
	end := responseEvent{kind: "response." + h.done["status"].(string), fields: map[string]any{"response": h.done}}
	if h.background {
		end.at = wait + runsFor
	}
	return append(events, end)
}

// itemEvents are those of one output item.
func itemEvents(index int, item map[string]any) []responseEvent {
	at := map[string]any{"output_index": index}
	begun := maps.Clone(item)
	begun["status"], begun["content"] = statusInProgress, []any{}
	events := []responseEvent{{kind: "response.output_item.added", fields: with(at, map[string]any{"item": begun})}}
	parts, _ := item["content"].([]any)
	for i, each := range parts {
		part, _ := each.(map[string]any)
		place := maps.Clone(at)
		place["item_id"], place["content_index"] = item["id"], i
		text, _ := part["text"].(string)
		empty := maps.Clone(part)
		empty["text"] = ""
		events = append(events, responseEvent{kind: "response.content_part.added", fields: with(place, map[string]any{"part": empty})})
		for _, piece := range strings.SplitAfter(text, " ") {
			events = append(events, responseEvent{kind: "response.output_text.delta", fields: with(place, map[string]any{"delta": piece, "logprobs": []any{}})})
		}
		events = append(
			events,
			responseEvent{kind: "response.output_text.done", fields: with(place, map[string]any{"text": text, "logprobs": []any{}})},
			responseEvent{kind: "response.content_part.done", fields: with(place, map[string]any{"part": part})},
		)
	}
	return append(events, responseEvent{kind: "response.output_item.done", fields: with(at, map[string]any{"item": item})})
}

// with is a copy of some fields with further ones.
func with(fields, more map[string]any) map[string]any {
	all := maps.Clone(fields)
	maps.Copy(all, more)
	return all
}

// streamResponse sends the events with a number above after, each when it is due. It ends
// early where the response is cancelled.
func (c *call) streamResponse(held *heldResponse, after int) *refusal {
	s := c.stream()
	for number, event := range held.events() {
		if number <= after {
			continue
		}
		if wait := time.Until(held.created.Add(event.at)); wait > 0 {
			select {
			case <-s.gone:
				return nil
			case <-time.After(wait):
			}
		}
		if held.status(time.Now()) == statusCancelled {
			return nil
		}
		if !s.send(event.kind, with(event.fields, map[string]any{"type": event.kind, "sequence_number": number})) {
			return nil
		}
	}
	return nil
}
