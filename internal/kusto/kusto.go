// Package kusto runs queries in the Kusto Query Language over tables in memory: the
// operators and functions that this project's queries use, and their neighbours. What it
// does not know it refuses by name, with the place in the query.
//
// What queries mean is Microsoft's reference of the language:
// https://learn.microsoft.com/kusto/query/
package kusto

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// Type is a scalar type of the language.
type Type string

// The types.
const (
	Bool     Type = "bool"
	Int      Type = "int"
	Long     Type = "long"
	Real     Type = "real"
	String   Type = "string"
	DateTime Type = "datetime"
	TimeSpan Type = "timespan"
	Dynamic  Type = "dynamic"
)

// Column is one of a table.
type Column struct {
	Name string `json:"name"`
	Type Type   `json:"type"`
}

// Table is rows with columns. A value is nil (null), bool, int64 (int and long), float64,
// string, time.Time, time.Duration, or what JSON decodes to (dynamic); a string is never nil.
type Table struct {
	Columns []Column
	Rows    [][]any
}

// Options are what a query runs on.
type Options struct {
	// Table finds a table; false where there is none of that name.
	Table func(name string) (*Table, bool)
	// Names are those of all tables, for the message about one that is not there.
	Names []string
	// Now is the time of now() and ago().
	Now time.Time
}

// Error is a mistake in a query, or something that is not supported.
type Error struct {
	// Line and Column count from 1; Column counts characters.
	Line, Column int
	Message      string
}

// Error implements error.
func (e *Error) Error() string {
	return fmt.Sprintf("line %d, column %d: %s", e.Line, e.Column, e.Message)
}

// failure is an Error without its line, on its way out of the parser or the binder.
type failure struct {
	at      int
	message string
}

// refuse ends reading or binding a query; Run returns it as an Error.
func refuse(at int, format string, values ...any) {
	panic(failure{at, fmt.Sprintf(format, values...)})
}

// MaxRows is how many rows a query may make, at any of its steps. Log Analytics returns at
// most 500,000. Source: https://learn.microsoft.com/azure/azure-monitor/service-limits
const MaxRows = 500_000

var errTooManyRows = errors.New("a step of the query makes more than 500000 rows; filter or summarize before")

// Run runs a query. The error is an *Error where the query is at fault.
func Run(ctx context.Context, text string, options Options) (result *Table, err error) {
	defer func() {
		switch reason := recover().(type) {
		case nil:
		case failure:
			line, column := place(text, reason.at)
			err = &Error{line, column, reason.message}
		case stopped:
			err = reason.error
		default:
			panic(reason)
		}
	}()
	statement := parse(text)
	r := &runner{ctx: ctx, options: options, scalars: map[string]typed{}, tables: map[string]*Table{}}
	return r.run(statement)
}

// place is the line and column of an offset.
func place(text string, at int) (line, column int) {
	line, column = 1, 1
	for i, c := range text {
		if i >= at {
			break
		}
		if c == '\n' {
			line, column = line+1, 1
		} else {
			column++
		}
	}
	return line, column
}
