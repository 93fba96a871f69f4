// Package exchange is what a policy document works on: the request, the response
// and what the gateway knows about them.
package exchange

import (
	"slices"
	"strings"
)

// Headers are those of a message: their names are compared without case, and
// they keep their order and spelling. The zero value is ready. Values are replaced and never
// changed, so that copies share them.
type Headers struct{ fields []Field }

// Field is one header with its values.
type Field struct {
	Name   string
	Values []string
}

func (h *Headers) index(name string) int {
	for i := range h.fields {
		if strings.EqualFold(h.fields[i].Name, name) {
			return i
		}
	}
	return -1
}

// Values are those of a header; nil where it is missing.
func (h *Headers) Values(name string) []string {
	if i := h.index(name); i >= 0 {
		return h.fields[i].Values
	}
	return nil
}

// Get is the first value of a header, or "".
func (h *Headers) Get(name string) string {
	if values := h.Values(name); len(values) > 0 {
		return values[0]
	}
	return ""
}

// Has tells whether a header is there.
func (h *Headers) Has(name string) bool { return h.index(name) >= 0 }

// Set replaces a header.
func (h *Headers) Set(name string, values ...string) {
	if i := h.index(name); i >= 0 {
		h.fields[i].Values = slices.Clone(values)
		return
	}
	h.fields = append(h.fields, Field{name, slices.Clone(values)})
}

// Add appends values to a header.
func (h *Headers) Add(name string, values ...string) {
	if i := h.index(name); i >= 0 {
		h.fields[i].Values = append(slices.Clone(h.fields[i].Values), values...)
		return
	}
	h.fields = append(h.fields, Field{name, slices.Clone(values)})
}

// Delete removes a header.
func (h *Headers) Delete(name string) {
	if i := h.index(name); i >= 0 {
		h.fields = slices.Delete(h.fields, i, i+1)
	}
}

// Fields are all headers, in order. The caller does not change them.
func (h *Headers) Fields() []Field { return h.fields }

// Clone is a copy.
func (h *Headers) Clone() Headers { return Headers{slices.Clone(h.fields)} }

// HeadersOf are those of a message that keep wants, by their names. The values are shared with
// the message, which must not change them.
func HeadersOf(from map[string][]string, keep func(name string) bool) Headers {
	fields := make([]Field, 0, len(from)+spareFields)
	for name, values := range from {
		if keep(name) {
			fields = append(fields, Field{name, values})
		}
	}
	return Headers{fields}
}

// spareFields is room for what policies add to a message.
const spareFields = 4
