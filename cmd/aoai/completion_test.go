package main

import (
	"bytes"
	"os/exec"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func completion(t *testing.T, shell string) string {
	t.Helper()
	var stdout, stderr bytes.Buffer
	require.Zero(t, run(t.Context(), []string{"completion", shell}, &streams{stdout: &stdout, stderr: &stderr}), stderr.String())
	return stdout.String()
}

// bash itself completes lines by the script.
func TestCompletionInBash(t *testing.T) {
	bash, err := exec.LookPath("bash")
	if err != nil {
		t.Skip("no bash here")
	}
	script := completion(t, "bash")
	for _, c := range []struct {
		reason        string
		line          []string
		with, without []string
	}{
		{"a verb", []string{"aoai", "pre"}, []string{"preview", "preflight"}, []string{"up"}},
		{"a verb of a verb", []string{"aoai", "policy", ""}, []string{"check", "test"}, []string{"preview"}},
		{"a flag of a verb", []string{"aoai", "up", "--st"}, []string{"--stack"}, []string{"--json"}},
		{"a flag of all verbs behind another flag", []string{"aoai", "up", "--stack", "dev", "--js"}, []string{"--json"}, nil},
		{"what is hidden is not offered", []string{"aoai", "to"}, nil, []string{"tools"}},
	} {
		t.Run(c.reason, func(t *testing.T) {
			var words []string
			for _, word := range c.line {
				words = append(words, quote(word))
			}
			command := exec.CommandContext(t.Context(), bash, "--norc", "-c", script+"\nCOMP_WORDS=("+strings.Join(words, " ")+
				"); COMP_CWORD=$((${#COMP_WORDS[@]} - 1)); _aoai; printf '%s\\n' \"${COMPREPLY[@]}\"")
			said, err := command.CombinedOutput()
			require.NoError(t, err, string(said))
			offered := strings.Fields(string(said))
			for _, want := range c.with {
				require.Contains(t, offered, want)
			}
			for _, other := range c.without {
				require.NotContains(t, offered, other)
			}
		})
	}
}

func TestCompletionInOtherShells(t *testing.T) {
	require.Contains(t, completion(t, "zsh"), "bashcompinit\n_aoai()")
	fish := completion(t, "fish")
	require.Contains(t, fish, "complete -c aoai -n '__fish_use_subcommand' -f -a preview -d 'Show what up would change.'\n")
	require.Contains(t, fish, "complete -c aoai -n '__fish_seen_subcommand_from up' -l stack ")
	require.NotContains(t, fish, "-a tools")

	var stdout, stderr bytes.Buffer
	require.Equal(t, exitUsage, run(t.Context(), []string{"completion", "tcsh"}, &streams{stdout: &stdout, stderr: &stderr}))
	require.Contains(t, stderr.String(), `"bash","zsh","fish"`)
}
