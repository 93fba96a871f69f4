package expression

import (
	"errors"
	"math"
	"slices"

	"github.com/aoai-gateway/aoai-gateway/internal/policy/dotnet"
	"github.com/aoai-gateway/aoai-gateway/internal/policy/library"
)

// errUnknown is the use of a named value whose value was not given.
var errUnknown = errors.New("a named value is used whose value is not known")

func nullReference() error { return dotnet.NullReference() }

// ranks orders the numeric types by what converts to what implicitly.
var ranks = map[string]int{
	"sbyte": 1, "byte": 2, "short": 3, "ushort": 4, "char": 5, "int": 6, "uint": 7, "long": 8, "ulong": 9, "float": 10, "double": 11, "decimal": 12,
}

// wider are, for each rank, the ranks that it converts to implicitly (C# language
// reference).
var wider = [...][]int{
	1: {3, 6, 8, 10, 11, 12}, 2: {3, 4, 6, 7, 8, 9, 10, 11, 12}, 3: {6, 8, 10, 11, 12}, 4: {6, 7, 8, 9, 10, 11, 12},
	5: {4, 6, 7, 8, 9, 10, 11, 12}, 6: {8, 10, 11, 12}, 7: {8, 9, 10, 11, 12}, 8: {10, 11, 12}, 9: {10, 11, 12}, 10: {11}, 12: nil,
}

// rank is a numeric type's place among them; 0 of every other type.
func rank(t *library.Type) int { return ranks[t.Keyword()] }

// widens tells an implicit numeric conversion.
func widens(from, to *library.Type) bool {
	a, z := rank(from), rank(to)
	return a > 0 && z > 0 && slices.Contains(wider[a], z)
}

func (b *binder) isNumeric(t *library.Type) bool { return rank(t) > 0 }

// implicit converts n to t as an assignment does; nil where there is no implicit
// conversion.
func (b *binder) implicit(n *node, t *library.Type) *node {
	switch {
	case n.lambda != nil:
		return b.lambdaTo(n, t)
	case n.group != nil:
		return b.groupTo(n, t)
	case n.isDefault:
		return constantNode(n.at, t, b.library.Zero(t))
	case n.throws:
		return b.retyped(n, t)
	case t.IsTuple() && (n.tuple != nil || n.typ.IsTuple() && !library.Same(n.typ, t)):
		return b.tupleTo(n, t)
	case n.typ == nil || n.names != nil || n.namespace != "":
		return nil
	case library.Same(n.typ, t):
		return n
	case n.typ.IsUnknown() || t.IsUnknown():
		return b.retyped(n, t)
	case n.typ.IsNull():
		if t.IsValue() && !t.IsNullable() {
			return nil
		}
		return constantNode(n.at, t, nil)
	case t.IsNullable():
		if inner := b.implicit(b.underlying(n), t.Element()); inner != nil {
			return b.lift(n, inner, t)
		}
		return nil
	case n.typ.IsNullable():
		if b.library.ReferenceConvertible(n.typ.Element(), t) && !t.IsValue() {
			return b.retyped(n, t)
		}
		return b.userDefined(n, t, true)
	case widens(n.typ, t):
		return b.number(n, t, false)
	case n.constant && b.isNumeric(n.typ) && b.isNumeric(t) && b.fits(n, t):
		return b.number(n, t, false)
	case n.constant && t.IsEnum() && n.value == any(int32(0)):
		return constantNode(n.at, t, b.library.Zero(t))
	case b.library.ReferenceConvertible(n.typ, t):
		return b.retyped(n, t)
	}
	return b.userDefined(n, t, true)
}

// fits tells a constant int that the narrower type can hold.
func (b *binder) fits(n *node, t *library.Type) bool {
	v, isInt := n.value.(int32)
	long, isLong := n.value.(int64)
	if isLong {
		return rank(t) == 9 && long >= 0
	}
	if !isInt {
		return false
	}
	limits := map[int][2]int64{1: {math.MinInt8, math.MaxInt8}, 2: {0, math.MaxUint8}, 3: {math.MinInt16, math.MaxInt16}, 4: {0, math.MaxUint16}, 7: {0, math.MaxUint32}, 9: {0, math.MaxInt64}}
	limit, ok := limits[rank(t)]
	return ok && int64(v) >= limit[0] && int64(v) <= limit[1]
}

func (b *binder) retyped(n *node, t *library.Type) *node {
	copied := *n
	copied.typ, copied.set, copied.local = t, nil, nil
	return &copied
}

