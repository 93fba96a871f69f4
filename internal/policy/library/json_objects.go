package library

import (
	"slices"

	"github.com/aoai-gateway/aoai-gateway/internal/policy/dotnet"
)

func declareJSONObjects(l *Library) {
	container := l.class(linqNamespace, "JContainer", "").from("JToken")
	container.property("int Count", func(_ *Call, a []any) (any, error) { return count(len(children(a[0].(Token)))), nil })
	container.method("IEnumerable<JToken> Descendants()", func(_ *Call, a []any) (any, error) { return &List{Element: l.Token, Items: below(a[0].(Token))}, nil })
	container.method("IEnumerable<JToken> DescendantsAndSelf()", func(_ *Call, a []any) (any, error) {
		return &List{Element: l.Token, Items: append([]any{a[0]}, below(a[0].(Token))...)}, nil
	})
	container.method("void Add(object? content)", func(c *Call, a []any) (any, error) {
		return nil, firstOf(c.Take(48*weight(a[1])), l.addContent(a[0].(Token), a[1]))
	})
	container.method("void AddFirst(object? content)", func(_ *Call, a []any) (any, error) {
		token, err := l.fromContent(a[1])
		if err != nil {
			return nil, err
		}
		if array, ok := a[0].(*JArray); ok {
			return nil, insert(array, 0, token)
		}
		o, isObject := a[0].(*JObject)
		if !isObject {
			return nil, dotnet.Throw("Newtonsoft.Json.JsonException", "Newtonsoft.Json.Linq.JProperty cannot have multiple values.")
		}
		if err := l.addContent(o, token); err != nil {
			return nil, err
		}
		o.moveLastTo(0)
		return nil, nil //nolint:nilnil // no value
	})
	container.method("void RemoveAll()", func(_ *Call, a []any) (any, error) {
		switch t := a[0].(type) {
		case *JObject:
			t.properties, t.index = nil, nil
		case *JArray:
			t.items = nil
		}
		return nil, nil //nolint:nilnil // null is the value, or there is none
	})
	container.method("void Merge(object? content)", charged(func(_ *Call, a []any) (any, error) {
		merge(a[0], a[1])
		return nil, nil //nolint:nilnil // no value
	}))
	container.beyond("CreateWriter", "ReplaceAll")

	constructor := l.class(linqNamespace, "JConstructor", "").from("JContainer")
	constructor.property("string Name", f1(func(t *JConstructor) string { return t.name }))
	l.value("System.Numerics", "BigInteger", "")
	declareJObject(l)
	declareJArray(l)
	p := l.class(linqNamespace, "JProperty", "").from("JContainer")
	property := func(name string, content any) (*JProperty, error) {
		value, err := l.fromContent(content)
		if err != nil {
			return nil, err
		}
		made := &JProperty{Name: name}
		made.value = owned(value, made)
		made.value.setParent(made)
		return made, nil
	}
	for _, content := range []string{"object? content", "params object[]? content"} {
		p.make("(string name, "+content+")", charged(func(_ *Call, a []any) (any, error) { return either(property(to[string](a[0]), a[1])) }))
	}
	p.property("string Name", f1(func(p *JProperty) string { return p.Name }))
	p.mutable("JToken Value", f1(func(p *JProperty) any { return orNull(p.value) }), func(_ *Call, a []any) (any, error) {
		v := a[0].(*JProperty)
		v.value = owned(to[Token](a[1]), v)
		v.value.setParent(v)
		return nil, nil //nolint:nilnil // null is the value, or there is none
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
	item = owned(item, a)
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
	token, err := l.fromContent(content)
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
	if o.place(name) >= 0 {
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
	o.make("(JObject other)", charged(f1(func(other *JObject) any { return clone(other) })))
	o.make("(params object[] content)", charged(func(_ *Call, a []any) (any, error) {
		made := NewObject()
		return made, Each(a[0], func(item any) error { return l.addContent(made, item) })
	}))
	o.make("(object content)", charged(func(_ *Call, a []any) (any, error) {
		made := NewObject()
		return made, l.addContent(made, a[0])
	}))
	o.fixed("JObject Parse(string? json)", func(c *Call, a []any) (any, error) { return c.parse("JObject", a[0]) })
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
	o.mutable("JToken this[string propertyName]", tokenAt, setTokenAt).mutable("JToken this[object key]", tokenAt, setTokenAt)
	o.method("void Add(string propertyName, JToken? value)", func(c *Call, a []any) (any, error) {
		return nil, firstOf(c.Take(48*weight(a[2])), addProperty(a[0].(*JObject), to[string](a[1]), to[Token](a[2])))
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
		if i := v.place(name); i >= 0 {
			return v.properties[i]
		}
		return nil
	}))
	o.method("IEnumerable<JProperty> Properties()", func(_ *Call, a []any) (any, error) {
		o := a[0].(*JObject)
		return &Sequence{Element: l.named("JProperty"), Each: o.each}, nil
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

func declareJArray(l *Library) {
	a := l.class(linqNamespace, "JArray", "").from("JContainer", "IList<JToken>")
	fill := func(items any) (any, error) {
		made := &JArray{}
		return made, Each(items, func(item any) error { return l.addContent(made, item) })
	}
	a.make("()", func(*Call, []any) (any, error) { return &JArray{}, nil })
	a.make("(JArray other)", charged(f1(func(other *JArray) any { return clone(other) })))
	a.make("(params object[] content)", charged(func(_ *Call, args []any) (any, error) { return fill(args[0]) }))
	a.make("(object content)", charged(func(_ *Call, args []any) (any, error) {
		made := &JArray{}
		return made, l.addContent(made, args[0])
	}))
	a.fixed("JArray Parse(string? json)", func(c *Call, args []any) (any, error) { return c.parse("JArray", args[0]) })
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
	a.mutable("JToken this[int index]", tokenAt, setTokenAt).mutable("JToken this[object key]", tokenAt, setTokenAt)
	a.method("void Add(JToken? item)", func(c *Call, args []any) (any, error) {
		if err := c.Take(48 * (1 + weight(args[1]))); err != nil {
			return nil, err
		}
		args[0].(*JArray).Append(to[Token](args[1]))
		return nil, nil //nolint:nilnil // no value
	})
	a.method("void Clear()", func(_ *Call, args []any) (any, error) { args[0].(*JArray).items = nil; return nil, nil }) //nolint:nilnil // it has no value
	a.method("bool Contains(JToken item)", f2(func(v *JArray, item Token) bool { return slices.Contains(v.items, item) }))
	a.method("int IndexOf(JToken item)", f2(func(v *JArray, item Token) int32 { return count(slices.Index(v.items, item)) }))
	a.method("void Insert(int index, JToken? item)", func(c *Call, args []any) (any, error) {
		return nil, firstOf(c.Take(48*weight(args[2])), insert(args[0].(*JArray), int(to[int32](args[1])), to[Token](args[2])))
	})
	a.method("bool Remove(JToken item)", f2(func(v *JArray, item Token) bool {
		before := len(v.items)
		v.items = slices.DeleteFunc(v.items, func(each Token) bool { return each == item })
		return len(v.items) < before
	}))
	a.method("void RemoveAt(int index)", func(_ *Call, args []any) (any, error) {
		v, at := args[0].(*JArray), int(to[int32](args[1]))
		if at < 0 || at >= len(v.items) {
			return nil, outOfRange()
		}
		v.items = slices.Delete(v.items, at, at+1)
		return nil, nil //nolint:nilnil // null is the value, or there is none
	})
	a.property("bool IsReadOnly", constant(false)).method("void CopyTo(JToken[] array, int arrayIndex)", copyTo)
	a.beyond("GetEnumerator", "Load")
}

// fromContent is a token of what is put into a container: tokens and values, but
// nothing that would have to be serialized.
func (l *Library) fromContent(content any) (Token, error) {
	switch content.(type) {
	case *Anonymous, mapping, Pair:
		return nil, dotnet.Throw("System.ArgumentException", "Could not determine JSON object type for type "+l.TypeOf(content).FullName()+".")
	}
	return l.FromAny(content)
}

// moveLastTo puts the property that was added last to a place before.
func (o *JObject) moveLastTo(at int) {
	last := len(o.properties) - 1
	o.properties = slices.Insert(o.properties[:last:last], at, o.properties[last])
	o.moved()
}
