package expression

import (
	"math"
	"math/big"
	"strings"

	"github.com/aoai-gateway/aoai-gateway/internal/policy/dotnet"
	"github.com/aoai-gateway/aoai-gateway/internal/policy/library"
)

// operatorFor finds the predefined operator for two operands that are not null:
// the type that both convert to (nil: none), the type of the result, and what it
// does. All nil where there is none.
func (b *binder) operatorFor(operator string, x, y *node) (operands, result *library.Type, found *predefined) {
	l := b.library
	if isComparison(operator) {
		result = l.Boolean
	}
	switch {
	case b.isNumeric(x.typ) && b.isNumeric(y.typ):
		return b.numericOperator(operator, x, y)
	case library.Same(x.typ, l.Boolean) && library.Same(y.typ, l.Boolean):
		return nil, l.Boolean, booleanOperator(operator)
	case x.typ.IsEnum() && library.Same(x.typ, y.typ):
		return b.enumOperator(operator, x.typ)
	case x.typ.IsEnum() && (operator == "+" || operator == "-") && b.isNumeric(y.typ) && b.implicit(y, l.Int32) != nil:
		return nil, x.typ, over(enumSum(operator, x.typ, l.Int32))
	case y.typ.IsEnum() && (operator == "+" || operator == "-") && b.isNumeric(x.typ) && b.implicit(x, l.Int32) != nil:
		return nil, y.typ, over(enumSum(operator, y.typ, l.Int32))
	}
	if result != nil && library.Same(x.typ, y.typ) && x.typ.IsValue() && compares(operator, x.typ) {
		return nil, result, over(comparison(operator))
	}
	if t := b.withOffset(x, y); t != nil && (result != nil || operator == "-") {
		x, y = b.retyped(x, t), b.retyped(y, t)
		_, result, found := b.operatorFor(operator, x, y)
		return t, result, found
	}
	return b.timeOperator(operator, x.typ, y.typ)
}

// compares tells whether a value type declares a comparison.
func compares(operator string, t *library.Type) bool {
	switch name, _, _ := strings.Cut(t.String(), "<"); name {
	case "KeyValuePair", "ValueTuple":
		return false
	case "Guid", "HashAlgorithmName":
		return operator == "==" || operator == "!="
	}
	return true
}

func booleanOperator(operator string) *predefined {
	switch operator {
	case "==":
		return always(func(a, z bool) bool { return a == z })
	case "!=", "^":
		return always(func(a, z bool) bool { return a != z })
	case "&":
		return always(func(a, z bool) bool { return a && z })
	case "|":
		return always(func(a, z bool) bool { return a || z })
	}
	return nil
}

func (b *binder) enumOperator(operator string, t *library.Type) (operands, result *library.Type, found *predefined) {
	switch operator {
	case "|", "&", "^":
		return nil, t, over(func(x, y any) (any, error) {
			a, z := x.(library.Enum).Value, y.(library.Enum).Value
			switch operator {
			case "|":
				a |= z
			case "&":
				a &= z
			default:
				a ^= z
			}
			return library.Enum{Type: t, Value: a}, nil
		})
	case "-":
		return nil, b.library.Int32, over(func(x, y any) (any, error) { return x.(library.Enum).Value - y.(library.Enum).Value, nil })
	}
	if !isComparison(operator) {
		return nil, nil, nil
	}
	return nil, b.library.Boolean, over(comparison(operator))
}

// enumSum adds a number to a constant of an enumeration, or takes it away.
func enumSum(operator string, t, number *library.Type) compute {
	of := func(v any) int32 {
		if enum, ok := v.(library.Enum); ok {
			return enum.Value
		}
		n, _, _ := library.ToNumber(v, number, false)
		return n.(int32)
	}
	return func(x, y any) (any, error) {
		if operator == "+" {
			return library.Enum{Type: t, Value: of(x) + of(y)}, nil
		}
		return library.Enum{Type: t, Value: of(x) - of(y)}, nil
	}
}

// comparison compares two values of one type.
func comparison(operator string) compute {
	if operator == "==" || operator == "!=" {
		return func(x, y any) (any, error) { return library.Equal(x, y) == (operator == "=="), nil }
	}
	return func(x, y any) (any, error) {
		order, err := library.Compare(x, y)
		if err != nil {
			return nil, err
		}
		return holds(operator, order), nil
	}
}

func holds(operator string, order int) bool {
	switch operator {
	case "<":
		return order < 0
	case ">":
		return order > 0
	case "<=":
		return order <= 0
	case ">=":
		return order >= 0
	case "==":
		return order == 0
	}
	return order != 0
}

// withOffset is DateTimeOffset where one operand is that and the other one a
// DateTime, which converts to it.
func (b *binder) withOffset(x, y *node) *library.Type {
	switch x.typ.String() + " " + y.typ.String() {
	case "DateTime DateTimeOffset":
		return y.typ
	case "DateTimeOffset DateTime":
		return x.typ
	}
	return nil
}

// wrapped tells that the result of constant whole numbers is not the true one.
func wrapped(operator string, x, y, result any) bool {
	a, isA := exact(x)
	z, isZ := exact(y)
	r, isR := exact(result)
	if !isA || !isZ || !isR {
		return false
	}
	switch operator {
	case "+":
		a.Add(a, z)
	case "-":
		a.Sub(a, z)
	case "*":
		a.Mul(a, z)
	default:
		return false
	}
	return a.Cmp(r) != 0
}

