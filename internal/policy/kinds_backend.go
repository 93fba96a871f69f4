package policy

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/aoai-gateway/aoai-gateway/internal/policy/exchange"
	"github.com/aoai-gateway/aoai-gateway/internal/suggest"
)

// backendKinds choose and call backends, and other services.
func backendKinds() []*kind {
	send := []attribute{may("mode", oneOf("new", "copy")), may("timeout", wholeNumber())}
	const (
		fabric = "there is no Service Fabric"
		dapr   = "there is no Dapr"
	)
	parts := []child{
		{name: "set-url", content: requiredText},
		{name: "set-method", content: requiredText},
		{name: "set-header", many: true, policy: true},
		{name: "set-body", policy: true},
		{name: "authentication-certificate", policy: true},
		{name: "authentication-token", policy: true},
		{name: "authentication-token-store", policy: true},
		{name: "authentication-managed-identity", policy: true},
		{name: "authentication-basic", policy: true},
		{name: "proxy", policy: true},
	}
	return []*kind{
		{name: "set-backend-service", sections: in("inbound", "backend"), attributes: []attribute{
			may("base-url", text()), may("backend-id", text()),
			may("sf-resolve-condition", boolean()).beyond(fabric), may("sf-service-instance-name", text()).beyond(fabric), may("sf-partition-key", text()).beyond(fabric),
			may("sf-listener-name", text()).beyond(fabric), may("sf-replica-type", oneOf("primary", "secondary")).beyond(fabric),
			may("dapr-app-id", text()).beyond(dapr), may("dapr-method", text()).beyond(dapr), may("dapr-namespace", text()).beyond(dapr),
		}, compile: setBackendService},
		{name: "forward-request", sections: in("backend"), attributes: []attribute{
			may("timeout", wholeNumber()), may("timeout-ms", wholeNumber()), may("continue-timeout", wholeNumber()), may("http-version", oneOf("1", "2or1", "2")).fixed(),
			may("follow-redirects", boolean()), may("buffer-request-body", boolean()).fixed(), may("buffer-response", boolean()).fixed(), may("fail-on-error-status-code", boolean()).fixed(),
		}, compile: forwardRequest},
		{
			name: "send-request", sections: all(), children: parts, compile: sendRequest,
			attributes: append(slices.Clone(send), may("timeout-ms", wholeNumber()).undocumented(), may("response-variable-name", text()).fixed(), may("ignore-error", boolean()).fixed(), may("buffer-response", boolean()).fixed(), may("fail-on-error-status-code", boolean()).fixed()),
		},
		{name: "send-one-way-request", sections: all(), attributes: send, children: parts, compile: sendOneWay},
		{name: "proxy", sections: in("inbound"), attributes: []attribute{need("url", text()), may("username", text()), may("password", text())}, compile: proxy},
	}
}

func setBackendService(c *elementCompilation) runner {
	base, id := c.get("base-url"), c.get("backend-id")
	c.step.detail = describe(base) + describe(id)
	switch {
	case base == nil && id == nil:
		c.note(c.element.Position(), Refused, "missing-attribute", "<set-backend-service> needs base-url or backend-id")
	case base != nil && id != nil:
		c.note(c.element.Position(), Refused, "attribute", "<set-backend-service> takes base-url or backend-id, not both")
	case id != nil && id.compiled == nil && c.options.Backends != nil && !slices.Contains(c.options.Backends, id.text):
		c.note(id.at(0), Refused, "unknown-backend", "there is no backend '%s'%s", id.text, suggest.Phrase(id.text, c.options.Backends))
	case base != nil && base.compiled == nil && !c.failed && !strings.Contains(base.text, "{{"):
		if _, err := exchange.ParseURL(strings.TrimSpace(base.text)); err != nil {
			c.note(base.at(0), Refused, "value", "base-url: %v", err)
		}
	}
	c.lintShared()
	c.backendChosen = true
	return func(x *Execution) error {
		if id != nil {
			name, err := id.required(x, "backend-id")
			if err != nil {
				return err
			}
			x.backend, x.chosen = strings.TrimSpace(name), true
			x.tell("backend %s", x.backend)
			return nil
		}
		text, err := base.required(x, "base-url")
		if err != nil {
			return err
		}
		url, err := exchange.ParseURL(strings.TrimSpace(text))
		if err != nil {
			return invalidValue("The base-url is not a valid absolute URL.")
		}
		if x.chosen {
			// A backend that was chosen by its id is only replaced by another id
			// (Microsoft's reference of set-backend-service, usage notes).
			x.tell("%s is not taken: the backend %s was chosen by its id", strings.TrimSpace(text), x.backend)
			return nil
		}
		x.backend = ""
		if x.world.Backends != nil {
			// A backend entity of the same URL is used by itself, with its breaker.
			x.backend = x.world.Backends.ByURL(strings.TrimSpace(text))
		}
		x.rebase(url)
		x.tell("%s", x.exchange.Request.URL.Base())
		return nil
	}
}

// rebase moves the request to another base URL; the operation's path and the
// query stay.
func (x *Execution) rebase(base exchange.URL) {
	url := &x.exchange.Request.URL
	relative := strings.TrimPrefix(url.Path, strings.TrimSuffix(x.base.Path, "/"))
	url.Scheme, url.Host, url.Port = base.Scheme, base.Host, base.Port
	url.Path = joinPath(base.Path, relative)
	x.base = base
}

// defaultForwardTimeout is how long forward-request waits for the headers of the
// response (Microsoft's reference of forward-request).
const defaultForwardTimeout = 300 * time.Second

