package edge

import (
	"context"
	"errors"
	"fmt"
	"hash/fnv"
	"net/http"
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/google/uuid"

	"github.com/aoai-gateway/aoai-gateway/sandbox/deployed"
	"github.com/aoai-gateway/aoai-gateway/sandbox/network"
	"github.com/aoai-gateway/aoai-gateway/sandbox/recent"
)

// ApplicationGateway is the data plane of one Application Gateway. It has as many
// instances as its least; each takes turns for itself.
type ApplicationGateway struct {
	id      string
	options Options

	mu        sync.Mutex
	instances []*instance
	probes    *probers[memberAt]
	limits    *limits
}

// memberAt is a member in the eyes of an instance.
type memberAt struct {
	instance int
	member   string
}

// gatewayProbed is all that a probe is made of: whatever changes in it starts the probe
// anew.
type gatewayProbed struct {
	probe   deployed.GatewayProbe
	address netip.Addr
	byHTTP  bool
}

// instance is one of a gateway's.
type instance struct {
	mu     sync.Mutex
	turn   int
	health map[string]*memberHealth
}

// memberHealth is a backend in the eyes of one instance: it is unhealthy until a probe
// has succeeded, and then until enough in a row have failed. Source: Application
// Gateway's page on health probes.
type memberHealth struct {
	mu       sync.Mutex
	healthy  bool
	failed   int
	latency  time.Duration
	requests int64
}

// NewApplicationGateway is the data plane of a gateway.
func NewApplicationGateway(id string, options Options) *ApplicationGateway {
	return &ApplicationGateway{id: id, options: options, probes: newProbers[memberAt](), limits: newLimits()}
}

// Close ends all probes.
func (g *ApplicationGateway) Close() { g.probes.close() }

// Host is where the gateway answers, and whether it does so over HTTP and HTTPS; "" where
// its address has no name.
func (g *ApplicationGateway) Host() (host string, plain, secure bool, err error) {
	c, err := g.current()
	if err != nil || c == nil {
		return "", false, false, err
	}
	return c.Host, c.HTTP, c.HTTPS, nil
}

// current is the gateway as it is deployed now; nil where it is gone.
func (g *ApplicationGateway) current() (*deployed.ApplicationGateway, error) {
	picture, err := g.options.Picture()
	if err != nil {
		return nil, err
	}
	c := picture.ApplicationGateway(g.id)
	g.mu.Lock()
	defer g.mu.Unlock()
	for c != nil && len(g.instances) < c.Instances {
		g.instances = append(g.instances, &instance{health: map[string]*memberHealth{}})
	}
	return c, nil
}

