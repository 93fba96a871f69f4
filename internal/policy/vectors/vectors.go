// Package vectors keeps values by what they mean: each beside a vector, and found by
// one that points nearly the same way.
package vectors

import (
	"math"
	"slices"
	"sync"
	"time"
)

// Index is a bounded index in memory. It is safe for use by several goroutines.
type Index struct {
	most int

	mu      sync.Mutex
	entries []*entry
}

type entry struct {
	partition string
	vector    []float32
	value     any
	till      time.Time
}

// New is an index of at most so many values: a new one takes the place of the oldest.
func New(most int) *Index { return &Index{most: most} }

// Found is what lies nearest.
type Found struct {
	Value any
	// Distance is 0 for the same direction, 1 for one at a right angle, 2 for the
	// opposite.
	Distance float64
}

// Nearest is the value of a partition whose vector is nearest, no farther than a
// distance; false where there is none. Vectors of another length are of another model,
// and near to nothing.
func (i *Index) Nearest(partition string, vector []float32, distance float64, now time.Time) (Found, bool) {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.forget(now)
	best, ok := Found{}, false
	for _, each := range i.entries {
		if each.partition != partition || len(each.vector) != len(vector) {
			continue
		}
		if d := between(each.vector, vector); d <= distance && (!ok || d < best.Distance) {
			best, ok = Found{each.value, d}, true
		}
	}
	return best, ok
}

// Keep keeps a value beside its vector.
func (i *Index) Keep(partition string, vector []float32, value any, ttl time.Duration, now time.Time) {
	if ttl <= 0 {
		return
	}
	i.mu.Lock()
	defer i.mu.Unlock()
	i.forget(now)
	i.entries = slices.DeleteFunc(i.entries, func(e *entry) bool { return e.partition == partition && slices.Equal(e.vector, vector) })
	if over := len(i.entries) + 1 - i.most; over > 0 {
		i.entries = slices.Delete(i.entries, 0, over)
	}
	i.entries = append(i.entries, &entry{partition, slices.Clone(vector), value, now.Add(ttl)})
}

func (i *Index) forget(now time.Time) {
	i.entries = slices.DeleteFunc(i.entries, func(e *entry) bool { return !now.Before(e.till) })
}

// between is the cosine distance, rounded so that a vector has none to itself.
func between(a, b []float32) float64 {
	var dot, lengthA, lengthB float64
	for i := range a {
		dot += float64(a[i]) * float64(b[i])
		lengthA += float64(a[i]) * float64(a[i])
		lengthB += float64(b[i]) * float64(b[i])
	}
	if lengthA == 0 || lengthB == 0 {
		return 1
	}
	const precision = 1e9
	return math.Round((1-dot/math.Sqrt(lengthA*lengthB))*precision) / precision
}
