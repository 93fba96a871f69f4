package csharp

import (
	"fmt"
	"reflect"
	"strings"
)

// Walk calls visit for a node and everything below it, outer nodes first, until
// visit says false for a node: then what is below that is left out.
func Walk(node Node, visit func(Node) bool) {
	if isNil(node) || !visit(node) {
		return
	}
	eachChild(reflect.ValueOf(node), func(child Node) { Walk(child, visit) })
}

func isNil(node Node) bool {
	return node == nil || reflect.ValueOf(node).Kind() == reflect.Pointer && reflect.ValueOf(node).IsNil()
}

// eachChild finds the nodes in the fields of a node, in the order of the fields.
func eachChild(v reflect.Value, do func(Node)) {
	for v.Kind() == reflect.Pointer || v.Kind() == reflect.Interface {
		if v.IsNil() {
			return
		}
		v = v.Elem()
	}
	if v.Kind() != reflect.Struct {
		return
	}
	for i := range v.NumField() {
		visitField(v.Field(i), do)
	}
}

func visitField(field reflect.Value, do func(Node)) {
	switch field.Kind() {
	case reflect.Slice:
		for i := range field.Len() {
			visitField(field.Index(i), do)
		}
	case reflect.Interface, reflect.Pointer:
		if field.IsNil() {
			return
		}
		if node, ok := field.Interface().(Node); ok {
			do(node)
		}
	case reflect.Struct:
		// Parts that are no nodes of their own: arguments, elements, sections.
		eachChild(field, do)
	default:
		// A word or a number holds no nodes.
	}
}

// Key is a text that two expressions share exactly when they read the same,
// wherever they stand.
func Key(node Node) string {
	var b strings.Builder
	writeKey(&b, reflect.ValueOf(node))
	return b.String()
}

func writeKey(b *strings.Builder, v reflect.Value) {
	for v.Kind() == reflect.Pointer || v.Kind() == reflect.Interface {
		if v.IsNil() {
			b.WriteString("-")
			return
		}
		v = v.Elem()
	}
	switch v.Kind() {
	case reflect.Struct:
		if v.Type() == reflect.TypeFor[Parenthesized]() {
			writeKey(b, v.FieldByName("X"))
			return
		}
		b.WriteString(v.Type().Name() + "(")
		for i := range v.NumField() {
			if name := v.Type().Field(i).Name; name == "At" || strings.HasSuffix(name, "At") {
				continue
			}
			writeKey(b, v.Field(i))
			b.WriteString(",")
		}
		b.WriteString(")")
	case reflect.Slice:
		for i := range v.Len() {
			writeKey(b, v.Index(i))
			b.WriteString(";")
		}
	default:
		fmt.Fprintf(b, "%q", fmt.Sprint(v))
	}
}

// Path is the dotted name that an expression is: context.Response.StatusCode; ""
// where it is no such name.
func Path(node Node) string {
	switch x := node.(type) {
	case *Name:
		return x.Name
	case *Member:
		if left := Path(x.X); left != "" {
			return left + "." + x.Name
		}
	case *ConditionalAccess:
		if left := Path(x.X); left != "" {
			if rest := Path(x.Rest); rest != "" {
				return left + strings.TrimPrefix(rest, "?")
			}
		}
	case *Receiver:
		return "?"
	case *Parenthesized:
		return Path(x.X)
	}
	return ""
}
