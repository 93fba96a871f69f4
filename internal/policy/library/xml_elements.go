package library

import (
	"slices"

	"github.com/aoai-gateway/aoai-gateway/internal/policy/dotnet"
	"github.com/aoai-gateway/aoai-gateway/internal/policy/xlinq"
)

func attributes(e *xlinq.Element, names []any, add func(any)) {
	for _, a := range e.Attributes {
		if len(names) == 0 || names[0] == any(a.Name) {
			add(a)
		}
	}
}

func declareXMLElement(l *Library) {
	e := l.class(xmlNamespace, "XElement", "").from("XContainer")
	e.make("(XName name)", func(_ *Call, a []any) (any, error) { return &xlinq.Element{Name: a[0].(xlinq.Name)}, nil })
	e.make("(XElement other)", func(c *Call, a []any) (any, error) {
		other := a[0].(xlinq.Node)
		return xlinq.Clone(other), c.Take(xlinq.Size(other))
	})
	for _, written := range []string{"object? content", "params object[]? content"} {
		e.make("(XName name, "+written+")", func(c *Call, a []any) (any, error) {
			made := &xlinq.Element{Name: a[0].(xlinq.Name)}
			return made, firstOf(c.Take(96), c.put(made, 0, a[1]))
		})
		e.method("void ReplaceAll("+written+")", func(c *Call, a []any) (any, error) {
			items, err := c.xmlContent(a[1])
			if err != nil {
				return nil, err
			}
			a[0].(*xlinq.Element).RemoveAttributes()
			xlinq.RemoveNodes(a[0].(*xlinq.Element))
			return nil, xlinq.Insert(a[0].(*xlinq.Element), 0, items)
		})
		e.method("void ReplaceAttributes("+written+")", func(c *Call, a []any) (any, error) {
			items, err := c.xmlContent(a[1])
			if err != nil {
				return nil, err
			}
			a[0].(*xlinq.Element).RemoveAttributes()
			return nil, xlinq.Insert(a[0].(*xlinq.Element), len(a[0].(*xlinq.Element).Nodes()), items)
		})
	}
	e.fixed("XElement Parse(string? text)", func(c *Call, a []any) (any, error) { return c.parseXML(a, true) })
	e.fixed("XElement Parse(string? text, LoadOptions options)", func(c *Call, a []any) (any, error) { return c.parseXML(a, true) })
	e.mutable("XName Name", f1(func(v *xlinq.Element) xlinq.Name { return v.Name }), func(_ *Call, a []any) (any, error) {
		a[0].(*xlinq.Element).Name = a[1].(xlinq.Name)
		return nil, nil //nolint:nilnil // no value
	})
	e.mutable("string Value", f1(func(v *xlinq.Element) string { return xlinq.Value(v) }), func(c *Call, a []any) (any, error) {
		text, ok := a[1].(string)
		if !ok {
			return nil, dotnet.ArgumentNull("value")
		}
		return nil, c.setXMLValue(a[0].(*xlinq.Element), text)
	})
	e.property("bool IsEmpty", f1((*xlinq.Element).IsEmpty)).property("bool HasAttributes", f1(func(v *xlinq.Element) bool { return len(v.Attributes) > 0 }))
	e.property("bool HasElements", f1(func(v *xlinq.Element) bool {
		return slices.ContainsFunc(v.Nodes(), func(n xlinq.Node) bool { return namedElement(n, nil) })
	}))
	for name, first := range map[string]bool{"FirstAttribute": true, "LastAttribute": false} {
		e.property("XAttribute "+name, func(_ *Call, a []any) (any, error) {
			all := a[0].(*xlinq.Element).Attributes
			switch {
			case len(all) == 0:
				return nil, nil //nolint:nilnil // null is the value
			case first:
				return all[0], nil
			}
			return all[len(all)-1], nil
		})
	}
	e.method("XAttribute Attribute(XName? name)", func(_ *Call, a []any) (any, error) {
		name, ok := a[1].(xlinq.Name)
		if !ok {
			return nil, nil //nolint:nilnil // null is the value
		}
		return orNothing(a[0].(*xlinq.Element).Attribute(name)), nil
	})
	declareXMLElementLists(l)
	declareXMLElementChanges(l)
	declareXMLElementNames(l)
	declareXMLConversions(e, "element")
	e.beyond("Load", "Save", "WriteTo", "ReadXml", "WriteXml", "GetSchema")
}

