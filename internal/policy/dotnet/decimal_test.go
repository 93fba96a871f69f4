package dotnet_test

import (
	"math"
	"strconv"
	"testing"

	"github.com/aoai-gateway/aoai-gateway/internal/policy/dotnet"
)

func decimal(t *testing.T, text string) dotnet.Decimal {
	t.Helper()
	value, err := dotnet.ParseDecimal(text, dotnet.StyleNumber, nil)
	return must(t, value, err)
}

func TestDecimalArithmetic(t *testing.T) {
	const (
		largest  = "79228162514264337593543950335"
		overflow = "!Value was either too large or too small for a Decimal."
		zero     = "!Attempted to divide by zero."
	)
	for _, tc := range []struct {
		reason, left, op, right, want string
	}{
		{"a sum has the larger scale", "1.10", "+", "2.200", "3.300"},
		{"no binary error", "0.1", "+", "0.2", "0.3"},
		{"a difference keeps its zeros", "1.5", "-", "1.50", "0.00"},
		{"overflow of a sum", largest, "+", "1", overflow},
		{"a sum too long is rounded half to even", largest, "+", "0.5", overflow},
		{"a sum loses decimals that do not fit", "79228162514264337593543950334", "+", "0.4", "79228162514264337593543950334"},
		{"a product adds the scales", "1.10", "*", "2.0", "2.200"},
		{"a product beyond 28 decimals is rounded", "0.000000000000001", "*", "0.00000000000001", "0.0000000000000000000000000000"},
		{"overflow of a product", largest, "*", "2", overflow},
		{"signs of a product", "-2", "*", "-3", "6"},
		{"an even quotient keeps the scale", "1.00", "/", "2", "0.50"},
		{"another loses its zeros", "1.0", "/", "8", "0.125"},
		{"a third", "1", "/", "3", "0.3333333333333333333333333333"},
		{"two thirds round up", "2", "/", "3", "0.6666666666666666666666666667"},
		{"a large quotient has fewer decimals", "1000000", "/", "3", "333333.33333333333333333333333"},
		{"a whole quotient of a longer scale", "6", "/", "1.5", "4"},
		{"division by zero", "1", "/", "0.0", zero},
		{"remainder has the sign of the left", "-5", "%", "3", "-2"},
		{"remainder has the larger scale", "5", "%", "1.50", "0.50"},
		{"remainder of a smaller one is itself", "1", "%", "2.00", "1"},
		{"remainder by zero", "1", "%", "0", zero},
	} {
		left, right := decimal(t, tc.left), decimal(t, tc.right)
		operations := map[string]func(dotnet.Decimal) (dotnet.Decimal, error){
			"+": left.Add, "-": left.Sub, "*": left.Mul, "/": left.Div, "%": left.Rem,
		}
		got, err := operations[tc.op](right)
		check(t, tc.reason, got.String(), err, tc.want)
	}
}

func TestDecimalRounding(t *testing.T) {
	for _, tc := range []struct {
		reason, value string
		round         func(dotnet.Decimal) (dotnet.Decimal, error)
		want          string
	}{
		{"half to even, down", "2.5", func(d dotnet.Decimal) (dotnet.Decimal, error) { return d.Round(0, false) }, "2"},
		{"half to even, up", "3.5", func(d dotnet.Decimal) (dotnet.Decimal, error) { return d.Round(0, false) }, "4"},
		{"away from zero", "-2.5", func(d dotnet.Decimal) (dotnet.Decimal, error) { return d.Round(0, true) }, "-3"},
		{"a shorter one stays", "1.5", func(d dotnet.Decimal) (dotnet.Decimal, error) { return d.Round(3, false) }, "1.5"},
		{
			"29 decimals", "1.5", func(d dotnet.Decimal) (dotnet.Decimal, error) { return d.Round(29, false) },
			"!Decimal can only round to between 0 and 28 digits of precision.\r\nParameter name: decimals",
		},
		{"floor of a negative", "-1.1", func(d dotnet.Decimal) (dotnet.Decimal, error) { return d.Floor(), nil }, "-2"},
		{"floor of a whole", "-2.0", func(d dotnet.Decimal) (dotnet.Decimal, error) { return d.Floor(), nil }, "-2"},
		{"ceiling", "1.1", func(d dotnet.Decimal) (dotnet.Decimal, error) { return d.Ceiling(), nil }, "2"},
		{"ceiling of a negative", "-1.1", func(d dotnet.Decimal) (dotnet.Decimal, error) { return d.Ceiling(), nil }, "-1"},
		{"truncate", "-1.9", func(d dotnet.Decimal) (dotnet.Decimal, error) { return d.Truncate(), nil }, "-1"},
	} {
		got, err := tc.round(decimal(t, tc.value))
		check(t, tc.reason, got.String(), err, tc.want)
	}
}

func TestDecimalConversion(t *testing.T) {
	const overflow = "!Value was either too large or too small for a Decimal."
	for _, tc := range []struct {
		reason string
		value  float64
		want   string
	}{
		{"a tenth", 0.1, "0.1"},
		{"fifteen digits", 1.0 / 3, "0.333333333333333"},
		{"a large one", 1e20, "100000000000000000000"},
		{"a negative", -2.50, "-2.5"},
		{"too large", 1e29, overflow},
		{"not a number", math.NaN(), overflow},
		{"tiny", 1e-28, "0.0000000000000000000000000001"},
		{"too tiny", 1e-30, "0"},
		{"no decimal beyond the 28th", 1.23456789012345e-20, "0.0000000000000000000123456789"},
	} {
		got, err := dotnet.DecimalFromFloat64(tc.value)
		check(t, tc.reason, got.String(), err, tc.want)
	}
	whole, err := decimal(t, "-9.99").Int64()
	check(t, "Int64 truncates", strconv.FormatInt(whole, 10), err, "-9")
	_, err = decimal(t, "9223372036854775808").Int64()
	check(t, "Int64 overflows", "", err, "!Value was either too large or too small for an Int64.")
	unsigned, err := dotnet.DecimalFromUint64(math.MaxUint64).Uint64()
	check(t, "Uint64", strconv.FormatUint(unsigned, 10), err, "18446744073709551615")
	check(t, "smallest long", dotnet.NewDecimal(math.MinInt64).String(), nil, "-9223372036854775808")
	single, err := dotnet.DecimalFromFloat32(0.1)
	check(t, "a single has seven digits", single.String(), err, "0.1")
	check(t, "to double", strconv.FormatFloat(decimal(t, "-0.1").Float64(), 'g', -1, 64), nil, "-0.1")
}

func TestDecimalCmp(t *testing.T) {
	for _, tc := range []struct {
		reason, left, right string
		want                int
	}{
		{"scale does not count", "1.10", "1.1", 0},
		{"zeros are equal", "0", "-0.00", 0},
		{"less", "-1", "0.5", -1},
		{"greater", "18446744073709551616", "18446744073709551615", 1},
	} {
		if got := decimal(t, tc.left).Cmp(decimal(t, tc.right)); got != tc.want {
			t.Errorf("%s: got %d, want %d", tc.reason, got, tc.want)
		}
	}
}
