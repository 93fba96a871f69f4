package kusto

import (
	"maps"
	"slices"
	"strings"
)

// function binds a call. Arguments are bound already.
type function struct {
	// least and most are how many arguments it takes; most -1 for any number.
	least, most int
	bind        func(b *binder, c *call, arguments []typed) typed
}

// Functions are the scalar functions that run.
func Functions() []string {
	return slices.Sorted(maps.Keys(functions()))
}

// functions by name.
func functions() map[string]function {
	found := map[string]function{
		"iff": {3, 3, bindIff}, "iif": {3, 3, bindIff}, "case": {3, -1, bindCase}, "coalesce": {2, -1, bindCoalesce},
		"isnull": {1, 1, bindIsNull}, "isnotnull": {1, 1, bindIsNull}, "isempty": {1, 1, bindIsEmpty}, "isnotempty": {1, 1, bindIsEmpty}, "notempty": {1, 1, bindIsEmpty},
		"not": {1, 1, bindNot}, "min_of": {2, -1, bindExtreme}, "max_of": {2, -1, bindExtreme},
	}
	for _, more := range []map[string]function{conversions, textFunctions, timeFunctions, mathFunctions, dynamicFunctions} {
		maps.Copy(found, more)
	}
	return found
}

func (b *binder) call(c *call) typed {
	if _, is := aggregates[c.name]; is {
		refuse(c.position(), "%s(…) counts over rows, and stands in summarize only", c.name)
	}
	f, known := functions()[c.name]
	if !known {
		refuse(c.position(), "the function %s is not supported; these are: %s", c.name, strings.Join(Functions(), ", "))
	}
	if n := len(c.arguments); n < f.least || (f.most >= 0 && n > f.most) {
		refuse(c.position(), "%s(…) has %d arguments, which it does not take", c.name, n)
	}
	arguments := make([]typed, len(c.arguments))
	for i, argument := range c.arguments {
		arguments[i] = b.bind(argument)
	}
	return f.bind(b, c, arguments)
}

// pure is a function whose value follows from its arguments' values.
func pure(typ Type, arguments []typed, of func(values []any) any) typed {
	made := typed{typ: typ, constant: true}
	for _, argument := range arguments {
		made.constant = made.constant && argument.constant
	}
	made.of = func(row []any) any {
		values := make([]any, len(arguments))
		for i, argument := range arguments {
			values[i] = argument.of(row)
		}
		return of(values)
	}
	return made
}

// common is the type of several expressions that one column takes.
func common(c *call, indexes []int, arguments []typed) Type {
	typ := arguments[indexes[0]].typ
	for _, i := range indexes[1:] {
		switch next := arguments[i].typ; {
		case next == typ:
		case isNumber(next) && isNumber(typ):
			typ = wider(next, typ)
		default:
			refuse(c.arguments[i].position(), "%s(…) gives a %s or a %s; one type is wanted", c.name, typ, next)
		}
	}
	return typ
}

// asNumber makes reals of whole numbers where the column is real.
func asNumber(value any, typ Type) any {
	if whole, is := value.(int64); is && typ == Real {
		return float64(whole)
	}
	return value
}

func bindIff(b *binder, c *call, arguments []typed) typed {
	b.need(c.arguments[0], arguments[0], Bool)
	typ := common(c, []int{1, 2}, arguments)
	return typed{typ: typ, of: func(row []any) any {
		if arguments[0].of(row) == true {
			return asNumber(arguments[1].of(row), typ)
		}
		return asNumber(arguments[2].of(row), typ)
	}}
}

func bindCase(b *binder, c *call, arguments []typed) typed {
	if len(arguments)%2 == 0 {
		refuse(c.position(), "case(…) ends with what holds where no condition does")
	}
	results := []int{len(arguments) - 1}
	for i := 0; i < len(arguments)-1; i += 2 {
		b.need(c.arguments[i], arguments[i], Bool)
		results = append(results, i+1)
	}
	typ := common(c, results, arguments)
	return typed{typ: typ, of: func(row []any) any {
		for i := 0; i < len(arguments)-1; i += 2 {
			if arguments[i].of(row) == true {
				return asNumber(arguments[i+1].of(row), typ)
			}
		}
		return asNumber(arguments[len(arguments)-1].of(row), typ)
	}}
}

// bindCoalesce takes the first that is neither null nor an empty text.
func bindCoalesce(_ *binder, c *call, arguments []typed) typed {
	all := make([]int, len(arguments))
	for i := range arguments {
		all[i] = i
	}
	typ := common(c, all, arguments)
	return pure(typ, arguments, func(values []any) any {
		for _, value := range values {
			if value != nil && (typ != String || value != "") {
				return asNumber(value, typ)
			}
		}
		return values[len(values)-1]
	})
}

func bindIsNull(_ *binder, c *call, arguments []typed) typed {
	want := c.name == "isnull"
	return pure(Bool, arguments, func(values []any) any { return (values[0] == nil) == want })
}

func bindIsEmpty(_ *binder, c *call, arguments []typed) typed {
	want := c.name == "isempty"
	return pure(Bool, arguments, func(values []any) any { return (text(values[0]) == "") == want })
}

func bindNot(b *binder, c *call, arguments []typed) typed {
	b.need(c.arguments[0], arguments[0], Bool)
	return pure(Bool, arguments, func(values []any) any {
		is, known := values[0].(bool)
		if !known {
			return nil
		}
		return !is
	})
}

func bindExtreme(_ *binder, c *call, arguments []typed) typed {
	all := make([]int, len(arguments))
	for i := range arguments {
		all[i] = i
	}
	typ := common(c, all, arguments)
	sign := 1
	if c.name == "min_of" {
		sign = -1
	}
	return pure(typ, arguments, func(values []any) any {
		var best any
		for _, value := range values {
			if value != nil && (best == nil || compare(value, best)*sign > 0) {
				best = value
			}
		}
		return asNumber(best, typ)
	})
}
