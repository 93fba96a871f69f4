package network_test

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptrace"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/aoai-gateway/aoai-gateway/sandbox/network"
)

// carried is a network with one host, and a carrier to it.
func carried(t *testing.T, handler http.HandlerFunc) (*network.Network, *network.Carrier) {
	t.Helper()
	n := network.New(&network.Memory{}, nil)
	require.NoError(t, n.Set(t.Context(), []network.Host{{Name: "north.example", Kind: "account", HTTP: true, Handler: handler}}))
	return n, n.Carrier()
}

// ask sends a request by a carrier, and tells whether its connection was used before.
func ask(t *testing.T, carrier *network.Carrier, method string, body io.Reader) (response *http.Response, reused bool, err error) {
	t.Helper()
	ctx := httptrace.WithClientTrace(t.Context(), &httptrace.ClientTrace{GotConn: func(info httptrace.GotConnInfo) { reused = info.Reused }})
	request, err := http.NewRequestWithContext(ctx, method, "https://north.example/path", body)
	require.NoError(t, err)
	response, err = carrier.RoundTrip(request)
	return response, reused, err
}

// whole reads an answer to its end.
func whole(t *testing.T, response *http.Response) string {
	t.Helper()
	data, err := io.ReadAll(response.Body)
	require.NoError(t, err)
	require.NoError(t, response.Body.Close())
	return string(data)
}

// A connection is used again where its answer was read to the end, and only there.
func TestCarrierUsesConnectionsAgain(t *testing.T) {
	t.Parallel()
	for reason, c := range map[string]struct {
		method, body string
		status       int
		read, again  bool
	}{
		"read to its end":     {"POST", "answer", 200, true, true},
		"given up":            {"POST", strings.Repeat("answer", 100_000), 200, false, false},
		"without a body":      {"POST", "", 204, false, true},
		"an answer to HEAD":   {"HEAD", "", 200, false, true},
		"an answer in pieces": {"POST", strings.Repeat("piece ", 20_000), 200, true, true},
	} {
		t.Run(reason, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				n, carrier := carried(t, func(w http.ResponseWriter, r *http.Request) {
					_, _ = io.Copy(io.Discard, r.Body)
					w.WriteHeader(c.status)
					_, _ = io.WriteString(w, c.body)
				})
				defer func() { carrier.Close(); require.NoError(t, n.Close()) }()
				for i := range 2 {
					response, reused, err := ask(t, carrier, c.method, network.NewAtHand([]byte("question")))
					require.NoError(t, err)
					require.Equal(t, i == 1 && c.again, reused)
					require.Equal(t, c.status, response.StatusCode)
					if c.read {
						require.Equal(t, c.body, whole(t, response))
					}
					require.NoError(t, response.Body.Close())
					synctest.Wait()
				}
			})
		})
	}
}

// Connections that nobody uses are closed in time, and those of hosts that have gone are not
// used.
func TestCarrierDropsIdleConnections(t *testing.T) {
	t.Parallel()
	for reason, between := range map[string]func(t *testing.T, n *network.Network){
		"they were idle for long": func(*testing.T, *network.Network) { time.Sleep(3 * time.Minute) },
		"the host cut them": func(t *testing.T, n *network.Network) {
			require.NoError(t, n.Faults.Order([]network.Fault{{Host: "north", Kind: "unreachable"}}))
			require.NoError(t, n.Faults.Order(nil))
		},
	} {
		synctest.Test(t, func(t *testing.T) {
			n, carrier := carried(t, func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "answer") })
			defer func() { carrier.Close(); require.NoError(t, n.Close()) }()
			response, _, err := ask(t, carrier, http.MethodGet, nil)
			require.NoError(t, err)
			require.Equal(t, "answer", whole(t, response))
			between(t, n)
			synctest.Wait()
			response, reused, err := ask(t, carrier, http.MethodGet, nil)
			require.NoError(t, err, reason)
			require.False(t, reused, reason)
			require.Equal(t, "answer", whole(t, response))
		})
	}
}

// A request ends with its context, whatever it waits for, and says why.
func TestCarrierEndsWithTheContext(t *testing.T) {
	t.Parallel()
	for _, waitsFor := range []string{"the answer", "more of the answer", "its own body"} {
		t.Run(waitsFor, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				left := make(chan struct{})
				n, carrier := carried(t, func(w http.ResponseWriter, r *http.Request) {
					if waitsFor == "more of the answer" {
						_ = http.NewResponseController(w).Flush()
					}
					_, _ = io.Copy(io.Discard, r.Body)
					<-r.Context().Done()
					close(left)
				})
				defer func() { carrier.Close(); require.NoError(t, n.Close()) }()
				tired := errors.New("tired")
				ctx, cancel := context.WithTimeoutCause(t.Context(), time.Second, tired)
				defer cancel()
				var body io.Reader
				if waitsFor == "its own body" {
					reader, writer := io.Pipe()
					defer func() { _ = writer.Close() }()
					body = reader
				}
				request, err := http.NewRequestWithContext(ctx, http.MethodPost, "https://north.example/", body)
				require.NoError(t, err)
				response, err := carrier.RoundTrip(request)
				if waitsFor == "more of the answer" {
					require.NoError(t, err)
					_, err = io.ReadAll(response.Body)
					require.NoError(t, response.Body.Close())
				}
				require.ErrorIs(t, err, tired)
				<-left // the host learns it, too
			})
		})
	}
}

