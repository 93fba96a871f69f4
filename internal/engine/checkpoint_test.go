package engine

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

const checkpointOfOne = `{"version": 3, "checkpoint": {"stack": "organization/mine/dev", "latest": {"resources": [
	{"urn": "urn:pulumi:dev::mine::pulumi:pulumi:Stack::mine-dev", "type": "pulumi:pulumi:Stack", "outputs": {
		"endpoint": "https://contoso.com", "keys": [{"4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", "ciphertext": "v1:x"}]}},
	{"urn": "urn:pulumi:dev::mine::a:b:C::c", "type": "a:b:C", "parent": "urn:pulumi:dev::mine::pulumi:pulumi:Stack::mine-dev", "outputs": {"other": 1}}]}}}`

// The backend's file is read where it has the form that is known, and the CLI is asked
// everywhere else. e2e's readsAsTheCLI compares what is read with what the CLI prints.
func TestCheckpointIsReadWhereItsFormIsKnown(t *testing.T) {
	tests := map[string]struct {
		files  map[string]string
		own    bool
		known  bool
		exists bool
		reason string
	}{
		"a new sandbox":      {nil, false, true, false, "nothing was ever deployed"},
		"another stack":      {map[string]string{"meta.yaml": "version: 1", "stacks/mine/prod.json": checkpointOfOne}, false, true, false, "each stack has a file"},
		"another project":    {map[string]string{"meta.yaml": "version: 1", "stacks/other/dev.json": checkpointOfOne}, false, true, false, "each project has a folder"},
		"the stack":          {map[string]string{"meta.yaml": "version: 1", "stacks/mine/dev.json": checkpointOfOne, "stacks/mine/dev.json.bak": "{"}, false, true, true, "a backup is none"},
		"a compressed one":   {map[string]string{"meta.yaml": "version: 1", "stacks/mine/dev.json.gz": "x"}, false, false, false, "only the CLI reads it"},
		"a torn one":         {map[string]string{"meta.yaml": "version: 1", "stacks/mine/dev.json": checkpointOfOne[:40]}, false, false, false, "the CLI tells what is wrong"},
		"a stack just made":  {map[string]string{"meta.yaml": "version: 1", "stacks/mine/dev.json": `{"version": 3, "checkpoint": {"stack": "dev"}}`}, false, false, false, "the CLI fills in what is missing"},
		"a later form":       {map[string]string{"meta.yaml": "version: 2", "stacks/mine/dev.json": checkpointOfOne}, false, false, false, "it may mean something else"},
		"an earlier form":    {map[string]string{"stacks/dev.json": checkpointOfOne}, false, false, false, "it had no projects"},
		"the caller's state": {map[string]string{"meta.yaml": "version: 1", "stacks/mine/dev.json": checkpointOfOne}, true, false, false, "it lies elsewhere"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			e := &Engine{options: Options{Project: t.TempDir(), Dir: t.TempDir()}, stack: stack{name: "dev"}, own: test.own}
			require.NoError(t, os.WriteFile(filepath.Join(e.options.Project, "Pulumi.yaml"), []byte("name: mine\nruntime: go\n"), 0o600))
			for file, content := range test.files {
				file = filepath.Join(e.options.Dir, "state", ".pulumi", filepath.FromSlash(file))
				require.NoError(t, os.MkdirAll(filepath.Dir(file), 0o700))
				require.NoError(t, os.WriteFile(file, []byte(content), 0o600))
			}
			exported, known := e.readCheckpoint()
			require.Equal(t, test.known, known, test.reason)
			require.Equal(t, test.exists, exported != nil, test.reason)
			if test.exists {
				outputs, err := e.Outputs(t.Context())
				require.NoError(t, err)
				require.Equal(t, map[string]any{"endpoint": "https://contoso.com", "keys": []any{Secret}}, outputs)
			}
		})
	}
}
