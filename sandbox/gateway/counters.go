package gateway

import (
	"context"
	"sync"
	"time"

	"github.com/aoai-gateway/aoai-gateway/internal/policy"
)

// counters count for limits and quotas, for all units of a region. As in the service,
// they are not exact where requests overlap: each asks first and counts later.
type counters struct {
	mu     sync.Mutex
	counts map[counter][]counted
	adds   int
}

// counter is a key in a window of one kind.
type counter struct {
	key     string
	length  time.Duration
	sliding bool
}

type counted struct {
	at     time.Time
	amount float64
}

func newCounters() *counters { return &counters{counts: map[counter][]counted{}} }

// Used implements policy.Counters.
func (c *counters) Used(_ context.Context, key string, window policy.Window, now time.Time) (float64, time.Duration, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	list := c.current(counter{key, window.Length, window.Sliding}, window, now)
	total := 0.0
	for _, each := range list {
		total += each.amount
	}
	reset := window.Reset(now)
	if window.Sliding {
		reset = window.Length
		if len(list) > 0 {
			reset = list[0].at.Add(window.Length).Sub(now)
		}
	}
	return total, reset, nil
}

// Add implements policy.Counters.
func (c *counters) Add(_ context.Context, key string, window policy.Window, now time.Time, amount float64) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	id := counter{key, window.Length, window.Sliding}
	if c.adds++; c.adds%sweepEvery == 0 {
		c.sweep(now)
	}
	list := c.current(id, window, now)
	if n := len(list); n > 0 && (!window.Sliding || now.Sub(list[n-1].at) < time.Millisecond) {
		list[n-1].amount += amount
	} else {
		list = append(list, counted{now, amount})
	}
	c.counts[id] = list
	return nil
}

// sweep forgets keys that nobody has counted for longer than their window.
func (c *counters) sweep(now time.Time) {
	for id, list := range c.counts {
		if id.length > 0 && now.Sub(list[len(list)-1].at) > id.length {
			delete(c.counts, id)
		}
	}
}

// current is what counts still in a window.
func (c *counters) current(id counter, window policy.Window, now time.Time) []counted {
	list := c.counts[id]
	var begin time.Time
	switch {
	case window.Sliding:
		begin = now.Add(-window.Length).Add(1)
	case window.Length > 0:
		begin = now.Add(window.Reset(now) - window.Length).Truncate(time.Second)
	}
	for len(list) > 0 && list[0].at.Before(begin) {
		list = list[1:]
	}
	if len(list) == 0 {
		delete(c.counts, id)
		return nil
	}
	return list
}
