package exchange

import (
	"bytes"
	"errors"
	"fmt"
	"io"
)

// Body is the content of a message: bytes at hand, or a stream that nobody has
// read yet. A stream can be read once; reading it whole keeps its bytes.
type Body struct {
	data []byte
	// encoding is the Content-Encoding that the message came with.
	encoding string
	stream   io.ReadCloser
	// length is how long the stream said that it is; 0 where it did not.
	length   int64
	err      error
	consumed bool
}

// NewBody is a body of bytes.
func NewBody(data []byte) *Body { return &Body{data: data} }

// NewStream is a body that is read from a stream, by whoever needs it first.
func NewStream(stream io.ReadCloser) *Body { return &Body{stream: stream} }

// Announced says how long a body that is a stream will be, and returns it. It makes room for no
// more than that: what is longer is read all the same.
func (b *Body) Announced(length int64) *Body {
	if b != nil && length > 0 {
		b.length = length
	}
	return b
}

// announcedRoom is the room that an announced length gets at once, in bytes.
const announcedRoom = 64 << 10

// readAll reads a stream to its end.
func readAll(from io.Reader, announced int64) ([]byte, error) {
	if announced <= 0 {
		return io.ReadAll(from)
	}
	var data bytes.Buffer
	data.Grow(int(min(announced, announcedRoom)) + bytes.MinRead)
	_, err := data.ReadFrom(from)
	return data.Bytes(), err
}

// ErrTooLarge is a body beyond the limit of whoever reads it.
var ErrTooLarge = errors.New("the body is larger than may be read")

// Bytes reads the whole body, at most limit bytes (0: no limit).
func (b *Body) Bytes(limit int64) ([]byte, error) {
	if b == nil {
		return nil, nil
	}
	if b.stream == nil {
		return b.data, b.err
	}
	var from io.Reader = b.stream
	if limit > 0 {
		from = io.LimitReader(b.stream, limit+1)
	}
	data, err := readAll(from, b.length)
	if err == nil && limit > 0 && int64(len(data)) > limit {
		// What was read stays part of the stream, for whoever passes it on.
		b.stream = &rejoined{io.MultiReader(bytes.NewReader(data), b.stream), b.stream}
		return nil, ErrTooLarge
	}
	if closeErr := b.stream.Close(); err == nil {
		err = closeErr
	}
	b.stream, b.data = nil, data
	if err != nil {
		b.data, b.err = nil, fmt.Errorf("reading a body: %w", err)
	}
	return b.data, b.err
}

// rejoined is a stream of which a part was read before.
type rejoined struct {
	io.Reader
	io.Closer
}

// Discard gives the body up: its stream is closed, if it has one.
func (b *Body) Discard() {
	if b == nil || b.stream == nil {
		return
	}
	_ = b.stream.Close()
	b.stream = nil
}

// Streaming tells whether nobody has read the body yet.
func (b *Body) Streaming() bool { return b != nil && b.stream != nil }

// Stream hands the body over as a stream; then the reader owns it.
func (b *Body) Stream() (stream io.ReadCloser, ok bool) {
	if b == nil || b.stream == nil {
		return nil, false
	}
	stream, b.stream = b.stream, nil
	return stream, true
}

// Consume marks the body as read by an expression that did not ask to preserve
// it; Consumed tells so.
func (b *Body) Consume() { b.consumed = true }

// Consumed tells whether an expression has used the body up.
func (b *Body) Consumed() bool { return b != nil && b.consumed }

// Clone is a body of the same bytes; a stream is read first.
func (b *Body) Clone(limit int64) (*Body, error) {
	if b == nil {
		return nil, nil //nolint:nilnil // no body has no copy
	}
	data, err := b.Bytes(limit)
	if err != nil {
		return nil, err
	}
	return NewBody(data).Encoded(b.encoding), nil
}

// maxWatched and maxTail are how much of a stream Watch keeps, from its start and
// of its end, in bytes.
const (
	maxWatched = 4 << 20
	maxTail    = 64 << 10
)

// Watch lets a body that is a stream pass as it is, and hands what has passed to
// done when it ends or is closed: the first 4 MiB and, on a line of its own, the
// last 64 KiB of what came after. It does nothing to bytes at hand.
func (b *Body) Watch(done func(data []byte)) {
	if b == nil || b.stream == nil {
		return
	}
	b.stream = &watched{stream: b.stream, done: done}
}

type watched struct {
	stream io.ReadCloser
	data   []byte
	tail   []byte
	done   func(data []byte)
}

func (w *watched) Read(p []byte) (int, error) {
	n, err := w.stream.Read(p)
	room := min(n, maxWatched-len(w.data))
	w.data = append(w.data, p[:room]...)
	if room < n {
		w.tail = append(w.tail, p[room:n]...)
		w.tail = w.tail[max(0, len(w.tail)-maxTail):]
	}
	if err != nil {
		w.finish()
	}
	return n, err
}

func (w *watched) finish() {
	if w.done != nil {
		if len(w.tail) > 0 {
			w.data = append(append(w.data, '\n'), w.tail...)
		}
		w.done(w.data)
		w.done = nil
	}
}

// Close implements io.Closer.
func (w *watched) Close() error {
	w.finish()
	return w.stream.Close()
}
