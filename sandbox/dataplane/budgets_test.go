package dataplane_test

import (
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/aoai-gateway/aoai-gateway/internal/arm"
	"github.com/aoai-gateway/aoai-gateway/sandbox/lab"
)

const (
	budgetState = lab.ServiceID + "/namedValues/budget-state"
	workflow    = providers + "Microsoft.Logic/workflows/stop"
	actionGroup = providers + "Microsoft.Insights/actionGroups/stop"
	budget      = providers + "Microsoft.Consumption/budgets/month"
	// stoppable answers 429 while the named value says so.
	stoppable = `<policies><inbound><base /><set-variable name="state" value="{{budget-state}}" />
		<choose><when condition="@((string)context.Variables["state"] == "stopped")"><return-response><set-status code="429" /></return-response></when></choose>
		<set-backend-service backend-id="north" /><set-header name="api-key" exists-action="delete" />
		<authentication-managed-identity resource="https://cognitiveservices.azure.com" /></inbound>
		<backend><base /></backend><outbound><base /></outbound><on-error><base /></on-error></policies>`
)

// budgeted is a lab whose budget of 1 dollar calls a workflow when one percent of it is spent.
type budgeted struct {
	*lab.Lab
	t *testing.T
}

func inBudgeted(t *testing.T, f func(b *budgeted)) {
	t.Helper()
	options := lab.Options{
		Dir: t.TempDir(), Backends: []lab.Backend{{ID: "north", SKU: "GlobalStandard"}},
		NamedValues: map[string]string{"budget-state": "open"}, Document: stoppable,
	}
	synctest.Test(t, func(t *testing.T) {
		time.Sleep(time.Until(time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC))) // Azure takes no budget of 2000
		l, err := lab.New(t.Context(), options)
		require.NoError(t, err)
		defer func() { require.NoError(t, l.Close()) }()
		b := &budgeted{l, t}
		b.put(workflow, object{"location": "swedencentral", "identity": object{"type": "SystemAssigned"}, "properties": object{"definition": object{
			"triggers": object{"budget": object{"type": "Request", "kind": "Http"}},
			"actions": object{"stop": object{"type": "Http", "inputs": object{
				"method": "PATCH", "uri": "https://management.azure.com" + budgetState + "?api-version=2024-05-01", "headers": object{"If-Match": "*", "Content-Type": "application/json"},
				"body": object{"properties": object{"value": "stopped"}}, "authentication": object{"type": "ManagedServiceIdentity", "audience": "https://management.azure.com/"},
			}}},
		}}})
		called, err := l.Post(workflow + "/triggers/budget/listCallbackUrl")
		require.NoError(t, err)
		b.put(actionGroup, object{"location": "Global", "properties": object{"groupShortName": "stop", "enabled": true, "logicAppReceivers": []any{
			object{"name": "stop", "resourceId": workflow, "callbackUrl": called["value"], "useCommonAlertSchema": true},
		}}})
		b.put(budget, object{"properties": object{
			"category": "Cost", "amount": 1, "timeGrain": "Monthly", "timePeriod": object{"startDate": time.Now().UTC().Format("2006-01") + "-01T00:00:00Z"},
			"notifications": object{
				"half": object{"enabled": true, "operator": "GreaterThanOrEqualTo", "threshold": 50, "contactEmails": []any{"a@b.com"}},
				"stop": object{"enabled": true, "operator": "GreaterThanOrEqualTo", "threshold": 1, "contactEmails": []any{"a@b.com"}, "contactGroups": []any{actionGroup}},
			},
		}})
		require.NoError(t, l.Plane.Refresh(t.Context()))
		f(b)
	})
}

func (b *budgeted) put(id string, body object) {
	b.t.Helper()
	require.NoError(b.t, b.Put(id, body))
}

// grant lets the workflow change the named value.
func (b *budgeted) grant() {
	b.t.Helper()
	held, err := b.Get(workflow)
	require.NoError(b.t, err)
	principal := held["identity"].(object)["principalId"].(string)
	b.put(budgetState+"/providers/Microsoft.Authorization/roleAssignments/"+arm.AssignmentName(budgetState, principal, arm.APIManagementServiceContributor), object{"properties": object{
		"principalId": principal, "principalType": "ServicePrincipal", "roleDefinitionId": arm.APIManagementServiceContributor.DefinitionID("00000000-0000-4000-8000-000000000002"),
	}})
}

