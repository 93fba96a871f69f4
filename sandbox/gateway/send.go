package gateway

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/textproto"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/aoai-gateway/aoai-gateway/internal/policy"
	"github.com/aoai-gateway/aoai-gateway/internal/policy/exchange"
	"github.com/aoai-gateway/aoai-gateway/sandbox/deployed"
	"github.com/aoai-gateway/aoai-gateway/sandbox/internal/hops"
	"github.com/aoai-gateway/aoai-gateway/sandbox/network"
)

// timer tells what time backends took.
type timer struct {
	mu      sync.Mutex
	backend time.Duration
	last    *attempt
	count   int
}

// attempt is one request to a backend.
type attempt struct {
	url, method string
	status      int
	headers     exchange.Headers
	answered    exchange.Headers
	// request and response are what was seen of the bodies, where they are logged.
	request, response []byte
}

func newTimer() *timer { return &timer{} }

// add counts an attempt that began then.
func (t *timer) add(a *attempt, began time.Time) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.backend += time.Since(began)
	t.last = a
	t.count++
}

// Send implements policy.Sender, over the network of the sandbox.
func (v *visit) Send(ctx context.Context, call *policy.Call) (*exchange.Response, error) {
	if call.Proxy != "" || call.Certificate != "" {
		return nil, errors.New("the sandbox's gateway sends without proxies and client certificates")
	}
	if call.ToBackend && v.exchange.API.ServiceURL.Host == "" && call.Request.URL.Host == v.publicURL().Host {
		return nil, errors.New("the API has no service URL, and no policy has chosen a backend")
	}
	if call.Unanswered {
		v.service.later(ctx, func(ctx context.Context) { _, _ = v.exchangeOnce(ctx, call) })
		return &exchange.Response{StatusCode: http.StatusAccepted}, nil
	}
	return v.exchangeOnce(ctx, call)
}

// exchangeOnce sends one request.
func (v *visit) exchangeOnce(ctx context.Context, call *policy.Call) (*exchange.Response, error) {
	made := &attempt{}
	v.watchBody(call, call.Request.Body, v.keptOf(func(m deployed.Messages) deployed.Message { return m.Request }), func(data []byte) { made.request = data })
	ctx, cancel := context.WithCancelCause(ctx)
	outgoing, err := newRequest(ctx, call, v.publicURL().Host)
	if err != nil {
		cancel(nil)
		return nil, err
	}
	began := time.Now()
	tooLong := time.AfterFunc(call.Timeout.After, func() { cancel(context.DeadlineExceeded) })
	response, err := v.roundTrip(outgoing, call.FollowRedirects)
	inTime := true
	if call.Timeout.Covers == policy.Headers || err != nil {
		inTime = tooLong.Stop()
	}
	// Without its query, in which keys may stand.
	made.url, made.method, made.headers = call.Request.URL.Base()+call.Request.URL.Path, call.Request.Method, call.Request.Headers
	var answered exchange.Headers
	if response != nil {
		answered = headers(response.Header)
		made.status, made.answered = response.StatusCode, answered
	}
	if call.ToBackend {
		v.timer.add(made, began)
	}
	if err != nil {
		defer cancel(nil)
		if !inTime && v.r.Context().Err() == nil {
			return nil, fmt.Errorf("no answer within %v: %w", call.Timeout.After, context.DeadlineExceeded)
		}
		return nil, err
	}
	received := &exchange.Response{StatusCode: response.StatusCode, Reason: reason(response.Status), Headers: answered.Clone()}
	answers := v.keptOf(func(m deployed.Messages) deployed.Message { return m.Response })
	if !call.BufferResponse {
		received.Body = exchange.NewStream(&receiving{response.Body, cancel}).Announced(response.ContentLength).Encoded(received.Headers.Get("Content-Encoding"))
		v.watchBody(call, received.Body, answers, func(data []byte) { made.response = data })
		return received, nil
	}
	defer cancel(nil)
	defer func() { _ = response.Body.Close() }()
	data, err := wholeAnswer(response)
	if !tooLong.Stop() && call.Timeout.Covers == policy.WholeAnswer && err != nil {
		return nil, fmt.Errorf("no whole answer within %v: %w", call.Timeout.After, context.DeadlineExceeded)
	}
	if err != nil {
		return nil, fmt.Errorf("reading the answer of %s: %w", call.Request.URL.Host, err)
	}
	received.Body = exchange.NewBody(data).Encoded(received.Headers.Get("Content-Encoding"))
	v.watchBody(call, received.Body, answers, func(data []byte) { made.response = data })
	return received, nil
}

