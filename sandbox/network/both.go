package network

import (
	"context"
	"errors"
	"net"
	"sync"
	"sync/atomic"
)

// both is a listener on a port that also takes connections from within the process.
type both struct {
	net.Listener
	waiting chan accepted
	once    sync.Once
	done    chan struct{}
	callers atomic.Uint32
}

// accepted is a connection, or why the port gave none.
type accepted struct {
	connection net.Conn
	err        error
}

func newBoth(port net.Listener) *both {
	b := &both{Listener: port, waiting: make(chan accepted), done: make(chan struct{})}
	go b.take()
	return b
}

// take hands over what the port accepts, up to its end.
func (b *both) take() {
	for {
		connection, err := b.Listener.Accept()
		if errors.Is(err, net.ErrClosed) {
			return
		}
		select {
		case b.waiting <- accepted{connection, err}:
		case <-b.done:
			if connection != nil {
				_ = connection.Close()
			}
			return
		}
	}
}

// Accept implements net.Listener.
func (b *both) Accept() (net.Conn, error) {
	select {
	case next := <-b.waiting:
		return next.connection, next.err
	case <-b.done:
		return nil, net.ErrClosed
	}
}

// Close implements net.Listener.
func (b *both) Close() error {
	b.once.Do(func() { close(b.done) })
	return b.Listener.Close()
}

// Callers within the process have ports from here on, which systems hand out themselves.
const firstCaller, callerPorts = 32768, 28232

// connect is a connection from within the process.
func (b *both) connect(ctx context.Context) (net.Conn, error) {
	caller := &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: firstCaller + int(b.callers.Add(1)%callerPorts)}
	near, far := newWire(caller, b.Addr())
	select {
	case b.waiting <- accepted{connection: far}:
		return near, nil
	case <-b.done:
		return nil, net.ErrClosed
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}
