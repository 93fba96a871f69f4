package gateway_test

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aoai-gateway/aoai-gateway/internal/arm"
	"github.com/aoai-gateway/aoai-gateway/sandbox/lab"
)

const safetyAccount = lab.Group + "/providers/Microsoft.CognitiveServices/accounts/safety"

// addSafety deploys an account that judges content, and a backend that shows it the service's
// identity, which has the role for it if granted.
func addSafety(t *testing.T, l *lab.Lab, granted bool) {
	t.Helper()
	require.NoError(t, l.Put(safetyAccount, map[string]any{
		"location": "swedencentral", "kind": "ContentSafety", "sku": map[string]any{"name": "S0"},
		"properties": map[string]any{"customSubDomainName": "safety", "disableLocalAuth": true},
	}))
	if granted {
		service, err := l.Get(lab.ServiceID)
		require.NoError(t, err)
		principal := service["identity"].(map[string]any)["principalId"].(string)
		require.NoError(t, l.Put(safetyAccount+"/providers/Microsoft.Authorization/roleAssignments/"+arm.AssignmentName(safetyAccount, principal, arm.CognitiveServicesUser), map[string]any{
			"properties": map[string]any{
				"principalId": principal, "principalType": "ServicePrincipal", "roleDefinitionId": arm.CognitiveServicesUser.DefinitionID("00000000-0000-4000-8000-000000000002"),
			},
		}))
	}
	require.NoError(t, l.Put(lab.ServiceID+"/backends/safety", map[string]any{"properties": map[string]any{
		"url": "https://safety.cognitiveservices.azure.com", "protocol": "http",
		"credentials": map[string]any{"managedIdentity": map[string]any{"resource": "https://cognitiveservices.azure.com"}},
	}}))
}

// Prompts are judged by a deployed account before a model is asked. What cannot be judged is
// refused. Source of statuses:
// https://learn.microsoft.com/azure/api-management/llm-content-safety-policy
func TestContentSafety(t *testing.T) {
	t.Parallel()
	document := forward("north", `<llm-content-safety backend-id="safety" shield-prompt="true"><categories output-type="EightSeverityLevels"><category name="Violence" threshold="4" /></categories></llm-content-safety>`)
	for _, c := range []struct {
		reason, question string
		granted          bool
		status           int
	}{
		{"a harmless prompt", "Hello", true, http.StatusOK},
		{"as severe as the threshold", "sandbox:violence=4", true, http.StatusForbidden},
		{"less severe", "sandbox:violence=3", true, http.StatusOK},
		{"a category that is not watched", "sandbox:hate=7", true, http.StatusOK},
		{"an attack", "sandbox:attack", true, http.StatusForbidden},
		{"nobody lets the gateway ask", "Hello", false, http.StatusInternalServerError},
	} {
		t.Run(c.reason, func(t *testing.T) {
			t.Parallel()
			inLab(t, lab.Options{Document: forward("north", "")}, func(t *testing.T, l *lab.Lab) {
				addSafety(t, l, c.granted)
				putPolicy(t, l, document)
				require.NoError(t, l.Plane.Refresh(t.Context()))
				models := asked(l, "north.openai.azure.com")
				got, err := tryTo(t, l.Client(), http.MethodPost, "https://"+lab.Gateway+chatPath, `{"messages":[{"role":"user","content":"`+c.question+`"}]}`, "api-key: "+l.Key)
				require.NoError(t, err)
				require.Equal(t, c.status, got.status, got.body)
				require.Equal(t, c.status == http.StatusOK, asked(l, "north.openai.azure.com") > models, "whether the model was asked")
			})
		})
	}
}
