package expression

import (
	"math"

	"github.com/aoai-gateway/aoai-gateway/internal/policy/dotnet"
)

// integers computes unchecked, as C# does by default: sums wrap around.
func integers[T int32 | int64 | uint32 | uint64](operator string, least T) *predefined {
	// divisible tells what cannot be divided: by zero, and the least number by -1.
	divisible := func(a, z T) error {
		if z == 0 {
			return dotnet.DivideByZero()
		}
		if a == least && least < 1 && z+1 == 0 {
			return dotnet.Overflow("Arithmetic operation resulted in an overflow.")
		}
		return nil
	}
	switch operator {
	case "/":
		return perhaps(func(a, z T) (T, error) {
			if err := divisible(a, z); err != nil {
				return 0, err
			}
			return a / z, nil
		})
	case "%":
		return perhaps(func(a, z T) (T, error) {
			if err := divisible(a, z); err != nil {
				return 0, err
			}
			return a % z, nil
		})
	case "&":
		return always(func(a, z T) T { return a & z })
	case "|":
		return always(func(a, z T) T { return a | z })
	case "^":
		return always(func(a, z T) T { return a ^ z })
	}
	return numeric[T](operator)
}

// numeric is what whole and real numbers do alike.
func numeric[T int32 | int64 | uint32 | uint64 | float32 | float64](operator string) *predefined {
	switch operator {
	case "+":
		return always(func(a, z T) T { return a + z })
	case "-":
		return always(func(a, z T) T { return a - z })
	case "*":
		return always(func(a, z T) T { return a * z })
	case "==":
		return always(func(a, z T) bool { return a == z })
	case "!=":
		return always(func(a, z T) bool { return a != z })
	case "<":
		return always(func(a, z T) bool { return a < z })
	case ">":
		return always(func(a, z T) bool { return a > z })
	case "<=":
		return always(func(a, z T) bool { return a <= z })
	case ">=":
		return always(func(a, z T) bool { return a >= z })
	}
	return nil
}

func reals[T float32 | float64](operator string) *predefined {
	switch operator {
	case "/":
		return always(func(a, z T) T { return a / z })
	case "%":
		return always(func(a, z T) T { return T(math.Mod(float64(a), float64(z))) })
	}
	return numeric[T](operator)
}

func decimals(operator string) *predefined {
	do := map[string]func(a, z dotnet.Decimal) (dotnet.Decimal, error){
		"+": dotnet.Decimal.Add, "-": dotnet.Decimal.Sub, "*": dotnet.Decimal.Mul, "/": dotnet.Decimal.Div, "%": dotnet.Decimal.Rem,
	}[operator]
	if do != nil {
		return perhaps(do)
	}
	if !isComparison(operator) {
		return nil
	}
	return always(func(a, z dotnet.Decimal) bool { return holds(operator, a.Cmp(z)) })
}
