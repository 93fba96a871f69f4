package network

import (
	"bytes"
	"context"
	"crypto/tls"
	"io"
	"net"
	"net/http"
	"sync"
)

// schemeKey is where the context of a request has its connection.
type schemeKey struct{}

// marked is a connection that knows whether it is plain HTTP where TLS was possible.
type marked interface{ insecure() bool }

// withConnection keeps the connection of requests.
func withConnection(ctx context.Context, connection net.Conn) context.Context {
	return context.WithValue(ctx, schemeKey{}, connection)
}

// Insecure reports whether a request came by http and not by https. On a network that
// speaks no TLS at all everything counts as https.
func Insecure(r *http.Request) bool {
	connection, ok := r.Context().Value(schemeKey{}).(marked)
	return ok && connection.insecure()
}

// secure reports whether a request came by https for certain.
func secure(r *http.Request) bool {
	connection, ok := r.Context().Value(schemeKey{}).(marked)
	return ok && !connection.insecure()
}

// Scheme is what a client of this machine wrote before the host: http on a network that speaks
// no TLS at all.
func Scheme(r *http.Request) string {
	if secure(r) {
		return "https"
	}
	return "http"
}

// either is a listener whose connections speak TLS or plain HTTP, by what the client
// begins with.
type either struct {
	net.Listener
	config *tls.Config
}

// Accept implements net.Listener.
func (l *either) Accept() (net.Conn, error) {
	connection, err := l.Listener.Accept()
	if err != nil {
		return nil, err
	}
	return &eitherConn{Conn: connection, config: l.config}, nil
}

// eitherConn finds out at the first read what the client speaks.
type eitherConn struct {
	net.Conn
	config *tls.Config

	once  sync.Once
	err   error
	mu    sync.Mutex
	inner net.Conn
	plain bool
}

// handshake is the first byte of a TLS connection (RFC 8446, section 5.1).
const handshake = 0x16

func (c *eitherConn) begin() {
	var first [1]byte
	if _, c.err = io.ReadFull(c.Conn, first[:]); c.err != nil {
		return
	}
	replayed := &replay{c.Conn, io.MultiReader(bytes.NewReader(first[:]), c.Conn)}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.plain = first[0] != handshake; c.plain {
		c.inner = replayed
		return
	}
	c.inner = tls.Server(replayed, c.config)
}

// Read implements net.Conn.
func (c *eitherConn) Read(p []byte) (int, error) {
	c.once.Do(c.begin)
	if c.err != nil {
		return 0, c.err
	}
	return c.inner.Read(p)
}

// Write implements net.Conn. A server has read before it writes.
func (c *eitherConn) Write(p []byte) (int, error) {
	if inner := c.spoken(); inner != nil {
		return inner.Write(p)
	}
	return 0, net.ErrClosed
}

// Close implements net.Conn.
func (c *eitherConn) Close() error {
	if inner := c.spoken(); inner != nil {
		return inner.Close()
	}
	return c.Conn.Close()
}

// CloseWrite tells the client that no more comes.
func (c *eitherConn) CloseWrite() error {
	if half, ok := c.spoken().(interface{ CloseWrite() error }); ok {
		return half.CloseWrite()
	}
	return c.Close()
}

func (c *eitherConn) spoken() net.Conn {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.inner
}

func (c *eitherConn) insecure() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.plain
}

// replay is a connection whose first byte was read already.
type replay struct {
	net.Conn
	from io.Reader
}

// Read implements net.Conn.
func (r *replay) Read(p []byte) (int, error) { return r.from.Read(p) }
