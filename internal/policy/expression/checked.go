package expression

import (
	"math"

	"github.com/aoai-gateway/aoai-gateway/internal/policy/dotnet"
)

// overflowing makes the code that is bound next checked or unchecked; what it
// returns ends that.
func (b *binder) overflowing(on bool) func() {
	before := b.overflow
	b.overflow = overflowUnchecked
	if on {
		b.overflow = overflowChecked
	}
	return func() { b.overflow = before }
}

// checkedOperator is +, - or * of whole numbers that throws where the type cannot
// hold the result; nil of everything else.
func checkedOperator(operator, t string) *predefined {
	if operator != "+" && operator != "-" && operator != "*" {
		return nil
	}
	switch t {
	case "int":
		return checkedNumbers[int32](operator, math.MinInt32, math.MaxInt32)
	case "uint":
		return checkedNumbers[uint32](operator, 0, math.MaxUint32)
	case "long":
		return checkedLong(operator, integers[int64](operator, math.MinInt64).compute)
	case "ulong":
		return checkedLong(operator, integers[uint64](operator, 1).compute)
	}
	return nil
}

func checkedLong(operator string, do compute) *predefined {
	return over(func(x, y any) (any, error) {
		v, err := do(x, y)
		if err == nil && wrapped(operator, x, y, v) {
			err = dotnet.Overflow("")
		}
		return v, err
	})
}

func checkedNumbers[T int32 | uint32](operator string, least, most int64) *predefined {
	return perhaps(func(x, y T) (T, error) {
		a, z := int64(x), int64(y)
		switch operator {
		case "+":
			a += z
		case "-":
			a -= z
		default:
			if a != 0 && z != 0 && (a*z/z != a) {
				return 0, dotnet.Overflow("")
			}
			a *= z
		}
		if a < least || a > most {
			return 0, dotnet.Overflow("")
		}
		return T(a), nil
	}, nil, nil)
}
