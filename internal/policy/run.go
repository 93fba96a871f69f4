package policy

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/aoai-gateway/aoai-gateway/internal/policy/document"
	"github.com/aoai-gateway/aoai-gateway/internal/policy/dotnet"
	"github.com/aoai-gateway/aoai-gateway/internal/policy/exchange"
	"github.com/aoai-gateway/aoai-gateway/internal/policy/library"
)

// runner does what a policy does.
type runner func(x *Execution) error

// step is one policy in its place.
type step struct {
	kind, id       string
	scope, section string
	path           string
	document       string
	position       document.Position
	run            runner
	// detail and branches are for explain.
	detail   string
	branches []branch
}

// branch is a list of policies inside of one, with what leads to it.
type branch struct {
	label string
	steps []*step
}

// Execution is one run of a Program.
type Execution struct {
	ctx      context.Context //nolint:containedctx // an Execution lives exactly as long as one request
	program  *Program
	library  *library.Library
	world    *World
	exchange *exchange.Context
	env      library.Env
	limits   library.Limits
	trace    *Trace
	section  string

	// base is the URL that the operation's path is appended to; backend the id of
	// the entity that was chosen, or "".
	base    exchange.URL
	backend string
	// chosen says that a policy chose the backend by its id.
	chosen bool
	// counted are the counters that this request has raised.
	counted map[string]bool
	// certificate and proxy are for forward-request; "" for none.
	certificate, proxy string
	// question is what the semantic cache had no answer to; nil for none.
	question *question
	// asked is the JSON of the request, and told the usage of the answer, which several policies read.
	asked parsed
	told  usageMemo
	// passing is the stream whose usage policies wait for; nil for none.
	passing *passing
	// sent says that the request's body has gone out and was not kept.
	sent bool
	// answered runs when the backend section is done, with what came of it; atEnd
	// with what the caller gets, whatever way it came about.
	answered []func(response *exchange.Response)
	atEnd    []func(response *exchange.Response)
	// preflight says that a CORS preflight waits for a policy that answers it.
	preflight bool
}

// errEnd ends the pipeline: return-response. errCached goes on with outbound: a
// response was in the cache.
var (
	errEnd    = errors.New("the pipeline ends")
	errCached = errors.New("the response was in the cache")
)

// Run takes a request through inbound, backend and outbound, or on-error. The
// response is in the exchange's Response; it is never nil without an error. An
// error is the end of ctx only: everything else is an answer to the caller.
func (p *Program) Run(ctx context.Context, e *exchange.Context, world *World, trace *Trace) error {
	x, err := p.execution(ctx, e, world, trace)
	if err != nil {
		return err
	}
	x.sections()
	return ctx.Err()
}

// Refuse answers a request that the gateway itself refuses before any policy runs,
// such as one without a key: on-error sees it. The response is in the exchange.
func (p *Program) Refuse(ctx context.Context, e *exchange.Context, world *World, trace *Trace, refusal *Error) error {
	x, err := p.execution(ctx, e, world, trace)
	if err != nil {
		return err
	}
	x.fail(refusal)
	return ctx.Err()
}

// Preflight answers a CORS preflight: only inbound runs, and where no policy there
// answers it, the refusal does. It never reaches a backend.
func (p *Program) Preflight(ctx context.Context, e *exchange.Context, world *World, trace *Trace, refusal *Error) error {
	x, err := p.execution(ctx, e, world, trace)
	if err != nil {
		return err
	}
	err = x.run("inbound")
	switch {
	case errors.Is(err, errEnd):
	case err == nil && x.preflight:
		x.respond(&exchange.Response{StatusCode: http.StatusOK, Reason: "OK"})
	case err == nil || errors.Is(err, errCached):
		x.fail(refusal)
	default:
		x.fail(err)
	}
	return ctx.Err()
}

func (p *Program) execution(ctx context.Context, e *exchange.Context, world *World, trace *Trace) (*Execution, error) {
	if world.Clock == nil || world.Random == nil {
		return nil, errors.New("a World needs a Clock and a Random")
	}
	x := &Execution{ctx: ctx, program: p, library: p.library, world: world, exchange: e, trace: trace, base: e.API.ServiceURL, limits: world.Limits}
	if x.limits == (library.Limits{}) {
		x.limits = library.DefaultLimits()
	}
	if e.Variables == nil {
		e.Variables = make(map[string]any, 8)
	}
	x.env = library.Env{
		Exchange: e, Now: world.Clock.Now, Random: world.Random, Culture: world.Culture, BodyLimit: world.BodyLimit, Context: ctx, Limits: x.limits,
		Log: x.traceContext,
	}
	if x.env.Culture == nil {
		x.env.Culture = dotnet.Invariant()
	}
	return x, nil
}

