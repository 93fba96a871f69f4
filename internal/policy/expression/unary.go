package expression

import (
	"math"

	"github.com/aoai-gateway/aoai-gateway/internal/policy/csharp"
	"github.com/aoai-gateway/aoai-gateway/internal/policy/dotnet"
	"github.com/aoai-gateway/aoai-gateway/internal/policy/library"
)

func (b *binder) unary(x *csharp.Unary) *node {
	n := b.operand(x.X)
	l := b.library
	if isUnknown(n) {
		return n
	}
	if n.typ == nil {
		b.fail(x.Offset(), "CS0023: operator '%s' needs a value", x.Operator)
	}
	if x.Operator == "!" {
		if n.typ.IsNullable() && library.Same(n.typ.Element(), l.Boolean) {
			eval := n.eval
			return &node{at: x.Offset(), typ: n.typ, eval: func(f *frame) (any, error) {
				v, err := eval(f)
				if err != nil || v == nil {
					return nil, err
				}
				return v != any(true), nil
			}}
		}
		truth := b.implicit(n, l.Boolean)
		if truth == nil {
			b.fail(x.Offset(), "CS0023: operator '!' cannot be applied to operand of type '%s'", nodeType(n))
		}
		if truth.constant {
			return constantNode(x.Offset(), l.Boolean, truth.value != any(true))
		}
		eval := opened[bool](truth)
		return computed(x.Offset(), l.Boolean, func(f *frame) (bool, error) {
			v, err := eval(f)
			return !v, err
		})
	}
	if n.typ.String() == "TimeSpan" && x.Operator == "+" {
		return b.retyped(n, n.typ)
	}
	if n.typ.String() == "TimeSpan" && x.Operator == "-" {
		eval := n.eval
		return &node{at: x.Offset(), typ: n.typ, eval: func(f *frame) (any, error) {
			v, err := eval(f)
			if err != nil {
				return nil, err
			}
			negated, err := v.(dotnet.TimeSpan).Negate()
			return negated, err
		}}
	}
	return b.signed(x, n)
}

// signed is -x, +x and ~x, which are 0 - x, 0 + x and x ^ -1.
func (b *binder) signed(x *csharp.Unary, n *node) *node {
	plain := b.underlying(n).typ
	if plain.IsEnum() && x.Operator == "~" {
		return b.operation(x.Offset(), "^", n, constantNode(x.Offset(), plain, library.Enum{Type: plain, Value: -1}))
	}
	if !b.isNumeric(plain) || x.Operator == "~" && rank(plain) > 9 || x.Operator == "-" && rank(plain) == 9 && !n.constant {
		b.fail(x.Offset(), "CS0023: operator '%s' cannot be applied to operand of type '%s'", x.Operator, nodeType(n))
	}
	// The one literal that is only an int behind a minus.
	if v, ok := n.value.(uint32); ok && n.constant && v == 1<<31 && x.Operator == "-" {
		return constantNode(x.Offset(), b.library.Int32, int32(-1<<31))
	}
	if v, ok := n.value.(uint64); ok && n.constant && v == 1<<63 && x.Operator == "-" {
		return constantNode(x.Offset(), b.library.Int64, int64(-1<<63))
	}
	if f, ok := n.value.(float64); ok && n.constant && x.Operator == "-" {
		return constantNode(x.Offset(), b.library.Double, -f)
	}
	zero, ones := constantNode(x.Offset(), b.library.Int32, int32(0)), constantNode(x.Offset(), b.library.Int32, int32(-1))
	switch rank(plain) {
	case 7:
		if x.Operator == "-" {
			zero = constantNode(x.Offset(), b.library.Int64, int64(0))
		}
		ones = constantNode(x.Offset(), b.library.UInt32, uint32(math.MaxUint32))
	case 9:
		ones = constantNode(x.Offset(), b.library.UInt64, uint64(math.MaxUint64))
	}
	switch x.Operator {
	case "-":
		return b.operation(x.Offset(), "-", zero, n)
	case "+":
		return b.operation(x.Offset(), "+", zero, n)
	}
	return b.operation(x.Offset(), "^", n, ones)
}
