package library

import (
	"slices"

	"github.com/aoai-gateway/aoai-gateway/internal/policy/dotnet"
	"github.com/aoai-gateway/aoai-gateway/internal/policy/xlinq"
)

func declareXMLContainer(l *Library) {
	c := l.class(xmlNamespace, "XContainer", "").from("XNode")
	for _, written := range []string{"object? content", "params object[]? content"} {
		c.method("void Add("+written+")", func(call *Call, a []any) (any, error) {
			into := a[0].(xlinq.Container)
			return nil, call.put(into, len(into.Nodes()), a[1])
		})
		c.method("void AddFirst("+written+")", func(call *Call, a []any) (any, error) { return nil, call.put(a[0].(xlinq.Container), 0, a[1]) })
		c.method("void ReplaceNodes("+written+")", func(call *Call, a []any) (any, error) {
			items, err := call.xmlContent(a[1])
			if err != nil {
				return nil, err
			}
			xlinq.RemoveNodes(a[0].(xlinq.Container))
			return nil, xlinq.Insert(a[0].(xlinq.Container), 0, items)
		})
	}
	c.method("void RemoveNodes()", func(_ *Call, a []any) (any, error) {
		xlinq.RemoveNodes(a[0].(xlinq.Container))
		return nil, nil //nolint:nilnil // no value
	})
	c.method("XElement Element(XName? name)", func(_ *Call, a []any) (any, error) {
		name, ok := a[1].(xlinq.Name)
		if !ok {
			return nil, nil //nolint:nilnil // null is the value
		}
		return orNothing(xlinq.Child(a[0].(xlinq.Container), name)), nil
	})
	for name, first := range map[string]bool{"FirstNode": true, "LastNode": false} {
		c.property("XNode "+name, func(_ *Call, a []any) (any, error) {
			all := a[0].(xlinq.Container).Nodes()
			switch {
			case len(all) == 0:
				return nil, nil //nolint:nilnil // null is the value
			case first:
				return all[0], nil
			}
			return all[len(all)-1], nil
		})
	}
	for name, find := range map[string]func(xlinq.Container) []xlinq.Node{"Nodes": xlinq.Container.Nodes, "DescendantNodes": xlinq.Descendants} {
		c.method("IEnumerable<XNode> "+name+"()", func(_ *Call, a []any) (any, error) {
			within := a[0].(xlinq.Container)
			return l.nodeList("XNode", func(add func(any)) {
				for _, n := range find(within) {
					add(n)
				}
			}), nil
		})
	}
	for name, find := range map[string]func(xlinq.Container) []xlinq.Node{"Elements": xlinq.Container.Nodes, "Descendants": xlinq.Descendants} {
		for _, parameter := range []string{"", "XName? name"} {
			c.method("IEnumerable<XElement> "+name+"("+parameter+")", func(_ *Call, a []any) (any, error) {
				kept := slices.Clone(a)
				return l.nodeList("XElement", func(add func(any)) {
					for _, n := range find(kept[0].(xlinq.Container)) {
						if namedElement(n, kept[1:]) {
							add(n)
						}
					}
				}), nil
			})
		}
	}
	c.beyond("CreateWriter")
}

func declareXMLDocument(l *Library) {
	d := l.class(xmlNamespace, "XDocument", "").from("XContainer")
	filled := func(c *Call, declaration, content any) (any, error) {
		made := &xlinq.Document{}
		made.Declaration, _ = declaration.(*xlinq.Declaration)
		return made, c.put(made, 0, content)
	}
	d.make("()", func(*Call, []any) (any, error) { return &xlinq.Document{}, nil })
	d.make("(XDocument other)", func(c *Call, a []any) (any, error) {
		other := a[0].(xlinq.Node)
		return xlinq.Clone(other), c.Take(xlinq.Size(other))
	})
	d.make("(params object[]? content)", func(c *Call, a []any) (any, error) { return filled(c, nil, a[0]) })
	d.make("(XDeclaration? declaration, params object[]? content)", func(c *Call, a []any) (any, error) { return filled(c, a[0], a[1]) })
	d.fixed("XDocument Parse(string? text)", func(c *Call, a []any) (any, error) { return c.parseXML(a, false) })
	d.fixed("XDocument Parse(string? text, LoadOptions options)", func(c *Call, a []any) (any, error) { return c.parseXML(a, false) })
	d.property("XElement Root", func(_ *Call, a []any) (any, error) { return orNothing(a[0].(*xlinq.Document).Root()), nil })
	d.property("XDocumentType DocumentType", func(_ *Call, a []any) (any, error) { return orNothing(a[0].(*xlinq.Document).DocumentType()), nil })
	d.mutable("XDeclaration Declaration", func(_ *Call, a []any) (any, error) { return orNothing(a[0].(*xlinq.Document).Declaration), nil }, func(_ *Call, a []any) (any, error) {
		a[0].(*xlinq.Document).Declaration, _ = a[1].(*xlinq.Declaration)
		return nil, nil //nolint:nilnil // no value
	})
	d.forbidden("Load")
	d.beyond("Save", "WriteTo")
}

