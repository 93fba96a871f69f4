package library

import (
	"strconv"

	"github.com/aoai-gateway/aoai-gateway/internal/policy/dotnet"
)

// metadata passes $id and $type, which Newtonsoft.Json keeps for itself, and
// tells of $ref: a reference, which nothing is known of, is null.
func (d *deserializer) metadata() (isReference bool, err error) {
	for d.token() == tokenPropertyName {
		name, _ := d.value().(string)
		if name != "$ref" && name != "$id" && name != "$type" {
			return false, nil
		}
		if err := readOn(d); err != nil {
			return false, err
		}
		kind, text := d.token(), d.value()
		if name == "$ref" && kind != tokenString && kind != tokenNull {
			return false, d.failure(serializationException, "JSON reference $ref property must have a string or null value.")
		}
		if err := readOn(d); err != nil {
			return false, err
		}
		if name == "$ref" && text != nil {
			if d.token() == tokenPropertyName {
				return false, d.failure(serializationException, "Additional content found in JSON reference object. A JSON reference object should only have a $ref property.")
			}
			return true, nil
		}
	}
	return false, nil
}

// object reads an object; the reader stands on its start.
func (d *deserializer) object(target *Type) (any, error) {
	if err := readOn(d); err != nil {
		return nil, err
	}
	isReference, err := d.metadata()
	switch {
	case err != nil || isReference:
		return nil, err
	case d.untyped(target):
		return d.plainObject()
	case dictionaryLike(target):
		return d.dictionary(target)
	}
	is := expectation(target)
	return nil, d.failure(serializationException, `Cannot deserialize the current JSON object (e.g. {"name":"value"}) into type '`+target.FullName()+"' because the type requires a "+is+" to deserialize correctly.\r\n"+
		"To fix this error either change the JSON to a "+is+" or change the deserialized type so that it is a normal .NET type (e.g. not a primitive type like integer, not a collection type like an array or List<T>) that can be deserialized from a JSON object. JsonObjectAttribute can also be added to the type to force it to deserialize from a JSON object.\r\n")
}

// plainObject is a JObject of the properties that follow.
func (d *deserializer) plainObject() (any, error) {
	o := NewObject()
	for {
		switch d.token() {
		case tokenPropertyName:
			name := d.value().(string)
			if more, err := readContent(d); err != nil || !more {
				return nil, firstOf(err, d.failure(serializationException, "Unexpected end when deserializing object."))
			}
			value, err := d.copied()
			if err != nil {
				return nil, err
			}
			o.put(name, value, child{})
		case tokenComment:
		default:
			return o, nil
		}
		if more, err := d.read(); err != nil || !more {
			return nil, firstOf(err, d.failure(serializationException, "Unexpected end when deserializing object."))
		}
	}
}

// copied is a token with everything inside of what the reader stands on. Where
// the text ends before its containers do, they end there.
func (d *deserializer) copied() (Token, error) {
	var root Token
	var within []Token
	name := ""
	add := func(t Token) {
		if len(within) == 0 {
			root = t
			return
		}
		switch parent := within[len(within)-1].(type) {
		case *JObject:
			parent.put(name, t, child{})
		case *JArray:
			parent.add(parent, t)
		case *JConstructor:
			parent.add(parent, t)
		}
	}
	for {
		switch kind := d.token(); {
		case kind == tokenPropertyName:
			name = d.value().(string)
		case kind == tokenStartConstructor && d.value() == "Date":
			date, err := d.dateConstructor()
			if err != nil {
				return nil, err
			}
			add(&JValue{Value: date})
		case kind.starts():
			t := d.branch(kind)
			add(t)
			within = append(within, t)
		case kind.closes() != containerNone:
			within = within[:len(within)-1]
		case kind == tokenComment:
		default:
			add(&JValue{Value: d.value(), undefined: kind == tokenUndefined, raw: kind == tokenRaw})
		}
		if len(within) == 0 {
			return root, nil
		}
		if more, err := d.read(); err != nil || !more {
			if text, ok := d.jsonReader.(*textReader); ok && err == nil && text.state != stateFinished {
				return nil, dotnet.Throw("Newtonsoft.Json.JsonWriterException", "Unexpected end when reading token. Path ''.")
			}
			return root, err
		}
	}
}

