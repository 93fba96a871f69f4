package kusto

import (
	"slices"
	"strconv"
)

// apply implements step.
func (s *whereStep) apply(r *runner, in *Table) (*Table, error) {
	b := &binder{runner: r, columns: in.Columns}
	condition := b.bind(s.of)
	b.need(s.of, condition, Bool)
	out := &Table{Columns: in.Columns}
	for _, row := range in.Rows {
		if condition.of(row) == true {
			out.Rows = append(out.Rows, row)
		}
	}
	return out, nil
}

// bindColumns binds expressions, and gives names to those without one.
func (b *binder) bindColumns(of []named) ([]Column, []typed) {
	columns, bound := make([]Column, len(of)), make([]typed, len(of))
	unnamed := 0
	for i, each := range of {
		bound[i] = b.bind(each.of)
		name := each.name
		if name == "" {
			name = bound[i].name
		}
		if name == "" {
			unnamed++
			name = "Column" + strconv.Itoa(unnamed)
		}
		columns[i] = Column{name, bound[i].typ}
	}
	return columns, bound
}

// apply implements step. Columns see those before them only where they replaced none, as
// all are taken of the row that came in.
func (s *extendStep) apply(r *runner, in *Table) (*Table, error) {
	columns, bound := (&binder{runner: r, columns: in.Columns}).bindColumns(s.columns)
	out := &Table{Columns: slices.Clone(in.Columns)}
	places := make([]int, len(columns))
	for i, column := range columns {
		places[i] = indexOf(out.Columns, column.Name)
		if places[i] < 0 {
			places[i] = len(out.Columns)
			out.Columns = append(out.Columns, column)
		}
		out.Columns[places[i]] = column
	}
	for _, row := range in.Rows {
		values := make([]any, len(out.Columns))
		copy(values, row)
		for i, each := range bound {
			values[places[i]] = each.of(row)
		}
		out.Rows = append(out.Rows, values)
	}
	return out, nil
}

// apply implements step.
func (s *projectStep) apply(r *runner, in *Table) (*Table, error) {
	b := &binder{runner: r, columns: in.Columns}
	if s.kind == "project" {
		columns, bound := b.bindColumns(s.columns)
		for i, column := range columns {
			if indexOf(columns, column.Name) < i {
				refuse(s.columns[i].of.position(), "the column %s is there already", column.Name)
			}
		}
		return take(in, columns, bound), nil
	}
	named := map[string]string{}
	for _, each := range s.columns {
		of, is := each.of.(*nameOf)
		if !is || (each.name == "") == (s.kind == "project-rename") {
			refuse(each.of.position(), "%s takes names of columns", s.kind)
		}
		b.bind(of)
		named[of.name] = each.name
	}
	var columns []Column
	var bound []typed
	for i, column := range in.Columns {
		to, listed := named[column.Name]
		if (s.kind == "project-away" && listed) || (s.kind == "project-keep" && !listed) {
			continue
		}
		if listed && s.kind == "project-rename" {
			column.Name = to
		}
		columns = append(columns, column)
		bound = append(bound, typed{typ: column.Type, of: func(row []any) any { return row[i] }})
	}
	return take(in, columns, bound), nil
}

// take makes rows of expressions.
func take(in *Table, columns []Column, bound []typed) *Table {
	out := &Table{Columns: columns}
	for _, row := range in.Rows {
		values := make([]any, len(bound))
		for i, each := range bound {
			values[i] = each.of(row)
		}
		out.Rows = append(out.Rows, values)
	}
	return out
}

// apply implements step.
func (s *summarizeStep) apply(r *runner, in *Table) (*Table, error) {
	b := &binder{runner: r, columns: in.Columns}
	columns, keys := b.bindColumns(s.keys)
	var bound []aggregate
	for _, each := range s.aggregates {
		next := b.aggregate(each)
		bound = append(bound, next)
		columns = append(columns, next.columns...)
	}
	type counted struct {
		keys   []any
		groups []group
	}
	begin := func(keys []any) *counted {
		c := &counted{keys: keys}
		for _, each := range bound {
			c.groups = append(c.groups, each.begin())
		}
		return c
	}
	found, order := map[string]*counted{}, []*counted{}
	if len(keys) == 0 {
		// Without keys there is one row, also of no rows.
		order = append(order, begin(nil))
		found[keyOf(nil)] = order[0]
	}
	for _, row := range in.Rows {
		values := make([]any, len(keys))
		for i, key := range keys {
			values[i] = key.of(row)
		}
		name := keyOf(values)
		if found[name] == nil {
			found[name] = begin(values)
			order = append(order, found[name])
		}
		for _, g := range found[name].groups {
			g.add(row)
		}
	}
	out := &Table{Columns: unique(columns)}
	for _, each := range order {
		row := each.keys
		for _, g := range each.groups {
			row = append(row, g.end()...)
		}
		out.Rows = append(out.Rows, row)
	}
	return out, nil
}

