package e2e

import (
	"encoding/json"
	"io"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aoai-gateway/aoai-gateway/internal/engine"
)

// readsAsTheCLI: the state and the outputs that aoai reads from the backend's file are those
// that the CLI prints, with secrets as it prints them. The stack has some.
func readsAsTheCLI(t *testing.T, w *world) {
	t.Helper()
	driver, err := engine.Existing(engine.Options{Project: root, Dir: w.dir, Tools: tools, Stdout: io.Discard, Stderr: io.Discard, Progress: io.Discard}, "test")
	require.NoError(t, err)
	cli := func(args ...string) string {
		got := execute(t, root, nil, binary, append([]string{"--project", root, "--sandbox", w.dir, "pulumi"}, args...)...)
		require.Zero(t, got.code, "%s", got)
		return got.stdout
	}
	state, err := driver.ExportIfAny(t.Context())
	require.NoError(t, err)
	require.JSONEq(t, cli("stack", "export", "--stack", "test"), string(state))

	outputs, err := driver.Outputs(t.Context())
	require.NoError(t, err)
	read, err := json.Marshal(outputs)
	require.NoError(t, err)
	require.JSONEq(t, cli("stack", "output", "--json", "--stack", "test"), string(read))
	require.Contains(t, string(read), engine.Secret)
}
