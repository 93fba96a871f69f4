package e2e

import (
	"context"
	"encoding/json"
	"net/http"
	"os"
	"os/exec"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/aoai-gateway/aoai-gateway/sandbox"
)

// A sandbox that somebody still uses waits for them after the first signal, and for nobody
// after the second one.
func TestSecondSignalEnds(t *testing.T) {
	t.Parallel()
	command := exec.CommandContext(context.WithoutCancel(t.Context()), binary, "serve", "--json", "--project", root, "--sandbox", t.TempDir())
	output, err := command.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, command.Start())
	var endpoints sandbox.Endpoints
	require.NoError(t, json.NewDecoder(output).Decode(&endpoints))
	ask := func(path, host string) (*http.Response, error) {
		request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, endpoints.ARM+path, nil)
		require.NoError(t, err)
		request.Host = host
		return http.DefaultClient.Do(request)
	}
	for _, path := range []string{"/sandbox/lease", "/sandbox/inventory"} {
		refused, err := ask(path, "rebound.fabrikam.test")
		require.NoError(t, err)
		require.NoError(t, refused.Body.Close())
		require.Equal(t, http.StatusForbidden, refused.StatusCode, "%s answers what a browser was tricked into sending", path)
	}
	lease, err := ask("/sandbox/lease", "")
	require.NoError(t, err)
	defer func() { _ = lease.Body.Close() }()
	require.Equal(t, http.StatusOK, lease.StatusCode)

	require.NoError(t, command.Process.Signal(os.Interrupt))
	// The sandbox ends: it grants no further lease, and waits for the one that is held.
	require.Eventually(t, func() bool {
		further, err := ask("/sandbox/lease", "")
		if err != nil {
			return false
		}
		_ = further.Body.Close()
		return further.StatusCode == http.StatusServiceUnavailable
	}, time.Minute, 50*time.Millisecond)
	require.NoError(t, command.Process.Signal(os.Interrupt))
	var exit *exec.ExitError
	require.ErrorAs(t, command.Wait(), &exit)
	require.Equal(t, 130, exit.ExitCode())
}
