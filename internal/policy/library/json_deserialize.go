package library

import (
	"strings"

	"github.com/aoai-gateway/aoai-gateway/internal/policy/dotnet"
)

// deserializer makes values of a .NET type from JSON, as JsonSerializer does.
type deserializer struct {
	call *Call
	jsonReader
}

// deserialize is DeserializeObject<T>; a target of nil is that without T.
func (c *Call) deserialize(text any, target *Type) (any, error) {
	s, ok := text.(string)
	if !ok {
		return nil, dotnet.ArgumentNull("value")
	}
	if err := c.Take(len(s)); err != nil {
		return nil, err
	}
	d := &deserializer{c, newTextReader(s)}
	v, err := d.whole(target)
	if err != nil {
		return nil, err
	}
	for {
		more, err := d.read()
		switch {
		case err != nil || !more:
			return v, err
		case d.token() != tokenComment:
			return nil, d.failure(serializationException, "Additional text found in JSON string after finishing deserializing object.")
		}
	}
}

// whole is the value of everything that there is to read.
func (d *deserializer) whole(target *Type) (any, error) {
	if err := d.readAs(readKindOf(target)); err != nil {
		return nil, err
	}
	if d.token() == tokenNone {
		if target != nil && target.IsValue() && !target.IsNullable() {
			return nil, d.failure(serializationException, "No JSON content found and type '"+target.FullName()+"' is not nullable.")
		}
		return nil, nil //nolint:nilnil // null is the value
	}
	return d.create(target)
}

// plainOf is the T of T?.
func plainOf(t *Type) *Type {
	if t.IsNullable() {
		return t.Element()
	}
	return t
}

// readKindOf is how a reader is asked for a type.
func readKindOf(target *Type) readKind {
	if target == nil || target.IsParameter() {
		return readAny
	}
	plain := plainOf(target)
	if plain.IsArray() {
		if plain.Element().is0("Byte") {
			return readBytes
		}
		return readAny
	}
	switch plain.def.name {
	case "Byte", "Int16", "Int32":
		return readInt32
	case "Int64":
		return readInt64
	case "String":
		return readString
	case "Decimal":
		return readDecimal
	case "DateTime":
		return readDateTime
	case "DateTimeOffset":
		return readDateTimeOffset
	case "Single", "Double":
		return readDouble
	case "Boolean":
		return readBoolean
	}
	return readAny
}

func (t *Type) is0(name string) bool { return t.def != nil && len(t.args) == 0 && t.def.name == name }

// untyped tells what is read as it comes: object, and no type at all.
func (d *deserializer) untyped(target *Type) bool {
	return target == nil || Same(target, d.call.Library.Object)
}

func (d *deserializer) isToken(target *Type) bool {
	return target != nil && d.call.Library.ReferenceConvertible(target, d.call.Library.Token)
}

// create makes the value that the reader stands on.
func (d *deserializer) create(target *Type) (any, error) {
	if d.isToken(target) {
		return d.tokenFor(target)
	}
	if isPair(target) {
		return d.pair(target)
	}
	for {
		switch d.token() {
		case tokenStartObject:
			return d.object(target)
		case tokenStartArray:
			return d.list(target)
		case tokenInteger, tokenFloat, tokenBoolean, tokenDate, tokenBytes, tokenNull, tokenUndefined, tokenStartConstructor:
			return d.ensure(d.value(), target)
		case tokenString:
			s := d.value().(string)
			if target != nil && target.IsArray() && target.Element().is0("Byte") {
				return either(fromBase64(s))
			}
			if s == "" && target != nil && !d.untyped(target) && !target.is0("String") && (!target.IsValue() || target.IsNullable()) {
				return nil, nil //nolint:nilnil // null is the value
			}
			return d.ensure(s, target)
		case tokenComment:
		default:
			return nil, d.failure(serializationException, "Unexpected token while deserializing object: "+d.token().String()+".")
		}
		if more, err := d.read(); err != nil || !more {
			if err == nil {
				err = d.failure(serializationException, "Unexpected end when deserializing object.")
			}
			return nil, err
		}
	}
}

// tokenFor is a JToken, or the kind of it that is wanted.
func (d *deserializer) tokenFor(target *Type) (any, error) {
	l := d.call.Library
	if d.token() == tokenNull && !target.is0("JValue") && !target.is0("JToken") {
		return nil, nil //nolint:nilnil // null is the value
	}
	token, err := d.copied()
	if err != nil {
		return nil, err
	}
	if !l.ReferenceConvertible(l.TypeOf(token), target) {
		return nil, d.failure(serializationException, "Deserialized JSON type '"+l.TypeOf(token).FullName()+"' is not compatible with expected type '"+target.FullName()+"'.")
	}
	return token, nil
}

