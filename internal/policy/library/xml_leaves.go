package library

import (
	"slices"

	"github.com/aoai-gateway/aoai-gateway/internal/policy/dotnet"
	"github.com/aoai-gateway/aoai-gateway/internal/policy/xlinq"
)

func nullableText(v any) *string {
	if s, ok := v.(string); ok {
		return &s
	}
	return nil
}

func textOrNull(s *string) any {
	if s == nil {
		return nil
	}
	return *s
}

// setText declares a property that is a text and may be set.
func setText[T any](c *class, signature string, of func(T) *string) {
	c.mutable(signature, func(_ *Call, a []any) (any, error) { return *of(a[0].(T)), nil }, func(call *Call, a []any) (any, error) {
		text, ok := a[1].(string)
		if !ok {
			return nil, dotnet.ArgumentNull("value")
		}
		*of(a[0].(T)) = text
		return nil, call.Take(len(text))
	})
}

// setNullable declares a property that is a text or null and may be set.
func setNullable[T any](c *class, signature string, of func(T) **string) {
	c.mutable(signature, func(_ *Call, a []any) (any, error) { return textOrNull(*of(a[0].(T))), nil }, func(_ *Call, a []any) (any, error) {
		*of(a[0].(T)) = nullableText(a[1])
		return nil, nil //nolint:nilnil // no value
	})
}

// declareXMLLeaves declares attributes and the nodes that hold no others.
func declareXMLLeaves(l *Library) {
	a := l.class(xmlNamespace, "XAttribute", "").from("XObject")
	a.make("(XName name, object? value)", func(c *Call, args []any) (any, error) {
		text, err := c.valueText(args[1])
		if err != nil {
			return nil, err
		}
		return &xlinq.Attribute{Name: args[0].(xlinq.Name), Value: text}, c.Take(64 + len(text))
	})
	a.make("(XAttribute other)", f1(func(other *xlinq.Attribute) any { return &xlinq.Attribute{Name: other.Name, Value: other.Value} }))
	a.property("XName Name", f1(func(v *xlinq.Attribute) xlinq.Name { return v.Name }))
	setText(a, "string Value", func(v *xlinq.Attribute) *string { return &v.Value })
	a.property("bool IsNamespaceDeclaration", f1(func(v *xlinq.Attribute) bool {
		_, ok := v.Declares()
		return ok
	}))
	a.fixed("IEnumerable<XAttribute> EmptySequence", func(*Call, []any) (any, error) { return &Array{Element: l.named("XAttribute")}, nil })
	for name, step := range map[string]int{"NextAttribute": 1, "PreviousAttribute": -1} {
		a.property("XAttribute "+name, func(_ *Call, args []any) (any, error) {
			v := args[0].(*xlinq.Attribute)
			if v.Owner == nil {
				return nil, nil //nolint:nilnil // null is the value
			}
			at := slices.Index(v.Owner.Attributes, v) + step
			if at < 0 || at >= len(v.Owner.Attributes) {
				return nil, nil //nolint:nilnil // null is the value
			}
			return v.Owner.Attributes[at], nil
		})
	}
	a.method("void Remove()", func(_ *Call, args []any) (any, error) { return nil, args[0].(*xlinq.Attribute).Remove() })
	a.method("void SetValue(object? value)", func(c *Call, args []any) (any, error) {
		text, err := c.valueText(args[1])
		if err == nil {
			args[0].(*xlinq.Attribute).Value = text
		}
		return nil, err
	})
	a.method("string ToString()", x1((*xlinq.Attribute).String))
	declareXMLConversions(a, "attribute")

	text := l.class(xmlNamespace, "XText", "").from("XNode")
	setText(text, "string Value", func(v *xlinq.Text) *string { return &v.Value })
	text.make("(string value)", f1(func(s string) any { return &xlinq.Text{Value: s} }))
	text.make("(XText other)", f1(func(v *xlinq.Text) any { return &xlinq.Text{Value: v.Value} }))
	cdata := l.class(xmlNamespace, "XCData", "").from("XText")
	cdata.make("(string value)", f1(func(s string) any { return &xlinq.Text{Value: s, CData: true} }))
	cdata.make("(XCData other)", f1(func(v *xlinq.Text) any { return &xlinq.Text{Value: v.Value, CData: true} }))
	comment := l.class(xmlNamespace, "XComment", "").from("XNode")
	setText(comment, "string Value", func(v *xlinq.Comment) *string { return &v.Value })
	comment.make("(string value)", f1(func(s string) any { return &xlinq.Comment{Value: s} }))
	comment.make("(XComment other)", f1(func(v *xlinq.Comment) any { return &xlinq.Comment{Value: v.Value} }))
	declareXMLRareLeaves(l)
}

