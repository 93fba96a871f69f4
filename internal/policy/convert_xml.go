package policy

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/aoai-gateway/aoai-gateway/internal/policy/library"
)

// maxXMLDepth bounds elements within elements.
const maxXMLDepth = 500

// xmlReading is how XML becomes JSON.
type xmlReading struct {
	// friendly is the kind javascript-friendly; arrays makes an array of every child
	// element.
	friendly, arrays bool
}

// xmlElement is an element that was read.
type xmlElement struct {
	name       string
	attributes []xml.Attr
	children   []xmlChild
	// closedItself says that it was written <name />.
	closedItself bool
}

// xmlChild is an element, text or a CDATA section inside of one.
type xmlChild struct {
	name    string
	text    string
	element *xmlElement
}

// jsonOfXML converts a document as Newtonsoft.Json's XmlNodeConverter does, but for
// two things that were seen of the service: a $ stands between prefix and name, and
// the attributes of the declaration are properties of the whole. Sources:
// https://github.com/JamesNK/Newtonsoft.Json (13.0.3, run on Mono) and
// http://dev.fyicenter.com/1000733_xml-to-json_Policy_Statement.html.
func jsonOfXML(data []byte, how xmlReading) ([]byte, error) {
	whole := library.NewObject()
	root, declaration, err := readXML(data)
	if err != nil {
		return nil, fmt.Errorf("the body is not well-formed XML: %w", err)
	}
	for _, a := range declaration {
		whole.Set(a.Name.Local, &library.JValue{Value: a.Value})
	}
	made, err := how.value(root)
	if err != nil {
		return nil, err
	}
	whole.Set(root.name, made)
	return []byte(library.JSON(whole)), nil
}

// value is what an element is in JSON.
func (r xmlReading) value(e *xmlElement) (library.Token, error) {
	if len(e.attributes) == 0 {
		switch {
		case len(e.children) == 0 && e.closedItself:
			return &library.JValue{}, nil
		case len(e.children) == 0:
			return &library.JValue{Value: ""}, nil
		case len(e.children) == 1 && e.children[0].name == textName:
			return &library.JValue{Value: e.children[0].text}, nil
		}
	} else if r.friendly {
		return nil, fmt.Errorf("<%s> has attributes: how kind=\"javascript-friendly\" writes them is not documented, and cannot be run here; use kind=\"direct\"", e.name)
	}
	o := library.NewObject()
	for _, a := range e.attributes {
		o.Set("@"+xmlName(a.Name), &library.JValue{Value: a.Value})
	}
	groups := map[string][]library.Token{}
	var order []string
	for _, each := range e.children {
		made := library.Token(&library.JValue{Value: each.text})
		if each.element != nil {
			var err error
			if made, err = r.value(each.element); err != nil {
				return nil, err
			}
		}
		if groups[each.name] == nil {
			order = append(order, each.name)
		}
		groups[each.name] = append(groups[each.name], made)
	}
	for _, name := range order {
		group := groups[name]
		if len(group) == 1 && (!r.arrays || strings.HasPrefix(name, "#")) {
			o.Set(name, group[0])
			continue
		}
		array := &library.JArray{}
		for _, each := range group {
			array.Append(each)
		}
		o.Set(name, array)
	}
	return o, nil
}

// textName and cdataName are the properties of text beside other content.
const (
	textName  = "#text"
	cdataName = "#cdata-section"
)

// xmlName is a name as it was written, with $ for the colon.
func xmlName(n xml.Name) string {
	if n.Space == "" {
		return n.Local
	}
	return n.Space + "$" + n.Local
}

// readXML reads a document: its root, and the attributes of its declaration.
func readXML(data []byte) (root *xmlElement, declaration []xml.Attr, err error) {
	decoder := xml.NewDecoder(bytes.NewReader(data))
	// Bodies are UTF-8, whatever their declaration says of the bytes they once were.
	decoder.CharsetReader = func(_ string, input io.Reader) (io.Reader, error) { return input, nil }
	var open []*xmlElement
	for {
		start := decoder.InputOffset()
		token, err := decoder.RawToken()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, nil, err
		}
		switch token := token.(type) {
		case xml.ProcInst:
			if token.Target == "xml" {
				declaration = declarationOf(string(token.Inst))
			}
		case xml.Directive:
			return nil, nil, errors.New("a document type is not allowed")
		case xml.StartElement:
			e := &xmlElement{name: xmlName(token.Name), attributes: token.Attr}
			e.closedItself = bytes.HasSuffix(data[:decoder.InputOffset()], []byte("/>"))
			switch {
			case len(open) == 0 && root != nil:
				return nil, nil, errors.New("there is a second root element <" + e.name + ">")
			case len(open) == 0:
				root = e
			case len(open) >= maxXMLDepth:
				return nil, nil, fmt.Errorf("elements stand inside of each other more than %d deep", maxXMLDepth)
			default:
				within := open[len(open)-1]
				within.children = append(within.children, xmlChild{name: e.name, element: e})
			}
			open = append(open, e)
		case xml.EndElement:
			if len(open) == 0 || open[len(open)-1].name != xmlName(token.Name) {
				return nil, nil, errors.New("</" + xmlName(token.Name) + "> closes what is not open")
			}
			open = open[:len(open)-1]
		case xml.CharData:
			cdata := bytes.HasPrefix(data[start:], []byte("<![CDATA["))
			if len(bytes.TrimSpace(token)) == 0 && !cdata {
				continue
			}
			if len(open) == 0 {
				return nil, nil, errors.New("text stands outside of the root element")
			}
			within := open[len(open)-1]
			name := textName
			if cdata {
				name = cdataName
			}
			within.children = append(within.children, xmlChild{name: name, text: string(token)})
		}
	}
	switch {
	case root == nil:
		return nil, nil, errors.New("there is no root element")
	case len(open) > 0:
		return nil, nil, errors.New("<" + open[len(open)-1].name + "> is not closed")
	}
	return root, declaration, nil
}

// declarationOf are the attributes of <?xml ... ?>.
func declarationOf(text string) []xml.Attr {
	token, err := xml.NewDecoder(strings.NewReader("<xml " + text + "/>")).RawToken()
	if start, ok := token.(xml.StartElement); err == nil && ok {
		return start.Attr
	}
	return nil
}
