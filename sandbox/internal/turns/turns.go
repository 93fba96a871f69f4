// Package turns is weighted round robin, as Front Door's origins and a pool's members take
// turns. How Azure interleaves weights is not documented: here each is spread as evenly as
// it can be.
package turns

// Weighted keeps whose turn it is. The zero value is ready. It is not safe for concurrent
// use.
type Weighted struct {
	// waited is how much of its share each has waited for, by id.
	waited map[string]int
}

// Next takes one of those that are able: who has waited longest for its share comes first.
// share tells the id and the weight of each; a weight below 1 counts as 1.
func Next[T any](w *Weighted, able []T, share func(T) (id string, weight int)) T {
	if w.waited == nil {
		w.waited = map[string]int{}
	}
	total, best, bestID := 0, 0, ""
	for i, each := range able {
		id, weight := share(each)
		weight = max(1, weight)
		total += weight
		w.waited[id] += weight
		if i == 0 || w.waited[id] > w.waited[bestID] {
			best, bestID = i, id
		}
	}
	w.waited[bestID] -= total
	return able[best]
}

// Forget drops what was known of one that is gone.
func (w *Weighted) Forget(id string) { delete(w.waited, id) }
