//go:build !unix

package bench

import (
	"testing"
	"time"
)

// processors tells nothing on this system.
func processors(testing.TB) time.Duration { return 0 }
