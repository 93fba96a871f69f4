package provider_test

import (
	"flag"
	"os"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aoai-gateway/aoai-gateway/provider"
)

var update = flag.Bool("update", false, "write schema.json")

// The committed schema is that of the types: go test ./provider -update writes it.
func TestSchemaIsThatOfTheTypes(t *testing.T) {
	made, err := provider.Schema()
	require.NoError(t, err)
	if *update {
		require.NoError(t, os.WriteFile("schema.json", made, 0o600))
	}
	committed, err := os.ReadFile("schema.json")
	require.NoError(t, err)
	require.Equal(t, string(committed), string(made), "schema.json is stale: go test ./provider -update writes it")
}
