package openai

import (
	"bytes"
	"encoding/json"
	"math"
	"strconv"
)

// isNull tells whether a member of a request was written as null, which counts as left out.
func isNull(data []byte) bool { return string(data) == "null" }

// unread is a parameter that changes nothing in the sandbox.
type unread struct{}

// UnmarshalJSON takes anything.
func (*unread) UnmarshalJSON([]byte) error { return nil }

// given says that a parameter is there, whatever it is.
type given bool

// UnmarshalJSON takes anything.
func (g *given) UnmarshalJSON(data []byte) error {
	*g = given(!isNull(data))
	return nil
}

// maybe is a parameter of which it matters whether it is there.
type maybe[T any] struct {
	value T
	// given says that it is there, and is that it has its type.
	given, is bool
}

// UnmarshalJSON keeps the value before where the new one has another type.
func (m *maybe[T]) UnmarshalJSON(data []byte) error {
	if m.given = !isNull(data); !m.given {
		return nil
	}
	value := m.value
	if m.is = json.Unmarshal(data, &value) == nil; m.is {
		m.value = value
	}
	return nil
}

// lenient decodes what has the right type, and leaves out what has another.
func lenient(data []byte, into any) {
	_ = json.Unmarshal(data, into) // the data is a part of valid JSON: only types can be wrong
}

// wish is a switch, which a form writes as text.
type wish bool

// UnmarshalJSON takes true and "true".
func (w *wish) UnmarshalJSON(data []byte) error {
	*w = string(data) == "true" || string(data) == `"true"`
	return nil
}

// number is a parameter that has to be one.
type number struct {
	value float64
	given bool
	// is says that it is a number, and isText that it was written as a text, as in a form.
	is, isText bool
}

// UnmarshalJSON takes anything, and tells what it was.
func (n *number) UnmarshalJSON(data []byte) error {
	*n = number{given: !isNull(data)}
	var text string
	switch {
	case !n.given:
	case data[0] == '"':
		n.isText = true
		lenient(data, &text)
		value, err := strconv.ParseFloat(text, 64)
		n.value, n.is = value, err == nil
	default:
		n.is = json.Unmarshal(data, &n.value) == nil
	}
	return nil
}

func (n number) whole() bool { return n.value == math.Trunc(n.value) }

// texts are a list of texts, or a single one.
type texts []string

// UnmarshalJSON takes both.
func (t *texts) UnmarshalJSON(data []byte) error {
	if data[0] == '"' {
		*t = make(texts, 1)
		lenient(data, &(*t)[0])
		return nil
	}
	lenient(data, (*[]string)(t))
	return nil
}

// isObject tells whether some JSON is an object.
func isObject(data []byte) bool {
	data = bytes.TrimLeft(data, " \t\r\n")
	return len(data) > 0 && data[0] == '{'
}
