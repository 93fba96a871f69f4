package expression

import (
	"strings"

	"github.com/aoai-gateway/aoai-gateway/internal/policy/csharp"
	"github.com/aoai-gateway/aoai-gateway/internal/policy/library"
)

func (b *binder) as(x *csharp.As) *node {
	t, n := b.typeOf(x.Type), b.value(x.X)
	if t.IsValue() && !t.IsNullable() {
		b.fail(x.Offset(), "CS0077: the as operator needs a type that can be null: %s? instead of %s", t, t)
	}
	switch {
	case n.typ == nil:
		b.fail(x.Offset(), "CS0039: what stands before as has no value")
	case n.typ.IsNull(), n.typ.IsUnknown(), b.mayBe(n.typ, t):
	case t.IsNullable() && b.explicit(b.underlying(n), t.Element()) != nil && n.typ.IsValue():
		b.warn(x.Offset(), "the result of the expression is always null: a '"+n.typ.String()+"' is no '"+t.String()+"'")
	default:
		b.fail(x.Offset(), "CS0039: cannot convert type '%s' to '%s' by as; it knows no conversions, only what a value is", nodeType(n), t)
	}
	l, eval := b.library, n.eval
	return &node{at: x.Offset(), typ: t, eval: func(f *frame) (any, error) {
		v, err := eval(f)
		if err != nil || !l.IsInstance(v, t) {
			return nil, err
		}
		return v, nil
	}}
}

// mayBe tells whether a value of one static type may turn out to be of another:
// by reference, boxing and unboxing, without a conversion.
func (b *binder) mayBe(from, to *library.Type) bool {
	if from.IsNullable() {
		from = from.Element()
	}
	if to.IsNullable() {
		to = to.Element()
	}
	return from.IsUnknown() || to.IsUnknown() || b.library.ReferenceConvertible(from, to) || b.castable(from, to)
}

func (b *binder) is(x *csharp.Is) *node {
	n := b.value(x.X)
	test := b.pattern(x.Offset(), n, x.Type, x.Name, x.Constant)
	eval := n.eval
	return &node{at: x.Offset(), typ: b.library.Boolean, eval: func(f *frame) (any, error) {
		v, err := eval(f)
		if err != nil {
			return nil, err
		}
		matches, err := test(f, v)
		return matches, err
	}}
}

// pattern tests a value for a type, with a variable for it, or for a constant.
func (b *binder) pattern(at int, n *node, written *csharp.TypeName, name string, constant csharp.Expression) func(*frame, any) (bool, error) {
	if written != nil && name == "" && b.isConstantName(written) {
		constant, written = &csharp.Name{At: written.At, Name: written.Name}, nil
		if written == nil && strings.Contains(constantPath(constant), ".") {
			constant = nil
		}
	}
	if written == nil {
		c := b.operand(constant)
		if c.typ == nil || !c.constant {
			b.fail(at, "CS0150: a constant is needed here")
		}
		switch converted := b.implicit(c, n.typ); {
		case c.typ.IsNull():
		case converted != nil:
			c = converted
		case n.typ != nil && !n.typ.IsUnknown() && !b.mayBe(n.typ, c.typ):
			b.fail(at, "CS0029: cannot implicitly convert type '%s' to '%s'", c.typ, n.typ)
		}
		v := c.value
		return func(_ *frame, x any) (bool, error) { return library.Equal(x, v), nil }
	}
	if written.Name == "var" && len(written.Arguments) == 0 {
		start := begin(b.declare(at, name, n.typ))
		return func(f *frame, v any) (bool, error) {
			start(f, v)
			return true, nil
		}
	}
	if n.typ != nil && n.typ.IsNull() && name != "" {
		b.fail(at, "CS8117: a pattern needs a value, and this is <null>")
	}
	t := b.typeOf(written)
	if n.typ != nil && !n.typ.IsNull() && !b.mayBe(n.typ, t) {
		if name != "" {
			b.fail(at, "CS8121: an expression of type '%s' cannot be handled by a pattern of type '%s'", n.typ, t)
		}
		b.warn(at, "an expression of type '"+n.typ.String()+"' is never of type '"+t.String()+"'")
	}
	start := func(*frame, any) {}
	if name != "" && name != "_" {
		start = begin(b.declare(at, name, t))
	}
	l := b.library
	return func(f *frame, v any) (bool, error) {
		if !l.IsInstance(v, t) {
			return false, nil
		}
		start(f, v)
		return true, nil
	}
}

func constantPath(x csharp.Expression) string {
	if name, ok := x.(*csharp.Name); ok {
		return name.Name
	}
	return ""
}

// isConstantName tells `x is limit`, where limit is a constant, from a type.
func (b *binder) isConstantName(written *csharp.TypeName) bool {
	v, _ := b.find(written.Name)
	return v != nil && v.constant != nil && written.Qualifier == ""
}