// announcedRoom is the room that an announced length gets at once, in bytes.
const announcedRoom = 1 << 20

// wholeAnswer reads an answer to its end.
func wholeAnswer(response *http.Response) ([]byte, error) {
	var data bytes.Buffer
	if response.ContentLength > 0 {
		data.Grow(int(min(response.ContentLength, announcedRoom)) + bytes.MinRead)
	}
	_, err := data.ReadFrom(response.Body)
	return data.Bytes(), err
}

// keptOf is how much is logged of bodies between gateway and backend.
func (v *visit) keptOf(of func(deployed.Messages) deployed.Message) int {
	if v.logs == nil {
		return 0
	}
	return of(v.logs.Backend).Bytes
}

// watchBody hands over what passes of a body to or from a backend, where it is logged.
func (v *visit) watchBody(call *policy.Call, body *exchange.Body, kept int, seen func(data []byte)) {
	if kept == 0 || !call.ToBackend || body == nil {
		return
	}
	keep := func(data []byte) {
		v.timer.mu.Lock()
		defer v.timer.mu.Unlock()
		seen(data[:min(len(data), kept)])
	}
	if body.Streaming() {
		body.Watch(keep)
	} else if data, err := body.Bytes(0); err == nil {
		keep(data)
	}
}

// reason is the text behind a status.
func reason(status string) string {
	_, text, _ := strings.Cut(status, " ")
	return text
}

// receiving is the body of an answer; its end frees what the request holds.
type receiving struct {
	io.ReadCloser
	cancel context.CancelCauseFunc
}

// Close implements io.Closer.
func (b *receiving) Close() error {
	defer b.cancel(nil)
	return b.ReadCloser.Close()
}

// newRequest is a call as net/http sends it. It has no GetBody: nothing is sent
// twice behind a policy's back.
func newRequest(ctx context.Context, call *policy.Call, gateway string) (*http.Request, error) {
	request := call.Request
	var body io.Reader
	length := int64(0)
	if stream, ok := request.Body.Stream(); ok {
		body, length = stream, -1
		if n, err := strconv.ParseInt(request.Headers.Get("Content-Length"), 10, 64); err == nil {
			length = n
		}
	} else if data, err := request.Body.Bytes(0); err != nil {
		return nil, err
	} else if len(data) > 0 {
		body, length = network.NewAtHand(data), int64(len(data))
	}
	outgoing, err := http.NewRequestWithContext(ctx, request.Method, request.URL.String(), body)
	if err != nil {
		return nil, fmt.Errorf("making the request to %s: %w", request.URL.Host, err)
	}
	outgoing.ContentLength = length
	for _, field := range request.Headers.Fields() {
		switch name := textproto.CanonicalMIMEHeaderKey(field.Name); {
		case name == "Content-Length" || hops.Own(name):
		case name == "Host":
			// The backend's own name, unless a policy wants another one.
			if host := request.Headers.Get("Host"); host != gateway {
				outgoing.Host = host
			}
		case name == "User-Agent":
			outgoing.Header[name] = field.Values
		default:
			outgoing.Header[field.Name] = field.Values
		}
	}
	if !request.Headers.Has("User-Agent") {
		outgoing.Header["User-Agent"] = nil // none, rather than Go's
	}
	return outgoing, nil
}

func (v *visit) roundTrip(outgoing *http.Request, redirects bool) (*http.Response, error) {
	if !redirects {
		return v.region.transport.RoundTrip(outgoing)
	}
	client := &http.Client{Transport: v.region.transport}
	return client.Do(outgoing)
}
