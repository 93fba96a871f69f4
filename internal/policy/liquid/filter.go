package liquid

import (
	"fmt"
)

// kind is the .NET type of a filter's parameter.
type kind uint8

const (
	anyKind kind = iota
	textKind
	integerKind
	itemsKind
)

// parameter is one of a filter; one with a default may be left out.
type parameter struct {
	name     string
	kind     kind
	optional bool
	fallback any
}

// filter is one of DotLiquid's StandardFilters. Its first parameter is the value
// before the |.
type filter struct {
	input      kind
	parameters []parameter
	do         func(r *renderer, in any, args []any) (any, error)
}

func must(name string, k kind) parameter { return parameter{name: name, kind: k} }

func may(name string, k kind, fallback any) parameter {
	return parameter{name: name, kind: k, optional: true, fallback: fallback}
}

// invoke runs a filter. One that does not exist leaves the value as it is.
func (r *renderer) invoke(call filterCall, in any) (any, error) {
	args := make([]any, len(call.args))
	for i, each := range call.args {
		var err error
		if args[i], err = r.of(each); err != nil {
			return nil, err
		}
	}
	f := filterOf(call.name)
	if f == nil {
		return in, nil
	}
	if err := r.count(perItem); err != nil {
		return nil, err
	}
	for _, p := range f.parameters[min(len(args), len(f.parameters)):] {
		if !p.optional {
			return nil, &failure{true, fmt.Sprintf("Error - Filter '%s' does not have a default value for '%s' and no value was supplied", call.name, p.name)}
		}
		args = append(args, p.fallback)
	}
	in, err := convertTo(in, f.input)
	if err != nil {
		return nil, err
	}
	for i := range min(len(args), len(f.parameters)) {
		if args[i], err = convertTo(args[i], f.parameters[i].kind); err != nil {
			return nil, err
		}
	}
	if len(args) > len(f.parameters) {
		return nil, errCount
	}
	got, err := f.do(r, in, args)
	if err != nil {
		return nil, err
	}
	return got, r.takeValue(got)
}

// errCount is what .NET says of a call with a wrong number of parameters; sums of
// types that do not go together end so, too.
var errCount = fail("Parameter count mismatch.")

// takeValue takes from the budget what a filter has made.
func (r *renderer) takeValue(v any) error {
	switch x := v.(type) {
	case string:
		return r.input.Budget.Take(len(x))
	case *List:
		if err := r.input.Budget.Step(len(x.Items)); err != nil {
			return err
		}
		return r.input.Budget.Take(len(x.Items) * perItem)
	}
	return nil
}

// convertTo makes of an argument what the parameter takes.
func convertTo(v any, k kind) (any, error) {
	if v == nil && k != integerKind {
		return null()
	}
	_, isHash := v.(*Hash)
	_, isList := v.(*List)
	switch k {
	case textKind:
		if isHash || isList {
			return nil, fail("Object of type '" + typeName(v) + "' cannot be converted to type 'System.String'.")
		}
		return text(v), nil
	case integerKind:
		return either(toInt32(v))
	case itemsKind:
		if _, isText := v.(string); !isHash && !isList && !isText {
			return nil, fail("Invalid cast from '" + typeName(v) + "' to 'System.Collections.IEnumerable'.")
		}
	case anyKind:
	}
	return v, nil
}

// filterOf is the filter of a name, or nil: the 43 that Microsoft's reference of
// set-body lists.
func filterOf(name string) *filter {
	for _, family := range []func(string) *filter{textFilter, cutFilter, listFilter, numberFilter} {
		if f := family(name); f != nil {
			return f
		}
	}
	return nil
}
