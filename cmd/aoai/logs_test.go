package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// A query runs over the logs of a sandbox that does not run, and shows them as a table or as
// JSON; a mistake is told with file, line and column.
func TestLogsQuery(t *testing.T) {
	dir := t.TempDir()
	require.NoError(t, os.MkdirAll(filepath.Join(dir, "logs"), 0o700))
	rows := `{"TimeGenerated":"2026-11-28T12:00:00Z","ResponseCode":200,"TotalTime":12,"Url":"https://a/b","RequestBody":"` + strings.Repeat("x", 200) + `\n\u001b[31m"}` + "\n" +
		`{"TimeGenerated":"2026-11-28T12:01:00Z","ResponseCode":429,"TotalTime":3}` + "\n" + `{"TimeGenerated":"2026-11`
	require.NoError(t, os.WriteFile(filepath.Join(dir, "logs", "ApiManagementGatewayLogs.jsonl"), []byte(rows), 0o600))
	query := func(text string, flags ...string) (stdout, stderr string, code int) {
		file := filepath.Join(dir, "query.kql")
		require.NoError(t, os.WriteFile(file, []byte(text), 0o600))
		var out, err bytes.Buffer
		code = run(t.Context(), append([]string{"logs", "query", file, "--sandbox", dir}, flags...), &streams{stdout: &out, stderr: &err})
		return out.String(), err.String(), code
	}
	shown, _, code := query("ApiManagementGatewayLogs\n| summarize Requests = count(), Throttled = countif(ResponseCode == 429), Longest = max(TotalTime) by Day = bin(TimeGenerated, 1d)")
	require.Zero(t, code)
	require.Equal(t, "Day                    Requests   Throttled   Longest\n2026-11-28T00:00:00Z   2          1           12\n", shown)

	shown, _, code = query("ApiManagementGatewayLogs | where ResponseCode == 200 | project TimeGenerated, ResponseCode, Headers = RequestHeaders, Share = 0.5", "--json")
	require.Zero(t, code)
	var decoded queryResult
	require.NoError(t, json.Unmarshal([]byte(shown), &decoded))
	require.Contains(t, shown, `"version": 1`)
	require.Equal(t, []map[string]any{{"TimeGenerated": "2026-11-28T12:00:00Z", "ResponseCode": 200.0, "Headers": nil, "Share": 0.5}}, decoded.Rows)
	require.EqualValues(t, "dynamic", decoded.Columns[2].Type)

	shown, _, _ = query("ApiManagementGatewayLogs | where ResponseCode == 200 | project RequestBody")
	require.NotContains(t, shown, "\u001b", "a log writes nothing into the terminal")
	require.Contains(t, shown, "…", "long values are cut in tables")

	_, told, code := query("ApiManagementGatewayLogs\n| where ResponsCode == 429")
	require.Equal(t, 1, code)
	require.Contains(t, told, "query.kql, line 2, column 9: there is no column ResponsCode")
	_, told, _ = query("Requests | count")
	require.Contains(t, told, "line 1, column 1: there is no table Requests; the tables are AGWAccessLogs, ApiManagementGatewayLlmLog")

	var out, err bytes.Buffer
	require.Equal(t, 1, run(t.Context(), []string{"logs", "query", "tokens-by-caller", "--sandbox", dir}, &streams{stdout: &out, stderr: &err}))
	require.Contains(t, err.String(), "tokens-by-caller is neither a file nor a deployed query; no queries are deployed")
}
