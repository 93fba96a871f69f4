package openai

import (
	"container/list"
	"encoding/json"
	"slices"
	"sync"
	"time"
)

// The states of a response. Source: the Response object of Azure OpenAI's v1 API.
const (
	statusQueued     = "queued"
	statusInProgress = "in_progress"
	statusCompleted  = "completed"
	statusIncomplete = "incomplete"
	statusCancelled  = "cancelled"
)

// How long a response in the background waits and runs. Azure names no times; these are the
// sandbox's.
const (
	queuedFor = time.Second
	runsFor   = 2 * time.Second
)

// keptFor is how long an account keeps a response. Source:
// https://learn.microsoft.com/azure/foundry/openai/how-to/responses, "Delete response"
const keptFor = 30 * 24 * time.Hour

// maxStoredBytes bounds the responses that an account of the sandbox keeps, with what they
// build on; the oldest go first.
const maxStoredBytes = 32 << 20

// heldResponse is a response with what it builds on. All but ended stands from the beginning:
// the state follows from the time.
type heldResponse struct {
	created time.Time
	// background says that it is queued and runs before it is done, and streamed that it was
	// asked for as a stream.
	background, streamed bool
	// begun is the body before there is output, and done the one with it.
	begun, done *response
	// output are the items that the model answered.
	output []outputItem
	// history are the items of earlier turns, and input those of this one.
	history, input []item

	mu sync.Mutex
	// cancelled says that it was, while it was queued or ran.
	cancelled bool
}

func (h *heldResponse) id() string { return h.done.ID }

// context is what a next turn builds on.
func (h *heldResponse) context() []item { return slices.Concat(h.history, h.input, h.done.Output) }

func (h *heldResponse) status(now time.Time) string {
	h.mu.Lock()
	defer h.mu.Unlock()
	since := now.Sub(h.created)
	switch {
	case h.cancelled:
		return statusCancelled
	case h.background && since < queuedFor:
		return statusQueued
	case h.background && since < queuedFor+runsFor:
		return statusInProgress
	}
	return h.done.Status
}

// cancel ends the response where it has not ended yet, and returns its status.
func (h *heldResponse) cancel(now time.Time) string {
	if status := h.status(now); status != statusQueued && status != statusInProgress {
		return status
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	h.cancelled = true
	return statusCancelled
}

// body is the response at a time.
func (h *heldResponse) body(now time.Time) *response {
	status := h.status(now)
	if status == h.done.Status {
		return h.done
	}
	body := *h.begun
	body.Status = status
	return &body
}

// responseStore keeps responses in the order in which they were made.
type responseStore struct {
	mu    sync.Mutex
	most  int
	bytes int
	order *list.List
	byID  map[string]*list.Element
	items map[string]item
}

// stored is one response of a store, with its size.
type stored struct {
	response *heldResponse
	bytes    int
}

func newResponseStore(most int) *responseStore {
	return &responseStore{most: most, order: list.New(), byID: map[string]*list.Element{}, items: map[string]item{}}
}

// keep adds a response, and drops the oldest ones while there is too much. A response that is
// too large by itself is kept until the next one comes.
func (s *responseStore) keep(response *heldResponse) {
	size := encodedSize(response.begun) + encodedSize(response.done) + encodedSize(response.history) + encodedSize(response.input)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.byID[response.id()] = s.order.PushBack(stored{response, size})
	for _, item := range ownItems(response) {
		s.items[item.id()] = item
	}
	s.bytes += size
	for s.bytes > s.most && s.order.Len() > 1 {
		s.drop(s.order.Front())
	}
}

// find is the response with an id, nil for none.
func (s *responseStore) find(id string) *heldResponse {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.live(id)
}

// remove deletes a response and returns it, nil for none.
func (s *responseStore) remove(id string) *heldResponse {
	s.mu.Lock()
	defer s.mu.Unlock()
	response := s.live(id)
	if response != nil {
		s.drop(s.byID[id])
	}
	return response
}

// item is an item of a kept response, nil for none.
func (s *responseStore) item(id string) item {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.items[id]
}

// live finds a response that is not too old. It needs the lock.
func (s *responseStore) live(id string) *heldResponse {
	element := s.byID[id]
	if element == nil {
		return nil
	}
	response := element.Value.(stored).response
	if time.Since(response.created) >= keptFor {
		s.drop(element)
		return nil
	}
	return response
}

// drop forgets a response and its items. It needs the lock.
func (s *responseStore) drop(element *list.Element) {
	gone := s.order.Remove(element).(stored)
	s.bytes -= gone.bytes
	delete(s.byID, gone.response.id())
	for _, item := range ownItems(gone.response) {
		delete(s.items, item.id())
	}
}

func ownItems(response *heldResponse) []item {
	return slices.Concat(response.input, response.done.Output)
}

func encodedSize(value any) int {
	encoded, err := json.Marshal(value)
	if err != nil {
		return 0 // what came as JSON, and what is answered, always encodes
	}
	return len(encoded)
}
