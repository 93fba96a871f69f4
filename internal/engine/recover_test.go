package engine

import (
	"context"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// A state file that was cut off while it was written is replaced by its backup;
// one that can be read is left alone.
func TestRestoreCheckpoint(t *testing.T) {
	for _, c := range []struct{ reason, state, backup, want string }{
		{"whole", `{"a":1}`, `{"b":2}`, `{"a":1}`},
		{"empty", "", `{"b":2}`, `{"b":2}`},
		{"cut off", `{"a":`, `{"b":2}`, `{"b":2}`},
		{"missing", "-", `{"b":2}`, `{"b":2}`},
		{"missing, and no backup", "-", "-", "-"},
	} {
		t.Run(c.reason, func(t *testing.T) {
			project, dir := t.TempDir(), t.TempDir()
			stacks := filepath.Join(dir, "state", ".pulumi", "stacks", "demo")
			if err := os.MkdirAll(stacks, 0o700); err != nil {
				t.Fatal(err)
			}
			file := filepath.Join(stacks, "dev.json")
			for name, content := range map[string]string{
				file: c.state, file + ".bak": c.backup, filepath.Join(project, "Pulumi.yaml"): "name: demo\n",
			} {
				if content == "-" {
					continue
				}
				if err := os.WriteFile(name, []byte(content), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			e := &Engine{options: Options{Project: project, Dir: dir}, stack: stack{name: "dev"}}
			if err := e.restoreCheckpoint(); err != nil {
				t.Fatal(err)
			}
			got, err := os.ReadFile(file)
			if errors.Is(err, os.ErrNotExist) {
				got = []byte("-")
			}
			if string(got) != c.want {
				t.Errorf("the state is %s", got)
			}
		})
	}
}

func TestSettlePending(t *testing.T) {
	state := `{"version":3,"deployment":{"resources":[
	  {"urn":"suffix","type":"random:index/randomString:RandomString","outputs":{"result":"abc123"}},{"urn":"kept"}],
	"pending_operations":[
	  {"type":"creating","resource":{"urn":"made","type":"t","inputs":{"name":"x"}}},
	  {"type":"creating","resource":{"urn":"not made","type":"t","inputs":{}}},
	  {"type":"deleting","resource":{"urn":"kept"}}]}}`
	recovery := Recovery{Imported: map[string]string{}}
	raw, err := settlePending(t.Context(), []byte(state), func(_ context.Context, pending PendingCreate) (string, error) {
		if pending.URN == "made" && pending.Inputs["name"] == "x" {
			return "/id/of/x", nil
		}
		return "", nil
	}, &recovery)
	if err != nil {
		t.Fatal(err)
	}
	want := Recovery{Imported: map[string]string{"made": "/id/of/x"}, Dropped: []string{"not made"}, Suffixes: []string{"abc123"}}
	if diff := cmp.Diff(want, recovery); diff != "" {
		t.Errorf("recovery (-want +got):\n%s", diff)
	}
	var settled struct {
		Deployment struct {
			Resources []map[string]any `json:"resources"`
			Pending   []any            `json:"pending_operations"`
		} `json:"deployment"`
	}
	if err := json.Unmarshal(raw, &settled); err != nil {
		t.Fatal(err)
	}
	resources := settled.Deployment.Resources
	if len(resources) != 3 || resources[2]["id"] != "/id/of/x" || len(settled.Deployment.Pending) != 0 {
		t.Errorf("settled to %s", raw)
	}
	if raw, err := settlePending(t.Context(), []byte(`{"deployment":{}}`), nil, &recovery); raw != nil || err != nil {
		t.Errorf("nothing is pending, and yet the state becomes %s, %v", raw, err)
	}
}
