package gateway

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/textproto"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/aoai-gateway/aoai-gateway/internal/pause"
	"github.com/aoai-gateway/aoai-gateway/internal/policy"
	"github.com/aoai-gateway/aoai-gateway/internal/policy/definition"
	"github.com/aoai-gateway/aoai-gateway/internal/policy/exchange"
	"github.com/aoai-gateway/aoai-gateway/sandbox/deployed"
	"github.com/aoai-gateway/aoai-gateway/sandbox/internal/hops"
	"github.com/aoai-gateway/aoai-gateway/sandbox/network"
	"github.com/aoai-gateway/aoai-gateway/sandbox/recent"
)

// request is one on its way through a gateway.
type request struct {
	service *Service
	config  *config
	region  *region
	unit    *unit
	w       http.ResponseWriter
	r       *http.Request
}

// serve takes the request to its API and operation, looks up who calls, and runs the
// policies.
func (r *request) serve(ctx context.Context) {
	found, rest := r.config.match(r.r.URL.EscapedPath())
	if found == nil {
		r.plain(http.StatusNotFound, "Resource not found", "OperationNotFound")
		return
	}
	method := r.r.Method
	preflight := method == http.MethodOptions && r.r.Header.Get("Origin") != "" && r.r.Header.Get("Access-Control-Request-Method") != "" &&
		!found.answersOptions(rest)
	if preflight {
		// A preflight is one of the operation that it asks for.
		method = r.r.Header.Get("Access-Control-Request-Method")
	}
	matched, parameters := found.match(method, rest)
	who, refusal := r.admit(found)
	if matched == nil || preflight {
		// Where no policy answers a preflight, there is no operation for it.
		refusal = noOperation()
	}
	if matched == nil {
		matched, preflight = none, false
	}
	product := who.product
	program, err := r.config.program(product, found, matched)
	if err != nil {
		r.w.Header().Set("X-Sandbox-Error", oneLine(err.Error()))
		r.plain(http.StatusInternalServerError, "Internal server error", "PolicyNotRunnable")
		return
	}
	v := &visit{request: r, api: found, operation: matched, started: time.Now(), timer: newTimer(), preflight: preflight}
	e := r.exchange(found, matched, rest, parameters)
	e.Product = shownProduct(product)
	e.Subscription, e.User = who.seen()
	v.exchange = e
	v.run(ctx, program, refusal)
}

// noOperation is the refusal of a request that matches no operation.
func noOperation() *policy.Error {
	return &policy.Error{
		Failure: exchange.Failure{Source: "configuration", Reason: "OperationNotFound", Message: "Unable to match incoming request to an operation."},
		Status:  http.StatusNotFound, Public: "Resource not found",
	}
}

// plain is an answer of the gateway without any policy; it is logged with a reason.
func (r *request) plain(status int, message, reason string) {
	if r.config.diagnostics["azuremonitor"] != nil && r.config.gatewayLogs {
		url := r.publicURL()
		row := r.config.newGatewayRow(time.Now())
		row.CorrelationID, row.Region, row.Method, row.URL, row.ResponseCode = uuid.NewString(), r.region.display, r.r.Method, url.Base()+url.Path, status
		row.lastError = lastError{Source: "configuration", Reason: reason}
		r.service.options.Telemetry.Write(row)
	}
	r.w.Header().Set("Content-Type", "application/json")
	r.w.WriteHeader(status)
	_, _ = r.w.Write([]byte(`{ "statusCode": ` + strconv.Itoa(status) + `, "message": "` + message + `" }`))
}

// publicURL is what the caller asked for, under the service's public name: behind a
// loopback port the request's own Host says nothing.
func (r *request) publicURL() exchange.URL {
	url := r.config.public
	url.Path, url.RawQuery = r.r.URL.EscapedPath(), r.r.URL.RawQuery
	return url
}

// exchange is the request as policies see it.
func (r *request) exchange(a *api, o *operation, rest []string, parameters map[string]string) *exchange.Context {
	caller, _, err := net.SplitHostPort(r.r.RemoteAddr)
	if err != nil {
		caller = r.r.RemoteAddr
	}
	public := r.publicURL()
	seen := a.shown
	url := seen.ServiceURL
	if url.Host == "" {
		// Without a service URL the backend has to come from a policy.
		url = public
		url.Path = ""
		seen.ServiceURL = exchange.URL{}
	}
	url.Path = strings.TrimSuffix(url.Path, "/") + "/" + strings.Join(rest, "/")
	url.RawQuery = public.RawQuery
	inbound := &exchange.Request{
		Method: r.r.Method, URL: url, OriginalURL: public, Headers: headers(r.r.Header), IPAddress: caller, MatchedParameters: parameters,
	}
	if r.r.Body != nil && r.r.Body != http.NoBody {
		inbound.Body = exchange.NewStream(r.r.Body).Announced(r.r.ContentLength).Encoded(inbound.Headers.Get("Content-Encoding"))
	}
	forwarded := strings.Join(append(slices.Clone(inbound.Headers.Values("X-Forwarded-For")), caller), ", ")
	inbound.Headers.Set("X-Forwarded-For", forwarded)
	inbound.Headers.Set("Host", public.Host)
	return &exchange.Context{
		Request: inbound, Variables: make(exchange.Variables, 16), RequestID: uuid.NewString(), Timestamp: time.Now(), API: seen, Operation: o.seen(),
		Deployment: exchange.Deployment{
			Region: r.region.display, ServiceID: r.config.service.Name, ServiceName: r.config.service.Name, GatewayID: "managed",
			InstanceID:   r.region.name + "-" + strconv.Itoa(r.unit.number),
			Certificates: r.config.service.Certificates,
		},
	}
}