// underlying is n as the T of its T?, for lifting; nulls never get there.
func (b *binder) underlying(n *node) *node {
	if n.typ == nil || !n.typ.IsNullable() {
		return n
	}
	return b.retyped(n, n.typ.Element())
}

// lift makes a conversion of T one of T?: null stays null.
func (b *binder) lift(n, inner *node, t *library.Type) *node {
	if inner.constant && !n.typ.IsNullable() {
		return constantNode(n.at, t, inner.value)
	}
	if !n.typ.IsNullable() {
		return b.retyped(inner, t)
	}
	convert := b.converter(inner.typ)
	eval := n.eval
	return &node{at: n.at, typ: t, eval: func(f *frame) (any, error) {
		v, err := eval(f)
		if err != nil || v == nil {
			return nil, err
		}
		return convert(v)
	}}
}

// converter is what a conversion does to a value at hand.
func (b *binder) converter(target *library.Type) func(any) (any, error) {
	return func(v any) (any, error) {
		converted, ok, err := library.ToNumber(v, target, false)
		if err != nil || ok && (b.isNumeric(target) || target.IsEnum()) {
			return converted, err
		}
		return v, nil
	}
}

// number converts between numeric types, unchecked.
func (b *binder) number(n *node, t *library.Type, explicit bool) *node {
	checked := b.overflow == overflowChecked
	if n.constant && t.IsEnum() && b.isNumeric(n.typ) && b.overflow != overflowUnchecked {
		if _, _, err := library.ToNumber(n.value, b.library.Int32, true); err != nil {
			b.fail(n.at, "CS0221: constant value cannot be converted to a '%s'", t)
		}
	}
	if n.constant {
		f, isReal := n.value.(float64)
		if isReal && explicit && b.overflow != overflowUnchecked {
			if _, _, err := library.ToNumber(math.Trunc(f), t, true); err != nil && !library.Same(t, b.library.Decimal) {
				b.fail(n.at, "CS0221: constant value '%v' cannot be converted to a '%s' (use unchecked to override)", f, t)
			}
		}
		v, ok, err := library.ToNumber(n.value, t, b.overflow != overflowUnchecked && !isReal && rank(n.typ) < 10)
		if err == nil && ok {
			return constantNode(n.at, t, v)
		}
		if explicit {
			b.fail(n.at, "CS0221: constant value cannot be converted to a '%s'", t)
		}
	}
	if direct := widened(n, n.typ.Keyword(), t.Keyword()); direct != nil {
		return &node{at: n.at, typ: t, eval: direct.boxed, form: direct}
	}
	if !checked && library.Same(n.typ, b.library.Double) && library.Same(t, b.library.Int32) {
		return cutToInt(n, t)
	}
	eval := n.eval
	return &node{at: n.at, typ: t, eval: func(f *frame) (any, error) {
		v, err := eval(f)
		if err != nil {
			return nil, err
		}
		converted, _, err := library.ToNumber(truncated(v, checked), t, checked)
		if err != nil && checked {
			err = dotnet.Overflow("")
		}
		return converted, err
	}}
}

// cutToInt cuts a double's fraction off, unchecked.
func cutToInt(n *node, t *library.Type) *node {
	double := opened[float64](n)
	return computed(n.at, t, func(f *frame) (int32, error) {
		v, err := double(f)
		if err != nil {
			return 0, err
		}
		if v > math.MinInt32-1 && v < math.MaxInt32+1 {
			return int32(v), nil
		}
		beyond, _, err := library.ToNumber(v, t, false)
		cut, _ := beyond.(int32)
		return cut, err
	})
}

// truncated cuts a real number's fraction off, which a checked cast does before it
// checks.
func truncated(v any, checked bool) any {
	if f, ok := v.(float64); ok && checked {
		return math.Trunc(f)
	}
	return v
}

// userDefined applies a conversion operator that either type declares.
func (b *binder) userDefined(n *node, t *library.Type, implicitOnly bool) *node {
	var best *library.Conversion
	for _, holder := range []*library.Type{t, n.typ} {
		for _, c := range holder.Conversions(implicitOnly) {
			from := library.Same(n.typ, c.From) || b.library.ReferenceConvertible(n.typ, c.From) && !library.Same(c.From, b.library.Object) || widens(n.typ, c.From)
			to := library.Same(c.To, t) || b.library.ReferenceConvertible(c.To, t) && !library.Same(t, b.library.Object)
			to = to || !implicitOnly && !t.IsValue() && b.library.ReferenceConvertible(t, c.To) && !library.Same(c.To, b.library.Object)
			if !from || !to {
				continue
			}
			if best == nil || library.Same(n.typ, c.From) && !library.Same(n.typ, best.From) {
				best = c
			}
		}
	}
	if best == nil {
		return nil
	}
	l, eval, from := b.library, n.eval, best.From
	types := []*library.Type{best.To}
	widened := widens(n.typ, from)
	down := !library.Same(best.To, t) && !l.ReferenceConvertible(best.To, t)
	return &node{at: n.at, typ: t, eval: func(f *frame) (any, error) {
		v, err := eval(f)
		if err != nil {
			return nil, err
		}
		if widened {
			v, _, _ = library.ToNumber(v, from, false)
		}
		v, err = best.Do(f.callOf(types), []any{v})
		if err != nil || !down {
			return v, err
		}
		return l.Unbox(v, t)
	}}
}

