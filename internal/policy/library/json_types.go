package library

import (
	"slices"

	"github.com/aoai-gateway/aoai-gateway/internal/policy/dotnet"
)

const linqNamespace = "Newtonsoft.Json.Linq"

// kindName is the type of a token as messages name it.
func kindName(t Token) string {
	switch t.(type) {
	case *JObject:
		return "JObject"
	case *JArray:
		return "JArray"
	case *JProperty:
		return "JProperty"
	case *JConstructor:
		return "JConstructor"
	}
	return "JValue"
}

func declareTokens(l *Library) {
	l.enum(linqNamespace, "JTokenType", counted("None", "Object", "Array", "Constructor", "Property", "Comment", "Integer", "Float", "String", "Boolean", "Null", "Undefined", "Date", "Raw", "Bytes", "Guid", "Uri", "TimeSpan")...)
	l.enum("Newtonsoft.Json", "Formatting", counted("None", "Indented")...)
	l.class("Newtonsoft.Json", "JsonConverter", "")
	t := l.class(linqNamespace, "JToken", "").from("IEnumerable<JToken>")
	t.fixed("JToken Parse(string? json)", func(c *Call, a []any) (any, error) { return c.parse("JToken", a[0]) })
	t.fixed("JToken FromObject(object o)", func(_ *Call, a []any) (any, error) { return either(l.FromAny(a[0])) })
	t.fixed("bool DeepEquals(JToken? t1, JToken? t2)", func(_ *Call, a []any) (any, error) { return deepEquals(to[Token](a[0]), to[Token](a[1])), nil })
	t.mutable("JToken this[object key]", tokenAt, setTokenAt)
	t.property("JTokenType Type", func(_ *Call, a []any) (any, error) {
		name := typeName(a[0].(Token))
		enum := l.named("JTokenType")
		i := slices.IndexFunc(enum.def.enum, func(v EnumValue) bool { return v.Name == name })
		return Enum{enum, count(i)}, nil
	})
	t.property("bool HasValues", f1(func(t Token) bool { return len(children(t)) > 0 }))
	t.property("JToken Parent", func(_ *Call, a []any) (any, error) { return orNull(a[0].(Token).parent()), nil })
	t.property("JToken Root", func(_ *Call, a []any) (any, error) {
		root := a[0].(Token)
		for root.parent() != nil {
			root = root.parent()
		}
		return root, nil
	})
	t.property("string Path", f1(pathOf))
	t.property("JToken First", func(_ *Call, a []any) (any, error) { return end(a[0].(Token), true) })
	t.property("JToken Last", func(_ *Call, a []any) (any, error) { return end(a[0].(Token), false) })
	t.property("JToken Next", func(_ *Call, a []any) (any, error) { return sibling(a[0].(Token), 1), nil })
	t.property("JToken Previous", func(_ *Call, a []any) (any, error) { return sibling(a[0].(Token), -1), nil })
	t.method("JToken SelectToken(string path)", selectToken).method("JToken SelectToken(string path, bool errorWhenNoMatch)", selectToken)
	for _, strict := range []string{"", ", bool errorWhenNoMatch"} {
		t.method("IEnumerable<JToken> SelectTokens(string path"+strict+")", func(c *Call, a []any) (any, error) {
			list := &List{Element: l.Token}
			return list, c.selectTokens(a[0].(Token), to[string](a[1]), len(a) > 2 && to[bool](a[2]), func(t Token) error {
				list.Items = append(list.Items, t)
				return c.Take(16)
			})
		})
	}
	t.method("IEnumerable<JToken> Children()", func(_ *Call, a []any) (any, error) {
		return &List{Element: l.Token, Items: children(a[0].(Token))}, nil
	})
	t.method("IEnumerable<T> Children<T>()", func(c *Call, a []any) (any, error) { return ofType(c, children(a[0].(Token))), nil })
	t.method("IEnumerable<JToken> Values()", func(c *Call, a []any) (any, error) {
		return c.valuesOfAll(&List{Items: children(a[0].(Token))}, nil, l.Token)
	})
	t.method("IEnumerable<T> Values<T>()", func(c *Call, a []any) (any, error) {
		list := &List{Element: c.Types[0]}
		if _, isValue := a[0].(*JValue); isValue {
			return nil, dotnet.InvalidOperation("Cannot access child value on Newtonsoft.Json.Linq.JValue.")
		}
		for _, each := range children(a[0].(Token)) {
			v, err := c.valueOf(each.(Token), c.Types[0])
			if err != nil {
				return nil, err
			}
			list.Items = append(list.Items, v)
		}
		return list, nil
	})
	t.method("T Value<T>(object key)", func(c *Call, a []any) (any, error) {
		found, err := tokenAt(c, a)
		if err != nil || found == nil {
			return c.Library.Zero(c.Types[0]), err
		}
		return c.valueOf(found.(Token), c.Types[0])
	})
	t.method("T ToObject<T>()", func(c *Call, a []any) (any, error) { return c.toObject(a[0].(Token), c.Types[0]) })
	t.method("string ToString()", func(c *Call, a []any) (any, error) { return either(c.Text(l, a[0])) })
	t.method("string ToString(Formatting formatting, params JsonConverter[] converters)", func(c *Call, a []any) (any, error) {
		return either(c.jsonText(a[0].(Token), to[Enum](a[1]).Value == 1))
	})
	t.method("JToken DeepClone()", charged(f1(clone)))
	t.method("void Remove()", func(_ *Call, a []any) (any, error) { return nil, removeToken(a[0].(Token)) })
	t.method("void Replace(JToken value)", charged(func(_ *Call, a []any) (any, error) { return nil, replaceToken(a[0].(Token), a[1].(Token)) }))
	t.method("IEnumerable<JToken> Ancestors()", func(_ *Call, a []any) (any, error) {
		list := &List{Element: l.Token}
		for p := a[0].(Token).parent(); p != nil; p = p.parent() {
			list.Items = append(list.Items, p)
		}
		return list, nil
	})
	t.beyond("AddAnnotation", "Annotation", "Annotations", "CreateReader", "Load", "LoadAsync", "ReadFrom", "WriteTo", "RemoveAnnotations", "EqualityComparer")
	declareJTokenQueries(l)
}