// An answer may come before all of the request has gone out; it is not lost.
func TestCarrierTakesEarlyAnswers(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		n, carrier := carried(t, func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusUnauthorized) })
		defer func() { carrier.Close(); require.NoError(t, n.Close()) }()
		for reason, body := range map[string]io.Reader{"a stream": io.LimitReader(endless{}, 8<<20), "bytes": network.NewAtHand(make([]byte, 8<<20))} {
			response, _, err := ask(t, carrier, http.MethodPost, body)
			require.NoError(t, err, reason)
			require.Equal(t, http.StatusUnauthorized, response.StatusCode, reason)
			require.NoError(t, response.Body.Close())
		}
		time.Sleep(time.Second) // net/http's server waits before it closes
	})
}

type endless struct{}

func (endless) Read(p []byte) (int, error) { return len(p), nil }

// What cannot be sent or answered is an error, and nothing is asked for a second time.
func TestCarrierFails(t *testing.T) {
	t.Parallel()
	broken := errors.New("broken")
	for reason, c := range map[string]struct {
		change func(r *http.Request)
		answer func(w http.ResponseWriter)
		says   string
		is     error
		asked  int64
	}{
		"a header's name":     {change: func(r *http.Request) { r.Header["a b"] = []string{"c"} }, says: `"a b" is no name of a header`},
		"a header's value":    {change: func(r *http.Request) { r.Header["A"] = []string{"b\nc"} }, says: "the value of the header A"},
		"a method":            {change: func(r *http.Request) { r.Method = "G T" }, says: "no method of HTTP"},
		"a scheme":            {change: func(r *http.Request) { r.URL.Scheme = "ftp" }, says: `the scheme "ftp"`},
		"no host":             {change: func(r *http.Request) { r.URL.Host = "" }, says: "without a host"},
		"an unknown host":     {change: func(r *http.Request) { r.URL.Host = "www.example.com" }, says: "no such host"},
		"its body breaks off": {change: func(r *http.Request) { r.Body, r.ContentLength = io.NopCloser(failing{broken}), 100 }, is: broken, says: "sending the request to north.example", asked: 1},
		"a broken connection": {answer: func(http.ResponseWriter) { panic(http.ErrAbortHandler) }, says: "reading the answer of north.example", asked: 1},
		"an endless head":     {answer: func(w http.ResponseWriter) { w.Header().Set("A", strings.Repeat("b", 11<<20)) }, says: "its head is over 10485760 bytes", asked: 1},
	} {
		t.Run(reason, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				var asked atomic.Int64
				var ends error
				n, carrier := carried(t, func(w http.ResponseWriter, r *http.Request) {
					asked.Add(1)
					_, ends = io.Copy(io.Discard, r.Body)
					if c.answer != nil {
						c.answer(w)
					}
				})
				defer func() { carrier.Close(); require.NoError(t, n.Close()) }()
				request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "https://north.example/", nil)
				require.NoError(t, err)
				if c.change != nil {
					c.change(request)
				}
				_, err = carrier.RoundTrip(request) //nolint:bodyclose // there is none
				require.ErrorContains(t, err, c.says)
				if c.is != nil {
					require.ErrorIs(t, err, c.is)
					synctest.Wait()
					require.ErrorIs(t, ends, io.ErrUnexpectedEOF, "the host does not take a part for the whole")
				}
				require.Equal(t, c.asked, asked.Load())
			})
		})
	}
}

// failing is a body that breaks off after a piece.
type failing struct{ err error }

func (f failing) Read(p []byte) (int, error) { return copy(p, "piece"), f.err }

// Over TLS a host shows a certificate that the sandbox signed; http goes without.
func TestCarrierSpeaksTLS(t *testing.T) {
	t.Parallel()
	ca, err := network.OpenCA(t.TempDir())
	require.NoError(t, err)
	n := network.New(&network.Loopback{CA: ca}, nil)
	seen := make(chan bool, 1)
	handler := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		seen <- network.Insecure(r)
		w.Header().Set("Trailer", "A")
		_, _ = io.Copy(w, r.Body)
		w.Header().Set("A", "b")
	})
	require.NoError(t, n.Set(t.Context(), []network.Host{{Name: "north.example", Kind: "account", HTTP: true, Handler: handler}}))
	carrier := n.Carrier()
	defer func() { carrier.Close(); require.NoError(t, n.Close()) }()
	for _, scheme := range []string{"https", "http", "https"} {
		request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, scheme+"://north.example/", strings.NewReader("question"))
		require.NoError(t, err)
		response, err := carrier.RoundTrip(request)
		require.NoError(t, err)
		require.Equal(t, "question", whole(t, response))
		require.Equal(t, "b", response.Trailer.Get("A"))
		require.Equal(t, scheme == "http", <-seen)
	}
	var operation *net.OpError
	require.NoError(t, n.Faults.Order([]network.Fault{{Host: "north", Kind: "unreachable"}}))
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "https://north.example/", nil)
	require.NoError(t, err)
	_, err = carrier.RoundTrip(request) //nolint:bodyclose // there is none
	require.ErrorAs(t, err, &operation)
}
