package liquid

import (
	"math"
	"strings"
	"unicode/utf16"

	"github.com/aoai-gateway/aoai-gateway/internal/policy/dotnet"
	"github.com/aoai-gateway/aoai-gateway/internal/policy/library"
)

// Number styles of .NET: Number, Float with thousands, Integer and Currency.
const (
	numberStyle   = 111
	floatStyle    = 231
	integerStyle  = 7
	currencyStyle = 383
)

// equal is ==, which converts the right side to the type of the left one.
func equal(left, right any) bool {
	if _, ok := left.(symbol); ok {
		return isEmpty(right)
	}
	if _, ok := right.(symbol); ok {
		return isEmpty(left)
	}
	if left != nil && right != nil && typeName(left) != typeName(right) {
		if converted, err := changeType(right, left); err == nil {
			right = converted
		}
	}
	return same(left, right)
}

// same is Equals.
func same(a, b any) bool {
	switch x := a.(type) {
	case dotnet.Decimal:
		y, ok := b.(dotnet.Decimal)
		return ok && x.Cmp(y) == 0
	case dotnet.DateTime:
		y, ok := b.(dotnet.DateTime)
		return ok && x.Ticks == y.Ticks
	case *Hash, *List, Pair, nil:
		return identical(a, b)
	}
	if _, ok := b.(dotnet.Decimal); ok {
		return false
	}
	return a == b
}

func identical(a, b any) bool {
	switch x := a.(type) {
	case *Hash:
		y, ok := b.(*Hash)
		return ok && x == y
	case *List:
		y, ok := b.(*List)
		return ok && x == y
	case Pair:
		y, ok := b.(Pair)
		return ok && x.Key == y.Key && same(x.Value, y.Value)
	}
	return b == nil
}

// compare is Comparer.Default.
func compare(a, b any) (int, error) {
	if a != nil && b != nil {
		_, isHash := a.(*Hash)
		_, isList := a.(*List)
		_, isPair := a.(Pair)
		if isHash || isList || isPair || typeName(a) != typeName(b) {
			return 0, fail("At least one object must implement IComparable.")
		}
	}
	if x, ok := a.(Char); ok {
		y, _ := b.(Char)
		return int(x) - int(y), nil
	}
	return library.Compare(a, b)
}

// changeType is Convert.ChangeType to the type of a value.
func changeType(v, like any) (any, error) {
	if typeName(v) == typeName(like) {
		return v, nil
	}
	switch v.(type) {
	case *Hash, *List, Pair, symbol:
		return nil, fail("Object must implement IConvertible.")
	}
	switch like.(type) {
	case string:
		return text(v), nil
	case bool:
		return toBool(v)
	case int32:
		return either(toInt32(v))
	case int64:
		return either(toInt64(v))
	case float64:
		return either(toFloat(v))
	case dotnet.Decimal:
		return either(toDecimal(v))
	case Char:
		return either(toChar(v))
	case dotnet.DateTime:
		if s, ok := v.(string); ok {
			return either(dotnet.ParseDateTime(s, dotnet.Invariant(), 0))
		}
	}
	return nil, fail("Invalid cast from '" + typeName(v) + "' to '" + typeName(like) + "'.")
}

func either[T any](v T, err error) (any, error) {
	if err != nil {
		return nil, err
	}
	return v, nil
}

// toChar is Convert.ToChar: of a text, its only UTF-16 unit.
func toChar(v any) (Char, error) {
	switch x := v.(type) {
	case string:
		units := []rune(x)
		if len(units) != 1 || utf16.RuneLen(units[0]) != 1 {
			return 0, fail("String must be exactly one character long.")
		}
		return Char(units[0]), nil
	case int32, int64:
		n, err := toInt64(x)
		if err != nil || n < 0 || n > math.MaxUint16 {
			return 0, fail("Value was either too large or too small for a character.")
		}
		return Char(n), nil
	}
	return 0, fail("Invalid cast from '" + typeName(v) + "' to 'System.Char'.")
}

func toBool(v any) (any, error) {
	if s, ok := v.(string); ok {
		switch strings.ToLower(strings.TrimSpace(s)) {
		case "true":
			return true, nil
		case "false":
			return false, nil
		}
		return nil, fail("String was not recognized as a valid Boolean.")
	}
	n, err := toFloat(v)
	return n != 0, err
}

func toInt32(v any) (int32, error) {
	if s, ok := v.(string); ok {
		n, err := dotnet.ParseInt(s, 32, integerStyle, dotnet.Invariant())
		return int32(n), err //nolint:gosec // of 32 bits
	}
	n, err := toInt64(v)
	if err == nil && (n < math.MinInt32 || n > math.MaxInt32) {
		err = fail("Value was either too large or too small for an Int32.")
	}
	return int32(n), err //nolint:gosec // checked
}

func toInt64(v any) (int64, error) {
	switch x := v.(type) {
	case nil:
		return 0, nil
	case bool:
		if x {
			return 1, nil
		}
		return 0, nil
	case int32:
		return int64(x), nil
	case int64:
		return x, nil
	case Char:
		return int64(x), nil
	case string:
		return dotnet.ParseInt(x, 64, integerStyle, dotnet.Invariant())
	case float64:
		n := math.RoundToEven(x)
		if !(n >= math.MinInt64 && n < math.MaxInt64) {
			return 0, fail("Value was either too large or too small for an Int64.")
		}
		return int64(n), nil
	case dotnet.Decimal:
		n, err := x.Round(0, false)
		if err != nil {
			return 0, err
		}
		return n.Int64()
	}
	return 0, fail("Invalid cast from '" + typeName(v) + "' to 'System.Int64'.")
}

func toFloat(v any) (float64, error) {
	switch x := v.(type) {
	case float64:
		return x, nil
	case dotnet.Decimal:
		return x.Float64(), nil
	case string:
		return dotnet.ParseDouble(x, floatStyle, dotnet.Invariant())
	}
	n, err := toInt64(v)
	return float64(n), err
}

func toDecimal(v any) (dotnet.Decimal, error) {
	switch x := v.(type) {
	case dotnet.Decimal:
		return x, nil
	case float64:
		return dotnet.DecimalFromFloat64(x)
	case string:
		return dotnet.ParseDecimal(x, numberStyle, dotnet.Invariant())
	}
	n, err := toInt64(v)
	return dotnet.NewDecimal(n), err
}

// countOf is how many items a value has: of a string, UTF-16 units.
func countOf(v any) int32 {
	switch x := v.(type) {
	case string:
		n := 0
		for _, r := range x {
			n += utf16.RuneLen(r)
		}
		return whole(n)
	case *List:
		return whole(len(x.Items))
	case *Hash:
		return whole(len(x.names))
	}
	return 0
}
