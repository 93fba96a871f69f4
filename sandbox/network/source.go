package network

import (
	"crypto/rand"
	"maps"
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
	return &from{base: base, network: n, value: n.secret + " " + address.String()}
}

type from struct {
	base    http.RoundTripper
	network *Network
	value   string
}

// RoundTrip implements http.RoundTripper.
func (f *from) RoundTrip(r *http.Request) (*http.Response, error) {
	// A round tripper leaves the request as it is; the values of its headers are shared.
	sent := *r
	sent.Header = maps.Clone(r.Header)
	visit, key := f.network.ask(r)
	sent.Header[sourceHeader] = []string{f.value + " " + key}
	response, err := f.base.RoundTrip(&sent)
	visit.Sent(key, err)
	return response, err
}

// takeSource puts the address that a request comes from into its RemoteAddr, with the
// port of its connection. Inside says that a service of this network sent it, and key which
// one of those that recent.Log knows it is.
func (n *Network) takeSource(r *http.Request) (inside bool, key string) {
	values := r.Header[sourceHeader]
	if len(values) == 0 {
		return false, ""
	}
	delete(r.Header, sourceHeader)
	secret, rest, _ := strings.Cut(values[0], " ")
	if secret != n.secret {
		return false, ""
	}
	address, key, _ := strings.Cut(rest, " ")
	port := r.RemoteAddr
	if _, after, err := net.SplitHostPort(r.RemoteAddr); err == nil {
		port = after
	}
	r.RemoteAddr = net.JoinHostPort(address, port)
	return true, key
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
