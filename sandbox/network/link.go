package network

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"math"
	"net"
	"net/http"
	"sync"
	"time"
)

const (
	// linkBuffer is the size of the buffers for requests and answers, in bytes. An open stream
	// holds one.
	linkBuffer = 2 << 10
	// maxAnswerHead is how long the head of an answer may be, in bytes, as for http.Transport.
	maxAnswerHead = 10 << 20
	// writtenFirst is how long a body at hand may be that is written before the answer is read:
	// it fits into what a connection takes without a reader.
	writtenFirst = laneRoom / 2
)

var (
	linkReaders = sync.Pool{New: func() any { return bufio.NewReaderSize(nil, linkBuffer) }}
	linkWriters = sync.Pool{New: func() any { return bufio.NewWriterSize(nil, linkBuffer) }}
)

// AtHand is a body of a request that is in memory: a Carrier sends it without waiting for it.
type AtHand struct{ bytes.Reader }

// NewAtHand is a body of these bytes.
func NewAtHand(data []byte) *AtHand {
	made := &AtHand{}
	made.Reset(data)
	return made
}

// Close implements io.Closer.
func (*AtHand) Close() error { return nil }

// link is a connection of a Carrier.
type link struct {
	carrier *Carrier
	to      destination
	// raw is what connection, which may be TLS, goes over.
	raw, connection net.Conn
	// since is when it became idle.
	since time.Time
	// head is how much of an answer's head may still come.
	head int64
}

func (l *link) close() { _ = l.connection.Close() }

// Read implements io.Reader, with a bound for the head of an answer.
func (l *link) Read(p []byte) (int, error) {
	if l.head <= 0 {
		return 0, errLongHead
	}
	n, err := l.connection.Read(p[:min(int64(len(p)), l.head)])
	l.head -= int64(n)
	return n, err
}

var errLongHead = fmt.Errorf("its head is over %d bytes", maxAnswerHead)

// send sends a request, and waits until its answer begins. The connection is the answer's then.
func (l *link) send(r *http.Request) (*http.Response, error) {
	made := &answer{link: l, ctx: r.Context()}
	// What waits for the connection fails when the request's context ends.
	made.unwatch = context.AfterFunc(r.Context(), l.abort)
	if writtenAtOnce(r) {
		if err := l.write(r); err != nil {
			return nil, made.failed(fmt.Errorf("sending the request to %s: %w", l.to.host, err))
		}
	} else {
		made.sending = &sending{done: make(chan struct{})}
		go made.sending.run(l, r)
	}
	made.reader = linkReaders.Get().(*bufio.Reader)
	made.reader.Reset(l)
	response, err := l.readHead(made.reader, r)
	if err != nil {
		return nil, made.failed(fmt.Errorf("reading the answer of %s: %w", l.to.host, err))
	}
	made.reusable = !response.Close && !r.Close
	if response.Body == http.NoBody {
		made.end(true, io.EOF)
		return response, nil
	}
	made.body = response.Body
	response.Body = made
	return response, nil
}

// writtenAtOnce reports whether a request is written before its answer is read: it waits for
// nobody.
func writtenAtOnce(r *http.Request) bool {
	if r.Body == nil || r.Body == http.NoBody {
		return true
	}
	atHand, ok := r.Body.(*AtHand)
	return ok && atHand.Len() <= writtenFirst
}

// abort ends what goes on at once.
func (l *link) abort() { _ = l.raw.Close() }

// write writes a request.
func (l *link) write(r *http.Request) error {
	if atHand, ok := r.Body.(*AtHand); ok {
		sent := *r
		sent.Body = io.NopCloser(&atHand.Reader) // net/http knows this type, and sends head and body together
		r = &sent
	}
	writer := linkWriters.Get().(*bufio.Writer)
	defer linkWriters.Put(writer)
	writer.Reset(l.connection)
	err := r.Write(writer)
	if err == nil {
		err = writer.Flush()
	}
	writer.Reset(nil)
	return err
}

// readHead reads the beginning of an answer. Those before the last one (1xx) are passed over.
func (l *link) readHead(reader *bufio.Reader, r *http.Request) (*http.Response, error) {
	for {
		l.head = maxAnswerHead
		response, err := http.ReadResponse(reader, r)
		if err != nil && l.head <= 0 {
			return nil, errLongHead // net/http takes the part that it has for a bad one
		}
		if err != nil {
			return nil, err
		}
		if response.StatusCode >= http.StatusOK || response.StatusCode == http.StatusSwitchingProtocols {
			l.head = math.MaxInt64
			return response, nil
		}
	}
}
