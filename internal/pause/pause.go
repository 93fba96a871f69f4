// Package pause waits.
package pause

import (
	"context"
	"time"
)

// For waits for a duration, or until ctx ends: the error is then that of ctx. A duration of
// 0 or less only asks whether ctx has ended.
func For(ctx context.Context, d time.Duration) error {
	if d <= 0 {
		return ctx.Err()
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
