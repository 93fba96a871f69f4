package drill

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"sync"
	"time"

	"github.com/openai/openai-go/v3"
	"github.com/openai/openai-go/v3/option"

	"github.com/aoai-gateway/aoai-gateway/internal/pause"
	"github.com/aoai-gateway/aoai-gateway/sandbox/edge"
	"github.com/aoai-gateway/aoai-gateway/sandbox/network"
)

// Target is the topology that a drill is about.
type Target struct {
	// Client is OpenAI's own, made for the topology.
	Client openai.Client
	// Order replaces the faults that are in force.
	Order func(ctx context.Context, faults []network.Fault) error
	// Model is what is asked for where the script names none.
	Model string
	// Gateways are what callers can reach around the edge; only for scripts that go there.
	Gateways []Gateway
	// Progress hears how the drill goes, one call at a time; nil for nobody.
	Progress func(Progress)
}

// Gateway is the gateway of one region, with a client that asks it directly.
type Gateway struct {
	// Region is Azure's name of it, such as westeurope.
	Region string
	Client openai.Client
}

// errNoGateways says that a script goes where nothing is.
var errNoGateways = errors.New("the drill sends callers to regional gateways, and the topology has none")

// sample is one request, as its caller saw it.
type sample struct {
	at, took time.Duration
	// status is 0 for a request without an answer, which says why.
	status int
	why    string
	way    Way
}

// Way is where a request came in and who has answered it.
type Way struct {
	Location string `json:"location,omitempty"`
	// Direct says that the request went around the edge, to the gateway of this region.
	Direct string `json:"direct,omitempty"`
	// Gateway is the region of the gateway, Backend its name of the account, Model the
	// account's region.
	Gateway string `json:"gateway,omitempty"`
	Backend string `json:"backend,omitempty"`
	Model   string `json:"model,omitempty"`
}

// Run plays a script and reports what came of it. All faults end with it. A drill that is
// broken off, by the end of ctx or by a fault that could not be ordered, returns the report of
// what went before, too, if there was anything.
func Run(ctx context.Context, script Script, target Target) (_ *Report, err error) {
	if script.UsesGateways() && len(target.Gateways) == 0 {
		return nil, errNoGateways
	}
	if script.Load.Model == "" {
		script.Load.Model = target.Model
	}
	if err := target.Order(ctx, nil); err != nil {
		return nil, fmt.Errorf("ending the faults that were in force: %w", err)
	}
	defer func() {
		// Also after an interruption.
		err = errors.Join(err, target.Order(context.WithoutCancel(ctx), nil))
	}()
	r := &runner{script: script, target: target, began: time.Now()}
	outer := ctx
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	var steps sync.WaitGroup
	var failed error
	steps.Go(func() {
		if failed = r.steps(ctx); failed != nil {
			cancel()
		}
	})
	steps.Go(func() { r.watch(ctx) })
	r.load(ctx)
	ended := time.Since(r.began)
	steps.Wait()
	r.requests.Wait()
	if err := errors.Join(failed, outer.Err()); err != nil {
		err = fmt.Errorf("the drill was broken off after %.0f s: %w", ended.Seconds(), err)
		report, reportErr := newReport(script, r.samples, ended)
		if reportErr != nil {
			return nil, err // there is nothing to report
		}
		return report, err
	}
	return newReport(script, r.samples, script.duration())
}

type runner struct {
	script   Script
	target   Target
	began    time.Time
	requests sync.WaitGroup

	mu      sync.Mutex
	samples []sample
	// failures are how many of the samples failed.
	failures int
}

// until waits for a moment after the beginning.
func (r *runner) until(ctx context.Context, at time.Duration) error {
	return pause.For(ctx, time.Until(r.began.Add(at)))
}

// steps orders the faults of each step at its time.
func (r *runner) steps(ctx context.Context) error {
	for i, step := range r.script.Steps {
		if err := r.until(ctx, time.Duration(step.AtSeconds)*time.Second); err != nil {
			return err
		}
		if err := r.target.Order(ctx, step.Faults); err != nil {
			return fmt.Errorf("ordering the faults of step %d: %w", i+1, err)
		}
		r.tell(step.Note)
	}
	return nil
}

// load starts requests at their times, whatever has become of those before.
func (r *runner) load(ctx context.Context) {
	for i := 0; ; i++ {
		at := time.Duration(i) * time.Second / time.Duration(r.script.Load.RequestsPerSecond)
		if at >= r.script.duration() || r.until(ctx, at) != nil {
			return
		}
		location := ""
		if locations := r.script.Load.Locations; len(locations) > 0 {
			location = locations[i%len(locations)]
		}
		client, way := r.target.Client, Way{Location: location}
		if r.script.aroundEdge(at) {
			gateway := r.gateway(i, location)
			client, way = gateway.Client, Way{Direct: gateway.Region}
		}
		r.requests.Go(func() { r.ask(ctx, client, way) })
	}
}

// gateway is the one in the region where the caller is; elsewhere each has its turn.
func (r *runner) gateway(turn int, location string) Gateway {
	gateways := r.target.Gateways
	if at := slices.IndexFunc(gateways, func(g Gateway) bool { return g.Region == location }); at >= 0 {
		return gateways[at]
	}
	return gateways[turn%len(gateways)]
}

// ask sends one chat completion.
func (r *runner) ask(ctx context.Context, client openai.Client, way Way) {
	began := time.Now()
	s := sample{at: began.Sub(r.began), way: way}
	var response *http.Response
	options := []option.RequestOption{
		option.WithResponseInto(&response), option.WithMaxRetries(r.script.Load.ClientRetries),
		option.WithRequestTimeout(time.Duration(r.script.Load.TimeoutSeconds) * time.Second),
	}
	if way.Location != "" {
		options = append(options, option.WithHeader(edge.LocationHeader, way.Location))
	}
	_, err := client.Chat.Completions.New(ctx, openai.ChatCompletionNewParams{
		Model: r.script.Load.Model, Messages: []openai.ChatCompletionMessageParamUnion{openai.UserMessage("What is an API gateway?")},
	}, options...)
	s.took = time.Since(began)
	if response != nil {
		s.status = response.StatusCode
		s.way.Gateway, s.way.Backend, s.way.Model = response.Header.Get("x-gateway-region"), response.Header.Get("x-gateway-backend"), response.Header.Get("x-ms-region")
	}
	var refusal *openai.Error
	if err != nil && !errors.As(err, &refusal) {
		// An answer that broke off is none.
		s.status, s.why = 0, err.Error()
	}
	if err != nil && ctx.Err() != nil {
		return // the drill was broken off, and with it this request
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.samples = append(r.samples, s)
	if !s.good() {
		r.failures++
	}
}

// sortedByTime puts samples into the order in which they began.
func sortedByTime(samples []sample) []sample {
	samples = slices.Clone(samples)
	slices.SortFunc(samples, func(a, b sample) int { return int(a.at - b.at) })
	return samples
}
