package azure

import (
	_ "embed"
	"strings"
)

// LogColumn is a column of a table in Log Analytics; Type is Kusto's name of its type.
type LogColumn struct{ Name, Type string }

// LogTable is a table in Log Analytics.
type LogTable struct {
	Name    string
	Columns []LogColumn
}

// The tables are those of Azure Monitor's reference, read in the autumn of 2026:
// https://learn.microsoft.com/azure/azure-monitor/reference/tables-index
//
//go:embed data/log_tables.txt
var logTables string

// LogTables are the tables that gateways, models and edges write to.
func LogTables() []LogTable {
	var found []LogTable
	for line := range strings.SplitSeq(strings.TrimSpace(logTables), "\n") {
		name, columns, _ := strings.Cut(line, ": ")
		table := LogTable{Name: name}
		for column := range strings.SplitSeq(columns, " ") {
			name, typ, _ := strings.Cut(column, ":")
			table.Columns = append(table.Columns, LogColumn{name, typ})
		}
		found = append(found, table)
	}
	return found
}
