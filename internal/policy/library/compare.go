package library

import (
	"cmp"
	"encoding/binary"
	"math"
	"strings"
	"unicode"

	"github.com/aoai-gateway/aoai-gateway/internal/policy/dotnet"
)

// Equal is object.Equals: value types and strings by value and type, tuples of
// anonymous objects member by member, everything else by reference.
func Equal(a, b any) bool {
	switch a := a.(type) {
	case float64:
		other, ok := b.(float64)
		return ok && (a == other || a != a && other != other)
	case float32:
		other, ok := b.(float32)
		return ok && (a == other || a != a && other != other)
	case *Anonymous:
		other, ok := b.(*Anonymous)
		if !ok || a.Type.key != other.Type.key {
			return false
		}
		for i := range a.Values {
			if !Equal(a.Values[i], other.Values[i]) {
				return false
			}
		}
		return true
	case Enum:
		other, ok := b.(Enum)
		return ok && Same(a.Type, other.Type) && a.Value == other.Value
	case *Tuple:
		return a.equals(b)
	case TypeValue:
		other, ok := b.(TypeValue)
		return ok && Same(a.Type, other.Type)
	case Pair:
		other, ok := b.(Pair)
		return ok && Equal(a.Key, other.Key) && Equal(a.Value, other.Value)
	case dotnet.DateTime:
		other, ok := b.(dotnet.DateTime)
		return ok && a.Ticks == other.Ticks
	case dotnet.DateTimeOffset:
		other, ok := b.(dotnet.DateTimeOffset)
		return ok && a.Compare(other) == 0
	case dotnet.Decimal:
		other, ok := b.(dotnet.Decimal)
		return ok && a.Cmp(other) == 0
	case *JValue:
		other, ok := b.(*JValue)
		return ok && a.equals(other)
	case *URIValue:
		other, ok := b.(*URIValue)
		return ok && a.same(other)
	}
	return a == b
}

// hashCode is GetHashCode, as .NET Framework computes it.
func hashCode(v any) int32 {
	switch v := v.(type) {
	case string:
		return hashText(v)
	case dotnet.Guid:
		// All 32 bits at a time, as they lie in memory.
		data, hash := bytesOfGuid(v).Data, uint32(0)
		for i := 0; i < len(data); i += 4 {
			hash ^= binary.LittleEndian.Uint32(data[i:])
		}
		return int32(hash)
	case float64:
		switch {
		case v == 0:
			return 0
		case v != v:
			// .NET's NaN is another one than Go's.
			return -0x80000
		}
		return foldHalves(int64(math.Float64bits(v))) //nolint:gosec // the bits count
	case float32:
		return int32(math.Float32bits(v)) //nolint:gosec // the bits count
	case dotnet.DateTime:
		// The kind takes the two upper bits.
		return foldHalves(v.Ticks | int64(v.Kind)<<62)
	case dotnet.TimeSpan:
		return foldHalves(int64(v))
	case dotnet.DateTimeOffset:
		return foldHalves(v.Clock - int64(v.Offset))
	case dotnet.Decimal:
		return foldHalves(int64(math.Float64bits(v.Float64())) &^ 0xf) //nolint:gosec // the bits count
	case uint64:
		return foldHalves(int64(v)) //nolint:gosec // the bits count
	case uint32:
		return int32(v) //nolint:gosec // the bits count
	case int16:
		return int32(uint16(v)) | int32(v)<<16 //nolint:gosec // the bits count
	case uint16:
		return int32(v)
	case int8:
		return int32(v) ^ int32(v)<<8
	case uint8:
		return int32(v)
	case Enum:
		return v.Value
	case bool:
		if v {
			return 1
		}
		return 0
	case int32:
		return v
	case Char:
		return int32(v) | int32(v)<<16
	case int64:
		return foldHalves(v)
	}
	return 0
}

// hashText is what .NET Framework gives on 64 bits unless it is told to
// randomize; text behind a NUL does not count there.
func hashText(s string) int32 {
	first, second := int32(5381), int32(5381)
	for i, unit := range units(s) {
		switch {
		case unit == 0:
			return first + second*1566083941
		case i%2 == 0:
			first = first<<5 + first ^ int32(unit)
		default:
			second = second<<5 + second ^ int32(unit)
		}
	}
	return first + second*1566083941
}

// foldHalves is the hash of 64 bits.
func foldHalves(v int64) int32 { return int32(v) ^ int32(v>>32) } //nolint:gosec // the bits count

