package sandbox

import (
	"context"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"
)

// A sandbox is found where it was, also by shells that were attached to the last one.
func TestPortsStayTheSame(t *testing.T) {
	dir := t.TempDir()
	start := func(options Options) *Session {
		t.Helper()
		options.Dir = dir
		session, err := Join(t.Context(), options)
		require.NoError(t, err)
		return session
	}
	first := start(Options{Traffic: &Traffic{}})
	require.Empty(t, first.Moved)
	require.NoError(t, first.Close())

	// One without a data plane in between changes nothing.
	require.NoError(t, start(Options{}).Close())
	second := start(Options{Traffic: &Traffic{}})
	require.Equal(t, []string{first.Endpoints.ARM, first.Endpoints.Page, first.Endpoints.Proxy}, []string{second.Endpoints.ARM, second.Endpoints.Page, second.Endpoints.Proxy})
	require.Equal(t, first.Endpoints.Environment(), second.Endpoints.Environment())
	require.NoError(t, second.Close())

	// Somebody else has the port of Resource Manager now.
	last := lastPorts(dir)
	other, err := listenAt(t.Context(), last.Manager)
	require.NoError(t, err)
	defer func() { require.NoError(t, other.Close()) }()
	third := start(Options{Traffic: &Traffic{}})
	require.NotEqual(t, first.Endpoints.ARM, third.Endpoints.ARM)
	require.Equal(t, first.Endpoints.Proxy, third.Endpoints.Proxy)
	require.Equal(t, []string{"Resource Manager and the page (port " + strconv.Itoa(last.Manager) + ")"}, third.Moved)
	require.NoError(t, third.Close())
}

// Ports that are asked for are those that are served, or the start is refused.
func TestPortsThatAreAskedFor(t *testing.T) {
	first := fourFree(t)
	session, err := Join(t.Context(), Options{Dir: t.TempDir(), Traffic: &Traffic{}, Port: first})
	require.NoError(t, err)
	require.Equal(t, "http://127.0.0.1:"+strconv.Itoa(first), session.Endpoints.ARM)
	require.Equal(t, "http://127.0.0.1:"+strconv.Itoa(first+1), session.Endpoints.Proxy)
	require.Equal(t, map[string]int{"azure-native": first + 2, "random": first + 3}, session.Endpoints.Providers)

	_, err = Join(t.Context(), Options{Dir: t.TempDir(), Port: first - 1})
	require.ErrorContains(t, err, "another program listens at port "+strconv.Itoa(first)+", which the proxy would take; end that program, or give another --port")
	require.NoError(t, session.Close())
}

// fourFree is the first of four ports in a row that are free, and the one before them, too.
func fourFree(t *testing.T) int {
	t.Helper()
	for first := 7000; first < 19000; first += 10 {
		if allFree(t.Context(), first-1, first+portCount) {
			return first
		}
	}
	t.Fatal("no free ports")
	return 0
}

func allFree(ctx context.Context, from, to int) bool {
	for port := from; port < to; port++ {
		if !isFree(ctx, port) {
			return false
		}
	}
	return true
}
