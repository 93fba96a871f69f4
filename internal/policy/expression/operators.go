package expression

import (
	"strings"

	"github.com/aoai-gateway/aoai-gateway/internal/policy/csharp"
	"github.com/aoai-gateway/aoai-gateway/internal/policy/dotnet"
	"github.com/aoai-gateway/aoai-gateway/internal/policy/library"
)

func (b *binder) binary(x *csharp.Binary) *node {
	switch x.Operator {
	case "&&", "||":
		return b.logical(x)
	case "??":
		return b.coalesce(x)
	}
	left, right := b.operand(x.X), b.operand(x.Y)
	return b.operation(x.Offset(), x.Operator, left, right)
}

// compute applies an operator to two values that are not null.
type compute func(x, y any) (any, error)

// operation resolves an operator for two operands.
func (b *binder) operation(at int, operator string, left, right *node) *node {
	l := b.library
	if isUnknown(left) || isUnknown(right) {
		n := b.unknown(at)
		if isComparison(operator) {
			n.typ = l.Boolean
		}
		return n
	}
	if left.lambda != nil || right.lambda != nil || left.typ == nil || right.typ == nil {
		b.refuse(at, operator, left, right)
	}
	if n := b.xmlOperation(at, operator, left, right); n != nil {
		return n
	}
	if operator == "+" && (library.Same(left.typ, l.String) || library.Same(right.typ, l.String)) {
		return b.concatenation(at, left, right)
	}
	if operator == "==" || operator == "!=" {
		if n := b.equality(at, operator, left, right); n != nil {
			return n
		}
	}
	isNull := left.typ.IsNull() || right.typ.IsNull()
	lifted := left.typ.IsNullable() || right.typ.IsNullable() || isNull && (left.typ.IsValue() || right.typ.IsValue())
	x, y := b.underlying(left), b.underlying(right)
	if lifted && (left.typ.IsNull() || right.typ.IsNull()) {
		x, y = b.orType(x, y), b.orType(y, x)
	}
	t, result, found := b.operatorFor(operator, x, y)
	if found == nil {
		b.refuse(at, operator, left, right)
	}
	if t != nil {
		x, y = b.operandAs(x, t), b.operandAs(y, t)
	}
	if x.constant && y.constant && !lifted {
		v, err := found.compute(x.value, y.value)
		switch {
		case err == nil && b.overflow != overflowUnchecked && wrapped(operator, x.value, y.value, v):
			b.fail(at, "CS0220: the constant overflows at compile time: '%s' cannot hold it", result)
		case err == nil:
			return constantNode(at, result, v)
		case library.Same(result, l.Decimal) && !strings.Contains(err.Error(), "DivideByZero"):
			b.fail(at, "CS0463: evaluation of the decimal constant expression failed")
		case operator == "/" || operator == "%":
			b.fail(at, "CS0020: division by constant zero")
		case b.overflow == overflowChecked:
			b.fail(at, "CS0220: the constant overflows at compile time: '%s' cannot hold it", result)
		}
	}
	if !lifted {
		return found.apply(at, result, x, y)
	}
	return b.liftedOperation(at, operator, left, right, x, y, result, found.compute)
}

func pairwise(x, y evaluator, do compute) evaluator {
	return func(f *frame) (any, error) {
		a, err := x(f)
		if err != nil {
			return nil, err
		}
		z, err := y(f)
		if err != nil {
			return nil, err
		}
		return do(a, z)
	}
}

func isUnknown(n *node) bool { return n.typ != nil && n.typ.IsUnknown() }

func isComparison(operator string) bool {
	switch operator {
	case "==", "!=", "<", ">", "<=", ">=":
		return true
	}
	return false
}

// orType gives a null literal the type of the other operand.
func (b *binder) orType(n, other *node) *node {
	if n.typ.IsNull() {
		return b.retyped(n, other.typ)
	}
	return n
}

// operandAs is n as the type that the operator works on; nulls are handled
// before.
func (b *binder) operandAs(n *node, t *library.Type) *node {
	if library.Same(n.typ, t) {
		return n
	}
	if !b.isNumeric(t) {
		return b.mustConvert(n, t)
	}
	return b.number(n, t, false)
}

// liftedOperation is an operator over T?: null operands make null, or false of a
// comparison.
func (b *binder) liftedOperation(at int, operator string, left, right, x, y *node, result *library.Type, do compute) *node {
	comparison := isComparison(operator)
	if !comparison {
		result = b.library.NullableOf(result)
	}
	xt, yt := x.typ, y.typ
	xe, ye := left.eval, right.eval
	return &node{at: at, typ: result, eval: func(f *frame) (any, error) {
		a, err := xe(f)
		if err != nil {
			return nil, err
		}
		z, err := ye(f)
		if err != nil {
			return nil, err
		}
		if a == nil || z == nil {
			switch {
			case operator == "&" && (a == false || z == false), operator == "|" && (a == true || z == true):
				// bool? knows three values.
				return operator == "|", nil
			case operator == "==":
				return a == z, nil
			case operator == "!=":
				return a != z, nil
			case comparison:
				return false, nil
			}
			return nil, nil
		}
		if converted, ok, _ := library.ToNumber(a, xt, false); ok {
			a = converted
		}
		if converted, ok, _ := library.ToNumber(z, yt, false); ok {
			z = converted
		}
		return do(a, z)
	}}
}

