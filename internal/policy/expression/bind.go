package expression

import (
	"github.com/aoai-gateway/aoai-gateway/internal/policy/csharp"
	"github.com/aoai-gateway/aoai-gateway/internal/policy/dotnet"
	"github.com/aoai-gateway/aoai-gateway/internal/policy/library"
)

// value resolves an expression that has to have a value or be a call without one.
func (b *binder) value(x csharp.Expression) *node { return b.settled(b.any(x), x.Offset()) }

// operand resolves what may also be a lambda, a method or the literal default:
// its type depends on where it goes.
func (b *binder) operand(x csharp.Expression) *node {
	n := b.any(x)
	if n.lambda != nil || n.group != nil || n.isDefault || n.tuple != nil {
		return n
	}
	return b.settled(n, x.Offset())
}

// settled refuses what is no value.
func (b *binder) settled(n *node, at int) *node {
	switch {
	case n.names != nil:
		b.fail(at, "CS0119: '%s' is a type, where a value is needed", n.names)
	case n.namespace != "":
		b.fail(at, "CS0118: '%s' is a namespace, where a value is needed", n.namespace)
	case n.group != nil:
		b.fail(at, "CS0428: '%s' is a method: call it with ( )", n.called)
	case n.lambda != nil:
		b.fail(at, "CS0815: a lambda cannot stand here: its type is not known")
	case n.tuple != nil && n.typ == nil:
		b.fail(at, "CS0815: a tuple with an item that has no type cannot stand here: its type is not known")
	case n.isDefault:
		b.fail(at, "CS8107: the type of default is not known here; write default(type)")
	}
	return n
}

// any resolves an expression.
func (b *binder) any(x csharp.Expression) *node {
	switch x := x.(type) {
	case *csharp.Literal:
		return b.literal(x)
	case *csharp.NamedValue:
		return b.unknown(x.Offset())
	case *csharp.Interpolated:
		return b.interpolated(x)
	case *csharp.Name:
		return b.name(x)
	case *csharp.PredefinedType:
		return &node{at: x.Offset(), names: b.typeOf(x.Type)}
	case *csharp.Member:
		return b.member(x, false)
	case *csharp.ConditionalAccess:
		return b.conditionalAccess(x)
	case *csharp.Receiver:
		return b.receiver
	case *csharp.Call:
		return b.call(x)
	case *csharp.Index:
		return b.indexed(x.Offset(), b.value(x.X), x.Arguments)
	case *csharp.Unary:
		return b.unary(x)
	case *csharp.Step:
		return b.step(x)
	case *csharp.Binary:
		return b.binary(x)
	case *csharp.Assign:
		return b.assign(x)
	case *csharp.Conditional:
		return b.ternary(x)
	case *csharp.Cast:
		return b.cast(x)
	case *csharp.As:
		return b.as(x)
	case *csharp.Is:
		return b.is(x)
	case *csharp.New:
		return b.newObject(x)
	case *csharp.NewArray:
		return b.newArray(x)
	case *csharp.Lambda:
		return &node{at: x.Offset(), lambda: x}
	case *csharp.TypeOf:
		typ, _ := b.library.Lookup("Type", nil)
		return constantNode(x.Offset(), typ, library.TypeValue{Type: b.typeOf(x.Type)})
	case *csharp.Default:
		if x.Type == nil {
			b.fail(x.Offset(), "CS8107: the literal default is later than C# 7.0; write default(type)")
		}
		t := b.typeOf(x.Type)
		return constantNode(x.Offset(), t, b.library.Zero(t))
	case *csharp.NameOf:
		return constantNode(x.Offset(), b.library.String, x.Text)
	case *csharp.Parenthesized:
		return b.any(x.X)
	case *csharp.TupleValue:
		return b.tuple(x)
	case *csharp.Deconstruct:
		return b.deconstruct(x)
	case *csharp.Checked:
		defer b.overflowing(x.On)()
		return b.value(x.X)
	case *csharp.ThrowExpression:
		thrown := b.thrown(x.X)
		return &node{at: x.Offset(), typ: b.library.Null, eval: thrown, throws: true}
	}
	b.fail(x.Offset(), "this is not supported in policy expressions (%T)", x)
	return nil
}

func (b *binder) thrown(x csharp.Expression) evaluator {
	n := b.mustConvert(b.value(x), b.library.Exception)
	return func(f *frame) (any, error) {
		v, err := n.eval(f)
		if err != nil {
			return nil, err
		}
		exception, ok := v.(*dotnet.Exception)
		if !ok {
			return nil, nullReference()
		}
		return nil, exception
	}
}

// conditionalAccess is X?.Rest: null where X is.
func (b *binder) conditionalAccess(x *csharp.ConditionalAccess) *node {
	left := b.value(x.X)
	if left.typ == nil || left.typ.IsValue() && !left.typ.IsNullable() {
		b.fail(x.Offset(), "CS0023: operator '?' cannot be applied to '%s', which is never null", left.typ)
	}
	if left.typ.IsUnknown() {
		return b.unknown(x.Offset())
	}
	slot := b.function.slots
	b.function.slots++
	t := left.typ
	if t.IsNullable() {
		t = t.Element()
	}
	outer := b.receiver
	b.receiver = &node{at: x.Offset(), typ: t, eval: func(f *frame) (any, error) { return f.slots[slot], nil }}
	rest := b.settled(b.any(x.Rest), x.Rest.Offset())
	b.receiver = outer
	result := rest.typ
	if result != nil && result.IsValue() && !result.IsNullable() {
		result = b.library.NullableOf(result)
	}
	of, then := left.eval, rest.eval
	return &node{at: x.Offset(), typ: result, eval: func(f *frame) (any, error) {
		v, err := of(f)
		if err != nil || v == nil {
			return nil, err
		}
		before := f.slots[slot]
		f.slots[slot] = v
		v, err = then(f)
		f.slots[slot] = before
		return v, err
	}}
}

