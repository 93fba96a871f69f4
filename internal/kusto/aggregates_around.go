package kusto

import (
	"strconv"
	"strings"
)

// around binds an expression of aggregates, such as strcat_array(make_list(X), " "): each
// aggregate becomes a column of a row that the expression is taken of.
func (b *binder) around(of named) aggregate {
	var parts []aggregate
	var columns []Column
	replaced := b.lift(of.of, func(c *call) expression {
		part := b.aggregate(named{of: c})
		if len(part.columns) != 1 {
			refuse(c.position(), "%s(…) gives several columns, and stands alone", c.name)
		}
		column := Column{"aggregate " + strconv.Itoa(len(parts)+1), part.columns[0].Type}
		parts, columns = append(parts, part), append(columns, column)
		return &nameOf{at: c.at, name: column.Name}
	})
	if len(parts) == 0 {
		refuse(of.of.position(), "summarize counts by these functions: %s", strings.Join(Aggregates(), ", "))
	}
	bound := (&binder{runner: b.runner, columns: columns}).bind(replaced)
	name := of.name
	if name == "" {
		name = "Column1"
	}
	return aggregate{[]Column{{name, bound.typ}}, func() group {
		groups := make([]group, len(parts))
		for i, part := range parts {
			groups[i] = part.begin()
		}
		return group{func(row []any) {
			for _, each := range groups {
				each.add(row)
			}
		}, func() []any {
			var row []any
			for _, each := range groups {
				row = append(row, each.end()...)
			}
			return []any{bound.of(row)}
		}}
	}}
}

// lift copies an expression with its aggregates replaced.
func (b *binder) lift(e expression, replace func(*call) expression) expression {
	switch e := e.(type) {
	case *call:
		if _, is := aggregates[e.name]; is {
			return replace(e)
		}
		copied := &call{at: e.at, name: e.name}
		for _, argument := range e.arguments {
			copied.arguments = append(copied.arguments, b.lift(argument, replace))
		}
		return copied
	case *infix:
		return &infix{e.at, e.operator, b.lift(e.left, replace), b.lift(e.right, replace)}
	case *negation:
		return &negation{e.at, b.lift(e.of, replace)}
	case *member:
		return &member{e.at, b.lift(e.of, replace), e.name}
	case *element:
		return &element{e.at, b.lift(e.of, replace), b.lift(e.index, replace)}
	}
	return e
}
