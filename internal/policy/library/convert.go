package library

import (
	"encoding/base64"
	"errors"
	"math"
	"strconv"
	"strings"

	"github.com/aoai-gateway/aoai-gateway/internal/policy/dotnet"
)

func declareConvert(l *Library) {
	c := l.static("System", "Convert")
	for name, keyword := range map[string]string{
		"Boolean": "bool", "SByte": "sbyte", "Int16": "short", "Int32": "int", "Int64": "long", "Byte": "byte", "UInt16": "ushort", "UInt32": "uint", "UInt64": "ulong",
		"Single": "float", "Double": "double", "Decimal": "decimal",
	} {
		for _, from := range []string{"object?", "string?", "bool", "int", "long", "double", "decimal", "float", "byte", "char", "short", "uint", "ulong"} {
			c.fixed(keyword+" To"+name+"("+from+" value)", func(call *Call, a []any) (any, error) {
				return call.ChangeType(l, a[0], l.named(name))
			})
		}
	}
	for _, from := range []string{"object?", "string?", "bool", "int", "long", "double", "decimal", "char", "byte", "DateTime"} {
		c.fixed("string ToString("+from+" value)", func(call *Call, a []any) (any, error) {
			if a[0] == nil && from == "string?" {
				return nil, nil //nolint:nilnil // null is the value
			}
			return either(call.Text(l, a[0]))
		})
	}
	for _, from := range []string{"object?", "int", "string?"} {
		c.fixed("char ToChar("+from+" value)", func(call *Call, a []any) (any, error) {
			if a[0] == nil && from == "string?" {
				return nil, dotnet.ArgumentNull("value")
			}
			return call.ChangeType(l, a[0], l.Char)
		})
	}
	for _, from := range []string{"object?", "string?"} {
		c.fixed("DateTime ToDateTime("+from+" value)", func(call *Call, a []any) (any, error) { return call.ChangeType(l, a[0], l.DateTime) })
	}
	for name, bits := range map[string]int{"Byte": 8, "Int16": 16, "Int32": 32, "Int64": 64} {
		keyword := map[int]string{8: "byte", 16: "short", 32: "int", 64: "long"}[bits]
		c.fixed(keyword+" To"+name+"(string? value, int fromBase)", func(_ *Call, a []any) (any, error) {
			return fromBase(to[string](a[0]), to[int32](a[1]), bits)
		})
		c.fixed("string ToString("+keyword+" value, int toBase)", func(_ *Call, a []any) (any, error) { return toBase(a[0], to[int32](a[1])) })
	}
	c.fixed("string ToBase64String(byte[] inArray)", f1(func(b *Bytes) string { return base64.StdEncoding.EncodeToString(b.Data) }))
	c.fixed("byte[] FromBase64String(string s)", x1(fromBase64))
	c.fixed("object ChangeType(object? value, Type conversionType)", func(call *Call, a []any) (any, error) {
		return call.convertAs(l, a[0], a[1].(TypeValue).Type)
	})
	c.beyond("ToBase64CharArray", "FromBase64CharArray", "DBNull", "TryFromBase64String", "FromHexString", "ToHexString")
}

