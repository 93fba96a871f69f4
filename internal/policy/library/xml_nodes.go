package library

import (
	"cmp"
	"slices"

	"github.com/aoai-gateway/aoai-gateway/internal/policy/dotnet"
	"github.com/aoai-gateway/aoai-gateway/internal/policy/xlinq"
)

// xmlKinds are the constants of XmlNodeType.
var xmlKinds = counted("None", "Element", "Attribute", "Text", "CDATA", "EntityReference", "Entity", "ProcessingInstruction", "Comment", "Document", "DocumentType", "DocumentFragment", "Notation",
	"Whitespace", "SignificantWhitespace", "EndElement", "EndEntity", "XmlDeclaration")

// declareXML declares System.Xml.Linq.
func declareXML(l *Library) {
	l.enum("System.Xml", "XmlNodeType", xmlKinds...)
	l.enum(xmlNamespace, "LoadOptions", EnumValue{"None", 0}, EnumValue{"PreserveWhitespace", 1}, EnumValue{"SetBaseUri", 2}, EnumValue{"SetLineInfo", 4})
	l.enum(xmlNamespace, "SaveOptions", EnumValue{"None", 0}, EnumValue{"DisableFormatting", 1}, EnumValue{"OmitDuplicateNamespaces", 2})
	o := l.class(xmlNamespace, "XObject", "")
	o.property("XmlNodeType NodeType", func(_ *Call, a []any) (any, error) {
		kind := xlinq.KindAttribute
		if n, ok := a[0].(xlinq.Node); ok {
			kind = n.Kind()
		}
		return Enum{l.named("XmlNodeType"), int32(kind)}, nil
	})
	o.property("XElement Parent", func(_ *Call, a []any) (any, error) { return orNothing(parentElement(a[0])), nil })
	o.property("XDocument Document", func(_ *Call, a []any) (any, error) {
		n, ok := a[0].(xlinq.Node)
		if attribute, is := a[0].(*xlinq.Attribute); is && attribute.Owner != nil {
			n, ok = attribute.Owner, true
		}
		if !ok {
			return nil, nil //nolint:nilnil // null is the value
		}
		d, _ := xlinq.Root(n).(*xlinq.Document)
		return orNothing(d), nil
	})
	o.property("string BaseUri", constant(""))
	o.beyond("AddAnnotation", "Annotation", "Annotations", "RemoveAnnotations", "Changed", "Changing")
	declareXMLNode(l)
	declareXMLSiblings(l)
	declareXMLContainer(l)
	declareXMLElement(l)
	declareXMLDocument(l)
	declareXMLLeaves(l)
	declareXMLNames(l)
	declareXMLExtensions(l)
}

// orNothing keeps a nil pointer from being a value.
func orNothing[T any](v *T) any {
	if v == nil {
		return nil
	}
	return v
}

func parentElement(v any) *xlinq.Element {
	switch v := v.(type) {
	case *xlinq.Attribute:
		return v.Owner
	case xlinq.Node:
		e, _ := v.Parent().(*xlinq.Element)
		return e
	}
	return nil
}

// nodeList is a sequence that is found anew each time somebody goes through it.
func (l *Library) nodeList(element string, find func(add func(any))) *Sequence {
	return &Sequence{Element: l.named(element), Each: func(do func(any) error) error {
		var found []any
		find(func(v any) { found = append(found, v) })
		return eachOf(found, do)
	}}
}

// named tells whether a node is an element of the name; every element is, where no
// name was asked for.
func namedElement(n xlinq.Node, names []any) bool {
	e, ok := n.(*xlinq.Element)
	return ok && (len(names) == 0 || names[0] == any(e.Name))
}

