package network

import (
	"context"
	"crypto/tls"
	"io"
	"net"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/net/nettest"
)

// A connection within the process keeps to the rules of net.Conn: nettest checks them as Go's
// own connections are checked.
func TestWireIsAConnection(t *testing.T) {
	t.Parallel()
	nettest.TestConn(t, func() (near, far net.Conn, stop func(), err error) {
		near, far = newWire(&net.TCPAddr{Port: 1}, &net.TCPAddr{Port: 2})
		return near, far, func() { _, _ = near.Close(), far.Close() }, nil
	})
}

// What ends a connection is told as TCP tells it: the rest is still read after an orderly end,
// and lost where it was broken off.
func TestWireEnds(t *testing.T) {
	t.Parallel()
	for reason, c := range map[string]struct {
		end  func(near *wire)
		rest string
		read error
	}{
		"closed":         {func(near *wire) { _ = near.Close() }, "rest", nil},
		"half closed":    {func(near *wire) { _ = near.CloseWrite() }, "rest", nil},
		"broken off":     {func(near *wire) { _, _ = near.SetLinger(0), near.Close() }, "", syscall.ECONNRESET},
		"lingers, ended": {func(near *wire) { _, _ = near.SetLinger(1), near.Close() }, "rest", nil},
	} {
		near, far := newWire(&net.TCPAddr{}, &net.TCPAddr{})
		_, err := io.WriteString(near, "rest")
		require.NoError(t, err, reason)
		c.end(near)
		rest, err := io.ReadAll(far)
		require.ErrorIs(t, err, c.read, reason)
		require.Equal(t, c.rest, string(rest), reason)
		require.NoError(t, far.Close())
	}
	near, far := newWire(&net.TCPAddr{}, &net.TCPAddr{})
	require.NoError(t, far.Close())
	_, err := near.Write([]byte("x"))
	require.ErrorIs(t, err, syscall.EPIPE, "nobody reads any more")
}

// A writer that is not read waits: a connection holds no more than its bound.
func TestWireIsBounded(t *testing.T) {
	t.Parallel()
	near, far := newWire(&net.TCPAddr{}, &net.TCPAddr{})
	wrote := make(chan error, 1)
	sent := make([]byte, 10*laneRoom)
	for i := range sent {
		sent[i] = byte(i / 251)
	}
	go func() {
		_, err := near.Write(sent)
		wrote <- err
		_ = near.Close()
	}()
	first := make([]byte, 1)
	_, err := io.ReadFull(far, first)
	require.NoError(t, err)
	far.in.mu.Lock()
	require.LessOrEqual(t, len(far.in.waiting), laneRoom)
	far.in.mu.Unlock()
	rest, err := io.ReadAll(far)
	require.NoError(t, err)
	require.NoError(t, <-wrote)
	require.Equal(t, sent, append(first, rest...))
	require.Nil(t, far.in.buffer, "what is read holds no buffer")
}

// Hosts take callers of other processes by their port, and those within the process beside it.
func TestHostsTakeBoth(t *testing.T) {
	t.Parallel()
	medium := &Loopback{}
	listener, err := medium.Listen(t.Context(), "north.example", func() *tls.Certificate { return nil })
	require.NoError(t, err)
	for reason, dial := range map[string]func(ctx context.Context) (net.Conn, error){
		"by the port": func(ctx context.Context) (net.Conn, error) {
			return new(net.Dialer).DialContext(ctx, "tcp", listener.Addr().String())
		},
		"within the process": func(ctx context.Context) (net.Conn, error) { return medium.Dial(ctx, listener) },
	} {
		calling := make(chan net.Conn, 1)
		go func() {
			made, dialErr := dial(t.Context())
			if dialErr == nil {
				_, _ = io.WriteString(made, "x")
			}
			calling <- made
		}()
		taken, err := listener.Accept()
		require.NoError(t, err, reason)
		made := <-calling
		require.NotNil(t, made, reason)
		_, err = io.ReadFull(taken, make([]byte, 1))
		require.NoError(t, err, reason)
		host, _, err := net.SplitHostPort(taken.RemoteAddr().String())
		require.NoError(t, err, reason)
		require.Equal(t, "127.0.0.1", host, reason)
		_, _ = made.Close(), taken.Close()
	}
	require.NoError(t, listener.Close())
	_, err = listener.Accept()
	require.ErrorIs(t, err, net.ErrClosed)
	_, err = medium.Dial(t.Context(), listener)
	require.ErrorIs(t, err, net.ErrClosed, "a host that is gone takes nobody")
}
