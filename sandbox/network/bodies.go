package network

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"sync"
	"time"

	"golang.org/x/sync/semaphore"
)

// MaxBody bounds the body of a request to any host, in bytes: room for images and sound.
const MaxBody = 32 << 20

const (
	// smallBody is how much of a body every request may send, in bytes; larger bodies take
	// their room from largeBodies, so that many of them do not fill the memory.
	smallBody = 1 << 20
	// largeBodies is how much all larger bodies to hosts of a kind may have at a time.
	largeBodies = MaxBody + MaxBody/2
	// stallPatience is how long a body may pause.
	stallPatience = 30 * time.Second
	// roomPatience is how long a larger body waits for its room.
	roomPatience = time.Minute
	// maxDrained is how much of a refused body is read and dropped, in bytes: most clients
	// read an answer only when they have sent everything.
	maxDrained = 1 << 30
)

var (
	errStalled = errors.New("the body of the request has stalled")
	errNoRoom  = errors.New("too many large bodies are on their way")
)

// rooms are the room for larger bodies, by the kind of the host. A request that goes from an
// edge to a gateway and on to an account takes its room of each, so that none waits for
// itself.
type rooms struct {
	mu   sync.Mutex
	kept map[string]*semaphore.Weighted
}

func (r *rooms) of(kind string) *semaphore.Weighted {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.kept == nil {
		r.kept = map[string]*semaphore.Weighted{}
	}
	if r.kept[kind] == nil {
		r.kept[kind] = semaphore.NewWeighted(largeBodies)
	}
	return r.kept[kind]
}

// boundedBody is a request's body that is neither too large nor too slow.
type boundedBody struct {
	io.ReadCloser
	ctx        context.Context //nolint:containedctx // a body lives as long as its request
	connection *http.ResponseController
	room       *semaphore.Weighted
	// size is what the body needs of the room: all of it where it does not tell.
	size     int64
	read     int64
	taken    bool
	deadline time.Time
	// err is why the body was refused.
	err error
}

func newBoundedBody(w http.ResponseWriter, r *http.Request, room *semaphore.Weighted) *boundedBody {
	b := &boundedBody{ReadCloser: r.Body, ctx: r.Context(), connection: http.NewResponseController(w), room: room, size: MaxBody}
	if r.ContentLength > MaxBody {
		b.err = &http.MaxBytesError{Limit: MaxBody}
	} else if r.ContentLength > 0 {
		b.size = r.ContentLength
	}
	return b
}

// Read implements io.Reader.
func (b *boundedBody) Read(p []byte) (int, error) {
	if b.err == nil && b.read >= smallBody && !b.taken {
		b.takeRoom()
	}
	if b.err != nil {
		return 0, b.err
	}
	b.await()
	n, err := b.ReadCloser.Read(p)
	b.read += int64(n)
	switch {
	case b.read > MaxBody:
		b.err = &http.MaxBytesError{Limit: MaxBody}
		return n, b.err
	case errors.Is(err, os.ErrDeadlineExceeded):
		b.err = errStalled
		return n, b.err
	case err != nil:
		b.done()
	}
	return n, err
}

// Close implements io.Closer. The server closes what was refused, when all of it is read.
func (b *boundedBody) Close() error {
	if b.refused() {
		return nil
	}
	return b.ReadCloser.Close()
}

func (b *boundedBody) refused() bool { return b.err != nil }

// takeRoom waits for the room that a larger body needs.
func (b *boundedBody) takeRoom() {
	ctx, cancel := context.WithTimeout(b.ctx, roomPatience)
	defer cancel()
	if b.room.Acquire(ctx, b.size) != nil {
		b.err = errNoRoom
		return
	}
	b.taken = true
}

// await gives the next piece of the body its time.
func (b *boundedBody) await() {
	if now := time.Now(); b.deadline.Sub(now) < stallPatience/2 {
		b.deadline = now.Add(stallPatience)
		_ = b.connection.SetReadDeadline(b.deadline) // a medium without deadlines has no stalls either
	}
}

// done lets the connection wait again: what is read after a body is whether the caller stays.
func (b *boundedBody) done() {
	if !b.deadline.IsZero() {
		b.deadline = time.Time{}
		_ = b.connection.SetReadDeadline(time.Time{})
	}
}

// end frees what the body took.
func (b *boundedBody) end() {
	b.done()
	if b.taken {
		b.room.Release(b.size)
		b.taken = false
	}
}

// drain drops what a caller still sends of a body that is too large.
func (b *boundedBody) drain() {
	var tooLarge *http.MaxBytesError
	if !errors.As(b.err, &tooLarge) {
		return
	}
	buffer := make([]byte, 64<<10)
	for left := maxDrained; left > 0; {
		b.await()
		n, err := b.ReadCloser.Read(buffer)
		if left -= n; err != nil {
			return
		}
	}
}

// boundedAnswer is an answer that says so where the request's body was refused, whatever
// the host makes of that.
type boundedAnswer struct {
	http.ResponseWriter
	body           *boundedBody
	begun, refused bool
}

// WriteHeader implements http.ResponseWriter.
func (w *boundedAnswer) WriteHeader(status int) {
	switch {
	case w.refused:
		return
	case w.body.err != nil && !w.begun:
		w.refuse()
		return
	}
	w.begun = w.begun || status >= http.StatusOK
	w.ResponseWriter.WriteHeader(status)
}

// Write implements http.ResponseWriter.
func (w *boundedAnswer) Write(p []byte) (int, error) {
	if !w.begun && !w.refused {
		w.WriteHeader(http.StatusOK)
	}
	if w.refused {
		return len(p), nil
	}
	return w.ResponseWriter.Write(p)
}

// Unwrap is for http.ResponseController.
func (w *boundedAnswer) Unwrap() http.ResponseWriter { return w.ResponseWriter }

// refuse answers for the host.
func (w *boundedAnswer) refuse() {
	w.refused = true
	status, message := http.StatusRequestEntityTooLarge, fmt.Sprintf("The request body is over %d bytes.", MaxBody)
	switch {
	case errors.Is(w.body.err, errStalled):
		status, message = http.StatusRequestTimeout, fmt.Sprintf("The request body has paused for %s.", stallPatience)
	case errors.Is(w.body.err, errNoRoom):
		status, message = http.StatusServiceUnavailable, "Too many large request bodies are on their way. Try again later."
	}
	w.body.drain()
	for name := range w.Header() {
		w.Header().Del(name)
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Connection", "close")
	w.ResponseWriter.WriteHeader(status)
	_ = json.NewEncoder(w.ResponseWriter).Encode(Error(fmt.Sprint(status), message))
}

// bounded is a host's handler with bounds around the bodies of requests.
func (n *Network) bounded(host Host, handler http.Handler) http.Handler {
	room := n.rooms.of(host.Kind)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Body == nil || r.Body == http.NoBody {
			handler.ServeHTTP(w, r)
			return
		}
		body := newBoundedBody(w, r, room)
		defer body.end()
		answer := &boundedAnswer{ResponseWriter: w, body: body}
		if body.err != nil {
			answer.refuse()
			return
		}
		r.Body = body
		handler.ServeHTTP(answer, r)
		if body.err != nil && !answer.begun && !answer.refused {
			answer.refuse()
		}
	})
}
