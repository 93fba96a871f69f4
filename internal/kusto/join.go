package kusto

import (
	"maps"
	"slices"
	"strings"
)

func sortedKeys(of map[string]any) []string { return slices.Sorted(maps.Keys(of)) }

// castValue takes a dynamic value as what it is; as another type it is null.
func castValue(value any, typ Type) any {
	return cast(typed{of: func([]any) any { return value }}, typ).of(nil)
}

// joinKeys are the expressions that have to be the same on both sides.
type joinKeys struct{ left, right []typed }

func (s *joinStep) keys(r *runner, left, right *Table) joinKeys {
	var keys joinKeys
	add := func(l, r typed, at int) {
		if l.typ == Dynamic || (l.typ != r.typ && (!isNumber(l.typ) || !isNumber(r.typ))) {
			refuse(at, "a join compares columns of one type that is not dynamic; these are a %s and a %s", l.typ, r.typ)
		}
		keys.left, keys.right = append(keys.left, l), append(keys.right, r)
	}
	onLeft, onRight := &binder{runner: r, columns: left.Columns}, &binder{runner: r, columns: right.Columns}
	for _, each := range s.on {
		switch e := each.(type) {
		case *nameOf:
			if e.side == "" {
				add(onLeft.bind(e), onRight.bind(e), e.position())
				continue
			}
		case *infix:
			l, lIs := e.left.(*nameOf)
			r, rIs := e.right.(*nameOf)
			if e.operator == "==" && lIs && rIs && l.side != r.side && l.side != "" && r.side != "" {
				if l.side == "right" {
					l, r = r, l
				}
				add(onLeft.bind(&nameOf{at: l.at, name: l.name}), onRight.bind(&nameOf{at: r.at, name: r.name}), e.position())
				continue
			}
		}
		refuse(each.position(), "a join takes names of columns, and $left.A == $right.B")
	}
	return keys
}

// keyed are rows by their keys; those with a null in a key match nothing.
func keyed(rows [][]any, by []typed) (names []string, found map[string][][]any) {
	found = map[string][][]any{}
	for _, row := range rows {
		values, null := make([]any, len(by)), false
		for i, key := range by {
			values[i] = key.of(row)
			null = null || values[i] == nil
		}
		name := ""
		if !null {
			name = keyOf(values)
			found[name] = append(found[name], row)
		}
		names = append(names, name)
	}
	return names, found
}

// apply implements step. Source: https://learn.microsoft.com/kusto/query/join-operator
func (s *joinStep) apply(r *runner, left *Table) (*Table, error) {
	right, err := s.right.rows(r)
	if err != nil {
		return nil, err
	}
	keys := s.keys(r, left, right)
	leftNames, onLeft := keyed(left.Rows, keys.left)
	rightNames, onRight := keyed(right.Rows, keys.right)
	if strings.HasSuffix(s.kind, "semi") || strings.HasSuffix(s.kind, "anti") {
		return s.filtered(left, right, leftNames, rightNames, onLeft, onRight), nil
	}
	out := &Table{Columns: slices.Clone(left.Columns)}
	var kept []int
	for i, column := range right.Columns {
		if s.lookup && slices.ContainsFunc(keys.right, func(k typed) bool { return k.name == column.Name }) {
			continue
		}
		kept = append(kept, i)
		out.Columns = append(out.Columns, column)
	}
	out.Columns = unique(out.Columns)
	add := func(l, r []any) {
		values := make([]any, 0, len(out.Columns))
		values = append(values, orNulls(l, left.Columns)...)
		r = orNulls(r, right.Columns)
		for _, i := range kept {
			values = append(values, r[i])
		}
		out.Rows = append(out.Rows, values)
	}
	matched, seen := map[string]bool{}, map[string]bool{}
	for i, row := range left.Rows {
		name := leftNames[i]
		if s.kind == "innerunique" && name != "" {
			// Of the left rows with one key, one is taken.
			if seen[name] {
				continue
			}
			seen[name] = true
		}
		for _, other := range onRight[name] {
			add(row, other)
		}
		if len(onRight[name]) == 0 && (s.kind == "leftouter" || s.kind == "fullouter") {
			add(row, nil)
		}
		matched[name] = true
		if len(out.Rows) > MaxRows {
			return nil, errTooManyRows
		}
	}
	if s.kind == "rightouter" || s.kind == "fullouter" {
		for i, row := range right.Rows {
			if rightNames[i] == "" || !matched[rightNames[i]] {
				add(nil, row)
			}
		}
	}
	return out, nil
}

// orNulls is a row, or one without values where there is none.
func orNulls(row []any, columns []Column) []any {
	if row != nil {
		return row
	}
	values := make([]any, len(columns))
	for i, column := range columns {
		values[i] = convert(nil, column.Type)
	}
	return values
}

// filtered are the rows of one side that the other one has, or does not have.
func (s *joinStep) filtered(left, right *Table, leftNames, rightNames []string, onLeft, onRight map[string][][]any) *Table {
	of, names, other := left, leftNames, onRight
	if strings.HasPrefix(s.kind, "right") {
		of, names, other = right, rightNames, onLeft
	}
	out := &Table{Columns: of.Columns}
	for i, row := range of.Rows {
		if (len(other[names[i]]) > 0) == strings.HasSuffix(s.kind, "semi") {
			out.Rows = append(out.Rows, row)
		}
	}
	return out
}
