package modeltable_test

import (
	"context"
	"encoding/json"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/aoai-gateway/aoai-gateway/cmd/aoai/internal/modeltable"
	facts "github.com/aoai-gateway/aoai-gateway/internal/azure"
	"github.com/aoai-gateway/aoai-gateway/internal/resourcemanager"
	"github.com/aoai-gateway/aoai-gateway/sandbox/azure"
)

// cloud answers the lists of models by region.
type cloud map[string]string

func (c cloud) List(_ context.Context, collection, apiVersion string) ([]map[string]any, error) {
	if apiVersion != "2024-10-01" {
		return nil, nil
	}
	parts := strings.Split(collection, "/")
	var all []map[string]any
	err := json.Unmarshal([]byte("["+c[parts[len(parts)-2]]+"]"), &all)
	return all, err
}

var today = time.Date(2027, 3, 1, 15, 4, 5, 0, time.UTC)

const before = `{"asOf": "2026-10-09", "models": [
	{"name": "gpt-4o", "version": "2024-11-20", "can": ["chat", "responses"], "stage": "GA", "retires": "2027-04-14",
		"regions": {"Standard": ["francecentral", "swedencentral"], "GlobalStandard": ["swedencentral"]}}
]}`

// Shapes are those of the REST reference's example of Models - List (2024-10-01); that a model
// is listed once for each kind of account, and that entries lack minimum and step, was seen in
// public answers of the service.
func TestRefresh(t *testing.T) {
	table, err := facts.ReadModels([]byte(before))
	require.NoError(t, err)
	sweden := `
		{"kind":"OpenAI","model":{"format":"OpenAI","name":"gpt-4o","version":"2024-11-20","lifecycleStatus":"Deprecating","deprecation":{"inference":"2027-06-01T00:00:00Z"},"skus":[{"name":"GlobalStandard","capacity":{"maximum":10000,"default":10}}]}},
		{"kind":"AIServices","model":{"format":"OpenAI","name":"gpt-4o","version":"2024-11-20","lifecycleStatus":"Deprecating","skus":[{"name":"GlobalStandard"}]}},
		{"kind":"AIServices","model":{"format":"Mistral AI","name":"Mistral-Large-3","version":"1","skus":[{"name":"GlobalStandard"}]}},
		{"kind":"OpenAI","model":{"format":"OpenAI","name":"gpt-7","version":"2027-02-01","lifecycleStatus":"GenerallyAvailable","capabilities":{"chatCompletion":"true","responses":"true","assistants":"true","audio":"false"},
			"skus":[{"name":"DataZoneProvisionedManaged","capacity":{"minimum":15,"step":5}},{"name":"DeveloperTier"}]}}`
	fresh, err := modeltable.Refresh(t.Context(), cloud{"swedencentral": sweden}, "s", table, []string{"swedencentral"}, today)
	require.NoError(t, err)
	require.Equal(t, []string{
		"gpt-4o 2024-11-20: stage Deprecated, was GA",
		"gpt-4o 2024-11-20: retires on 2027-06-01, was 2027-04-14",
		"gpt-4o 2024-11-20 by Standard: no longer in swedencentral",
		"new: gpt-7 2027-02-01",
		"gpt-7 2027-02-01 by DataZoneProvisionedManaged: now in swedencentral",
	}, modeltable.Changes(table, fresh))
	require.Equal(t, []string{"francecentral"}, fresh.Find("gpt-4o", "2024-11-20").Regions["Standard"], "what was not asked stays")
	newer := fresh.Find("gpt-7", "2027-02-01")
	require.Equal(t, []facts.Capability{facts.Chat, facts.Responses}, newer.Can)
	require.Equal(t, &facts.Units{15, 5}, newer.UnitsOf("DataZoneProvisionedManaged"))
	require.NotContains(t, newer.Regions, "DeveloperTier")
	require.Equal(t, "2026-10-09", fresh.AsOf.String(), "France is as old as before")
	require.Equal(t, "2027-03-01", fresh.Refreshed["swedencentral"].String())
	require.Equal(t, []string{"francecentral", "swedencentral"}, table.Models[0].Regions["Standard"], "the table that was given is not changed")

	raw, err := fresh.Encode()
	require.NoError(t, err)
	again, err := facts.ReadModels(raw)
	require.NoError(t, err)
	require.Empty(t, modeltable.Changes(fresh, again))

	_, err = modeltable.Refresh(t.Context(), cloud{}, "s", table, []string{"chilecentral"}, today)
	require.ErrorContains(t, err, "lists no OpenAI model in chilecentral")
}

// The sandbox lists what the table says: reading it back changes no region.
func TestTheSandboxListsTheTable(t *testing.T) {
	store, err := azure.OpenStore(filepath.Join(t.TempDir(), "azure.db"))
	require.NoError(t, err)
	defer func() { require.NoError(t, store.Close()) }()
	seed := azure.DefaultSeed()
	service, err := azure.New(store, azure.Options{Seed: seed})
	require.NoError(t, err)
	server := httptest.NewServer(service)
	defer server.Close()

	table, err := facts.LoadModels()
	require.NoError(t, err)
	fresh, err := modeltable.Refresh(t.Context(), resourcemanager.Sandbox(server.URL, seed.SubscriptionID), seed.SubscriptionID, table, table.Regions(), today)
	require.NoError(t, err)
	for _, change := range modeltable.Changes(table, fresh) {
		require.NotContains(t, change, " by ", "the sandbox lists another region than the table")
		require.NotContains(t, change, "retires on")
		require.NotContains(t, change, "new:")
	}
}
