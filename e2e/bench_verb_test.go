package e2e

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

// The bench takes a policy of anybody's beside ours, and keeps its results.
func TestBenchTakesAnyPolicy(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	ran := execute(t, root, nil, binary, "bench", "gateway", "--scenario", "model-400", "--json", "--out", dir,
		"--policy", "mine="+filepath.Join(root, "examples", "policies", "retry-everything.xml"))
	require.Zero(t, ran.code, "%s", ran)
	var told struct {
		Version int
		Results []struct {
			Policy   string
			Wasted   int
			Requests int
		}
	}
	require.NoError(t, json.Unmarshal([]byte(ran.stdout), &told))
	require.Equal(t, 1, told.Version)
	wasted := map[string]int{}
	for _, each := range told.Results {
		wasted[each.Policy] = each.Wasted / each.Requests
	}
	require.Equal(t, map[string]int{"round-robin": 0, "pool": 0, "no-breakers": 0, "mine": 6}, wasted)
	for _, name := range []string{"bench-gateway.json", "bench-gateway.svg"} {
		_, err := os.Stat(filepath.Join(dir, name))
		require.NoError(t, err)
	}
	bad := filepath.Join(dir, "bad.xml")
	require.NoError(t, os.WriteFile(bad, []byte(wrongDocument), 0o600))
	refused := execute(t, root, nil, binary, "bench", "gateway", "--json", "--scenario", "healthy", "--policy", "bad="+bad)
	require.Equal(t, 1, refused.code)
	require.Contains(t, refused.stderr, "bad under healthy")
	require.Contains(t, refused.stderr, "set-headr")
	var failed struct {
		Version, ExitCode int
		Error             string
	}
	require.NoError(t, json.Unmarshal([]byte(refused.stdout), &failed), "%s", refused)
	require.Equal(t, []int{1, 1}, []int{failed.Version, failed.ExitCode})
	require.Contains(t, failed.Error, "set-headr")
}

const wrongDocument = `<policies><inbound><base /><set-headr name="a"><value>1</value></set-headr></inbound><backend><base /></backend><outbound><base /></outbound><on-error><base /></on-error></policies>`
