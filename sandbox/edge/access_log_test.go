package edge_test

import (
	"encoding/json"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	facts "github.com/aoai-gateway/aoai-gateway/internal/azure"
	"github.com/aoai-gateway/aoai-gateway/sandbox/lab"
	"github.com/aoai-gateway/aoai-gateway/sandbox/network"
)

// rows are those of a table.
func (w *world) rows(table string) []map[string]any {
	w.Helper()
	var rows []map[string]any
	for _, each := range w.Logs.Rows(table) {
		var row map[string]any
		require.NoError(w.T, json.Unmarshal(each, &row))
		rows = append(rows, row)
	}
	return rows
}

// rowsOf are the rows of a category in the table of all, once all requests have ended.
func (w *world) rowsOf(category string) []map[string]any {
	w.Helper()
	w.after(time.Millisecond)
	return slices.DeleteFunc(w.rows("AzureDiagnostics"), func(row map[string]any) bool { return row["Category"] != category })
}

// inTable holds a row to the columns of a table.
func inTable(t *testing.T, row map[string]any, name string) {
	t.Helper()
	tables := facts.LogTables()
	at := slices.IndexFunc(tables, func(table facts.LogTable) bool { return table.Name == name })
	require.GreaterOrEqual(t, at, 0)
	types := map[string]string{}
	for _, column := range tables[at].Columns {
		types[column.Name] = column.Type
	}
	for _, column := range slices.Sorted(maps.Keys(row)) {
		require.Contains(t, types, column)
		_, isText := row[column].(string)
		require.Equal(t, types[column] == "string" || types[column] == "datetime", isText, "%s is a %s: %v", column, types[column], row[column])
	}
}

// Each request of Front Door has a row, which names the origin that answered; so have those that
// nobody answered, with what went wrong. Source of the columns:
// https://learn.microsoft.com/azure/frontdoor/monitor-front-door-reference.
func TestFrontDoorAccessLogs(t *testing.T) {
	withFrontDoor(t, lab.Options{}, lab.FrontDoor{}, func(w *world) {
		rows := func() []map[string]any { return w.rowsOf("FrontDoorAccessLog") }
		require.Equal(t, http.StatusOK, w.chat().status)
		require.Empty(t, rows(), "without a diagnostic setting there is none")
		w.logsOf(lab.Group+"/providers/Microsoft.Cdn/profiles/afd-lab", "")
		got := w.chat()
		require.Equal(t, http.StatusOK, got.status)
		require.Len(t, rows(), 1)
		row := rows()[0]
		inTable(t, row, "AzureDiagnostics")
		require.Equal(t, []any{"POST", "200", "north.openai.azure.com", "NoError", "stockholm", got.header.Get("X-Azure-Ref")},
			[]any{row["httpMethod_s"], row["httpStatusCode_s"], row["originName_s"], row["ErrorInfo_s"], row["pop_s"], row["trackingReference_s"]})
		require.Equal(t, "https://"+w.host+":443"+chatPath, row["requestUri_s"])
		require.Contains(t, row["originUrl_s"], "https://north.openai.azure.com/openai/")
		require.Equal(t, "0.005", row["timeToFirstByte_s"], "the way to Sweden and back")
		require.NotContains(t, []any{"", "N/A"}, row["routingRuleName_s"])
		for _, c := range []struct {
			reason string
			fault  network.Fault
			status int
			info   string
		}{
			{"no connection comes about", network.Fault{HostKind: "account", Kind: "unreachable"}, http.StatusServiceUnavailable, "OriginConnectionError"},
			{"the origin takes too long", network.Fault{HostKind: "account", Kind: "hang"}, http.StatusGatewayTimeout, "OriginTimeout"},
			{"the origin answers with an error", network.Fault{HostKind: "account", Kind: "status", Status: 500}, http.StatusInternalServerError, "NoError"},
		} {
			w.order(c.fault)
			require.Equal(t, c.status, w.chat().status, c.reason)
			all := rows()
			require.Equal(t, c.info, all[len(all)-1]["ErrorInfo_s"], c.reason)
		}
	})
}

// An answer that breaks off has a row that says so.
func TestFrontDoorAccessLogOfABrokenAnswer(t *testing.T) {
	withFrontDoor(t, lab.Options{}, lab.FrontDoor{}, func(w *world) {
		w.logsOf(lab.Group+"/providers/Microsoft.Cdn/profiles/afd-lab", "")
		w.order(network.Fault{HostKind: "account", Kind: "reset-stream", AfterBytes: 10})
		token, err := w.IdentityToken()
		require.NoError(t, err)
		_, err = w.ask(http.MethodPost, "https://"+w.host+chatPath, `{"stream":true,"messages":[{"role":"user","content":"Hello"}]}`, "Authorization: Bearer "+token)
		require.Error(t, err)
		rows := w.rowsOf("FrontDoorAccessLog")
		require.Len(t, rows, 1)
		require.Equal(t, []any{"200", "OriginConnectionAborted"}, []any{rows[0]["httpStatusCode_s"], rows[0]["ErrorInfo_s"]})
	})
}

// An Application Gateway's rows go to a table of their own where the setting says so, and else to
// the one of all, whose columns have other names.
func TestApplicationGatewayAccessLogs(t *testing.T) {
	withApplicationGateway(t, lab.ApplicationGateway{WAF: gatewayWAF("Prevention", true)}, func(w *world) {
		gateway := lab.Group + "/providers/Microsoft.Network/applicationGateways/agw-lab"
		w.logsOf(gateway, "Dedicated")
		_, statuses := w.askHTTP(1)
		require.Equal(t, map[int]int{http.StatusOK: 1}, statuses)
		got, err := w.ask(http.MethodGet, "http://"+w.host+attackPath, "")
		require.NoError(t, err)
		require.Equal(t, http.StatusForbidden, got.status)
		w.after(time.Millisecond)
		rows := w.rows("AGWAccessLogs")
		require.Len(t, rows, 2)
		for _, row := range rows {
			inTable(t, row, "AGWAccessLogs")
		}
		served, blocked := rows[0], rows[1]
		require.Equal(t, []any{200.0, 200.0, "Prevention", "POST"}, []any{served["HttpStatus"], served["ServerStatus"], served["WafMode"], served["HttpMethod"]})
		require.True(t, strings.HasSuffix(served["ServerRouted"].(string), ".openai.azure.com"))
		require.Positive(t, served["SentBytes"])
		for _, name := range []string{"ListenerName", "RuleName", "BackendPoolName", "BackendSettingName"} {
			require.NotEmpty(t, served[name], name)
		}
		require.Equal(t, []any{403.0, ""}, []any{blocked["HttpStatus"], blocked["ServerRouted"]})
		require.NotContains(t, blocked, "ServerStatus", "nobody was asked")
		require.Equal(t, w.rows("AGWFirewallLogs")[0]["TransactionId"], blocked["TransactionId"], "rows of one request have one id")
		w.logsOf(gateway, "")
		w.askHTTP(1)
		shared := w.rowsOf("ApplicationGatewayAccessLog")
		require.Len(t, shared, 1)
		inTable(t, shared[0], "AzureDiagnostics")
		require.Equal(t, []any{200.0, "200"}, []any{shared[0]["httpStatus_d"], shared[0]["serverStatus_s"]})
	})
}
