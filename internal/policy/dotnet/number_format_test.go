package dotnet_test

import (
	"math"
	"testing"

	"github.com/aoai-gateway/aoai-gateway/internal/policy/dotnet"
)

func TestFormatInt(t *testing.T) {
	for _, tc := range []struct {
		reason string
		value  int64
		bits   int
		format string
		want   string
	}{
		{"no format is G", -42, 32, "", "-42"},
		{"D pads behind the sign", -42, 32, "D5", "-00042"},
		{"D005 is D5", 42, 32, "D005", "00042"},
		{"three digits make a custom format", 42, 32, "D100", "D142"},
		{"X of a negative shows its 32 bits", -1, 32, "X", "FFFFFFFF"},
		{"x of a negative shows its 8 bits", -1, 8, "x4", "00ff"},
		{"X of a negative shows its 16 bits", -2, 16, "X", "FFFE"},
		{"X of the smallest long", math.MinInt64, 64, "X", "8000000000000000"},
		{"D of the smallest long", math.MinInt64, 64, "D", "-9223372036854775808"},
		{"N groups and has two decimals", -1234567, 32, "N", "-1,234,567.00"},
		{"N0 has none", 1234567, 32, "N0", "1,234,567"},
		{"C of a negative stands in brackets", -1234, 32, "C", "($1,234.00)"},
		{"F", 7, 32, "F1", "7.0"},
		{"P is a hundredfold", 1, 32, "P0", "100%"},
		{"E has six decimals and three digits of exponent", 12345, 32, "E", "1.234500E+004"},
		{"e1", 12345, 32, "e1", "1.2e+004"},
		{"G with a count goes scientific", 12345, 32, "G2", "1.2E+04"},
		{"g lower", 12345, 32, "g2", "1.2e+04"},
		{"R is for floating point only", 1, 32, "R", "!Format specifier was invalid."},
		{"an unknown letter is no format", 1, 32, "Q", "!Format specifier was invalid."},
		{"zeros pad", 7, 32, "000", "007"},
		{"a comma groups", 1234567, 32, "#,#", "1,234,567"},
		{"a comma groups padded zeros", 12, 32, "0,000", "0,012"},
		{"commas at the end divide by a thousand", 1234567890, 32, "#,##0,,", "1,235"},
		{"divided to nothing", 123, 32, "#,", ""},
		{"divided to zero", 123, 32, "0,", "0"},
		{"a telephone number", 5551234567, 64, "(###) ###-####", "(555) 123-4567"},
		{"surplus digits go before the first place", 12345, 32, "0-0", "1234-5"},
		{"a percent sign multiplies", 1, 32, "0%", "100%"},
		{"a per mille sign multiplies", 1, 32, "0‰", "1000‰"},
		{"second section for negatives has no sign", -5, 32, "0;(0)", "(5)"},
		{"third section for zero", 0, 32, "0;(0);zero", "zero"},
		{"an empty second section falls back to the first", -5, 32, "0;;zero", "-5"},
		{"an empty third section falls back", 0, 32, "#.0;(0);", ".0"},
		{"quoted text", 5, 32, "0' items; '", "5 items; "},
		{"an open quote", 5, 32, "0'abc", "5abc"},
		{"an escaped character", 5, 32, `\#0`, "#5"},
		{"an exponent", 86000, 32, "0.###E+0", "8.6E+4"},
		{"an exponent without plus", 86000, 32, "0.###E-000", "8.6E004"},
		{"E0 is E-0", 86000, 32, "0.###E0", "8.6E4"},
		{"an E without digits is text", 5, 32, "0Ex", "5Ex"},
		{"# of zero is nothing", 0, 32, "#", ""},
		{"text alone", 5, 32, "abc", "abc"},
	} {
		got, err := dotnet.FormatInt(tc.value, tc.bits, tc.format, dotnet.EnUS())
		check(t, tc.reason, got, err, tc.want)
	}
}

func TestFormatUint(t *testing.T) {
	for _, tc := range []struct {
		reason string
		value  uint64
		bits   int
		format string
		want   string
	}{
		{"the largest ulong", math.MaxUint64, 64, "", "18446744073709551615"},
		{"a byte in hex", 255, 8, "x", "ff"},
		{"the largest ulong grouped", math.MaxUint64, 64, "N0", "18,446,744,073,709,551,615"},
	} {
		got, err := dotnet.FormatUint(tc.value, tc.bits, tc.format, nil)
		check(t, tc.reason, got, err, tc.want)
	}
}

