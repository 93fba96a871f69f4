package edge

import (
	"context"
	"net/http"
	"net/http/httptrace"
	"slices"
	"sync"
	"time"

	"github.com/google/uuid"

	"github.com/aoai-gateway/aoai-gateway/internal/pause"
	"github.com/aoai-gateway/aoai-gateway/sandbox/deployed"
	"github.com/aoai-gateway/aoai-gateway/sandbox/internal/turns"
)

// FrontDoor is the data plane of one Front Door profile, at all of its edge locations.
type FrontDoor struct {
	id      string
	options Options

	mu      sync.Mutex
	held    *deployed.Picture
	profile *profile
	// views are what each location knows of each group.
	views map[viewOf]*view
	// probes are those that go on.
	probes *probers[probeAt]
	limits *limits
}

// viewOf says whose view it is, and of what: group is an ARM id.
type viewOf struct{ location, group string }

// probeAt is where a probe is sent from, and whom it asks: origin is an ARM id.
type probeAt struct{ location, origin string }

// probed is all that a probe is made of: whatever changes in it starts the probe anew.
type probed struct {
	host, hostHeader string
	link             deployed.OriginLink
	probe            deployed.Probe
	sampleSize       int
	latency          time.Duration
}

// view is a group in the eyes of one location.
type view struct {
	mu     sync.Mutex
	health map[string]*health
	turns  turns.Weighted
}

// NewFrontDoor is the data plane of a profile.
func NewFrontDoor(id string, options Options) *FrontDoor {
	return &FrontDoor{id: id, options: options, views: map[viewOf]*view{}, probes: newProbers[probeAt](), limits: newLimits()}
}

// Close ends all probes.
func (f *FrontDoor) Close() { f.probes.close() }

// Hosts are those under which the profile answers. Custom domains are not among them.
func (f *FrontDoor) Hosts() ([]string, error) {
	p, err := f.current()
	if err != nil || p == nil {
		return nil, err
	}
	var hosts []string
	for _, each := range p.Endpoints {
		hosts = append(hosts, each.Host)
	}
	return hosts, nil
}

// current is the profile as it is deployed now; nil where it is gone.
func (f *FrontDoor) current() (*profile, error) {
	held, err := f.options.Picture()
	if err != nil {
		return nil, err
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if held != f.held {
		f.held, f.profile = held, newProfile(held.FrontDoor(f.id), f.options)
	}
	return f.profile, nil
}

// RefreshProbes starts the probes of what is deployed, and ends all others.
func (f *FrontDoor) RefreshProbes() error {
	f.mu.Lock()
	f.held = nil // where hosts stand may have become known
	f.mu.Unlock()
	p, err := f.current()
	if err != nil {
		return err
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	wanted := map[probeAt]bool{}
	if p != nil {
		for _, location := range p.locations {
			for _, g := range p.Groups {
				f.probeGroup(p, location, g, wanted)
			}
		}
	}
	f.probes.keep(wanted)
	f.forget(p)
	return nil
}

// forget drops what was known of origins and groups that are gone: who comes back begins
// anew. The lock is held.
func (f *FrontDoor) forget(p *profile) {
	for key, v := range f.views {
		at := -1
		if p != nil {
			at = slices.IndexFunc(p.Groups, func(g *deployed.OriginGroup) bool { return g.ID == key.group })
		}
		if at < 0 {
			delete(f.views, key)
			continue
		}
		g := p.Groups[at]
		v.mu.Lock()
		for id := range v.health {
			if !slices.ContainsFunc(g.Origins, func(o deployed.Origin) bool { return o.ID == id }) {
				delete(v.health, id)
				v.turns.Forget(id)
			}
		}
		v.mu.Unlock()
	}
}

// probeGroup starts the probes of one location that are not going on yet. The lock is
// held.
func (f *FrontDoor) probeGroup(p *profile, location Location, g *deployed.OriginGroup, wanted map[probeAt]bool) {
	for _, o := range g.Origins {
		if !o.Enabled || g.Probe == nil {
			continue
		}
		at := probeAt{location.Name, o.ID}
		wanted[at] = true
		of := probed{o.Host, o.HostHeader, o.Link, *g.Probe, g.SampleSize, location.latency(f.options.Region(o.Host))}
		h := f.view(location.Name, g.ID).of(o.ID)
		send := f.sender(o, p.address(location.Name))
		f.probes.begin(at, of, g.Probe.Interval, func(life context.Context) { f.probe(life, send, location, g, o, h) })
	}
}

// view is what a location knows of a group. The lock is held.
func (f *FrontDoor) view(location, groupID string) *view {
	key := viewOf{location, groupID}
	held := f.views[key]
	if held == nil {
		held = &view{health: map[string]*health{}}
		f.views[key] = held
	}
	return held
}

// of is the health of an origin.
func (v *view) of(originID string) *health {
	v.mu.Lock()
	defer v.mu.Unlock()
	held := v.health[originID]
	if held == nil {
		held = &health{}
		v.health[originID] = held
	}
	return held
}

// probeTimeout is how long a probe may take; Front Door's is not documented.
const probeTimeout = 10 * time.Second

// probe asks an origin once. Only 200 is healthy. Latency is what the way takes and the
// origin needs to answer. Source: Front Door's page on health probes, by which the time to
// connect counts, too: on this machine that says nothing of the way.
func (f *FrontDoor) probe(life context.Context, send http.RoundTripper, location Location, g *deployed.OriginGroup, o deployed.Origin, h *health) {
	ctx, cancel := context.WithTimeout(life, probeTimeout)
	defer cancel()
	scheme := "https://"
	if g.Probe.OverHTTP {
		scheme = "http://"
	}
	request, err := http.NewRequestWithContext(ctx, g.Probe.Method, scheme+o.Host+g.Probe.Path, nil)
	if err != nil {
		h.add(false, 0, g.SampleSize)
		return
	}
	if o.HostHeader != "" {
		request.Host = o.HostHeader
	}
	request.Header.Set("User-Agent", "Edge Health Probe")
	request.Header.Set("X-FD-HealthProbe", "1")
	way := location.latency(f.options.Region(o.Host))
	connected := time.Now()
	ok := pause.For(ctx, way) == nil
	if ok {
		request = request.WithContext(httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{GotConn: func(httptrace.GotConnInfo) { connected = time.Now() }}))
		var response *http.Response
		response, err = send.RoundTrip(request)
		if ok = err == nil; ok {
			ok = drain(response) == nil && response.StatusCode == http.StatusOK
		}
	}
	if life.Err() != nil {
		return // this probe is wanted no more, and says nothing
	}
	h.add(ok, way+time.Since(connected), g.SampleSize)
}

// add notes how a probe ended.
func (h *health) add(ok bool, took time.Duration, size int) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.samples = append(h.samples, ok)
	h.samples = h.samples[max(0, len(h.samples)-size):]
	if ok {
		h.latencies = append(h.latencies, took)
		h.latencies = h.latencies[max(0, len(h.latencies)-size):]
	}
}

