package e2e

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aoai-gateway/aoai-gateway/internal/engine"
)

// The steps that the pipelines run, run as they are against the sandbox, on the real
// engine: a plan is made, deployed, found clean; what somebody changes is drift, and the
// next plan takes it back.
func TestPipelineStepsRun(t *testing.T) {
	t.Parallel()
	s := serve(t)
	dir := t.TempDir()
	stack := filepath.Join(dir, "stack.yaml")
	require.NoError(t, os.WriteFile(stack, []byte(readFile(t, example("front-door/defaults"))), 0o600))
	env := []string{
		"STACK=dev", "CONFIG=" + stack, "PLAN_DIR=" + filepath.Join(dir, "plan"), "AOAI=" + binary,
		"PATH=" + engine.ToolsDir(root) + string(os.PathListSeparator) + os.Getenv("PATH"), "PULUMI_HOME=" + filepath.Join(dir, "home"),
		"PULUMI_SKIP_UPDATE_CHECK=1", "ACTIONS_ID_TOKEN_REQUEST_URL=", "SYSTEM_OIDCREQUESTURI=", "GITHUB_OUTPUT=", "TF_BUILD=",
	}
	for _, match := range exported.FindAllStringSubmatch(s.aoai("serve", "--env"), -1) {
		env = append(env, match[1]+"="+match[2])
	}
	initial := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(initial, "Pulumi.yaml"), []byte(readFile(t, filepath.Join(root, "Pulumi.yaml"))), 0o600))
	made := execute(t, initial, env, tools.CLI, "stack", "init", "dev", "--no-select", "--non-interactive")
	require.Zero(t, made.code, "%s", made)
	step := func(name string, code int) run {
		t.Helper()
		got := execute(t, root, env, filepath.Join(root, "pipelines", "steps", name))
		require.Equal(t, code, got.code, "%s: %s", name, got)
		return got
	}
	noted := func(name string) string { return readFile(t, filepath.Join(dir, "plan", name)) }

	step("login.sh", 0)
	require.Contains(t, step("deploy.sh", 1).stderr, "plan.json is missing; run preview.sh")
	unguarded := execute(t, root, append(env, "PULUMI_OPTION_IGNORE_PROTECT=1"), filepath.Join(root, "pipelines", "steps", "preview.sh"))
	require.Equal(t, 1, unguarded.code, "%s", unguarded)
	require.Contains(t, unguarded.stderr, "PULUMI_OPTION_IGNORE_PROTECT is '1'; unset it")
	step("preview.sh", 0)
	require.Contains(t, noted("comment.md"), "### Preview: stack `dev`")
	require.Contains(t, noted("comment.md"), "azure-native:cdn/v20240901:Profile")
	step("deploy.sh", 0)
	step("drift.sh", 0)
	require.Equal(t, "false\n", noted("drift"))

	w := &world{t: t, dir: s.dir}
	status, answer := putWorkspaceRetention(t, s.endpoints.ARM, w, "dev", 90)
	require.Equal(t, 200, status, answer)
	step("drift.sh", 0)
	require.Equal(t, "true\n", noted("drift"))
	require.Contains(t, noted("drift.md"), "`retentionInDays` | `30` | `90` | changed outside")
	step("preview.sh", 0)
	require.Contains(t, noted("comment.md"), "retentionInDays")
	step("deploy.sh", 0)
	step("drift.sh", 0)
	require.Equal(t, "false\n", noted("drift"))
}

// putWorkspaceRetention changes the stack's workspace behind its back.
func putWorkspaceRetention(t *testing.T, endpoint string, w *world, stack string, days int) (status int, answer string) {
	t.Helper()
	for _, resource := range w.stateOf(stack) {
		if strings.HasPrefix(resource.Type, "azure-native:operationalinsights/") {
			body := armBody(t, endpoint, resource.ID, "2023-09-01")
			body["properties"].(map[string]any)["retentionInDays"] = days
			return askARM(t, "PUT", endpoint, resource.ID, "2023-09-01", body)
		}
	}
	t.Fatal("the stack has no workspace")
	return 0, ""
}