// declareXMLExtensions declares what sequences of nodes have.
func declareXMLExtensions(l *Library) {
	e := l.static(xmlNamespace, "Extensions")
	// spread is a sequence of all that each node of a sequence leads to.
	spread := func(element string, lead func(v any, names []any, add func(any))) Func {
		return func(_ *Call, a []any) (any, error) {
			kept := slices.Clone(a)
			return &Sequence{Element: l.named(element), Each: func(do func(any) error) error {
				return Each(kept[0], func(v any) error {
					var found []any
					if v != nil {
						lead(v, kept[1:], func(each any) { found = append(found, each) })
					}
					return eachOf(found, do)
				})
			}}, nil
		}
	}
	elements := func(find func(v any) []xlinq.Node) func(any, []any, func(any)) {
		return func(v any, names []any, add func(any)) {
			for _, n := range find(v) {
				if namedElement(n, names) {
					add(n)
				}
			}
		}
	}
	nodes := func(find func(v any) []xlinq.Node) func(any, []any, func(any)) {
		return func(v any, _ []any, add func(any)) {
			for _, n := range find(v) {
				add(n)
			}
		}
	}
	children := func(v any) []xlinq.Node { return v.(xlinq.Container).Nodes() }
	below := func(v any) []xlinq.Node { return xlinq.Descendants(v.(xlinq.Container)) }
	withSelf := func(v any) []xlinq.Node { return append([]xlinq.Node{v.(xlinq.Node)}, below(v)...) }
	e.fixed("IEnumerable<XNode> Nodes(this IEnumerable<XContainer> source)", spread("XNode", nodes(children)))
	e.fixed("IEnumerable<XNode> DescendantNodes(this IEnumerable<XContainer> source)", spread("XNode", nodes(below)))
	e.fixed("IEnumerable<XNode> DescendantNodesAndSelf(this IEnumerable<XElement> source)", spread("XNode", nodes(withSelf)))
	for _, name := range []string{"", ", XName? name"} {
		e.fixed("IEnumerable<XElement> Elements(this IEnumerable<XContainer> source"+name+")", spread("XElement", elements(children)))
		e.fixed("IEnumerable<XElement> DescendantsAndSelf(this IEnumerable<XElement> source"+name+")", spread("XElement", elements(withSelf)))
		e.fixed("IEnumerable<XElement> AncestorsAndSelf(this IEnumerable<XElement> source"+name+")", spread("XElement", func(v any, names []any, add func(any)) { ancestors(v.(*xlinq.Element), names, add) }))
		e.fixed("IEnumerable<XAttribute> Attributes(this IEnumerable<XElement> source"+name+")", spread("XAttribute", func(v any, names []any, add func(any)) { attributes(v.(*xlinq.Element), names, add) }))
	}
	// Without a name, these two are ambiguous (CS0121): Newtonsoft.Json.Linq has them, too.
	e.fixed("IEnumerable<XElement> Descendants(this IEnumerable<XContainer> source, XName? name)", spread("XElement", elements(below)))
	e.fixed("IEnumerable<XElement> Ancestors(this IEnumerable<XNode> source, XName? name)", spread("XElement", func(v any, names []any, add func(any)) { ancestors(parentElement(v), names, add) }))
	e.fixed("IEnumerable<T> InDocumentOrder<T>(this IEnumerable<T> source)", func(c *Call, a []any) (any, error) {
		items, err := Collect(a[0])
		if err != nil {
			return nil, err
		}
		items = slices.Clone(items)
		places := map[any]int{}
		for _, item := range items {
			n, ok := item.(xlinq.Node)
			if !ok {
				return nil, dotnet.InvalidCast("The sequence holds what is no node.")
			}
			places[item] = documentPlace(n)
		}
		slices.SortStableFunc(items, func(x, y any) int { return places[x] - places[y] })
		return &List{Element: c.Types[0], Items: items}, nil
	})
	remove := func(_ *Call, a []any) (any, error) {
		items, err := Collect(a[0])
		if err != nil {
			return nil, err
		}
		for _, item := range slices.Clone(items) {
			switch item := item.(type) {
			case *xlinq.Attribute:
				err = item.Remove()
			case xlinq.Node:
				err = xlinq.Remove(item)
			}
			if err != nil {
				return nil, err
			}
		}
		return nil, nil //nolint:nilnil // no value
	}
	e.fixed("void Remove(this IEnumerable<XAttribute> source)", remove).fixed("void Remove(this IEnumerable<XNode> source)", remove)
}
