package e2e

import (
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/openai/openai-go/v3"
	"github.com/stretchr/testify/require"

	"github.com/aoai-gateway/aoai-gateway/sandbox/network"
)

// The way around a lost Front Door, as docs/operations.md has it: the lock is opened, the
// regional gateways answer, and the lock is closed again. Front Door itself is not touched.
func TestLostEdge(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		closed, open string
		changes      []string
	}{
		{"header", "open", []string{"~ 1 updated", "- 1 deleted"}},
		{"header+network", "open+network", []string{"~ 3 updated", "- 1 deleted", "NetworkSecurityGroup"}},
	} {
		t.Run(c.closed, func(t *testing.T) {
			file := func(lock, guardrails string) string {
				return stackFile(t, readFile(t, example("multi-region/defaults"))+"  aoai-gateway:lock: "+lock+"\n"+guardrails)
			}
			waiver := fmt.Sprintf("  aoai-gateway:guardrails: { waivers: [{ rule: front-door-lock, reason: drill of a lost edge, until: %q }] }\n",
				time.Now().UTC().Format(time.DateOnly))
			closed := file(c.closed, "")
			w := newWorld(t, closed)
			w.must(0, "up")
			w.serving(func(x *traffic) { x.around(false) })

			w.flags[3] = file(c.open, "")
			require.Contains(t, w.must(1, "preview").String(), "waive front-door-lock in guardrails.waivers")
			w.flags[3] = file(c.open, waiver)
			opened := w.must(0, "up").stdout
			for _, change := range c.changes {
				require.Contains(t, opened, change)
			}
			require.NotRegexp(t, `cdn/v20240901:\S+ \S+ (updat|delet|creat)`, opened, "Front Door cannot be changed while it is lost")
			w.must(0, "drift")
			w.serving(func(x *traffic) {
				x.around(true)
				x.drillsAround()
			})

			w.flags[3] = closed
			w.must(0, "up")
			w.must(0, "drift")
			w.serving(func(x *traffic) {
				x.around(false)
				x.edge()
				_, err := chats(x.t.Context(), x.withKey(x.key("first-team")))
				require.NoError(x.t, err)
			})
		})
	}
}

// around asks a gateway by its own name while Front Door is lost.
func (x *traffic) around(answers bool) {
	x.t.Helper()
	x.order(network.Fault{HostKind: "front-door", Kind: "unreachable"})
	defer x.order()
	_, err := chats(x.t.Context(), x.withKey(x.key("first-team")))
	if answers {
		require.NoError(x.t, err)
		return
	}
	require.Error(x.t, err)
	var refusal *openai.Error
	if strings.Contains(readFile(x.t, x.flags[3]), "header+network") {
		require.NotErrorAs(x.t, err, &refusal, "no connection comes about at all")
		return
	}
	x.refused(err, http.StatusForbidden)
}

// drillsAround plays a drill in which callers go around the edge.
func (x *traffic) drillsAround() {
	x.t.Helper()
	script, out := filepath.Join(x.t.TempDir(), "drill.json"), x.t.TempDir()
	require.NoError(x.t, os.WriteFile(script, []byte(`{"name": "around", "durationSeconds": 4, "load": {"requestsPerSecond": 1, "locations": ["francecentral"]}, "steps": [
		{"atSeconds": 2, "note": "Front Door is lost", "callers": "gateways", "faults": [{"hostKind": "front-door", "kind": "unreachable"}]}]}`), 0o600))
	require.Contains(x.t, x.must(0, "drill", script, "--out", out).stdout, "100.000 % of 4 requests were answered well")
	require.Contains(x.t, readFile(x.t, filepath.Join(out, "drill.md")), "around the edge to francecentral, gateway France Central")
}
