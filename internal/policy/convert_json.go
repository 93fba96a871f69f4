package policy

import (
	"fmt"
	"strings"
	"unicode"

	"github.com/aoai-gateway/aoai-gateway/internal/policy/dotnet"
	"github.com/aoai-gateway/aoai-gateway/internal/policy/library"
)

// xmlWriter writes JSON as XML, as it was seen of the service: true is True, null has
// xsi:nil, an empty array is one empty element, and whatever is no object of one
// property gets the root Document. Sources: Microsoft's reference of json-to-xml, and
// http://dev.fyicenter.com/1000734_json-to-xml_Azure_API_Policy_Statement.html.
type xmlWriter struct {
	x *Execution
	b []byte
	// attributes is the property whose own properties become attributes; namespaces the
	// beginning of properties that declare namespaces; "" for none of these.
	attributes, namespaces string
	// separator stands in JSON where XML has the colon.
	separator string
	// prefixes are declared around what is written.
	prefixes []string
}

func (w *xmlWriter) document(token library.Token) ([]byte, error) {
	name := "Document"
	if o, ok := token.(*library.JObject); ok && len(o.Names()) == 1 && !w.isSpecial(o.Names()[0]) {
		only := o.Get(o.Names()[0])
		if _, isArray := only.(*library.JArray); !isArray {
			name, token = o.Names()[0], only
		}
	}
	err := w.one(name, token, 0)
	return w.b, err
}

// isSpecial tells a property that does not become an element.
func (w *xmlWriter) isSpecial(name string) bool {
	return w.attributes != "" && name == w.attributes || w.declares(name)
}

// declares tells a property that declares a namespace: the prefix alone, or with a
// separator and a name.
func (w *xmlWriter) declares(name string) bool {
	rest, ok := strings.CutPrefix(name, w.namespaces)
	return ok && w.namespaces != "" && (rest == "" || strings.HasPrefix(rest, w.separator))
}

// element writes a property: one element, or one for each item.
func (w *xmlWriter) element(name string, token library.Token, depth int) error {
	array, ok := token.(*library.JArray)
	if !ok {
		return w.one(name, token, depth)
	}
	if len(array.Items()) == 0 {
		w.write("<" + w.name(name) + " />")
	}
	for _, item := range array.Items() {
		if err := w.one(name, item, depth); err != nil {
			return err
		}
	}
	return nil
}

func (w *xmlWriter) one(name string, token library.Token, depth int) error {
	if depth > maxXMLDepth {
		return fmt.Errorf("objects stand inside of each other more than %d deep", maxXMLDepth)
	}
	around := w.prefixes
	defer func() { w.prefixes = around }()
	o, isObject := token.(*library.JObject)
	declared, err := w.declarations(o)
	if err != nil {
		return err
	}
	tag := w.name(name)
	w.write("<" + tag + declared)
	if isObject {
		if err := w.attributesOf(o); err != nil {
			return err
		}
	}
	before := len(w.b)
	w.write(">")
	switch token := token.(type) {
	case *library.JObject:
		for _, each := range token.Names() {
			if w.isSpecial(each) {
				continue
			}
			if err := w.element(each, token.Get(each), depth+1); err != nil {
				return err
			}
		}
	case *library.JArray:
		// An array inside of an array has no name of its own.
		for _, item := range token.Items() {
			if err := w.element(name, item, depth+1); err != nil {
				return err
			}
		}
	default:
		if value, ok := token.(*library.JValue); ok && value.Value == nil {
			w.b = append(w.b[:before], ` xsi:nil="true" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" />`...)
			return nil
		}
		text, err := w.text(token)
		if err != nil {
			return err
		}
		w.write(escapeText(text))
		if text == "" {
			w.write("</" + tag + ">")
			return nil
		}
	}
	if len(w.b) == before+1 {
		w.b = append(w.b[:before], " />"...)
		return nil
	}
	w.write("</" + tag + ">")
	return nil
}

func (w *xmlWriter) write(text string) { w.b = append(w.b, text...) }

// declarations are the namespaces that an object declares.
func (w *xmlWriter) declarations(o *library.JObject) (string, error) {
	if o == nil || w.namespaces == "" {
		return "", nil
	}
	var b strings.Builder
	for _, name := range o.Names() {
		if !w.declares(name) {
			continue
		}
		text, err := w.text(o.Get(name))
		if err != nil {
			return "", err
		}
		b.WriteString(" xmlns")
		if prefix := strings.TrimPrefix(strings.TrimPrefix(name, w.namespaces), w.separator); prefix != "" {
			w.prefixes = append(w.prefixes[:len(w.prefixes):len(w.prefixes)], prefix)
			b.WriteString(":" + encodeName(prefix))
		}
		b.WriteString(`="` + escapeAttribute(text) + `"`)
	}
	return b.String(), nil
}

// attributesOf writes the properties of the object that stands for attributes.
func (w *xmlWriter) attributesOf(o *library.JObject) error {
	block, ok := o.Get(w.attributes).(*library.JObject)
	if w.attributes == "" || !ok {
		return nil
	}
	for _, name := range block.Names() {
		text, err := w.text(block.Get(name))
		if err != nil {
			return err
		}
		w.write(" " + w.name(name) + `="` + escapeAttribute(text) + `"`)
	}
	return nil
}

// text is a value as it stands in XML.
func (w *xmlWriter) text(token library.Token) (string, error) {
	value, ok := token.(*library.JValue)
	if !ok {
		return library.JSON(token), nil
	}
	switch v := value.Value.(type) {
	case nil:
		return "", nil
	case string:
		return v, nil
	case dotnet.DateTime:
		return strings.Trim(library.JSON(value), `"`), nil
	}
	return w.x.env.Text(w.x.library, value.Value)
}

// name is a property's name as an element's: with a colon where a declared prefix
// stands before the separator, and what no name may hold encoded, as .NET's
// XmlConvert.EncodeLocalName does.
func (w *xmlWriter) name(name string) string {
	for _, prefix := range w.prefixes {
		if rest, ok := strings.CutPrefix(name, prefix+w.separator); ok && rest != "" {
			return encodeName(prefix) + ":" + encodeName(rest)
		}
	}
	return encodeName(name)
}

func encodeName(name string) string {
	var b strings.Builder
	for i, r := range name {
		starts := r == '_' || unicode.IsLetter(r)
		if starts || i > 0 && (r == '-' || r == '.' || unicode.IsDigit(r)) {
			b.WriteRune(r)
			continue
		}
		fmt.Fprintf(&b, "_x%04X_", r)
	}
	return b.String()
}

func escapeText(s string) string {
	return strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;").Replace(s)
}

func escapeAttribute(s string) string {
	return strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&quot;").Replace(s)
}
