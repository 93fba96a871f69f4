package xlinq

import "slices"

// Kind is an XmlNodeType.
type Kind int32

// Kinds of the nodes that are here, numbered as .NET does.
const (
	KindElement      Kind = 1
	KindAttribute    Kind = 2
	KindText         Kind = 3
	KindCData        Kind = 4
	KindInstruction  Kind = 7
	KindComment      Kind = 8
	KindDocument     Kind = 9
	KindDocumentType Kind = 10
)

// Node is an XNode.
type Node interface {
	Kind() Kind
	// Parent is what the node stands in, or nil.
	Parent() Container
	setParent(c Container)
	shallow() Node
}

// Container is an XContainer: an element or a document.
type Container interface {
	Node
	// Nodes are the children. The caller does not change them.
	Nodes() []Node
	inner() *inside
	check(n Node, before []Node) error
	checkText(s string) error
}

type node struct{ parent Container }

// Parent is what the node stands in.
func (n *node) Parent() Container     { return n.parent }
func (n *node) setParent(c Container) { n.parent = c }

// inside is what stands in a container. An element that was given an empty text
// has no node, but it is written with an end tag of its own: full tells that.
type inside struct {
	nodes []Node
	full  bool
}

func (c *inside) inner() *inside { return c }

// Nodes are the children.
func (c *inside) Nodes() []Node { return c.nodes }

// Element is an XElement.
type Element struct {
	node
	inside
	Name       Name
	Attributes []*Attribute
}

// Document is an XDocument.
type Document struct {
	node
	inside
	Declaration *Declaration
}

// Text is an XText, or an XCData.
type Text struct {
	node
	Value string
	CData bool
}

// Comment is an XComment.
type Comment struct {
	node
	Value string
}

// Instruction is an XProcessingInstruction.
type Instruction struct {
	node
	Target, Data string
}

// DocumentType is an XDocumentType; nil is null.
type DocumentType struct {
	node
	Name                   string
	Public, System, Subset *string
}

// Attribute is an XAttribute.
type Attribute struct {
	Owner *Element
	Name  Name
	Value string
}

// Declaration is an XDeclaration; nil is null.
type Declaration struct{ Version, Encoding, Standalone *string }

// Kind is Element.
func (*Element) Kind() Kind { return KindElement }

// Kind is Document.
func (*Document) Kind() Kind { return KindDocument }

// Kind is Comment.
func (*Comment) Kind() Kind { return KindComment }

// Kind is ProcessingInstruction.
func (*Instruction) Kind() Kind { return KindInstruction }

// Kind is DocumentType.
func (*DocumentType) Kind() Kind { return KindDocumentType }

// Kind is Text or CDATA.
func (t *Text) Kind() Kind {
	if t.CData {
		return KindCData
	}
	return KindText
}

// shallow is a copy without what stands in it and where it stands.
func (e *Element) shallow() Node {
	copied := &Element{Name: e.Name}
	copied.full = e.full
	for _, a := range e.Attributes {
		copied.Attributes = append(copied.Attributes, &Attribute{copied, a.Name, a.Value})
	}
	return copied
}

func (d *Document) shallow() Node {
	copied := &Document{}
	if d.Declaration != nil {
		declaration := *d.Declaration
		copied.Declaration = &declaration
	}
	return copied
}

func (t *Text) shallow() Node        { return &Text{Value: t.Value, CData: t.CData} }
func (c *Comment) shallow() Node     { return &Comment{Value: c.Value} }
func (i *Instruction) shallow() Node { return &Instruction{Target: i.Target, Data: i.Data} }
func (d *DocumentType) shallow() Node {
	return &DocumentType{Name: d.Name, Public: d.Public, System: d.System, Subset: d.Subset}
}

