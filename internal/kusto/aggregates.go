package kusto

import (
	"maps"
	"math"
	"slices"
	"strings"
)

// aggregate is bound to the columns of the rows that it counts over.
type aggregate struct {
	columns []Column
	// begin begins with a group; what it returns takes the rows and gives the values.
	begin func() group
}

type group struct {
	add func(row []any)
	end func() []any
}

// aggregateKind says what a function of summarize takes.
type aggregateKind struct {
	// arguments without the condition of the function's form with "if".
	least, most int
	bind        func(b *binder, c *call, arguments []typed) aggregate
}

// aggregates by name; those of conditional have a form with "if" behind the name, too.
var aggregates = func() map[string]aggregateKind {
	found := map[string]aggregateKind{
		"percentile": {2, 2, bindPercentiles}, "percentiles": {2, -1, bindPercentiles},
		"arg_max": {2, -1, nil}, "arg_min": {2, -1, nil}, "make_bag": {1, 1, bindMakeBag},
	}
	for name, kind := range conditional {
		found[name] = kind
		form := name + "if"
		if strings.HasPrefix(name, "make_") {
			form = name + "_if"
		}
		found[form] = aggregateKind{kind.least + 1, kind.most + 1, kind.bind}
	}
	return found
}()

var conditional = map[string]aggregateKind{
	"count": {0, 0, bindCount}, "sum": {1, 1, bindSum}, "avg": {1, 1, bindAverage}, "min": {1, 1, bindLimit}, "max": {1, 1, bindLimit}, "dcount": {1, 1, bindDistinct},
	"make_list": {1, 1, bindMakeList}, "make_set": {1, 1, bindMakeList}, "take_any": {1, 1, bindTakeAny},
}

// Aggregates are the functions of summarize that run.
func Aggregates() []string { return slices.Sorted(maps.Keys(aggregates)) }

func (b *binder) aggregate(of named) aggregate {
	c, is := of.of.(*call)
	kind, known := aggregateKind{}, false
	if is {
		kind, known = aggregates[c.name]
	}
	if !known {
		return b.around(of)
	}
	if n := len(c.arguments); n < kind.least || (kind.most >= 0 && n > kind.most) {
		refuse(c.position(), "%s(…) has %d arguments, which it does not take", c.name, n)
	}
	if kind.bind == nil {
		return b.bindArgument(c, of.name)
	}
	arguments := make([]typed, len(c.arguments))
	for i, argument := range c.arguments {
		arguments[i] = b.bind(argument)
	}
	made := b.conditionally(c, kind, arguments)
	if of.name != "" {
		made.columns[0].Name = of.name
	}
	return made
}

// conditionally binds a function; one with a condition leaves out other rows.
func (b *binder) conditionally(c *call, kind aggregateKind, arguments []typed) aggregate {
	plain := strings.TrimSuffix(strings.TrimSuffix(c.name, "if"), "_")
	if _, is := conditional[plain]; !is || plain == c.name {
		return kind.bind(b, c, arguments)
	}
	last := len(arguments) - 1
	condition := arguments[last]
	b.need(c.arguments[last], condition, Bool)
	made := kind.bind(b, &call{c.at, plain, c.arguments[:last]}, arguments[:last])
	made.columns[0].Name = strings.Replace(made.columns[0].Name, plain, c.name, 1)
	begin := made.begin
	made.begin = func() group {
		g := begin()
		return group{func(row []any) {
			if condition.of(row) == true {
				g.add(row)
			}
		}, g.end}
	}
	return made
}

// oneColumn is an aggregate with one value.
func oneColumn(c *call, typ Type, of string, begin func() (add func(row []any), end func() any)) aggregate {
	return aggregate{[]Column{{c.name + "_" + of, typ}}, func() group {
		add, end := begin()
		return group{add, func() []any { return []any{end()} }}
	}}
}

func bindCount(_ *binder, c *call, _ []typed) aggregate {
	return oneColumn(c, Long, "", func() (func([]any), func() any) {
		n := int64(0)
		return func([]any) { n++ }, func() any { return n }
	})
}

func bindSum(b *binder, c *call, arguments []typed) aggregate {
	of := arguments[0]
	b.need(c.arguments[0], of, Int, Long, Real, TimeSpan)
	typ := of.typ
	zero := map[Type]any{Int: int64(0), Long: int64(0), Real: 0.0}[typ]
	if typ == Int {
		typ = Long
	}
	return oneColumn(c, typ, of.name, func() (func([]any), func() any) {
		total := zero
		return func(row []any) {
			switch value := of.of(row); {
			case value == nil:
			case total == nil:
				total = value
			default:
				total = calculate("+", total, value)
			}
		}, func() any { return total }
	})
}

func bindAverage(b *binder, c *call, arguments []typed) aggregate {
	of := arguments[0]
	b.need(c.arguments[0], of, Int, Long, Real)
	return oneColumn(c, Real, of.name, func() (func([]any), func() any) {
		total, n := 0.0, 0
		return func(row []any) {
				if value, is := toReal(of.of(row)).(float64); is {
					total, n = total+value, n+1
				}
			}, func() any {
				if n == 0 {
					return math.NaN()
				}
				return total / float64(n)
			}
	})
}

