package library

import (
	"cmp"
	"hash/fnv"
	"strings"
	"unicode"

	"github.com/aoai-gateway/aoai-gateway/internal/policy/dotnet"
)

// Equal is object.Equals: value types and strings by value and type, tuples of
// anonymous objects member by member, everything else by reference.
func Equal(a, b any) bool {
	switch a := a.(type) {
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
		return ok && a.String() == other.String()
	}
	return a == b
}

// hashCode fits Equal; what it gives in .NET differs from run to run.
func hashCode(v any) int32 {
	h := fnv.New32a()
	switch v := v.(type) {
	case string:
		_, _ = h.Write([]byte(v))
	case dotnet.Guid:
		_, _ = h.Write(v[:])
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
		return int32(v) ^ int32(v>>32) //nolint:gosec // the hash of .NET folds the halves
	default:
		return 0
	}
	return int32(h.Sum32()) //nolint:gosec // a hash may be negative
}

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
	return 0, dotnet.Throw("System.ArgumentException", "At least one object must implement IComparable.")
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

// compareCulture orders strings as the invariant culture does for ordinary
// text: letters before their case, lower case first.
func compareCulture(a, b string) int {
	if order := strings.Compare(fold(a), fold(b)); order != 0 {
		return order
	}
	return -strings.Compare(a, b)
}

// fold is a string for comparison without case: upper case, as OrdinalIgnoreCase
// does.
func fold(s string) string {
	return strings.Map(unicode.ToUpper, s)
}
