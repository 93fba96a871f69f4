package document

import "strings"

// Document is a policy document.
type Document struct {
	// Source is the original text.
	Source string
	// Nodes are its elements, comments and text, in order.
	Nodes []Node
	// Placeholders are the named values that it mentions, in order.
	Placeholders []Placeholder
	// Errors are the mistakes that the reader found; what could be read is in
	// Nodes all the same.
	Errors []*Error

	text      Text // after substitution
	positions *lines
}

// Node is an *Element, a *Data or a *Comment.
type Node interface{ node() }

// Element is <name attributes>children</name>.
type Element struct {
	Name       string
	Attributes []*Attribute
	Children   []Node
	// SelfClosing is <name />.
	SelfClosing bool

	start, innerStart, innerEnd, end int
	document                         *Document
}

// Attribute is name="value".
type Attribute struct {
	Name string
	// Raw is the value as written between its quotes, Value what it means.
	Raw   string
	Value Text
	Quote byte
	// Expression says that the value is @(...) or @{...}.
	Expression bool
	// Broken says that an error tells why the value cannot be read.
	Broken bool

	start, valueStart int
	document          *Document
}

// Data is text between tags.
type Data struct {
	// Raw is as written, Value what it means.
	Raw   string
	Value Text
	// CDATA says that it stands in <![CDATA[ ]]>.
	CDATA      bool
	Expression bool
	// Broken says that an error tells why the text cannot be read.
	Broken bool

	start    int
	document *Document
}

// Comment is <!-- -->, or a processing instruction as <?xml ?>.
type Comment struct{ Raw string }

func (*Element) node() {}
func (*Data) node()    {}
func (*Comment) node() {}

// Position is where the element starts.
func (e *Element) Position() Position { return e.document.origin(e.start) }

// Position is where the attribute's name stands.
func (a *Attribute) Position() Position { return a.document.origin(a.start) }

// PositionOf is the place of an offset in the attribute's value.
func (a *Attribute) PositionOf(offset int) Position {
	return a.document.origin(a.Value.Origin(offset))
}

// Position is where the text starts, white space before it passed over.
func (d *Data) Position() Position {
	blank := len(d.Value.Value) - len(strings.TrimLeft(d.Value.Value, " \t\r\n"))
	return d.PositionOf(blank)
}

// PositionOf is the place of an offset in the text's value.
func (d *Data) PositionOf(offset int) Position { return d.document.origin(d.Value.Origin(offset)) }

func (d *Document) origin(offset int) Position {
	return d.positions.position(d.text.Origin(offset))
}

// Attribute finds an attribute by name, or nil.
func (e *Element) Attribute(name string) *Attribute {
	for _, attribute := range e.Attributes {
		if attribute.Name == name {
			return attribute
		}
	}
	return nil
}

// Elements are the children that are elements.
func (e *Element) Elements() []*Element { return elements(e.Children) }

// Elements are the elements at the top of the document.
func (d *Document) Elements() []*Element { return elements(d.Nodes) }

func elements(nodes []Node) []*Element {
	var found []*Element
	for _, node := range nodes {
		if element, ok := node.(*Element); ok {
			found = append(found, element)
		}
	}
	return found
}

// Data are the children that are text; text of white space only is left out.
func (e *Element) Data() []*Data {
	var found []*Data
	for _, node := range e.Children {
		if data, ok := node.(*Data); ok && (data.CDATA || strings.TrimSpace(data.Value.Value) != "") {
			found = append(found, data)
		}
	}
	return found
}

// Inner is what stands between the tags, after named values were substituted
// and as written otherwise.
func (e *Element) Inner() string { return e.document.text.Value[e.innerStart:e.innerEnd] }

// InnerText is the element's text as one value: what its text nodes mean, and
// elements in it as written.
func (e *Element) InnerText() Text {
	var b textBuilder
	for _, node := range e.Children {
		switch node := node.(type) {
		case *Data:
			for i, m := range node.Value.marks {
				end := len(node.Value.Value)
				if i+1 < len(node.Value.marks) {
					end = node.Value.marks[i+1].at
				}
				b.add(node.Value.Value[m.at:end], m.origin)
			}
		case *Element:
			b.add(e.document.text.Value[node.start:node.end], node.start)
		}
	}
	return b.text()
}

// PositionOf is the place of an offset in the element's InnerText.
func (e *Element) PositionOf(text Text, offset int) Position {
	return e.document.origin(text.Origin(offset))
}

// Group makes an element of nodes that have no root of their own.
func Group(name string, nodes []Node, d *Document) *Element {
	return &Element{Name: name, Children: nodes, document: d}
}
