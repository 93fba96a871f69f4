package edge

import (
	"cmp"
	"slices"
	"time"
)

// candidate is an origin as one location sees it.
type candidate struct {
	origin
	healthy bool
	latency time.Duration
}

// choose puts the origins that a request may go to in the order of Front Door's
// selection: enabled and healthy; the lowest priority value; latency within the window of
// the fastest; then turns by weight. Where nobody is healthy, all that are enabled take
// turns. Source: Front Door's page on routing methods.
func choose(all []candidate, window time.Duration) []candidate {
	enabled := slices.DeleteFunc(slices.Clone(all), func(c candidate) bool { return !c.enabled })
	able := slices.DeleteFunc(slices.Clone(enabled), func(c candidate) bool { return !c.healthy })
	if len(able) == 0 {
		return enabled
	}
	first := slices.MinFunc(able, func(a, b candidate) int { return cmp.Compare(a.priority, b.priority) }).priority
	able = slices.DeleteFunc(able, func(c candidate) bool { return c.priority != first })
	fastest := slices.MinFunc(able, func(a, b candidate) int { return cmp.Compare(a.latency, b.latency) }).latency
	return slices.DeleteFunc(able, func(c candidate) bool { return c.latency > fastest+window })
}

// turns are weighted round robin: who has waited longest for its share comes first.
// How Front Door interleaves weights is not documented; each is spread as evenly as it
// can be.
type turns struct{ running map[string]int }

func (t *turns) next(able []candidate) candidate {
	if t.running == nil {
		t.running = map[string]int{}
	}
	total, best := 0, 0
	for i, each := range able {
		total += each.weight
		t.running[each.id] += each.weight
		if t.running[each.id] > t.running[able[best].id] {
			best = i
		}
	}
	t.running[able[best].id] -= total
	return able[best]
}
