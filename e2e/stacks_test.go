package e2e

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"
)

// A stack keeps its file and its pattern: another pattern over it takes a flag, and whatever
// it was deployed with holds until it is destroyed.
func TestStackKeepsItsPattern(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	aoai := func(args ...string) run {
		t.Helper()
		return execute(t, root, nil, binary, append([]string{"--project", root, "--sandbox", dir}, args...)...)
	}
	require.Zero(t, aoai("up", "--stack", "kept", "--config", example("front-door/defaults")).code)
	refused := aoai("up", "--json", "--stack", "kept", "--config", example("apim/defaults"))
	require.Equal(t, 1, refused.code, "%s", refused)
	require.Contains(t, refused.stderr, "stack kept has the pattern front-door")
	require.Contains(t, refused.stderr, "--change-pattern")
	var told struct{ Error string }
	require.NoError(t, json.Unmarshal([]byte(refused.stdout), &told), "%s", refused)
	require.Contains(t, told.Error, "--stack apim")

	// The file need not be named again.
	again := aoai("up", "--stack", "kept", "--expect-no-changes")
	require.Zero(t, again.code, "%s", again)
	listed := aoai("pulumi", "stack", "ls")
	require.Zero(t, listed.code, "%s", listed)
	require.Contains(t, listed.stdout, "kept")

	require.Zero(t, aoai("destroy", "--stack", "kept").code)
	free := aoai("up", "--stack", "kept", "--config", example("apim/defaults"))
	require.Zero(t, free.code, "a destroyed stack takes any pattern: %s", free)
}
