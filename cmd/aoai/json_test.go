package main

import (
	"bytes"
	"encoding/json"
	"path/filepath"
	"strings"
	"testing"

	"github.com/alecthomas/kong"
	"github.com/stretchr/testify/require"

	"github.com/aoai-gateway/aoai-gateway/internal/engine"
)

// toldFailure is what a program reads of a command that failed.
type toldFailure struct {
	Version  int
	Error    string
	ExitCode int
}

// verbs are all verbs of the command line, as they are typed, hidden ones too.
func verbs(t *testing.T) []string {
	t.Helper()
	var commands cli
	parser, err := kong.New(&commands, kong.Vars{"version": "test", "apimSKUs": "BasicV2"})
	require.NoError(t, err)
	var all []string
	for _, leaf := range parser.Model.Leaves(false) {
		all = append(all, strings.TrimPrefix(wordsOf(leaf), "aoai "))
	}
	return all
}

// Every verb tells a failure as JSON where JSON is asked for, with the version of the format.
func TestFailuresAreJSONInEveryVerb(t *testing.T) {
	missing := filepath.Join(t.TempDir(), "none.xml")
	// What each verb fails with; {dir} is a folder that is no project.
	lines := map[string]string{
		"up": "--project {dir}", "preview": "--project {dir}", "check": "--project {dir}", "preflight": "--project {dir}",
		"cost": "--project {dir}", "models": "--model gpt-0", "refresh": "--project {dir}", "drift": "--project {dir}", "recover": "--project {dir}",
		"destroy": "--project {dir}", "outputs": "--project {dir}", "key": "--project {dir}", "serve": "--project {dir}", "status": "--project {dir}",
		"drill": missing, "entra token": "--project {dir}", "entra secret": "chat-app --project {dir}", "logs query": "--project {dir}",
		"bench gateway": "--scenario none", "bench spread": "--requests 0",
		"policy check": missing, "policy explain": missing, "policy run": missing, "policy test": missing,
		"stack ls": "--project {dir}", "stack rm": "dev --project {dir}", "stack reset": "dev --project {dir}",
		"budget status": "--project {dir}", "budget stop": "--project {dir}", "budget resume": "--project {dir}", "approve": "--project {dir}",
		"pulumi": "stack ls --project {dir}", "completion": "tcsh", "tools": "--project {dir}",
	}
	for _, verb := range verbs(t) {
		line, listed := lines[verb]
		require.True(t, listed, "the verb %s is not in the table of this test", verb)
		t.Run(verb, func(t *testing.T) {
			dir := t.TempDir()
			if verb == "pulumi" { // what follows this verb is the CLI's
				line, verb = "", "--project "+dir+" pulumi stack ls"
			}
			args := append([]string{"--json"}, strings.Fields(verb+" "+strings.ReplaceAll(line, "{dir}", dir))...)
			var stdout, stderr bytes.Buffer
			code := run(t.Context(), args, &streams{stdout: &stdout, stderr: &stderr})
			require.NotZero(t, code, stdout.String())
			var told toldFailure
			require.NoError(t, json.Unmarshal(stdout.Bytes(), &told), "%s%s", stdout.String(), stderr.String())
			require.Equal(t, 1, told.Version)
			require.Equal(t, code, told.ExitCode)
			require.NotEmpty(t, told.Error)
			require.Contains(t, stderr.String(), "aoai: ", "people read the failure, too")
		})
	}
}

// Results of verbs that need no sandbox hold the version of the format; e2e's
// TestResultsAreJSONInEveryVerb has the others.
func TestResultsHoldTheVersion(t *testing.T) {
	const folder = "../../examples/policies/"
	for _, line := range []string{
		"check --project ../..",
		"models --model gpt-4o",
		"policy check " + folder + "failover.xml",
		"policy explain " + folder + "failover.xml",
		"policy run " + folder + "failover.xml",
		"policy test ../../examples/policies/tests",
		"completion bash",
		"completion fish",
		"serve --off",
	} {
		t.Run(line, func(t *testing.T) {
			var stdout, stderr bytes.Buffer
			run(t.Context(), append(strings.Fields(line), "--json"), &streams{stdout: &stdout, stderr: &stderr})
			var told struct{ Version int }
			require.NoError(t, json.Unmarshal(stdout.Bytes(), &told), "%s%s", stdout.String(), stderr.String())
			require.Equal(t, 1, told.Version, stdout.String())
			require.NotContains(t, stdout.String(), `"exitCode"`, stderr.String())
		})
	}
}

func TestPrintJSON(t *testing.T) {
	for _, c := range []struct {
		reason string
		value  any
		want   string
	}{
		{"an object gets the version as its first member", map[string]any{"key": "a<b"}, "{\n  \"version\": 1,\n  \"key\": \"a<b\"\n}\n"},
		{"an empty object", struct{}{}, "{\n  \"version\": 1\n}\n"},
		{"a version of its own stays", map[string]any{"version": 3}, "{\n  \"version\": 3\n}\n"},
		{"a text", "https://x", "{\n  \"version\": 1,\n  \"value\": \"https://x\"\n}\n"},
		{"nothing", nil, "{\n  \"version\": 1,\n  \"value\": null\n}\n"},
		{"a list", []int{1}, "{\n  \"version\": 1,\n  \"value\": [\n    1\n  ]\n}\n"},
	} {
		var told strings.Builder
		require.NoError(t, printJSON(&told, c.value), c.reason)
		require.Equal(t, c.want, told.String(), c.reason)
	}
}

// A plan that fails keeps the CLI's diagnostics, which stand nowhere else.
func TestPrintPlan(t *testing.T) {
	failed := &engine.ExitError{Code: 255}
	var told strings.Builder
	require.ErrorIs(t, printPlan(&told, []byte(`{"diagnostics":[{"message":"no"}]}`), failed), failed)
	require.JSONEq(t, `{"version":1,"diagnostics":[{"message":"no"}],"error":"pulumi ended with exit code 255","exitCode":255}`, told.String())
	told.Reset()
	require.NoError(t, printPlan(&told, []byte(`{"steps":[]}`), nil))
	require.JSONEq(t, `{"version":1,"steps":[]}`, told.String())
	told.Reset()
	require.ErrorIs(t, printPlan(&told, []byte("error: no\n"), failed), failed)
	require.Empty(t, told.String(), "the failure is told as every failure is")
}
