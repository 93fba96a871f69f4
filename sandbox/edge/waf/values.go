package waf

import (
	"bytes"
	"encoding/json"
)

// deepest is how deep JSON may be nested; Coraza's own default.
const deepest = 1024

// text is a value in JSON: what is between quotation marks, still escaped, or a number or
// another literal.
type text struct {
	raw    []byte
	quoted bool
}

// String is the value.
func (t text) String() string {
	if !t.quoted || bytes.IndexByte(t.raw, '\\') < 0 {
		return string(t.raw)
	}
	var value string
	if json.Unmarshal(append(append([]byte{'"'}, t.raw...), '"'), &value) != nil {
		return string(t.raw) // cut off amid an escape
	}
	return value
}

// values visits every value of a JSON document, up to where it is cut off. Names are paths with
// dots and without indexes. Source: Front Door's page on exclusions.
func values(body []byte, visit func(name []byte, value text)) {
	r := &reading{body: body, visit: visit}
	r.value(0)
}

type reading struct {
	body  []byte
	at    int
	path  []byte
	visit func(name []byte, value text)
}

// next is the next byte that is no space; 0 at the end.
func (r *reading) next() byte {
	for ; r.at < len(r.body); r.at++ {
		switch c := r.body[r.at]; c {
		case ' ', '\t', '\r', '\n':
		default:
			return c
		}
	}
	return 0
}

// value reads one, and reports whether reading can go on.
func (r *reading) value(depth int) bool {
	switch c := r.next(); {
	case c == 0 || depth > deepest:
		return false
	case c == '{':
		return r.members(depth)
	case c == '[':
		return r.elements(depth)
	case c == '"':
		raw, whole := r.quoted()
		r.visit(r.path, text{raw, true})
		return whole
	default:
		from := r.at
		for r.at < len(r.body) && !bytes.ContainsRune([]byte(" \t\r\n,:]}"), rune(r.body[r.at])) {
			r.at++
		}
		if r.at > from {
			r.visit(r.path, text{r.body[from:r.at], false})
		}
		return r.at > from
	}
}

func (r *reading) members(depth int) bool {
	r.at++
	for {
		switch r.next() {
		case '}':
			r.at++
			return true
		case ',':
			r.at++
			continue
		case '"':
		default:
			return false
		}
		name, whole := r.quoted()
		if !whole || r.next() != ':' {
			return false
		}
		r.at++
		before := len(r.path)
		if before > 0 {
			r.path = append(r.path, '.')
		}
		r.path = append(r.path, text{name, true}.String()...)
		if !r.value(depth + 1) {
			return false
		}
		r.path = r.path[:before]
	}
}

func (r *reading) elements(depth int) bool {
	r.at++
	for {
		switch r.next() {
		case ']':
			r.at++
			return true
		case ',':
			r.at++
		default:
			if !r.value(depth + 1) {
				return false
			}
		}
	}
}

// quoted reads a text, and reports whether it ends.
func (r *reading) quoted() (raw []byte, whole bool) {
	r.at++
	for from := r.at; ; {
		found := bytes.IndexAny(r.body[r.at:], `"\`)
		if found < 0 {
			r.at = len(r.body)
			return r.body[from:], false
		}
		r.at += found
		if r.body[r.at] == '"' {
			r.at++
			return r.body[from : r.at-1], true
		}
		r.at = min(r.at+2, len(r.body))
	}
}
