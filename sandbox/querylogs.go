package sandbox

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"time"

	facts "github.com/aoai-gateway/aoai-gateway/internal/azure"
	"github.com/aoai-gateway/aoai-gateway/internal/kusto"
)

// ownTables are the sandbox's own, which Azure does not have.
var ownTables = map[string][]kusto.Column{
	"EventHubMessages": {
		{Name: "TimeGenerated", Type: kusto.DateTime},
		{Name: "Namespace", Type: kusto.String},
		{Name: "EventHub", Type: kusto.String},
		{Name: "PartitionId", Type: kusto.String},
		{Name: "Body", Type: kusto.Dynamic},
	},
	"LostEvents": {{Name: "TimeGenerated", Type: kusto.DateTime}, {Name: "Logger", Type: kusto.String}, {Name: "Reason", Type: kusto.String}},
}

// LogTables are the columns of the tables that queries can ask, by their names.
func LogTables() map[string][]kusto.Column {
	found := map[string][]kusto.Column{}
	for name, columns := range ownTables {
		found[name] = columns
	}
	for _, table := range facts.LogTables() {
		for _, column := range table.Columns {
			found[table.Name] = append(found[table.Name], kusto.Column{Name: column.Name, Type: kusto.Type(column.Type)})
		}
	}
	return found
}

// maxTableFile is how much of a table's file a query reads, in bytes: the end of it.
const maxTableFile = 256 << 20

// QueryLogs runs a query over the logs in a sandbox's folder. A query that is at fault gives a
// *kusto.Error. Cut are the tables of which only the newest rows were read.
func QueryLogs(ctx context.Context, dir, text string) (result *kusto.Table, cut []string, err error) {
	schemas := LogTables()
	var failed error
	options := kusto.Options{Now: time.Now().UTC(), Names: sortedNames(schemas), Table: func(name string) (*kusto.Table, bool) {
		columns, known := schemas[name]
		if !known {
			return nil, false
		}
		rows, whole, err := readTable(filepath.Join(dir, "logs", name+".jsonl"), maxTableFile)
		failed = errors.Join(failed, err)
		if !whole {
			cut = append(cut, name)
		}
		table, err := kusto.FromJSON(columns, rows)
		if err != nil {
			failed = errors.Join(failed, fmt.Errorf("reading the logs of %s: %w", name, err))
			table = &kusto.Table{Columns: columns}
		}
		return table, true
	}}
	result, err = kusto.Run(ctx, text, options)
	if failed != nil {
		return nil, nil, failed
	}
	return result, cut, err
}

// readTable reads the rows of a table's file, at most so many bytes of its end.
func readTable(path string, most int64) (rows []json.RawMessage, whole bool, err error) {
	file, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, true, nil
	}
	if err != nil {
		return nil, true, fmt.Errorf("reading the logs: %w", err)
	}
	defer func() { _ = file.Close() }()
	size, err := file.Seek(0, io.SeekEnd)
	if err == nil {
		_, err = file.Seek(max(0, size-most), io.SeekStart)
	}
	if err != nil {
		return nil, true, fmt.Errorf("reading the logs: %w", err)
	}
	reader := bufio.NewReader(file)
	whole = size <= most
	for first := true; ; first = false {
		line, err := reader.ReadBytes('\n')
		if err != nil && !errors.Is(err, io.EOF) {
			return nil, whole, fmt.Errorf("reading the logs: %w", err)
		}
		// A line without an end is being written, and the first of a part has no beginning.
		if len(line) > 0 && err == nil && (whole || !first) {
			if !json.Valid(line) {
				return nil, whole, fmt.Errorf("reading %s: a line is no JSON", path)
			}
			rows = append(rows, line)
		}
		if err != nil {
			return rows, whole, nil
		}
	}
}

func sortedNames(of map[string][]kusto.Column) []string { return slices.Sorted(maps.Keys(of)) }
