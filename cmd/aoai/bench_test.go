package main

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

// Mistakes of the bench's flags are told with the flag, before anything is measured.
func TestBenchFlags(t *testing.T) {
	t.Parallel()
	policy := filepath.Join(t.TempDir(), "mine.xml")
	require.NoError(t, os.WriteFile(policy, []byte("<policies />"), 0o600))
	for reason, c := range map[string]struct {
		args []string
		says string
	}{
		"no such scenario":     {[]string{"gateway", "--scenario", "storm"}, `--scenario "storm" is none of healthy`},
		"no name":              {[]string{"gateway", "--policy", policy}, "is not NAME=FILE"},
		"an empty name":        {[]string{"gateway", "--policy", "=" + policy}, "is not NAME=FILE"},
		"a name that is taken": {[]string{"gateway", "--policy", "pool=" + policy}, "there is a policy of that name already"},
		"no such file":         {[]string{"gateway", "--policy", "mine=nowhere.xml"}, "--policy mine: open nowhere.xml"},
		"one backend":          {[]string{"gateway", "--backends", "alone"}, "give two or more"},
		"a backend elsewhere":  {[]string{"gateway", "--backends", "a1=example.com,a2"}, "the host of a backend is NAME.openai.azure.com"},
		"a bad backend id":     {[]string{"gateway", "--backends", "a b,c"}, "--backends: rendering"},
		"no requests":          {[]string{"spread", "--requests", "0"}, "--requests 0 and --callers 64: at least 1 of each"},
	} {
		code, _, stderr := aoai(t, append([]string{"bench"}, c.args...)...)
		require.Equal(t, 1, code, reason)
		require.Contains(t, stderr, c.says, reason)
	}
}

// Verbs of a sandbox that serves say how to have one.
func TestServeFlags(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	code, _, stderr := aoai(t, "entra", "token", "chat-app", "--sandbox", dir)
	require.Equal(t, 1, code)
	require.Contains(t, stderr, "start `aoai serve`")
	code, _, stderr = aoai(t, "serve", "--cache-lost", "2", "--sandbox", dir)
	require.Equal(t, 1, code)
	require.Contains(t, stderr, "a share from 0 to 1")
	code, _, stderr = aoai(t, "serve", "--client-env", "--sandbox", dir)
	require.Equal(t, 1, code)
	require.Contains(t, stderr, "no sandbox is running")
}
