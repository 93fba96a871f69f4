package dataplane_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/require"

	"github.com/aoai-gateway/aoai-gateway/internal/arm"
	"github.com/aoai-gateway/aoai-gateway/sandbox/lab"
	"github.com/aoai-gateway/aoai-gateway/sandbox/network"
)

type object = map[string]any

const (
	providers = lab.Group + "/providers/"
	workspace = providers + "Microsoft.OperationalInsights/workspaces/logs"
	insights  = providers + "Microsoft.Insights/components/appi"
	namespace = providers + "Microsoft.EventHub/namespaces/evhns-lab"
	document  = `<policies><inbound><base /><set-backend-service backend-id="north" /><set-header name="api-key" exists-action="delete" />
		<llm-emit-token-metric namespace="lab"><dimension name="API ID" /></llm-emit-token-metric>
		<log-to-eventhub logger-id="prompts">@(context.Request.Body.As<string>(true))</log-to-eventhub>
		<authentication-managed-identity resource="https://cognitiveservices.azure.com" /></inbound>
		<backend><forward-request buffer-response="false" /></backend><outbound><base /></outbound><on-error><base /></on-error></policies>`
)

// observed is a lab with everything that takes logs.
type observed struct {
	t *testing.T
	*lab.Lab
	principal string
}

func inObserved(t *testing.T, f func(o *observed)) {
	t.Helper()
	options := lab.Options{Dir: t.TempDir(), Backends: []lab.Backend{{ID: "north"}}}
	synctest.Test(t, func(t *testing.T) {
		l, err := lab.New(t.Context(), options)
		require.NoError(t, err)
		defer func() { require.NoError(t, l.Close()) }()
		o := &observed{t: t, Lab: l}
		service, err := l.Get(lab.ServiceID)
		require.NoError(t, err)
		o.principal = service["identity"].(object)["principalId"].(string)
		o.put(workspace, object{"location": "swedencentral"})
		o.put(insights, object{"location": "swedencentral", "kind": "web", "properties": object{"Application_Type": "web", "DisableLocalAuth": true}})
		component, err := l.Get(insights)
		require.NoError(t, err)
		o.put(namespace, object{"location": "swedencentral", "sku": object{"name": "Standard"}})
		o.put(namespace+"/eventhubs/prompts", object{})
		o.logger("azuremonitor", object{"loggerType": "azureMonitor"})
		o.logger("applicationinsights", object{"loggerType": "applicationInsights", "resourceId": insights, "credentials": object{
			"connectionString": component["properties"].(object)["ConnectionString"], "identityClientId": "SystemAssigned",
		}})
		o.logger("prompts", object{"loggerType": "azureEventHub", "credentials": object{"endpointAddress": "evhns-lab.servicebus.windows.net", "name": "prompts", "identityClientId": "SystemAssigned"}})
		o.diagnostic("azuremonitor", object{
			"alwaysLog": "allErrors", "frontend": object{"request": object{"headers": []any{"api-key", "x-team"}, "body": object{"bytes": 20}}, "response": object{"headers": []any{"x-ms-region"}}},
			"largeLanguageModel": object{"logs": "enabled"},
		})
		o.diagnostic("applicationinsights", object{"metrics": true})
		o.put(lab.ServiceID+"/providers/Microsoft.Insights/diagnosticSettings/logs", object{"properties": object{"workspaceId": workspace, "logs": []any{
			object{"category": "GatewayLogs", "enabled": true}, object{"category": "GatewayLlmLogs", "enabled": true},
		}}})
		o.grant(insights, arm.MonitoringMetricsPublisher)
		o.grant(namespace+"/eventhubs/prompts", arm.EventHubsDataSender)
		require.NoError(t, l.SetPolicy(document))
		require.NoError(t, l.Plane.Refresh(t.Context()))
		f(o)
	})
}

func (o *observed) put(id string, body object) {
	o.t.Helper()
	require.NoError(o.t, o.Put(id, body))
}

func (o *observed) logger(id string, properties object) {
	o.put(lab.ServiceID+"/loggers/"+id, object{"properties": properties})
}

func (o *observed) diagnostic(id string, properties object) {
	properties["loggerId"] = lab.ServiceID + "/loggers/" + id
	o.put(lab.ServiceID+"/diagnostics/"+id, object{"properties": properties})
}

func roleID(scope, principal string, role arm.Role) string {
	return scope + "/providers/Microsoft.Authorization/roleAssignments/" + arm.AssignmentName(scope, principal, role)
}

