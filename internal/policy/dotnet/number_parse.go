package dotnet

import (
	"math"
	"strconv"
	"strings"
)

// ParseInt reads a signed whole number of 8, 16, 32 or 64 bits. The usual style
// is StyleInteger. The error is a FormatException, an OverflowException, or an
// ArgumentException for styles that .NET refuses.
func ParseInt(s string, bits int, styles NumberStyles, c *Culture) (int64, error) {
	fault := Overflow(overflowMessage(signedTypeName(bits)))
	magnitude, negative, err := parseInteger(s, styles, c, fault)
	if err != nil {
		return 0, err
	}
	mask := bitMask(bits)
	if styles.has(AllowHexSpecifier) {
		if magnitude > mask {
			return 0, fault
		}
		// The text is the pattern of bits: FF is -1 for an SByte.
		shift := max(64-bits, 0)
		return int64(magnitude<<shift) >> shift, nil //nolint:gosec // the bits are meant, or the range is checked before
	}
	limit := mask >> 1
	if negative {
		if magnitude > limit+1 {
			return 0, fault
		}
		return int64(-magnitude), nil //nolint:gosec // the bits are meant, or the range is checked before
	}
	if magnitude > limit {
		return 0, fault
	}
	return int64(magnitude), nil //nolint:gosec // the bits are meant, or the range is checked before
}

// ParseUint reads an unsigned whole number. See ParseInt.
func ParseUint(s string, bits int, styles NumberStyles, c *Culture) (uint64, error) {
	fault := Overflow(overflowMessage(unsignedTypeName(bits)))
	magnitude, negative, err := parseInteger(s, styles, c, fault)
	if err != nil {
		return 0, err
	}
	if negative || magnitude > bitMask(bits) {
		return 0, fault
	}
	return magnitude, nil
}

// ParseDouble reads a System.Double. The usual style is StyleFloat|AllowThousands.
// The error is a FormatException, an OverflowException, or an ArgumentException
// for styles that .NET refuses.
func ParseDouble(s string, styles NumberStyles, c *Culture) (float64, error) {
	return parseFloat(s, 64, "a Double", styles, c)
}

// ParseSingle reads a System.Single. See ParseDouble.
func ParseSingle(s string, styles NumberStyles, c *Culture) (float32, error) {
	v, err := parseFloat(s, 32, "a Single", styles, c)
	return float32(v), err
}

// ParseDecimal reads a System.Decimal and keeps trailing zeros. The usual style
// is StyleNumber. Errors are those of ParseDouble.
func ParseDecimal(s string, styles NumberStyles, c *Culture) (Decimal, error) {
	if err := checkFloatStyles(styles); err != nil {
		return Decimal{}, err
	}
	n, ok := scanNumber(s, styles, true, c.orInvariant())
	if !ok {
		return Decimal{}, Format("")
	}
	return decimalFromNumber(n)
}

func parseInteger(s string, styles NumberStyles, c *Culture, fault *Exception) (magnitude uint64, negative bool, err error) {
	if err := checkIntegerStyles(styles); err != nil {
		return 0, false, err
	}
	n, ok := scanNumber(s, styles, false, c.orInvariant())
	if !ok {
		return 0, false, Format("")
	}
	base := 10
	if styles.has(AllowHexSpecifier) {
		base = 16
	}
	const tooLong = 20
	switch {
	case n.isZero():
		return 0, n.negative, nil
	case n.scale < len(n.digits), n.scale > tooLong:
		return 0, false, fault
	}
	digits := string(n.digits) + strings.Repeat("0", n.scale-len(n.digits))
	magnitude, parseErr := strconv.ParseUint(digits, base, 64)
	if parseErr != nil {
		return 0, false, fault
	}
	return magnitude, n.negative, nil
}

func parseFloat(s string, bits int, typeName string, styles NumberStyles, c *Culture) (float64, error) {
	if err := checkFloatStyles(styles); err != nil {
		return 0, err
	}
	c = c.orInvariant()
	n, ok := scanNumber(s, styles, false, c)
	if !ok {
		return parseSpecial(strings.TrimSpace(s), c)
	}
	text := "0." + string(n.digits) + "e" + strconv.Itoa(n.scale)
	v, err := strconv.ParseFloat(text, bits)
	if err != nil && math.IsInf(v, 0) {
		return 0, Overflow(overflowMessage(typeName))
	}
	if n.negative {
		v = -v
	}
	return v, nil
}

func parseSpecial(s string, c *Culture) (float64, error) {
	switch s {
	case c.positiveInfinity:
		return math.Inf(1), nil
	case c.negativeInfinity:
		return math.Inf(-1), nil
	case c.notANumber:
		return math.NaN(), nil
	}
	return 0, Format("")
}

func checkIntegerStyles(styles NumberStyles) error {
	if err := checkKnownStyles(styles); err != nil {
		return err
	}
	if styles.has(AllowHexSpecifier) && styles&^StyleHexNumber != 0 {
		return Argument("With the AllowHexSpecifier bit set in the enum bit field, the only other valid bits "+
			"that can be combined into the enum value must be a subset of those in HexNumber.", "")
	}
	return nil
}

func checkFloatStyles(styles NumberStyles) error {
	if err := checkKnownStyles(styles); err != nil {
		return err
	}
	if styles.has(AllowHexSpecifier) {
		return Argument("The number style AllowHexSpecifier is not supported on floating point data types.", "")
	}
	return nil
}

func checkKnownStyles(styles NumberStyles) error {
	if styles&^(StyleAny|AllowHexSpecifier) != 0 {
		return Argument("An undefined NumberStyles value is being used.", "style")
	}
	return nil
}

func signedTypeName(bits int) string {
	switch bits {
	case 8:
		return "a signed byte"
	case 16:
		return "an Int16"
	case 32:
		return "an Int32"
	default:
		return "an Int64"
	}
}

func unsignedTypeName(bits int) string {
	switch bits {
	case 8:
		return "an unsigned byte"
	case 16:
		return "a UInt16"
	case 32:
		return "a UInt32"
	default:
		return "a UInt64"
	}
}