// Walk goes through n and what is in it, in document order; leave runs behind the
// content of a container. It needs no stack of Go's: documents may be deep.
func Walk(n Node, enter, leave func(Node) error) error {
	type level struct {
		container Container
		rest      []Node
	}
	if err := enter(n); err != nil {
		return err
	}
	inner, ok := n.(Container)
	if !ok {
		return nil
	}
	levels := []level{{inner, inner.Nodes()}}
	for len(levels) > 0 {
		top := &levels[len(levels)-1]
		if len(top.rest) == 0 {
			if err := leave(top.container); err != nil {
				return err
			}
			levels = levels[:len(levels)-1]
			continue
		}
		next := top.rest[0]
		top.rest = top.rest[1:]
		if err := enter(next); err != nil {
			return err
		}
		if inner, ok := next.(Container); ok {
			levels = append(levels, level{inner, inner.Nodes()})
		}
	}
	return nil
}

func nothing(Node) error { return nil }

// Clone is a deep copy that stands nowhere.
func Clone(n Node) Node {
	var within []Container
	var root Node
	_ = Walk(n, func(each Node) error {
		copied := each.shallow()
		if len(within) == 0 {
			root = copied
		} else {
			parent := within[len(within)-1]
			copied.setParent(parent)
			parent.inner().nodes = append(parent.inner().nodes, copied)
		}
		if inner, ok := copied.(Container); ok {
			within = append(within, inner)
		}
		return nil
	}, func(Node) error {
		within = within[:len(within)-1]
		return nil
	})
	return root
}

// Size is about how many bytes a node and what is in it take.
func Size(n Node) int {
	size := 0
	_ = Walk(n, func(each Node) error {
		size += 96
		switch each := each.(type) {
		case *Text:
			size += len(each.Value)
		case *Comment:
			size += len(each.Value)
		case *Instruction:
			size += len(each.Data)
		case *Element:
			for _, a := range each.Attributes {
				size += 64 + len(a.Value)
			}
		}
		return nil
	}, nothing)
	return size
}

// Value is the text in a container, as XElement.Value gives it.
func Value(c Container) string {
	var texts []byte
	_ = Walk(c, func(each Node) error {
		if t, ok := each.(*Text); ok {
			texts = append(texts, t.Value...)
		}
		return nil
	}, nothing)
	return string(texts)
}

// Descendants are all nodes below c.
func Descendants(c Container) []Node {
	var found []Node
	_ = Walk(c, func(each Node) error {
		if each != Node(c) {
			found = append(found, each)
		}
		return nil
	}, nothing)
	return found
}

// Root is the outermost container of a node, or the node itself.
func Root(n Node) Node {
	for n.Parent() != nil {
		n = n.Parent()
	}
	return n
}

// Siblings are all nodes of the parent, and the place of n among them.
func Siblings(n Node) (all []Node, at int) {
	if n.Parent() == nil {
		return []Node{n}, 0
	}
	all = n.Parent().Nodes()
	return all, slices.Index(all, n)
}

// Attribute is the attribute of a name, or nil.
func (e *Element) Attribute(name Name) *Attribute {
	for _, a := range e.Attributes {
		if a.Name == name {
			return a
		}
	}
	return nil
}

// Child is the first element of a name, or nil.
func Child(c Container, name Name) *Element {
	for _, n := range c.Nodes() {
		if e, ok := n.(*Element); ok && e.Name == name {
			return e
		}
	}
	return nil
}

// IsEmpty tells an element that is written <a />.
func (e *Element) IsEmpty() bool { return len(e.nodes) == 0 && !e.full }

// Root is the document's element, or nil.
func (d *Document) Root() *Element {
	for _, n := range d.nodes {
		if e, ok := n.(*Element); ok {
			return e
		}
	}
	return nil
}

// DocumentType is the document's type, or nil.
func (d *Document) DocumentType() *DocumentType {
	for _, n := range d.nodes {
		if t, ok := n.(*DocumentType); ok {
			return t
		}
	}
	return nil
}

// Declares is the prefix that an attribute declares; ok is false of any other.
func (a *Attribute) Declares() (prefix string, ok bool) {
	switch {
	case a.Name.Space == XMLNSNamespace:
		return a.Name.Local, true
	case a.Name == Name{"", "xmlns"}:
		return "", true
	}
	return "", false
}