func (o *observed) grant(scope string, role arm.Role) {
	o.put(roleID(scope, o.principal, role), object{"properties": object{
		"principalId": o.principal, "principalType": "ServicePrincipal", "roleDefinitionId": role.DefinitionID("00000000-0000-4000-8000-000000000002"),
	}})
}

// ask sends a completion, streamed or not, and returns its status.
func (o *observed) ask(body, key string) int {
	o.t.Helper()
	request, err := http.NewRequestWithContext(o.t.Context(), http.MethodPost, "https://"+lab.Gateway+"/openai/deployments/gpt-4o/chat/completions?api-version=2024-10-21", strings.NewReader(body))
	require.NoError(o.t, err)
	request.Header.Set("api-key", key)
	request.Header.Set("x-team", "research")
	response, err := o.Client().Do(request)
	require.NoError(o.t, err)
	_, err = io.Copy(io.Discard, response.Body)
	require.NoError(o.t, err)
	require.NoError(o.t, response.Body.Close())
	synctest.Wait()
	return response.StatusCode
}

// rows are those of a table, once all is written.
func (o *observed) rows(table string) []object {
	o.t.Helper()
	require.NoError(o.t, o.Plane.Flush(o.t.Context()))
	var rows []object
	for _, each := range o.Logs.Rows(table) {
		var row object
		require.NoError(o.t, json.Unmarshal(each, &row))
		rows = append(rows, row)
	}
	return rows
}

const hello = `{"messages":[{"role":"user","content":"Hello, how are you today?"}]}`

// Every request leaves a row with what happened, and nothing that opens a door.
func TestGatewayLogs(t *testing.T) {
	t.Parallel()
	inObserved(t, func(o *observed) {
		require.Equal(t, 200, o.ask(hello, o.Key))
		require.Equal(t, 401, o.ask(hello, "wrong"))
		require.NoError(t, o.Network.Faults.Order([]network.Fault{{Host: "north", Kind: "unreachable"}}))
		require.Equal(t, 500, o.ask(hello, o.Key))
		rows := o.rows("ApiManagementGatewayLogs")
		require.Len(t, rows, 3)
		good := rows[0]
		require.Equal(t, object{
			"ResponseCode": 200.0, "BackendId": "north", "BackendResponseCode": 200.0, "ApiId": "openai", "OperationId": "chat", "ApimSubscriptionId": "lab",
			"RequestBody": hello[:20], "IsRequestSuccess": true, "Region": "Sweden Central", "Method": "POST",
		}, keep(good, "ResponseCode", "BackendId", "BackendResponseCode", "ApiId", "OperationId", "ApimSubscriptionId", "RequestBody", "IsRequestSuccess", "Region", "Method"))
		require.Equal(t, object{"x-team": "research"}, without(good["RequestHeaders"].(object), "api-key"))
		require.Equal(t, "***", rows[1]["RequestHeaders"].(object)["api-key"], "a policy took it out of the first one already")
		require.Equal(t, object{"x-ms-region": "swedencentral"}, good["ResponseHeaders"])
		require.Equal(t, []any{401.0, "SubscriptionKeyInvalid"}, []any{rows[1]["ResponseCode"], rows[1]["LastErrorReason"]})
		require.Equal(t, []any{500.0, "BackendConnectionFailure"}, []any{rows[2]["ResponseCode"], rows[2]["LastErrorReason"]})
		response, err := o.Client().Get("https://" + lab.Gateway + "/nowhere")
		require.NoError(t, err)
		require.NoError(t, response.Body.Close())
		rows = o.rows("ApiManagementGatewayLogs")
		require.Equal(t, []any{404.0, "OperationNotFound"}, []any{rows[3]["ResponseCode"], rows[3]["LastErrorReason"]}, "what finds no API is logged, too")
	})
}

// No log shows a key: not the API's own header, not the one that everybody knows, and
// not in URLs.
func TestNoKeysInLogs(t *testing.T) {
	t.Parallel()
	inObserved(t, func(o *observed) {
		o.diagnostic("azuremonitor", object{
			"frontend": object{"request": object{"headers": []any{"api-key", "Ocp-Apim-Subscription-Key", "Cookie", "Authorization"}}},
			"backend":  object{"request": object{"headers": []any{"Authorization", "Ocp-Apim-Subscription-Key"}}},
		})
		request, err := http.NewRequestWithContext(o.t.Context(), http.MethodPost, "https://"+lab.Gateway+"/openai/deployments/gpt-4o/chat/completions?api-version=2024-10-21&subscription-key="+o.Key, strings.NewReader(hello))
		require.NoError(t, err)
		for _, name := range []string{"Ocp-Apim-Subscription-Key", "Cookie", "Authorization"} {
			request.Header.Set(name, "secret-of-the-caller")
		}
		response, err := o.Client().Do(request)
		require.NoError(t, err)
		require.NoError(t, response.Body.Close())
		synctest.Wait()
		rows := fmt.Sprint(o.rows("ApiManagementGatewayLogs"))
		require.Contains(t, rows, "/openai/deployments/gpt-4o/chat/completions")
		require.NotContains(t, rows, o.Key)
		require.NotContains(t, rows, "secret-of-the-caller")
		require.NotContains(t, rows, "eyJ", "the gateway's own token")
	})
}

