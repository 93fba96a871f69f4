package network

import (
	"crypto/rand"
	"net"
	"net/http"
	"net/netip"
	"strings"
)

// sourceHeader carries the address that a service of the sandbox calls from. Hosts take
// it off before anybody sees it, and believe it only with the network's own secret.
const sourceHeader = "X-Sandbox-Source"

// newSecret is what services of this process know, and no client.
func newSecret() string { return rand.Text() }

// From makes requests come from a public address, as those of a service in the cloud do:
// connections of this machine all come from loopback.
func (n *Network) From(base http.RoundTripper, address netip.Addr) http.RoundTripper {
	return &from{base, n.secret + " " + address.String()}
}

type from struct {
	base  http.RoundTripper
	value string
}

// RoundTrip implements http.RoundTripper.
func (f *from) RoundTrip(r *http.Request) (*http.Response, error) {
	// A round tripper leaves the request as it is.
	sent := *r
	sent.Header = r.Header.Clone()
	sent.Header[sourceHeader] = []string{f.value}
	return f.base.RoundTrip(&sent)
}

// takeSource puts the address that a request comes from into its RemoteAddr, with the
// port of its connection.
func (n *Network) takeSource(r *http.Request) {
	values := r.Header[sourceHeader]
	if len(values) == 0 {
		return
	}
	delete(r.Header, sourceHeader)
	secret, address, _ := strings.Cut(values[0], " ")
	if secret != n.secret {
		return
	}
	port := r.RemoteAddr
	if _, after, err := net.SplitHostPort(r.RemoteAddr); err == nil {
		port = after
	}
	r.RemoteAddr = net.JoinHostPort(address, port)
}

// Source is the address that a request comes from, as hosts see it; the zero address
// where that is none.
func Source(r *http.Request) netip.Addr {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		return netip.Addr{}
	}
	address, err := netip.ParseAddr(host)
	if err != nil {
		return netip.Addr{}
	}
	return address.Unmap()
}
