package e2e

import (
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// Nothing but Front Door is reached from the internet: it comes to the gateway by Private Link,
// once the stack's owner has approved it, and the gateway to accounts by private endpoints.
func TestPrivateLinkLifeCycle(t *testing.T) {
	t.Parallel()
	linked := example("multi-region/private")
	w := newSeededWorld(t, linked, trafficSeed())
	before := w.inventory()
	up := w.must(0, "up")
	require.Contains(t, up.stdout, "aoai approve --stack", "the connection waits, and up says how to approve it")
	w.settled()
	w.keepsTheContract(map[string]bool{})
	w.serving(func(x *traffic) {
		x.edge()
		x.answersWith(http.StatusServiceUnavailable)
	})
	w.must(0, "approve")
	require.Contains(t, w.must(0, "approve").stdout, "Approved", "approving again changes nothing")
	require.NotContains(t, w.must(0, "up", "--expect-no-changes").stdout, "aoai approve")

	w.configure(linked, "lock: private-link\n", "lock: private-link-only\n")
	w.must(0, "up")
	w.must(0, "drift")
	w.serving(func(x *traffic) {
		direct := x.gateway
		x.answersWith(http.StatusForbidden)
		x.edge()
		x.answersWith(http.StatusOK)
		x.speaksAll(x.withKey(x.key("chat-app")), "")
		x.gateway = direct
		_, err := chats(x.t.Context(), x.withKey(x.key("chat-app")))
		require.ErrorContains(x.t, err, "403 Forbidden", "the public endpoint is closed, also for who has a key")
	})
	w.destroysAllBut(before, 3)
}

// configure takes a copy of a stack file with one text for another.
func (w *world) configure(file, before, after string) {
	w.t.Helper()
	raw, err := os.ReadFile(file)
	require.NoError(w.t, err)
	require.Contains(w.t, string(raw), before)
	made := filepath.Join(w.t.TempDir(), "stack.yaml")
	require.NoError(w.t, os.WriteFile(made, []byte(strings.Replace(string(raw), before, after, 1)), 0o600))
	w.flags = []string{"--stack", "test", "--config", made, "--seed", trafficSeed()}
}

// answersWith asks the edge until its probes have seen what there is.
func (x *traffic) answersWith(status int) {
	x.t.Helper()
	require.Eventually(x.t, func() bool {
		request, err := http.NewRequestWithContext(x.t.Context(), http.MethodGet, x.gateway+"/status-0123456789abcdef", nil)
		require.NoError(x.t, err)
		response, err := x.http.Do(request)
		if err != nil {
			return false
		}
		_ = response.Body.Close()
		return response.StatusCode == status
	}, 30*time.Second, 100*time.Millisecond)
}
