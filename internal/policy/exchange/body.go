package exchange

import (
	"errors"
	"fmt"
	"io"
)

// Body is the content of a message: bytes at hand, or a stream that nobody has
// read yet. A stream can be read once; reading it whole keeps its bytes.
type Body struct {
	data     []byte
	stream   io.ReadCloser
	consumed bool
}

// NewBody is a body of bytes.
func NewBody(data []byte) *Body { return &Body{data: data} }

// NewStream is a body that is read from a stream, by whoever needs it first.
func NewStream(stream io.ReadCloser) *Body { return &Body{stream: stream} }

// ErrTooLarge is a body beyond the limit of whoever reads it.
var ErrTooLarge = errors.New("the body is larger than may be read")

// Bytes reads the whole body, at most limit bytes (0: no limit).
func (b *Body) Bytes(limit int64) ([]byte, error) {
	if b == nil {
		return nil, nil
	}
	if b.stream == nil {
		return b.data, nil
	}
	var from io.Reader = b.stream
	if limit > 0 {
		from = io.LimitReader(b.stream, limit+1)
	}
	data, err := io.ReadAll(from)
	if closeErr := b.stream.Close(); err == nil {
		err = closeErr
	}
	b.stream, b.data = nil, data
	if err != nil {
		return nil, fmt.Errorf("reading a body: %w", err)
	}
	if limit > 0 && int64(len(data)) > limit {
		return nil, ErrTooLarge
	}
	return data, nil
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
	return NewBody(data), nil
}

// maxWatched is how much of a stream Watch keeps, in bytes.
const maxWatched = 4 << 20

// Watch lets a body that is a stream pass as it is, and hands what has passed (4
// MiB at most) to done when it ends or is closed. It does nothing to bytes at
// hand.
func (b *Body) Watch(done func(data []byte)) {
	if b == nil || b.stream == nil {
		return
	}
	b.stream = &watched{stream: b.stream, done: done}
}

type watched struct {
	stream io.ReadCloser
	data   []byte
	done   func(data []byte)
}

func (w *watched) Read(p []byte) (int, error) {
	n, err := w.stream.Read(p)
	if room := maxWatched - len(w.data); room > 0 {
		w.data = append(w.data, p[:min(n, room)]...)
	}
	if err != nil {
		w.finish()
	}
	return n, err
}

func (w *watched) finish() {
	if w.done != nil {
		w.done(w.data)
		w.done = nil
	}
}

// Close implements io.Closer.
func (w *watched) Close() error {
	w.finish()
	return w.stream.Close()
}
