package sandbox

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aoai-gateway/aoai-gateway/internal/kusto"
	"github.com/aoai-gateway/aoai-gateway/internal/kusto/kustotest"
)

var kustoBlock = regexp.MustCompile("(?s)```(?:kusto|kql)\n(.*?)```")

// docsQueries are the queries that the pages show.
func docsQueries(t *testing.T) []kustotest.Query {
	t.Helper()
	pages, err := filepath.Glob(filepath.Join("..", "docs", "*.md"))
	require.NoError(t, err)
	var found []kustotest.Query
	for _, page := range pages {
		text, err := os.ReadFile(page)
		require.NoError(t, err)
		for _, block := range kustoBlock.FindAllStringSubmatch(string(text), -1) {
			found = append(found, kustotest.Query{Name: fmt.Sprint(page, " ", block[1]), Text: block[1]})
		}
	}
	require.NotEmpty(t, found)
	return found
}

// The queries in the docs run, over rows too.
func TestDocsQueriesRun(t *testing.T) {
	dir := t.TempDir()
	require.NoError(t, os.Mkdir(filepath.Join(dir, "logs"), 0o700))
	row := `{"TimeGenerated":"2999-01-01T00:00:00Z","ResponseCode":429,"TotalTime":7,"BackendUrl":"https://a.b/","BackendRequestHeaders":{"x-caller-id":"ann"}}` + "\n"
	require.NoError(t, os.WriteFile(filepath.Join(dir, "logs", "ApiManagementGatewayLogs.jsonl"), []byte(row), 0o600))
	for _, query := range docsQueries(t) {
		table, cut, err := QueryLogs(t.Context(), dir, query.Text)
		require.NoError(t, err, query.Name)
		require.Empty(t, cut)
		require.Len(t, table.Rows, 1, query.Name)
	}
}

// Microsoft's analyser finds nothing in the queries of the docs.
func TestDocsQueriesOfMicrosoftsAnalyser(t *testing.T) {
	for _, answer := range kustotest.Analyse(t, LogTables(), docsQueries(t)) {
		require.Empty(t, answer.Diagnostics, answer.Name)
	}
}

// A large table is read from its end, in whole rows, and that is told.
func TestLargeTablesAreCut(t *testing.T) {
	file := filepath.Join(t.TempDir(), "Table.jsonl")
	var lines []string
	for i := range 100 {
		lines = append(lines, fmt.Sprintf(`{"N":%d}`, i))
	}
	require.NoError(t, os.WriteFile(file, []byte(strings.Join(lines, "\n")+"\n"+`{"N":1`), 0o600))
	columns := []kusto.Column{{Name: "N", Type: kusto.Long}}
	rows, whole, err := readTable(file, 1<<20)
	require.NoError(t, err)
	require.True(t, whole)
	require.Len(t, rows, 100, "what is still being written is left out")
	rows, whole, err = readTable(file, 30)
	require.NoError(t, err)
	require.False(t, whole)
	table, err := kusto.FromJSON(columns, rows)
	require.NoError(t, err)
	require.Equal(t, [][]any{{int64(98)}, {int64(99)}}, table.Rows)
	require.NoError(t, os.WriteFile(file, []byte("{\n"), 0o600))
	_, _, err = readTable(file, 30)
	require.ErrorContains(t, err, "a line is no JSON")
}