// parse is the Parse of JToken, JObject and JArray.
func (c *Call) parse(kind string, text any) (any, error) {
	s, ok := text.(string)
	if !ok {
		// The StringReader below says it.
		return nil, dotnet.ArgumentNull("s")
	}
	if err := c.Take(len(s)); err != nil {
		return nil, err
	}
	return either(parseJSON(s, kind))
}

// orNull keeps a Token that is nil from being a value.
func orNull(t Token) any {
	if t == nil {
		return nil
	}
	return t
}

func tokenList(l *Library, tokens []Token) *List {
	list := &List{Element: l.Token}
	for _, t := range tokens {
		list.Items = append(list.Items, t)
	}
	return list
}

func ofType(c *Call, items []any) *List {
	list := &List{Element: c.Types[0]}
	for _, item := range items {
		if c.Library.IsInstance(item, c.Types[0]) {
			list.Items = append(list.Items, item)
		}
	}
	return list
}

func tokenAt(_ *Call, a []any) (any, error) {
	switch t := a[0].(type) {
	case *JObject:
		name, ok := a[1].(string)
		if !ok {
			return nil, badKey("JObject", a[1], "Object property name expected.")
		}
		return orNull(t.Get(name)), nil
	case *JArray:
		i, ok := a[1].(int32)
		if !ok {
			return nil, badKey("JArray", a[1], "Int32 array index expected.")
		}
		if i < 0 || int(i) >= len(t.items) {
			return nil, outOfRange()
		}
		return t.items[i], nil
	}
	return nil, dotnet.InvalidOperation("Cannot access child value on Newtonsoft.Json.Linq." + kindName(a[0].(Token)) + ".")
}

func badKey(kind string, key any, expected string) error {
	var text string
	if name, ok := key.(string); ok {
		text = `"` + name + `"`
	} else {
		text, _ = (&Env{Culture: dotnet.Invariant()}).Format(nil, key, "")
	}
	return dotnet.Throw("System.ArgumentException", "Accessed "+kind+" values with invalid key value: "+text+". "+expected)
}

