// Package breaker is the circuit breaker of a backend of API Management: it opens
// after failures and leaves the backend alone for a while. Source: API Management's
// page on backends.
package breaker

import (
	"slices"
	"sync"
	"time"
)

// Rule says when a breaker opens, and for how long.
type Rule struct {
	// Count of failures within Interval opens it.
	Count    int
	Interval time.Duration
	// Trip is how long it stays open.
	Trip time.Duration
	// AcceptRetryAfter takes the time that the answer asks for instead of Trip.
	AcceptRetryAfter bool
	// Failures are the status codes that count, as ranges.
	Failures []Range
}

// Range of status codes, both ends included.
type Range struct{ Min, Max int }

// Breaker is the state of one backend in one unit of the gateway; its zero state is
// closed. It may be used by many requests at once.
type Breaker struct {
	rule Rule

	mu       sync.Mutex
	failures []time.Time
	until    time.Time
}

// New is a closed breaker.
func New(rule Rule) *Breaker { return &Breaker{rule: rule} }

// Open reports whether the backend is left alone at a moment.
func (b *Breaker) Open(now time.Time) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	return now.Before(b.until)
}

// Report tells how a request ended: with a status, and the time that its
// Retry-After asks for (0 for none).
func (b *Breaker) Report(now time.Time, status int, retryAfter time.Duration) {
	if !slices.ContainsFunc(b.rule.Failures, func(r Range) bool { return r.Min <= status && status <= r.Max }) {
		return
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.failures = append(slices.DeleteFunc(b.failures, func(at time.Time) bool { return now.Sub(at) >= b.rule.Interval }), now)
	if len(b.failures) < b.rule.Count {
		return
	}
	wait := b.rule.Trip
	if b.rule.AcceptRetryAfter && retryAfter > 0 {
		wait = retryAfter
	}
	b.failures = nil
	// A request that was under way does not close it earlier.
	if until := now.Add(wait); until.After(b.until) {
		b.until = until
	}
}
