package edge

import (
	"cmp"
	"slices"
	"time"

	"github.com/aoai-gateway/aoai-gateway/sandbox/deployed"
)

// candidate is an origin as one location sees it.
type candidate struct {
	deployed.Origin
	healthy bool
	latency time.Duration
}

// choose puts the origins that a request may go to in the order of Front Door's
// selection: enabled and healthy; the lowest priority value; latency within the window of
// the fastest; then turns by weight. Where nobody is healthy, all that are enabled take
// turns. Source: Front Door's page on routing methods.
func choose(all []candidate, window time.Duration) []candidate {
	enabled := slices.DeleteFunc(slices.Clone(all), func(c candidate) bool { return !c.Enabled })
	able := slices.DeleteFunc(slices.Clone(enabled), func(c candidate) bool { return !c.healthy })
	if len(able) == 0 {
		return enabled
	}
	first := slices.MinFunc(able, func(a, b candidate) int { return cmp.Compare(a.Priority, b.Priority) }).Priority
	able = slices.DeleteFunc(able, func(c candidate) bool { return c.Priority != first })
	fastest := slices.MinFunc(able, func(a, b candidate) int { return cmp.Compare(a.latency, b.latency) }).latency
	return slices.DeleteFunc(able, func(c candidate) bool { return c.latency > fastest+window })
}
