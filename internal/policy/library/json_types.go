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
	}
	return "JValue"
}

func declareTokens(l *Library) {
	l.enum(linqNamespace, "JTokenType", counted("None", "Object", "Array", "Constructor", "Property", "Comment", "Integer", "Float", "String", "Boolean", "Null", "Undefined", "Date", "Raw", "Bytes", "Guid", "Uri", "TimeSpan")...)
	l.enum("Newtonsoft.Json", "Formatting", counted("None", "Indented")...)
	l.class("Newtonsoft.Json", "JsonConverter", "")
	t := l.class(linqNamespace, "JToken", "").from("IEnumerable<JToken>")
	t.fixed("JToken Parse(string json)", func(c *Call, a []any) (any, error) { return c.parse(to[string](a[0])) })
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
	t.method("IEnumerable<JToken> SelectTokens(string path)", func(_ *Call, a []any) (any, error) {
		found, err := selectTokens(a[0].(Token), to[string](a[1]))
		return tokenList(l, found), err
	})
	t.method("IEnumerable<JToken> Children()", func(_ *Call, a []any) (any, error) { return &List{l.Token, children(a[0].(Token))}, nil })
	t.method("IEnumerable<T> Children<T>()", func(c *Call, a []any) (any, error) { return ofType(c, children(a[0].(Token))), nil })
	t.method("IEnumerable<JToken> Values()", func(_ *Call, a []any) (any, error) { return tokenList(l, all(a[0].(Token))), nil })
	t.method("IEnumerable<T> Values<T>()", func(c *Call, a []any) (any, error) {
		list := &List{Element: c.Types[0]}
		for _, each := range all(a[0].(Token)) {
			v, err := c.ConvertToken(each, c.Types[0])
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
		return c.ConvertToken(found.(Token), c.Types[0])
	})
	t.method("T ToObject<T>()", func(c *Call, a []any) (any, error) { return c.toObject(a[0].(Token), c.Types[0]) })
	t.method("string ToString()", func(c *Call, a []any) (any, error) { return either(c.Text(l, a[0])) })
	t.method("string ToString(Formatting formatting, params JsonConverter[] converters)", func(c *Call, a []any) (any, error) {
		return either(c.jsonText(a[0].(Token), to[Enum](a[1]).Value == 1))
	})
	t.method("JToken DeepClone()", f1(func(t Token) Token { return clone(t) }))
	t.method("void Remove()", func(_ *Call, a []any) (any, error) { return nil, removeToken(a[0].(Token)) })
	t.method("void Replace(JToken value)", func(_ *Call, a []any) (any, error) { return nil, replaceToken(a[0].(Token), a[1].(Token)) })
	t.method("IEnumerable<JToken> Ancestors()", func(_ *Call, a []any) (any, error) {
		list := &List{Element: l.Token}
		for p := a[0].(Token).parent(); p != nil; p = p.parent() {
			list.Items = append(list.Items, p)
		}
		return list, nil
	})
	t.beyond("AddAfterSelf", "AddBeforeSelf", "AfterSelf", "BeforeSelf", "AncestorsAndSelf", "AddAnnotation", "Annotation", "Annotations", "CreateReader", "Load", "LoadAsync", "ReadFrom", "WriteTo", "RemoveAnnotations", "EqualityComparer")
	declareJTokenQueries(l)
}

func (c *Call) parse(s string) (any, error) {
	if err := c.Take(len(s)); err != nil {
		return nil, err
	}
	return either(ParseJSON(s))
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
			return nil, outOfRange("index")
		}
		return t.items[i], nil
	}
	return nil, dotnet.InvalidOperation("Cannot access child value on Newtonsoft.Json.Linq." + kindName(a[0].(Token)) + ".")
}

