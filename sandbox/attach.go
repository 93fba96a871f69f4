package sandbox

import (
	"context"
	"errors"
	"os"
	"time"

	"github.com/aoai-gateway/aoai-gateway/internal/pause"
)

// ErrNotRunning says that nobody runs the sandbox.
var ErrNotRunning = errors.New("no sandbox is running; start `aoai serve` first, in the background or in another terminal")

// Attach takes a hold on the sandbox that another process runs in a folder, and never starts
// one. It waits as long as patience for a sandbox that is starting.
func Attach(ctx context.Context, dir string, patience time.Duration) (*Session, error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	for {
		session, err := attach(ctx, dir)
		if err == nil {
			return session, nil
		}
		if errors.Is(err, os.ErrNotExist) {
			err = ErrNotRunning
		}
		if pause.For(ctx, joinEvery) != nil {
			return nil, err
		}
	}
}
