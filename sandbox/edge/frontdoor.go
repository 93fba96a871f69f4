package edge

import (
	"context"
	"net/http"
	"net/http/httptrace"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/google/uuid"

	"github.com/aoai-gateway/aoai-gateway/sandbox/azure"
)

// FrontDoor is the data plane of one Front Door profile, at all of its edge locations.
type FrontDoor struct {
	id      string
	options Options

	mu      sync.Mutex
	held    *azure.Snapshot
	profile *profile
	// views are what each location knows of each group.
	views map[string]*view
	// probes are those that go on, by location and origin.
	probes *probers
	limits *limits
}

// view is a group in the eyes of one location.
type view struct {
	mu     sync.Mutex
	health map[string]*health
	turns  turns
}

// NewFrontDoor is the data plane of a profile.
func NewFrontDoor(id string, options Options) *FrontDoor {
	return &FrontDoor{id: id, options: options, views: map[string]*view{}, probes: newProbers(), limits: newLimits()}
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
	for _, each := range p.endpoints {
		hosts = append(hosts, each.host)
	}
	return hosts, nil
}

// current is the profile as it is deployed now; nil where it is gone.
func (f *FrontDoor) current() (*profile, error) {
	held, err := f.options.Snapshot()
	if err != nil {
		return nil, err
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if held != f.held {
		f.held, f.profile = held, readProfile(held, f.id, f.options)
	}
	return f.profile, nil
}

// Follow keeps the probes those of what is deployed.
func (f *FrontDoor) Follow() error {
	f.mu.Lock()
	f.held = nil // where hosts stand may have become known
	f.mu.Unlock()
	p, err := f.current()
	if err != nil {
		return err
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	wanted := map[string]bool{}
	if p != nil {
		for _, location := range p.locations {
			for _, g := range p.groups {
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
		_, groupID, _ := strings.Cut(key, "\n")
		var g *group
		if p != nil {
			g = p.groups[groupID]
		}
		if g == nil {
			delete(f.views, key)
			continue
		}
		v.mu.Lock()
		for id := range v.health {
			if !slices.ContainsFunc(g.origins, func(o origin) bool { return o.id == id }) {
				delete(v.health, id)
				delete(v.turns.running, id)
			}
		}
		v.mu.Unlock()
	}
}

// probeGroup starts the probes of one location that are not going on yet. The lock is
// held.
func (f *FrontDoor) probeGroup(p *profile, location Location, g *group, wanted map[string]bool) {
	for _, o := range g.origins {
		key := location.Name + "\n" + o.id
		if !o.enabled || g.interval == 0 {
			continue
		}
		wanted[key] = true
		// Whatever changes in a probe starts it anew.
		of := o.host + o.hostHeader + g.path + g.method + g.interval.String() + strconv.Itoa(g.sampleSize) + strconv.FormatBool(g.probesOverHTTP) + location.latency(f.options.Region(o.host)).String()
		h := f.view(location.Name, g.id).of(o.id)
		send := f.options.From(p.address(location.Name))
		f.probes.begin(key, of, g.interval, func(life context.Context) { f.probe(life, send, location, g, o, h) })
	}
}

// view is what a location knows of a group. The lock is held.
func (f *FrontDoor) view(location, groupID string) *view {
	key := location + "\n" + groupID
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
func (f *FrontDoor) probe(life context.Context, send http.RoundTripper, location Location, g *group, o origin, h *health) {
	ctx, cancel := context.WithTimeout(life, probeTimeout)
	defer cancel()
	scheme := "https://"
	if g.probesOverHTTP {
		scheme = "http://"
	}
	request, err := http.NewRequestWithContext(ctx, g.method, scheme+o.host+g.path, nil)
	if err != nil {
		h.add(false, 0, g.sampleSize)
		return
	}
	if o.hostHeader != "" {
		request.Host = o.hostHeader
	}
	request.Header.Set("User-Agent", "Edge Health Probe")
	request.Header.Set("X-FD-HealthProbe", "1")
	way := location.latency(f.options.Region(o.host))
	connected := time.Now()
	ok := travel(ctx, way) == nil
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
	h.add(ok, way+time.Since(connected), g.sampleSize)
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
func (f *FrontDoor) candidates(v *view, location Location, g *group) []candidate {
	list := make([]candidate, len(g.origins))
	for i, o := range g.origins {
		h := v.of(o.id)
		// An origin that nobody probes is as far as it is.
		latency := h.latency()
		if latency == 0 {
			latency = location.latency(f.options.Region(o.host))
		}
		list[i] = candidate{o, g.interval == 0 || h.healthy(g.sampleSize, g.required, !f.options.Switches.NewOriginsUnhealthy), latency}
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
	for _, e := range p.endpoints {
		for _, location := range p.locations {
			state := State{Edge: e.host, Kind: "front-door", Location: location.Name}
			for _, g := range p.groups {
				if !slices.ContainsFunc(e.routes, func(r route) bool { return r.group == g.id }) {
					continue
				}
				f.mu.Lock()
				v := f.view(location.Name, g.id)
				f.mu.Unlock()
				for _, c := range f.candidates(v, location, g) {
					state.Origins = append(state.Origins, OriginState{
						Name: c.name, Host: c.host, Enabled: c.enabled, Healthy: c.healthy, Priority: c.priority, Weight: c.weight,
						LatencyMS: float64(c.latency.Microseconds()) / 1000, Requests: v.of(c.id).sent(),
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