func badKey(kind string, key any, expected string) error {
	text := ""
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
		return nil, c.Take(48)
	case *JArray:
		i, ok := a[1].(int32)
		if !ok {
			return nil, badKey("JArray", a[1], "Int32 array index expected.")
		}
		if i < 0 || int(i) >= len(t.items) {
			return nil, outOfRange("index")
		}
		t.items[i] = owned(to[Token](a[2]))
		t.items[i].setParent(t)
		return nil, nil
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

func selectToken(_ *Call, a []any) (any, error) {
	found, err := selectTokens(a[0].(Token), to[string](a[1]))
	switch {
	case err != nil:
		return nil, err
	case len(found) > 1:
		return nil, dotnet.Throw("Newtonsoft.Json.JsonException", "Path returned multiple tokens.")
	case len(found) == 0 && len(a) > 2 && to[bool](a[2]):
		return nil, dotnet.Throw("Newtonsoft.Json.JsonException", "Path '"+to[string](a[1])+"' returned no token.")
	case len(found) == 0:
		return nil, nil //nolint:nilnil // null is the value
	}
	return found[0], nil
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
	by = owned(by)
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
		at := p.index[t.(*JProperty).Name]
		delete(p.index, p.properties[at].Name)
		p.properties[at], p.index[property.Name] = property, at
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

func declareJSONObjects(l *Library) {
	container := l.class(linqNamespace, "JContainer", "").from("JToken")
	container.property("int Count", func(_ *Call, a []any) (any, error) { return count(len(children(a[0].(Token)))), nil })
	container.method("IEnumerable<JToken> Descendants()", func(_ *Call, a []any) (any, error) { return &List{l.Token, below(a[0].(Token))}, nil })
	container.method("IEnumerable<JToken> DescendantsAndSelf()", func(_ *Call, a []any) (any, error) {
		return &List{l.Token, append([]any{a[0]}, below(a[0].(Token))...)}, nil
	})
	container.method("void Add(object? content)", func(_ *Call, a []any) (any, error) { return nil, l.addContent(a[0].(Token), a[1]) })
	container.method("void AddFirst(object? content)", func(_ *Call, a []any) (any, error) {
		array, ok := a[0].(*JArray)
		if !ok {
			return nil, dotnet.Throw("System.NotSupportedException", "JObject.AddFirst cannot be run here.")
		}
		token, err := l.FromAny(a[1])
		if err != nil {
			return nil, err
		}
		return nil, insert(array, 0, token)
	})
	container.method("void RemoveAll()", func(_ *Call, a []any) (any, error) {
		switch t := a[0].(type) {
		case *JObject:
			t.properties, t.index = nil, map[string]int{}
		case *JArray:
			t.items = nil
		}
		return nil, nil
	})
	container.method("void Merge(object? content)", func(_ *Call, a []any) (any, error) { merge(a[0], a[1]); return nil, nil })
	container.beyond("CreateWriter", "ReplaceAll")

	declareJObject(l)
	declareJArray(l)
	p := l.class(linqNamespace, "JProperty", "").from("JContainer")
	property := func(name string, content any) (*JProperty, error) {
		value, err := l.FromAny(content)
		if err != nil {
			return nil, err
		}
		made := &JProperty{Name: name, value: owned(value)}
		made.value.setParent(made)
		return made, nil
	}
	p.make("(string name, object? content)", func(_ *Call, a []any) (any, error) { return either(property(to[string](a[0]), a[1])) })
	p.make("(string name, params object[] content)", func(_ *Call, a []any) (any, error) { return either(property(to[string](a[0]), a[1])) })
	p.property("string Name", f1(func(p *JProperty) string { return p.Name }))
	p.mutable("JToken Value", f1(func(p *JProperty) any { return orNull(p.value) }), func(_ *Call, a []any) (any, error) {
		v := a[0].(*JProperty)
		v.value = owned(to[Token](a[1]))
		v.value.setParent(v)
		return nil, nil
	})
	declareJValue(l)
}

func below(t Token) []any {
	var found []any
	for _, each := range children(t) {
		found = append(found, each)
		found = append(found, below(each.(Token))...)
	}
	return found
}

func insert(a *JArray, at int, item Token) error {
	if at < 0 || at > len(a.items) {
		return dotnet.ArgumentOutOfRange("Index must be within the bounds of the List.", "index")
	}
	item = owned(item)
	item.setParent(a)
	a.items = slices.Insert(a.items, at, item)
	return nil
}

// addContent is JContainer.Add: properties into objects, anything into arrays;
// collections are added item by item.
func (l *Library) addContent(t Token, content any) error {
	if list, ok := content.(*List); ok {
		return Each(list, func(item any) error { return l.addContent(t, item) })
	}
	if array, ok := content.(*Array); ok {
		return Each(array, func(item any) error { return l.addContent(t, item) })
	}
	if sequence, ok := content.(*Sequence); ok {
		return Each(sequence, func(item any) error { return l.addContent(t, item) })
	}
	token, err := l.FromAny(content)
	if err != nil {
		return err
	}
	switch t := t.(type) {
	case *JArray:
		t.Append(token)
		return nil
	case *JObject:
		property, ok := token.(*JProperty)
		if !ok {
			return dotnet.Throw("System.ArgumentException", "Can not add Newtonsoft.Json.Linq."+kindName(token)+" to Newtonsoft.Json.Linq.JObject.")
		}
		return addProperty(t, property.Name, property.value)
	}
	return dotnet.Throw("Newtonsoft.Json.JsonException", "Newtonsoft.Json.Linq.JProperty cannot have multiple values.")
}

func addProperty(o *JObject, name string, value Token) error {
	if _, exists := o.index[name]; exists {
		return dotnet.Throw("System.ArgumentException", "Can not add property "+name+" to Newtonsoft.Json.Linq.JObject. Property with the same name already exists on object.")
	}
	o.Set(name, value)
	return nil
}

// merge is JContainer.Merge with its default: arrays are joined, objects merged,
// everything else replaced.
func merge(into, content any) {
	switch x := into.(type) {
	case *JArray:
		if y, ok := content.(*JArray); ok {
			for _, item := range y.items {
				x.Append(clone(item))
			}
		}
	case *JObject:
		y, ok := content.(*JObject)
		if !ok {
			return
		}
		for _, p := range y.properties {
			existing := x.Get(p.Name)
			_, isObject := existing.(*JObject)
			_, isArray := existing.(*JArray)
			if (isObject || isArray) && typeName(existing) == typeName(p.value) {
				merge(existing, p.value)
				continue
			}
			if existing == nil || typeName(p.value) != "Null" {
				x.Set(p.Name, clone(p.value))
			}
		}
	}
}

func declareJObject(l *Library) {
	o := l.class(linqNamespace, "JObject", "").from("JContainer")
	o.make("()", func(*Call, []any) (any, error) { return NewObject(), nil })
	o.make("(JObject other)", f1(func(other *JObject) any { return clone(other) }))
	o.make("(params object[] content)", func(_ *Call, a []any) (any, error) {
		made := NewObject()
		return made, Each(a[0], func(item any) error { return l.addContent(made, item) })
	})
	o.make("(object content)", func(_ *Call, a []any) (any, error) {
		made := NewObject()
		return made, l.addContent(made, a[0])
	})
	o.fixed("JObject Parse(string json)", func(c *Call, a []any) (any, error) {
		token, err := c.parse(to[string](a[0]))
		if err != nil {
			return nil, err
		}
		return c.asToken(token.(Token), "JObject")
	})
	o.fixed("JObject FromObject(object o)", func(_ *Call, a []any) (any, error) {
		token, err := l.FromAny(a[0])
		if err != nil {
			return nil, err
		}
		if _, ok := token.(*JObject); !ok {
			return nil, dotnet.Throw("System.ArgumentException", "Object serialized to "+typeName(token)+". JObject instance expected.")
		}
		return token, nil
	})
	o.mutable("JToken this[string propertyName]", tokenAt, setTokenAt)
	o.method("void Add(string propertyName, JToken? value)", func(c *Call, a []any) (any, error) {
		return nil, firstOf(addProperty(a[0].(*JObject), to[string](a[1]), to[Token](a[2])), c.Take(48))
	})
	o.method("bool Remove(string propertyName)", f2(func(v *JObject, name string) bool { return v.remove(name) }))
	o.method("bool ContainsKey(string propertyName)", f2(func(v *JObject, name string) bool { return v.Get(name) != nil }))
	o.method("JToken GetValue(string? propertyName)", f2(func(v *JObject, name string) any { return orNull(v.Get(name)) }))
	o.method("JToken GetValue(string? propertyName, StringComparison comparison)", f3(func(v *JObject, name string, c Enum) any { return orNull(v.getFolded(name, c)) }))
	o.method("bool TryGetValue(string propertyName, out JToken value)", func(_ *Call, a []any) (any, error) {
		a[2] = orNull(a[0].(*JObject).Get(to[string](a[1])))
		return a[2] != nil, nil
	})
	o.method("bool TryGetValue(string propertyName, StringComparison comparison, out JToken value)", func(_ *Call, a []any) (any, error) {
		a[3] = orNull(a[0].(*JObject).getFolded(to[string](a[1]), to[Enum](a[2])))
		return a[3] != nil, nil
	})
	o.method("JProperty Property(string name)", f2(func(v *JObject, name string) any {
		if i, ok := v.index[name]; ok {
			return v.properties[i]
		}
		return nil
	}))
	o.method("IEnumerable<JProperty> Properties()", func(_ *Call, a []any) (any, error) {
		return &List{l.named("JProperty"), children(a[0].(Token))}, nil
	})
	o.method("IEnumerable<JToken> PropertyValues()", func(_ *Call, a []any) (any, error) { return tokenList(l, all(a[0].(Token))), nil })
	o.beyond("PropertyChanged", "Load", "GetEnumerator")
}

func firstOf(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

func (o *JObject) getFolded(name string, comparison Enum) Token {
	if exact := o.Get(name); exact != nil {
		return exact
	}
	for _, p := range o.properties {
		if folded(comparison, p.Name) == folded(comparison, name) {
			return p.value
		}
	}
	return nil
}

// asToken is what Parse of a certain kind says to another kind.
func (c *Call) asToken(t Token, kind string) (any, error) {
	if kindName(t) == kind {
		return t, nil
	}
	start := map[string]string{"JObject": "StartObject", "JArray": "StartArray"}
	current := start[kindName(t)]
	if current == "" {
		current = typeName(t)
	}
	return nil, dotnet.Throw("Newtonsoft.Json.JsonReaderException", "Error reading "+kind+" from JsonReader. Current JsonReader item is not "+
		map[string]string{"JObject": "an object", "JArray": "an array"}[kind]+": "+current+". Path '', line 1, position 1.")
}

func declareJArray(l *Library) {
	a := l.class(linqNamespace, "JArray", "").from("JContainer")
	fill := func(items any) (any, error) {
		made := &JArray{}
		return made, Each(items, func(item any) error { return l.addContent(made, item) })
	}
	a.make("()", func(*Call, []any) (any, error) { return &JArray{}, nil })
	a.make("(JArray other)", f1(func(other *JArray) any { return clone(other) }))
	a.make("(params object[] content)", func(_ *Call, args []any) (any, error) { return fill(args[0]) })
	a.make("(object content)", func(_ *Call, args []any) (any, error) {
		made := &JArray{}
		return made, l.addContent(made, args[0])
	})
	a.fixed("JArray Parse(string json)", func(c *Call, args []any) (any, error) {
		token, err := c.parse(to[string](args[0]))
		if err != nil {
			return nil, err
		}
		return c.asToken(token.(Token), "JArray")
	})
	a.fixed("JArray FromObject(object o)", func(_ *Call, args []any) (any, error) {
		token, err := l.FromAny(args[0])
		if err != nil {
			return nil, err
		}
		if _, ok := token.(*JArray); !ok {
			return nil, dotnet.Throw("System.ArgumentException", "Object serialized to "+typeName(token)+". JArray instance expected.")
		}
		return token, nil
	})
	a.mutable("JToken this[int index]", tokenAt, setTokenAt)
	a.method("void Add(JToken? item)", func(c *Call, args []any) (any, error) {
		args[0].(*JArray).Append(to[Token](args[1]))
		return nil, c.Take(32)
	})
	a.method("void Clear()", func(_ *Call, args []any) (any, error) { args[0].(*JArray).items = nil; return nil, nil })
	a.method("bool Contains(JToken item)", f2(func(v *JArray, item Token) bool { return slices.Contains(v.items, item) }))
	a.method("int IndexOf(JToken item)", f2(func(v *JArray, item Token) int32 { return count(slices.Index(v.items, item)) }))
	a.method("void Insert(int index, JToken? item)", func(_ *Call, args []any) (any, error) {
		return nil, insert(args[0].(*JArray), int(to[int32](args[1])), to[Token](args[2]))
	})
	a.method("bool Remove(JToken item)", f2(func(v *JArray, item Token) bool {
		before := len(v.items)
		v.items = slices.DeleteFunc(v.items, func(each Token) bool { return each == item })
		return len(v.items) < before
	}))
	a.method("void RemoveAt(int index)", func(_ *Call, args []any) (any, error) {
		v, at := args[0].(*JArray), int(to[int32](args[1]))
		if at < 0 || at >= len(v.items) {
			return nil, outOfRange("index")
		}
		v.items = slices.Delete(v.items, at, at+1)
		return nil, nil
	})
	a.beyond("CopyTo", "GetEnumerator", "IsReadOnly", "Load")
}

func declareJValue(l *Library) {
	v := l.class(linqNamespace, "JValue", "").from("JToken", "IComparable")
	for _, t := range []string{"string?", "bool", "int", "long", "double", "decimal", "DateTime", "Guid", "TimeSpan", "object?"} {
		v.make("("+t+" value)", func(_ *Call, a []any) (any, error) {
			token, err := l.FromAny(a[0])
			if err != nil {
				return nil, err
			}
			return owned(token), nil
		})
	}
	v.mutable("object Value", f1(func(v *JValue) any { return v.Value }), func(_ *Call, a []any) (any, error) {
		a[0].(*JValue).Value = a[1]
		return nil, nil
	})
	v.fixed("JValue CreateNull()", func(*Call, []any) (any, error) { return &JValue{}, nil })
	v.fixed("JValue CreateString(string? value)", f1(func(s string) *JValue { return &JValue{Value: s} }))
	v.method("string ToString(string? format)", func(c *Call, a []any) (any, error) {
		return either(c.Format(l, a[0].(*JValue).Value, to[string](a[1])))
	})
	v.beyond("CreateComment", "CreateUndefined")
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
	convert.fixed("object DeserializeObject(string value)", func(c *Call, a []any) (any, error) {
		token, err := c.parse(to[string](a[0]))
		if value, ok := token.(*JValue); ok {
			return value.Value, err
		}
		return token, err
	})
	convert.fixed("T DeserializeObject<T>(string value)", func(c *Call, a []any) (any, error) {
		token, err := c.parse(to[string](a[0]))
		if err != nil {
			return nil, err
		}
		return c.toObject(token.(Token), c.Types[0])
	})
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
		return c.ConvertToken(token, c.Types[0])
	})
	e.fixed("IEnumerable<JProperty> Properties(this IEnumerable<JObject> source)", func(_ *Call, a []any) (any, error) {
		list := &List{Element: l.named("JProperty")}
		return list, Each(a[0], func(item any) error {
			list.Items = append(list.Items, children(item.(Token))...)
			return nil
		})
	})
	e.fixed("IEnumerable<JToken> Children<T>(this IEnumerable<T> source)", func(_ *Call, a []any) (any, error) {
		list := &List{Element: l.Token}
		return list, Each(a[0], func(item any) error {
			list.Items = append(list.Items, children(item.(Token))...)
			return nil
		})
	})
	e.fixed("IEnumerable<JToken> Values(this IEnumerable<JToken> source, object key)", func(c *Call, a []any) (any, error) {
		list := &List{Element: l.Token}
		return list, Each(a[0], func(item any) error {
			found, err := tokenAt(c, []any{item, a[1]})
			if err == nil && found != nil {
				list.Items = append(list.Items, found)
			}
			return err
		})
	})
	e.beyond("Ancestors", "Descendants", "AncestorsAndSelf", "DescendantsAndSelf", "AsJEnumerable", "Convert")
}

// Pairs is what foreach gets from a JObject: names with their values.
func (l *Library) Pairs(v any) any {
	o, ok := v.(*JObject)
	if !ok {
		return v
	}
	pair := l.PairOf(l.String, l.Token)
	list := &List{Element: pair}
	for _, p := range o.properties {
		list.Items = append(list.Items, Pair{pair, p.Name, p.value})
	}
	return list
}