// unique numbers columns whose names others have, too.
func unique(columns []Column) []Column {
	made := make([]Column, 0, len(columns))
	for _, column := range columns {
		name := column.Name
		for n := 1; indexOf(made, column.Name) >= 0; n++ {
			column.Name = name + strconv.Itoa(n)
		}
		made = append(made, column)
	}
	return made
}

// apply implements step.
func (s *distinctStep) apply(r *runner, in *Table) (*Table, error) {
	keys := s.columns
	if _, all := s.columns[0].of.(*starOf); all {
		keys = nil
		for _, column := range in.Columns {
			keys = append(keys, named{"", &nameOf{at: s.columns[0].of.(*starOf).at, name: column.Name}})
		}
	}
	return (&summarizeStep{keys: keys}).apply(r, in)
}

// apply implements step.
func (s *sortStep) apply(r *runner, in *Table) (*Table, error) {
	b := &binder{runner: r, columns: in.Columns}
	keys := make([]typed, len(s.keys))
	for i, key := range s.keys {
		keys[i] = b.bind(key.of)
		if keys[i].typ == Dynamic {
			refuse(key.of.position(), "rows are not ordered by dynamic values; turn them into a type, such as by tostring")
		}
	}
	out := &Table{Columns: in.Columns, Rows: slices.Clone(in.Rows)}
	slices.SortStableFunc(out.Rows, func(x, y []any) int {
		for i, key := range s.keys {
			if order := key.compare(keys[i].of(x), keys[i].of(y)); order != 0 {
				return order
			}
		}
		return 0
	})
	if s.limit != nil {
		return (&takeStep{s.limit}).apply(r, out)
	}
	return out, nil
}

func (k sortKey) compare(a, b any) int {
	if a == nil || b == nil {
		switch {
		case a == nil && b == nil:
			return 0
		case (a == nil) == k.nullsFirst:
			return -1
		}
		return 1
	}
	if k.ascending {
		return compare(a, b)
	}
	return compare(b, a)
}

// apply implements step.
func (s *takeStep) apply(r *runner, in *Table) (*Table, error) {
	bound := (&binder{runner: r}).bind(s.count)
	n, is := bound.of(nil).(int64)
	if !is || n < 0 {
		refuse(s.count.position(), "a number of rows stands here")
	}
	return &Table{Columns: in.Columns, Rows: in.Rows[:min(n, int64(len(in.Rows)))]}, nil
}

// apply implements step.
func (*countStep) apply(_ *runner, in *Table) (*Table, error) {
	return &Table{Columns: []Column{{"Count", Long}}, Rows: [][]any{{int64(len(in.Rows))}}}, nil
}

// apply implements step.
func (s *unionStep) apply(r *runner, in *Table) (*Table, error) { return s.with.with(r, in) }

// apply implements step.
func (*renderStep) apply(_ *runner, in *Table) (*Table, error) { return in, nil }

// apply implements step: null makes one row with null, an empty array none, and columns are
// taken apart side by side. Source: https://learn.microsoft.com/kusto/query/mv-expand-operator
func (s *expandStep) apply(r *runner, in *Table) (*Table, error) {
	b := &binder{runner: r, columns: in.Columns}
	out := &Table{Columns: slices.Clone(in.Columns)}
	bound, places := make([]typed, len(s.items)), make([]int, len(s.items))
	for i, item := range s.items {
		bound[i] = b.bind(item.of)
		b.needDynamic(item.at, bound[i], "mv-expand")
		name := item.name
		if name == "" {
			name = bound[i].name
		}
		if name == "" {
			refuse(item.at, "what is taken apart needs a name; write NAME = before it")
		}
		places[i] = indexOf(out.Columns, name)
		if places[i] < 0 {
			places[i] = len(out.Columns)
			out.Columns = append(out.Columns, Column{})
		}
		out.Columns[places[i]] = Column{name, item.typ}
	}
	numbered := -1
	if s.index != "" {
		numbered = len(out.Columns)
		out.Columns = append(out.Columns, Column{s.index, Long})
	}
	for _, row := range in.Rows {
		most, parts := 0, make([][]any, len(bound))
		for i, each := range bound {
			parts[i] = partsOf(each.of(row))
			most = max(most, len(parts[i]))
		}
		for n := range most {
			values := make([]any, len(out.Columns))
			copy(values, row)
			for i, each := range parts {
				var part any
				if n < len(each) {
					part = each[n]
				}
				values[places[i]] = castValue(part, s.items[i].typ)
			}
			if numbered >= 0 {
				values[numbered] = int64(n)
			}
			out.Rows = append(out.Rows, values)
		}
		if len(out.Rows) > MaxRows {
			return nil, errTooManyRows
		}
	}
	return out, nil
}

// partsOf are the elements of an array, or bags of one property each.
func partsOf(of any) []any {
	switch of := of.(type) {
	case []any:
		return of
	case map[string]any:
		var bags []any
		for _, name := range sortedKeys(of) {
			bags = append(bags, map[string]any{name: of[name]})
		}
		return bags
	}
	return []any{of}
}
