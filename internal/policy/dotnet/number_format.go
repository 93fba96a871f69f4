package dotnet

import (
	"fmt"
	"math"
	"strconv"
	"strings"
)

// FormatInt writes a signed whole number as .NET's ToString(format) does. bits
// is 8, 16, 32 or 64, and tells how X shows a negative. An empty format is "G".
// The error is a FormatException for a standard format that does not exist, R
// among them.
func FormatInt(v int64, bits int, format string, c *Culture) (string, error) {
	if v >= 0 {
		return formatInteger(uint64(v), false, uint64(v), format, c)
	}
	if bits < 32 && strings.HasPrefix(strings.ToUpper(format), "X") {
		// The short types look at the first letter alone.
		shown := uint64(v) & bitMask(bits) //nolint:gosec // the bits are meant
		return formatInteger(shown, false, shown, format, c)
	}
	return formatInteger(-uint64(v), true, uint64(v)&bitMask(bits), format, c) //nolint:gosec // the bits are meant, or the range is checked before
}

// FormatUint writes an unsigned whole number. See FormatInt.
func FormatUint(v uint64, bits int, format string, c *Culture) (string, error) {
	v &= bitMask(bits)
	return formatInteger(v, false, v, format, c)
}

// FormatDouble writes a System.Double. An empty format is "G", which shows 15
// significant digits; "R" shows 17 where 15 would not read back the same.
func FormatDouble(v float64, format string, c *Culture) (string, error) {
	return formatFloat(v, format, c, floatDigits{usual: doublePrecision, full: 17, bits: 64})
}

// FormatSingle writes a System.Single. An empty format is "G", which shows 7
// significant digits; "R" shows 9 where 7 would not read back the same.
func FormatSingle(v float32, format string, c *Culture) (string, error) {
	return formatFloat(float64(v), format, c, floatDigits{usual: singlePrecision, full: 9, bits: 32})
}

// FormatDecimal writes a System.Decimal. An empty format is "G", which keeps
// trailing zeros.
func FormatDecimal(v Decimal, format string, c *Culture) (string, error) {
	n := numberFromDecimal(v)
	spec, ok := parseFormatSpec(format)
	if !ok {
		return n.formatCustom(format), nil
	}
	return n.formatStandard(spec, c.orInvariant())
}

// formatSpec is a standard format: one letter and a count of digits.
type formatSpec struct {
	letter byte
	// digits is -1 when the format names no count.
	digits int
}

func (s formatSpec) upper() byte { return s.letter &^ 0x20 }

// digitsOr returns the count of digits, or fallback when the format names none.
func (s formatSpec) digitsOr(fallback int) int {
	if s.digits < 0 {
		return fallback
	}
	return s.digits
}

// parseFormatSpec reads a standard format. It reports false for a custom one;
// a count beyond 99 makes a format custom.
func parseFormatSpec(format string) (formatSpec, bool) {
	if format == "" {
		return formatSpec{letter: 'G', digits: -1}, true
	}
	spec := formatSpec{letter: format[0], digits: -1}
	if letter := spec.upper(); letter < 'A' || letter > 'Z' {
		return formatSpec{}, false
	}
	for i := 1; i < len(format); i++ {
		if !isDigit(format[i]) || spec.digits >= 10 {
			return formatSpec{}, false
		}
		spec.digits = max(spec.digits, 0)*10 + int(format[i]-'0')
	}
	return spec, true
}

func formatInteger(magnitude uint64, negative bool, pattern uint64, format string, c *Culture) (string, error) {
	n := numberFromUint(magnitude, negative)
	spec, ok := parseFormatSpec(format)
	switch {
	case !ok:
		return n.formatCustom(format), nil
	case spec.upper() == 'D', spec.upper() == 'G' && spec.digits <= 0:
		text := padDigits(strconv.FormatUint(magnitude, 10), spec.digits)
		if negative {
			text = "-" + text
		}
		return text, nil
	case spec.letter == 'x':
		return padDigits(strconv.FormatUint(pattern, 16), spec.digits), nil
	case spec.letter == 'X':
		return padDigits(fmt.Sprintf("%X", pattern), spec.digits), nil
	}
	return n.formatStandard(spec, c.orInvariant())
}

// floatDigits tells how many significant digits a binary type shows.
type floatDigits struct {
	usual, full int
	bits        int
}

func formatFloat(v float64, format string, c *Culture, size floatDigits) (string, error) {
	c = c.orInvariant()
	switch {
	case math.IsNaN(v):
		return c.notANumber, nil
	case math.IsInf(v, 1):
		return c.positiveInfinity, nil
	case math.IsInf(v, -1):
		return c.negativeInfinity, nil
	}
	spec, ok := parseFormatSpec(format)
	significant := size.usual
	switch {
	case !ok:
		n := numberFromFloat(v, significant, size.usual)
		return n.formatCustom(format), nil
	case spec.upper() == 'R':
		significant = size.roundTrip(v)
		spec = formatSpec{letter: 'G', digits: significant}
	case spec.upper() == 'E' && spec.digits > size.usual-1, spec.upper() == 'G' && spec.digits > size.usual:
		significant = size.full
	}
	n := numberFromFloat(v, significant, size.usual)
	return n.formatStandard(spec, c)
}

// roundTrip returns how many digits "R" needs for v to read back the same.
func (size floatDigits) roundTrip(v float64) int {
	text := strconv.FormatFloat(v, 'e', size.usual-1, 64)
	back, err := strconv.ParseFloat(text, size.bits)
	if err == nil && back == v {
		return size.usual
	}
	return size.full
}

func bitMask(bits int) uint64 {
	if bits <= 0 || bits >= 64 {
		return math.MaxUint64
	}
	return 1<<bits - 1
}

// padDigits puts zeros before text until it has the given length.
func padDigits(text string, length int) string {
	if missing := length - len(text); missing > 0 {
		return strings.Repeat("0", missing) + text
	}
	return text
}

func isDigit(b byte) bool { return b >= '0' && b <= '9' }
