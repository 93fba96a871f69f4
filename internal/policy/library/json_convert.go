package library

import (
	"encoding/base64"
	"slices"
	"strings"

	"github.com/aoai-gateway/aoai-gateway/internal/policy/dotnet"
)

// declareJSONConversions declares the conversions between tokens and values.
func declareJSONConversions(l *Library) {
	t := &class{l, l.byName["JToken"][0], l.named("JToken")}
	t.implicit("string", "JToken", func(_ *Call, a []any) (any, error) { return &JValue{Value: a[0], isText: a[0] == nil}, nil })
	for _, from := range []string{
		"bool", "int", "long", "double", "decimal", "float", "byte", "short", "sbyte", "ushort", "uint", "ulong", "DateTime", "DateTimeOffset", "Guid", "TimeSpan", "Uri", "byte[]",
		"bool?", "int?", "long?", "double?", "decimal?", "float?", "byte?", "short?", "sbyte?", "ushort?", "uint?", "ulong?", "DateTime?", "DateTimeOffset?", "Guid?", "TimeSpan?",
	} {
		t.implicit(from, "JToken", func(_ *Call, a []any) (any, error) { return either(l.FromAny(a[0])) })
	}
	for _, target := range []string{
		"string", "bool", "int", "long", "double", "decimal", "float", "byte", "short", "sbyte", "ushort", "uint", "ulong", "char", "DateTime", "DateTimeOffset", "Guid", "TimeSpan", "Uri", "byte[]",
		"bool?", "int?", "long?", "double?", "decimal?", "float?", "byte?", "short?", "sbyte?", "ushort?", "uint?", "ulong?", "char?", "DateTime?", "DateTimeOffset?", "Guid?", "TimeSpan?",
	} {
		t.explicit("JToken", target, func(c *Call, a []any) (any, error) {
			resolved := c.Types[0]
			if a[0] == nil {
				if resolved.IsValue() && !resolved.IsNullable() {
					return nil, dotnet.ArgumentNull("value")
				}
				return nil, nil //nolint:nilnil // null is the value
			}
			return c.ConvertToken(a[0].(Token), resolved)
		})
	}
}

// tokenKinds are the kinds of values that a conversion takes; comments and raw
// JSON count as text.
var tokenKinds = map[string]string{
	"String": "Date Integer Float String Boolean Bytes Guid TimeSpan Uri", "Guid": "String Guid Bytes", "TimeSpan": "String TimeSpan", "Uri": "String Uri",
	"Char": "Integer Float String", "DateTime": "Date String", "DateTimeOffset": "Date String", "byte array": "Bytes String Integer",
}

func tokenKindFits(kind, target string) bool {
	if kind == "Comment" || kind == "Raw" {
		return true
	}
	kinds, ok := tokenKinds[target]
	if !ok {
		kinds = "Integer Float String Boolean"
	}
	return slices.Contains(strings.Fields(kinds), kind)
}

// castName is how messages name the target of a conversion.
func castName(t *Type) string {
	if t.IsArray() {
		return "byte array"
	}
	return t.shortName()
}

// ConvertToken is the explicit conversion of a token that is there.
func (c *Call) ConvertToken(t Token, target *Type) (any, error) {
	l := c.Library
	if l.ReferenceConvertible(target, l.Token) || Same(target, l.Object) {
		if l.ReferenceConvertible(l.TypeOf(t), target) {
			return t, nil
		}
		return nil, badCast(l, t, target)
	}
	if p, ok := t.(*JProperty); ok {
		return c.ConvertToken(p.value, target)
	}
	plain := plainOf(target)
	name := castName(plain)
	kind := typeName(t)
	value, _ := t.(*JValue)
	nullable := target.IsNullable() || name == "String" || name == "Uri"
	isNull := kind == "Null" || kind == "Undefined"
	if value == nil || !tokenKindFits(kind, name) && (!isNull || !nullable) {
		return nil, dotnet.Throw("System.ArgumentException", "Can not convert "+kind+" to "+name+".")
	}
	if value.Value == nil && nullable {
		return nil, nil //nolint:nilnil // null is the value
	}
	return c.castValue(value.Value, plain)
}

