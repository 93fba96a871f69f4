package gateway

import (
	"context"
	"math/rand/v2"
	"sync"
	"time"

	"github.com/aoai-gateway/aoai-gateway/internal/policy/vectors"
)

// CacheBehaviour says how the built-in cache behaves: it is asynchronous, and Azure
// promises nothing about when a value is seen.
type CacheBehaviour struct {
	// Delay is how long after it was stored a value is seen; default 0.
	Delay time.Duration
	// Lost is the share of stores that are lost, 0 to 1; default 0.
	Lost float64
	// Random decides which are lost; nil takes the system's.
	Random func() float64
}

// cache is the built-in cache of one region, which all its units share.
type cache struct {
	behaviour CacheBehaviour

	mu      sync.Mutex
	entries map[string][]entry
	stores  int
}

// entry is a value with the time from which it is seen, and its end. A nil value
// removes.
type entry struct {
	value      any
	from, till time.Time
}

func newCache(behaviour CacheBehaviour) *cache {
	if behaviour.Random == nil {
		behaviour.Random = rand.Float64
	}
	return &cache{behaviour: behaviour, entries: map[string][]entry{}}
}

// Get implements policy.Cache: the last value that is seen by now.
func (c *cache) Get(_ context.Context, key string) (any, bool, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	now := time.Now()
	list, held := c.entries[key]
	if !held {
		return nil, false, nil
	}
	list = seen(list, now)
	c.entries[key] = list
	if len(list) == 0 || now.Before(list[0].from) || !now.Before(list[0].till) || list[0].value == nil {
		return nil, false, nil
	}
	return list[0].value, true, nil
}

// sweepEvery is how many stores go by until what has expired is dropped.
const sweepEvery = 10_000

// Store implements policy.Cache.
func (c *cache) Store(_ context.Context, key string, value any, ttl time.Duration) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	now := time.Now()
	if c.stores++; c.stores%sweepEvery == 0 {
		for key, list := range c.entries {
			if len(list) == 0 || !now.Before(list[len(list)-1].till) {
				delete(c.entries, key)
			}
		}
	}
	if c.behaviour.Lost > 0 && c.behaviour.Random() < c.behaviour.Lost {
		return nil
	}
	from := now.Add(c.behaviour.Delay)
	made := entry{value, from, from.Add(ttl)}
	list := c.entries[key]
	if c.behaviour.Delay == 0 {
		list = list[:0]
	}
	c.entries[key] = append(seen(list, now), made)
	return nil
}

// seen drops what a later value has taken the place of.
func seen(list []entry, now time.Time) []entry {
	for len(list) > 1 && !now.Before(list[1].from) {
		list = list[1:]
	}
	return list
}

// Remove implements policy.Cache.
func (c *cache) Remove(ctx context.Context, key string) error {
	return c.Store(ctx, key, nil, time.Hour)
}

// noCache is the built-in cache of a tier that has none: nothing is kept.
type noCache struct{}

// Get implements policy.Cache.
func (noCache) Get(context.Context, string) (any, bool, error) { return nil, false, nil }

// Store implements policy.Cache.
func (noCache) Store(context.Context, string, any, time.Duration) error { return nil }

// Remove implements policy.Cache.
func (noCache) Remove(context.Context, string) error { return nil }

// noVectors is the semantic cache of a service without an external cache that finds vectors:
// nothing is found and nothing kept. What Azure does then is not documented.
type noVectors struct{}

// Nearest implements policy.Vectors.
func (noVectors) Nearest(string, []float32, float64, time.Time) (vectors.Found, bool) {
	return vectors.Found{}, false
}

// Keep implements policy.Vectors.
func (noVectors) Keep(string, []float32, any, time.Duration, time.Time) {}
