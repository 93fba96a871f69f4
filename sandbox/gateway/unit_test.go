package gateway

import (
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/aoai-gateway/aoai-gateway/internal/policy/breaker"
	"github.com/aoai-gateway/aoai-gateway/sandbox/deployed"
)

// Over any number of whole rounds each member of a pool gets exactly its weight, and
// within a round nobody gets more than that.
func TestTurnsKeepWeights(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		weights := rapid.SliceOfN(rapid.IntRange(1, 12), 1, 8).Draw(t, "weights")
		rounds := rapid.IntRange(1, 4).Draw(t, "rounds")
		var members []deployed.Member
		total := 0
		for i, weight := range weights {
			members = append(members, deployed.Member{ID: strconv.Itoa(i), Weight: weight})
			total += weight
		}
		u := &unit{breakers: map[string]*breaker.Breaker{}, weights: map[string]map[string]int{}}
		for round := range rounds {
			counts := make([]int, len(weights))
			for range total {
				i, err := strconv.Atoi(u.next("pool", members).ID)
				require.NoError(t, err)
				counts[i]++
			}
			require.Equal(t, weights, counts, "round %d", round)
		}
	})
}
