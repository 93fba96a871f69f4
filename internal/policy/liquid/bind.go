package liquid

import (
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/aoai-gateway/aoai-gateway/internal/policy/dotnet"
	"github.com/aoai-gateway/aoai-gateway/internal/policy/library"
)

// FromJSON is JSON as a template sees it. Where dates are parsed, text with a date
// and a time becomes a DateTime. The error is a JsonReaderException.
func FromJSON(text string, dates bool) (any, error) {
	parse := library.ParseJSONWithoutDates
	if dates {
		parse = library.ParseJSON
	}
	token, err := parse(text)
	if err != nil {
		return nil, err
	}
	return FromToken(token), nil
}

// FromToken is a JToken as a template sees it.
func FromToken(token library.Token) any {
	switch t := token.(type) {
	case *library.JObject:
		h := NewHash()
		for _, name := range t.Names() {
			h.Set(name, FromToken(t.Get(name)))
		}
		return h
	case *library.JArray:
		l := &List{}
		for _, item := range t.Items() {
			l.Items = append(l.Items, FromToken(item))
		}
		return l
	case *library.JValue:
		return scalar(t.Value)
	}
	return nil
}

func scalar(v any) any {
	switch x := v.(type) {
	case nil, bool, int32, int64, float64, string, dotnet.Decimal, dotnet.DateTime:
		return x
	case float32:
		return float64(x)
	case library.Char:
		return Char(x)
	case dotnet.Guid:
		return x.String()
	}
	return fmt.Sprint(v)
}

// Nil is what an element with xsi:nil="true" becomes.
type Nil any

const (
	instance = "http://www.w3.org/2001/XMLSchema-instance"
	maxXML   = 200
)

// FromXML is XML as a template sees it: an object with the root element, names
// without prefixes and found in any case, repeated elements as a list, elements
// without others as text. The value of nilled elements is given.
func FromXML(text string, nilled Nil, dates bool) (any, error) {
	d := xml.NewDecoder(strings.NewReader(text))
	d.Entity = map[string]string{}
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			return nil, errors.New("root element is missing")
		}
		if err != nil {
			return nil, fmt.Errorf("reading XML: %w", err)
		}
		start, ok := token.(xml.StartElement)
		if !ok {
			continue
		}
		x := &xmlReader{d, nilled, dates}
		v, err := x.element(start, 0)
		if err != nil {
			return nil, err
		}
		root := NewHash()
		root.FoldNames = true
		return root.Set(start.Name.Local, v), nil
	}
}

type xmlReader struct {
	*xml.Decoder
	nilled Nil
	dates  bool
}

func (x *xmlReader) element(start xml.StartElement, depth int) (any, error) {
	if depth > maxXML {
		return nil, fmt.Errorf("reading XML: elements stand inside of each other more than %d deep", maxXML)
	}
	isNil := false
	for _, a := range start.Attr {
		isNil = isNil || a.Name.Space == instance && a.Name.Local == "nil" && (a.Value == "true" || a.Value == "1")
	}
	h := NewHash()
	h.FoldNames = true
	var text strings.Builder
	for {
		token, err := x.Token()
		if err != nil {
			return nil, fmt.Errorf("reading XML: %w", err)
		}
		switch t := token.(type) {
		case xml.CharData:
			text.Write(t)
		case xml.StartElement:
			v, err := x.element(t, depth+1)
			if err != nil {
				return nil, err
			}
			put(h, t.Name.Local, v)
		case xml.EndElement:
			switch {
			case isNil:
				return x.nilled, nil
			case len(h.names) > 0:
				return h, nil
			}
			return x.text(text.String()), nil
		}
	}
}

func (x *xmlReader) text(s string) any {
	if x.dates {
		if d, ok := library.JSONDate(s); ok {
			return d
		}
	}
	return s
}

// put adds an element; the second one of a name makes a list.
func put(h *Hash, name string, v any) {
	before, ok := h.values[name]
	if !ok {
		h.Set(name, v)
		return
	}
	if l, isList := before.(*List); isList {
		l.Items = append(l.Items, v)
		return
	}
	h.Set(name, &List{Items: []any{before, v}})
}
