package library

import (
	"encoding/base64"
	"errors"
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
	for _, from := range []string{"object?", "string?", "bool", "int", "long", "double", "decimal", "float", "char", "byte", "DateTime"} {
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
			return fromBase(to[string](a[0]), to[int32](a[1]), bits, name)
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
		from := l.TypeOf(v).shortName()
		if _, isEnum := v.(Enum); isEnum {
			from = "Enum"
		}
		return nil, dotnet.InvalidCast("Invalid cast from '" + from + "' to '" + target.shortName() + "'.")
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

// fromBase reads digits of a base as a number of so many bits; a name that
// starts with U, and SByte, tell what is made of them.
func fromBase(s string, base int32, bits int, name string) (any, error) {
	if base != 2 && base != 8 && base != 10 && base != 16 {
		return nil, dotnet.Throw("System.ArgumentException", "Invalid Base.")
	}
	if base == 16 {
		s = strings.TrimPrefix(strings.TrimPrefix(s, "0x"), "0X")
	}
	if base != 10 && strings.HasPrefix(s, "-") {
		return nil, dotnet.Argument("String cannot contain a minus sign if the base is not 10.", "")
	}
	isUnsigned := strings.HasPrefix(name, "U") || name == "Byte"
	if isUnsigned && strings.HasPrefix(s, "-") {
		return nil, dotnet.Overflow("The string was being parsed as an unsigned number and could not have a negative sign.")
	}
	n, err := strconv.ParseUint(s, int(base), bits)
	if base == 10 && !isUnsigned && err == nil && n>>(bits-1) != 0 {
		return nil, overflow(name)
	}
	if base == 10 && strings.HasPrefix(s, "-") {
		var negative int64
		negative, err = strconv.ParseInt(s, 10, bits)
		n = uint64(negative) //nolint:gosec // wraps back below
	}
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
