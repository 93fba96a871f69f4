package deployed

import (
	"testing"

	"github.com/stretchr/testify/require"
)

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