// ask sends a prompt of some words and gives the answer's status.
func (b *budgeted) ask(words int) int {
	b.t.Helper()
	body := `{"messages":[{"role":"user","content":"` + strings.Repeat("word ", words) + `"}],"max_tokens":1}`
	request, err := http.NewRequestWithContext(b.t.Context(), http.MethodPost, "https://"+lab.Gateway+"/openai/deployments/gpt-4o/chat/completions?api-version=2024-10-21", strings.NewReader(body))
	require.NoError(b.t, err)
	request.Header.Set("api-key", b.Key)
	request.Header.Set("Content-Type", "application/json")
	response, err := b.Client().Do(request)
	require.NoError(b.t, err)
	require.NoError(b.t, response.Body.Close())
	require.NoError(b.t, b.Plane.CheckBudgets(b.t.Context()))
	return response.StatusCode
}

// Money is counted from tokens, the budget fires, the workflow changes the named value, and
// calls stop; they come back when somebody takes the stop back.
func TestBudgetStopsCalls(t *testing.T) {
	inBudgeted(t, func(b *budgeted) {
		b.grant()
		require.Equal(t, http.StatusOK, b.ask(10), "little is spent")
		require.Empty(t, b.Plane.State().Runs)
		require.Equal(t, http.StatusOK, b.ask(6000), "what crosses the threshold is answered still")
		state := b.Plane.State()
		require.Len(t, state.Budgets, 1)
		// 6,000 words are 6,000 tokens or more; gpt-4o costs 2.5 dollars a million of them.
		require.Greater(t, state.Budgets[0].Spent, 0.01)
		require.Equal(t, []string{"stop"}, state.Budgets[0].Fired)
		require.Len(t, state.Runs, 1)
		require.Empty(t, state.Runs[0].Failure)
		require.Equal(t, http.StatusTooManyRequests, b.ask(10), "calls are stopped")
		held, err := b.Get(budget)
		require.NoError(t, err)
		require.Greater(t, held["properties"].(object)["currentSpend"].(object)["amount"], 0.01, "Resource Manager tells it, too")

		b.put(budgetState, object{"properties": object{"displayName": "budget-state", "value": "open"}})
		require.Equal(t, http.StatusOK, b.ask(10), "calls come back")
		require.Len(t, b.Plane.State().Runs, 1, "a threshold fires once a month")
	})
}

// A new month begins at nothing, and its threshold fires again.
func TestBudgetBeginsAnew(t *testing.T) {
	inBudgeted(t, func(b *budgeted) {
		b.grant()
		b.ask(6000)
		b.put(budgetState, object{"properties": object{"displayName": "budget-state", "value": "open"}})
		time.Sleep(32 * 24 * time.Hour)
		require.Equal(t, http.StatusOK, b.ask(10))
		require.Less(t, b.Plane.State().Budgets[0].Spent, 0.01)
		b.ask(20_000) // what was asked before is cached, and cheaper
		require.Equal(t, http.StatusTooManyRequests, b.ask(10))
	})
}

// Without its role the workflow fails, and says why; the budget does not.
func TestWorkflowNeedsItsRole(t *testing.T) {
	inBudgeted(t, func(b *budgeted) {
		b.ask(6000)
		runs := b.Plane.State().Runs
		require.Len(t, runs, 1)
		require.Contains(t, runs[0].Failure, "AuthorizationFailed")
		require.Equal(t, http.StatusOK, b.ask(10))
	})
}

// Nobody starts the workflow without the signature.
func TestWorkflowNeedsTheSignature(t *testing.T) {
	inBudgeted(t, func(b *budgeted) {
		b.grant()
		called, err := b.Post(workflow + "/triggers/budget/listCallbackUrl")
		require.NoError(t, err)
		address, _ := called["value"].(string)
		for url, status := range map[string]int{address[:len(address)-1]: http.StatusUnauthorized, strings.Replace(address, "/triggers/", "/others/", 1): http.StatusNotFound} {
			request, err := http.NewRequestWithContext(b.t.Context(), http.MethodPost, url, http.NoBody)
			require.NoError(t, err)
			response, err := b.Client().Do(request)
			require.NoError(t, err)
			require.NoError(t, response.Body.Close())
			require.Equal(t, status, response.StatusCode)
		}
		require.Empty(t, b.Plane.State().Runs)
	})
}
