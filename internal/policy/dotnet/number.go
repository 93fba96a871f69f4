package dotnet

import (
	"math"
	"strconv"
	"strings"
)

// number is a value on its way to or from text: 0.d1d2d3... times ten to the
// power of scale. No digits at all is zero.
type number struct {
	digits   []byte
	scale    int
	negative bool
	// precision is how many digits "G" shows when its format names no count.
	precision int
	// decimal marks a System.Decimal, whose trailing zeros "G" keeps.
	decimal bool
}

// Digits that "G" shows by default, by type.
const (
	integerPrecision = 20
	decimalPrecision = 29
	doublePrecision  = 15
	singlePrecision  = 7
)

func numberFromUint(v uint64, negative bool) number {
	n := number{negative: negative, precision: integerPrecision}
	if v != 0 {
		n.digits = strconv.AppendUint(nil, v, 10)
		n.scale = len(n.digits)
	}
	return n
}

// numberFromFloat takes the given count of significant digits of a finite v. A
// minus zero loses its sign, as .NET Framework's does.
func numberFromFloat(v float64, significant, precision int) number {
	n := number{precision: precision}
	if v == 0 {
		return n
	}
	text := strconv.FormatFloat(math.Abs(v), 'e', significant-1, 64)
	mantissa, exponent, _ := strings.Cut(text, "e")
	power, err := strconv.Atoi(exponent)
	if err != nil {
		return n
	}
	n.digits = []byte(strings.Replace(mantissa, ".", "", 1))
	n.scale = power + 1
	n.negative = v < 0
	return n
}

func numberFromDecimal(d Decimal) number {
	n := number{negative: d.negative, precision: decimalPrecision, decimal: true}
	if !d.IsZero() {
		n.digits = []byte(d.coefficient().String())
	}
	n.scale = len(n.digits) - int(d.scale)
	return n
}

func (n *number) isZero() bool { return len(n.digits) == 0 }

// round keeps the first count digits, rounds half away from zero, and drops
// trailing zeros. What rounds to zero loses its sign.
func (n *number) round(count int) {
	kept := min(max(count, 0), len(n.digits))
	up := count >= 0 && count < len(n.digits) && n.digits[count] >= '5'
	digits := append([]byte(nil), n.digits[:kept]...)
	if up {
		for len(digits) > 0 && digits[len(digits)-1] == '9' {
			digits = digits[:len(digits)-1]
		}
		if len(digits) > 0 {
			digits[len(digits)-1]++
		} else {
			n.scale++
			digits = []byte{'1'}
		}
	}
	for len(digits) > 0 && digits[len(digits)-1] == '0' {
		digits = digits[:len(digits)-1]
	}
	if len(digits) == 0 {
		n.scale = 0
		n.negative = false
	}
	n.digits = digits
}

// digitReader hands out the digits of a number one by one.
type digitReader struct {
	digits []byte
}

func (r *digitReader) more() bool { return len(r.digits) > 0 }

// next returns the next digit, or '0' when none is left.
func (r *digitReader) next() byte {
	if len(r.digits) == 0 {
		return '0'
	}
	digit := r.digits[0]
	r.digits = r.digits[1:]
	return digit
}
