// Package telemetry is what the data plane tells of itself: rows of tables, named as in Log
// Analytics.
package telemetry

import (
	"strings"
	"time"
)

// Row is a row of a table. As JSON it has a member for each column that it fills.
type Row interface{ Table() string }

// Sink takes rows.
type Sink interface{ Write(row Row) }

// Columns are those that each row of an Azure table has.
type Columns struct {
	TimeGenerated string `json:"TimeGenerated"`
	Type          string `json:"Type"`
	ResourceID    string `json:"_ResourceId"`
}

// ColumnsOf are the columns of a row about a resource.
func ColumnsOf(table, resourceID string, at time.Time) Columns {
	return Columns{TimeGenerated: Time(at), Type: table, ResourceID: strings.ToLower(resourceID)}
}

// Table implements Row: the column Type names the table.
func (c Columns) Table() string { return c.Type }

// Time is a time as tables have it.
func Time(at time.Time) string { return at.UTC().Format(time.RFC3339Nano) }
