package policy

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
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
	// sent says that the request's body has gone out and was not kept.
	sent bool
	// after runs when the backend section is done, whatever came of it.
	after []func(response *exchange.Response)
}

// errEnd ends the pipeline: return-response.
var errEnd = errors.New("the pipeline ends")

// Run takes a request through inbound, backend and outbound, or on-error. The
// response is in the exchange's Response; it is never nil without an error. An
// error is the end of ctx only: everything else is an answer to the caller.
func (p *Program) Run(ctx context.Context, e *exchange.Context, world *World, trace *Trace) error {
	x, _ := p.pool.Get().(*Execution)
	if x == nil {
		x = &Execution{}
	}
	defer func() {
		*x = Execution{}
		p.pool.Put(x)
	}()
	*x = Execution{ctx: ctx, program: p, library: p.library, world: world, exchange: e, trace: trace, base: e.API.ServiceURL, limits: world.Limits}
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
	x.sections()
	if err := ctx.Err(); err != nil {
		return err
	}
	return nil
}

// sections runs the pipeline.
func (x *Execution) sections() {
	err := x.run("inbound")
	if err == nil {
		err = x.run("backend")
		x.finishBackend()
	}
	if err == nil {
		if x.exchange.Response == nil {
			// Nothing was forwarded: the caller gets an empty answer.
			x.exchange.Response = &exchange.Response{StatusCode: http.StatusOK, Reason: "OK"}
		}
		err = x.run("outbound")
	}
	if err == nil || errors.Is(err, errEnd) {
		return
	}
	x.fail(err)
}

func (x *Execution) finishBackend() {
	for _, do := range x.after {
		do(x.exchange.Response)
	}
	x.after = nil
}

// fail runs on-error. An error in on-error itself is answered as if there were no
// on-error: the documents do not say what the service does.
func (x *Execution) fail(err error) {
	f := x.asFailure(err)
	x.exchange.LastError = &f.Failure
	x.exchange.Response = f.answer(x.exchange.RequestID)
	x.traceFailure(f)
	err = x.run("on-error")
	if err == nil || errors.Is(err, errEnd) {
		return
	}
	again := x.asFailure(err)
	x.exchange.LastError = &again.Failure
	x.exchange.Response = again.answer(x.exchange.RequestID)
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
	return x.steps(x.program.sections[section])
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
	if errors.Is(err, errEnd) {
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