// RefreshProbes starts the probes of what is deployed, and ends all others.
func (g *ApplicationGateway) RefreshProbes() error {
	c, err := g.current()
	if err != nil {
		return err
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	wanted := map[memberAt]bool{}
	if c != nil {
		for i := range c.Instances {
			for _, member := range c.Members {
				at := memberAt{i, member}
				wanted[at] = true
				h := g.instances[i].of(member)
				g.probes.begin(at, gatewayProbed{c.Probe, c.Address, c.MembersByHTTP}, c.Probe.Interval, func(life context.Context) { g.ask(life, c, member, h) })
			}
		}
	}
	for _, gone := range g.probes.keep(wanted) {
		g.instances[gone.instance].forget(gone.member)
	}
	return nil
}

func (i *instance) of(member string) *memberHealth {
	i.mu.Lock()
	defer i.mu.Unlock()
	held := i.health[member]
	if held == nil {
		held = &memberHealth{}
		i.health[member] = held
	}
	return held
}

// forget drops what is known of a member that is gone.
func (i *instance) forget(member string) {
	i.mu.Lock()
	defer i.mu.Unlock()
	delete(i.health, member)
}

// ask sends one probe.
func (g *ApplicationGateway) ask(life context.Context, c *deployed.ApplicationGateway, member string, h *memberHealth) {
	ctx, cancel := context.WithTimeout(life, c.Probe.Timeout)
	defer cancel()
	began := time.Now()
	ok := g.answers(ctx, c, member)
	if life.Err() != nil {
		return // this probe is wanted no more, and says nothing
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	if ok {
		h.healthy, h.failed, h.latency = true, 0, time.Since(began)
		return
	}
	if h.failed++; h.failed >= c.Probe.Threshold {
		h.healthy = false
	}
}

// well reports whether a status is that of a member which is well.
func well(probe deployed.GatewayProbe, status int) bool {
	return slices.ContainsFunc(probe.Healthy, func(r deployed.Range) bool { return r.Has(status) })
}

// defaultProbeName is what members are called by where nothing gives a name. Source: the
// page on health probes.
const defaultProbeName = "127.0.0.1"

// answers reports whether a member answers the probe as it should.
func (g *ApplicationGateway) answers(ctx context.Context, c *deployed.ApplicationGateway, member string) bool {
	name := c.Probe.Called.Of(member, defaultProbeName)
	address, err := target(c, member, name, c.Probe.Path)
	if err != nil {
		return false
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return false
	}
	request.Host = name
	response, err := g.sender(c, member).RoundTrip(request)
	return err == nil && drain(response) == nil && well(c.Probe, response.StatusCode)
}

// ServeHTTP answers one request.
func (g *ApplicationGateway) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	c, err := g.current()
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	if c == nil {
		panic(http.ErrAbortHandler)
	}
	r.Header.Del(LocationHeader)
	body, err := readBody(r)
	if err != nil {
		return // the client has left, or its body is too large
	}
	v := &gatewayVisit{instance: instanceOf(r.RemoteAddr, c.Instances), transaction: traceID()}
	if g.options.Telemetry != nil && keeps(c.LogCategories, gatewayAccessLog.category) {
		v.noted = newAccess(w, r)
		w = v.noted
		defer g.logAccess(c, r, v)
	}
	began := time.Now()
	decided, err := g.options.check(c.Firewall, checked{r, body, place{host: c.Host}, g.limits})
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	v.checking = time.Since(began)
	if decided.rules != "" {
		w.Header().Set(ruleHeader, decided.rules)
		g.log(c, r, v, decided)
	}
	if decided.status != 0 {
		recent.Of(r.Context()).Note("the firewall blocks it: " + decided.rules)
		g.fail(w, decided.status, http.StatusText(decided.status))
		return
	}
	g.mu.Lock()
	here := g.instances[v.instance]
	g.mu.Unlock()
	g.forward(w, r, c, here, v, body)
}

func instanceOf(remote string, count int) int {
	hash := fnv.New32a()
	_, _ = hash.Write([]byte(remote))
	return int(hash.Sum32()>>1) % count
}

func (g *ApplicationGateway) fail(w http.ResponseWriter, status int, title string) {
	w.Header().Set("Content-Type", "text/html")
	w.Header().Set("Server", "Microsoft-Azure-Application-Gateway/v2")
	w.WriteHeader(status)
	_, _ = w.Write([]byte("<html><head><title>" + title + "</title></head><body><h1>" + title + "</h1></body></html>"))
}

// forward sends the request to the member whose turn it is, and to a second one where the
// first does not answer in time or at all. Source: the page on 502 errors, for a timeout;
// that it holds for failed connections is assumed.
func (g *ApplicationGateway) forward(w http.ResponseWriter, r *http.Request, c *deployed.ApplicationGateway, here *instance, v *gatewayVisit, body []byte) {
	order := here.order(c)
	var last error
	for _, member := range order[:min(len(order), 2)] {
		name := c.Called.Of(member, r.Host)
		address, err := target(c, member, name, r.URL.RequestURI())
		if err != nil {
			last = err
			break
		}
		sent, err := outgoing(r, address, body)
		if err != nil {
			last = err
			break
		}
		g.headers(sent, r, c, v)
		sent.Host = name
		here.of(member).count()
		v.noted.asks(member, address)
		recent.Of(r.Context()).Note(fmt.Sprintf("member %s, one of %d that are well", member, len(order)))
		exchange := &exchange{send: g.sender(c, member), toHeaders: c.Timeout, betweenBytes: c.Timeout, noted: v.noted}
		ended, err := exchange.run(r.Context(), w, sent, func(http.Header) {})
		if ended || r.Context().Err() != nil {
			return
		}
		last = err
	}
	if errors.Is(last, context.DeadlineExceeded) {
		g.fail(w, http.StatusGatewayTimeout, "504 Gateway Time-out")
		return
	}
	g.fail(w, http.StatusBadGateway, "502 Bad Gateway")
}

// order are the healthy members, the one whose turn it is first.
func (i *instance) order(c *deployed.ApplicationGateway) []string {
	var healthy []string
	for _, member := range c.Members {
		if i.of(member).up() {
			healthy = append(healthy, member)
		}
	}
	if len(healthy) == 0 {
		return nil
	}
	i.mu.Lock()
	first := i.turn % len(healthy)
	i.turn++
	i.mu.Unlock()
	return append(healthy[first:len(healthy):len(healthy)], healthy[:first]...)
}

func (h *memberHealth) up() bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.healthy
}

func (h *memberHealth) count() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.requests++
}

// headers are those that the gateway adds. Source: the page on how an application gateway
// works.
func (g *ApplicationGateway) headers(sent, r *http.Request, c *deployed.ApplicationGateway, v *gatewayVisit) {
	scheme, port := "https", "443"
	if c.HTTP && !c.HTTPS {
		scheme, port = "http", "80"
	}
	sent.Header.Set("X-Forwarded-For", strings.Join(append(slices.Clone(r.Header.Values("X-Forwarded-For")), clientOf(r)), ", "))
	sent.Header.Set("X-Forwarded-Proto", scheme)
	sent.Header.Set("X-Forwarded-Port", port)
	sent.Header.Set("X-Original-Host", c.Host)
	sent.Header.Set("X-Original-Url", r.URL.RequestURI())
	sent.Header.Set("X-Appgw-Trace-Id", v.transaction)
	if network.Insecure(r) {
		sent.Header.Set("X-Forwarded-Proto", "http")
	}
}

// traceID is a new id of a request.
func traceID() string { return strings.ReplaceAll(uuid.NewString(), "-", "") }

// State is what each instance has found out.
func (g *ApplicationGateway) State() []State {
	c, err := g.current()
	if err != nil || c == nil {
		return nil
	}
	var states []State
	for i := range c.Instances {
		state := State{Edge: c.Host, Kind: "application-gateway", Location: "instance " + strconv.Itoa(i)}
		g.mu.Lock()
		here := g.instances[i]
		g.mu.Unlock()
		for _, member := range c.Members {
			h := here.of(member)
			h.mu.Lock()
			name, _, _ := strings.Cut(member, ".")
			state.Origins = append(state.Origins, OriginState{
				Name: name, Host: member, Enabled: true, Healthy: h.healthy, LatencyMS: float64(h.latency.Microseconds()) / 1000, Requests: h.requests,
			})
			h.mu.Unlock()
		}
		states = append(states, state)
	}
	return states
}