func (b *binder) refuse(at int, operator string, left, right *node) {
	hint := ""
	if left.typ != nil && right.typ != nil && isComparison(operator) {
		for _, n := range []*node{left, right} {
			other := left
			if n == left {
				other = right
			}
			if n.typ.String() == "object" || n.typ.String() == "JToken" {
				hint = "; cast the " + n.typ.String() + ": (" + nodeType(other) + ")"
			}
		}
	}
	code := "CS0019"
	if x, y := rank(b.underlying(left).typ), rank(b.underlying(right).typ); operator != "<<" && operator != ">>" && (x == 9 && y > 0 && y < 9 || y == 9 && x > 0 && x < 9) {
		// Both long and ulong would do, and neither is better.
		code = "CS0034"
	}
	b.fail(at, "%s: operator '%s' cannot be applied to operands of type '%s' and '%s'%s", code, operator, nodeType(left), nodeType(right), hint)
}

func (b *binder) concatenation(at int, left, right *node) *node {
	l := b.library
	if left.constant && right.constant {
		env := &library.Env{Culture: dotnet.Invariant(), Limits: library.DefaultLimits()}
		x, failed := env.Text(l, left.value)
		y, failing := env.Text(l, right.value)
		if failed == nil && failing == nil {
			return constantNode(at, l.String, x+y)
		}
	}
	x, y := left.eval, right.eval
	return &node{at: at, typ: l.String, eval: func(f *frame) (any, error) {
		a, err := x(f)
		if err != nil {
			return nil, err
		}
		z, err := y(f)
		if err != nil {
			return nil, err
		}
		first, err := f.env.Text(l, a)
		if err != nil {
			return nil, err
		}
		second, err := f.env.Text(l, z)
		if err != nil {
			return nil, err
		}
		return first + second, f.env.Take(len(first) + len(second))
	}}
}

// nullness is whether n is null, as it is wanted.
func (b *binder) nullness(at int, n *node, wanted bool) *node {
	if path, ok := n.path.(interface {
		Null(e *library.Env) (bool, error)
	}); ok {
		return computed(at, b.library.Boolean, func(f *frame) (bool, error) {
			null, err := path.Null(f.env)
			return err == nil && null == wanted, err
		})
	}
	eval := n.eval
	return computed(at, b.library.Boolean, func(f *frame) (bool, error) {
		v, err := eval(f)
		return err == nil && (v == nil) == wanted, err
	})
}

// equality resolves == and != of references, strings, bools and null; nil leaves
// it to the numeric operators.
func (b *binder) equality(at int, operator string, left, right *node) *node {
	l := b.library
	wanted := operator == "=="
	compareBy := func(equal func(x, y any) bool) *node {
		x, y := unboxed[any](left.eval), unboxed[any](right.eval)
		return computed(at, l.Boolean, func(f *frame) (bool, error) {
			a, z, err := both(f, x, y)
			return err == nil && equal(a, z) == wanted, err
		})
	}
	isNull := left.typ.IsNull() || right.typ.IsNull()
	isValue := left.typ.IsValue() || right.typ.IsValue()
	switch {
	case isNull && isValue && (left.typ.As(l.KeyValuePair) != nil || right.typ.As(l.KeyValuePair) != nil):
		b.refuse(at, operator, left, right)
	case isNull && isValue && !left.typ.IsNullable() && !right.typ.IsNullable():
		// C# compiles it, with a warning: a value is never null.
		b.warn(at, "a value of type '"+valueType(left, right)+"' is never null: the comparison is always "+map[bool]string{true: "false", false: "true"}[wanted])
		return compareBy(func(x, y any) bool { return x == nil && y == nil })
	case isNull && right.typ.IsNull():
		return b.nullness(at, left, wanted)
	case isNull:
		return b.nullness(at, right, wanted)
	case left.typ.IsEnum() != right.typ.IsEnum():
		return b.enumWithZero(at, operator, left, right)
	case library.Same(left.typ, l.String) && library.Same(right.typ, l.String):
		if left.constant && right.constant {
			return constantNode(at, l.Boolean, (left.value == right.value) == wanted)
		}
		return compareBy(func(x, y any) bool { return x == y })
	case isValue:
		return nil
	}
	_, isTypeX := left.value.(library.TypeValue)
	if isTypeX || left.typ.String() == "Type" || left.typ.String() == "Uri" {
		return compareBy(library.Equal)
	}
	// Two references: predefined equality needs one to be able to be the other.
	if !b.castable(left.typ, right.typ) && !b.castable(right.typ, left.typ) {
		b.refuse(at, operator, left, right)
	}
	if library.Same(left.typ, l.String) || library.Same(right.typ, l.String) {
		if left.constant && right.constant {
			return constantNode(at, l.Boolean, (left.value == right.value) == wanted)
		}
		b.warn(at, "this compares references, not texts, because one side is '"+otherThanString(left, right)+"': cast it to string")
		return compareBy(func(x, y any) bool { return x == nil && y == nil })
	}
	return compareBy(sameReference)
}

// sameReference is == of two references. Two boxes of a value are never one.
func sameReference(x, y any) bool {
	switch x.(type) {
	case bool, int32, int64, float64, library.Char, library.Enum, dotnet.Decimal, dotnet.DateTime, dotnet.TimeSpan, dotnet.Guid:
		return false
	}
	return x == y
}

// enumWithZero compares a constant of an enumeration with the literal 0, which
// converts to any; nil where it is no such comparison.
func (b *binder) enumWithZero(at int, operator string, left, right *node) *node {
	t := left.typ
	if !t.IsEnum() {
		t = right.typ
	}
	x, y := b.implicit(left, t), b.implicit(right, t)
	if x == nil || y == nil {
		return nil
	}
	return b.operation(at, operator, x, y)
}

func valueType(left, right *node) string {
	if left.typ.IsNull() {
		return right.typ.String()
	}
	return left.typ.String()
}

func otherThanString(left, right *node) string {
	if left.typ.String() == "string" {
		return right.typ.String()
	}
	return left.typ.String()
}
