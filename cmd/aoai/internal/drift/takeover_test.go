package drift_test

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aoai-gateway/aoai-gateway/cmd/aoai/internal/drift"
	"github.com/aoai-gateway/aoai-gateway/internal/engine"
)

// A template as Azure has it is told where that is not what was deployed: an update then
// writes what was edited or deleted.
func TestFoundTemplates(t *testing.T) {
	const (
		stack = "/subscriptions/s/resourceGroups/g/providers/Microsoft.Resources/deploymentStacks/pools"
		pool  = "/subscriptions/s/resourceGroups/g/providers/Microsoft.ApiManagement/service/apim/backends/pool"
		kind  = "azure-native:resources/v20240301:DeploymentStackAtResourceGroup"
		head  = `{"type":"Microsoft.ApiManagement/service/backends","apiVersion":"2024-05-01","name":"apim/pool"`
	)
	template := func(resources string) string {
		return exported(kind, "pools", stack, `{"template":{"contentVersion":"1.0.0.0","resources":`+resources+`}}`)
	}
	resource := func(services, tags string) string {
		return head + `,"tags":` + tags + `,"properties":{"type":"Pool","description":"","pool":{"services":` + services + `}}}`
	}
	literal := template(`[` + resource(`[{"id":"/a/B","weight":1},{"id":"/a/c","weight":2}]`, `{"team":"a"}`) + `]`)
	cases := []struct{ reason, deployed, found, want string }{
		{
			"as deployed, with ids in another case and what Azure fills in", literal,
			`{"tags":{"team":"a"},"properties":{"type":"Pool","protocol":"http","pool":{"services":[{"id":"/a/b","weight":1,"priority":1},{"id":"/a/c","weight":2}]}}}`, ``,
		},
		{
			"another weight", literal,
			`{"tags":{"team":"a"},"properties":{"type":"Pool","pool":{"services":[{"id":"/a/B","weight":9},{"id":"/a/c","weight":2}]}}}`,
			resource(`[{"id":"/a/B","weight":9},{"id":"/a/c","weight":2}]`, `{"team":"a"}`),
		},
		{
			"a member less", literal,
			`{"tags":{"team":"a"},"properties":{"type":"Pool","pool":{"services":[{"id":"/a/c","weight":2}]}}}`,
			resource(`[{"id":"/a/c","weight":2}]`, `{"team":"a"}`),
		},
		{
			"a member more", literal,
			`{"tags":{"team":"a"},"properties":{"type":"Pool","pool":{"services":[{"id":"/a/B","weight":1},{"id":"/a/c","weight":2},{"id":"/a/d"}]}}}`,
			resource(`[{"id":"/a/B","weight":1},{"id":"/a/c","weight":2},{"id":"/a/d"}]`, `{"team":"a"}`),
		},
		{
			"another tag", literal,
			`{"tags":{"team":"b"},"properties":{"type":"Pool","pool":{"services":[{"id":"/a/B","weight":1},{"id":"/a/c","weight":2}]}}}`,
			resource(`[{"id":"/a/B","weight":1},{"id":"/a/c","weight":2}]`, `{"team":"b"}`),
		},
		{"a template with expressions is not looked at", template(`[{"type":"Microsoft.ApiManagement/service/backends","name":"[parameters('name')]"}]`), ``, ``},
		{"what is no deployment stack is Pulumi's to refresh", exported(origin, "a", "/a", `{"template":{"resources":[`+head+`}]}}`), ``, ``},
	}
	for _, c := range cases {
		t.Run(c.reason, func(t *testing.T) {
			deployed, err := engine.ReadState([]byte(c.deployed))
			require.NoError(t, err)
			azure := plainCloud{}
			if c.found != "" {
				var body map[string]any
				require.NoError(t, json.Unmarshal([]byte(c.found), &body))
				azure[pool] = body
			}
			found, err := drift.FoundTemplates(t.Context(), azure, deployed)
			require.NoError(t, err)
			if c.want == "" {
				require.Empty(t, found)
				return
			}
			raw, err := json.Marshal(found[urn+kind+"::pools"])
			require.NoError(t, err)
			require.JSONEq(t, `{"contentVersion":"1.0.0.0","resources":[`+c.want+`]}`, string(raw))
		})
	}
	t.Run("deleted", func(t *testing.T) {
		deployed, err := engine.ReadState([]byte(literal))
		require.NoError(t, err)
		found, err := drift.FoundTemplates(t.Context(), plainCloud{}, deployed)
		require.NoError(t, err)
		require.Equal(t, map[string]any{"contentVersion": "1.0.0.0", "resources": []any{}}, found[urn+kind+"::pools"])
	})
}
