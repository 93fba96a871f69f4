package network

import (
	"maps"
	"net/http"
	"sync"

	"github.com/aoai-gateway/aoai-gateway/sandbox/recent"
)

// Counts count what a host is asked.
type Counts struct {
	mu       sync.Mutex
	requests int64
	inFlight int64
	byStatus map[int]int64
}

// Tally is what was counted.
type Tally struct {
	Requests int64 `json:"requests"`
	InFlight int64 `json:"inFlight"`
	// ByStatus has 0 for requests that got no answer.
	ByStatus map[int]int64 `json:"byStatus"`
}

func (c *Counts) tally() Tally {
	c.mu.Lock()
	defer c.mu.Unlock()
	return Tally{c.requests, c.inFlight, maps.Clone(c.byStatus)}
}

// counted is the answer to a request, and knows its status.
type counted struct {
	http.ResponseWriter
	counts  *Counts
	network *Network
	visit   *recent.Visit
	status  int
}

// leave ends a request.
func (w *counted) leave() {
	defer w.network.answering.Done()
	w.visit.End(w.status)
	w.end()
}

func (c *Counts) begin(w http.ResponseWriter) *counted {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.requests++
	c.inFlight++
	return &counted{ResponseWriter: w, counts: c}
}

func (w *counted) end() {
	w.counts.mu.Lock()
	defer w.counts.mu.Unlock()
	w.counts.inFlight--
	w.counts.byStatus[w.status]++
}

// WriteHeader implements http.ResponseWriter.
func (w *counted) WriteHeader(status int) {
	if status >= http.StatusOK && w.status == 0 {
		w.status = status
	}
	w.ResponseWriter.WriteHeader(status)
}

// Write implements http.ResponseWriter.
func (w *counted) Write(p []byte) (int, error) {
	if w.status == 0 {
		w.status = http.StatusOK
	}
	return w.ResponseWriter.Write(p)
}

// Unwrap is for http.ResponseController.
func (w *counted) Unwrap() http.ResponseWriter { return w.ResponseWriter }
