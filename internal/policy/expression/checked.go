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
func checkedOperator(operator, t string) compute {
	if operator != "+" && operator != "-" && operator != "*" {
		return nil
	}
	switch t {
	case "int":
		return checkedNumbers[int32](operator, math.MinInt32, math.MaxInt32)
	case "uint":
		return checkedNumbers[uint32](operator, 0, math.MaxUint32)
	case "long", "ulong":
		return func(x, y any) (any, error) {
			do := integers[int64](operator, math.MinInt64)
			if t == "ulong" {
				do = integers[uint64](operator, 1)
			}
			v, err := do(x, y)
			if err == nil && wrapped(operator, x, y, v) {
				err = dotnet.Overflow("")
			}
			return v, err
		}
	}
	return nil
}

func checkedNumbers[T int32 | uint32](operator string, least, most int64) compute {
	return func(x, y any) (any, error) {
		a, z := int64(x.(T)), int64(y.(T))
		switch operator {
		case "+":
			a += z
		case "-":
			a -= z
		default:
			if a != 0 && z != 0 && (a*z/z != a) {
				return nil, dotnet.Overflow("")
			}
			a *= z
		}
		if a < least || a > most {
			return nil, dotnet.Overflow("")
		}
		return T(a), nil
	}
}
