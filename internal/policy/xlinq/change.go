package xlinq

import (
	"slices"

	"github.com/aoai-gateway/aoai-gateway/internal/policy/dotnet"
)

var kindNames = map[Kind]string{KindDocument: "Document", KindDocumentType: "DocumentType", KindCData: "CDATA"}

func cannotAdd(n Node) error {
	return dotnet.Argument("A node of type "+kindNames[n.Kind()]+" cannot be added to content.", "")
}

func (e *Element) check(n Node, _ []Node) error {
	if n.Kind() == KindDocument || n.Kind() == KindDocumentType {
		return cannotAdd(n)
	}
	return nil
}

func (*Element) checkText(string) error { return nil }

// check holds a document to one element, behind one document type; before are the
// nodes that stand before the new one.
func (d *Document) check(n Node, before []Node) error {
	wrong := dotnet.InvalidOperation("This operation would create an incorrectly structured document.")
	switch n := n.(type) {
	case *Text:
		if n.CData {
			return cannotAdd(n)
		}
		return d.checkText(n.Value)
	case *Document:
		return cannotAdd(n)
	case *Element:
		if d.Root() != nil || d.DocumentType() != nil && !slices.Contains(before, Node(d.DocumentType())) {
			return wrong
		}
	case *DocumentType:
		if d.DocumentType() != nil || d.Root() != nil && slices.Contains(before, Node(d.Root())) {
			return wrong
		}
	}
	return nil
}

func (*Document) checkText(s string) error {
	if !isBlank(s) {
		return dotnet.Argument("Non-whitespace characters cannot be added to content.", "")
	}
	return nil
}

// free is a node that may be put into c: one that stands somewhere, or that c
// itself stands in, is copied.
func free(n Node, c Container) Node {
	if n.Parent() != nil || Root(c) == n {
		return Clone(n)
	}
	return n
}

// Insert puts nodes, texts (string) and attributes into c, from a place on.
func Insert(c Container, at int, items []any) error {
	for _, item := range items {
		var n Node
		switch item := item.(type) {
		case string:
			if err := c.checkText(item); err != nil {
				return err
			}
			if item == "" {
				c.inner().full = c.inner().full || len(c.Nodes()) == 0
				continue
			}
			if at > 0 {
				if t, ok := c.Nodes()[at-1].(*Text); ok && !t.CData {
					t.Value += item
					continue
				}
			}
			n = &Text{Value: item}
		case *Attribute:
			if err := addAttribute(c, item); err != nil {
				return err
			}
			continue
		case Node:
			n = item
		}
		if err := c.check(n, c.Nodes()[:at]); err != nil {
			return err
		}
		n = free(n, c)
		n.setParent(c)
		c.inner().nodes = slices.Insert(c.inner().nodes, at, n)
		at++
	}
	return nil
}

func addAttribute(c Container, a *Attribute) error {
	e, ok := c.(*Element)
	if !ok {
		return dotnet.Argument("An attribute cannot be added to content.", "")
	}
	if e.Attribute(a.Name) != nil {
		return dotnet.InvalidOperation("Duplicate attribute.")
	}
	if a.Owner != nil {
		a = &Attribute{Name: a.Name, Value: a.Value}
	}
	a.Owner = e
	e.Attributes = append(e.Attributes, a)
	return nil
}

// Remove takes a node out of where it stands.
func Remove(n Node) error {
	if n.Parent() == nil {
		return dotnet.InvalidOperation("The parent is missing.")
	}
	within := n.Parent().inner()
	_, at := Siblings(n)
	within.nodes = slices.Delete(within.nodes, at, at+1)
	n.setParent(nil)
	within.full = false
	return nil
}

// RemoveNodes empties a container.
func RemoveNodes(c Container) {
	within := c.inner()
	for _, n := range within.nodes {
		n.setParent(nil)
	}
	within.nodes, within.full = nil, false
}

// RemoveAttributes takes all attributes off.
func (e *Element) RemoveAttributes() {
	for _, a := range e.Attributes {
		a.Owner = nil
	}
	e.Attributes = nil
}

// Remove takes an attribute off its element.
func (a *Attribute) Remove() error {
	if a.Owner == nil {
		return dotnet.InvalidOperation("The parent is missing.")
	}
	a.Owner.Attributes = slices.DeleteFunc(a.Owner.Attributes, func(each *Attribute) bool { return each == a })
	a.Owner = nil
	return nil
}

// Equal is XNode.DeepEquals.
func Equal(a, b Node) bool {
	type pair struct{ a, b Node }
	pairs := []pair{{a, b}}
	for len(pairs) > 0 {
		next := pairs[len(pairs)-1]
		pairs = pairs[:len(pairs)-1]
		if !sameAlone(next.a, next.b) {
			return false
		}
		x, ok := next.a.(Container)
		if !ok {
			continue
		}
		first, second := joined(x.Nodes()), joined(next.b.(Container).Nodes())
		if len(first) != len(second) {
			return false
		}
		for i := range first {
			pairs = append(pairs, pair{first[i], second[i]})
		}
	}
	return true
}

// joined are nodes as they are compared: texts beside each other are one, comments
// and instructions count.
func joined(nodes []Node) []Node {
	all := make([]Node, 0, len(nodes))
	for _, n := range nodes {
		t, ok := n.(*Text)
		if ok && !t.CData && len(all) > 0 {
			if last, ok := all[len(all)-1].(*Text); ok && !last.CData {
				all[len(all)-1] = &Text{Value: last.Value + t.Value}
				continue
			}
		}
		all = append(all, n)
	}
	return all
}

func sameAlone(a, b Node) bool {
	if a.Kind() != b.Kind() {
		return false
	}
	switch x := a.(type) {
	case *Element:
		y := b.(*Element)
		return x.Name == y.Name && x.IsEmpty() == y.IsEmpty() && slices.EqualFunc(x.Attributes, y.Attributes, func(p, q *Attribute) bool { return p.Name == q.Name && p.Value == q.Value })
	case *Text:
		return x.Value == b.(*Text).Value
	case *Comment:
		return x.Value == b.(*Comment).Value
	case *Instruction:
		y := b.(*Instruction)
		return x.Target == y.Target && x.Data == y.Data
	case *DocumentType:
		y := b.(*DocumentType)
		return x.Name == y.Name && sameText(x.Public, y.Public) && sameText(x.System, y.System) && sameText(x.Subset, y.Subset)
	}
	return true
}

func sameText(a, b *string) bool { return a == b || a != nil && b != nil && *a == *b }
