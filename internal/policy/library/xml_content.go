package library

import (
	"github.com/aoai-gateway/aoai-gateway/internal/policy/dotnet"
	"github.com/aoai-gateway/aoai-gateway/internal/policy/xlinq"
)

// xmlContent is what Add and its like take, laid flat: nodes, attributes and texts.
// Everything else is the text of its value.
func (c *Call) xmlContent(v any) ([]any, error) {
	if err := c.Step(1); err != nil {
		return nil, err
	}
	switch v := v.(type) {
	case nil:
		return nil, nil
	case xlinq.Node:
		// It may have to be copied.
		return []any{v}, c.Take(xlinq.Size(v))
	case *xlinq.Attribute:
		return []any{v}, c.Take(64 + len(v.Value))
	case string:
		return []any{v}, c.Take(len(v) + 48)
	}
	if isCollection(c.Library, v) {
		var all []any
		err := Each(v, func(item any) error {
			inner, err := c.xmlContent(item)
			all = append(all, inner...)
			return err
		})
		return all, err
	}
	text, err := c.xmlValue(c.Library, v)
	if err != nil {
		return nil, err
	}
	return []any{text}, c.Take(len(text) + 48)
}

// isCollection tells what Each goes through, texts apart.
func isCollection(l *Library, v any) bool {
	switch v.(type) {
	case *Sequence, *List, *Array, *Bytes, Token:
		return true
	}
	return l.ElementOf(l.TypeOf(v)) != nil
}

// put inserts content into a container from a place on.
func (c *Call) put(into xlinq.Container, at int, v any) error {
	items, err := c.xmlContent(v)
	if err != nil {
		return err
	}
	return xlinq.Insert(into, at, items)
}

// beside inserts content before (0) or behind (1) a node.
func (c *Call) beside(v any, step int, content any) error {
	n := v.(xlinq.Node)
	if n.Parent() == nil {
		return dotnet.InvalidOperation("The parent is missing.")
	}
	_, at := xlinq.Siblings(n)
	items, err := c.xmlContent(content)
	if err != nil {
		return err
	}
	if step == 0 {
		// Text goes to the text that stands before, not to the one behind.
		return xlinq.Insert(n.Parent(), at, items)
	}
	return xlinq.Insert(n.Parent(), at+1, items)
}

// setXMLValue makes a text all the content of an element.
func (c *Call) setXMLValue(e *xlinq.Element, text string) error {
	xlinq.RemoveNodes(e)
	return firstOf(c.Take(len(text)+48), xlinq.Insert(e, 0, []any{text}))
}

// valueText is a value for SetValue and its like, which do not take null.
func (c *Call) valueText(v any) (string, error) {
	if v == nil {
		return "", dotnet.ArgumentNull("value")
	}
	return c.xmlValue(c.Library, v)
}

// parseXML is Parse of XElement and XDocument.
func (c *Call) parseXML(a []any, element bool) (any, error) {
	text, ok := a[0].(string)
	if !ok {
		return nil, dotnet.ArgumentNull("s")
	}
	options := xlinq.Options{Take: c.Take, KeepBlanks: len(a) > 1 && to[Enum](a[1]).Value&1 != 0}
	if element {
		return either(xlinq.ParseElement(text, options))
	}
	return either(xlinq.ParseDocument(text, options))
}

// bodyAsXML is Body.As<XElement>(), or As<XDocument>(). The service has its own
// words before those of the reader.
func (c *Call) bodyAsXML(text string, element bool) (any, error) {
	node, err := c.parseXML([]any{text}, element)
	if thrown, ok := err.(*dotnet.Exception); ok { //nolint:errorlint // only what the reader threw
		thrown.Message = "The message body is not a valid XML. " + thrown.Message
	}
	return node, err
}
