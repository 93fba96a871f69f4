package e2e

import (
	"bufio"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// jsonVerb is a verb that prints its result as JSON.
type jsonVerb struct {
	line string
	// has is a member of the result.
	has string
	// code is the exit code, 0 where it is not named.
	code int
	// global says that the verb has no stack and no seed.
	global bool
}

// jsonVerbs are all verbs, in an order in which each has something to tell. cmd/aoai's
// TestFailuresAreJSONInEveryVerb has their failures.
// strict is a stack file that production refuses.
func jsonVerbs(drill, out, strict string) []jsonVerb {
	policies := filepath.Join(root, "examples", "policies")
	return []jsonVerb{
		{line: "check", has: "warnings"},
		{line: "preflight", has: "findings"},
		{line: "preview", has: "steps"},
		{line: "preview --stack strict --config " + strict, has: "error", code: 1, global: true},
		{line: "up --stack strict --config " + strict, has: "exitCode", code: 1, global: true},
		{line: "cost", has: "fixedTotal"},
		{line: "up", has: "endpoint"},
		{line: "up --expect-no-changes", has: "endpoint"},
		{line: "refresh", has: "endpoint"},
		{line: "drift", has: "drift"},
		{line: "outputs", has: "endpoint"},
		{line: "outputs endpoint", has: "value"},
		{line: "outputs endpoints", has: "value"},
		{line: "outputs nothing", has: "exitCode", code: 1},
		{line: "key", has: "key"},
		{line: "budget status", has: "error", code: 1}, // the stack has no stop
		{line: "budget stop", has: "error", code: 1},
		{line: "budget resume", has: "error", code: 1},
		{line: "approve", has: "error", code: 1}, // the stack has no private link
		{line: "key nobody", has: "exitCode", code: 1},
		{line: "status", has: "endpoints"},
		{line: "entra token", has: "accessToken", global: true},
		{line: "entra token nobody", has: "error", code: 1, global: true},
		{line: "entra secret chat-app", has: "clientSecret", global: true},
		{line: "drill " + drill + " --out " + out, has: "phases"},
		{line: "logs query", has: "queries", global: true},
		{line: "logs query requests", has: "exitCode", code: 1, global: true},
		{line: "serve --env", has: "variables", global: true},
		{line: "serve --client-env", has: "variables", global: true},
		{line: "serve --off", has: "attached", global: true},
		{line: "serve", has: "arm", code: 1, global: true}, // another process serves already
		{line: "models --model gpt-4o", has: "models", global: true},
		{line: "policy check " + policies + "/failover.xml", has: "files", global: true},
		{line: "policy explain " + policies + "/failover.xml", has: "explanation", global: true},
		{line: "policy run " + policies + "/failover.xml", has: "requests", global: true},
		{line: "policy test " + policies + "/tests", has: "tests", global: true},
		{line: "bench gateway --scenario healthy", has: "results", global: true},
		{line: "bench spread --requests 10 --callers 2", has: "results", global: true},
		{line: "completion bash", has: "script", global: true},
		{line: "tools", has: "cli", global: true},
		{line: "recover", has: "heldNames"},
		{line: "stack ls", has: "stacks", global: true},
		{line: "stack rm test", has: "error", code: 1, global: true},
		{line: "destroy", has: "destroyed"},
		{line: "up", has: "endpoint"},
		{line: "stack reset test --yes", has: "removed", global: true},
		{line: "stack rm test", has: "error", code: 1, global: true},
	}
}

// Every verb prints one JSON object with the version of the format, whether it succeeds or
// fails.
func TestResultsAreJSONInEveryVerb(t *testing.T) {
	t.Parallel()
	s := serve(t)
	w := &world{t: t, dir: s.dir, seed: trafficSeed(), flags: []string{"--stack", "test", "--config", example("apim/defaults"), "--seed", trafficSeed()}}
	drill := filepath.Join(t.TempDir(), "drill.json")
	require.NoError(t, os.WriteFile(drill, []byte(`{"name": "short", "durationSeconds": 2, "load": {"requestsPerSecond": 2}, "steps": [{"atSeconds": 1, "note": "nothing"}]}`), 0o600))
	strict := stackFile(t, readFile(t, example("apim/defaults"))+"  aoai-gateway:environment: production\n")
	var seen []string
	for _, each := range jsonVerbs(drill, t.TempDir(), strict) {
		seen = append(seen, each.line)
		t.Run(each.line, func(t *testing.T) {
			args := append([]string{"--json", "--project", root, "--sandbox", w.dir}, strings.Fields(each.line)...)
			if !each.global && each.line != "status" {
				args = append(args, w.flags...)
			}
			got := execute(t, root, nil, binary, args...)
			require.Equal(t, each.code, got.code, "%s", got)
			var result map[string]any
			require.NoError(t, json.Unmarshal([]byte(got.stdout), &result), "%s", got)
			require.EqualValues(t, 1, result["version"], "%s", got)
			require.Contains(t, result, each.has, "%s", got)
		})
		if each.line == "outputs" {
			readsAsTheCLI(t, w)
		}
		if each.line == "drift" {
			w.t = t
			breaksOffADrill(w)
		}
	}
	for _, verb := range allVerbs(t) {
		require.True(t, slices.ContainsFunc(seen, func(line string) bool { return line == verb || strings.HasPrefix(line, verb+" ") }) || verb == "pulumi", "the verb %s is not in the table", verb)
	}
}

var completed = regexp.MustCompile(`(?m)^ *"aoai ([a-z -]+)"\) offered=`)

// allVerbs are those that completion offers, without groups of verbs.
func allVerbs(t *testing.T) []string {
	t.Helper()
	var verbs, leaves []string
	for _, match := range completed.FindAllStringSubmatch(execute(t, root, nil, binary, "completion", "bash").stdout, -1) {
		verbs = append(verbs, match[1])
	}
	for _, verb := range verbs {
		if !slices.ContainsFunc(verbs, func(other string) bool { return strings.HasPrefix(other, verb+" ") }) {
			leaves = append(leaves, verb)
		}
	}
	require.Contains(t, leaves, "stack ls")
	return leaves
}

// breaksOffADrill interrupts one in the middle: it has told how it goes, and its report is
// there.
func breaksOffADrill(w *world) {
	w.t.Helper()
	script, out := filepath.Join(w.t.TempDir(), "long.json"), w.t.TempDir()
	require.NoError(w.t, os.WriteFile(script, []byte(`{"name": "long", "durationSeconds": 600, "load": {"requestsPerSecond": 20}, "steps": [{"atSeconds": 1, "note": "the first step"}, {"atSeconds": 500, "note": "the last step"}]}`), 0o600))
	command := exec.CommandContext(w.t.Context(), binary, append([]string{"drill", script, "--out", out, "--project", root, "--sandbox", w.dir}, w.flags...)...)
	stderr, err := command.StderrPipe()
	require.NoError(w.t, err)
	require.NoError(w.t, command.Start())
	lines, said := bufio.NewScanner(stderr), ""
	for lines.Scan() {
		said += lines.Text() + "\n"
		if strings.Contains(lines.Text(), "of 600 s: ") {
			require.NoError(w.t, command.Process.Signal(os.Interrupt))
		}
	}
	require.Error(w.t, command.Wait())
	require.Equal(w.t, 1, command.ProcessState.ExitCode(), said)
	require.Contains(w.t, said, "now: the first step")
	require.Contains(w.t, said, "the drill was broken off after 1 s")
	report := readFile(w.t, filepath.Join(out, "drill.md"))
	require.Contains(w.t, report, "The drill was broken off after 1 of 600 s")
	require.Contains(w.t, report, "before anything goes wrong")
	require.NotContains(w.t, report, "the last step")
}
