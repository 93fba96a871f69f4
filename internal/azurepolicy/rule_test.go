package azurepolicy_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aoai-gateway/aoai-gateway/internal/azurepolicy"
)

const (
	deny   = `{"effect":{"value":"Deny"}}`
	notYet = "?"
)

// The rules are shaped like those of https://github.com/Azure/azure-policy (built-in-policies).
func TestDenies(t *testing.T) {
	t.Parallel()
	const restricted = `{"properties":{"parameters":{"effect":{"defaultValue":"Audit"},"allowed":{"defaultValue":["swedencentral"]}},"policyRule":{
		"if":{"allOf":[{"field":"type","equals":"Microsoft.CognitiveServices/accounts"},CONDITION]},"then":{"effect":"[parameters('effect')]"}}}}`
	closed := `{"field":"Microsoft.CognitiveServices/accounts/publicNetworkAccess","notEquals":"Disabled"}`
	cases := []struct {
		reason     string
		condition  string
		parameters string
		fields     map[string]any
		want       azurepolicy.Verdict
	}{
		{"an open account", closed, deny, map[string]any{}, azurepolicy.Yes},
		{"a closed account, in another case", closed, deny, map[string]any{"publicNetworkAccess": "disabled"}, azurepolicy.No},
		{"a policy that only audits by default", closed, `{}`, map[string]any{}, azurepolicy.No},
		{"a value that is not known yet", closed, deny, map[string]any{"publicNetworkAccess": notYet}, azurepolicy.Maybe},
		{"a count, which is not evaluated", `{"count":{"field":"Microsoft.CognitiveServices/accounts/capabilities[*]"},"greater":0}`, deny, map[string]any{}, azurepolicy.Maybe},
		{"regions by a parameter", `{"not":{"field":"location","in":"[parameters('allowed')]"}}`, deny, map[string]any{"location": "francecentral"}, azurepolicy.Yes},
		{"a region that is allowed", `{"field":"location","notIn":"[parameters('allowed')]"}`, deny, map[string]any{"location": "swedencentral"}, azurepolicy.No},
		{"one of two", `{"anyOf":[{"field":"kind","equals":"OpenAI"},` + closed + `]}`, deny, map[string]any{"kind": "openai", "publicNetworkAccess": "Disabled"}, azurepolicy.Yes},
		{"a field that is missing", `{"field":"tags.owner","exists":"false"}`, deny, map[string]any{}, azurepolicy.Yes},
		{"a template function", `{"field":"location","equals":"[resourceGroup().location]"}`, deny, map[string]any{"location": "westeurope"}, azurepolicy.Maybe},
		{"an alias of another type", `{"field":"Microsoft.EventHub/namespaces/publicNetworkAccess","equals":"Enabled"}`, deny, map[string]any{}, azurepolicy.No},
	}
	for _, c := range cases {
		t.Run(c.reason, func(t *testing.T) {
			t.Parallel()
			var definition, parameters map[string]any
			require.NoError(t, json.Unmarshal([]byte(strings.Replace(restricted, "CONDITION", c.condition, 1)), &definition))
			require.NoError(t, json.Unmarshal([]byte(c.parameters), &parameters))
			got := azurepolicy.Denies(definition, parameters, azurepolicy.Resource{
				Type: "Microsoft.CognitiveServices/accounts", Field: func(path string) (any, bool) { return c.fields[path], c.fields[path] != notYet },
			})
			require.Equal(t, c.want, got)
		})
	}
}