func setTokenAt(c *Call, a []any) (any, error) {
	switch t := a[0].(type) {
	case *JObject:
		name, ok := a[1].(string)
		if !ok {
			return nil, badKey("JObject", a[1], "Object property name expected.")
		}
		t.Set(name, to[Token](a[2]))
		return nil, c.Take(48 * weight(a[2]))
	case *JArray:
		i, ok := a[1].(int32)
		if !ok {
			return nil, badKey("JArray", a[1], "Int32 array index expected.")
		}
		switch {
		case i < 0:
			return nil, dotnet.ArgumentOutOfRange("Index is less than 0.", "index")
		case int(i) >= len(t.items):
			return nil, dotnet.ArgumentOutOfRange("Index is equal to or greater than Count.", "index")
		}
		t.items[i] = owned(to[Token](a[2]), t)
		t.items[i].setParent(t)
		return nil, c.Take(48 * weight(a[2]))
	}
	return nil, dotnet.InvalidOperation("Cannot set child value on Newtonsoft.Json.Linq." + kindName(a[0].(Token)) + ".")
}

func end(t Token, first bool) (any, error) {
	below := children(t)
	switch {
	case len(below) == 0:
		if _, isValue := t.(*JValue); isValue {
			return nil, dotnet.InvalidOperation("Cannot access child value on Newtonsoft.Json.Linq.JValue.")
		}
		return nil, nil //nolint:nilnil // null is the value
	case first:
		return below[0], nil
	}
	return below[len(below)-1], nil
}

func sibling(t Token, step int) any {
	if t.parent() == nil {
		return nil
	}
	all := children(t.parent())
	at := slices.Index(all, any(t)) + step
	if at < 0 || at >= len(all) {
		return nil
	}
	return all[at]
}

func selectToken(c *Call, a []any) (any, error) {
	var found Token
	err := c.selectTokens(a[0].(Token), to[string](a[1]), len(a) > 2 && to[bool](a[2]), func(t Token) error {
		if found != nil {
			return dotnet.Throw("Newtonsoft.Json.JsonException", "Path returned multiple tokens.")
		}
		found = t
		return nil
	})
	return orNull(found), err
}

func removeToken(t Token) error {
	switch p := t.parent().(type) {
	case nil:
		return dotnet.InvalidOperation("The parent is missing.")
	case *JObject:
		p.remove(t.(*JProperty).Name)
	case *JArray:
		p.items = slices.DeleteFunc(p.items, func(each Token) bool { return each == t })
	case *JProperty:
		return dotnet.Throw("Newtonsoft.Json.JsonException", "Cannot add or remove items from Newtonsoft.Json.Linq.JProperty.")
	}
	t.setParent(nil)
	return nil
}

func replaceToken(t, by Token) error {
	by = owned(by, t)
	switch p := t.parent().(type) {
	case nil:
		return dotnet.InvalidOperation("The parent is missing.")
	case *JProperty:
		p.value = by
	case *JArray:
		p.items[slices.Index(p.items, t)] = by
	case *JObject:
		property, ok := by.(*JProperty)
		if !ok {
			return dotnet.Throw("System.ArgumentException", "Can not add Newtonsoft.Json.Linq."+kindName(by)+" to Newtonsoft.Json.Linq.JObject.")
		}
		p.properties[p.place(t.(*JProperty).Name)] = property
		p.moved()
	}
	by.setParent(t.parent())
	t.setParent(nil)
	return nil
}

func deepEquals(a, b Token) bool {
	switch x := a.(type) {
	case nil:
		return b == nil
	case *JObject:
		y, ok := b.(*JObject)
		return ok && len(x.properties) == len(y.properties) && !slices.ContainsFunc(x.properties, func(p *JProperty) bool {
			other := y.Get(p.Name)
			return other == nil || !deepEquals(p.value, other)
		})
	case *JArray:
		y, ok := b.(*JArray)
		return ok && slices.EqualFunc(x.items, y.items, deepEquals)
	case *JProperty:
		y, ok := b.(*JProperty)
		return ok && x.Name == y.Name && deepEquals(x.value, y.value)
	case *JValue:
		y, ok := b.(*JValue)
		return ok && x.equals(y)
	}
	return false
}
