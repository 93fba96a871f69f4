package kusto

import (
	"slices"
	"strings"
)

// listed binds in, has_any, has_all and between.
func (b *binder) listed(e *infix, right *list) typed {
	left := b.bind(e.left)
	operator, not := strings.TrimPrefix(e.operator, "!"), strings.HasPrefix(e.operator, "!")
	if operator == "between" {
		return b.between(e, left, right, not)
	}
	values := b.listValues(right, left.typ)
	made := typed{typ: Bool}
	switch operator {
	case "has_any", "has_all":
		b.needText(e.left, left)
		has := textComparisons["has"]
		made.of = func(row []any) any {
			value := text(left.of(row))
			lacks := func(part any) bool { return !has(value, text(part)) }
			if operator == "has_all" {
				return !slices.ContainsFunc(values(row), lacks)
			}
			return slices.ContainsFunc(values(row), func(part any) bool { return !lacks(part) })
		}
	case "in~":
		b.needText(e.left, left)
		made.of = func(row []any) any {
			value := text(left.of(row))
			return slices.ContainsFunc(values(row), func(each any) bool { return strings.EqualFold(text(each), value) }) != not
		}
	default:
		made.of = func(row []any) any {
			value := left.of(row)
			return slices.ContainsFunc(values(row), func(each any) bool { return value != nil && each != nil && compare(value, each) == 0 }) != not
		}
	}
	return made
}

// listValues are those of a list: of its items, of the array that its only item is, or of
// the first column of a table.
func (b *binder) listValues(of *list, typ Type) func(row []any) []any {
	if of.table != nil {
		table := b.must(of.table)
		if len(table.Columns) != 1 {
			refuse(of.position(), "the table of a list has one column, and this has %d", len(table.Columns))
		}
		var found []any
		for _, row := range table.Rows {
			found = append(found, row[0])
		}
		return func([]any) []any { return found }
	}
	items := make([]typed, len(of.items))
	for i, item := range of.items {
		items[i] = b.bind(item)
		if typ == items[i].typ || typ == Dynamic || items[i].typ == Dynamic || (isNumber(typ) && isNumber(items[i].typ)) {
			continue
		}
		refuse(item.position(), "the list is of the type %s, and this is a %s", typ, items[i].typ)
	}
	return func(row []any) []any {
		found := make([]any, 0, len(items))
		for _, item := range items {
			value := item.of(row)
			if several, is := value.([]any); is {
				found = append(found, several...)
			} else {
				found = append(found, value)
			}
		}
		return found
	}
}

func (b *binder) between(e *infix, left typed, right *list, not bool) typed {
	low, high := b.bind(right.items[0]), b.bind(right.items[1])
	if left.typ == DateTime && high.typ == TimeSpan {
		// A length counts from the lower end.
		high = arithmetic(&infix{at: right.at, operator: "+"}, low, high)
	}
	above := comparison(&infix{at: e.at, operator: ">="}, left, low)
	below := comparison(&infix{at: e.at, operator: "<="}, left, high)
	within := logical(false, above, below)
	return typed{typ: Bool, of: func(row []any) any {
		is, known := within.of(row).(bool)
		if !known {
			return nil
		}
		return is != not
	}}
}
