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
	return xmlPrinter{}.print(d)
}

// RawXML prints the same in the format rawxml, in which expressions stand as they are.
func (d *Document) RawXML() string {
	return xmlPrinter{rawExpressions: true}.print(d)
}

type xmlPrinter struct{ rawExpressions bool }

func (p xmlPrinter) print(d *Document) string {
	var b strings.Builder
	p.nodes(&b, d.Nodes, 0)
	return b.String()
}

func (p xmlPrinter) nodes(b *strings.Builder, nodes []Node, depth int) {
	for i, node := range nodes {
		switch node := node.(type) {
		case *Comment:
			indent(b, depth)
			b.WriteString(node.Raw)
		case *Data:
			if i > 0 && isData(nodes[i-1]) {
				continue
			}
			value, _ := joined(nodes[i:])
			if value = strings.TrimSpace(value); value != "" {
				indent(b, depth)
				b.WriteString(p.text(value))
			}
		case *Element:
			indent(b, depth)
			p.element(b, node, depth)
		}
	}
}

func (p xmlPrinter) text(value string) string {
	if _, isExpression := opensExpression(value); isExpression && p.rawExpressions {
		return value
	}
	return escapeText(value)
}

func (p xmlPrinter) attribute(a *Attribute) string {
	switch value := a.Value.Value; {
	case a.Expression && p.rawExpressions:
		return strings.TrimSpace(value)
	case a.Expression:
		return escapeAttribute(strings.TrimSpace(value))
	default:
		return escapeAttribute(value)
	}
}

func indent(b *strings.Builder, depth int) {
	if b.Len() > 0 {
		b.WriteString("\n" + strings.Repeat("\t", depth))
	}
}

func (p xmlPrinter) element(b *strings.Builder, e *Element, depth int) {
	b.WriteString("<" + e.Name)
	for _, a := range e.Attributes {
		b.WriteString(" " + a.Name + `="` + p.attribute(a) + `"`)
	}
	inner := e.Children
	onlyText := len(e.Elements()) == 0
	switch {
	case len(inner) == 0:
		b.WriteString(" />")
	case onlyText && !hasComment(inner):
		b.WriteString(">" + p.text(e.InnerText().Value) + "</" + e.Name + ">")
	default:
		b.WriteString(">")
		p.nodes(b, inner, depth+1)
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
