package library

import (
	"strconv"
	"strings"
)

// pathOf is JToken.Path: usage.details[0].name.
func pathOf(t Token) string {
	parent := t.parent()
	switch p := parent.(type) {
	case nil:
		if property, ok := t.(*JProperty); ok {
			return property.Name
		}
		return ""
	case *JProperty:
		return pathOf(p)
	case *JArray:
		for i, item := range p.items {
			if item == t {
				return pathOf(p) + "[" + strconv.Itoa(i) + "]"
			}
		}
	}
	prefix := pathOf(parent)
	if property, ok := t.(*JProperty); ok {
		return prefix + pathStepText(property.Name, prefix == "")
	}
	return prefix
}

// pathStepText is a name in a path: .name, or ['na.me'] where it holds marks.
func pathStepText(name string, isFirst bool) string {
	switch {
	case strings.ContainsAny(name, ". '/\"[]()\t\n\r\f\b\\\u0085\u2028\u2029"):
		return "['" + strings.NewReplacer(`\`, `\\`, "'", `\'`).Replace(name) + "']"
	case isFirst:
		return name
	}
	return "." + name
}

// all are the tokens below, the values in the place of properties.
func all(t Token) []Token {
	var found []Token
	for _, each := range children(t) {
		if p, ok := each.(*JProperty); ok {
			found = append(found, p.value)
		} else {
			found = append(found, each.(Token))
		}
	}
	return found
}
