package dotnet_test

import (
	"strconv"
	"testing"

	"github.com/aoai-gateway/aoai-gateway/internal/policy/dotnet"
)

const badNumber = "!Input string was not in a correct format."

func TestParseInt(t *testing.T) {
	for _, tc := range []struct {
		reason string
		text   string
		bits   int
		styles dotnet.NumberStyles
		want   string
	}{
		{"white space around", " \t-42 ", 32, dotnet.StyleInteger, "-42"},
		{"a plus sign", "+7", 32, dotnet.StyleInteger, "7"},
		{"no white space behind a sign", "- 7", 32, dotnet.StyleInteger, badNumber},
		{"zero bytes at the end", "7\x00\x00", 32, dotnet.StyleInteger, "7"},
		{"nothing", "", 32, dotnet.StyleInteger, badNumber},
		{"a sign alone", "-", 32, dotnet.StyleInteger, badNumber},
		{"text", "12a", 32, dotnet.StyleInteger, badNumber},
		{"no thousands unless allowed", "1,000", 32, dotnet.StyleInteger, badNumber},
		{"thousands stand anywhere", "1,0,00", 32, dotnet.StyleNumber, "1000"},
		{"decimals that are zero", "7.00", 32, dotnet.StyleNumber, "7"},
		{"decimals that are not", "7.5", 32, dotnet.StyleNumber, "!Value was either too large or too small for an Int32."},
		{"brackets are a minus", "(7)", 32, dotnet.StyleAny, "-7"},
		{"an open bracket", "(7", 32, dotnet.StyleAny, badNumber},
		{"a trailing sign", "7-", 32, dotnet.StyleNumber, "-7"},
		{"an exponent", "12E2", 32, dotnet.StyleAny, "1200"},
		{"an exponent without digits", "12E", 32, dotnet.StyleAny, badNumber},
		{"a currency symbol", "$7", 32, dotnet.StyleCurrency, "7"},
		{"smallest int", "-2147483648", 32, dotnet.StyleInteger, "-2147483648"},
		{"too large an int", "2147483648", 32, dotnet.StyleInteger, "!Value was either too large or too small for an Int32."},
		{"too large a long", "9223372036854775808", 64, dotnet.StyleInteger, "!Value was either too large or too small for an Int64."},
		{"smallest long", "-9223372036854775808", 64, dotnet.StyleInteger, "-9223372036854775808"},
		{"too large a signed byte", "128", 8, dotnet.StyleInteger, "!Value was either too large or too small for a signed byte."},
		{"too large a short", "32768", 16, dotnet.StyleInteger, "!Value was either too large or too small for an Int16."},
		{"hex is a pattern of bits", "FFFFFFFF", 32, dotnet.StyleHexNumber, "-1"},
		{"hex of a signed byte", " fe ", 8, dotnet.StyleHexNumber, "-2"},
		{"hex too long", "1FFFFFFFF", 32, dotnet.StyleHexNumber, "!Value was either too large or too small for an Int32."},
		{"no 0x", "0xFF", 32, dotnet.StyleHexNumber, badNumber},
		{"an unknown style", "1", 32, 1024, "!An undefined NumberStyles value is being used.\r\nParameter name: style"},
		{"many zeros", "000000000000000000000000000000000000000000000000000000000000007", 32, dotnet.StyleInteger, "7"},
	} {
		got, err := dotnet.ParseInt(tc.text, tc.bits, tc.styles, dotnet.EnUS())
		check(t, tc.reason, strconv.FormatInt(got, 10), err, tc.want)
	}
}

func TestParseUint(t *testing.T) {
	for _, tc := range []struct {
		reason, text string
		bits         int
		want         string
	}{
		{"largest byte", "255", 8, "255"},
		{"too large a byte", "256", 8, "!Value was either too large or too small for an unsigned byte."},
		{"a negative", "-1", 32, "!Value was either too large or too small for a UInt32."},
		{"minus zero", "-0", 32, "0"},
		{"largest ulong", "18446744073709551615", 64, "18446744073709551615"},
		{"too large a ulong", "18446744073709551616", 64, "!Value was either too large or too small for a UInt64."},
	} {
		got, err := dotnet.ParseUint(tc.text, tc.bits, dotnet.StyleInteger, nil)
		check(t, tc.reason, strconv.FormatUint(got, 10), err, tc.want)
	}
}

func TestParseDouble(t *testing.T) {
	const styles = dotnet.StyleFloat | dotnet.AllowThousands
	for _, tc := range []struct{ reason, text, want string }{
		{"plain", "1.5", "1.5"},
		{"grouped", "1,234.5", "1234.5"},
		{"an exponent", "1e3", "1000"},
		{"no digit before the point", ".5", "0.5"},
		{"no digit behind it", "5.", "5"},
		{"a point alone", ".", badNumber},
		{"infinity", " Infinity ", "+Inf"},
		{"minus infinity", "-Infinity", "-Inf"},
		{"not a number", "NaN", "NaN"},
		{"its case counts", "nan", badNumber},
		{"too large", "1e309", "!Value was either too large or too small for a Double."},
		{"an absurd exponent", "1e99999999999", "!Value was either too large or too small for a Double."},
		{"too small is zero", "1e-400", "0"},
		{"zero with an absurd exponent", "0e99999", "0"},
		{"Go's own forms are none", "0x1p3", badNumber},
		{"nor underscores", "1_0", badNumber},
	} {
		got, err := dotnet.ParseDouble(tc.text, styles, nil)
		check(t, tc.reason, strconv.FormatFloat(got, 'g', -1, 64), err, tc.want)
	}
	single, err := dotnet.ParseSingle("0.1", styles, nil)
	check(t, "a single", strconv.FormatFloat(float64(single), 'g', -1, 32), err, "0.1")
}

func TestParseDecimal(t *testing.T) {
	const overflow = "!Value was either too large or too small for a Decimal."
	for _, tc := range []struct {
		reason, text string
		styles       dotnet.NumberStyles
		want         string
	}{
		{"trailing zeros stay", "1.10", dotnet.StyleNumber, "1.10"},
		{"zero keeps its decimals", "0.000", dotnet.StyleNumber, "0.000"},
		{"minus zero prints as zero", "-0.0", dotnet.StyleNumber, "0.0"},
		{"largest", "79228162514264337593543950335", dotnet.StyleNumber, "79228162514264337593543950335"},
		{"too large", "79228162514264337593543950336", dotnet.StyleNumber, overflow},
		{"the 29th decimal is rounded half to even", "0.00000000000000000000000000005", dotnet.StyleNumber, "0.0000000000000000000000000000"},
		{"more than half rounds up", "0.00000000000000000000000000006", dotnet.StyleNumber, "0.0000000000000000000000000001"},
		{"no exponent unless allowed", "1E3", dotnet.StyleNumber, badNumber},
		{"an exponent", "1.5E3", dotnet.StyleFloat, "1500"},
		{"too large an exponent", "1E30", dotnet.StyleFloat, overflow},
		{"too small an exponent", "9E-200", dotnet.StyleFloat, "0.0000000000000000000000000000"},
		{"hex is refused", "1", dotnet.StyleHexNumber, "!The number style AllowHexSpecifier is not supported on floating point data types."},
	} {
		got, err := dotnet.ParseDecimal(tc.text, tc.styles, nil)
		check(t, tc.reason, got.String(), err, tc.want)
	}
}
