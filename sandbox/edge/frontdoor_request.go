package edge

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/aoai-gateway/aoai-gateway/sandbox/deployed"
	"github.com/aoai-gateway/aoai-gateway/sandbox/internal/turns"
	"github.com/aoai-gateway/aoai-gateway/sandbox/network"
	"github.com/aoai-gateway/aoai-gateway/sandbox/recent"
)

// betweenBytes is how long an origin of Front Door may pause in its answer; it cannot be
// set.
const betweenBytes = 30 * time.Second

// Handler answers under one of the profile's hosts.
func (f *FrontDoor) Handler(host string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		p, err := f.current()
		if err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
		if p == nil {
			panic(http.ErrAbortHandler) // the profile has gone
		}
		at := slices.IndexFunc(p.Endpoints, func(e deployed.Endpoint) bool { return e.Host == host })
		if at < 0 {
			panic(http.ErrAbortHandler)
		}
		location, known := p.location(r.Header.Get(LocationHeader))
		if !known {
			http.Error(w, "The sandbox has no edge location "+r.Header.Get(LocationHeader)+".", http.StatusBadRequest)
			return
		}
		r.Header.Del(LocationHeader)
		visit := &visit{frontDoor: f, profile: p, endpoint: p.Endpoints[at], location: location, reference: reference(), w: w, r: r}
		w.Header().Set("X-Azure-Ref", visit.reference)
		if f.options.Telemetry != nil && keeps(p.LogCategories, frontDoorAccessLog) {
			visit.noted = newAccess(w, r)
			visit.w = visit.noted
			defer visit.logAccess(r.Context())
		}
		visit.serve(r.Context())
		visit.noted.end()
	})
}

// visit is one request at one location.
type visit struct {
	frontDoor *FrontDoor
	profile   *profile
	endpoint  deployed.Endpoint
	location  Location
	reference string
	w         http.ResponseWriter
	r         *http.Request
	// noted is for the log of accesses; nil where there is none.
	noted *access
}

// unavailable is what Front Door says where it has nobody to ask. Source: public
// reports.
const unavailable = "Our services aren't available right now"

func (v *visit) serve(ctx context.Context) {
	route := route(v.endpoint, v.r.URL.Path)
	switch {
	case !v.endpoint.Enabled || route == nil:
		// Source: Front Door's page on route matching.
		v.fail(http.StatusBadRequest, unavailable)
		return
	case network.Insecure(v.r) && route.RedirectToHTTPS:
		http.Redirect(v.w, v.r, "https://"+v.endpoint.Host+v.r.URL.RequestURI(), http.StatusTemporaryRedirect)
		return
	case network.Insecure(v.r) && !speaks(route, "Http"), !network.Insecure(v.r) && !speaks(route, "Https"):
		v.fail(http.StatusBadRequest, unavailable)
		return
	}
	body, err := readBody(v.r)
	if err != nil {
		return // the client has left, or its body is too large
	}
	if v.refused(ctx, body) {
		return
	}
	if route.Group == nil || len(route.Group.Origins) == 0 {
		v.fail(http.StatusServiceUnavailable, unavailable)
		return
	}
	v.ask(ctx, route, body)
}

// refused asks the firewall, and answers a request that it does not let through.
func (v *visit) refused(ctx context.Context, body []byte) bool {
	decided, err := v.frontDoor.options.check(v.endpoint.Firewall, checked{v.r, body, place{v.location.Name, v.endpoint.Host}, v.frontDoor.limits})
	if err != nil {
		http.Error(v.w, err.Error(), http.StatusInternalServerError)
		return true
	}
	if decided.rules != "" {
		v.w.Header().Set(ruleHeader, decided.rules)
		v.log(decided)
	}
	if decided.status != 0 {
		recent.Of(ctx).Note("the firewall blocks it: " + decided.rules)
	}
	switch {
	case decided.status == 0:
		return false
	case decided.redirect != "":
		http.Redirect(v.w, v.r, decided.redirect, decided.status)
	default:
		v.fail(decided.status, "The request is blocked. "+v.reference)
	}
	return true
}

// speaks reports whether a route takes requests of a protocol.
func speaks(route *deployed.Route, protocol string) bool {
	return slices.ContainsFunc(route.Protocols, func(each string) bool { return strings.EqualFold(each, protocol) })
}

func (v *visit) fail(status int, message string) {
	v.w.Header().Set("Content-Type", "text/html")
	v.w.Header().Set("X-Cache", "CONFIG_NOCACHE")
	v.w.WriteHeader(status)
	_, _ = v.w.Write([]byte("<html><body><h2>" + message + "</h2></body></html>"))
}

// affinityCookie keeps a client with an origin. Source: Front Door's page on routing
// methods.
const affinityCookie = "ASLBSA"

