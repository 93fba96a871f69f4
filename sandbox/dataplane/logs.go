package dataplane

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"sync"

	"github.com/aoai-gateway/aoai-gateway/sandbox/telemetry"
)

// rowsKept is how many rows of a table are in memory; files have all.
const rowsKept = 10_000

// Logs are tables of what the data plane tells, as JSON lines in a folder.
type Logs struct {
	dir string

	mu     sync.Mutex
	tables map[string]*table
	closed bool
	err    error
}

// table has its rows as JSON.
type table struct {
	rows []json.RawMessage
	file *os.File
}

// NewLogs keeps tables in a folder, in files that only the owner reads; "" keeps them
// in memory only.
func NewLogs(dir string) *Logs { return &Logs{dir: dir, tables: map[string]*table{}} }

// Write adds a row to its table. What could not be kept in its file, Close tells.
func (l *Logs) Write(row telemetry.Row) {
	encoded, err := json.Marshal(row)
	name := row.Table()
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.note(err); l.closed || err != nil {
		return
	}
	t := l.tables[name]
	if t == nil {
		t = &table{}
		l.tables[name] = t
		if l.dir != "" {
			var err error
			if err = os.MkdirAll(l.dir, 0o700); err == nil {
				t.file, err = os.OpenFile(filepath.Join(l.dir, name+".jsonl"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
			}
			l.note(err)
		}
	}
	t.rows = append(t.rows, encoded)
	if len(t.rows) > rowsKept {
		t.rows = slices.Clone(t.rows[len(t.rows)-rowsKept/2:])
	}
	if t.file == nil {
		return
	}
	_, err = t.file.Write(slices.Concat(encoded, []byte{'\n'}))
	l.note(err)
}

func (l *Logs) note(err error) {
	if err != nil && l.err == nil {
		l.err = fmt.Errorf("writing the logs: %w", err)
	}
}

// Rows are the last rows of a table, as JSON.
func (l *Logs) Rows(name string) []json.RawMessage {
	l.mu.Lock()
	defer l.mu.Unlock()
	if t := l.tables[name]; t != nil {
		return slices.Clone(t.rows)
	}
	return []json.RawMessage{}
}

// Close closes the files. The error is the first that any writing met.
func (l *Logs) Close() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.closed = true
	errs := []error{l.err}
	for _, t := range l.tables {
		if t.file != nil {
			errs = append(errs, t.file.Close())
		}
	}
	l.tables = map[string]*table{}
	return errors.Join(errs...)
}

var tableName = regexp.MustCompile(`^[A-Za-z]+$`)

// ServeLogs answers GET with the last rows of the table that the path ends with.
func (p *Plane) ServeLogs(w http.ResponseWriter, r *http.Request) {
	name := r.PathValue("table")
	if !tableName.MatchString(name) {
		http.Error(w, "a table's name has letters only", http.StatusBadRequest)
		return
	}
	if err := p.Flush(r.Context()); err != nil {
		http.Error(w, err.Error(), http.StatusServiceUnavailable)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(p.options.Logs.Rows(name))
}
