package gateway

import (
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/aoai-gateway/aoai-gateway/internal/policy/breaker"
)

// Over any number of whole rounds each member of a pool gets exactly its weight, and
// within a round nobody gets more than that.
func TestTurnsKeepWeights(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		weights := rapid.SliceOfN(rapid.IntRange(1, 12), 1, 8).Draw(t, "weights")
		rounds := rapid.IntRange(1, 4).Draw(t, "rounds")
		var members []member
		total := 0
		for i, weight := range weights {
			members = append(members, member{id: strconv.Itoa(i), weight: weight})
			total += weight
		}
		u := &unit{breakers: map[string]*breaker.Breaker{}, weights: map[string]map[string]int{}}
		for round := range rounds {
			counts := make([]int, len(weights))
			for range total {
				i, err := strconv.Atoi(u.next("pool", members).id)
				require.NoError(t, err)
				counts[i]++
			}
			require.Equal(t, weights, counts, "round %d", round)
		}
	})
}

// Durations are read as ISO 8601 has them, and what is none is an error.
func TestDurations(t *testing.T) {
	t.Parallel()
	for written, want := range map[string]string{"PT1M": "1m0s", "PT0.5S": "500ms", "P1W": "168h0m0s", "P1DT2H3M4S": "26h3m4s", "PT": "0s"} {
		got, err := duration(written)
		require.NoError(t, err, written)
		require.Equal(t, want, got.String(), written)
	}
	for _, written := range []string{"", "1m", "P1Y", "PT1M1", "-PT1S"} {
		_, err := duration(written)
		require.Error(t, err, written)
	}
}
