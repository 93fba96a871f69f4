// Package loopback tells honest requests from those that a web page had a browser send to
// a server on this machine.
package loopback

import (
	"net"
	"net/http"
	"slices"
	"strings"
)

// Meant reports whether a request was meant for this server: the Host of an honest one is a
// loopback address, localhost, or one of the server's own names.
func Meant(r *http.Request, names ...string) bool {
	host := r.Host
	if h, _, err := net.SplitHostPort(r.Host); err == nil {
		host = h
	}
	return host == "localhost" || net.ParseIP(host).IsLoopback() ||
		slices.ContainsFunc(names, func(name string) bool { return strings.EqualFold(host, name) })
}