// explicit converts as a cast does; nil where no cast exists.
func (b *binder) explicit(n *node, t *library.Type) *node {
	if converted := b.implicit(n, t); converted != nil {
		return converted
	}
	l := b.library
	switch {
	case n.typ == nil || n.lambda != nil || n.group != nil:
		return nil
	case (b.isNumeric(n.typ) || n.typ.IsEnum()) && (b.isNumeric(t) || t.IsEnum()):
		return b.number(n, t, true)
	case n.typ.IsNullable() && !t.IsNullable() && t.IsValue():
		inner := b.explicit(b.underlying(n), t)
		if inner == nil {
			return nil
		}
		convert, eval := b.converter(inner.typ), n.eval
		return &node{at: n.at, typ: t, eval: func(f *frame) (any, error) {
			v, err := eval(f)
			if err != nil {
				return nil, err
			}
			if v == nil {
				return nil, dotnet.InvalidOperation("Nullable object must have a value.")
			}
			return convert(v)
		}}
	case t.IsNullable() && (b.isNumeric(b.underlying(n).typ) || b.underlying(n).typ.IsEnum()) && b.isNumeric(t.Element()):
		return b.lift(n, b.number(b.underlying(n), t.Element(), true), t)
	}
	if converted := b.userDefined(n, t, false); converted != nil {
		return converted
	}
	if !b.castable(n.typ, t) {
		return nil
	}
	eval := n.eval
	return &node{at: n.at, typ: t, eval: func(f *frame) (any, error) {
		v, err := eval(f)
		if err != nil {
			return nil, err
		}
		return l.Unbox(v, t)
	}}
}

// castable tells whether a reference of one static type may turn out to be of
// another: downcasts, unboxing, and casts from and to interfaces.
func (b *binder) castable(from, to *library.Type) bool {
	switch {
	case b.library.ReferenceConvertible(to, from):
		return true
	case to.IsNullable():
		return b.castable(from, to.Element())
	case from.IsValue() || to.IsValue():
		return false
	}
	return from.IsInterface() && !to.IsArray() && !library.Same(to, b.library.String) || to.IsInterface() && !from.IsArray() && !library.Same(from, b.library.String)
}

// mustConvert converts implicitly or fails with C#'s own message.
func (b *binder) mustConvert(n *node, t *library.Type) *node {
	if converted := b.implicit(n, t); converted != nil {
		return converted
	}
	b.cannotConvert(n, t)
	return nil
}

func (b *binder) cannotConvert(n *node, t *library.Type) {
	switch {
	case b.quiet > 0:
		b.fail(n.at, "")
	case n.lambda != nil:
		b.explainLambda(n, t)
	case n.group != nil:
		b.fail(n.at, "CS0428: '%s' is a method: call it with ( )", n.called)
	case n.names != nil:
		b.fail(n.at, "CS0119: '%s' is a type, where a value is needed", n.names)
	case n.typ == nil:
		b.fail(n.at, "CS0029: a value of type '%s' is needed, and this has none", t)
	case n.typ.IsNull():
		b.fail(n.at, "CS0037: cannot convert null to '%s' because it is a value type that cannot be null", t)
	case b.explicit(n, t) != nil:
		b.fail(n.at, "CS0266: cannot implicitly convert type '%s' to '%s'; a cast exists: (%s)", n.typ, t, t)
	}
	b.fail(n.at, "CS0029: cannot implicitly convert type '%s' to '%s'%s", n.typ, t, conversionHint(n.typ, t))
}

func conversionHint(from, to *library.Type) string {
	switch {
	case to.String() == "string":
		return "; write .ToString()"
	case from.String() == "string" && rank(to) > 0:
		return "; write " + to.String() + ".Parse(...)"
	case from.String() == "string" && to.String() == "bool":
		return "; write bool.Parse(...), or compare it"
	}
	return ""
}
