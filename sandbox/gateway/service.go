// Package gateway is the data plane of API Management: it takes requests through the
// policies, backends, products and keys that the control plane holds, as the
// service's own gateways do.
package gateway

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"sync"

	"github.com/aoai-gateway/aoai-gateway/internal/arm"
	"github.com/aoai-gateway/aoai-gateway/internal/policy"
	"github.com/aoai-gateway/aoai-gateway/internal/policy/library"
	"github.com/aoai-gateway/aoai-gateway/internal/policy/vectors"
	"github.com/aoai-gateway/aoai-gateway/sandbox/deployed"
	"github.com/aoai-gateway/aoai-gateway/sandbox/telemetry"
)

// Options are what the gateways of a service need from the world.
type Options struct {
	// ServiceID is the ARM id of the service.
	ServiceID string
	// Picture is what is deployed.
	Picture func() (*deployed.Picture, error)
	// Transport carries requests to public names; From does so from an address of the
	// service in a region, nil for any.
	Transport http.RoundTripper
	From      func(region, address string) http.RoundTripper
	// Identity gets tokens for managed identities of the service.
	Identity TokenSource
	// Telemetry takes logs, metrics and traces.
	Telemetry telemetry.Sink
	Cache     CacheBehaviour
	// Random gives numbers from 0 to 1, for policies.
	Random library.Random
	// Compiler compiles policies; it is shared by all services.
	Compiler *policy.Compiler
	Switches policy.Switches
}

// Service is the data plane of one API Management service, in all its regions.
type Service struct {
	options   Options
	transport http.RoundTripper
	keys      *keys
	tokens    *tokens
	events    *events
	// background are requests that nobody waits for. They end with life, and so with
	// the service.
	background sync.WaitGroup
	life       context.Context //nolint:containedctx // a Service lives as long as it
	end        context.CancelFunc

	mu      sync.Mutex
	held    *deployed.Picture
	config  *config
	regions map[string]*region
}

// mostVectors is how many answers the semantic cache of a region keeps.
const mostVectors = 2000

// region is what the units of one region have in common.
type region struct {
	name, display string
	// transport sends from the region's own address.
	transport http.RoundTripper
	cache     *cache
	// vectors stand in for what the external cache keeps.
	vectors  *vectors.Index
	counters *counters
	mu       sync.Mutex
	units    []*unit
}

// New is the data plane of a service.
func New(options Options) *Service {
	s := &Service{options: options, transport: options.Transport, keys: newKeys(options.Transport), regions: map[string]*region{}}
	s.life, s.end = context.WithCancel(context.Background())
	s.tokens = newTokens(options.Identity)
	s.events = newEvents(s)
	return s
}

// Close ends what goes on in the background.
func (s *Service) Close() {
	s.end()
	s.events.done.Wait()
	s.background.Wait()
}

// Flush waits until all that policies have logged so far is written, or ctx ends.
func (s *Service) Flush(ctx context.Context) error { return s.events.flush(ctx) }

// beyond is a context that outlives the request and ends with the service.
func (s *Service) beyond(ctx context.Context) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancel(context.WithoutCancel(ctx))
	stop := context.AfterFunc(s.life, cancel)
	return ctx, func() { stop(); cancel() }
}

// later does something that nobody waits for; it ends with the service.
func (s *Service) later(ctx context.Context, do func(ctx context.Context)) {
	ctx, cancel := s.beyond(ctx)
	s.background.Go(func() {
		defer cancel()
		do(ctx)
	})
}

// Regions are where the service has gateways that are on, the first of them its own
// location.
func (s *Service) Regions() ([]string, error) {
	c, err := s.current()
	if err != nil {
		return nil, err
	}
	names := make([]string, 0, len(c.service.Regions))
	for _, each := range c.service.Regions {
		if !each.Disabled {
			names = append(names, each.Name)
		}
	}
	return names, nil
}

// current is the configuration as it is deployed now.
func (s *Service) current() (*config, error) {
	held, err := s.options.Picture()
	if err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if held == s.held {
		return s.config, nil
	}
	made, err := newConfig(held, s.options)
	if err != nil {
		return nil, fmt.Errorf("reading the configuration of the service: %w", err)
	}
	if s.config != nil {
		made.reuse(s.config)
	}
	s.held, s.config = held, made
	return made, nil
}

// Handler answers at the gateways of one region.
func (s *Service) Handler(regionName string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if path := strings.TrimSuffix(r.URL.Path, "/"); path == arm.StatusPath {
			w.WriteHeader(http.StatusOK)
			return
		}
		c, err := s.current()
		if err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
		location := c.service.Region(regionName)
		if location == nil || location.Disabled {
			http.Error(w, "The gateway in "+regionName+" is switched off.", http.StatusServiceUnavailable)
			return
		}
		here := s.region(location)
		(&request{service: s, config: c, region: here, unit: here.unit(location.Units, r.RemoteAddr), w: w, r: r}).serve(r.Context())
	})
}

// region is the state of a region, made when it is first asked.
func (s *Service) region(l *deployed.Region) *region {
	s.mu.Lock()
	defer s.mu.Unlock()
	held := s.regions[l.Name]
	if held == nil {
		// That context.Deployment.Region is the display name follows from Microsoft's
		// samples; it was not measured.
		held = &region{name: l.Name, display: arm.DisplayName(l.Name), transport: s.transport, cache: newCache(s.options.Cache), vectors: vectors.New(mostVectors), counters: newCounters()}
		if s.options.From != nil {
			held.transport = s.options.From(l.Name, l.Address)
		}
		s.regions[l.Name] = held
	}
	return held
}