// forwarding are the settings of a forward-request.
type forwarding struct {
	timeout, timeoutMS, redirects *value
	version                       string
	bufferRequest, bufferResponse bool
	failOnStatus                  bool
}

func forwardRequest(c *elementCompilation) runner {
	f := &forwarding{
		timeout: c.get("timeout"), timeoutMS: c.get("timeout-ms"), redirects: c.get("follow-redirects"), version: c.literal("http-version", "1"),
		bufferRequest: c.flag("buffer-request-body", false), bufferResponse: c.flag("buffer-response", true), failOnStatus: c.flag("fail-on-error-status-code", false),
	}
	if f.timeout != nil && f.timeoutMS != nil {
		c.note(c.element.Position(), Refused, "attribute", "<forward-request> takes timeout or timeout-ms, not both")
	}
	c.lintForward(f)
	return f.run
}

func (b *compilation) defaultForward() *step {
	f := &forwarding{version: "1", bufferResponse: true}
	return &step{kind: "forward-request", scope: string(Global), section: "backend", path: "forward-request[1]", document: string(Global), run: f.run}
}

func (f *forwarding) run(x *Execution) error {
	call := &Call{ToBackend: true, Timeout: Timeout{After: defaultForwardTimeout, Covers: Headers}, BufferResponse: f.bufferResponse, HTTPVersion: f.version}
	var err error
	switch {
	case f.timeoutMS != nil:
		var n float64
		n, err = f.timeoutMS.number(x, 0)
		call.Timeout.After = time.Duration(n * float64(time.Millisecond))
	case f.timeout != nil:
		call.Timeout.After, err = f.timeout.seconds(x, 0)
	}
	if err != nil {
		return err
	}
	if call.FollowRedirects, err = f.redirects.boolean(x, false); err != nil {
		return err
	}
	if x.world.Sender == nil {
		return missingWorld("a network")
	}
	response, err := x.attempt(call, f.bufferRequest)
	if err != nil {
		return err
	}
	x.respond(response)
	if f.failOnStatus && response.StatusCode >= 400 {
		return &Error{answered: true, Failure: failure("forward-request", "", "Backend service returned HTTP status code "+quoteJSON(response.StatusCode)+"."), Status: response.StatusCode, Public: response.Reason}
	}
	return nil
}

// outgoing is the request as it goes out. Its body is kept only where somebody
// buffered it: by the attribute, or by reading it.
func (x *Execution) outgoing(keep bool) (*exchange.Request, error) {
	request := *x.exchange.Request
	request.Headers = x.exchange.Request.Headers.Clone()
	body := x.exchange.Request.Body
	switch {
	case body == nil:
	case x.sent:
		return nil, &Error{Failure: failure("forward-request", reasonConnection, "The request body has been sent before and was not kept: a retry needs buffer-request-body=\"true\".")}
	case body.Consumed():
		request.Body = nil
	case keep || !body.Streaming():
		if _, err := body.Bytes(x.world.BodyLimit); err != nil {
			return nil, err
		}
		data, _ := body.Bytes(0)
		request.Body = exchange.NewBody(data)
	default:
		stream, _ := body.Stream()
		request.Body = exchange.NewStream(stream)
		x.sent = true
	}
	return &request, nil
}

// attempt sends the request to the chosen backend and reports how that went.
func (x *Execution) attempt(call *Call, keepBody bool) (*exchange.Response, error) {
	var target *Target
	if x.backend != "" {
		if x.world.Backends == nil {
			return nil, missingWorld("the backend " + x.backend)
		}
		var err error
		target, err = x.world.Backends.Choose(x.ctx, x.backend)
		switch {
		case errors.Is(err, ErrUnavailable) && x.program.switches.UnavailableIsError:
			return nil, &Error{Failure: failure("forward-request", "", "The backend is unavailable: its circuit breaker is open."), Status: http.StatusServiceUnavailable, Public: http.StatusText(http.StatusServiceUnavailable)}
		case errors.Is(err, ErrUnavailable):
			return x.unavailable(), nil
		case err != nil:
			return nil, &Error{Failure: failure("forward-request", reasonConnection, "backend "+x.backend+": "+err.Error()), cause: err}
		}
		x.exchange.Backend = &target.Backend
		x.rebase(target.URL)
	}
	// The body is taken once it is known that somebody gets it.
	var err error
	if call.Request, err = x.outgoing(keepBody); err != nil {
		return nil, err
	}
	if target != nil {
		for _, field := range target.Headers.Fields() {
			call.Request.Headers.Set(field.Name, field.Values...)
		}
	}
	call.Certificate, call.Proxy = x.certificate, x.proxy
	x.tell("%s %s", call.Request.Method, call.Request.URL)
	response, err := x.world.Sender.Send(x.ctx, call)
	if target != nil {
		x.world.Backends.Report(x.ctx, target, response, err)
	}
	if err != nil {
		return nil, transportFailure(err)
	}
	x.tell("answered %d", response.StatusCode)
	return response, nil
}

// unavailable is what a tripped backend answers: 503.
func (x *Execution) unavailable() *exchange.Response {
	reason := x.program.switches.PoolExhaustedReason
	if reason == "" {
		reason = http.StatusText(http.StatusServiceUnavailable)
	}
	x.tell("all breakers are open: 503 %s", reason)
	return &exchange.Response{StatusCode: http.StatusServiceUnavailable, Reason: reason}
}

func transportFailure(err error) *Error {
	reason := reasonConnection
	if errors.Is(err, context.DeadlineExceeded) {
		reason = reasonTimeout
	}
	return &Error{Failure: failure("", reason, err.Error()), cause: err}
}
