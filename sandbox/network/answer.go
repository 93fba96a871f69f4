package network

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"sync"
)

// sending is a body on its way while the answer is waited for: either may come first.
type sending struct {
	done chan struct{}
	// err is why the body did not go out; it is set before done is closed.
	err error
}

func (s *sending) run(l *link, r *http.Request) {
	sent, body := *r, &noted{ReadCloser: r.Body}
	if _, ok := r.Body.(*AtHand); !ok {
		sent.Body = body
	}
	s.err = l.write(&sent)
	if body.err != nil {
		s.err = body.err // net/http hides it
	}
	close(s.done)
	if s.err != nil {
		l.close() // the host must not take a part for the whole
	}
}

// noted is a body of a request that remembers why it broke off.
type noted struct {
	io.ReadCloser
	err error
}

// Read implements io.Reader.
func (n *noted) Read(p []byte) (int, error) {
	read, err := n.ReadCloser.Read(p)
	if err != nil && !errors.Is(err, io.EOF) {
		n.err = err
	}
	return read, err
}

// over reports whether nothing is on its way any more, and why it did not go out.
func (s *sending) over() (bool, error) {
	if s == nil {
		return true, nil
	}
	select {
	case <-s.done:
		return true, s.err
	default:
		return false, nil
	}
}

// answer is the body of an answer that comes through a link.
type answer struct {
	link     *link
	ctx      context.Context //nolint:containedctx // an answer lives as long as its request
	unwatch  func() bool
	reader   *bufio.Reader
	body     io.ReadCloser
	sending  *sending
	reusable bool

	mu    sync.Mutex
	ended bool
	err   error
}

var errBodyClosed = errors.New("the body of the answer is closed")

// Read implements io.Reader.
func (a *answer) Read(p []byte) (int, error) {
	a.mu.Lock()
	ended, err := a.ended, a.err
	a.mu.Unlock()
	if ended {
		return 0, err
	}
	n, err := a.body.Read(p)
	switch {
	case errors.Is(err, io.EOF):
		a.end(true, io.EOF)
	case err != nil:
		err = a.failed(fmt.Errorf("reading the answer of %s: %w", a.link.to.host, err))
	}
	return n, err
}

// Close implements io.Closer. What is not read yet is given up with the connection.
func (a *answer) Close() error {
	a.end(false, errBodyClosed)
	return nil
}

// failed gives the connection up, and says why: the end of the request's context comes first,
// and then that its body did not go out.
func (a *answer) failed(err error) error {
	if _, unsent := a.sending.over(); unsent != nil && !errors.Is(unsent, net.ErrClosed) {
		err = fmt.Errorf("sending the request to %s: %w", a.link.to.host, unsent)
	}
	if a.ctx.Err() != nil {
		err = context.Cause(a.ctx)
	}
	a.end(false, err)
	return err
}

// end lets go of the connection, once. Where all of the answer was read it is kept for others.
func (a *answer) end(whole bool, err error) {
	a.mu.Lock()
	if a.ended {
		a.mu.Unlock()
		return
	}
	a.ended, a.err = true, err
	a.mu.Unlock()
	undisturbed := a.unwatch()
	sent, unsent := a.sending.over()
	kept := whole && undisturbed && a.reusable && sent && unsent == nil && a.reader.Buffered() == 0
	if whole {
		a.reader.Reset(nil)
		linkReaders.Put(a.reader)
		a.reader = nil
	}
	if kept {
		a.link.carrier.keep(a.link)
		return
	}
	a.link.close()
}