// healthy reports whether enough of the last samples succeeded. Samples that are not
// there yet count as assumed.
func (h *health) healthy(size, required int, assumed bool) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	good := 0
	if assumed {
		good = size - len(h.samples)
	}
	for _, ok := range h.samples[max(0, len(h.samples)-size):] {
		if ok {
			good++
		}
	}
	return good >= required
}

// latency is the mean of what successful probes took.
func (h *health) latency() time.Duration {
	h.mu.Lock()
	defer h.mu.Unlock()
	if len(h.latencies) == 0 {
		return 0
	}
	total := time.Duration(0)
	for _, each := range h.latencies {
		total += each
	}
	return total / time.Duration(len(h.latencies))
}

// candidates are a group's origins as a location sees them.
func (f *FrontDoor) candidates(v *view, location Location, g *deployed.OriginGroup) []candidate {
	list := make([]candidate, len(g.Origins))
	for i, o := range g.Origins {
		h := v.of(o.ID)
		// An origin that nobody probes is as far as it is.
		latency := h.latency()
		if latency == 0 {
			latency = location.latency(f.options.Region(o.Host))
		}
		list[i] = candidate{o, g.Probe == nil || h.healthy(g.SampleSize, g.Required, !f.options.Switches.NewOriginsUnhealthy), latency}
	}
	return list
}

// State is what each location has found out.
func (f *FrontDoor) State() []State {
	p, err := f.current()
	if err != nil || p == nil {
		return nil
	}
	var states []State
	for _, e := range p.Endpoints {
		for _, location := range p.locations {
			state := State{Edge: e.Host, Kind: "front-door", Location: location.Name}
			for _, g := range p.Groups {
				if !slices.ContainsFunc(e.Routes, func(r deployed.Route) bool { return r.Group == g }) {
					continue
				}
				f.mu.Lock()
				v := f.view(location.Name, g.ID)
				f.mu.Unlock()
				for _, c := range f.candidates(v, location, g) {
					state.Origins = append(state.Origins, OriginState{
						Name: c.Name, Host: c.Host, Enabled: c.Enabled, Healthy: c.healthy, Priority: c.Priority, Weight: c.Weight,
						LatencyMS: float64(c.latency.Microseconds()) / 1000, Requests: v.of(c.ID).sent(), Link: c.Link,
					})
				}
			}
			states = append(states, state)
		}
	}
	return states
}

func (h *health) sent() int64 {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.requests
}

func (h *health) count() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.requests++
}

// reference is what Front Door calls a request: X-Azure-Ref.
func reference() string { return "sandbox-" + uuid.NewString() }