// ask sends the request to an origin, and to another where no connection comes about or
// it ends before an answer.
func (v *visit) ask(ctx context.Context, route *deployed.Route, body []byte) {
	f, group := v.frontDoor, route.Group
	f.mu.Lock()
	view := f.view(v.location.Name, group.ID)
	f.mu.Unlock()
	all := f.candidates(view, v.location, group)
	for len(all) > 0 {
		able := choose(all, group.Window)
		if len(able) == 0 {
			break
		}
		chosen := v.chosen(view, able, group.Affinity)
		recent.Of(ctx).Note(fmt.Sprintf("edge location %s: origin %s, one of %d that may answer", v.location.Name, chosen.Name, len(able)))
		view.of(chosen.ID).count()
		ended, err := v.forward(ctx, route, chosen, body, group.Affinity)
		if ended || ctx.Err() != nil {
			return
		}
		v.noted.failed(err)
		if errors.Is(err, context.DeadlineExceeded) {
			status := http.StatusGatewayTimeout
			if f.options.Switches.TimeoutIsUnavailable {
				status = http.StatusServiceUnavailable
			}
			v.fail(status, unavailable)
			return
		}
		if f.options.Switches.NoSecondOrigin {
			break
		}
		all = slices.DeleteFunc(all, func(c candidate) bool { return c.ID == chosen.ID })
	}
	v.fail(http.StatusServiceUnavailable, unavailable)
}

// chosen is the origin that a client stays with, or the one whose turn it is.
func (v *visit) chosen(view *view, able []candidate, affinity bool) candidate {
	if affinity {
		if cookie, err := v.r.Cookie(affinityCookie); err == nil {
			for _, each := range able {
				if affinityOf(each.ID) == cookie.Value {
					return each
				}
			}
		}
	}
	view.mu.Lock()
	chosen := turns.Next(&view.turns, able, func(c candidate) (string, int) { return c.ID, c.Weight })
	view.mu.Unlock()
	return chosen
}

// forward sends the request to one origin and hands its answer on. It has ended where the
// client has got an answer, or part of one.
func (v *visit) forward(ctx context.Context, route *deployed.Route, o candidate, body []byte, affinity bool) (ended bool, err error) {
	scheme := "https"
	if strings.EqualFold(route.Forwarding, "HttpOnly") || (strings.EqualFold(route.Forwarding, "MatchRequest") && network.Insecure(v.r)) {
		scheme = "http"
	}
	sent, err := outgoing(v.r, scheme+"://"+o.Host+rewritten(route, v.r.URL), body)
	if err != nil {
		return false, err
	}
	v.headers(sent, o)
	v.noted.asks(o.Host, sent.URL.String())
	exchange := &exchange{
		send: v.frontDoor.sender(o.Origin, v.profile.address(v.location.Name)), toHeaders: v.profile.Timeout, betweenBytes: betweenBytes,
		latency: v.location.latency(v.frontDoor.options.Region(o.Host)), noted: v.noted,
	}
	return exchange.run(ctx, v.w, sent, func(h http.Header) {
		h.Set("X-Azure-Ref", v.reference)
		h.Set("X-Cache", "CONFIG_NOCACHE")
		if affinity {
			cookie := http.Cookie{Name: affinityCookie, Value: affinityOf(o.ID), Path: "/", HttpOnly: true, Secure: true, SameSite: http.SameSiteLaxMode}
			h.Add("Set-Cookie", cookie.String())
		}
	})
}

// headers are those that Front Door adds. Source: its page on HTTP headers.
func (v *visit) headers(sent *http.Request, o candidate) {
	client := clientOf(v.r)
	header := sent.Header
	for name := range header {
		if strings.HasPrefix(name, "X-Fd-") {
			delete(header, name)
		}
	}
	sent.Host = v.r.Host
	if o.HostHeader != "" {
		sent.Host = o.HostHeader
	}
	clientIP := client
	if first, _, _ := strings.Cut(v.r.Header.Get("X-Forwarded-For"), ","); first != "" {
		clientIP = strings.TrimSpace(first)
	}
	scheme := "https"
	if network.Insecure(v.r) {
		scheme = "http"
	}
	header.Set("Via", "1.1 Azure")
	header.Set("X-Azure-ClientIP", clientIP)
	header.Set("X-Azure-SocketIP", client)
	header.Set("X-Azure-Ref", v.reference)
	header.Set("X-Azure-RequestChain", "hops=1")
	header.Set("X-Azure-FDID", v.profile.FrontDoorID)
	header.Set("X-Forwarded-For", strings.Join(append(slices.Clone(v.r.Header.Values("X-Forwarded-For")), client), ", "))
	header.Set("X-Forwarded-Host", v.endpoint.Host)
	header.Set("X-Forwarded-Proto", scheme)
}

// clientOf is the address that a request comes from; connections in memory come from
// this machine.
func clientOf(r *http.Request) string {
	if source := network.Source(r); source.IsValid() {
		return source.String()
	}
	return "127.0.0.1"
}
