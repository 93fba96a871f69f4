package e2e

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// stackFile writes a stack file of a test's own.
func stackFile(t *testing.T, content string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "Pulumi.test.yaml")
	if err := os.WriteFile(file, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

func readFile(t *testing.T, file string) string {
	t.Helper()
	content, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return string(content)
}

// All mistakes come at once, and nothing is registered.
func TestBadConfigurationChangesNothing(t *testing.T) {
	t.Parallel()
	w := newWorld(t, stackFile(t, `
config:
  aoai-gateway:namePrefix: Contoso
  aoai-gateway:openai:
    - { name: sweden, region: swedencentrl }
    - { name: france, region: francecentral, deployments: [{ name: gpt, model: gpt-5.4-mini, version: "1", sku: Standart }] }
`))
	session := w.hold()
	before, err := session.Inventory(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	got := w.aoai("up")
	if got.code == 0 {
		t.Fatalf("a bad configuration was deployed: %s", got)
	}
	for _, want := range []string{
		"aoai: 5 mistakes in ", "Pulumi.test.yaml; nothing was changed:",
		`aoai-gateway:namePrefix: "Contoso" is not a prefix`,
		`aoai-gateway:openai[0].region: "swedencentrl" is not an Azure region; write it like swedencentral; did you mean "swedencentral"?`,
		`aoai-gateway:openai[1].deployments[0].sku: "Standart" is not allowed`,
		`did you mean "Standard"?`,
	} {
		if !strings.Contains(got.stdout+got.stderr, want) {
			t.Errorf("the refusal lacks %q: %s", want, got)
		}
	}
	inventory, err := session.Inventory(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(before, inventory); diff != "" {
		t.Errorf("something was deployed (-before +after):\n%s", diff)
	}
}

// An account that does not exist is found at preview.
func TestMissingExistingAccountFailsAtPreview(t *testing.T) {
	t.Parallel()
	w := newWorld(t, stackFile(t, `
config:
  aoai-gateway:openai:
    - { name: one, existing: { resourceGroup: rg-contoso-models, name: contoso-shared } }
    - { name: two, existing: { resourceGroup: rg-contoso-models, name: contoso-sharde } }
`))
	got := w.aoai("preview")
	if got.code == 0 || !strings.Contains(got.stdout+got.stderr, "there is no account contoso-sharde in resource group rg-contoso-models") {
		t.Errorf("an account that is not there: %s", got)
	}
}

func TestUsageMistakes(t *testing.T) {
	t.Parallel()
	for reason, c := range map[string]struct {
		args []string
		code int
		want string
	}{
		"an unknown verb":           {[]string{"deploy"}, 2, `unexpected argument deploy`},
		"a stack file that is not":  {[]string{"up", "--config", "none.yaml"}, 2, "none.yaml"},
		"a stack without a file":    {[]string{"up", "--project", root, "--sandbox", t.TempDir(), "--stack", "none"}, 1, "Pulumi.none.yaml"},
		"a stack name with a slash": {[]string{"up", "--project", root, "--sandbox", t.TempDir(), "--stack", "a/b"}, 1, `"a/b" is not a stack name`},
	} {
		got := execute(t, root, nil, binary, c.args...)
		if got.code != c.code || !strings.Contains(got.stdout+got.stderr, c.want) {
			t.Errorf("%s: want exit code %d and %q, got %s", reason, c.code, c.want, got)
		}
	}
}
