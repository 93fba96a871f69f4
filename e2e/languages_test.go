package e2e

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/blang/semver"

	"github.com/aoai-gateway/aoai-gateway/internal/engine"
	"github.com/aoai-gateway/aoai-gateway/sandbox/sandboxtest"
)

// deployed is what the programs in other languages export.
type deployed struct {
	Endpoint string
	Keys     map[string]struct{ PrimaryKey string }
}

// plugins builds what programs in other languages take: the package's plugin, and more.
func plugins(t *testing.T, more ...string) (dir string) {
	t.Helper()
	dir = t.TempDir()
	build := func(args ...string) {
		if got := execute(t, root, nil, "go", append([]string{"build", "-o", dir + "/"}, args...)...); got.code != 0 {
			t.Fatalf("building %v: %s", args, got)
		}
	}
	build("./cmd/pulumi-resource-aoai-gateway")
	for _, each := range more {
		if got := execute(t, filepath.Join(root, "tools", "yaml"), nil, "go", "build", "-o", dir+"/", each); got.code != 0 {
			t.Fatalf("building %s: %s", each, got)
		}
	}
	return dir
}

// pulumiVariables are those of a CLI with a state of its own on the sandbox, which finds plugins
// in a folder.
func pulumiVariables(t *testing.T, azure *sandboxtest.Sandbox, plugins string) []string {
	t.Helper()
	variables, err := engine.AttachVariables(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	path := []string{plugins, filepath.Dir(tools.CLI), engine.ToolsDir(root), os.Getenv("PATH")}
	environment := []string{"PULUMI_SKIP_UPDATE_CHECK=true", "PULUMI_HOME=" + t.TempDir(), "PATH=" + strings.Join(path, string(os.PathListSeparator))}
	for name, value := range variables {
		environment = append(environment, name+"="+value)
	}
	for name, value := range azure.Endpoints.Environment() {
		environment = append(environment, name+"="+value)
	}
	return environment
}

// requireAnswer asks a model through what was deployed, with the caller's key and without.
func requireAnswer(t *testing.T, azure *sandboxtest.Sandbox, endpoint, key string) {
	t.Helper()
	// The hosts of what was deployed are open from here on.
	if _, err := azure.Hosts(t.Context()); err != nil {
		t.Fatal(err)
	}
	for given, want := range map[string]int{key: http.StatusOK, "wrong": http.StatusUnauthorized} {
		request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, endpoint+"/openai/deployments/gpt-5.4-mini/chat/completions?api-version=2024-10-21",
			strings.NewReader(`{"messages":[{"role":"user","content":"Hello"}]}`))
		if err != nil {
			t.Fatal(err)
		}
		request.Header.Set("Content-Type", "application/json")
		request.Header.Set("api-key", given)
		response, err := azure.Client().Do(request)
		if err != nil {
			t.Fatal(err)
		}
		answer, err := io.ReadAll(response.Body)
		if closeErr := response.Body.Close(); err != nil || closeErr != nil {
			t.Fatal(err, closeErr)
		}
		if response.StatusCode != want || want == http.StatusOK && !bytes.Contains(answer, []byte(`"choices"`)) {
			t.Errorf("%s answers %s, want %d: %s", endpoint, response.Status, want, answer)
		}
	}
}

// A program in YAML of about 20 lines deploys API Management before two accounts, changes
// nothing in a second run, and takes all of it away again.
func TestYAMLProgram(t *testing.T) {
	t.Parallel()
	project := t.TempDir()
	program := readFile(t, filepath.Join(root, "examples", "yaml", "Pulumi.yaml"))
	if lines := strings.Count(program, "\n"); lines > 25 {
		t.Errorf("the program has %d lines; want about 20", lines)
	}
	write(t, filepath.Join(project, "Pulumi.yaml"), program)
	azure := sandboxtest.Start(t)
	variables := pulumiVariables(t, azure, plugins(t, "github.com/pulumi/pulumi-yaml/cmd/pulumi-language-yaml"))
	pulumi := func(args ...string) run {
		t.Helper()
		got := execute(t, project, variables, tools.CLI, append(args, "--non-interactive")...)
		if got.code != 0 {
			t.Fatalf("pulumi %v: %s", args, got)
		}
		return got
	}
	pulumi("stack", "init", "test")
	pulumi("up", "--yes", "--skip-preview")
	var outputs deployed
	if err := json.Unmarshal([]byte(pulumi("stack", "output", "--json", "--show-secrets").stdout), &outputs); err != nil {
		t.Fatal(err)
	}
	requireAnswer(t, azure, outputs.Endpoint, outputs.Keys["first-team"].PrimaryKey)
	if shown := pulumi("stack", "output").stdout; strings.Contains(shown, outputs.Keys["first-team"].PrimaryKey) {
		t.Errorf("the outputs show a key: %s", shown)
	}
	pulumi("preview", "--refresh", "--expect-no-changes")
	pulumi("destroy", "--yes", "--skip-preview")
}