// declareXMLRareLeaves declares instructions, document types and declarations.
func declareXMLRareLeaves(l *Library) {
	i := l.class(xmlNamespace, "XProcessingInstruction", "").from("XNode")
	i.make("(string target, string data)", x2(func(target, data string) (any, error) {
		name, err := xlinq.NewName("", target)
		return &xlinq.Instruction{Target: name.Local, Data: data}, err
	}))
	i.make("(XProcessingInstruction other)", f1(func(v *xlinq.Instruction) any { return &xlinq.Instruction{Target: v.Target, Data: v.Data} }))
	setText(i, "string Target", func(v *xlinq.Instruction) *string { return &v.Target })
	setText(i, "string Data", func(v *xlinq.Instruction) *string { return &v.Data })
	t := l.class(xmlNamespace, "XDocumentType", "").from("XNode")
	t.make("(string name, string? publicId, string? systemId, string? internalSubset)", func(_ *Call, a []any) (any, error) {
		return &xlinq.DocumentType{Name: to[string](a[0]), Public: nullableText(a[1]), System: nullableText(a[2]), Subset: nullableText(a[3])}, nil
	})
	t.make("(XDocumentType other)", f1(func(v *xlinq.DocumentType) any { return xlinq.Clone(v) }))
	setText(t, "string Name", func(v *xlinq.DocumentType) *string { return &v.Name })
	setNullable(t, "string PublicId", func(v *xlinq.DocumentType) **string { return &v.Public })
	setNullable(t, "string SystemId", func(v *xlinq.DocumentType) **string { return &v.System })
	setNullable(t, "string InternalSubset", func(v *xlinq.DocumentType) **string { return &v.Subset })
	d := l.class(xmlNamespace, "XDeclaration", "")
	d.make("(string? version, string? encoding, string? standalone)", func(_ *Call, a []any) (any, error) {
		return &xlinq.Declaration{Version: nullableText(a[0]), Encoding: nullableText(a[1]), Standalone: nullableText(a[2])}, nil
	})
	d.make("(XDeclaration other)", f1(func(v *xlinq.Declaration) any {
		copied := *v
		return &copied
	}))
	setNullable(d, "string Version", func(v *xlinq.Declaration) **string { return &v.Version })
	setNullable(d, "string Encoding", func(v *xlinq.Declaration) **string { return &v.Encoding })
	setNullable(d, "string Standalone", func(v *xlinq.Declaration) **string { return &v.Standalone })
	d.method("string ToString()", f1((*xlinq.Declaration).String))
}

// declareXMLNames declares XName and XNamespace. Two that are the same are one.
func declareXMLNames(l *Library) {
	n := l.class(xmlNamespace, "XName", "")
	n.fixed("XName Get(string expandedName)", x1(xlinq.ParseName))
	n.fixed("XName Get(string localName, string? namespaceName)", x2(func(local, space string) (xlinq.Name, error) { return xlinq.NewName(space, local) }))
	n.property("string LocalName", f1(func(v xlinq.Name) string { return v.Local })).property("string NamespaceName", f1(func(v xlinq.Name) string { return v.Space }))
	n.property("XNamespace Namespace", f1(func(v xlinq.Name) xlinq.Namespace { return xlinq.Namespace{URI: v.Space} }))
	n.method("string ToString()", f1(xlinq.Name.String))
	n.implicit("string", "XName", func(_ *Call, a []any) (any, error) {
		text, ok := a[0].(string)
		if !ok {
			return nil, nil //nolint:nilnil // null is the value
		}
		return either(xlinq.ParseName(text))
	})
	s := l.class(xmlNamespace, "XNamespace", "")
	s.fixed("XNamespace Get(string namespaceName)", f1(func(uri string) xlinq.Namespace { return xlinq.Namespace{URI: uri} }))
	for name, uri := range map[string]string{"None": "", "Xml": xlinq.XMLNamespace, "Xmlns": xlinq.XMLNSNamespace} {
		s.fixed("XNamespace "+name, constant(xlinq.Namespace{URI: uri}))
	}
	s.property("string NamespaceName", f1(xlinq.Namespace.String)).method("string ToString()", f1(xlinq.Namespace.String))
	s.method("XName GetName(string localName)", x2(func(v xlinq.Namespace, local string) (xlinq.Name, error) { return xlinq.NewName(v.URI, local) }))
	s.implicit("string", "XNamespace", func(_ *Call, a []any) (any, error) {
		if text, ok := a[0].(string); ok {
			return xlinq.Namespace{URI: text}, nil
		}
		return nil, nil //nolint:nilnil // null is the value
	})
}