// Compare is IComparable.CompareTo of two values of one type; null comes first.
func Compare(a, b any) (int, error) {
	switch {
	case a == nil && b == nil:
		return 0, nil
	case a == nil:
		return -1, nil
	case b == nil:
		return 1, nil
	}
	switch x := a.(type) {
	case string:
		if y, ok := b.(string); ok {
			return compareCulture(x, y), nil
		}
	case *Tuple:
		if y, ok := b.(*Tuple); ok && Same(x.Type, y.Type) {
			return x.compare(y)
		}
	case bool:
		if y, ok := b.(bool); ok {
			return cmp.Compare(bit(x), bit(y)), nil
		}
	case dotnet.Decimal:
		if y, ok := b.(dotnet.Decimal); ok {
			return x.Cmp(y), nil
		}
	case dotnet.DateTime:
		if y, ok := b.(dotnet.DateTime); ok {
			return cmp.Compare(x.Ticks, y.Ticks), nil
		}
	case dotnet.DateTimeOffset:
		if y, ok := b.(dotnet.DateTimeOffset); ok {
			return x.Compare(y), nil
		}
	case dotnet.Guid:
		if y, ok := b.(dotnet.Guid); ok {
			return strings.Compare(string(x[:]), string(y[:])), nil
		}
	case Enum:
		if y, ok := b.(Enum); ok {
			return cmp.Compare(x.Value, y.Value), nil
		}
	case *JValue:
		if y, ok := b.(*JValue); ok {
			return Compare(x.Value, y.Value)
		}
	default:
		if order, ok := compareNumbers(a, b); ok {
			return order, nil
		}
	}
	if name := comparableName(a); name != "" {
		return 0, dotnet.Argument("Object must be of type "+name+".", "")
	}
	return 0, dotnet.Throw("System.ArgumentException", "At least one object must implement IComparable.")
}

// comparableName is the name of a type that compares with its own kind alone.
func comparableName(v any) string {
	switch v.(type) {
	case string:
		return "String"
	case bool:
		return "Boolean"
	case Char:
		return "Char"
	case int8:
		return "SByte"
	case int16:
		return "Int16"
	case int32:
		return "Int32"
	case int64:
		return "Int64"
	case uint8:
		return "Byte"
	case uint16:
		return "UInt16"
	case uint32:
		return "UInt32"
	case uint64:
		return "UInt64"
	case float32:
		return "Single"
	case float64:
		return "Double"
	case dotnet.Decimal:
		return "Decimal"
	case dotnet.DateTime:
		return "DateTime"
	case dotnet.DateTimeOffset:
		return "DateTimeOffset"
	case dotnet.TimeSpan:
		return "TimeSpan"
	case dotnet.Guid:
		return "Guid"
	}
	return ""
}

func compareNumbers(a, b any) (int, bool) {
	switch x := a.(type) {
	case int32:
		y, ok := b.(int32)
		return cmp.Compare(x, y), ok
	case int64:
		y, ok := b.(int64)
		return cmp.Compare(x, y), ok
	case float64:
		y, ok := b.(float64)
		return cmp.Compare(x, y), ok
	case float32:
		y, ok := b.(float32)
		return cmp.Compare(x, y), ok
	case uint8:
		y, ok := b.(uint8)
		return cmp.Compare(x, y), ok
	case int8:
		y, ok := b.(int8)
		return cmp.Compare(x, y), ok
	case int16:
		y, ok := b.(int16)
		return cmp.Compare(x, y), ok
	case uint16:
		y, ok := b.(uint16)
		return cmp.Compare(x, y), ok
	case uint32:
		y, ok := b.(uint32)
		return cmp.Compare(x, y), ok
	case uint64:
		y, ok := b.(uint64)
		return cmp.Compare(x, y), ok
	case Char:
		y, ok := b.(Char)
		return cmp.Compare(x, y), ok
	case dotnet.TimeSpan:
		y, ok := b.(dotnet.TimeSpan)
		return cmp.Compare(x, y), ok
	}
	return 0, false
}

func bit(b bool) int {
	if b {
		return 1
	}
	return 0
}

// fold is a string for comparison without case: upper case, as OrdinalIgnoreCase
// does.
func fold(s string) string {
	return strings.Map(upper, s)
}

// upper and lower are the cases of the invariant culture: the letters that only
// Turkish changes stay as they are.
func upper(r rune) rune {
	if r == 'ı' {
		return r
	}
	return unicode.ToUpper(r)
}

func lower(r rune) rune {
	if r == 'İ' {
		return r
	}
	return unicode.ToLower(r)
}