// sections runs the pipeline.
func (x *Execution) sections() {
	err := x.run("inbound")
	if err == nil && x.preflight {
		x.respond(&exchange.Response{StatusCode: http.StatusOK, Reason: "OK"})
		err = errEnd
	}
	if err == nil {
		if x.exchange.Response == nil && !x.program.switches.NoResponseBeforeForward {
			// Documents in use look at the response before anything was forwarded.
			x.exchange.Response = &exchange.Response{StatusCode: http.StatusOK, Reason: "OK"}
		}
		err = x.run("backend")
		for _, do := range x.answered {
			do(x.exchange.Response)
		}
	}
	if err == nil || errors.Is(err, errCached) {
		if x.exchange.Response == nil {
			x.exchange.Response = &exchange.Response{StatusCode: http.StatusOK, Reason: "OK"}
		}
		err = x.run("outbound")
	}
	if err != nil && !errors.Is(err, errEnd) {
		x.fail(err)
	}
	for _, do := range x.atEnd {
		do(x.exchange.Response)
	}
}

// respond replaces the response; the body of the old one is given up.
func (x *Execution) respond(response *exchange.Response) {
	if old := x.exchange.Response; old != nil && (response == nil || old.Body != response.Body) {
		old.Body.Discard()
	}
	x.exchange.Response = response
}

// fail runs on-error. An error in on-error itself is answered as if there were no
// on-error: the documents do not say what the service does.
func (x *Execution) fail(err error) {
	f := x.asFailure(err)
	x.exchange.LastError = &f.Failure
	if !f.answered {
		x.respond(f.answer(x.exchange.RequestID))
	}
	x.traceFailure(f)
	err = x.run("on-error")
	if err == nil || errors.Is(err, errEnd) {
		return
	}
	again := x.asFailure(err)
	x.exchange.LastError = &again.Failure
	x.respond(again.answer(x.exchange.RequestID))
	x.traceFailure(again)
}

func (x *Execution) asFailure(err error) *Error {
	var f *Error
	if errors.As(err, &f) {
		return f
	}
	return &Error{Failure: failure(x.section, "", err.Error()), cause: err}
}

func (x *Execution) run(section string) error {
	x.section = section
	x.traceSection(section)
	steps := x.program.sections[section]
	if section == "inbound" && x.isPreflight() {
		// Of a preflight only cors policies are evaluated (Microsoft's reference of cors).
		if cors := slices.DeleteFunc(slices.Clone(steps), func(s *step) bool { return s.kind != "cors" }); len(cors) > 0 {
			steps = cors
		}
	}
	return x.steps(steps)
}

// isPreflight tells a browser's question from a call of an operation that answers
// OPTIONS itself.
func (x *Execution) isPreflight() bool {
	r := x.exchange.Request
	return r.Method == http.MethodOptions && r.Headers.Has("Origin") && r.Headers.Has("Access-Control-Request-Method") && x.exchange.Operation.Method != http.MethodOptions
}

// steps runs policies in their order, up to the first that fails or ends the
// pipeline.
func (x *Execution) steps(steps []*step) error {
	for _, s := range steps {
		if err := x.ctx.Err(); err != nil {
			return &Error{Failure: failure(s.kind, reasonClientLeft, err.Error()), cause: err}
		}
		if x.trace != nil {
			x.trace.enter(x, s)
		}
		err := s.run(x)
		if err != nil {
			err = x.placed(s, err)
		}
		if x.trace != nil {
			x.trace.leave(err)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// placed says where an error came from, once: the innermost policy knows.
func (x *Execution) placed(s *step, err error) error {
	if errors.Is(err, errEnd) || errors.Is(err, errCached) {
		return err
	}
	var f *Error
	if !errors.As(err, &f) {
		f = &Error{Failure: failure(s.kind, "", err.Error()), cause: err}
	}
	if f.Scope == "" {
		if f.Source == "" {
			f.Source = s.kind
		}
		f.Scope, f.Section, f.PolicyID = s.scope, x.section, s.id
		f.Path = strings.TrimPrefix(s.path, "/")
	}
	return f
}

// now is the time.
func (x *Execution) now() time.Time { return x.world.Clock.Now() }

func quoteJSON(v any) string {
	data, err := json.Marshal(v)
	if err != nil {
		return `""`
	}
	return string(data)
}