func notBase64(r rune) bool {
	return (r < '0' || r > '9') && (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && r != '+' && r != '/' && r != '='
}

func dropBlank(r rune) rune {
	if strings.ContainsRune(" \t\r\n", r) {
		return -1
	}
	return r
}

// ChangeType is Convert.To...: null becomes the type's zero, strings are parsed,
// numbers are rounded half to even and checked.
func (e *Env) ChangeType(l *Library, v any, target *Type) (any, error) {
	if value, ok := v.(*JValue); ok {
		return (&Call{Env: e, Library: l}).ConvertToken(value, target)
	}
	switch {
	case v == nil:
		return l.Zero(target), nil
	case Same(l.TypeOf(v), target):
		return v, nil
	case !isConvertible(l.TypeOf(v)):
		return nil, dotnet.InvalidCast("Unable to cast object of type '" + l.TypeOf(v).FullName() + "' to type 'System.IConvertible'.")
	}
	return e.convert(l, v, target)
}

// convertAs is Convert.ChangeType.
func (e *Env) convertAs(l *Library, v any, target *Type) (any, error) {
	if value, ok := v.(*JValue); ok && !Same(target, l.Token) {
		v = value.Value
	}
	switch {
	case v == nil && target.IsValue():
		return nil, dotnet.InvalidCast("Null object cannot be converted to a value type.")
	case v == nil:
		return nil, nil //nolint:nilnil // null is the value
	case Same(l.TypeOf(v), target) || Same(target, l.Object):
		return v, nil
	case !isConvertible(l.TypeOf(v)):
		return nil, dotnet.InvalidCast("Object must implement IConvertible.")
	case !isConvertible(target) || target.IsEnum():
		return nil, dotnet.InvalidCast("Invalid cast from '" + l.TypeOf(v).AssemblyName() + "' to '" + target.AssemblyName() + "'.")
	}
	return e.convert(l, v, target)
}

// isConvertible tells the types that implement IConvertible.
func isConvertible(t *Type) bool {
	if t == nil || t.def == nil || len(t.args) > 0 || t.def.namespace != "System" {
		return t.IsEnum()
	}
	switch t.def.name {
	case "String", "Boolean", "Char", "SByte", "Int16", "Int32", "Int64", "Byte", "UInt16", "UInt32", "UInt64", "Single", "Double", "Decimal", "DateTime":
		return true
	}
	return t.IsEnum()
}

// convert is what the IConvertible of a value gives.
func (e *Env) convert(l *Library, v any, target *Type) (any, error) {
	if Same(target, l.String) {
		return either(e.Text(l, v))
	}
	if text, ok := v.(string); ok {
		if Same(target, l.Boolean) {
			return either(parseBool(text))
		}
		return e.parseTo(l, text, target)
	}
	converted, err := changeType(v, target.def.name)
	if err == nil && converted == nil {
		return nil, dotnet.InvalidCast("Invalid cast from '" + l.TypeOf(v).shortName() + "' to '" + target.shortName() + "'.")
	}
	return converted, err
}

// changeType converts between numbers, booleans and characters, and checks; nil
// of what does not convert.
func changeType(v any, target string) (any, error) {
	_, isChar := v.(Char)
	number, isNumber := Float(v)
	flag, isBool := v.(bool)
	isReal := target == "Single" || target == "Double" || target == "Decimal"
	switch {
	case target == "DateTime", isChar && (target == "Boolean" || isReal), target == "Char" && isBool:
		return nil, nil //nolint:nilnil // there is no conversion
	case target == "Boolean" && isNumber:
		return number != 0, nil
	case isBool:
		v = int32(bit(flag)) //nolint:gosec // 0 or 1
	case !isNumber:
		return nil, nil //nolint:nilnil // there is no conversion
	}
	if _, isWhole := integer(v); target == "Char" && !isWhole {
		if _, isUnsigned := v.(uint64); !isUnsigned {
			return nil, nil //nolint:nilnil // there is no conversion
		}
	}
	converted, _, err := toNumber(v, target, true)
	return converted, err
}

func badCast(l *Library, v any, target *Type) error {
	return dotnet.InvalidCast("Unable to cast object of type '" + l.TypeOf(v).FullName() + "' to type '" + target.FullName() + "'.")
}

func (e *Env) parseTo(l *Library, text string, target *Type) (any, error) {
	switch target.def.name {
	case "DateTime":
		return either(dotnet.ParseDateTime(text, e.Culture, 0))
	case "Char":
		if length(text) != 1 {
			return nil, dotnet.Format("String must be exactly one character long.")
		}
		return Char(units(text)[0]), nil
	}
	parse := target.Members("Parse", true)
	if len(parse) == 0 {
		return nil, dotnet.InvalidCast("Invalid cast from 'System.String' to '" + target.FullName() + "'.")
	}
	return parse[0].Do(&Call{Env: e, Library: l}, []any{text})
}

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
//
//nolint:gosec // wrapping around is what an unchecked cast does
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

func fromBase(s string, base int32, bits int) (any, error) {
	if base != 2 && base != 8 && base != 10 && base != 16 {
		return nil, dotnet.Throw("System.ArgumentException", "Invalid Base.")
	}
	if base == 16 {
		s = strings.TrimPrefix(strings.TrimPrefix(s, "0x"), "0X")
	}
	if base != 10 && strings.HasPrefix(s, "-") {
		return nil, dotnet.Argument("String cannot contain a minus sign if the base is not 10.", "")
	}
	n, err := strconv.ParseUint(s, int(base), bits)
	if base == 10 && strings.HasPrefix(s, "-") {
		var negative int64
		negative, err = strconv.ParseInt(s, 10, bits)
		n = uint64(negative) //nolint:gosec // wraps back below
	}
	name := map[int]string{8: "Byte", 16: "Int16", 32: "Int32", 64: "Int64"}[bits]
	switch {
	case s == "":
		return nil, dotnet.ArgumentOutOfRange("Index was out of range. Must be non-negative and less than the size of the collection.", "startIndex")
	case errors.Is(err, strconv.ErrRange):
		return nil, overflow(name)
	case err != nil:
		digits := strings.IndexFunc(s, func(r rune) bool {
			_, failed := strconv.ParseUint(string(r), int(base), 8)
			return failed != nil
		})
		if digits > 0 {
			return nil, dotnet.Format("Additional non-parsable characters are at the end of the string.")
		}
		return nil, dotnet.Format("Could not find any recognizable digits.")
	}
	return wrap(name, n), nil
}

func toBase(v any, base int32) (any, error) {
	if base != 2 && base != 8 && base != 10 && base != 16 {
		return nil, dotnet.Throw("System.ArgumentException", "Invalid Base.")
	}
	n, _ := integer(v)
	if base == 10 || n >= 0 {
		return strconv.FormatInt(n, int(base)), nil
	}
	switch v.(type) {
	case int16:
		return strconv.FormatUint(uint64(uint16(n)), int(base)), nil //nolint:gosec // two's complement
	case int32:
		return strconv.FormatUint(uint64(uint32(n)), int(base)), nil //nolint:gosec // two's complement
	}
	return strconv.FormatUint(uint64(n), int(base)), nil //nolint:gosec // two's complement
}