// headers are those of a message without what belongs to the connection.
func headers(from http.Header) exchange.Headers {
	return exchange.HeadersOf(from, hops.Passes(from))
}

func oneLine(text string) string { return strings.Join(strings.Fields(text), " ") }

// visit is a request while policies run: it is their world.
type visit struct {
	*request
	api       *api
	operation *operation
	exchange  *exchange.Context
	started   time.Time
	timer     *timer
	world     *policy.World
	preflight bool
	// logs says what is kept of messages to and from backends; nil for nothing.
	logs *deployed.Diagnostic
}

// run takes the request through its policies and answers the caller.
func (v *visit) run(ctx context.Context, program *policy.Program, refusal *policy.Error) {
	v.world = &policy.World{
		Clock: v, Random: v.service.options.Random, Sender: v, Backends: v, Identity: v, Keys: v.service.keys, Counters: v.region.counters,
		Vectors: noVectors{}, Limiter: v.unit, Log: v,
		Definition: &definition.API{Operation: v.operation.Definition, Schemas: v.api.Schemas, Service: v.config.service.Schemas},
	}
	if v.config.service.SearchesIn(v.region.name) {
		v.world.Vectors = v.region.vectors
	}
	if !v.config.policies.Consumption {
		v.world.Cache = v.region.cache
	} else {
		v.world.Cache = noCache{} // Consumption has no built-in cache
	}
	logged := v.watch()
	v.logs = logged.gateway
	var trace *policy.Trace // it costs, and is only made where somebody reads it
	seen := recent.Of(ctx)
	if seen != nil {
		trace = &policy.Trace{}
	}
	var err error
	switch {
	case v.preflight:
		err = program.Preflight(ctx, v.exchange, v.world, trace, refusal)
	case refusal != nil:
		err = program.Refuse(ctx, v.exchange, v.world, trace, refusal)
	default:
		err = program.Run(ctx, v.exchange, v.world, trace)
	}
	if seen != nil {
		seen.Add(v.steps(trace))
	}
	if err != nil {
		// Nobody is there to be answered; whoever still listens gets no answer that
		// nobody gave.
		logged.finish(0, errors.Join(errClientLeft, err))
		panic(http.ErrAbortHandler)
	}
	written, stream, err := v.respond(logged)
	if stream != nil {
		written, err = v.pass(stream)
	}
	logged.finish(written, err)
	if err != nil {
		// What was promised cannot be kept, and an orderly end would look like a whole
		// answer.
		panic(http.ErrAbortHandler)
	}
}

var errClientLeft = errors.New("the client has left")

// respond writes the response to the caller. Where its body is a stream, that is returned: it
// passes piece by piece, or when it is complete.
func (v *visit) respond(logged *record) (written int64, rest io.ReadCloser, err error) {
	response := v.exchange.Response
	target := v.w.Header()
	for _, field := range response.Headers.Fields() {
		switch name := textproto.CanonicalMIMEHeaderKey(field.Name); {
		case name == "Content-Length" || hops.Own(name):
		case name == "Content-Type" || name == "Content-Encoding" || name == "Date":
			target[name] = field.Values // net/http adds its own, unless it finds these
		default:
			target[field.Name] = field.Values // as a policy spells it
		}
	}
	if response.Body.Consumed() {
		response.Body = nil
	}
	if response.StatusCode < http.StatusOK {
		// Not a final answer: no caller could read it.
		response.StatusCode, response.Body = http.StatusInternalServerError, nil
	}
	logged.answering(response)
	if response.StatusCode == http.StatusNoContent || response.StatusCode == http.StatusNotModified || v.r.Method == http.MethodHead {
		response.Body.Discard()
		if length := response.Headers.Get("Content-Length"); length != "" && v.r.Method == http.MethodHead {
			target.Set("Content-Length", length)
		}
		v.w.WriteHeader(response.StatusCode)
		return 0, nil, nil
	}
	stream, streams := response.Body.Stream()
	if !streams {
		data, err := response.Body.Bytes(0)
		if err != nil {
			return 0, nil, err
		}
		if len(data) > 0 || response.StatusCode == http.StatusOK {
			target.Set("Content-Length", strconv.Itoa(len(data)))
		}
		v.w.WriteHeader(response.StatusCode)
		n, err := v.w.Write(data)
		if err != nil {
			err = errors.Join(errClientLeft, err)
		}
		return int64(n), nil, err
	}
	if v.holdsBack() {
		stream = gather(stream)
	}
	if length := response.Headers.Get("Content-Length"); length != "" {
		target.Set("Content-Length", length)
	}
	v.w.WriteHeader(response.StatusCode)
	return 0, stream, nil
}

// pass hands a stream on, each piece at once.
func (v *visit) pass(stream io.ReadCloser) (written int64, err error) {
	flush := http.NewResponseController(v.w).Flush
	err = network.EachPiece(stream, func(piece []byte) error {
		n, err := v.w.Write(piece)
		written += int64(n)
		if err == nil {
			err = flush()
		}
		if err != nil {
			return errors.Join(errClientLeft, err)
		}
		return nil
	})
	if err != nil && v.r.Context().Err() != nil && !errors.Is(err, errClientLeft) {
		err = errors.Join(errClientLeft, err)
	}
	return written, errors.Join(err, stream.Close())
}

// Now implements policy.Clock.
func (*visit) Now() time.Time { return time.Now() }

// Sleep implements policy.Clock.
func (*visit) Sleep(ctx context.Context, d time.Duration) error { return pause.For(ctx, d) }
