package document

import (
	"sort"
	"strings"
)

// Canonical is a form in which two documents are the same text exactly when they
// do the same, as far as writing goes: entities decoded, attributes in order of
// name, one kind of quotes, comments and indentation left out, and white space
// and comments inside expressions reduced to what separates words. It is for
// comparison, not for deployment.
func (d *Document) Canonical() string {
	var b strings.Builder
	canonicalNodes(&b, d.Nodes, 0)
	return b.String()
}

func canonicalNodes(b *strings.Builder, nodes []Node, depth int) {
	for i, node := range nodes {
		switch node := node.(type) {
		case *Comment:
		case *Data:
			if i > 0 && isData(nodes[i-1]) {
				// It was taken with the text before it.
				continue
			}
			value, isExpression := joined(nodes[i:])
			if value = canonicalValue(value, isExpression); value != "" {
				indent(b, depth)
				b.WriteString(escapeText(value))
			}
		case *Element:
			indent(b, depth)
			b.WriteString("<" + node.Name)
			attributes := append([]*Attribute(nil), node.Attributes...)
			sort.SliceStable(attributes, func(i, j int) bool { return attributes[i].Name < attributes[j].Name })
			for _, a := range attributes {
				value := a.Value.Value
				if a.Expression {
					value = canonicalValue(value, true)
				}
				b.WriteString(" " + a.Name + `="` + escapeAttribute(value) + `"`)
			}
			b.WriteString(">")
			canonicalNodes(b, node.Children, depth+1)
		}
	}
}

func isData(node Node) bool {
	_, ok := node.(*Data)
	return ok
}

// joined is the text at the start of nodes: what is written apart, as CDATA and
// plain text, is one text.
func joined(nodes []Node) (value string, isExpression bool) {
	for i, node := range nodes {
		data, ok := node.(*Data)
		if !ok {
			break
		}
		value += data.Value.Value
		if i == 0 {
			_, isExpression = opensExpression(value)
		}
	}
	return value, isExpression
}

func canonicalValue(value string, expression bool) string {
	value = strings.TrimSpace(strings.ReplaceAll(value, "\r\n", "\n"))
	if !expression {
		return value
	}
	var b strings.Builder
	scan := brackets{s: value}
	gap := false
	var next int
	for start := 0; start < len(value); start = next {
		if strings.IndexByte(" \t\r\n", value[start]) >= 0 {
			gap = true
			next = start + 1
			continue
		}
		var ok bool
		if next, ok = scan.token(start); !ok {
			// Not an expression after all: keep what is left as it is.
			b.WriteString(value[start:])
			break
		}
		if strings.HasPrefix(value[start:], "//") || strings.HasPrefix(value[start:], "/*") {
			gap = true
			continue
		}
		if gap && b.Len() > 0 && isWordByte(b.String()[b.Len()-1]) && isWordByte(value[start]) {
			b.WriteByte(' ')
		} else if gap && b.Len() > 0 && joinsOperator(b.String()[b.Len()-1], value[start]) {
			b.WriteByte(' ')
		}
		gap = false
		b.WriteString(value[start:next])
	}
	return b.String()
}

func isWordByte(c byte) bool {
	return c == '_' || c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= 0x80
}

// joinsOperator tells two characters that would read as one operator.
func joinsOperator(a, b byte) bool {
	return strings.IndexByte("+-*/&|<>=?!@$", a) >= 0 && strings.IndexByte("+-*/&|<>=?!@$\"", b) >= 0
}
