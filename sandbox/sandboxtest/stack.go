package sandboxtest

import (
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/aoai-gateway/aoai-gateway/internal/engine"
)

// Stack is a program on the real Pulumi engine, deployed to a sandbox.
type Stack struct {
	sandbox *Sandbox
	engine  *engine.Engine
	said    *strings.Builder
}

// Stack builds the Go program of a project, the folder with Pulumi.yaml, for a stack with a
// configuration of full keys. The Pulumi CLI has to be on PATH.
func (s *Sandbox) Stack(t testing.TB, project string, config map[string]string) *Stack {
	t.Helper()
	tools, err := engine.InstalledTools(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	stack := &Stack{sandbox: s, said: &strings.Builder{}}
	stack.engine, err = engine.New(t.Context(), engine.Options{
		Project: project, Dir: s.dir, Tools: tools, Environment: s.Endpoints.Environment(),
		Stdout: stack.said, Stderr: stack.said, Progress: io.Discard,
	}, "test", configFile(t, config))
	if err != nil {
		t.Fatal(err)
	}
	return stack
}

func configFile(t testing.TB, config map[string]string) string {
	t.Helper()
	var content strings.Builder
	content.WriteString("config:\n")
	for _, key := range slices.Sorted(maps.Keys(config)) {
		quoted, err := json.Marshal(config[key]) // a text of JSON is one of YAML, too
		if err != nil {
			t.Fatal(err)
		}
		_, _ = fmt.Fprintf(&content, "  %s: %s\n", key, quoted)
	}
	file := filepath.Join(t.TempDir(), "Pulumi.test.yaml")
	if err := os.WriteFile(file, []byte(content.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

// Up deploys the program and returns the stack's outputs; the test ends where that fails.
func (s *Stack) Up(t testing.TB) map[string]any {
	t.Helper()
	if said, err := s.run(t, "up", "--yes", "--skip-preview"); err != nil {
		t.Fatalf("pulumi up: %v\n%s", err, said)
	}
	outputs, err := s.engine.Outputs(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	// The hosts of what was deployed are open from here on.
	if _, err := s.sandbox.Hosts(t.Context()); err != nil {
		t.Fatal(err)
	}
	return outputs
}

// PreviewErr previews the program, which has to fail, and returns what the engine said.
func (s *Stack) PreviewErr(t testing.TB) string {
	t.Helper()
	said, err := s.run(t, "preview")
	if err == nil {
		t.Fatalf("pulumi preview found nothing wrong:\n%s", said)
	}
	return said
}

// Destroy deletes what the program has deployed.
func (s *Stack) Destroy(t testing.TB) {
	t.Helper()
	if said, err := s.run(t, "destroy", "--yes", "--skip-preview"); err != nil {
		t.Fatalf("pulumi destroy: %v\n%s", err, said)
	}
}

func (s *Stack) run(t testing.TB, args ...string) (string, error) {
	t.Helper()
	s.said.Reset()
	err := s.engine.Run(t.Context(), s.said, args...)
	return s.said.String(), err
}