func (d *deserializer) branch(kind jsonToken) Token {
	switch kind {
	case tokenStartObject:
		return NewObject()
	case tokenStartArray:
		return &JArray{}
	default:
		return &JConstructor{name: to[string](d.value())}
	}
}

// dateConstructor is new Date(milliseconds).
func (d *deserializer) dateConstructor() (dotnet.DateTime, error) {
	var date dotnet.DateTime
	if err := readOn(d); err != nil {
		return date, err
	}
	ms, ok := d.value().(int64)
	if !ok {
		return date, d.failure(serializationException, "Unexpected token when reading date constructor. Expected Integer, got "+d.token().String())
	}
	date, _ = microsoftDate(strconv.FormatInt(ms, 10))
	if err := readOn(d); err != nil {
		return date, err
	}
	if d.token() != tokenEndConstructor {
		return date, d.failure(serializationException, "Unexpected token when reading date constructor. Expected EndConstructor, got "+d.token().String())
	}
	return date, nil
}

// list reads an array; the reader stands on its start.
func (d *deserializer) list(target *Type) (any, error) {
	if d.untyped(target) {
		return d.copied()
	}
	name := collectionName(target)
	if !target.IsArray() && name == "" {
		is := expectation(target)
		return nil, d.failure(serializationException, "Cannot deserialize the current JSON array (e.g. [1,2,3]) into type '"+target.FullName()+"' because the type requires a "+is+" to deserialize correctly.\r\n"+
			"To fix this error either change the JSON to a "+is+" or change the deserialized type to an array or a type that implements a collection interface (e.g. ICollection, IList) like List<T> that can be deserialized from a JSON array. JsonArrayAttribute can also be added to the type to force it to deserialize from a JSON array.\r\n")
	}
	element := target.Element()
	var items []any
	for {
		if err := d.readAs(readKindOf(element)); err != nil {
			return nil, err
		}
		switch d.token() {
		case tokenNone:
			return nil, d.failure(serializationException, "Unexpected end when deserializing array.")
		case tokenEndArray:
			if target.IsArray() {
				return d.call.Library.NewArray(element, items), nil
			}
			return d.call.collection(name, element, items)
		default: // an item
		}
		v, err := d.create(element)
		if err != nil {
			return nil, err
		}
		items = append(items, v)
	}
}

// collection is a new collection of a class that takes the items.
func (c *Call) collection(name string, element *Type, items []any) (any, error) {
	list := &List{Element: element, Items: items}
	if name == "List" {
		return list, nil
	}
	made := c.Library.named(name, element)
	for _, m := range made.Constructors() {
		if len(m.Parameters) == 1 && m.Parameters[0].Type.def.name == "IEnumerable" {
			return m.Do(&Call{Env: c.Env, Library: c.Library, Types: made.args}, []any{list})
		}
	}
	return nil, dotnet.Throw("System.NotSupportedException", name+" cannot be read from JSON here.")
}

// dictionary reads the properties that follow.
func (d *deserializer) dictionary(target *Type) (any, error) {
	key, element := target.args[0], target.args[1]
	made := d.call.Library.newDictionary(newType(d.call.Library.Dictionary.def, target.args))
	for {
		switch d.token() {
		case tokenPropertyName:
			name, _ := d.value().(string)
			k, err := d.ensure(name, key)
			if err != nil {
				return nil, because(err, d.failure(serializationException, "Could not convert string '"+name+"' to dictionary key type '"+key.FullName()+"'. Create a TypeConverter to convert from the string to the key type object."))
			}
			if err := d.readAs(readKindOf(element)); err != nil {
				return nil, err
			}
			if d.token() == tokenNone {
				return nil, d.failure(serializationException, "Unexpected end when deserializing object.")
			}
			v, err := d.create(element)
			if err != nil {
				return nil, err
			}
			made.set(k, v)
		case tokenComment:
		case tokenEndObject:
			return made, nil
		default:
			return nil, d.failure(serializationException, "Unexpected token when deserializing object: "+d.token().String()+".")
		}
		if more, err := d.read(); err != nil || !more {
			return nil, firstOf(err, d.failure(serializationException, "Unexpected end when deserializing object."))
		}
	}
}