// declareXMLElementLists declares the sequences that an element has.
func declareXMLElementLists(l *Library) {
	e := l.again("XElement")
	e.fixed("IEnumerable<XElement> EmptySequence", func(*Call, []any) (any, error) { return &Array{Element: l.named("XElement")}, nil })
	withSelf := func(v any) []xlinq.Node {
		return append([]xlinq.Node{v.(xlinq.Node)}, xlinq.Descendants(v.(xlinq.Container))...)
	}
	e.method("IEnumerable<XNode> DescendantNodesAndSelf()", func(_ *Call, a []any) (any, error) {
		within := a[0]
		return l.nodeList("XNode", func(add func(any)) {
			for _, n := range withSelf(within) {
				add(n)
			}
		}), nil
	})
	for _, parameter := range []string{"", "XName? name"} {
		e.method("IEnumerable<XAttribute> Attributes("+parameter+")", func(_ *Call, a []any) (any, error) {
			kept := slices.Clone(a)
			return l.nodeList("XAttribute", func(add func(any)) { attributes(kept[0].(*xlinq.Element), kept[1:], add) }), nil
		})
		e.method("IEnumerable<XElement> AncestorsAndSelf("+parameter+")", func(_ *Call, a []any) (any, error) {
			kept := slices.Clone(a)
			return l.nodeList("XElement", func(add func(any)) { ancestors(kept[0].(*xlinq.Element), kept[1:], add) }), nil
		})
		e.method("IEnumerable<XElement> DescendantsAndSelf("+parameter+")", func(_ *Call, a []any) (any, error) {
			kept := slices.Clone(a)
			return l.nodeList("XElement", func(add func(any)) {
				for _, n := range withSelf(kept[0]) {
					if namedElement(n, kept[1:]) {
						add(n)
					}
				}
			}), nil
		})
	}
}

// declareXMLElementChanges declares what changes an element.
func declareXMLElementChanges(l *Library) {
	e := l.again("XElement")
	e.method("void SetValue(object? value)", func(c *Call, a []any) (any, error) {
		text, err := c.valueText(a[1])
		if err != nil {
			return nil, err
		}
		return nil, c.setXMLValue(a[0].(*xlinq.Element), text)
	})
	e.method("void SetElementValue(XName name, object? value)", func(c *Call, a []any) (any, error) {
		parent, name := a[0].(*xlinq.Element), a[1].(xlinq.Name)
		child := xlinq.Child(parent, name)
		if a[2] == nil {
			if child == nil {
				return nil, nil //nolint:nilnil // no value
			}
			return nil, xlinq.Remove(child)
		}
		text, err := c.valueText(a[2])
		if err != nil {
			return nil, err
		}
		if child == nil {
			child = &xlinq.Element{Name: name}
			if err := firstOf(c.Take(96), xlinq.Insert(parent, len(parent.Nodes()), []any{child})); err != nil {
				return nil, err
			}
		}
		return nil, c.setXMLValue(child, text)
	})
	e.method("void SetAttributeValue(XName name, object? value)", func(c *Call, a []any) (any, error) {
		owner, name := a[0].(*xlinq.Element), a[1].(xlinq.Name)
		attribute := owner.Attribute(name)
		if a[2] == nil {
			if attribute == nil {
				return nil, nil //nolint:nilnil // no value
			}
			return nil, attribute.Remove()
		}
		text, err := c.valueText(a[2])
		if err != nil {
			return nil, err
		}
		if attribute != nil {
			attribute.Value = text
			return nil, c.Take(len(text))
		}
		return nil, firstOf(c.Take(64+len(text)), xlinq.Insert(owner, 0, []any{&xlinq.Attribute{Name: name, Value: text}}))
	})
	e.method("void RemoveAttributes()", func(_ *Call, a []any) (any, error) {
		a[0].(*xlinq.Element).RemoveAttributes()
		return nil, nil //nolint:nilnil // no value
	})
	e.method("void RemoveAll()", func(_ *Call, a []any) (any, error) {
		a[0].(*xlinq.Element).RemoveAttributes()
		xlinq.RemoveNodes(a[0].(*xlinq.Element))
		return nil, nil //nolint:nilnil // no value
	})
}

// declareXMLElementNames declares what an element knows of prefixes.
func declareXMLElementNames(l *Library) {
	e := l.again("XElement")
	e.method("XNamespace GetDefaultNamespace()", f1(func(v *xlinq.Element) xlinq.Namespace {
		space, _ := v.Space("")
		return xlinq.Namespace{URI: space}
	}))
	e.method("XNamespace GetNamespaceOfPrefix(string prefix)", func(_ *Call, a []any) (any, error) {
		prefix := to[string](a[1])
		if prefix == "" {
			return nil, dotnet.Argument("The empty string '' is not a valid local name.", "")
		}
		space, ok := a[0].(*xlinq.Element).Space(prefix)
		if !ok {
			return nil, nil //nolint:nilnil // null is the value
		}
		return xlinq.Namespace{URI: space}, nil
	})
	e.method("string GetPrefixOfNamespace(XNamespace ns)", func(_ *Call, a []any) (any, error) {
		prefix, ok := a[0].(*xlinq.Element).Prefix(a[1].(xlinq.Namespace).URI)
		if !ok {
			return nil, nil //nolint:nilnil // null is the value
		}
		return prefix, nil
	})
}
