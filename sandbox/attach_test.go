package sandbox

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// Attach joins what runs, and starts nothing.
func TestAttach(t *testing.T) {
	dir := t.TempDir()
	_, err := Attach(t.Context(), dir, 0)
	require.ErrorIs(t, err, ErrNotRunning)

	type attached struct {
		session *Session
		err     error
	}
	waiting := make(chan attached)
	go func() {
		session, err := Attach(t.Context(), dir, time.Minute)
		waiting <- attached{session, err}
	}()
	owner, err := Join(t.Context(), Options{Dir: dir})
	require.NoError(t, err)
	require.True(t, owner.Owner, "Attach started a sandbox")
	guest := <-waiting
	require.NoError(t, guest.err)
	require.Equal(t, owner.Endpoints.ARM, guest.session.Endpoints.ARM)
	require.NoError(t, guest.session.Close())
	require.NoError(t, owner.Close())
}
