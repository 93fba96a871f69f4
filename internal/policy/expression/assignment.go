package expression

import (
	"github.com/aoai-gateway/aoai-gateway/internal/policy/csharp"
)

// step is ++ and --.
func (b *binder) step(x *csharp.Step) *node {
	target := b.place(x.X, nil, true)
	target.node = b.settled(target.node, x.X.Offset())
	if target.set == nil {
		b.fail(x.Offset(), "CS1059: what %s changes has to be a variable, property or indexer", x.Operator)
	}
	if plain := b.underlying(target.node).typ; !b.isNumeric(plain) && !plain.IsEnum() && !plain.IsUnknown() {
		b.fail(x.Offset(), "CS0023: operator '%s' cannot be applied to operand of type '%s'", x.Operator, target.typ)
	}
	one := constantNode(x.Offset(), b.library.Int32, int32(1))
	changed := b.explicit(b.operation(x.Offset(), x.Operator[:1], b.retyped(target.node, target.typ), one), target.typ)
	if changed == nil {
		b.fail(x.Offset(), "CS0023: operator '%s' cannot be applied to operand of type '%s'", x.Operator, target.typ)
	}
	if target.local != nil {
		if x.Postfix {
			return target.local.step(x.Offset(), target.typ, changed)
		}
		return target.local.assign(x.Offset(), target.typ, changed)
	}
	set, before, after, postfix := target.set, target.eval, changed.eval, x.Postfix
	return target.begun(&node{at: x.Offset(), typ: target.typ, eval: func(f *frame) (any, error) {
		old, err := before(f)
		if err != nil {
			return nil, err
		}
		v, err := after(f)
		if err != nil {
			return nil, err
		}
		if err := set(f, v); err != nil {
			return nil, err
		}
		if postfix {
			return old, nil
		}
		return v, nil
	}})
}

// isPlace tells what could be assigned to if it were not read-only.
func isPlace(x csharp.Expression) bool {
	switch x := x.(type) {
	case *csharp.Name, *csharp.Member, *csharp.Index:
		return true
	case *csharp.Parenthesized:
		return isPlace(x.X)
	}
	return false
}

func (b *binder) assign(x *csharp.Assign) *node {
	target := b.place(x.X, x.Y, x.Operator != "=")
	if target.set == nil {
		if isPlace(x.X) && target.typ != nil && target.eval != nil {
			b.fail(x.Offset(), "CS0200: this cannot be assigned to: it is read-only (variables of the context are set by <set-variable>)")
		}
		b.fail(x.Offset(), "CS0131: the left-hand side of an assignment must be a variable, property or indexer")
	}
	var value *node
	switch x.Operator {
	case "=":
		value = b.mustConvert(b.operand(x.Y), target.typ)
	case "??=":
		b.fail(x.Offset(), "CS8107: `??=` is later than C# 7; write x = x ?? value")
	default:
		operator := x.Operator[:len(x.Operator)-1]
		with := b.operand(x.Y)
		result := b.operation(x.Offset(), operator, b.retyped(target.node, target.typ), with)
		value = b.implicit(result, target.typ)
		// What the operator widens goes back if the right side alone would fit.
		if value == nil && (operator == "<<" || operator == ">>" || b.implicit(with, target.typ) != nil) {
			value = b.explicit(result, target.typ)
		}
		if value == nil {
			b.cannotConvert(result, target.typ)
		}
	}
	if target.local != nil {
		return target.local.assign(x.Offset(), target.typ, value)
	}
	set, eval := target.set, value.eval
	return target.begun(&node{at: x.Offset(), typ: target.typ, eval: func(f *frame) (any, error) {
		v, err := eval(f)
		if err != nil {
			return nil, err
		}
		return v, set(f, v)
	}})
}