func declareXMLNode(l *Library) {
	n := l.class(xmlNamespace, "XNode", "").from("XObject")
	n.method("string ToString()", func(c *Call, a []any) (any, error) { return either(c.xmlText(a[0])) })
	n.method("string ToString(SaveOptions options)", func(c *Call, a []any) (any, error) {
		return either(xlinq.String(a[0].(xlinq.Node), to[Enum](a[1]).Value&1 == 0, c.Take))
	})
	n.method("void Remove()", func(_ *Call, a []any) (any, error) { return nil, xlinq.Remove(a[0].(xlinq.Node)) })
	for _, written := range []string{"object? content", "params object[]? content"} {
		n.method("void AddAfterSelf("+written+")", func(c *Call, a []any) (any, error) { return nil, c.beside(a[0], 1, a[1]) })
		n.method("void AddBeforeSelf("+written+")", func(c *Call, a []any) (any, error) { return nil, c.beside(a[0], 0, a[1]) })
		n.method("void ReplaceWith("+written+")", func(c *Call, a []any) (any, error) {
			old := a[0].(xlinq.Node)
			parent := old.Parent()
			if parent == nil {
				return nil, dotnet.InvalidOperation("The parent is missing.")
			}
			_, at := xlinq.Siblings(old)
			if err := xlinq.Remove(old); err != nil {
				return nil, err
			}
			return nil, c.put(parent, at, a[1])
		})
	}
	n.fixed("bool DeepEquals(XNode? n1, XNode? n2)", func(_ *Call, a []any) (any, error) {
		x, ok := a[0].(xlinq.Node)
		y, also := a[1].(xlinq.Node)
		return ok == also && (!ok || xlinq.Equal(x, y)), nil
	})
	order := func(x, y xlinq.Node) (int, error) {
		if xlinq.Root(x) != xlinq.Root(y) {
			return 0, dotnet.InvalidOperation("A common ancestor is missing.")
		}
		return cmp.Compare(documentPlace(x), documentPlace(y)), nil
	}
	n.fixed("int CompareDocumentOrder(XNode? n1, XNode? n2)", func(_ *Call, a []any) (any, error) {
		x, ok := a[0].(xlinq.Node)
		y, also := a[1].(xlinq.Node)
		if !ok || !also {
			return int32(bit(ok) - bit(also)), nil //nolint:gosec // -1 to 1
		}
		result, err := order(x, y)
		return int32(result), err //nolint:gosec // -1 to 1
	})
	for name, sign := range map[string]int{"IsAfter": 1, "IsBefore": -1} {
		n.method("bool "+name+"(XNode node)", func(_ *Call, a []any) (any, error) {
			result, err := order(a[0].(xlinq.Node), a[1].(xlinq.Node))
			return result == sign, err
		})
	}
	n.beyond("CreateNavigator", "CreateReader", "DocumentOrderComparer", "EqualityComparer", "ReadFrom", "WriteTo")
}

// documentPlace is a node's number in document order.
func documentPlace(n xlinq.Node) int {
	root, ok := xlinq.Root(n).(xlinq.Container)
	if !ok {
		return 0
	}
	return slices.Index(xlinq.Descendants(root), n)
}

// declareXMLSiblings declares the ways from a node to others.
func declareXMLSiblings(l *Library) {
	n := l.again("XNode")
	for name, step := range map[string]int{"NextNode": 1, "PreviousNode": -1} {
		n.property("XNode "+name, func(c *Call, a []any) (any, error) {
			all, at := xlinq.Siblings(a[0].(xlinq.Node))
			if err := c.Step(at / 64); err != nil {
				return nil, err
			}
			if at += step; at < 0 || at >= len(all) {
				return nil, nil //nolint:nilnil // null is the value
			}
			return all[at], nil
		})
	}
	for name, after := range map[string]bool{"AfterSelf": true, "BeforeSelf": false} {
		part := func(a []any) []xlinq.Node {
			all, at := xlinq.Siblings(a[0].(xlinq.Node))
			if after {
				return all[at+1:]
			}
			return all[:at]
		}
		n.method("IEnumerable<XNode> Nodes"+name+"()", func(_ *Call, a []any) (any, error) {
			kept := slices.Clone(a)
			return l.nodeList("XNode", func(add func(any)) {
				for _, each := range part(kept) {
					add(each)
				}
			}), nil
		})
		for _, parameter := range []string{"", "XName? name"} {
			n.method("IEnumerable<XElement> Elements"+name+"("+parameter+")", func(_ *Call, a []any) (any, error) {
				kept := slices.Clone(a)
				return l.nodeList("XElement", func(add func(any)) {
					for _, each := range part(kept) {
						if namedElement(each, kept[1:]) {
							add(each)
						}
					}
				}), nil
			})
		}
	}
	for _, parameter := range []string{"", "XName? name"} {
		n.method("IEnumerable<XElement> Ancestors("+parameter+")", func(_ *Call, a []any) (any, error) {
			kept := slices.Clone(a)
			return l.nodeList("XElement", func(add func(any)) { ancestors(parentElement(kept[0]), kept[1:], add) }), nil
		})
	}
}

func ancestors(from *xlinq.Element, names []any, add func(any)) {
	for e := from; e != nil; e = parentElement(e) {
		if namedElement(e, names) {
			add(e)
		}
	}
}
