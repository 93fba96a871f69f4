package gateway_test

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aoai-gateway/aoai-gateway/sandbox/lab"
)

// petsDefinition is an API of one operation, whose backend, an account, refuses it: 401.
const petsDefinition = `{"openapi":"3.0.1","info":{"title":"Pets","version":"1"},"servers":[{"url":"https://north.openai.azure.com/pets"}],
	"components":{"schemas":{"Pet":{"type":"object","required":["name"],"properties":{"name":{"type":"string"}}}}},
	"paths":{"/pets/{id}":{"post":{"operationId":"write","parameters":[{"name":"id","in":"path","required":true,"schema":{"type":"integer","minimum":1}}],
	"requestBody":{"content":{"application/json":{"schema":{"$ref":"#/components/schemas/Pet"}}}},"responses":{"401":{"description":"none"}}}}}}`

// What an import brings, and a schema of the service, hold messages that gateways pass on.
// Source: https://learn.microsoft.com/azure/api-management/validate-content-policy
func TestValidation(t *testing.T) {
	t.Parallel()
	const (
		content    = `<validate-content unspecified-content-type-action="prevent" max-size="100" size-exceeded-action="prevent"><content validate-as="json" action="prevent" /></validate-content>`
		service    = `<validate-content unspecified-content-type-action="prevent" max-size="100" size-exceeded-action="prevent"><content type="application/json" validate-as="json" schema-id="short" action="prevent" /></validate-content>`
		parameters = `<validate-parameters specified-parameter-action="prevent" unspecified-parameter-action="ignore" />`
	)
	for _, c := range []struct {
		reason, policy, path, body string
		status                     int
		contains                   string
	}{
		{"a body that conforms", content, "/pets/pets/1", `{"name":"Rex"}`, http.StatusUnauthorized, "neither a key nor a token"},
		{"a body that does not", content, "/pets/pets/1", `{}`, http.StatusBadRequest, "definition Pet"},
		{"a schema of the service", service, "/pets/pets/1", `{"name":"Rex"}`, http.StatusBadRequest, "exceeds maximum count of 0"},
		{"a path that does not conform", parameters, "/pets/pets/0", `{}`, http.StatusBadRequest, "path parameter id"},
	} {
		t.Run(c.reason, func(t *testing.T) {
			t.Parallel()
			inLab(t, lab.Options{Document: forward("north", "")}, func(t *testing.T, l *lab.Lab) {
				require.NoError(t, l.Put(lab.ServiceID+"/schemas/short", map[string]any{"properties": map[string]any{"schemaType": "json", "document": map[string]any{"maxProperties": 0}}}))
				require.NoError(t, l.Put(lab.ServiceID+"/apis/pets", map[string]any{"properties": map[string]any{"path": "pets", "format": "openapi+json", "value": petsDefinition, "subscriptionRequired": false}}))
				require.NoError(t, l.Put(lab.ServiceID+"/apis/pets/policies/policy", map[string]any{"properties": map[string]any{
					"format": "rawxml", "value": "<policies><inbound>" + c.policy + "</inbound><backend><forward-request /></backend><outbound /><on-error /></policies>",
				}}))
				require.NoError(t, l.Plane.Refresh(t.Context()))
				got, err := tryTo(t, l.Client(), http.MethodPost, "https://"+lab.Gateway+c.path, c.body)
				require.NoError(t, err)
				require.Equal(t, c.status, got.status, got.body)
				require.Contains(t, got.body, c.contains)
			})
		})
	}
}