func bindLimit(_ *binder, c *call, arguments []typed) aggregate {
	of, sign := arguments[0], 1
	if c.name == "min" {
		sign = -1
	}
	return oneColumn(c, of.typ, of.name, func() (func([]any), func() any) {
		var best any
		if of.typ == String {
			best = ""
		}
		seen := false
		return func(row []any) {
			if value := of.of(row); value != nil && (!seen || compare(value, best)*sign > 0) {
				best, seen = value, true
			}
		}, func() any { return best }
	})
}

// bindDistinct counts exactly; Azure estimates large numbers.
func bindDistinct(_ *binder, c *call, arguments []typed) aggregate {
	of := arguments[0]
	return oneColumn(c, Long, of.name, func() (func([]any), func() any) {
		seen := map[string]bool{}
		return func(row []any) {
			if value := of.of(row); value != nil {
				seen[keyOf([]any{value})] = true
			}
		}, func() any { return int64(len(seen)) }
	})
}

// bindMakeList keeps the order of the rows.
func bindMakeList(_ *binder, c *call, arguments []typed) aggregate {
	of, once := arguments[0], c.name == "make_set"
	name := map[bool]string{false: "list", true: "set"}[once]
	made := oneColumn(c, Dynamic, of.name, func() (func([]any), func() any) {
		items, seen := []any{}, map[string]bool{}
		return func(row []any) {
			value := toDynamic(of.of(row))
			if value == nil || (once && seen[keyOf([]any{value})]) {
				return
			}
			if once {
				seen[keyOf([]any{value})] = true
			}
			items = append(items, value)
		}, func() any { return items }
	})
	made.columns[0].Name = name + "_" + of.name
	return made
}

func bindMakeBag(b *binder, c *call, arguments []typed) aggregate {
	of := arguments[0]
	b.need(c.arguments[0], of, Dynamic)
	made := oneColumn(c, Dynamic, of.name, func() (func([]any), func() any) {
		whole := map[string]any{}
		return func(row []any) {
			bag, _ := of.of(row).(map[string]any)
			for name, value := range bag {
				if _, is := whole[name]; !is {
					whole[name] = value
				}
			}
		}, func() any { return whole }
	})
	made.columns[0].Name = "bag_" + of.name
	return made
}

// bindTakeAny prefers what is not empty, as Azure does where it can.
func bindTakeAny(_ *binder, c *call, arguments []typed) aggregate {
	of := arguments[0]
	made := oneColumn(c, of.typ, of.name, func() (func([]any), func() any) {
		var taken any
		if of.typ == String {
			taken = ""
		}
		return func(row []any) {
			if text(taken) == "" {
				taken = of.of(row)
			}
		}, func() any { return taken }
	})
	made.columns[0].Name = of.name
	return made
}

// bindPercentiles takes the nearest rank. Azure estimates large numbers.
func bindPercentiles(b *binder, c *call, arguments []typed) aggregate {
	of := arguments[0]
	b.need(c.arguments[0], of, Int, Long, Real, DateTime, TimeSpan)
	var columns []Column
	var ranks []float64
	for i, each := range arguments[1:] {
		b.need(c.arguments[i+1], each, Int, Long, Real)
		rank, known := toReal(each.of(nil)).(float64)
		if !each.constant || !known || rank < 0 || rank > 100 {
			refuse(c.arguments[i+1].position(), "a percentile is a number from 0 to 100")
		}
		ranks = append(ranks, rank)
		columns = append(columns, Column{"percentile_" + of.name + "_" + strings.TrimSuffix(text(rank), ".0"), of.typ})
	}
	return aggregate{columns, func() group {
		var values []any
		return group{func(row []any) {
			if value := of.of(row); value != nil {
				values = append(values, value)
			}
		}, func() []any {
			slices.SortFunc(values, compare)
			found := make([]any, len(ranks))
			for i, rank := range ranks {
				if len(values) > 0 {
					found[i] = values[max(int(math.Ceil(rank/100*float64(len(values))))-1, 0)]
				}
			}
			return found
		}}
	}}
}

// bindArgument binds arg_max and arg_min: the row with the largest or smallest value.
func (b *binder) bindArgument(c *call, name string) aggregate {
	by := b.bind(c.arguments[0])
	made := aggregate{columns: []Column{{by.name, by.typ}}}
	if name != "" {
		made.columns[0].Name = name
	}
	kept := []typed{by}
	for _, argument := range c.arguments[1:] {
		if _, all := argument.(*starOf); !all {
			kept = append(kept, b.bind(argument))
			made.columns = append(made.columns, Column{kept[len(kept)-1].name, kept[len(kept)-1].typ})
			continue
		}
		for i, column := range b.columns {
			if column.Name != by.name {
				kept = append(kept, typed{typ: column.Type, of: func(row []any) any { return row[i] }})
				made.columns = append(made.columns, column)
			}
		}
	}
	sign := map[string]int{"arg_max": 1, "arg_min": -1}[c.name]
	made.begin = func() group {
		var best any
		found := make([]any, len(kept))
		for i, each := range kept {
			found[i] = convert(nil, each.typ)
		}
		return group{func(row []any) {
			value := by.of(row)
			if value == nil || (best != nil && compare(value, best)*sign <= 0) {
				return
			}
			best = value
			for i, each := range kept {
				found[i] = each.of(row)
			}
		}, func() []any { return found }}
	}
	return made
}
