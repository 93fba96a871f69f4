package network

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"net"
	"net/http"
	"strconv"
	"sync"
	"sync/atomic"
	"time"
)

// Memory carries connections within the process, without TLS: for tests in virtual
// time.
type Memory struct{ connections atomic.Int64 }

// Listen implements Medium.
func (*Memory) Listen(_ context.Context, name string, _ func() *tls.Certificate) (net.Listener, error) {
	return &memoryListener{name: name, waiting: make(chan net.Conn), done: make(chan struct{})}, nil
}

// Dial implements Medium.
func (m *Memory) Dial(ctx context.Context, listener net.Listener) (net.Conn, error) {
	l := listener.(*memoryListener)
	number := memoryAddress("memory:" + strconv.FormatInt(m.connections.Add(1), 10))
	near, far := newWire(number, number)
	plain, _ := ctx.Value(plainKey{}).(bool)
	select {
	case l.waiting <- &addressed{far, number, plain}:
		return &addressed{near, number, plain}, nil
	case <-l.done:
		return nil, net.ErrClosed
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// Transport implements Medium.
func (*Memory) Transport(dial func(ctx context.Context, name string) (net.Conn, error)) *http.Transport {
	return plainTransport(dial)
}

// Trusted implements Medium.
func (*Memory) Trusted() *x509.CertPool { return nil }

// URL implements Medium: the public one, as only Dial leads there.
func (*Memory) URL(listener net.Listener) string { return "https://" + listener.(*memoryListener).name }

// plainTransport speaks HTTP without TLS, also where a URL says https.
func plainTransport(dial func(ctx context.Context, name string) (net.Conn, error)) *http.Transport {
	transport := newTransport(dial)
	secure := transport.DialContext
	transport.DialTLSContext = secure
	transport.DialContext = func(ctx context.Context, network, address string) (net.Conn, error) {
		return secure(context.WithValue(ctx, plainKey{}, true), network, address)
	}
	return transport
}

// plainKey is set where a URL says http.
type plainKey struct{}

// newTransport gets connections from dial. It keeps what is idle for reuse, as many
// as there are callers, and changes nothing in what it carries.
func newTransport(dial func(ctx context.Context, name string) (net.Conn, error)) *http.Transport {
	return &http.Transport{
		DialContext: func(ctx context.Context, _, address string) (net.Conn, error) {
			host, _, err := net.SplitHostPort(address)
			if err != nil {
				return nil, err
			}
			return dial(ctx, host)
		},
		DisableCompression: true, MaxIdleConnsPerHost: 1024, IdleConnTimeout: 90 * time.Second,
	}
}

type memoryAddress string

// Network implements net.Addr.
func (memoryAddress) Network() string { return "memory" }

func (a memoryAddress) String() string { return string(a) }

// addressed is a connection that can be told from others.
type addressed struct {
	net.Conn
	address memoryAddress
	plain   bool
}

// quiet reports whether the connection is whole, and nothing waits to be read.
func (a *addressed) quiet() bool {
	under, ok := a.Conn.(*wire)
	return ok && under.quiet()
}

func (a *addressed) insecure() bool { return a.plain }

// RemoteAddr implements net.Conn.
func (a *addressed) RemoteAddr() net.Addr { return a.address }

type memoryListener struct {
	name    string
	waiting chan net.Conn
	once    sync.Once
	done    chan struct{}
}

// Accept implements net.Listener.
func (l *memoryListener) Accept() (net.Conn, error) {
	select {
	case connection := <-l.waiting:
		return connection, nil
	case <-l.done:
		return nil, net.ErrClosed
	}
}

// Close implements net.Listener.
func (l *memoryListener) Close() error {
	l.once.Do(func() { close(l.done) })
	return nil
}

// Addr implements net.Listener.
func (l *memoryListener) Addr() net.Addr { return memoryAddress(l.name) }
