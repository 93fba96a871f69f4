package main

import (
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
)

// printEndpoints shows the stack's output `endpoints` as a table. A stack
// without that output gets none.
func printEndpoints(w io.Writer, outputs map[string]any) error {
	endpoints, _ := outputs["endpoints"].([]any)
	if len(endpoints) == 0 {
		return nil
	}
	table := newTable(w, "NAME", "URL", "REGION", "DEPLOYMENTS")
	for _, each := range endpoints {
		endpoint, _ := each.(map[string]any)
		deployments, _ := endpoint["deployments"].([]any)
		names := make([]string, len(deployments))
		for i, name := range deployments {
			names[i] = fmt.Sprint(name)
		}
		table.row(fmt.Sprint(endpoint["name"]), fmt.Sprint(endpoint["url"]), fmt.Sprint(endpoint["region"]), strings.Join(names, ", "))
	}
	return table.flush()
}

// table lines up columns.
type table struct{ w *tabwriter.Writer }

func newTable(w io.Writer, header ...string) *table {
	t := &table{tabwriter.NewWriter(w, 0, 0, 3, ' ', 0)}
	t.row(header...)
	return t
}

func (t *table) row(cells ...string) { _, _ = fmt.Fprintln(t.w, strings.Join(cells, "\t")) }

func (t *table) flush() error {
	if err := t.w.Flush(); err != nil {
		return fmt.Errorf("printing a table: %w", err)
	}
	return nil
}
