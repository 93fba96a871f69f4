package dataplane_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	facts "github.com/aoai-gateway/aoai-gateway/internal/azure"
	"github.com/aoai-gateway/aoai-gateway/sandbox/lab"
	"github.com/aoai-gateway/aoai-gateway/sandbox/network"
)

// kinds are what a column's type is in JSON.
var kinds = map[string][]string{
	"string": {"string"}, "datetime": {"string"}, "int": {"float64"}, "long": {"float64"}, "real": {"float64"}, "bool": {"bool"},
	"dynamic": {"string", "float64", "bool", "map[string]interface {}", "[]interface {}"},
}

// Every row has columns of its table only, of their types, and says whose it is: of calls in
// one piece and streamed, with bodies and messages kept, refused, broken and not found.
func TestRowsHaveTheirTablesColumns(t *testing.T) {
	t.Parallel()
	inObserved(t, func(o *observed) {
		kept := object{"headers": []any{"x-team"}, "body": object{"bytes": 40}}
		text := object{"messages": "all", "maxSizeInBytes": 1 << 18}
		o.diagnostic("azuremonitor", object{
			"alwaysLog": "allErrors", "logClientIp": true, "frontend": object{"request": kept, "response": kept}, "backend": object{"request": kept, "response": kept},
			"largeLanguageModel": object{"logs": "enabled", "requests": text, "responses": text},
		})
		require.Equal(t, 200, o.ask(hello, o.Key))
		require.Equal(t, 200, o.ask(`{"stream":true,`+hello[1:], o.Key))
		require.Equal(t, 401, o.ask(hello, "wrong"))
		require.NoError(t, o.Network.Faults.Order([]network.Fault{{Host: "north", Kind: "unreachable"}}))
		require.Equal(t, 500, o.ask(hello, o.Key))
		response, err := o.Client().Get("https://" + lab.Gateway + "/nowhere")
		require.NoError(t, err)
		require.NoError(t, response.Body.Close())

		require.Len(t, o.rows("ApiManagementGatewayLogs"), 5)
		good := o.rows("ApiManagementGatewayLogs")[0]
		require.Equal(t, hello[:40], good["BackendRequestBody"])
		require.Contains(t, good["BackendResponseBody"], `{"choices":`)
		require.Len(t, o.rows("ApiManagementGatewayLlmLog"), 6, "tokens, prompt and answer of each")
		for _, table := range facts.LogTables() {
			for _, row := range o.rows(table.Name) {
				rowFits(t, table, row)
			}
		}
	})
}

func rowFits(t *testing.T, table facts.LogTable, row object) {
	t.Helper()
	raw, err := json.Marshal(row)
	require.NoError(t, err)
	var decoded object
	require.NoError(t, json.Unmarshal(raw, &decoded))
	for name, value := range decoded {
		at := slices.IndexFunc(table.Columns, func(c facts.LogColumn) bool { return c.Name == name })
		require.GreaterOrEqual(t, at, 0, "%s has no column %s", table.Name, name)
		if value != nil {
			require.Contains(t, kinds[table.Columns[at].Type], fmt.Sprintf("%T", value), "%s.%s is a %s", table.Name, name, table.Columns[at].Type)
		}
	}
	require.Equal(t, table.Name, decoded["Type"])
	require.NotEmpty(t, decoded["TenantId"], "the workspace")
	require.Regexp(t, "^/subscriptions/[0-9a-f-]+/", decoded["_ResourceId"])
	require.NotEmpty(t, decoded["_SubscriptionId"])
}
