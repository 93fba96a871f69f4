package kusto

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// runner runs one query.
type runner struct {
	ctx     context.Context
	options Options
	scalars map[string]typed
	tables  map[string]*Table
}

// stopped is an error that is nobody's fault in the query, on its way out of the binder.
type stopped struct{ error }

func (r *runner) run(q *query) (*Table, error) {
	for _, each := range q.lets {
		if each.scalar != nil {
			bound := (&binder{runner: r}).bind(each.scalar)
			r.scalars[each.name] = constant(bound.typ, bound.of(nil))
			continue
		}
		table, err := each.table.rows(r)
		if err != nil {
			return nil, err
		}
		r.tables[each.name] = table
	}
	return q.body.rows(r)
}

// must runs a table that stands in an expression.
func (r *runner) must(of *pipe) *Table {
	table, err := of.rows(r)
	if err != nil {
		panic(stopped{err})
	}
	return table
}

// rows implements source.
func (p *pipe) rows(r *runner) (*Table, error) {
	table, err := p.source.rows(r)
	if err != nil {
		return nil, err
	}
	for _, each := range p.steps {
		if err := r.ctx.Err(); err != nil {
			return nil, fmt.Errorf("running the query: %w", err)
		}
		if table, err = each.apply(r, table); err != nil {
			return nil, err
		}
		if len(table.Rows) > MaxRows {
			return nil, errTooManyRows
		}
	}
	return table, nil
}

// find is a table of let, or of the workspace.
func (t *tableName) find(r *runner) (*Table, bool) {
	if table, defined := r.tables[t.name]; defined {
		return table, true
	}
	if r.options.Table == nil {
		return nil, false
	}
	return r.options.Table(t.name)
}

// rows implements source.
func (t *tableName) rows(r *runner) (*Table, error) {
	table, found := t.find(r)
	if !found && len(r.options.Names) > 0 {
		refuse(t.position(), "there is no table %s; the tables are %s", t.name, strings.Join(r.options.Names, ", "))
	} else if !found {
		refuse(t.position(), "there is no table %s", t.name)
	}
	return table, nil
}

// rows implements source.
func (d *dataTable) rows(r *runner) (*Table, error) {
	table := &Table{Columns: d.columns}
	b := &binder{runner: r}
	for i, value := range d.values {
		column := d.columns[i%len(d.columns)]
		bound := b.bind(value)
		switch {
		case bound.typ == column.Type, column.Type == Dynamic, isNumber(bound.typ) && isNumber(column.Type):
		default:
			refuse(value.position(), "the column %s takes a %s, and this is a %s", column.Name, column.Type, bound.typ)
		}
		if i%len(d.columns) == 0 {
			table.Rows = append(table.Rows, make([]any, len(d.columns)))
		}
		table.Rows[len(table.Rows)-1][i%len(d.columns)] = convert(bound.of(nil), column.Type)
	}
	return table, nil
}

// rows implements source.
func (p *printed) rows(r *runner) (*Table, error) {
	return (&extendStep{p.columns}).apply(r, &Table{Rows: [][]any{{}}})
}

// rows implements source.
func (u *unionOf) rows(r *runner) (*Table, error) { return u.with(r, nil) }

func (u *unionOf) with(r *runner, first *Table) (*Table, error) {
	var tables []*Table
	var names []string
	if first != nil {
		tables, names = append(tables, first), append(names, "")
	}
	for i, part := range u.parts {
		named, isName := part.source.(*tableName)
		if isName {
			if _, found := named.find(r); !found && u.fuzzy {
				continue
			}
		}
		table, err := part.rows(r)
		if err != nil {
			return nil, err
		}
		name := "union_arg" + strconv.Itoa(i)
		if isName {
			name = named.name
		}
		tables, names = append(tables, table), append(names, name)
	}
	if len(tables) == 0 {
		refuse(u.position(), "none of the tables of union is there")
	}
	made := &Table{Columns: u.columns(tables)}
	offset := 0
	if u.withSource != "" {
		made.Columns = slices.Insert(made.Columns, 0, Column{u.withSource, String})
		offset = 1
	}
	for i, table := range tables {
		for _, row := range table.Rows {
			values := make([]any, len(made.Columns))
			if offset == 1 {
				values[0] = names[i]
			}
			for j, column := range made.Columns[offset:] {
				values[j+offset] = convert(nil, column.Type)
				if at := indexOf(table.Columns, column.Name); at >= 0 {
					values[j+offset] = row[at]
				}
			}
			made.Rows = append(made.Rows, values)
		}
	}
	if len(made.Rows) > MaxRows {
		return nil, errTooManyRows
	}
	return made, nil
}

// columns are those of all tables, or those that all have.
func (u *unionOf) columns(tables []*Table) []Column {
	var columns []Column
	for _, table := range tables {
		for _, column := range table.Columns {
			at := indexOf(columns, column.Name)
			if at < 0 {
				columns = append(columns, column)
			} else if columns[at].Type != column.Type {
				refuse(u.position(), "the column %s is a %s in one table and a %s in another; that is not supported", column.Name, columns[at].Type, column.Type)
			}
		}
	}
	if u.inner {
		columns = slices.DeleteFunc(columns, func(column Column) bool {
			return slices.ContainsFunc(tables, func(t *Table) bool { return indexOf(t.Columns, column.Name) < 0 })
		})
	}
	return columns
}
