// Package bench measures what policies make of faults: the same load and the same
// faults for each policy, through the sandbox's gateway, in virtual time.
package bench

import (
	"bytes"
	"cmp"
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
	// PerDeployment says that it names a backend for each account and deployment, as this
	// project deploys them, instead of one for each account.
	PerDeployment bool
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
	// Rate is how many requests arrive in a second, whether earlier ones are answered or not;
	// 0 for Callers that wait for their answers.
	Rate float64
	// Retries are those of the client, in the way of OpenAI's own: see retryable and pause.
	Retries int
	// TakesMS is how long a model takes; 0 for modelMS.
	TakesMS int
	// Ask says what a request asks for; nil for chat.
	Ask func(number int) question
}

// question is what a request asks for.
type question struct{ deployment, operation string }

var chat = question{"gpt-4o", "chat/completions"}

func (l Load) question(number int) question {
	if l.Ask == nil {
		return chat
	}
	return l.Ask(number)
}

// takes is how long a model takes, in milliseconds.
func (l Load) takes() int { return cmp.Or(l.TakesMS, modelMS) }

// requestHeader numbers the requests of a run, down to the backends.
const requestHeader = "X-Bench-Request"

// run is a lab under load.
type run struct {
	lab  *lab.Lab
	load Load
	// random is for the client's pauses.
	random func() float64

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
	// retried is how often the client asked again.
	retried int
	// broken says that the answer began and did not end.
	broken bool
	// retryable and wait are what the client makes of it: whether it asks again, and what it
	// was told to wait, below 0 for nothing.
	retryable bool
	wait      time.Duration
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
	r := &run{load: load, random: options.Random, attempts: map[int][]*attempt{}, outcomes: make([]outcome, load.Requests)}
	options.Document, options.Fragments, options.NamedValues = p.Document, p.Fragments, p.NamedValues
	options.RootAPI, options.WithoutBreakers, options.KeyHeader = p.RootAPI, p.WithoutBreakers, keyHeader
	options.PerDeployment = p.PerDeployment
	options.Dir, options.Wrap = dir, func(next http.RoundTripper) http.RoundTripper { return &watched{next, r} }
	if r.lab, err = lab.New(ctx, options); err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, r.lab.Close()) }()
	if err := r.lab.Network.Faults.Order(faults); err != nil {
		return nil, fmt.Errorf("ordering faults: %w", err)
	}
	client := r.lab.Client()
	if load.Rate > 0 {
		r.arrive(ctx, client)
	} else {
		r.call(ctx, client)
	}
	r.struck = r.lab.Network.Faults.Struck()
	return r, ctx.Err()
}

// call lets callers ask, each of whom waits for its answer before the next request.
func (r *run) call(ctx context.Context, client *http.Client) {
	var next atomic.Int64
	var callers sync.WaitGroup
	for i := range r.load.Callers {
		callers.Go(func() {
			// Callers do not come in step.
			time.Sleep(r.load.Pause * time.Duration(i) / time.Duration(r.load.Callers))
			for {
				number := int(next.Add(1)) - 1
				if number >= r.load.Requests {
					return
				}
				r.outcomes[number] = r.answered(ctx, client, number)
				time.Sleep(r.load.Pause)
			}
		})
	}
	callers.Wait()
}

// arrive sends requests at a rate, whether earlier ones are answered or not.
func (r *run) arrive(ctx context.Context, client *http.Client) {
	between := time.Duration(float64(time.Second) / r.load.Rate)
	var callers sync.WaitGroup
	for number := range r.load.Requests {
		callers.Go(func() { r.outcomes[number] = r.answered(ctx, client, number) })
		time.Sleep(between)
	}
	callers.Wait()
}

// answered is what a caller gets in the end, with its client's retries.
func (r *run) answered(ctx context.Context, client *http.Client, number int) outcome {
	began := time.Now()
	for try := 0; ; try++ {
		got := r.ask(ctx, client, number)
		if try == r.load.Retries || !got.retryable {
			got.retried, got.elapsed = try, time.Since(began)
			return got
		}
		time.Sleep(r.pause(got.wait, try))
	}
}

// retryable and pause are those of OpenAI's clients: what the server says of retries counts,
// then the status; waits of a minute or more are not believed. Source: shouldRetry and
// retryDelay of openai-go, openai-python and openai-node.
func retryable(response *http.Response) bool {
	switch response.Header.Get("x-should-retry") {
	case "true":
		return true
	case "false":
		return false
	}
	status := response.StatusCode
	return status == http.StatusRequestTimeout || status == http.StatusConflict || status == http.StatusTooManyRequests || status >= http.StatusInternalServerError
}

func told(response *http.Response) time.Duration {
	if ms, err := strconv.ParseFloat(response.Header.Get("retry-after-ms"), 64); err == nil {
		return time.Duration(ms * float64(time.Millisecond))
	}
	if seconds, err := strconv.ParseFloat(response.Header.Get("Retry-After"), 64); err == nil {
		return time.Duration(seconds * float64(time.Second))
	}
	return -1
}

func (r *run) pause(wait time.Duration, try int) time.Duration {
	if wait >= 0 && wait < time.Minute {
		return wait
	}
	delay := min(8*time.Second, time.Duration(500<<try)*time.Millisecond)
	return delay - time.Duration(r.random()*float64(delay)/4)
}

// keyHeader is API Management's own, which no account looks at: whether a policy takes
// the caller's key out is not what is measured.
const keyHeader = "Ocp-Apim-Subscription-Key"

// ask sends one request, as a caller.
func (r *run) ask(ctx context.Context, client *http.Client, number int) outcome {
	asked := r.load.question(number)
	text := "question " + strconv.Itoa(number) + strings.Repeat(" more", r.load.BodyBytes/5)
	body := map[string]any{}
	most := "max_completion_tokens"
	switch asked.operation {
	case "embeddings":
		body["input"] = text
		most = ""
	case "completions":
		body["prompt"] = text
		most = "max_tokens"
	default:
		body["messages"] = []any{map[string]any{"role": "user", "content": text}}
	}
	if r.load.Stream {
		body["stream"] = true
	}
	if r.load.MaxTokens > 0 && most != "" {
		body[most] = r.load.MaxTokens
	}
	encoded, err := json.Marshal(body)
	if err != nil {
		return outcome{}
	}
	began := time.Now()
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, "https://"+lab.Gateway+"/openai/deployments/"+asked.deployment+"/"+asked.operation+"?api-version=2024-10-21", bytes.NewReader(encoded))
	if err != nil {
		return outcome{}
	}
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set(keyHeader, r.lab.Key)
	request.Header.Set(requestHeader, strconv.Itoa(number))
	response, err := client.Do(request)
	if err != nil {
		return outcome{size: len(encoded), elapsed: time.Since(began), retryable: true, wait: -1}
	}
	_, err = io.ReadFull(response.Body, make([]byte, 1))
	firstByte := time.Since(began)
	if err == nil {
		_, err = io.Copy(io.Discard, response.Body)
	}
	_ = response.Body.Close()
	broken := err != nil && !errors.Is(err, io.EOF)
	return outcome{
		status: response.StatusCode, retryAfter: response.Header.Get("Retry-After"), broken: broken, size: len(encoded), firstByte: firstByte, elapsed: time.Since(began),
		retryable: retryable(response), wait: told(response),
	}
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
