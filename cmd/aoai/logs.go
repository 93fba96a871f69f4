package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/aoai-gateway/aoai-gateway/internal/kusto"
	"github.com/aoai-gateway/aoai-gateway/sandbox"
)

type logsCommands struct {
	Query logsQueryCommand `cmd:"" help:"Run a query in Kusto's language over the sandbox's logs; without one, list the queries that are deployed."`
}

type logsQueryCommand struct {
	Query string `arg:"" optional:"" help:"A file, - for standard input, or the name of a deployed query, such as tokens-by-caller."`
}

// maxQuery is how long a query may be, in bytes.
const maxQuery = 1 << 20

// Run runs the query, or lists those that are deployed.
func (c *logsQueryCommand) Run(ctx context.Context, s *shared, out *streams) error {
	return s.withSession(ctx, func(session *sandbox.Session) error {
		if c.Query == "" {
			return listQueries(ctx, session, s.JSON, out)
		}
		name, text, err := c.read(ctx, session)
		if err != nil {
			return err
		}
		// What is on its way to the logs is there afterwards; without traffic nothing is.
		if err := session.Logs(ctx, "LostEvents", nil); err != nil && !errors.Is(err, sandbox.ErrNoTraffic) {
			return err
		}
		table, cut, err := sandbox.QueryLogs(ctx, s.sandboxDir(), text)
		var fault *kusto.Error
		if errors.As(err, &fault) {
			return fmt.Errorf("%s, %w", name, fault)
		}
		if err != nil {
			return err
		}
		for _, each := range cut {
			_, _ = fmt.Fprintf(out.stderr, "aoai: %s is large: only its newest rows were read\n", each)
		}
		if s.JSON {
			return printJSON(out.stdout, jsonResult(table))
		}
		return printResult(out.stdout, table)
	})
}

// read finds the query, and says where it stands.
func (c *logsQueryCommand) read(ctx context.Context, session *sandbox.Session) (name, text string, err error) {
	if c.Query == "-" {
		text, err := readQuery(os.Stdin)
		return "standard input", text, err
	}
	file, err := os.Open(c.Query)
	if err == nil {
		defer func() { _ = file.Close() }()
		text, err := readQuery(file)
		return c.Query, text, err
	}
	if strings.ContainsAny(c.Query, "./\\ |") {
		return "", "", fmt.Errorf("reading the query: %w", err)
	}
	deployed, err := session.Queries(ctx)
	if err != nil {
		return "", "", err
	}
	found, err := deployedQuery(deployed, c.Query)
	return found.Name, found.Text, err
}

func readQuery(from io.Reader) (string, error) {
	text, err := io.ReadAll(io.LimitReader(from, maxQuery+1))
	if err != nil {
		return "", fmt.Errorf("reading the query: %w", err)
	}
	if len(text) > maxQuery {
		return "", fmt.Errorf("the query has more than %d bytes", maxQuery)
	}
	return string(text), nil
}

// deployedQuery is the one of that name, or whose name begins so: the rest is the stack's.
func deployedQuery(deployed []sandbox.DeployedQuery, name string) (sandbox.DeployedQuery, error) {
	var found, names []string
	var last sandbox.DeployedQuery
	for _, each := range deployed {
		if each.Kind == "workbook" {
			continue // its queries are saved ones, too
		}
		if each.Name == name {
			return each, nil
		}
		names = append(names, each.Name)
		if strings.HasPrefix(each.Name, name+"-") {
			found, last = append(found, each.Name), each
		}
	}
	slices.Sort(names)
	switch {
	case len(found) == 1:
		return last, nil
	case len(found) > 1:
		return last, fmt.Errorf("several queries begin with %s; give the whole name: %s", name, strings.Join(found, ", "))
	case len(names) == 0:
		return last, fmt.Errorf("%s is neither a file nor a deployed query; no queries are deployed", name)
	}
	return last, fmt.Errorf("%s is neither a file nor a deployed query; these are deployed: %s", name, strings.Join(names, ", "))
}

// listQueries shows what can be asked by name.
func listQueries(ctx context.Context, session *sandbox.Session, asJSON bool, out *streams) error {
	deployed, err := session.Queries(ctx)
	if err != nil {
		return err
	}
	if asJSON {
		return printJSON(out.stdout, map[string]any{"queries": deployed})
	}
	table := newTable(out.stdout, "NAME", "KIND", "TITLE")
	for _, each := range deployed {
		table.row(each.Name, each.Kind, each.Title)
	}
	return table.flush()
}

func printResult(w io.Writer, result *kusto.Table) error {
	heads := make([]string, len(result.Columns))
	for i, column := range result.Columns {
		heads[i] = column.Name
	}
	table := newTable(w, heads...)
	for _, row := range result.Rows {
		cells := make([]string, len(row))
		for i, value := range row {
			cells[i] = oneCell(kusto.Shown(value, result.Columns[i].Type))
		}
		table.row(cells...)
	}
	return table.flush()
}

// widestCell is how many letters of a value a table shows; --json shows all.
const widestCell = 80

// oneCell keeps a text in its line and column, and control characters away from the terminal.
func oneCell(text string) string {
	letters := []rune(strings.Join(strings.FieldsFunc(text, func(c rune) bool { return c < ' ' || c == 0x7f }), " "))
	if len(letters) > widestCell {
		return string(letters[:widestCell-1]) + "…"
	}
	return string(letters)
}

// queryResult is what --json prints of a query.
type queryResult struct {
	Columns []kusto.Column   `json:"columns"`
	Rows    []map[string]any `json:"rows"`
}

func jsonResult(of *kusto.Table) queryResult {
	result := queryResult{Columns: of.Columns, Rows: []map[string]any{}}
	for _, row := range of.Rows {
		shown := map[string]any{}
		for i, value := range row {
			shown[of.Columns[i].Name] = jsonValue(value)
		}
		result.Rows = append(result.Rows, shown)
	}
	return result
}

// jsonValue is a value in JSON, which has neither times nor numbers that are none.
func jsonValue(value any) any {
	switch value := value.(type) {
	case time.Time:
		return kusto.Shown(value, kusto.DateTime)
	case time.Duration:
		return kusto.Shown(value, kusto.TimeSpan)
	case float64:
		if math.IsNaN(value) || math.IsInf(value, 0) {
			return nil
		}
	}
	return value
}
