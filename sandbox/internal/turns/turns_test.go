package turns_test

import (
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/aoai-gateway/aoai-gateway/sandbox/internal/turns"
)

// Over any number of whole rounds each gets exactly its weight.
func TestTurnsKeepWeights(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		weights := rapid.SliceOfN(rapid.IntRange(1, 20), 1, 8).Draw(t, "weights")
		members, total := make([]int, len(weights)), 0
		for i, weight := range weights {
			members[i] = i
			total += weight
		}
		var weighted turns.Weighted
		for round := range rapid.IntRange(1, 4).Draw(t, "rounds") {
			counts := make([]int, len(weights))
			for range total {
				counts[turns.Next(&weighted, members, func(i int) (string, int) { return strconv.Itoa(i), weights[i] })]++
			}
			require.Equal(t, weights, counts, "round %d", round)
		}
	})
}

// Azure stores weight 0 where a pool gives none.
func TestNoWeightCountsAsOne(t *testing.T) {
	t.Parallel()
	var weighted turns.Weighted
	var order []string
	for range 4 {
		order = append(order, turns.Next(&weighted, []string{"a", "b"}, func(id string) (string, int) { return id, 0 }))
	}
	require.Equal(t, []string{"a", "b", "a", "b"}, order)
}
