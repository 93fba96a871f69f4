package main

import (
	"bytes"
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"
)

// A failure is JSON, too, where JSON is asked for, and nothing is written in another folder
// than a project's.
func TestFailures(t *testing.T) {
	dir := t.TempDir()
	var stdout, stderr bytes.Buffer
	code := run(t.Context(), []string{"up", "--json", "--project", dir}, &streams{stdout: &stdout, stderr: &stderr})
	require.Equal(t, 1, code)
	var told toldFailure
	require.NoError(t, json.Unmarshal(stdout.Bytes(), &told), stdout.String())
	require.Equal(t, 1, told.Version)
	require.Equal(t, 1, told.ExitCode)
	require.Contains(t, told.Error, "is not the project's folder, because it has no Pulumi.yaml")
	require.Contains(t, stderr.String(), "give --project")
	require.NoDirExists(t, dir+"/.sandbox")

	stdout.Reset()
	code = run(t.Context(), []string{"status", "--project", dir}, &streams{stdout: &stdout, stderr: &stderr})
	require.Equal(t, 1, code)
	require.Empty(t, stdout.String(), "without --json, failures go to stderr alone")
}
