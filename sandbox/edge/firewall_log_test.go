package edge_test

import (
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aoai-gateway/aoai-gateway/sandbox/lab"
)

// The columns of rows. Sources: https://learn.microsoft.com/azure/azure-monitor/reference/tables/agwfirewalllogs,
// and for AzureDiagnostics https://learn.microsoft.com/azure/web-application-firewall/afds/waf-front-door-monitor.
var (
	gatewayColumns = []string{
		"Action", "ClientIp", "ClientPort", "DetailedData", "DetailedMessage", "FileDetails", "Hostname", "InstanceId", "LineDetails", "Message", "OperationName",
		"RequestUri", "RuleId", "RuleSetType", "RuleSetVersion", "Site", "TimeGenerated", "TransactionId", "Type", "_ResourceId",
	}
	frontDoorColumns = []string{
		"Category", "OperationName", "Resource", "ResourceProvider", "ResourceType", "TimeGenerated", "Type", "_ResourceId", "action_s", "clientIP_s", "clientPort_s",
		"details_data_s", "details_matches_s", "details_msg_s", "host_s", "policyMode_s", "policy_s", "requestUri_s", "ruleName_s", "socketIP_s", "trackingReference_s",
	}
)

// logsOf makes a diagnostic setting of a resource, into tables of their own or not.
func (w *world) logsOf(id, destination string) {
	w.Helper()
	workspace := lab.Group + "/providers/Microsoft.OperationalInsights/workspaces/log-lab"
	require.NoError(w.T, w.Put(workspace, object{"location": "swedencentral"}))
	require.NoError(w.T, w.Put(id+"/providers/Microsoft.Insights/diagnosticSettings/logs", object{"properties": object{
		"workspaceId": workspace, "logAnalyticsDestinationType": destination, "logs": []any{object{"categoryGroup": "allLogs", "enabled": true}},
	}}))
	require.NoError(w.T, w.Plane.Refresh(w.Context()))
}

const attackPath = chatPath + "&file=/etc/passwd"

// column is what the rows of a table have in a column.
func column(rows []map[string]any, name string) []string {
	var values []string
	for _, row := range rows {
		value, _ := row[name].(string)
		values = append(values, value)
	}
	return values
}

// Each rule that matches has a row, and so has the score that blocks, with the columns that the
// table has; without a diagnostic setting there is none.
func TestFrontDoorFirewallLogs(t *testing.T) {
	withFrontDoor(t, lab.Options{}, lab.FrontDoor{WAF: frontDoorWAF("Prevention", true, 0)}, func(w *world) {
		ask := func() []map[string]any {
			got, err := w.ask(http.MethodGet, "https://"+w.host+attackPath, "")
			require.NoError(t, err)
			require.Equal(t, http.StatusForbidden, got.status)
			return w.rowsOf("FrontDoorWebApplicationFirewallLog")
		}
		require.Empty(t, ask())
		w.logsOf(lab.Group+"/providers/Microsoft.Cdn/profiles/afd-lab", "")
		rows := ask()
		const set = "Microsoft_DefaultRuleSet-2.1-"
		require.Equal(t, []string{set + "LFI-930120", set + "RCE-932160", set + "BLOCKING-EVALUATION-949110"}, column(rows, "ruleName_s"))
		require.Equal(t, []string{"AnomalyScoring", "AnomalyScoring", "Block"}, column(rows, "action_s"))
		require.Equal(t, frontDoorColumns, slices.Sorted(maps.Keys(rows[0])))
		require.JSONEq(t, `[{"matchVariableName":"QueryParamValue:file","matchVariableValue":"/etc/passwd"}]`, column(rows, "details_matches_s")[0])
		require.Equal(t, "https://"+w.host+attackPath, rows[0]["requestUri_s"])
		require.Equal(t, []any{"prevention", "waflab"}, []any{rows[0]["policyMode_s"], rows[0]["policy_s"]})
	})
}

// An Application Gateway's rows go to a table of their own where the setting says so, and else to
// the one of all, whose columns have other names.
func TestApplicationGatewayFirewallLogs(t *testing.T) {
	withApplicationGateway(t, lab.ApplicationGateway{WAF: gatewayWAF("Detection", true)}, func(w *world) {
		gateway := lab.Group + "/providers/Microsoft.Network/applicationGateways/agw-lab"
		ask := func() {
			_, err := w.ask(http.MethodGet, "http://"+w.host+attackPath, "")
			require.NoError(t, err)
		}
		w.logsOf(gateway, "Dedicated")
		ask()
		rows := w.rows("AGWFirewallLogs")
		require.Equal(t, []string{"930120", "932160", "949110"}, column(rows, "RuleId"))
		require.Equal(t, []string{"Matched", "Matched", "Detected"}, column(rows, "Action"))
		require.Equal(t, gatewayColumns, slices.Sorted(maps.Keys(rows[0])))
		require.Equal(t, "Mandatory rule. Cannot be disabled. Inbound Anomaly Score Exceeded (Total Score: 10)", rows[2]["Message"])
		w.logsOf(gateway, "")
		ask()
		require.Equal(t, []string{"930120", "932160", "949110"}, column(w.rowsOf("ApplicationGatewayFirewallLog"), "ruleId_s"))
	})
}

// A body that is larger than the policy allows is refused where that is enforced.
func TestLargeBodiesAtTheFirewall(t *testing.T) {
	for _, c := range []struct {
		reason   string
		enforced bool
		want     int
	}{{"as Azure does unless told otherwise", true, http.StatusRequestEntityTooLarge}, {"as this project deploys it", false, http.StatusOK}} {
		policy := gatewayWAF("Prevention", true)
		policy["policySettings"].(object)["requestBodyEnforcement"] = c.enforced
		withApplicationGateway(t, lab.ApplicationGateway{WAF: policy}, func(w *world) {
			token, err := w.IdentityToken()
			require.NoError(t, err)
			body := `{"messages":[{"role":"user","content":"` + strings.Repeat("word ", 30_000) + `"}]}`
			got, err := w.ask(http.MethodPost, "http://"+w.host+chatPath, body, "Authorization: Bearer "+token)
			require.NoError(t, err)
			require.Equal(t, c.want, got.status, c.reason)
		})
	}
}