// What a user wrote wrong is told with its place, as a program in Go would tell it.
func TestYAMLProgramIsToldItsMistakes(t *testing.T) {
	t.Parallel()
	azure := sandboxtest.Start(t)
	variables := pulumiVariables(t, azure, plugins(t, "github.com/pulumi/pulumi-yaml/cmd/pulumi-language-yaml"))
	program := readFile(t, filepath.Join(root, "examples", "yaml", "Pulumi.yaml"))
	cases := []struct{ reason, old, replacement, want string }{
		{"a region that is none", "region: swedencentral\n", "region: atlantis\n", "atlantis"},
		{"a SKU that is none", `version: "2026-03-17"`, `version: "2026-03-17", sku: Standart`, `did you mean "Standard"?`},
		{"an input that is none", "namePrefix:", "nameprefix: x\n      namePrefix:", "nameprefix"},
	}
	for i, c := range cases {
		project := t.TempDir()
		write(t, filepath.Join(project, "Pulumi.yaml"), strings.Replace(program, c.old, c.replacement, 1))
		stack := fmt.Sprintf("wrong%d", i)
		if got := execute(t, project, variables, tools.CLI, "stack", "init", stack, "--non-interactive"); got.code != 0 {
			t.Fatalf("%s: %s", c.reason, got)
		}
		if got := execute(t, project, variables, tools.CLI, "preview", "--stack", stack, "--non-interactive"); got.code == 0 || !strings.Contains(got.stdout+got.stderr, c.want) {
			t.Errorf("%s: want a failure that tells %q: %s", c.reason, c.want, got)
		}
	}
}

// leastNode runs TypeScript as it stands: https://nodejs.org/api/typescript.html
var leastNode = semver.MustParse("22.18.0")

// node is a Node that runs the TypeScript program; the test is skipped where there is none.
func node(t *testing.T) string {
	t.Helper()
	found, err := exec.LookPath("node")
	if err != nil {
		t.Skipf("no node on PATH; the program takes Node %s or later", leastNode)
	}
	told := strings.TrimSpace(execute(t, root, nil, found, "--version").stdout)
	if version, err := semver.ParseTolerant(told); err != nil || version.LT(leastNode) {
		t.Skipf("node on PATH is %s; the program takes Node %s or later", told, leastNode)
	}
	return found
}

// A program in TypeScript of about 20 lines does the same, inline by the Automation API.
func TestTypeScriptProgram(t *testing.T) {
	t.Parallel()
	interpreter := node(t)
	npm, err := exec.LookPath("npm")
	if err != nil {
		t.Skip("no npm on PATH; it installs @pulumi/pulumi for the program")
	}
	dir := t.TempDir()
	for _, name := range []string{"gateway.ts", "package.json"} {
		content := readFile(t, filepath.Join(root, "examples", "typescript", name))
		if lines := strings.Count(content, "\n"); lines > 25 {
			t.Errorf("%s has %d lines; want about 20", name, lines)
		}
		write(t, filepath.Join(dir, name), content)
	}
	if got := execute(t, dir, nil, npm, "install", "--no-audit", "--no-fund", "--no-package-lock"); got.code != 0 {
		t.Fatalf("npm install: %s", got)
	}
	azure := sandboxtest.Start(t)
	got := execute(t, dir, pulumiVariables(t, azure, plugins(t)), interpreter, "gateway.ts")
	var outputs struct{ Endpoint, Key string }
	if err := json.Unmarshal([]byte(got.stdout), &outputs); got.code != 0 || err != nil {
		t.Fatalf("the program fails: %v: %s", err, got)
	}
	requireAnswer(t, azure, outputs.Endpoint, outputs.Key)
}
