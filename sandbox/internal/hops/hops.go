// Package hops knows which headers belong to one connection only: those that stand between
// a client and a model do not pass them on.
package hops

import (
	"net/http"
	"net/textproto"
	"slices"
	"strings"
)

// Own reports whether a header, by its canonical name, belongs to one connection. Source: RFC
// 9110, section 7.6.1, https://www.rfc-editor.org/rfc/rfc9110#section-7.6.1.
func Own(name string) bool {
	switch name {
	case "Connection", "Keep-Alive", "Proxy-Authenticate", "Proxy-Authorization", "Proxy-Connection", "Te", "Trailer", "Transfer-Encoding", "Upgrade":
		return true
	}
	return false
}

// Passed are the headers of a message that are passed on. The values are shared with the
// message.
func Passed(from http.Header) http.Header {
	passes := Passes(from)
	passed := make(http.Header, len(from))
	for name, values := range from {
		if passes(name) {
			passed[name] = values
		}
	}
	return passed
}

// Passes tells which headers of a message are passed on, by their canonical names: all but
// those of its connection, which its Connection header may add to.
func Passes(from http.Header) func(name string) bool {
	var more []string
	for _, value := range from["Connection"] {
		for name := range strings.SplitSeq(value, ",") {
			more = append(more, textproto.CanonicalMIMEHeaderKey(strings.TrimSpace(name)))
		}
	}
	return func(name string) bool { return !Own(name) && !slices.Contains(more, name) }
}
