package dotnet

import (
	"cmp"
	"math"
	"math/big"
	"strconv"
	"strings"
)

const (
	maxDecimalScale = 28
	maxDecimalBits  = 96
)

// Decimal is a System.Decimal: a whole coefficient of 96 bits divided by ten to
// the power of a scale from 0 to 28. It keeps trailing zeros: 1.10 and 1.1 are
// equal by Cmp and yet print differently, so compare with Cmp and not with ==.
// The zero value is 0.
type Decimal struct {
	lo       uint64
	hi       uint32
	scale    uint8
	negative bool
}

// NewDecimal returns v with scale 0.
func NewDecimal(v int64) Decimal {
	if v < 0 {
		return Decimal{lo: -uint64(v), negative: true} //nolint:gosec // the bits are meant, or the range is checked before
	}
	return Decimal{lo: uint64(v)}
}

// DecimalFromUint64 returns v with scale 0.
func DecimalFromUint64(v uint64) Decimal { return Decimal{lo: v} }

// DecimalOfParts is the number of 96 bits, divided by ten as often as scale says.
//
//nolint:gosec // the bits are meant
func DecimalOfParts(lo, mid, hi int32, negative bool, scale uint8) (Decimal, error) {
	if scale > maxDecimalScale {
		return Decimal{}, ArgumentOutOfRange("Decimal's scale value must be between 0 and 28, inclusive.", "scale")
	}
	return Decimal{lo: uint64(uint32(mid))<<32 | uint64(uint32(lo)), hi: uint32(hi), scale: scale, negative: negative}, nil
}

// Parts are the bits of Decimal.GetBits: the number, its lowest bits first, and
// its scale with its sign.
//
//nolint:gosec // the bits are meant
func (d Decimal) Parts() (lo, mid, hi, flags int32) {
	flags = int32(d.scale) << 16
	if d.negative {
		flags |= math.MinInt32
	}
	return int32(uint32(d.lo)), int32(uint32(d.lo >> 32)), int32(d.hi), flags
}

// DecimalFromFloat64 converts a System.Double: 15 significant digits, trailing
// zeros dropped. The error is an OverflowException, also for NaN and infinities.
func DecimalFromFloat64(v float64) (Decimal, error) {
	return decimalFromFloat(v, doublePrecision)
}

// DecimalFromFloat32 converts a System.Single: 7 significant digits.
func DecimalFromFloat32(v float32) (Decimal, error) {
	return decimalFromFloat(float64(v), singlePrecision)
}

func decimalFromFloat(v float64, significant int) (Decimal, error) {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return Decimal{}, decimalOverflow()
	}
	n := numberFromFloat(v, significant, significant)
	if n.isZero() {
		return Decimal{}, nil
	}
	// A tiny number has fewer digits than that: none lies beyond the 28th
	// decimal. It is rounded once, from the whole binary value.
	if n.scale < significant-maxDecimalScale {
		text := strconv.FormatFloat(math.Abs(v), 'f', maxDecimalScale, 64)
		_, decimals, _ := strings.Cut(text, ".")
		n.digits = []byte(decimals)
		n.scale = 0
	}
	n.digits = []byte(strings.TrimRight(string(n.digits), "0"))
	return decimalFromNumber(n)
}

// decimalFromNumber keeps the trailing zeros of n.
func decimalFromNumber(n number) (Decimal, error) {
	const tooLarge = decimalPrecision
	if n.isZero() {
		return Decimal{scale: clampScale(-n.scale)}, nil
	}
	if n.scale > tooLarge {
		return Decimal{}, decimalOverflow()
	}
	if n.scale < -maxDecimalScale {
		return Decimal{scale: maxDecimalScale}, nil
	}
	coefficient, ok := new(big.Int).SetString(string(n.digits), 10)
	if !ok {
		return Decimal{}, nil
	}
	scale := len(n.digits) - n.scale
	if scale < 0 {
		coefficient.Mul(coefficient, powerOfTen(-scale))
		scale = 0
	}
	return fitDecimal(coefficient, scale, n.negative)
}

