package library

import (
	"github.com/aoai-gateway/aoai-gateway/internal/policy/dotnet"
)

func declareJValue(l *Library) {
	v := l.class(linqNamespace, "JValue", "").from("JToken", "IComparable")
	for _, t := range []string{"string?", "bool", "int", "long", "double", "decimal", "DateTime", "Guid", "TimeSpan", "object?"} {
		v.make("("+t+" value)", func(_ *Call, a []any) (any, error) {
			token, err := l.FromAny(a[0])
			if err != nil {
				return nil, err
			}
			copied := clone(token)
			if value, ok := copied.(*JValue); ok && t == "string?" {
				value.isText = a[0] == nil
			}
			return copied, nil
		})
	}
	v.mutable("object Value", f1(func(v *JValue) any { return v.Value }), func(_ *Call, a []any) (any, error) {
		a[0].(*JValue).Value = a[1]
		return nil, nil //nolint:nilnil // null is the value, or there is none
	})
	v.fixed("JValue CreateNull()", func(*Call, []any) (any, error) { return &JValue{}, nil })
	v.fixed("JValue CreateString(string? value)", f1(func(s string) *JValue { return &JValue{Value: s} }))
	for _, other := range []string{"JValue? obj", "object? obj"} {
		v.method("int CompareTo("+other+")", func(_ *Call, a []any) (any, error) {
			y, ok := a[1].(*JValue)
			if !ok && a[1] != nil {
				y = &JValue{Value: a[1]}
			} else if !ok {
				return int32(1), nil
			}
			order, err := compareTokens(a[0].(*JValue), y)
			return int32(order), err //nolint:gosec // a difference of units at most
		})
	}
	v.method("string ToString(string? format)", func(c *Call, a []any) (any, error) {
		return either(c.Format(l, a[0].(*JValue).Value, to[string](a[1])))
	})
	raw := l.class(linqNamespace, "JRaw", "").from("JValue")
	raw.make("(object? rawJson)", func(c *Call, a []any) (any, error) {
		text, err := c.Text(l, a[0])
		return &JValue{Value: text, raw: true}, err
	})
	convert := l.static("Newtonsoft.Json", "JsonConvert")
	serialize := func(c *Call, a []any) (any, error) {
		token, err := l.FromAny(a[0])
		if err != nil {
			return nil, err
		}
		return either(c.jsonText(token, len(a) > 1 && to[Enum](a[1]).Value == 1))
	}
	convert.fixed("string SerializeObject(object? value)", serialize).fixed("string SerializeObject(object? value, Formatting formatting)", serialize)
	convert.fixed("object DeserializeObject(string value)", func(c *Call, a []any) (any, error) { return c.deserialize(a[0], nil) })
	convert.fixed("T DeserializeObject<T>(string value)", func(c *Call, a []any) (any, error) { return c.deserialize(a[0], c.Types[0]) })
	convert.forbidden("DeserializeXNode", "SerializeXNode", "DeserializeXmlNode", "SerializeXmlNode", "ToString", "DeserializeAnonymousType", "PopulateObject", "DefaultSettings", "True", "False", "Null")
}

// declareJTokenQueries declares the extension methods over many tokens.
func declareJTokenQueries(l *Library) {
	e := l.static(linqNamespace, "Extensions")
	e.fixed("U Value<U>(this IEnumerable<JToken> value)", func(c *Call, a []any) (any, error) {
		token, ok := a[0].(Token)
		if !ok {
			return nil, dotnet.Throw("System.ArgumentException", "Source value must be a JToken.")
		}
		return c.valueOf(token, c.Types[0])
	})
	e.fixed("IEnumerable<JProperty> Properties(this IEnumerable<JObject> source)", func(_ *Call, a []any) (any, error) {
		list := &List{Element: l.named("JProperty")}
		return list, Each(a[0], func(item any) error {
			list.Items = append(list.Items, children(item.(Token))...)
			return nil
		})
	})
	e.fixed("IEnumerable<JToken> Children(this IEnumerable<JToken> source)", func(_ *Call, a []any) (any, error) {
		list := &List{Element: l.Token}
		return list, Each(a[0], func(item any) error {
			list.Items = append(list.Items, children(item.(Token))...)
			return nil
		})
	})
	e.fixed("IEnumerable<JToken> Values(this IEnumerable<JToken> source, object? key)", func(c *Call, a []any) (any, error) {
		return c.valuesOfAll(a[0], a[1], l.Token)
	})
	e.fixed("IEnumerable<JToken> Values(this IEnumerable<JToken> source)", func(c *Call, a []any) (any, error) {
		return c.valuesOfAll(a[0], nil, l.Token)
	})
	e.fixed("IEnumerable<U> Values<U>(this IEnumerable<JToken> source, object? key)", func(c *Call, a []any) (any, error) {
		return c.valuesOfAll(a[0], a[1], c.Types[0])
	})
	e.fixed("IEnumerable<U> Values<U>(this IEnumerable<JToken> source)", func(c *Call, a []any) (any, error) {
		return c.valuesOfAll(a[0], nil, c.Types[0])
	})
	e.beyond("Ancestors", "Descendants", "AncestorsAndSelf", "DescendantsAndSelf", "AsJEnumerable", "Convert")
}

// valuesOfAll is Values of many tokens: what each has under the key; without a key a value itself, and
// the children of everything else.
func (c *Call) valuesOfAll(source, key any, t *Type) (any, error) {
	list := &List{Element: t}
	add := func(token Token) error {
		v, err := c.valueOf(token, t)
		list.Items = append(list.Items, v)
		return err
	}
	return list, Each(source, func(item any) error {
		token, _ := item.(Token)
		if key != nil {
			found, err := tokenAt(c, []any{item, key})
			if found, is := found.(Token); is && err == nil {
				return add(found)
			}
			return err
		}
		if _, isValue := token.(*JValue); isValue {
			return add(token)
		}
		for _, each := range children(token) {
			if err := add(each.(Token)); err != nil {
				return err
			}
		}
		return nil
	})
}

// Pairs is what foreach gets from a JObject: names with their values.
func (l *Library) Pairs(v any) any {
	o, ok := v.(*JObject)
	if !ok {
		return v
	}
	pair := l.PairOf(l.String, l.Token)
	return &Sequence{Element: pair, Each: func(yield func(any) error) error {
		return o.each(func(each any) error {
			p := each.(*JProperty)
			return yield(Pair{pair, p.Name, p.value})
		})
	}}
}
