package network

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptrace"
	"strings"
	"sync"
	"time"

	"golang.org/x/net/http/httpguts"
)

const (
	// mostIdle is how many unused connections to a host are kept, and idleFor how long.
	mostIdle = 1024
	idleFor  = 90 * time.Second
)

// Carrier carries HTTP/1.1 from services of the sandbox to its hosts, as http.Transport does. It
// has no goroutines of its own for a connection: whoever sends a request writes it, and reads
// the answer. It never sends a request twice.
type Carrier struct {
	network *Network
	// trusted sign certificates of hosts; nil where the network speaks no TLS.
	trusted *x509.CertPool

	mu     sync.Mutex
	closed bool
	// idle are connections without a request, the one that was used last at the end.
	idle map[destination][]*link
	// sweep closes connections that were idle for too long.
	sweep *time.Timer
}

// destination is a host, and whether it is spoken to over TLS.
type destination struct {
	host   string
	secure bool
}

// Carrier carries requests to the hosts of this network, by their public names.
func (n *Network) Carrier() *Carrier {
	return &Carrier{network: n, trusted: n.medium.Trusted(), idle: map[destination][]*link{}}
}

// RoundTrip implements http.RoundTripper.
func (c *Carrier) RoundTrip(r *http.Request) (*http.Response, error) {
	if err := checkRequest(r); err != nil {
		closeBody(r)
		return nil, err
	}
	held, err := c.connect(r.Context(), destination{strings.ToLower(r.URL.Hostname()), r.URL.Scheme == "https"})
	if err != nil {
		closeBody(r)
		return nil, err
	}
	return held.send(r)
}

// checkRequest refuses what cannot be said in HTTP/1.1.
func checkRequest(r *http.Request) error {
	switch {
	case r.URL == nil || r.URL.Host == "":
		return errors.New("a request without a host cannot be sent")
	case r.URL.Scheme != "http" && r.URL.Scheme != "https":
		return fmt.Errorf("the scheme %q is neither http nor https", r.URL.Scheme)
	case !httpguts.ValidHeaderFieldName(r.Method): // both are tokens
		return fmt.Errorf("%q is no method of HTTP", r.Method)
	}
	for name, values := range r.Header {
		if !httpguts.ValidHeaderFieldName(name) {
			return fmt.Errorf("%q is no name of a header", name)
		}
		for _, value := range values {
			if !httpguts.ValidHeaderFieldValue(value) {
				return fmt.Errorf("the value of the header %s has characters that no header may have", name)
			}
		}
	}
	return nil
}

func closeBody(r *http.Request) {
	if r.Body != nil {
		_ = r.Body.Close()
	}
}

// connect finds a connection that nobody uses, or makes one.
func (c *Carrier) connect(ctx context.Context, to destination) (*link, error) {
	held := c.take(to)
	reused := held != nil
	if !reused {
		made, err := c.dial(ctx, to)
		if err != nil {
			return nil, err
		}
		held = made
	}
	if trace := httptrace.ContextClientTrace(ctx); trace != nil && trace.GotConn != nil {
		trace.GotConn(httptrace.GotConnInfo{Conn: held.connection, Reused: reused, WasIdle: reused})
	}
	return held, nil
}

func (c *Carrier) dial(ctx context.Context, to destination) (*link, error) {
	if !to.secure {
		ctx = context.WithValue(ctx, plainKey{}, true)
	}
	raw, err := c.network.Dial(ctx, to.host)
	if err != nil {
		return nil, err
	}
	made := &link{carrier: c, to: to, raw: raw, connection: raw}
	if !to.secure || c.trusted == nil {
		return made, nil
	}
	secured := tls.Client(raw, &tls.Config{RootCAs: c.trusted, ServerName: to.host, MinVersion: tls.VersionTLS12})
	if err := secured.HandshakeContext(ctx); err != nil {
		_ = raw.Close()
		return nil, fmt.Errorf("connecting to %s over TLS: %w", to.host, err)
	}
	made.connection = secured
	return made, nil
}

// take is a connection that is idle and whole; nil where there is none.
func (c *Carrier) take(to destination) *link {
	c.mu.Lock()
	defer c.mu.Unlock()
	for {
		list := c.idle[to]
		if len(list) == 0 {
			return nil
		}
		held := list[len(list)-1]
		list[len(list)-1] = nil
		c.idle[to] = list[:len(list)-1]
		if quiet, ok := held.raw.(interface{ quiet() bool }); ok && quiet.quiet() {
			return held
		}
		held.close()
	}
}

// keep takes a connection back that has no request any more.
func (c *Carrier) keep(held *link) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.closed || len(c.idle[held.to]) >= mostIdle {
		held.close()
		return
	}
	held.since = time.Now()
	c.idle[held.to] = append(c.idle[held.to], held)
	if c.sweep == nil {
		c.sweep = time.AfterFunc(idleFor, c.sweepOld)
	}
}

// sweepOld closes what was idle for too long, and comes again while there is anything.
func (c *Carrier) sweepOld() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.sweep = nil
	for to, list := range c.idle {
		old := 0
		for old < len(list) && time.Since(list[old].since) >= idleFor {
			list[old].close()
			old++
		}
		if rest := append([]*link(nil), list[old:]...); len(rest) > 0 {
			c.idle[to] = rest
		} else {
			delete(c.idle, to)
		}
	}
	if len(c.idle) > 0 && !c.closed {
		c.sweep = time.AfterFunc(idleFor/2, c.sweepOld)
	}
}

// Close ends the connections that are idle, and those in use with their requests.
func (c *Carrier) Close() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.closed = true
	if c.sweep != nil {
		c.sweep.Stop()
	}
	for _, list := range c.idle {
		for _, held := range list {
			held.close()
		}
	}
	c.idle = map[destination][]*link{}
}