// ensure makes a value fit a type, or tells that it does not.
func (d *deserializer) ensure(v any, target *Type) (any, error) {
	l := d.call.Library
	if d.untyped(target) || v != nil && Same(l.TypeOf(v), target) || v == nil && (!target.IsValue() || target.IsNullable()) {
		return v, nil
	}
	plain := plainOf(target)
	if v != nil && Same(l.TypeOf(v), plain) {
		return v, nil
	}
	fitted, err := d.convert(v, plain)
	if err == nil {
		return fitted, nil
	}
	text := "{null}"
	switch x := v.(type) {
	case nil:
	case string:
		text = `"` + x + `"`
	default:
		text, _ = d.call.Text(l, v)
	}
	return nil, because(err, d.failure(serializationException, "Error converting value "+text+" to type '"+target.FullName()+"'."))
}

func (d *deserializer) convert(v any, plain *Type) (any, error) {
	l := d.call.Library
	if plain.IsEnum() {
		if s, ok := v.(string); ok {
			return either(parseEnum(plain, s, true))
		}
		return enumOf(v, plain)
	}
	if isConvertible(plain) {
		if s, ok := v.(string); ok && plain.is0("DateTime") {
			if date, isDate := jsonDate(s); isDate {
				return date, nil
			}
		}
		if big, ok := v.(*BigInteger); ok {
			v = big.narrow()
		}
		return d.call.convertAs(l, v, plain)
	}
	return d.call.castOrConvert(v, plain)
}

// enumOf is Enum.ToObject.
func enumOf(v any, t *Type) (any, error) {
	switch x := v.(type) {
	case nil:
		return nil, dotnet.ArgumentNull("value")
	case bool:
		return Enum{t, int32(bit(x))}, nil //nolint:gosec // 0 or 1
	case uint64:
		return Enum{t, int32(x)}, nil //nolint:gosec // the bits count
	}
	if n, ok := integer(v); ok {
		return Enum{t, int32(n)}, nil //nolint:gosec // the bits count
	}
	return nil, dotnet.Argument("The value passed in must be an enum base or an underlying type for an enum, such as an Int32.", "value")
}

// castOrConvert is ConvertUtils.ConvertOrCast for the types that System.Convert
// does not know.
func (c *Call) castOrConvert(v any, plain *Type) (any, error) {
	l := c.Library
	if v == nil {
		return nil, dotnet.ArgumentNull("initialValue")
	}
	switch x := v.(type) {
	case string:
		switch {
		case plain.is0("Guid"):
			return either(dotnet.ParseGuid(x))
		case plain.is0("Uri"):
			return either(l.parseURI(x, uriAny))
		case plain.is0("TimeSpan"):
			return either(dotnet.ParseTimeSpan(x, dotnet.Invariant()))
		}
	case dotnet.DateTime:
		if plain.is0("DateTimeOffset") {
			return dotnet.DateTimeOffsetOf(x), nil
		}
	case *Bytes:
		if plain.is0("Guid") && len(x.Data) == 16 {
			return guidOfBytes(x)
		}
	}
	if l.ReferenceConvertible(l.TypeOf(v), plain) {
		return v, nil
	}
	return nil, dotnet.Throw("System.ArgumentException", "Could not cast or convert from "+l.TypeOf(v).FullName()+" to "+plain.FullName()+".")
}

// expectation is what a type is written as in JSON, for messages.
func expectation(t *Type) string {
	switch {
	case t.IsArray(), collectionName(t) != "":
		return "JSON array (e.g. [1,2,3])"
	case dictionaryLike(t):
		return `JSON object (e.g. {"name":"value"})`
	case t.is0("String"):
		return "JSON string value"
	case t.IsValue(), isConvertible(t), t.is0("Uri"):
		return "JSON primitive value (e.g. string, number, boolean, null)"
	}
	return `JSON object (e.g. {"name":"value"})`
}

func dictionaryLike(t *Type) bool {
	return t.def != nil && len(t.args) == 2 && strings.HasSuffix(t.def.name, "Dictionary")
}

// collectionName is the class that is made for a collection; "" of other types.
func collectionName(t *Type) string {
	if t.def == nil || len(t.args) != 1 {
		return ""
	}
	switch t.def.name {
	case "List", "IEnumerable", "IList", "ICollection", "IReadOnlyList", "IReadOnlyCollection":
		return "List"
	case "HashSet", "ISet":
		return "HashSet"
	case "Queue", "Stack":
		return t.def.name
	}
	return ""
}
