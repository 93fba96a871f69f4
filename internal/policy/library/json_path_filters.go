package library

import (
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/aoai-gateway/aoai-gateway/internal/policy/dotnet"
)

// pathWalk follows a path from a root.
type pathWalk struct {
	call   *Call
	root   Token
	strict bool
}

// pathFilter is one step of a path: what a token leads to.
type pathFilter interface {
	from(w *pathWalk, t Token, yield func(Token) error) error
}

// start walks all of a path. A slice of step zero fails, whatever stands before it.
func (w *pathWalk) start(filters []pathFilter, t Token, yield func(Token) error) error {
	for _, each := range filters {
		if slice, ok := each.(sliceFilter); ok && slice.bounds[2] != nil && *slice.bounds[2] == 0 {
			return dotnet.Throw("Newtonsoft.Json.JsonException", "Step cannot be zero.")
		}
	}
	return w.walk(filters, t, yield)
}

func (w *pathWalk) walk(filters []pathFilter, t Token, yield func(Token) error) error {
	if len(filters) == 0 {
		return yield(t)
	}
	if err := w.call.Step(1); err != nil {
		return err
	}
	return filters[0].from(w, t, func(next Token) error { return w.walk(filters[1:], next, yield) })
}

// none is an exception where every step has to lead somewhere.
func (w *pathWalk) none(message string) error {
	if !w.strict {
		return nil
	}
	return dotnet.Throw("Newtonsoft.Json.JsonException", message)
}

// fieldFilter is .name, .* (no names) or ['a','b'].
type fieldFilter struct {
	names   []string
	several bool
}

func (f fieldFilter) from(w *pathWalk, t Token, yield func(Token) error) error {
	o, ok := t.(*JObject)
	switch {
	case !ok && f.several:
		return w.none("Properties '" + strings.Join(f.names, "', '") + "' not valid on " + kindName(t) + ".")
	case !ok && f.names == nil:
		return w.none("Property '*' not valid on " + kindName(t) + ".")
	case !ok:
		return w.none("Property '" + f.names[0] + "' not valid on " + kindName(t) + ".")
	case f.names == nil:
		for _, p := range slices.Clone(o.properties) {
			if err := yield(p.value); err != nil {
				return err
			}
		}
		return nil
	}
	for _, name := range f.names {
		value := o.Get(name)
		if value != nil {
			if err := yield(value); err != nil {
				return err
			}
		}
		// Of several names each is called missing, even one that is there.
		if value == nil || f.several {
			if err := w.none("Property '" + name + "' does not exist on JObject."); err != nil {
				return err
			}
		}
	}
	return nil
}

// indexFilter is [1], [1,2] or [*] (no indices).
type indexFilter struct {
	indices []int32
	several bool
}

func itemsOf(t Token) ([]Token, bool) {
	switch t := t.(type) {
	case *JArray:
		return t.items, true
	case *JConstructor:
		return t.items, true
	}
	return nil, false
}

func (f indexFilter) from(w *pathWalk, t Token, yield func(Token) error) error {
	items, ok := itemsOf(t)
	if f.indices == nil {
		if !ok {
			return w.none("Index * not valid on " + kindName(t) + ".")
		}
		for _, item := range slices.Clone(items) {
			if err := yield(item); err != nil {
				return err
			}
		}
		return nil
	}
	for _, i := range f.indices {
		var err error
		switch {
		case !ok:
			err = w.none("Index " + strconv.Itoa(int(i)) + " not valid on " + kindName(t) + ".")
		case int(i) >= len(items):
			err = w.none("Index " + strconv.Itoa(int(i)) + " outside the bounds of " + kindName(t) + ".")
		case i < 0:
			return outOfRange()
		default:
			err = yield(items[i])
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// sliceFilter is [from:to:by].
type sliceFilter struct{ bounds [3]*int32 }

func (f *sliceFilter) set(which int, n int32) { f.bounds[min(which, 2)] = &n }

func (f sliceFilter) from(w *pathWalk, t Token, yield func(Token) error) error {
	a, ok := t.(*JArray)
	step := 1
	if by := f.bounds[2]; by != nil {
		step = int(*by)
	}
	if !ok {
		return w.none("Array slice is not valid on " + kindName(t) + ".")
	}
	n := len(a.items)
	start, stop, least, most := 0, n, 0, n
	if step < 0 {
		start, stop, least, most = n-1, -1, math.MinInt32, n-1
	}
	place := func(bound *int32, otherwise int) int {
		switch {
		case bound == nil:
			return otherwise
		case *bound < 0:
			return n + int(*bound)
		}
		return int(*bound)
	}
	start = min(max(place(f.bounds[0], start), least), most)
	stop = min(max(place(f.bounds[1], stop), -1), n)
	goesOn := func(i int) bool { return step > 0 && i < stop || step < 0 && i > stop }
	if !goesOn(start) {
		text := func(bound *int32) string {
			if bound == nil {
				return "*"
			}
			return strconv.Itoa(int(*bound))
		}
		return w.none("Array slice of " + text(f.bounds[0]) + " to " + text(f.bounds[1]) + " returned no results.")
	}
	items := slices.Clone(a.items)
	for i := start; goesOn(i); i += step {
		if i < 0 || i >= len(items) {
			return outOfRange()
		}
		if err := yield(items[i]); err != nil {
			return err
		}
	}
	return nil
}

// scanFilter is ..name or ..* (no names): the token itself and all below.
type scanFilter struct{ names []string }

func (f scanFilter) from(w *pathWalk, t Token, yield func(Token) error) error {
	if f.names == nil {
		if err := yield(t); err != nil {
			return err
		}
	}
	return f.below(w, t, yield)
}

func (f scanFilter) below(w *pathWalk, t Token, yield func(Token) error) error {
	for _, each := range children(t) {
		if err := w.call.Step(1); err != nil {
			return err
		}
		p, isProperty := each.(*JProperty)
		var err error
		switch {
		case !isProperty && f.names == nil:
			err = yield(each.(Token))
		case isProperty && slices.Contains(f.names, p.Name):
			err = yield(p.value)
		}
		if err == nil {
			err = f.below(w, each.(Token), yield)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// queryFilter is [?( )], of the children, or with .. of all tokens below.
type queryFilter struct {
	test pathTest
	scan bool
}

func (f queryFilter) from(w *pathWalk, t Token, yield func(Token) error) error {
	if f.scan {
		return f.scanned(w, t, yield)
	}
	for _, each := range children(t) {
		if err := f.offer(w, each.(Token), yield); err != nil {
			return err
		}
	}
	return nil
}

func (f queryFilter) scanned(w *pathWalk, t Token, yield func(Token) error) error {
	if err := f.offer(w, t, yield); err != nil {
		return err
	}
	for _, each := range children(t) {
		if err := f.scanned(w, each.(Token), yield); err != nil {
			return err
		}
	}
	return nil
}

func (f queryFilter) offer(w *pathWalk, t Token, yield func(Token) error) error {
	if err := w.call.Step(1); err != nil {
		return err
	}
	ok, err := f.test(w, t)
	if err != nil || !ok {
		return err
	}
	return yield(t)
}

// rootFilter is the $ inside of a query.
type rootFilter struct{}

func (rootFilter) from(w *pathWalk, _ Token, yield func(Token) error) error { return yield(w.root) }
