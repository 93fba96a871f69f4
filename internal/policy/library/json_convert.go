package library

import (
	"strconv"

	"github.com/aoai-gateway/aoai-gateway/internal/policy/dotnet"
)

// declareJSONConversions declares the conversions between tokens and values.
func declareJSONConversions(l *Library) {
	t := &class{l, l.byName["JToken"][0], l.named("JToken")}
	for _, from := range []string{
		"string", "bool", "int", "long", "double", "decimal", "float", "byte", "short", "uint", "ulong", "DateTime", "DateTimeOffset", "Guid", "TimeSpan", "Uri", "byte[]",
		"bool?", "int?", "long?", "double?", "decimal?", "DateTime?",
	} {
		t.implicit(from, "JToken", func(_ *Call, a []any) (any, error) { return either(l.FromAny(a[0])) })
	}
	for _, target := range []string{
		"string", "bool", "int", "long", "double", "decimal", "float", "byte", "short", "sbyte", "ushort", "uint", "ulong", "char", "DateTime", "DateTimeOffset", "Guid", "TimeSpan", "Uri", "byte[]",
		"bool?", "int?", "long?", "double?", "decimal?", "float?", "DateTime?", "Guid?", "TimeSpan?",
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

// ConvertToken is the explicit conversion of a token that is there, and what
// Value<T> does.
func (c *Call) ConvertToken(t Token, target *Type) (any, error) {
	l := c.Library
	if l.ReferenceConvertible(l.TypeOf(t), target) && !Same(target, l.Object) {
		return t, nil
	}
	plain := target
	if target.IsNullable() {
		plain = target.Element()
	}
	if p, ok := t.(*JProperty); ok {
		return c.ConvertToken(p.value, target)
	}
	value, ok := t.(*JValue)
	if !ok {
		if l.ReferenceConvertible(target, l.Token) {
			return nil, dotnet.InvalidCast("Cannot cast Newtonsoft.Json.Linq." + kindName(t) + " to " + target.FullName() + ".")
		}
		return nil, cannotConvert(t, plain)
	}
	switch {
	case l.ReferenceConvertible(target, l.Token):
		return nil, dotnet.InvalidCast("Cannot cast Newtonsoft.Json.Linq.JValue to " + target.FullName() + ".")
	case Same(target, l.Object):
		return value.Value, nil
	case value.Value == nil:
		if !plain.IsValue() || target.IsNullable() {
			return nil, nil //nolint:nilnil // null is the value
		}
		return nil, cannotConvert(t, plain)
	}
	switch plain.def.name {
	case "String":
		return either(c.Format(l, value.Value, ""))
	case "Guid":
		if text, isText := value.Value.(string); isText {
			return either(dotnet.ParseGuid(text))
		}
	case "TimeSpan":
		if text, isText := value.Value.(string); isText {
			return either(dotnet.ParseTimeSpan(text, c.Culture))
		}
	case "DateTimeOffset":
		switch v := value.Value.(type) {
		case string:
			return either(dotnet.ParseDateTimeOffset(v, c.Culture, 0))
		case dotnet.DateTime:
			return dotnet.DateTimeOffsetOf(v), nil
		}
	case "Uri":
		if text, isText := value.Value.(string); isText {
			return plain.def.constructors[1].Do(c, []any{text, Enum{l.named("UriKind"), 0}})
		}
	}
	if Same(l.TypeOf(value.Value), plain) {
		return value.Value, nil
	}
	switch plain.def.name {
	case "Boolean", "SByte", "Int16", "Int32", "Int64", "Byte", "UInt16", "UInt32", "UInt64", "Single", "Double", "Decimal", "Char", "DateTime":
		if isDate(value.Value) != (plain.def.name == "DateTime") && !isText(value.Value) {
			return nil, cannotConvert(t, plain)
		}
		return c.ChangeType(l, value.Value, plain)
	}
	return nil, cannotConvert(t, plain)
}

// valueOf is Value<T>: unlike a cast it converts as System.Convert does, and its
// messages are other ones.
func (c *Call) valueOf(t Token, target *Type) (any, error) {
	l := c.Library
	if l.ReferenceConvertible(l.TypeOf(t), target) {
		return t, nil
	}
	value, ok := t.(*JValue)
	if !ok || l.ReferenceConvertible(target, l.Token) {
		return nil, dotnet.InvalidCast("Cannot cast Newtonsoft.Json.Linq." + kindName(t) + " to Newtonsoft.Json.Linq.JToken.")
	}
	plain := target
	if target.IsNullable() {
		plain = target.Element()
	}
	switch {
	case value.Value == nil && (target.IsNullable() || !target.IsValue()):
		return nil, nil //nolint:nilnil // null is the value
	case value.Value == nil:
		return nil, dotnet.InvalidCast("Null object cannot be converted to a value type.")
	case l.IsInstance(value.Value, plain):
		return value.Value, nil
	}
	return c.ChangeType(l, value.Value, plain)
}

func isDate(v any) bool {
	_, ok := v.(dotnet.DateTime)
	return ok
}

func isText(v any) bool {
	_, ok := v.(string)
	return ok
}

func cannotConvert(t Token, target *Type) error {
	name := target.shortName()
	if target.IsArray() {
		name = "byte array"
	}
	return dotnet.Throw("System.ArgumentException", "Can not convert "+typeName(t)+" to "+name+".")
}

// toObject is ToObject<T> and DeserializeObject<T>.
func (c *Call) toObject(t Token, target *Type) (any, error) {
	l := c.Library
	plain := target
	if target.IsNullable() {
		plain = target.Element()
	}
	if value, ok := t.(*JValue); ok && value.Value == nil {
		return l.Zero(target), nil
	}
	switch {
	case l.ReferenceConvertible(target, l.Token):
		return c.ConvertToken(t, target)
	case Same(target, l.Object):
		if value, ok := t.(*JValue); ok {
			return value.Value, nil
		}
		return t, nil
	case plain.IsArray() || plain.def.name == "List" || plain.def.name == "IEnumerable" || plain.def.name == "IList":
		return c.toList(t, plain)
	case plain.def.name == "Dictionary" || plain.def.name == "IDictionary":
		return c.toDictionary(t, plain)
	}
	value, ok := t.(*JValue)
	if !ok {
		return nil, dotnet.Throw("Newtonsoft.Json.JsonSerializationException", "Cannot deserialize the current JSON "+typeName(t)+" into type '"+plain.FullName()+"'.")
	}
	converted, err := c.ConvertToken(t, target)
	if word := jsonWord(plain); err != nil && word != "" && isText(value.Value) {
		s := to[string](value.Value)
		return nil, dotnet.Throw("Newtonsoft.Json.JsonReaderException", "Could not convert string to "+word+": "+s+". Path '"+pathOf(t)+"', line 1, position "+strconv.Itoa(int(length(s))+2)+".")
	}
	return converted, err
}

// jsonWord is what the reader calls a type of numbers.
func jsonWord(t *Type) string {
	switch t.def.name {
	case "Int32":
		return "integer"
	case "Boolean":
		return "boolean"
	case "Double":
		return "double"
	case "Decimal":
		return "decimal"
	case "DateTime":
		return "DateTime"
	}
	return ""
}

func (c *Call) toList(t Token, target *Type) (any, error) {
	array, ok := t.(*JArray)
	if value, isValue := t.(*JValue); isValue && target.IsArray() && Same(target.Element(), c.Library.Byte) {
		return c.ChangeType(c.Library, value.Value, target)
	}
	if !ok {
		return nil, dotnet.Throw("Newtonsoft.Json.JsonSerializationException", "Cannot deserialize the current JSON "+typeName(t)+" into type '"+target.FullName()+"' because the type requires a JSON array (e.g. [1,2,3]) to deserialize correctly.")
	}
	items := make([]any, len(array.items))
	for i, item := range array.items {
		v, err := c.toObject(item, target.Element())
		if err != nil {
			return nil, err
		}
		items[i] = v
	}
	if target.IsArray() {
		return c.Library.NewArray(target.Element(), items), nil
	}
	return &List{target.Element(), items}, nil
}

func (c *Call) toDictionary(t Token, target *Type) (any, error) {
	o, ok := t.(*JObject)
	if !ok {
		return nil, dotnet.Throw("Newtonsoft.Json.JsonSerializationException", "Cannot deserialize the current JSON "+typeName(t)+" into type '"+target.FullName()+"' because the type requires a JSON object (e.g. {\"name\":\"value\"}) to deserialize correctly.")
	}
	d := c.Library.newDictionary(newType(c.Library.Dictionary.def, target.args))
	for _, p := range o.properties {
		v, err := c.toObject(p.value, target.args[1])
		if err != nil {
			return nil, err
		}
		d.set(p.Name, v)
	}
	return d, nil
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
	if target.IsValue() {
		// Unboxing has a message of its own.
		return nil, dotnet.InvalidCast("Specified cast is not valid.")
	}
	return nil, badCast(l, v, target)
}
