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
	within := with(at, map[string]any{"item_id": item["id"]})
	begun := maps.Clone(item)
	var inner []responseEvent
	switch item["type"] {
	case "function_call":
		begun["status"], begun["arguments"] = statusInProgress, ""
		inner = argumentEvents(within, item)
	case "reasoning":
		begun["summary"] = []any{}
		inner = summaryEvents(within, item)
	default:
		begun["status"], begun["content"] = statusInProgress, []any{}
		parts, _ := item["content"].([]any)
		for i, each := range parts {
			part, _ := each.(map[string]any)
			inner = append(inner, partEvents(with(within, map[string]any{"content_index": i}), part)...)
		}
	}
	events := append([]responseEvent{{kind: "response.output_item.added", fields: with(at, map[string]any{"item": begun})}}, inner...)
	return append(events, responseEvent{kind: "response.output_item.done", fields: with(at, map[string]any{"item": item})})
}

// partEvents are those of a message's part.
func partEvents(at, part map[string]any) []responseEvent {
	text, _ := part["text"].(string)
	logprobs, _ := part["logprobs"].([]any)
	events := []responseEvent{{kind: "response.content_part.added", fields: with(at, map[string]any{"part": with(part, map[string]any{"text": "", "logprobs": []any{}})})}}
	for i, piece := range inPieces(text, logprobs) {
		own := []any{}
		if len(logprobs) > 0 {
			own = logprobs[i : i+1]
		}
		events = append(events, responseEvent{kind: "response.output_text.delta", fields: with(at, map[string]any{"delta": piece, "logprobs": own})})
	}
	return append(
		events,
		responseEvent{kind: "response.output_text.done", fields: with(at, map[string]any{"text": text, "logprobs": logprobs})},
		responseEvent{kind: "response.content_part.done", fields: with(at, map[string]any{"part": part})},
	)
}

// inPieces cuts a text as its tokens with probabilities do, or by words.
func inPieces(text string, logprobs []any) []string {
	if len(logprobs) == 0 {
		return strings.SplitAfter(text, " ")
	}
	pieces := make([]string, len(logprobs))
	for i, each := range logprobs {
		fields, _ := each.(map[string]any)
		pieces[i], _ = fields["token"].(string)
	}
	return pieces
}

// argumentEvents are those of a call of a function.
func argumentEvents(at, item map[string]any) []responseEvent {
	arguments, _ := item["arguments"].(string)
	var events []responseEvent
	for _, piece := range inTokens(arguments) {
		events = append(events, responseEvent{kind: "response.function_call_arguments.delta", fields: with(at, map[string]any{"delta": piece})})
	}
	return append(events, responseEvent{kind: "response.function_call_arguments.done", fields: with(at, map[string]any{"name": item["name"], "arguments": arguments})})
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
