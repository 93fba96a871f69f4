// Package breaker is the circuit breaker of a backend of API Management: it opens
// after failures and leaves the backend alone for a while. Source: API Management's
// page on backends.
package breaker

import (
	"slices"
	"strings"
	"sync"
	"time"
)

// Rule says when a breaker opens, and for how long.
type Rule struct {
	// Count of failures within Interval opens it; or, where Count is 0, the
	// Percentage of requests that fail.
	Count, Percentage int
	Interval          time.Duration
	// Trip is how long it stays open.
	Trip time.Duration
	// AcceptRetryAfter takes the time that the answer asks for instead of Trip.
	AcceptRetryAfter bool
	// Failures are the status codes that count, as ranges; Reasons are those of
	// requests without an answer, such as BackendConnectionFailure.
	Failures []Range
	Reasons  []string
}

// Range of status codes, both ends included.
type Range struct{ Min, Max int }

// Breaker is the state of one backend in one unit of the gateway; its zero state is
// closed. It may be used by many requests at once.
type Breaker struct {
	rule Rule

	mu    sync.Mutex
	ended []outcome
	until time.Time
}

type outcome struct {
	at     time.Time
	failed bool
}

// New is a closed breaker.
func New(rule Rule) *Breaker { return &Breaker{rule: rule} }

// Rule is what the breaker works by.
func (b *Breaker) Rule() *Rule { return &b.rule }

// Open reports whether the backend is left alone at a moment.
func (b *Breaker) Open(now time.Time) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	return now.Before(b.until)
}

// OpenFor is how long the backend is left alone from a moment on; 0 where it is not.
func (b *Breaker) OpenFor(now time.Time) time.Duration {
	b.mu.Lock()
	defer b.mu.Unlock()
	return max(0, b.until.Sub(now))
}

// Report tells how a request ended: with a status, and the time that its
// Retry-After asks for (0 for none).
func (b *Breaker) Report(now time.Time, status int, retryAfter time.Duration) {
	failed := slices.ContainsFunc(b.rule.Failures, func(r Range) bool { return r.Min <= status && status <= r.Max })
	b.ends(now, failed, retryAfter)
}

// ReportError tells that a request got no answer, for a reason such as Timeout.
func (b *Breaker) ReportError(now time.Time, reason string) {
	failed := slices.ContainsFunc(b.rule.Reasons, func(each string) bool { return strings.EqualFold(each, reason) })
	b.ends(now, failed, 0)
}

func (b *Breaker) ends(now time.Time, failed bool, retryAfter time.Duration) {
	if !failed && b.rule.Percentage == 0 {
		return
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.ended = append(slices.DeleteFunc(b.ended, func(o outcome) bool { return now.Sub(o.at) >= b.rule.Interval }), outcome{now, failed})
	if !failed || !b.tooMany() {
		return
	}
	wait := b.rule.Trip
	if b.rule.AcceptRetryAfter && retryAfter > 0 {
		wait = retryAfter
	}
	b.ended = nil
	// A request that was under way does not close it earlier.
	if until := now.Add(wait); until.After(b.until) {
		b.until = until
	}
}

func (b *Breaker) tooMany() bool {
	failures := 0
	for _, each := range b.ended {
		if each.failed {
			failures++
		}
	}
	if b.rule.Count > 0 {
		return failures >= b.rule.Count
	}
	return failures*100 >= b.rule.Percentage*len(b.ended)
}