func clampScale(scale int) uint8 {
	return uint8(min(max(scale, 0), maxDecimalScale))
}

// fitDecimal builds a Decimal from a magnitude of any size. It drops as few
// decimals as it must and rounds half to even. The error is an OverflowException.
func fitDecimal(magnitude *big.Int, scale int, negative bool) (Decimal, error) {
	for drop := max(scale-maxDecimalScale, 0); drop <= scale; drop++ {
		kept := divideHalfEven(magnitude, powerOfTen(drop))
		if kept.BitLen() <= maxDecimalBits {
			return rawDecimal(kept, clampScale(scale-drop), negative), nil
		}
	}
	return Decimal{}, decimalOverflow()
}

// rawDecimal builds a Decimal from a magnitude that is known to fit.
func rawDecimal(magnitude *big.Int, scale uint8, negative bool) Decimal {
	low := new(big.Int).And(magnitude, new(big.Int).SetUint64(math.MaxUint64))
	high := new(big.Int).Rsh(magnitude, 64)
	return Decimal{
		lo:       low.Uint64(),
		hi:       uint32(high.Uint64() & math.MaxUint32),
		scale:    scale,
		negative: negative && magnitude.Sign() != 0,
	}
}

// coefficient is the magnitude without its decimal point.
func (d Decimal) coefficient() *big.Int {
	whole := new(big.Int).SetUint64(uint64(d.hi))
	return whole.Lsh(whole, 64).Or(whole, new(big.Int).SetUint64(d.lo))
}

// signed is the coefficient with the sign of d, brought to the given scale.
func (d Decimal) signed(scale uint8) *big.Int {
	whole := d.coefficient()
	whole.Mul(whole, powerOfTen(int(scale)-int(d.scale)))
	if d.negative {
		whole.Neg(whole)
	}
	return whole
}

// IsZero reports whether d is 0, whatever its scale.
func (d Decimal) IsZero() bool { return d.lo == 0 && d.hi == 0 }

// Sign is -1, 0 or 1.
func (d Decimal) Sign() int {
	switch {
	case d.IsZero():
		return 0
	case d.negative:
		return -1
	}
	return 1
}

// Cmp is -1, 0 or 1 as d is less than, equal to or greater than other. Scales
// do not count: 1.10 equals 1.1.
func (d Decimal) Cmp(other Decimal) int {
	if d.scale == other.scale && d.Sign() >= 0 && other.Sign() >= 0 {
		return cmp.Or(cmp.Compare(d.hi, other.hi), cmp.Compare(d.lo, other.lo))
	}
	scale := max(d.scale, other.scale)
	return d.signed(scale).Cmp(other.signed(scale))
}

// Float64 converts to System.Double as .NET does: the coefficient as a double,
// divided by a power of ten.
func (d Decimal) Float64() float64 {
	const wordSize = 1 << 64
	v := (float64(d.lo) + float64(d.hi)*wordSize) / math.Pow10(int(d.scale))
	if d.negative {
		return -v
	}
	return v
}

// Int64 drops the decimals. The error is an OverflowException.
func (d Decimal) Int64() (int64, error) {
	whole := d.Truncate().signed(0)
	if !whole.IsInt64() {
		return 0, Overflow(overflowMessage("an Int64"))
	}
	return whole.Int64(), nil
}

// Uint64 drops the decimals. The error is an OverflowException.
func (d Decimal) Uint64() (uint64, error) {
	whole := d.Truncate().signed(0)
	if !whole.IsUint64() {
		return 0, Overflow(overflowMessage("a UInt64"))
	}
	return whole.Uint64(), nil
}

// String writes d as ToString() does in the invariant culture.
func (d Decimal) String() string {
	n := numberFromDecimal(d)
	return n.formatGeneral(formatSpec{letter: 'G', digits: -1})
}

func decimalOverflow() *Exception { return Overflow(overflowMessage("a Decimal")) }

// overflowMessage is the message of a value that a type cannot hold.
func overflowMessage(typeName string) string {
	return "Value was either too large or too small for " + typeName + "."
}
