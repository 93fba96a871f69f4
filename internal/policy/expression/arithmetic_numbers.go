package expression

import (
	"math"

	"github.com/aoai-gateway/aoai-gateway/internal/policy/dotnet"
)

// integers computes unchecked, as C# does by default: sums wrap around.
func integers[T int32 | int64 | uint32 | uint64](operator string, least T) compute {
	divide := func(x, y any, do func(a, z T) T) (any, error) {
		a, z := x.(T), y.(T)
		if z == 0 {
			return nil, dotnet.DivideByZero()
		}
		if a == least && least < 1 && z+1 == 0 {
			return nil, dotnet.Overflow("Arithmetic operation resulted in an overflow.")
		}
		return do(a, z), nil
	}
	switch operator {
	case "/":
		return func(x, y any) (any, error) { return divide(x, y, func(a, z T) T { return a / z }) }
	case "%":
		return func(x, y any) (any, error) { return divide(x, y, func(a, z T) T { return a % z }) }
	case "&":
		return func(x, y any) (any, error) { return x.(T) & y.(T), nil }
	case "|":
		return func(x, y any) (any, error) { return x.(T) | y.(T), nil }
	case "^":
		return func(x, y any) (any, error) { return x.(T) ^ y.(T), nil }
	}
	return numeric[T](operator)
}

// numeric is what whole and real numbers do alike.
func numeric[T int32 | int64 | uint32 | uint64 | float32 | float64](operator string) compute {
	switch operator {
	case "+":
		return func(x, y any) (any, error) { return x.(T) + y.(T), nil }
	case "-":
		return func(x, y any) (any, error) { return x.(T) - y.(T), nil }
	case "*":
		return func(x, y any) (any, error) { return x.(T) * y.(T), nil }
	case "==":
		return func(x, y any) (any, error) { return x.(T) == y.(T), nil }
	case "!=":
		return func(x, y any) (any, error) { return x.(T) != y.(T), nil }
	case "<":
		return func(x, y any) (any, error) { return x.(T) < y.(T), nil }
	case ">":
		return func(x, y any) (any, error) { return x.(T) > y.(T), nil }
	case "<=":
		return func(x, y any) (any, error) { return x.(T) <= y.(T), nil }
	case ">=":
		return func(x, y any) (any, error) { return x.(T) >= y.(T), nil }
	}
	return nil
}

func reals[T float32 | float64](operator string) compute {
	switch operator {
	case "/":
		return func(x, y any) (any, error) { return x.(T) / y.(T), nil }
	case "%":
		return func(x, y any) (any, error) { return T(math.Mod(float64(x.(T)), float64(y.(T)))), nil }
	}
	return numeric[T](operator)
}

func decimals(operator string) compute {
	do := map[string]func(a, z dotnet.Decimal) (dotnet.Decimal, error){
		"+": dotnet.Decimal.Add, "-": dotnet.Decimal.Sub, "*": dotnet.Decimal.Mul, "/": dotnet.Decimal.Div, "%": dotnet.Decimal.Rem,
	}[operator]
	if do != nil {
		return func(x, y any) (any, error) { return boxed(do(x.(dotnet.Decimal), y.(dotnet.Decimal))) }
	}
	if !isComparison(operator) {
		return nil
	}
	return func(x, y any) (any, error) { return holds(operator, x.(dotnet.Decimal).Cmp(y.(dotnet.Decimal))), nil }
}
