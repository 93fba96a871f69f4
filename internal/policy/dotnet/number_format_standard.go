package dotnet

import (
	"strconv"
	"strings"
)

// formatStandard writes n by a standard format. D and X, which only whole
// numbers have, are dealt with before; here they are a FormatException.
func (n number) formatStandard(spec formatSpec, c *Culture) (string, error) {
	switch spec.upper() {
	case 'C':
		n.round(n.scale + spec.digitsOr(defaultDecimals))
		pattern := c.currencyPositive
		if n.negative {
			pattern = c.currencyNegative
		}
		return fillPattern(pattern, n.fixed(spec.digitsOr(defaultDecimals), true), c), nil
	case 'F':
		n.round(n.scale + spec.digitsOr(defaultDecimals))
		return n.signed(n.fixed(spec.digitsOr(defaultDecimals), false)), nil
	case 'N':
		n.round(n.scale + spec.digitsOr(defaultDecimals))
		return n.signed(n.fixed(spec.digitsOr(defaultDecimals), true)), nil
	case 'P':
		n.scale += 2
		n.round(n.scale + spec.digitsOr(defaultDecimals))
		pattern := c.percentPositive
		if n.negative {
			pattern = c.percentNegative
		}
		return fillPattern(pattern, n.fixed(spec.digitsOr(defaultDecimals), true), c), nil
	case 'E':
		const usualDecimals = 6
		digits := spec.digitsOr(usualDecimals) + 1
		n.round(digits)
		return n.signed(n.scientific(digits, spec.letter)), nil
	case 'G':
		return n.formatGeneral(spec), nil
	}
	return "", Format("Format specifier was invalid.")
}

func (n number) formatGeneral(spec formatSpec) string {
	digits := spec.digits
	// A decimal without a count shows all it has, trailing zeros too.
	exact := n.decimal && digits == -1
	if exact {
		if n.isZero() {
			n.negative = false
		}
	} else {
		if digits < 1 {
			digits = n.precision
		}
		n.round(digits)
	}
	// 'E' and 'G' differ from 'e' and 'g' by two letters alike.
	return n.signed(n.general(digits, spec.letter-'G'+'E', exact))
}

func (n number) signed(text string) string {
	if n.negative {
		return "-" + text
	}
	return text
}

// fixed writes the magnitude with a fixed count of decimals.
func (n number) fixed(decimals int, grouped bool) string {
	var out strings.Builder
	reader := digitReader{n.digits}
	if n.scale <= 0 {
		out.WriteByte('0')
	}
	for place := n.scale; place > 0; place-- {
		out.WriteByte(reader.next())
		if grouped && place > 1 && (place-1)%groupSize == 0 {
			out.WriteString(groupSeparator)
		}
	}
	if decimals <= 0 {
		return out.String()
	}
	out.WriteString(decimalSeparator)
	zeros := min(max(-n.scale, 0), decimals)
	out.WriteString(strings.Repeat("0", zeros))
	for range decimals - zeros {
		out.WriteByte(reader.next())
	}
	return out.String()
}

func (n number) scientific(digits int, symbol byte) string {
	reader := digitReader{n.digits}
	out := []byte{reader.next()}
	if digits > 1 {
		out = append(out, decimalSeparator...)
	}
	for range digits - 1 {
		out = append(out, reader.next())
	}
	exponent := 0
	if !n.isZero() {
		exponent = n.scale - 1
	}
	const exponentDigits = 3
	return string(out) + formatExponent(exponent, symbol, exponentDigits, true)
}

// general writes the magnitude in full, or with an exponent when it has more
// than the given digits before the point or more than four zeros after it.
func (n number) general(digits int, symbol byte, neverScientific bool) string {
	var out strings.Builder
	reader := digitReader{n.digits}
	place := n.scale
	scientific := !neverScientific && (place > digits || place < -3)
	if scientific {
		place = 1
	}
	if place <= 0 {
		out.WriteByte('0')
	}
	for ; place > 0; place-- {
		out.WriteByte(reader.next())
	}
	if reader.more() || place < 0 {
		out.WriteString(decimalSeparator)
		out.WriteString(strings.Repeat("0", -place))
		out.Write(reader.digits)
	}
	if scientific {
		const exponentDigits = 2
		out.WriteString(formatExponent(n.scale-1, symbol, exponentDigits, true))
	}
	return out.String()
}

func formatExponent(exponent int, symbol byte, minDigits int, plus bool) string {
	sign := ""
	switch {
	case exponent < 0:
		sign = "-"
		exponent = -exponent
	case plus:
		sign = "+"
	}
	return string(symbol) + sign + padDigits(strconv.Itoa(exponent), minDigits)
}

// fillPattern puts a number into a currency or percent pattern.
func fillPattern(pattern, text string, c *Culture) string {
	return strings.NewReplacer("#", text, "$", c.currencySymbol).Replace(pattern)
}
