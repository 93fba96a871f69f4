package expression

import (
	"math"

	"github.com/aoai-gateway/aoai-gateway/internal/policy/dotnet"
)

// integers computes unchecked, as C# does by default: sums wrap around.
func integers[T int32 | int64 | uint32 | uint64](operator string, least T) *predefined {
	// refusal tells what cannot be divided: by zero, and the least number by -1.
	refusal := func(a, z T) error {
		if z == 0 {
			return dotnet.DivideByZero()
		}
		if a == least && least < 1 && z+1 == 0 {
			return dotnet.Overflow("Arithmetic operation resulted in an overflow.")
		}
		return nil
	}
	// Whatever can be divided by a constant can be without a look.
	harmless := func(z T) bool { return z != 0 && z+1 != 0 }
	switch operator {
	case "/":
		return perhaps(
			func(a, z T) (T, error) {
				if err := refusal(a, z); err != nil {
					return 0, err
				}
				return a / z, nil
			},
			harmless, func(x unboxed[T], z T) unboxed[T] {
				return func(f *frame) (T, error) {
					a, err := x(f)
					return a / z, err
				}
			},
		)
	case "%":
		return perhaps(
			func(a, z T) (T, error) {
				if err := refusal(a, z); err != nil {
					return 0, err
				}
				return a % z, nil
			},
			harmless, func(x unboxed[T], z T) unboxed[T] {
				return func(f *frame) (T, error) {
					a, err := x(f)
					return a % z, err
				}
			},
		)
	case "&":
		return always(func(a, z T) T { return a & z })
	case "|":
		return always(func(a, z T) T { return a | z })
	case "^":
		return always(func(a, z T) T { return a ^ z })
	}
	return numeric[T](operator)
}

// numeric is what whole and real numbers do alike. Each operator is written out for two operands and
// for a constant one, since a call for each sum is what takes the most time in a loop.
func numeric[T int32 | int64 | uint32 | uint64 | float32 | float64](operator string) *predefined {
	switch operator {
	case "+":
		return joined(
			func(a, z T) T { return a + z },
			func(x, y unboxed[T]) unboxed[T] {
				return func(f *frame) (T, error) {
					a, z, err := both(f, x, y)
					return a + z, err
				}
			},
			func(x unboxed[T], z T) unboxed[T] {
				return func(f *frame) (T, error) {
					a, err := x(f)
					return a + z, err
				}
			},
		)
	case "-":
		return joined(
			func(a, z T) T { return a - z },
			func(x, y unboxed[T]) unboxed[T] {
				return func(f *frame) (T, error) {
					a, z, err := both(f, x, y)
					return a - z, err
				}
			},
			func(x unboxed[T], z T) unboxed[T] {
				return func(f *frame) (T, error) {
					a, err := x(f)
					return a - z, err
				}
			},
		)
	case "*":
		return joined(
			func(a, z T) T { return a * z },
			func(x, y unboxed[T]) unboxed[T] {
				return func(f *frame) (T, error) {
					a, z, err := both(f, x, y)
					return a * z, err
				}
			},
			func(x unboxed[T], z T) unboxed[T] {
				return func(f *frame) (T, error) {
					a, err := x(f)
					return a * z, err
				}
			},
		)
	case "==":
		return joined(
			func(a, z T) bool { return a == z },
			func(x, y unboxed[T]) unboxed[bool] {
				return func(f *frame) (bool, error) {
					a, z, err := both(f, x, y)
					return a == z, err
				}
			},
			func(x unboxed[T], z T) unboxed[bool] {
				return func(f *frame) (bool, error) {
					a, err := x(f)
					return a == z, err
				}
			},
		)
	case "!=":
		return joined(
			func(a, z T) bool { return a != z },
			func(x, y unboxed[T]) unboxed[bool] {
				return func(f *frame) (bool, error) {
					a, z, err := both(f, x, y)
					return a != z, err
				}
			},
			func(x unboxed[T], z T) unboxed[bool] {
				return func(f *frame) (bool, error) {
					a, err := x(f)
					return a != z, err
				}
			},
		)
	case "<":
		return joined(
			func(a, z T) bool { return a < z },
			func(x, y unboxed[T]) unboxed[bool] {
				return func(f *frame) (bool, error) {
					a, z, err := both(f, x, y)
					return a < z, err
				}
			},
			func(x unboxed[T], z T) unboxed[bool] {
				return func(f *frame) (bool, error) {
					a, err := x(f)
					return a < z, err
				}
			},
		)
	case ">":
		return joined(
			func(a, z T) bool { return a > z },
			func(x, y unboxed[T]) unboxed[bool] {
				return func(f *frame) (bool, error) {
					a, z, err := both(f, x, y)
					return a > z, err
				}
			},
			func(x unboxed[T], z T) unboxed[bool] {
				return func(f *frame) (bool, error) {
					a, err := x(f)
					return a > z, err
				}
			},
		)
	case "<=":
		return joined(
			func(a, z T) bool { return a <= z },
			func(x, y unboxed[T]) unboxed[bool] {
				return func(f *frame) (bool, error) {
					a, z, err := both(f, x, y)
					return a <= z, err
				}
			},
			func(x unboxed[T], z T) unboxed[bool] {
				return func(f *frame) (bool, error) {
					a, err := x(f)
					return a <= z, err
				}
			},
		)
	case ">=":
		return joined(
			func(a, z T) bool { return a >= z },
			func(x, y unboxed[T]) unboxed[bool] {
				return func(f *frame) (bool, error) {
					a, z, err := both(f, x, y)
					return a >= z, err
				}
			},
			func(x unboxed[T], z T) unboxed[bool] {
				return func(f *frame) (bool, error) {
					a, err := x(f)
					return a >= z, err
				}
			},
		)
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
		return perhaps(do, nil, nil)
	}
	if !isComparison(operator) {
		return nil
	}
	return always(func(a, z dotnet.Decimal) bool { return holds(operator, a.Cmp(z)) })
}