func exact(v any) (*big.Int, bool) {
	switch v := v.(type) {
	case int32:
		return big.NewInt(int64(v)), true
	case int64:
		return big.NewInt(v), true
	case uint32:
		return big.NewInt(int64(v)), true
	case uint64:
		return new(big.Int).SetUint64(v), true
	}
	return nil, false
}

// timeOperator is the arithmetic of dates and spans.
func (b *binder) timeOperator(operator string, x, y *library.Type) (operands, result *library.Type, found *predefined) {
	spanType, _ := b.library.Lookup("TimeSpan", nil)
	switch operator + " " + x.String() + " " + y.String() {
	case "- DateTime DateTime": //nolint:dupword // a type, and a name or type behind it
		return nil, spanType, over(func(x, y any) (any, error) { return x.(dotnet.DateTime).Sub(y.(dotnet.DateTime)), nil })
	case "- DateTimeOffset DateTimeOffset": //nolint:dupword // a type, and a name or type behind it
		return nil, spanType, over(func(x, y any) (any, error) { return x.(dotnet.DateTimeOffset).Sub(y.(dotnet.DateTimeOffset)), nil })
	case "+ DateTime TimeSpan":
		return nil, x, over(func(x, y any) (any, error) { return either(x.(dotnet.DateTime).Add(y.(dotnet.TimeSpan))) })
	case "- DateTime TimeSpan":
		return nil, x, over(func(x, y any) (any, error) { return either(x.(dotnet.DateTime).SubSpan(y.(dotnet.TimeSpan))) })
	case "+ DateTimeOffset TimeSpan":
		return nil, x, over(func(x, y any) (any, error) { return either(x.(dotnet.DateTimeOffset).Add(y.(dotnet.TimeSpan))) })
	case "- DateTimeOffset TimeSpan":
		return nil, x, over(func(x, y any) (any, error) { return either(x.(dotnet.DateTimeOffset).SubSpan(y.(dotnet.TimeSpan))) })
	case "+ TimeSpan TimeSpan": //nolint:dupword // a type, and a name or type behind it
		return nil, x, over(func(x, y any) (any, error) { return either(x.(dotnet.TimeSpan).Add(y.(dotnet.TimeSpan))) })
	case "- TimeSpan TimeSpan": //nolint:dupword // a type, and a name or type behind it
		return nil, x, over(func(x, y any) (any, error) { return either(x.(dotnet.TimeSpan).Sub(y.(dotnet.TimeSpan))) })
	}
	return nil, nil, nil
}

// promoted is the type in which C# computes with two numbers; nil where it
// refuses to.
func (b *binder) promoted(x, y *node) *library.Type {
	l := b.library
	p, q := rank(x.typ), rank(y.typ)
	has := func(r int) bool { return p == r || q == r }
	switch {
	case has(12):
		if has(10) || has(11) {
			return nil
		}
		return l.Decimal
	case has(11):
		return l.Double
	case has(10):
		return l.Single
	case has(9):
		for _, n := range []*node{x, y} {
			if isSigned(n.typ) && (!n.constant || !b.fits(n, l.UInt64)) {
				return nil
			}
		}
		return l.UInt64
	case has(8):
		return l.Int64
	case has(7):
		for _, n := range []*node{x, y} {
			if isSigned(n.typ) {
				if n.constant && b.fits(n, l.UInt32) {
					continue
				}
				return l.Int64
			}
		}
		return l.UInt32
	}
	return l.Int32
}

func (b *binder) numericOperator(operator string, x, y *node) (operands, result *library.Type, found *predefined) {
	if operator == "<<" || operator == ">>" {
		return b.shift(operator, x, y)
	}
	t := b.promoted(x, y)
	if t == nil {
		return nil, nil, nil
	}
	result = t
	if isComparison(operator) {
		result = b.library.Boolean
	}
	if b.overflow == overflowChecked {
		if found = checkedOperator(operator, t.String()); found != nil {
			return t, result, found
		}
	}
	switch t.String() {
	case "int":
		found = integers[int32](operator, math.MinInt32)
	case "long":
		found = integers[int64](operator, math.MinInt64)
	case "uint":
		found = integers[uint32](operator, 1)
	case "ulong":
		found = integers[uint64](operator, 1)
	case "double":
		found = reals[float64](operator)
	case "float":
		found = reals[float32](operator)
	case "decimal":
		found = decimals(operator)
	}
	return t, result, found
}

// shift takes its count as an int; the value keeps its own, promoted type.
func (b *binder) shift(operator string, x, y *node) (operands, result *library.Type, found *predefined) {
	if rank(x.typ) > 9 || b.implicit(y, b.library.Int32) == nil {
		return nil, nil, nil
	}
	t := b.promoted(x, constantNode(0, b.library.Int32, int32(0)))
	left := operator == "<<"
	l := b.library
	return nil, t, over(func(a, n any) (any, error) {
		count, _, err := library.ToNumber(n, l.Int32, false)
		if err != nil {
			return nil, err
		}
		a, _, err = library.ToNumber(a, t, false)
		if err != nil {
			return nil, err
		}
		by := count.(int32)
		switch v := a.(type) {
		case int32:
			return shifted(v, by&31, left), nil
		case uint32:
			return shifted(v, by&31, left), nil
		case int64:
			return shifted(v, by&63, left), nil
		case uint64:
			return shifted(v, by&63, left), nil
		}
		return a, nil
	})
}

func shifted[T int32 | int64 | uint32 | uint64](v T, by int32, left bool) T {
	if left {
		return v << by
	}
	return v >> by
}
