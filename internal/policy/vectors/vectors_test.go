package vectors_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/aoai-gateway/aoai-gateway/internal/policy/vectors"
)

var noon = time.Date(2026, 1, 31, 12, 0, 0, 0, time.UTC)

func TestNearest(t *testing.T) {
	t.Parallel()
	index := vectors.New(10)
	index.Keep("a", []float32{1, 0}, "east", time.Minute, noon)
	index.Keep("a", []float32{0, 2}, "north", time.Minute, noon)
	index.Keep("b", []float32{1, 0.1}, "of another", time.Minute, noon)
	for _, each := range []struct {
		reason    string
		partition string
		vector    []float32
		distance  float64
		after     time.Duration
		want      any
	}{
		{"the same", "a", []float32{1, 0}, 0, 0, "east"},
		{"length does not count", "a", []float32{0, 7}, 0, 0, "north"},
		{"the nearer of two", "a", []float32{0.5, 1}, 1, 0, "north"},
		{"too far", "a", []float32{1, 1}, 0.2, 0, nil},
		{"near enough", "a", []float32{1, 0.5}, 0.2, 0, "east"},
		{"nothing in the partition", "c", []float32{1, 0}, 1, 0, nil},
		{"a vector of another model", "a", []float32{1, 0, 0}, 1, 0, nil},
		{"a vector of no direction", "a", []float32{0, 0}, 0.9, 0, nil},
		{"its time is over", "a", []float32{1, 0}, 0, time.Minute, nil},
	} {
		found, ok := index.Nearest(each.partition, each.vector, each.distance, noon.Add(each.after))
		require.Equal(t, each.want != nil, ok, each.reason)
		require.Equal(t, each.want, found.Value, each.reason)
	}
}

// An index does not grow beyond its bound, and the same question takes one place.
func TestIndexIsBounded(t *testing.T) {
	t.Parallel()
	index := vectors.New(2)
	index.Keep("a", []float32{1, 0}, "first", time.Hour, noon)
	index.Keep("a", []float32{0, 1}, "second", time.Hour, noon)
	index.Keep("a", []float32{0, 1}, "second again", time.Hour, noon)
	found, ok := index.Nearest("a", []float32{1, 0}, 0, noon)
	require.True(t, ok, "a value that took the place of its like put another one out")
	require.Equal(t, "first", found.Value)
	index.Keep("a", []float32{1, 1}, "third", time.Hour, noon)
	_, ok = index.Nearest("a", []float32{1, 0}, 0, noon)
	require.False(t, ok, "the oldest has to make room")
	found, ok = index.Nearest("a", []float32{0, 1}, 0, noon)
	require.True(t, ok)
	require.Equal(t, "second again", found.Value)
	index.Keep("a", []float32{-1, 0}, "never", 0, noon)
	_, ok = index.Nearest("a", []float32{-1, 0}, 0, noon)
	require.False(t, ok, "what is kept for no time is not kept")
}
