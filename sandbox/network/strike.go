package network

import (
	"cmp"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"strconv"
	"time"

	"github.com/aoai-gateway/aoai-gateway/internal/pause"
	"github.com/aoai-gateway/aoai-gateway/sandbox/recent"
)

// around puts the faults of a request before and around whoever answers it.
func (f *Faults) around(host Host, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if answer := f.disturb(host, w, r); answer != nil {
			next.ServeHTTP(answer, r)
		}
	})
}

// disturb lets the faults of a request strike, and returns what it is answered by; nil where
// one has answered it.
func (f *Faults) disturb(host Host, w http.ResponseWriter, r *http.Request) http.ResponseWriter {
	for _, fault := range f.strike(host, r.URL.Path, onRequests) {
		recent.Of(r.Context()).Fault(fault.Brief())
		switch fault.Kind {
		case "status":
			fault.answer(w)
			return nil
		case "latency":
			if pause.For(r.Context(), time.Duration(fault.DelayMS)*time.Millisecond) != nil {
				panic(http.ErrAbortHandler)
			}
		case "hang":
			// That the client leaves is noticed once its body is read.
			_, _ = io.Copy(io.Discard, r.Body)
			<-r.Context().Done()
			panic(http.ErrAbortHandler)
		case "reset", "unreachable":
			reset(w)
		case "reset-stream":
			w = &cut{ResponseWriter: w, left: fault.AfterBytes}
		case "slow-stream":
			w = &slow{ResponseWriter: w, request: r, delay: time.Duration(fault.DelayMS) * time.Millisecond}
		}
	}
	return w
}

func (f Fault) answer(w http.ResponseWriter) {
	if f.RetryAfterSeconds > 0 {
		w.Header().Set("Retry-After", strconv.Itoa(f.RetryAfterSeconds))
		w.Header().Set("retry-after-ms", strconv.Itoa(f.RetryAfterSeconds*1000))
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(f.Status)
	_ = json.NewEncoder(w).Encode(Error(cmp.Or(f.Code, strconv.Itoa(f.Status)), cmp.Or(f.Message, "The sandbox was told to answer so.")))
}

// reset breaks the connection off: the client sees RST, not an orderly end.
func reset(w http.ResponseWriter) {
	connection, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		panic(http.ErrAbortHandler)
	}
	under := connection
	if wrapped, ok := connection.(interface{ NetConn() net.Conn }); ok {
		under = wrapped.NetConn()
	}
	if lingering, ok := under.(interface{ SetLinger(seconds int) error }); ok {
		_ = lingering.SetLinger(0)
	}
	_ = under.Close()
	panic(http.ErrAbortHandler)
}

// cut is an answer that breaks off after some bytes.
type cut struct {
	http.ResponseWriter
	left int
}

// Write implements http.ResponseWriter.
func (c *cut) Write(p []byte) (int, error) {
	if len(p) < c.left {
		c.left -= len(p)
		return c.ResponseWriter.Write(p)
	}
	_, _ = c.ResponseWriter.Write(p[:c.left])
	_ = http.NewResponseController(c.ResponseWriter).Flush()
	panic(http.ErrAbortHandler)
}

// Unwrap is for http.ResponseController.
func (c *cut) Unwrap() http.ResponseWriter { return c.ResponseWriter }

// slow is an answer whose pieces take their time.
type slow struct {
	http.ResponseWriter
	request *http.Request
	delay   time.Duration
}

// Write implements http.ResponseWriter.
func (s *slow) Write(p []byte) (int, error) {
	if err := pause.For(s.request.Context(), s.delay); err != nil {
		return 0, err
	}
	n, err := s.ResponseWriter.Write(p)
	if err == nil {
		err = http.NewResponseController(s.ResponseWriter).Flush()
	}
	return n, err
}

// Unwrap is for http.ResponseController.
func (s *slow) Unwrap() http.ResponseWriter { return s.ResponseWriter }