// castValue converts the value of a token whose kind fits.
func (c *Call) castValue(v any, plain *Type) (any, error) {
	l := c.Library
	if Same(l.TypeOf(v), plain) {
		return v, nil
	}
	if big, ok := v.(*BigInteger); ok && !plain.is0("String") {
		switch plain.def.name {
		case "SByte", "Byte", "Int16", "UInt16", "Char", "Boolean":
			return nil, overflow("Int32")
		case "Int64":
			return nil, overflow("Int64")
		case "UInt64":
			if !big.value.IsUint64() {
				return nil, overflow("UInt64")
			}
		case "Decimal":
			return either(dotnet.ParseDecimal(big.value.String(), integerStyle, dotnet.Invariant()))
		}
		v = big.narrow()
	}
	text := func() (string, error) { return c.Format(l, v, "") }
	switch castName(plain) {
	case "byte array":
		if s, ok := v.(string); ok {
			return either(fromBase64(s))
		}
		return nil, dotnet.Throw("System.ArgumentException", "Can not convert Integer to byte array.")
	case "String":
		if b, ok := v.(*Bytes); ok {
			return base64.StdEncoding.EncodeToString(b.Data), nil
		}
		return either(text())
	case "Guid":
		if b, ok := v.(*Bytes); ok {
			return guidOfBytes(b)
		}
		s, err := text()
		if err != nil {
			return nil, err
		}
		return either(dotnet.ParseGuid(s))
	case "TimeSpan":
		s, err := text()
		if err != nil {
			return nil, err
		}
		return either(dotnet.ParseTimeSpan(s, dotnet.Invariant()))
	case "Uri":
		s, err := text()
		if err != nil {
			return nil, err
		}
		return either(l.parseURI(s, uriAbsolute))
	case "DateTimeOffset":
		switch x := v.(type) {
		case string:
			return either(dotnet.ParseDateTimeOffset(x, dotnet.Invariant(), 0))
		case dotnet.DateTime:
			return dotnet.DateTimeOffsetOf(x), nil
		}
	case "DateTime":
		if x, ok := v.(dotnet.DateTimeOffset); ok {
			return dotnet.DateTime{Ticks: x.Clock}, nil
		}
	}
	return c.ChangeType(l, v, plain)
}

// valueOf is Value<T>: unlike a cast it converts as System.Convert does, and its
// messages are other ones.
func (c *Call) valueOf(t Token, target *Type) (any, error) {
	l := c.Library
	if t == nil {
		return l.Zero(target), nil
	}
	if l.ReferenceConvertible(l.TypeOf(t), target) {
		return t, nil
	}
	value, ok := t.(*JValue)
	if !ok {
		return nil, dotnet.InvalidCast("Cannot cast " + l.TypeOf(t).FullName() + " to Newtonsoft.Json.Linq.JToken.")
	}
	plain := plainOf(target)
	switch {
	case value.Value == nil && target.IsNullable():
		return nil, nil //nolint:nilnil // null is the value
	case l.IsInstance(value.Value, plain):
		return value.Value, nil
	}
	v, err := c.convertAs(l, value.Value, plain)
	if err == nil && v != nil && !l.IsInstance(v, plain) {
		return nil, badCast(l, v, plain)
	}
	return v, err
}

// toObject is ToObject<T>: a cast where there is one, otherwise what DeserializeObject
// does.
func (c *Call) toObject(t Token, target *Type) (any, error) {
	l := c.Library
	plain := plainOf(target)
	if plain.IsEnum() {
		switch kind := typeName(t); kind {
		case "String":
			v, err := (&deserializer{c, &tokenReader{env: c.Env, root: t}}).whole(target)
			if err != nil {
				text, _ := c.Text(l, t)
				return nil, because(err, dotnet.Throw("System.ArgumentException", "Could not convert '"+text+"' to "+plain.shortName()+"."))
			}
			return v, nil
		case "Integer":
			return enumOf(t.(*JValue).Value, plain)
		case "Null", "Undefined":
			if target.IsNullable() {
				return nil, nil //nolint:nilnil // null is the value
			}
		}
		n, err := c.ConvertToken(t, l.Int32)
		if err != nil {
			return nil, err
		}
		return enumOf(n, plain)
	} else if isConvertible(plain) || plain.is0("Guid") || plain.is0("TimeSpan") || plain.is0("Uri") || plain.is0("DateTimeOffset") {
		return c.ConvertToken(t, target)
	}
	return (&deserializer{c, &tokenReader{env: c.Env, root: t}}).whole(target)
}

// Unbox is the cast of an object to a type, without conversion: a value of
// another type is an InvalidCastException, even an int for a long.
func (l *Library) Unbox(v any, target *Type) (any, error) {
	if v == nil {
		if target.IsValue() && !target.IsNullable() {
			return nil, dotnet.NullReference()
		}
		return nil, nil //nolint:nilnil // null is the value
	}
	if l.IsInstance(v, target) {
		return v, nil
	}
	if enum, ok := v.(Enum); ok && Same(target, l.Int32) {
		return enum.Value, nil
	}
	if n, ok := v.(int32); ok && (target.IsEnum() || target.IsNullable() && target.Element().IsEnum()) {
		if target.IsNullable() {
			target = target.Element()
		}
		return Enum{target, n}, nil
	}
	if target.IsValue() {
		// Unboxing has a message of its own.
		return nil, dotnet.InvalidCast("Specified cast is not valid.")
	}
	return nil, badCast(l, v, target)
}