func TestFormatDouble(t *testing.T) {
	third := 1.0 / 3
	tenth, fifth := 0.1, 0.2
	for _, tc := range []struct {
		reason string
		value  float64
		format string
		want   string
	}{
		{"shortest of a tenth", 0.1, "", "0.1"},
		{"15 digits hide the error of the sum", tenth + fifth, "", "0.3"},
		{"R shows it", tenth + fifth, "R", "0.30000000000000004"},
		{"R stays short where it can", 0.1, "r", "0.1"},
		{"G17 shows all", tenth + fifth, "G17", "0.30000000000000004"},
		{"a third", third, "", "0.333333333333333"},
		{"fifteen digits before the point", 123456789012345, "", "123456789012345"},
		{"sixteen go scientific", 1234567890123456, "", "1.23456789012346E+15"},
		{"1E+20", 1e20, "", "1E+20"},
		{"four zeros after the point", 0.0001, "", "0.0001"},
		{"five go scientific", 0.00001, "", "1E-05"},
		{"the largest double", math.MaxFloat64, "", "1.79769313486232E+308"},
		{"minus zero has no sign", math.Copysign(0, -1), "", "0"},
		{"what rounds to zero has no sign", -0.001, "F2", "0.00"},
		{"half goes away from zero", 2.5, "F0", "3"},
		{"half goes away from zero below it", -2.5, "F0", "-3"},
		{"a carry over all digits", 9.999, "F2", "10.00"},
		{"digits beyond fifteen are zeros", third, "F20", "0.33333333333333300000"},
		{"E beyond fifteen digits takes seventeen", third, "E16", "3.3333333333333331E-001"},
		{"N", 1234567.891, "N1", "1,234,567.9"},
		{"C", 1234.5, "C", "¤1,234.50"},
		{"C of a negative", -1234.5, "C", "(¤1,234.50)"},
		{"P", -0.1234, "P1", "-12.3 %"},
		{"not a number", math.NaN(), "N2", "NaN"},
		{"infinity", math.Inf(1), "", "Infinity"},
		{"minus infinity", math.Inf(-1), "0.0", "-Infinity"},
		{"X is for whole numbers only", 1, "X", "!Format specifier was invalid."},
		{"D is for whole numbers only", 1, "D", "!Format specifier was invalid."},
		{"custom rounds half away from zero", 1.005, "0.00", "1.01"},
		{"custom drops a point with nothing behind", 5, "0.##", "5"},
		{"custom without a leading zero", 0.5, "#.##", ".5"},
		{"custom rounds to zero: the third section", 0.001, "0.0;-0.0;nil", "nil"},
		{"custom rounds a negative to zero", -0.001, "0.0", "0.0"},
		{"custom negative", -1.5, "0.0", "-1.5"},
		{"custom exponent of a small number", 0.00012, "0.0e+00", "1.2e-04"},
		{"custom percent", 0.086, "#0.##%", "8.6%"},
	} {
		got, err := dotnet.FormatDouble(tc.value, tc.format, dotnet.Invariant())
		check(t, tc.reason, got, err, tc.want)
	}
	got, err := dotnet.FormatDouble(0.5, "P", dotnet.EnUS())
	check(t, "en-US sets the percent sign close", got, err, "50.00%")
}

func TestFormatSingle(t *testing.T) {
	for _, tc := range []struct {
		reason string
		value  float32
		format string
		want   string
	}{
		{"seven digits", 0.1, "", "0.1"},
		{"a third", 1.0 / 3, "", "0.3333333"},
		{"R", 1.0 / 3, "R", "0.333333343"},
		{"eight digits go scientific", 12345678, "", "1.234568E+07"},
		{"R of a large number", 16777216, "R", "16777216"},
	} {
		got, err := dotnet.FormatSingle(tc.value, tc.format, nil)
		check(t, tc.reason, got, err, tc.want)
	}
}

func TestFormatDecimal(t *testing.T) {
	for _, tc := range []struct{ reason, value, format, want string }{
		{"trailing zeros stay", "1.10", "", "1.10"},
		{"zero keeps its decimals", "0.00", "", "0.00"},
		{"never scientific by itself", "0.0000000000000000000000000001", "", "0.0000000000000000000000000001"},
		{"with a count it is", "0.00001", "G5", "1E-05"},
		{"all digits", "79228162514264337593543950335", "", "79228162514264337593543950335"},
		{"F", "1.005", "F2", "1.01"},
		{"N", "-1234567.891", "N2", "-1,234,567.89"},
		{"C", "19.9", "C", "$19.90"},
		{"custom", "1234.50", "#,##0.000", "1,234.500"},
		{"R is for floating point only", "1", "R", "!Format specifier was invalid."},
	} {
		value, err := dotnet.ParseDecimal(tc.value, dotnet.StyleNumber, nil)
		got, err := dotnet.FormatDecimal(must(t, value, err), tc.format, dotnet.EnUS())
		check(t, tc.reason, got, err, tc.want)
	}
}
