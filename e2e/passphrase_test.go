package e2e

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// A passphrase that another project has left in the shell is told of before anything is done,
// and a lost one after Pulumi's own words, each once and with what to do.
func TestAnotherPassphraseIsExplained(t *testing.T) {
	t.Parallel()
	w := newWorld(t, example("front-door/defaults"))
	w.must(0, "up")
	args := append([]string{"up", "--project", root, "--sandbox", w.dir}, w.flags...)
	other := execute(t, root, []string{"PULUMI_CONFIG_PASSPHRASE=of another project"}, binary, args...)
	require.Equal(t, 1, other.code, "%s", other)
	const told = "is not the passphrase that stack test was made with"
	require.Equal(t, 1, strings.Count(other.stderr, told), "%s", other)
	require.Contains(t, other.stderr, "unset PULUMI_CONFIG_PASSPHRASE\n")
	require.Empty(t, other.stdout, "Pulumi was started")
	require.NotContains(t, other.String(), "of another project")

	require.NoError(t, os.Remove(filepath.Join(w.dir, "passphrase")))
	lost := w.aoai("up")
	require.NotZero(t, lost.code)
	require.Equal(t, 1, strings.Count(lost.stderr, "is not the one that stack test was made with"), "%s", lost)
	require.Contains(t, lost.stderr, "aoai stack reset test deletes the stack from the sandbox")

	reset := execute(t, root, nil, binary, "stack", "reset", "test", "--yes", "--project", root, "--sandbox", w.dir)
	require.Zero(t, reset.code, "the remedy works: %s", reset)
	w.must(0, "up")
}
