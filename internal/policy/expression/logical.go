package expression

import (
	"github.com/aoai-gateway/aoai-gateway/internal/policy/csharp"
	"github.com/aoai-gateway/aoai-gateway/internal/policy/library"
)

func (b *binder) logical(x *csharp.Binary) *node {
	left, right := b.logicalOperand(x, x.X), b.logicalOperand(x, x.Y)
	ends := x.Operator == "||"
	return computed(x.Offset(), b.library.Boolean, func(f *frame) (bool, error) {
		v, err := left(f)
		if err != nil || v == ends {
			return v, err
		}
		return right(f)
	})
}

// logicalOperand is a side of && or ||.
func (b *binder) logicalOperand(x *csharp.Binary, side csharp.Expression) func(*frame) (bool, error) {
	n := b.operand(side)
	if b.implicit(n, b.library.Boolean) == nil && n.lambda == nil && n.group == nil {
		b.fail(side.Offset(), "CS0019: operator '%s' needs a bool on both sides, and this is of type '%s'", x.Operator, nodeType(n))
	}
	return b.truth(n)
}

func (b *binder) coalesce(x *csharp.Binary) *node {
	left, right := b.value(x.X), b.operand(x.Y)
	if left.typ == nil || left.typ.IsValue() && !left.typ.IsNullable() {
		b.fail(x.Offset(), "CS0019: operator '??' cannot be applied to operands of type '%s' and '%s': the left one is never null", nodeType(left), nodeType(right))
	}
	t := left.typ
	if left.typ.IsNullable() && b.implicit(right, left.typ.Element()) != nil {
		t = left.typ.Element()
	} else if b.implicit(right, t) == nil {
		if t = right.typ; t == nil || b.implicit(b.underlying(left), t) == nil {
			b.fail(x.Offset(), "CS0019: operator '??' cannot be applied to operands of type '%s' and '%s'", nodeType(left), nodeType(right))
		}
	}
	other := b.mustConvert(right, t)
	slot := b.function.slots
	b.function.slots++
	there := b.underlying(left)
	there = b.mustConvert(&node{at: left.at, typ: there.typ, eval: func(f *frame) (any, error) { return f.slots[slot], nil }}, t)
	same := library.Same(b.underlying(left).typ, t) || library.Same(left.typ, t)
	first := left.eval
	return &node{at: x.Offset(), typ: t, eval: func(f *frame) (any, error) {
		v, err := first(f)
		switch {
		case err != nil:
			return nil, err
		case v == nil:
			return other.eval(f)
		case same:
			return v, nil
		}
		f.slots[slot] = v
		return there.eval(f)
	}}
}
