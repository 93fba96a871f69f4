package engine

import (
	"context"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// An attribute file that was cut off while it was written goes; whole ones and
// everything else stay.
func TestDropTornAttributes(t *testing.T) {
	dir := t.TempDir()
	folder := filepath.Join(dir, "state", ".pulumi", "stacks", "demo")
	if err := os.MkdirAll(folder, 0o700); err != nil {
		t.Fatal(err)
	}
	for name, content := range map[string]string{
		"dev.json": "", "dev.json.attrs": "", "a.json.attrs": `{"user.content_type":`, "b.json.attrs": `{}`,
	} {
		if err := os.WriteFile(filepath.Join(folder, name), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	e := &Engine{options: Options{Dir: dir}}
	if err := e.dropTornAttributes(); err != nil {
		t.Fatal(err)
	}
	left, err := os.ReadDir(folder)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, entry := range left {
		names = append(names, entry.Name())
	}
	if diff := cmp.Diff([]string{"b.json.attrs", "dev.json"}, names); diff != "" {
		t.Errorf("files left (-want +got):\n%s", diff)
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
	settled, err := readExported(raw)
	if err != nil {
		t.Fatal(err)
	}
	resources := settled.Deployment.Resources
	if len(resources) != 3 || resources[2].ID != "/id/of/x" || resources[2].Outputs["name"] != "x" || len(settled.Deployment.PendingOperations) != 0 {
		t.Errorf("settled to %s", raw)
	}
	if raw, err := settlePending(t.Context(), []byte(`{"deployment":{}}`), nil, &recovery); raw != nil || err != nil {
		t.Errorf("nothing is pending, and yet the state becomes %s, %v", raw, err)
	}
}
