package document

import "strings"

// String prints the document as it was read, named values substituted: only
// white space inside of tags is not kept.
func (d *Document) String() string {
	var b strings.Builder
	printNodes(&b, d.Nodes)
	return b.String()
}

func printNodes(b *strings.Builder, nodes []Node) {
	for _, node := range nodes {
		switch node := node.(type) {
		case *Comment:
			b.WriteString(node.Raw)
		case *Data:
			b.WriteString(node.Raw)
		case *Element:
			b.WriteString("<" + node.Name)
			for _, a := range node.Attributes {
				quote := string(a.Quote)
				b.WriteString(" " + a.Name + "=" + quote + a.Raw + quote)
			}
			if node.SelfClosing {
				b.WriteString(" />")
				continue
			}
			b.WriteString(">")
			printNodes(b, node.Children)
			b.WriteString("</" + node.Name + ">")
		}
	}
}

// XML prints the document as well-formed XML, indented by tabs: the form in which
// the service answers, whatever it was given.
func (d *Document) XML() string {
	var b strings.Builder
	xmlNodes(&b, d.Nodes, 0)
	return b.String()
}

func xmlNodes(b *strings.Builder, nodes []Node, depth int) {
	for i, node := range nodes {
		switch node := node.(type) {
		case *Comment:
			indent(b, depth)
			b.WriteString(node.Raw)
		case *Data:
			if i > 0 && isData(nodes[i-1]) {
				continue
			}
			text, _ := joined(nodes[i:])
			if text = strings.TrimSpace(text); text != "" {
				indent(b, depth)
				b.WriteString(escapeText(text))
			}
		case *Element:
			indent(b, depth)
			xmlElement(b, node, depth)
		}
	}
}

func indent(b *strings.Builder, depth int) {
	if b.Len() > 0 {
		b.WriteString("\n" + strings.Repeat("\t", depth))
	}
}

func xmlElement(b *strings.Builder, e *Element, depth int) {
	b.WriteString("<" + e.Name)
	for _, a := range e.Attributes {
		value := a.Value.Value
		if a.Expression {
			value = strings.TrimSpace(value)
		}
		b.WriteString(" " + a.Name + `="` + escapeAttribute(value) + `"`)
	}
	inner := e.Children
	onlyText := len(e.Elements()) == 0
	switch {
	case len(inner) == 0:
		b.WriteString(" />")
	case onlyText && !hasComment(inner):
		b.WriteString(">" + escapeText(e.InnerText().Value) + "</" + e.Name + ">")
	default:
		b.WriteString(">")
		xmlNodes(b, inner, depth+1)
		indent(b, depth)
		b.WriteString("</" + e.Name + ">")
	}
}

func hasComment(nodes []Node) bool {
	for _, node := range nodes {
		if _, ok := node.(*Comment); ok {
			return true
		}
	}
	return false
}
