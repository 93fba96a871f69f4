package recent

import (
	"context"
	"errors"
	"net"
	"slices"
	"syscall"
	"time"
)

// Summary is one line about a request.
type Summary struct {
	ID     string    `json:"id"`
	Began  time.Time `json:"began"`
	Method string    `json:"method"`
	Path   string    `json:"path"`
	// Entry is the host that the client asked.
	Entry string `json:"entry"`
	// Answered is the account that was asked last, "" for none, and Attempts how many were.
	Answered string  `json:"answered,omitempty"`
	Attempts int     `json:"attempts"`
	Ended    bool    `json:"ended"`
	Status   int     `json:"status"`
	TookMS   float64 `json:"tookMs"`
	// Faulted says that a fault hit it anywhere.
	Faulted bool `json:"faulted,omitempty"`
}

// Summaries are those of all requests that are kept, the newest first.
func (l *Log) Summaries() []Summary {
	l.mu.Lock()
	defer l.mu.Unlock()
	list := make([]Summary, 0, len(l.requests))
	for _, each := range slices.Backward(l.requests) {
		s := Summary{
			ID: each.ID, Began: each.Began, Method: each.Hop.Method, Path: each.Hop.Path, Entry: each.Hop.Host, Ended: each.Hop.Ended,
			Status: each.Hop.Status, TookMS: each.Hop.TookMS,
		}
		each.Hop.sum(&s)
		list = append(list, s)
	}
	return list
}

func (h *Hop) sum(s *Summary) {
	if h.Kind == "account" {
		s.Answered, s.Attempts = h.Host, s.Attempts+1
	}
	s.Faulted = s.Faulted || len(h.Faults) > 0
	for _, each := range h.Hops {
		each.sum(s)
	}
}

// Request is the one with an id, with all that is known of it.
func (l *Log) Request(id string) (Request, bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	at := slices.IndexFunc(l.requests, func(r *Request) bool { return r.ID == id })
	if at < 0 {
		return Request{}, false
	}
	found := *l.requests[at]
	found.Hop = found.Hop.clone()
	return found, true
}

func (h *Hop) clone() *Hop {
	copied := *h
	copied.Faults, copied.Steps, copied.Hops = slices.Clone(h.Faults), slices.Clone(h.Steps), make([]*Hop, len(h.Hops))
	for i, each := range h.Hops {
		copied.Hops[i] = each.clone()
	}
	return &copied
}

// describe says what kept an answer away, without the words of the error, in which anything
// may stand.
func describe(problem error) string {
	var unknown *net.DNSError
	switch {
	case errors.As(problem, &unknown):
		return "the host name was not found"
	case errors.Is(problem, syscall.EHOSTUNREACH):
		return "the host could not be reached"
	case errors.Is(problem, context.DeadlineExceeded):
		return "no answer in time"
	case errors.Is(problem, context.Canceled):
		return "the caller stopped waiting"
	default:
		return "the connection broke off"
	}
}
