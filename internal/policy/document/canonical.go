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
	for _, node := range nodes {
		switch node := node.(type) {
		case *Comment:
		case *Data:
			if value := canonicalValue(node.Value.Value, node.Expression); value != "" {
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

func canonicalValue(value string, expression bool) string {
	value = strings.TrimSpace(strings.ReplaceAll(value, "\r\n", "\n"))
	if !expression {
		return value
	}
	var b strings.Builder
	scan := bracketScan{s: value}
	gap := false
	for scan.at < len(value) {
		start := scan.at
		if strings.IndexByte(" \t\r\n", value[start]) >= 0 {
			gap = true
			scan.at++
			continue
		}
		scan.depth = 1
		if !scan.token() {
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
		b.WriteString(value[start:scan.at])
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
