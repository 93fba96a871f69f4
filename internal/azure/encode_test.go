package azure_test

import (
	"os"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"github.com/aoai-gateway/aoai-gateway/internal/azure"
)

// A refreshed table differs from the file only where Azure does.
func TestEncodeKeepsTheFile(t *testing.T) {
	want, err := os.ReadFile("data/models.json")
	require.NoError(t, err)
	table, err := azure.ReadModels(want)
	require.NoError(t, err)
	got, err := table.Encode()
	require.NoError(t, err)
	if diff := cmp.Diff(string(want), string(got)); diff != "" {
		t.Errorf("encoding the table again (-want +got):\n%s", diff)
	}
}
