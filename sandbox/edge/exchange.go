package edge

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"time"

	"github.com/aoai-gateway/aoai-gateway/internal/pause"
	"github.com/aoai-gateway/aoai-gateway/sandbox/internal/hops"
	"github.com/aoai-gateway/aoai-gateway/sandbox/network"
)

// exchange is one request of an edge to one origin.
type exchange struct {
	send http.RoundTripper
	// toHeaders is how long the answer may take to begin, betweenBytes how long it may
	// pause.
	toHeaders, betweenBytes time.Duration
	// latency is what the way there and back takes.
	latency time.Duration
	// noted learns when the answer begins.
	noted *access
}

// run sends the request and hands the answer on, piece by piece. It has ended where the
// client has got anything; the error says why it has not: DeadlineExceeded for an origin
// that takes too long.
func (e *exchange) run(ctx context.Context, w http.ResponseWriter, request *http.Request, add func(http.Header)) (ended bool, err error) {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	timer := time.AfterFunc(e.toHeaders, func() { cancel(context.DeadlineExceeded) })
	defer timer.Stop()
	if err := pause.For(ctx, e.latency); err != nil {
		return false, cause(ctx, err)
	}
	response, err := e.send.RoundTrip(request.WithContext(ctx))
	if err != nil {
		return false, cause(ctx, err)
	}
	defer func() { _ = response.Body.Close() }()
	timer.Reset(e.betweenBytes)
	e.noted.answered(response.StatusCode)
	header := w.Header()
	for name, values := range response.Header {
		if !hops.Own(name) {
			header[name] = values
		}
	}
	add(header)
	w.WriteHeader(response.StatusCode)
	if err := e.pass(w, response.Body, timer); err != nil {
		// What was promised cannot be kept.
		panic(http.ErrAbortHandler)
	}
	return true, nil
}

// cause is why a request has failed: the edge's own patience, where that ended it.
func cause(ctx context.Context, err error) error {
	if why := context.Cause(ctx); errors.Is(why, context.DeadlineExceeded) {
		return why
	}
	return err
}

// pass hands a body on, each piece at once.
func (e *exchange) pass(w http.ResponseWriter, body io.Reader, timer *time.Timer) error {
	flush := http.NewResponseController(w).Flush
	return network.EachPiece(body, func(piece []byte) error {
		timer.Reset(e.betweenBytes)
		if _, err := w.Write(piece); err != nil {
			return err
		}
		return flush()
	})
}

// outgoing is a request as an edge sends it on. Its body can be sent again.
func outgoing(r *http.Request, url string, body []byte) (*http.Request, error) {
	sent, err := http.NewRequestWithContext(r.Context(), r.Method, url, network.NewAtHand(body)) //nolint:gosec // an origin that is deployed, on the sandbox's own network
	if err != nil {
		return nil, fmt.Errorf("making the request to an origin: %w", err)
	}
	sent.ContentLength = int64(len(body))
	if len(body) == 0 {
		sent.Body = http.NoBody
	}
	sent.Header = hops.Passed(r.Header)
	if _, given := sent.Header["User-Agent"]; !given {
		sent.Header["User-Agent"] = nil // none, rather than Go's
	}
	return sent, nil
}

// readBody takes the request's body in, so that it can be looked at and sent again.
func readBody(r *http.Request) ([]byte, error) {
	body, err := network.ReadAll(r.Body)
	if err != nil {
		return nil, fmt.Errorf("reading the request: %w", err)
	}
	return body, nil
}

func drain(response *http.Response) error {
	_, err := io.Copy(io.Discard, response.Body)
	return errors.Join(err, response.Body.Close())
}

// affinityOf is how a cookie names an origin, without naming it.
func affinityOf(id string) string {
	sum := sha256.Sum256([]byte(id))
	return strconv.FormatUint(uint64(sum[0])<<24|uint64(sum[1])<<16|uint64(sum[2])<<8|uint64(sum[3]), 16)
}
