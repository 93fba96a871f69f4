package library

import (
	"math"
	"strings"

	"github.com/aoai-gateway/aoai-gateway/internal/policy/dotnet"
)

// Float is a number as a double; false of what is no number.
func Float(v any) (float64, bool) {
	switch v := v.(type) {
	case float64:
		return v, true
	case float32:
		return float64(v), true
	case dotnet.Decimal:
		return v.Float64(), true
	case uint64:
		return float64(v), true
	}
	n, ok := integer(v)
	return float64(n), ok
}

// integer is a whole number (but for ulong) or a char's code.
func integer(v any) (int64, bool) {
	switch v := v.(type) {
	case int32:
		return int64(v), true
	case int64:
		return v, true
	case uint8:
		return int64(v), true
	case int8:
		return int64(v), true
	case int16:
		return int64(v), true
	case uint16:
		return int64(v), true
	case uint32:
		return int64(v), true
	case Char:
		return int64(v), true
	case Enum:
		return int64(v.Value), true
	}
	return 0, false
}

// bounds of the whole number types.
func bounds(name string) (least int64, most uint64, ok bool) {
	switch name {
	case "SByte":
		return math.MinInt8, math.MaxInt8, true
	case "Int16":
		return math.MinInt16, math.MaxInt16, true
	case "Int32":
		return math.MinInt32, math.MaxInt32, true
	case "Int64":
		return math.MinInt64, math.MaxInt64, true
	case "Byte":
		return 0, math.MaxUint8, true
	case "UInt16", "Char":
		return 0, math.MaxUint16, true
	case "UInt32":
		return 0, math.MaxUint32, true
	case "UInt64":
		return 0, math.MaxUint64, true
	}
	return 0, 0, false
}

// ToNumber converts between numeric types. Checked is what Convert does: round
// half to even and throw OverflowException; unchecked is a cast: truncate and
// wrap around. Ok is false where v or the target is no number.
func ToNumber(v any, target *Type, checked bool) (converted any, ok bool, err error) {
	if target.IsEnum() {
		n, isNumber, err := toNumber(v, "Int32", false)
		if !isNumber || err != nil {
			return nil, isNumber, err
		}
		return Enum{target, n.(int32)}, true, nil
	}
	return toNumber(v, target.def.name, checked)
}

//nolint:gosec // wrapping around is what an unchecked cast does
func toNumber(v any, name string, checked bool) (converted any, ok bool, err error) {
	switch name {
	case "Double":
		f, isNumber := Float(v)
		return f, isNumber, nil
	case "Single":
		f, isNumber := Float(v)
		return float32(f), isNumber, nil
	case "Decimal":
		d, isNumber, failed := decimalOf(v)
		return d, isNumber, failed
	}
	least, most, isInteger := bounds(name)
	if !isInteger {
		return nil, false, nil
	}
	if u, isUnsigned := v.(uint64); isUnsigned && u > math.MaxInt64 {
		if checked && u > most {
			return nil, true, overflow(name)
		}
		return wrap(name, u), true, nil
	}
	n, isNumber := integer(v)
	if u, isUnsigned := v.(uint64); isUnsigned {
		n, isNumber = int64(u), true
	}
	if !isNumber {
		return fromReal(v, name, least, most, checked)
	}
	if checked && (n < least || n > 0 && uint64(n) > most) {
		return nil, true, overflow(name)
	}
	return wrap(name, uint64(n)), true, nil
}

func decimalOf(v any) (any, bool, error) {
	switch v := v.(type) {
	case dotnet.Decimal:
		return v, true, nil
	case float64:
		d, err := dotnet.DecimalFromFloat64(v)
		return d, true, err
	case float32:
		d, err := dotnet.DecimalFromFloat32(v)
		return d, true, err
	case uint64:
		return dotnet.DecimalFromUint64(v), true, nil
	}
	n, ok := integer(v)
	return dotnet.NewDecimal(n), ok, nil
}

//nolint:gosec // the bounds are checked before
func fromReal(v any, name string, least int64, most uint64, checked bool) (any, bool, error) {
	if d, isDecimal := v.(dotnet.Decimal); isDecimal {
		if checked {
			d, _ = d.Round(0, false)
		}
		n, err := d.Int64()
		if err != nil || n < least || n > 0 && uint64(n) > most {
			if u, failed := d.Uint64(); failed == nil && u <= most {
				return wrap(name, u), true, nil
			}
			return nil, true, overflow(name)
		}
		return wrap(name, uint64(n)), true, nil
	}
	f, isNumber := Float(v)
	if !isNumber {
		return nil, false, nil
	}
	whole := math.Trunc(f)
	if checked {
		whole = math.RoundToEven(f)
	}
	if !checked {
		return truncated(whole, name), true, nil
	}
	if name == "SByte" || name == "Byte" || name == "Int16" || name == "UInt16" {
		// These go through an int.
		if !(whole >= math.MinInt32 && whole <= math.MaxInt32) {
			return nil, true, overflow("Int32")
		}
	}
	if (name == "Int64" || name == "UInt64") && !(whole >= float64(least) && whole < float64(most)) {
		return nil, true, dotnet.Overflow("")
	}
	if math.IsNaN(whole) || whole < float64(least) || whole > float64(most) || whole >= math.MaxUint64 {
		return nil, true, overflow(name)
	}
	if whole < 0 {
		return wrap(name, uint64(int64(whole))), true, nil
	}
	return wrap(name, uint64(whole)), true, nil
}

// truncated is what the processor makes of a real number: where it does not fit,
// the least number of the register that it goes through.
func truncated(whole float64, name string) any {
	switch name {
	case "UInt64":
		if whole >= 1<<63 && whole < 1<<64 {
			return wrap(name, uint64(whole))
		}
	case "Int64", "UInt32":
	default:
		if !(whole >= math.MinInt32 && whole <= math.MaxInt32) {
			return wrap(name, 1<<31)
		}
	}
	if !(whole >= -(1<<63) && whole < 1<<63) {
		return wrap(name, 1<<63)
	}
	return wrap(name, uint64(int64(whole))) //nolint:gosec // wrapping around is what an unchecked cast does
}

func overflow(name string) error {
	switch name {
	case "Byte":
		return dotnet.Overflow("Value was either too large or too small for an unsigned byte.")
	case "SByte":
		return dotnet.Overflow("Value was either too large or too small for a signed byte.")
	case "Char":
		return dotnet.Overflow("Value was either too large or too small for a character.")
	}
	article := "an "
	if strings.HasPrefix(name, "U") {
		article = "a "
	}
	return dotnet.Overflow("Value was either too large or too small for " + article + name + ".")
}

//nolint:gosec // wrapping around is meant
func wrap(name string, n uint64) any {
	switch name {
	case "SByte":
		return int8(n)
	case "Int16":
		return int16(n)
	case "Int32":
		return int32(n)
	case "Int64":
		return int64(n)
	case "Byte":
		return uint8(n)
	case "UInt16":
		return uint16(n)
	case "UInt32":
		return uint32(n)
	case "Char":
		return Char(n)
	}
	return n
}