// indexed resolves X[arguments].
func (b *binder) indexed(at int, x *node, written []csharp.Argument) *node {
	if x.typ == nil {
		b.fail(at, "CS0021: what stands before [ has no value")
	}
	if x.typ.IsUnknown() {
		return b.unknown(at)
	}
	return b.indexedBy(at, x, b.arguments(written))
}

func (b *binder) indexedBy(at int, x *node, arguments []argument) *node {
	if x.typ == nil {
		b.fail(at, "CS0021: what stands before [ has no value")
	}
	if x.typ.IsUnknown() {
		return b.unknown(at)
	}
	indexers := x.typ.Indexers()
	if x.typ.IsArray() {
		list, _ := b.library.Lookup("IList", []*library.Type{x.typ.Element()})
		indexers = list.Indexers()
	}
	if len(indexers) == 0 {
		b.fail(at, "CS0021: cannot apply indexing with [] to an expression of type '%s'%s", x.typ, indexHint(x.typ))
	}
	chosen := b.resolve(at, "this[]", indexers, x, arguments)
	n := b.invoke(at, chosen, x)
	if m := chosen.member; m.Set != nil {
		values := append([]evaluator{x.eval}, chosen.values...)
		types := m.Of
		n.set = func(f *frame, v any) error {
			arguments, err := evaluate(f, values)
			if err != nil {
				return err
			}
			if arguments[0] == nil {
				return nullReference()
			}
			_, err = m.Set(f.callOf(types), append(arguments, v))
			return err
		}
	}
	return n
}

func indexHint(t *library.Type) string {
	if t.String() == "object" {
		return "; cast it to what it is: ((JObject)...)[...]"
	}
	return ""
}

func (b *binder) ternary(x *csharp.Conditional) *node {
	condition := b.condition(x.If)
	then, otherwise := b.operand(x.Then), b.operand(x.Else)
	t := b.common([]*node{then, otherwise})
	if t == nil {
		b.fail(x.Offset(), "CS0173: type of conditional expression cannot be determined: there is no implicit conversion between '%s' and '%s'", nodeType(then), nodeType(otherwise))
	}
	yes, no := b.mustConvert(then, t), b.mustConvert(otherwise, t)
	return &node{at: x.Offset(), typ: t, eval: func(f *frame) (any, error) {
		v, err := condition(f)
		if err != nil {
			return nil, err
		}
		if v {
			return yes.eval(f)
		}
		return no.eval(f)
	}}
}

func nodeType(n *node) string {
	switch {
	case n.lambda != nil:
		return "lambda expression"
	case n.group != nil:
		return "method group"
	case n.typ != nil && n.typ.IsNull():
		return "<null>"
	}
	return n.typ.String()
}

// condition resolves a bool.
func (b *binder) condition(x csharp.Expression) func(*frame) (bool, error) {
	return b.truth(b.operand(x))
}

func (b *binder) truth(operand *node) func(*frame) (bool, error) {
	return opened[bool](b.mustConvert(operand, b.library.Boolean))
}

func (b *binder) cast(x *csharp.Cast) *node {
	t := b.typeOf(x.Type)
	n := b.operand(x.X)
	converted := b.explicit(n, t)
	if converted == nil {
		if n.lambda != nil {
			b.explainLambda(n, t)
		}
		b.fail(x.Offset(), "CS0030: cannot convert type '%s' to '%s'%s", nodeType(n), t, conversionHint(n.typ, t))
	}
	result := *converted
	result.typ, result.at, result.set, result.local = t, x.Offset(), nil, nil
	return &result
}

func (b *binder) newArray(x *csharp.NewArray) *node {
	values := make([]*node, len(x.Values))
	for i, value := range x.Values {
		values[i] = b.operand(value)
	}
	var element *library.Type
	if x.Type != nil {
		element = b.typeOf(x.Type)
	} else if element = b.common(values); element == nil {
		b.fail(x.Offset(), "CS0826: no best type found for the array: name its type, as in new string[] { ... }")
	}
	l, t := b.library, b.library.ArrayOf(element)
	if !x.HasValues {
		size := b.mustConvert(b.operand(x.Size), l.Int32)
		if n, ok := size.value.(int32); ok && size.constant && n < 0 {
			b.fail(x.Size.Offset(), "CS0248: cannot create an array with a negative size")
		}
		return &node{at: x.Offset(), typ: t, eval: func(f *frame) (any, error) {
			v, err := size.eval(f)
			if err != nil {
				return nil, err
			}
			n := v.(int32)
			if n < 0 {
				return nil, dotnet.Overflow("Arithmetic operation resulted in an overflow.")
			}
			if err := f.env.Take(16 * int(n)); err != nil {
				return nil, err
			}
			items := make([]any, n)
			for i := range items {
				items[i] = l.Zero(element)
			}
			return l.NewArray(element, items), nil
		}}
	}
	if x.Size != nil {
		if size := b.operand(x.Size); !size.constant || size.value != any(int32(len(values))) { //nolint:gosec // code is shorter
			b.fail(x.Offset(), "CS0847: an array initializer of length '%v' is expected", size.value)
		}
	}
	evals := make([]evaluator, len(values))
	for i, value := range values {
		evals[i] = b.mustConvert(value, element).eval
	}
	return &node{at: x.Offset(), typ: t, eval: func(f *frame) (any, error) {
		items, err := evaluate(f, evals)
		if err != nil {
			return nil, err
		}
		return l.NewArray(element, items), f.env.Take(16 * len(items))
	}}
}