// Tokens of calls are logged, streamed or not.
func TestModelLogs(t *testing.T) {
	t.Parallel()
	inObserved(t, func(o *observed) {
		o.ask(hello, o.Key)
		o.ask(strings.Replace(hello, "{", `{"stream":true,"stream_options":{"include_usage":true},`, 1), o.Key)
		rows := o.rows("ApiManagementGatewayLlmLog")
		require.Len(t, rows, 2)
		require.InDelta(t, 24, rows[0]["CompletionTokens"], 0)
		require.Equal(t, rows[0]["TotalTokens"], rows[1]["TotalTokens"])
		require.Nil(t, rows[0]["RequestMessages"], "text is kept only where that is asked for")
		require.Len(t, o.rows("AppMetrics"), 6, "prompt, completion and total tokens of each")
	})
}

// Each thing that logs need is needed.
func TestWhatLogsNeed(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		take  func(o *observed) error
		table string
	}{
		"diagnostic setting": {func(o *observed) error {
			return o.Delete(lab.ServiceID + "/providers/Microsoft.Insights/diagnosticSettings/logs")
		}, "ApiManagementGatewayLogs"},
		"diagnostic": {func(o *observed) error { return o.Delete(lab.ServiceID + "/diagnostics/azuremonitor") }, "ApiManagementGatewayLlmLog"},
		"metrics": {func(o *observed) error {
			o.diagnostic("applicationinsights", object{"metrics": false})
			return nil
		}, "AppMetrics"},
		"role on Application Insights": {func(o *observed) error {
			return o.Delete(roleID(insights, o.principal, arm.MonitoringMetricsPublisher))
		}, "AppMetrics"},
		"role on the event hub": {func(o *observed) error {
			return o.Delete(roleID(namespace+"/eventhubs/prompts", o.principal, arm.EventHubsDataSender))
		}, "EventHubMessages"},
		"the event hub": {func(o *observed) error { return o.Delete(namespace + "/eventhubs/prompts") }, "EventHubMessages"},
		"identity of the logger": {func(o *observed) error {
			o.logger("prompts", object{"loggerType": "azureEventHub", "credentials": object{"endpointAddress": "evhns-lab.servicebus.windows.net", "name": "prompts"}})
			return nil
		}, "EventHubMessages"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			inObserved(t, func(o *observed) {
				require.Equal(t, 200, o.ask(hello, o.Key))
				before := len(o.rows(c.table))
				require.Positive(t, before)
				require.NoError(t, c.take(o))
				require.Equal(t, 200, o.ask(hello, o.Key), "logs never cost a request")
				require.Len(t, o.rows(c.table), before)
			})
		})
	}
}

// An event hub gets the whole of an event up to 200 KB, in the service's way: what is
// beyond is cut.
func TestEventsAreCut(t *testing.T) {
	t.Parallel()
	inObserved(t, func(o *observed) {
		require.Equal(t, 200, o.ask(`{"messages":[{"role":"user","content":"`+strings.Repeat("x", 300<<10)+`"}]}`, o.Key))
		rows := o.rows("EventHubMessages")
		require.Len(t, rows, 1)
		require.Len(t, rows[0]["Body"], 200<<10)
	})
}

// An event may name its partition.
func TestEventsOfPartitions(t *testing.T) {
	t.Parallel()
	inObserved(t, func(o *observed) {
		require.NoError(t, o.SetPolicy(strings.Replace(document, `logger-id="prompts"`, `logger-id="prompts" partition-id="2"`, 1)))
		require.Equal(t, 200, o.ask(hello, o.Key))
		rows := o.rows("EventHubMessages")
		require.Len(t, rows, 1)
		require.Equal(t, "2", rows[0]["PartitionId"])
	})
}

func keep(row object, names ...string) object {
	kept := object{}
	for _, name := range names {
		kept[name] = row[name]
	}
	return kept
}

func without(m object, name string) object {
	delete(m, name)
	return m
}
