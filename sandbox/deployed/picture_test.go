package deployed_test

import (
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"

	"github.com/aoai-gateway/aoai-gateway/sandbox/azure"
	"github.com/aoai-gateway/aoai-gateway/sandbox/deployed"
)

var update = flag.Bool("update", false, "write the pictures in testdata anew, for review")

// Each file of resources, as the store keeps them, gives the picture beside it.
func TestPictures(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("testdata/*.json")
	require.NoError(t, err)
	require.NotEmpty(t, files)
	for _, file := range files {
		name := strings.TrimSuffix(file, ".json")
		t.Run(filepath.Base(name), func(t *testing.T) {
			t.Parallel()
			store := open(t)
			write(t, store, read(t, file)...)
			picture, err := deployed.Of(store).Picture()
			require.NoError(t, err)
			got := shown(t, picture)
			if *update {
				require.NoError(t, os.WriteFile(name+".yaml", []byte(got), 0o600))
			}
			want, err := os.ReadFile(name + ".yaml")
			require.NoError(t, err)
			require.Equal(t, string(want), got)
		})
	}
}

func open(t *testing.T) *azure.Store {
	t.Helper()
	store, err := azure.OpenStore(filepath.Join(t.TempDir(), "azure.db"))
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, store.Close()) })
	return store
}

// read decodes a file of resources.
func read(t *testing.T, file string) []*azure.Resource {
	t.Helper()
	raw, err := os.ReadFile(file)
	require.NoError(t, err)
	var resources []*azure.Resource
	require.NoError(t, json.Unmarshal(raw, &resources))
	return resources
}

func write(t *testing.T, store *azure.Store, resources ...*azure.Resource) {
	t.Helper()
	require.NoError(t, store.Update(func(tx *azure.Tx) error {
		for _, each := range resources {
			if err := tx.Put(each); err != nil {
				return err
			}
		}
		return nil
	}))
}

// shown is a picture without what is empty, false or 0.
func shown(t *testing.T, picture *deployed.Picture) string {
	t.Helper()
	var node yaml.Node
	require.NoError(t, node.Encode(picture))
	prune(&node)
	raw, err := yaml.Marshal(&node)
	require.NoError(t, err)
	return string(raw)
}

func prune(node *yaml.Node) {
	var kept []*yaml.Node
	for i := 0; i+1 < len(node.Content) && node.Kind == yaml.MappingNode; i += 2 {
		name, value := node.Content[i], node.Content[i+1]
		prune(value)
		nothing := value.Kind == yaml.ScalarNode && (value.Value == "" || value.Value == "null" || value.Value == "false" || value.Value == "0" || value.Value == "0s")
		if !nothing && (value.Kind == yaml.ScalarNode || len(value.Content) > 0) {
			kept = append(kept, name, value)
		}
	}
	if node.Kind == yaml.MappingNode {
		node.Content = kept
	}
	for i := 0; i < len(node.Content) && node.Kind == yaml.SequenceNode; i++ {
		prune(node.Content[i])
	}
}
