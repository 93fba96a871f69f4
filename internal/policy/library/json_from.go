package library

import (
	"strconv"

	"github.com/aoai-gateway/aoai-gateway/internal/policy/dotnet"
)

// weight is how many tokens a value holds.
func weight(v any) int {
	n := 0
	switch v := v.(type) {
	case Token:
		n = 1
		for _, each := range children(v) {
			n += weight(each)
		}
	case *Array:
		for _, each := range v.Items {
			n += weight(each)
		}
	}
	return n
}

func clone(t Token) Token {
	switch t := t.(type) {
	case *JObject:
		copied := NewObject()
		for _, p := range t.properties {
			copied.Set(p.Name, clone(p.value))
		}
		return copied
	case *JArray:
		copied := &JArray{}
		for _, item := range t.items {
			copied.Append(clone(item))
		}
		return copied
	case *JConstructor:
		copied := &JConstructor{name: t.name}
		for _, item := range t.items {
			copied.add(copied, clone(item))
		}
		return copied
	case *JProperty:
		p := &JProperty{Name: t.Name, value: clone(t.value)}
		p.value.setParent(p)
		return p
	case *JValue:
		copied := *t
		copied.child = child{}
		return &copied
	}
	return t
}

// children are the tokens directly below.
func children(t Token) []any {
	var found []any
	switch t := t.(type) {
	case *JObject:
		for _, p := range t.properties {
			found = append(found, p)
		}
	case *JArray:
		for _, item := range t.items {
			found = append(found, item)
		}
	case *JConstructor:
		for _, item := range t.items {
			found = append(found, item)
		}
	case *JProperty:
		found = append(found, t.value)
	}
	return found
}

// typeName is the JTokenType as messages name it.
func typeName(t Token) string {
	switch t := t.(type) {
	case *JObject:
		return "Object"
	case *JArray:
		return "Array"
	case *JConstructor:
		return "Constructor"
	case *JProperty:
		return "Property"
	case *JValue:
		switch t.Value.(type) {
		case nil:
			switch {
			case t.undefined:
				return "Undefined"
			case t.isText:
				return "String"
			}
			return "Null"
		case string:
			if t.raw {
				return "Raw"
			}
			if t.comment {
				return "Comment"
			}
			return "String"
		case bool:
			return "Boolean"
		case float64, float32, dotnet.Decimal:
			return "Float"
		case dotnet.DateTime, dotnet.DateTimeOffset:
			return "Date"
		case dotnet.Guid:
			return "Guid"
		case dotnet.TimeSpan:
			return "TimeSpan"
		case *URIValue:
			return "Uri"
		case *Bytes:
			return "Bytes"
		}
		return "Integer"
	}
	return "None"
}

// FromAny makes a token of any value, as JToken.FromObject does.
func (l *Library) FromAny(v any) (Token, error) {
	switch v := v.(type) {
	case Token:
		return v, nil
	case nil:
		return &JValue{}, nil
	case string, bool, float64, float32, uint64, int64, dotnet.Decimal, dotnet.DateTime, dotnet.DateTimeOffset, dotnet.Guid, dotnet.TimeSpan, *Bytes, *URIValue:
		return &JValue{Value: v}, nil
	case Char:
		return &JValue{Value: charText(v)}, nil
	case *Anonymous:
		o := NewObject()
		for i, name := range v.Names {
			value, err := l.FromAny(v.Values[i])
			if err != nil {
				return nil, err
			}
			o.Set(name, value)
		}
		return o, nil
	case *Tuple:
		names := make([]string, len(v.Items))
		for i := range names {
			names[i] = "Item" + strconv.Itoa(i+1)
		}
		return l.FromAny(&Anonymous{Names: names, Values: v.Items})
	case Pair:
		return l.FromAny(&Anonymous{Names: []string{"Key", "Value"}, Values: []any{v.Key, v.Value}})
	case *Dictionary:
		return l.fromDictionary(v)
	}
	if n, ok := integer(v); ok {
		return &JValue{Value: n}, nil
	}
	if shown, ok := v.(interface{ shown() *Type }); ok {
		return l.fromView(v, shown.shown())
	}
	if mapping, ok := v.(mapping); ok && !isSet(v) {
		return l.fromDictionary(mapping)
	}
	if l.ElementOf(l.TypeOf(v)) == nil {
		return nil, dotnet.Throw("System.ArgumentException", "Could not determine JSON object type for type "+l.TypeOf(v).FullName()+".")
	}
	array := &JArray{}
	return array, Each(v, func(item any) error {
		token, err := l.FromAny(item)
		if err == nil {
			array.Append(token)
		}
		return err
	})
}

func isSet(v any) bool {
	_, ok := v.(*set)
	return ok
}

func (l *Library) fromDictionary(v mapping) (Token, error) {
	o := NewObject()
	env := &Env{Culture: dotnet.Invariant()}
	return o, v.each(func(item any) error {
		pair := item.(Pair)
		name, err := env.Text(l, pair.Key)
		if err != nil {
			return err
		}
		value, err := l.FromAny(pair.Value)
		if err == nil {
			o.Set(name, value)
		}
		return err
	})
}
