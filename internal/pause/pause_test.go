package pause_test

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/aoai-gateway/aoai-gateway/internal/pause"
)

func TestFor(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		reason       string
		d, ends      time.Duration
		waited       time.Duration
		wantDeadline bool
	}{
		{"as long as told", time.Hour, 2 * time.Hour, time.Hour, false},
		{"the context ends before", time.Hour, time.Minute, time.Minute, true},
		{"nothing to wait for", 0, time.Hour, 0, false},
	} {
		synctest.Test(t, func(t *testing.T) {
			ctx, cancel := context.WithTimeout(t.Context(), c.ends)
			defer cancel()
			began := time.Now()
			err := pause.For(ctx, c.d)
			require.Equal(t, c.waited, time.Since(began), c.reason)
			if c.wantDeadline {
				require.ErrorIs(t, err, context.DeadlineExceeded, c.reason)
			} else {
				require.NoError(t, err, c.reason)
			}
		})
	}
}
