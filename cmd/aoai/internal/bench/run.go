// Package bench measures what policies make of faults: the same load and the same
// faults for each policy, through the sandbox's gateway, in virtual time.
package bench

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/aoai-gateway/aoai-gateway/sandbox/lab"
	"github.com/aoai-gateway/aoai-gateway/sandbox/network"
)

// Policy is a document to measure.
type Policy struct {
	Name string
	// Document of an API, in the format rawxml; Fragments and NamedValues are what it
	// refers to.
	Document               string
	Fragments, NamedValues map[string]string
	// RootAPI is for a policy whose base URLs have no path: the API is at the root of the
	// gateway's URL then, instead of at /openai.
	RootAPI bool
	// WithoutBreakers measures it with backends that have no circuit breaker.
	WithoutBreakers bool
}

// Load is what is asked of a gateway.
type Load struct {
	// Requests in all, by so many Callers at once; each of them thinks for Pause
	// before its next one.
	Requests, Callers int
	Pause             time.Duration
	Stream            bool
	// BodyBytes is how long the prompt is; 0 for a few words.
	BodyBytes int
	// MaxTokens of an answer; 0 leaves it to the model.
	MaxTokens int
}

// requestHeader numbers the requests of a run, down to the backends.
const requestHeader = "X-Bench-Request"

// run is a lab under load.
type run struct {
	lab  *lab.Lab
	load Load

	mu       sync.Mutex
	attempts map[int][]*attempt
	outcomes []outcome
	// struck is how often each of the faults has hit.
	struck []int
}

// attempt is one request of the gateway to a backend.
type attempt struct {
	host  string
	began time.Time
	// sent is how much of the body went out, and accepted that it was answered well: who
	// refuses need not read it whole.
	sent     atomic.Int64
	accepted atomic.Bool
}

// outcome is what a caller got.
type outcome struct {
	status     int
	retryAfter string
	// broken says that the answer began and did not end.
	broken bool
	// size of the body that was sent; firstByte and elapsed are times from its start to
	// the answer's first piece and its end.
	size               int
	firstByte, elapsed time.Duration
}

// drive puts a load on a policy.
func drive(ctx context.Context, options lab.Options, p Policy, faults []network.Fault, load Load) (_ *run, err error) {
	dir, err := os.MkdirTemp("", "aoai-bench-")
	if err != nil {
		return nil, fmt.Errorf("making a folder for the bench: %w", err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	r := &run{load: load, attempts: map[int][]*attempt{}, outcomes: make([]outcome, load.Requests)}
	options.Document, options.Fragments, options.NamedValues = p.Document, p.Fragments, p.NamedValues
	options.RootAPI, options.WithoutBreakers, options.KeyHeader = p.RootAPI, p.WithoutBreakers, keyHeader
	options.Dir, options.Wrap = dir, func(next http.RoundTripper) http.RoundTripper { return &watched{next, r} }
	if r.lab, err = lab.New(ctx, options); err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, r.lab.Close()) }()
	if err := r.lab.Network.Faults.Order(faults); err != nil {
		return nil, fmt.Errorf("ordering faults: %w", err)
	}
	client := r.lab.Client()
	var next atomic.Int64
	var callers sync.WaitGroup
	for i := range load.Callers {
		callers.Go(func() {
			// Callers do not come in step.
			time.Sleep(load.Pause * time.Duration(i) / time.Duration(load.Callers))
			for {
				number := int(next.Add(1)) - 1
				if number >= load.Requests {
					return
				}
				r.outcomes[number] = r.ask(ctx, client, number)
				time.Sleep(load.Pause)
			}
		})
	}
	callers.Wait()
	r.struck = r.lab.Network.Faults.Struck()
	return r, ctx.Err()
}

// keyHeader is API Management's own, which no account looks at: whether a policy takes
// the caller's key out is not what is measured.
const keyHeader = "Ocp-Apim-Subscription-Key"

// ask sends one request, as a caller.
func (r *run) ask(ctx context.Context, client *http.Client, number int) outcome {
	body := map[string]any{"messages": []any{map[string]any{"role": "user", "content": "question " + strconv.Itoa(number) + strings.Repeat(" more", r.load.BodyBytes/5)}}}
	if r.load.Stream {
		body["stream"] = true
	}
	if r.load.MaxTokens > 0 {
		body["max_tokens"] = r.load.MaxTokens
	}
	encoded, err := json.Marshal(body)
	if err != nil {
		return outcome{}
	}
	began := time.Now()
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, "https://"+lab.Gateway+"/openai/deployments/gpt-4o/chat/completions?api-version=2024-10-21", bytes.NewReader(encoded))
	if err != nil {
		return outcome{}
	}
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set(keyHeader, r.lab.Key)
	request.Header.Set(requestHeader, strconv.Itoa(number))
	response, err := client.Do(request)
	if err != nil {
		return outcome{size: len(encoded), elapsed: time.Since(began)}
	}
	_, err = io.ReadFull(response.Body, make([]byte, 1))
	firstByte := time.Since(began)
	if err == nil {
		_, err = io.Copy(io.Discard, response.Body)
	}
	_ = response.Body.Close()
	broken := err != nil && !errors.Is(err, io.EOF)
	return outcome{response.StatusCode, response.Header.Get("Retry-After"), broken, len(encoded), firstByte, time.Since(began)}
}

// watched notes the attempts of a gateway.
type watched struct {
	next http.RoundTripper
	run  *run
}

// RoundTrip implements http.RoundTripper.
func (w *watched) RoundTrip(request *http.Request) (*http.Response, error) {
	number, err := strconv.Atoi(request.Header.Get(requestHeader))
	if err != nil {
		return w.next.RoundTrip(request)
	}
	made := &attempt{host: request.URL.Hostname(), began: time.Now()}
	w.run.mu.Lock()
	w.run.attempts[number] = append(w.run.attempts[number], made)
	w.run.mu.Unlock()
	if request.Body != nil {
		request.Body = &counting{request.Body, made}
	}
	response, err := w.next.RoundTrip(request)
	made.accepted.Store(err == nil && response.StatusCode < http.StatusBadRequest)
	return response, err
}

// counting counts what goes out of a body.
type counting struct {
	io.ReadCloser
	attempt *attempt
}

// Read implements io.Reader.
func (c *counting) Read(p []byte) (int, error) {
	n, err := c.ReadCloser.Read(p)
	c.attempt.sent.Add(int64(n))
	return n, err
}

// count is how many requests each backend answered last, in the order of the
// backends.
func (r *run) count(backends []lab.Backend) []int {
	counts := make([]int, len(backends))
	for number, attempts := range r.attempts {
		if r.outcomes[number].status != http.StatusOK {
			continue
		}
		last := attempts[len(attempts)-1].host
		if i := slices.IndexFunc(backends, func(b lab.Backend) bool { return b.Host() == last }); i >= 0 {
			counts[i]++
		}
	}
	return counts
}
