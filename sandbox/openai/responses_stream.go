package openai

import "time"

// events are all of a response's stream.
func (h *heldResponse) events() []event {
	begin, wait := statusInProgress, time.Duration(0)
	if h.background {
		begin, wait = statusQueued, queuedFor
	}
	events := []event{h.whole("response.created", begin, 0)}
	if h.background {
		events = append(events, h.whole("response.queued", statusQueued, 0))
	}
	events = append(events, h.whole("response.in_progress", statusInProgress, wait))
	var inner []event
	for index, each := range h.output {
		inner = append(inner, &itemEvent{head("response.output_item.added"), index, each.begun()})
		inner = append(inner, each.events(place{index, each.id()})...)
		inner = append(inner, &itemEvent{head("response.output_item.done"), index, each})
	}
	end := &wholeEvent{head("response." + h.done.Status), h.done}
	if h.background {
		for i, event := range inner {
			event.top().at = wait + runsFor*time.Duration(i+1)/time.Duration(len(inner)+1)
		}
		end.at = wait + runsFor
	}
	return append(append(events, inner...), end)
}

// whole is an event of a response that has not ended.
func (h *heldResponse) whole(kind, status string, at time.Duration) event {
	body := *h.begun
	body.Status = status
	return &wholeEvent{eventHead{Type: kind, at: at}, &body}
}

// streamResponse sends the events with a number above after, each when it is due. It ends
// early where the response is cancelled.
func (c *call) streamResponse(held *heldResponse, after int) *refusal {
	s := c.stream()
	for number, event := range held.events() {
		top := event.top()
		if number <= after {
			continue
		}
		if wait := time.Until(held.created.Add(top.at)); wait > 0 {
			select {
			case <-s.gone:
				return nil
			case <-time.After(wait):
			}
		}
		if held.status(time.Now()) == statusCancelled {
			return nil
		}
		top.SequenceNumber = number
		if !s.send(top.Type, event) {
			return nil
		}
	}
	return nil
}
