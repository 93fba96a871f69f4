package edge

import (
	"fmt"
	"maps"
	"net/http"
	"net/netip"
	"strings"
	"sync"
	"time"

	"github.com/aoai-gateway/aoai-gateway/sandbox/deployed"
	"github.com/aoai-gateway/aoai-gateway/sandbox/edge/waf"
	"github.com/aoai-gateway/aoai-gateway/sandbox/network"
)

// ruleHeader tells which rules have matched, in an answer: of the sandbox's own.
const ruleHeader = "X-Sandbox-Firewall"

// place is where an edge counts requests: at a host, and at Front Door in a location.
type place struct{ location, host string }

// checked is a request that a firewall looks at.
type checked struct {
	*http.Request
	body   []byte
	at     place
	limits *limits
}

// ruling is what a firewall decides.
type ruling struct {
	// rules are those that have matched, for people.
	rules string
	// status refuses the request, or with redirect sends it elsewhere; 0 lets it through.
	status   int
	redirect string
	verdict  waf.Verdict
}

// check asks a firewall: custom rules, then limits of bodies, then managed rules. One that is
// nil lets everything through.
func (o Options) check(w *deployed.Firewall, r checked) (ruling, error) {
	if w == nil {
		return ruling{}, nil
	}
	if w.PerMinute > 0 && !r.limits.take(counted{r.at, network.Source(r.Request)}, w.PerMinute) {
		return prevented(w, ruling{rules: "rate limit", status: w.Status}), nil
	}
	if most := largest(w, r.Request); most > 0 && len(r.body) > most {
		// Source: the page of Application Gateway's firewall on request limits.
		return prevented(w, ruling{rules: "body size", status: http.StatusRequestEntityTooLarge}), nil
	}
	verdict, err := o.Firewalls.Inspect(w, waf.Request{Request: r.Request, Host: r.at.host, Source: sourceOf(r.Request), Body: r.body})
	if err != nil {
		return ruling{}, fmt.Errorf("checking a request by the policy %s: %w", w.Name, err)
	}
	names := make([]string, 0, len(verdict.Matches))
	for _, match := range verdict.Matches {
		names = append(names, match.Name())
	}
	decided := ruling{rules: strings.Join(names, ", "), verdict: verdict}
	switch verdict.Action {
	case waf.Block:
		decided.status = w.Status
	case waf.Redirect:
		decided.status, decided.redirect = http.StatusFound, w.Redirect
	}
	return prevented(w, decided), nil
}

// prevented is what is left of a ruling by a firewall that may only watch.
func prevented(w *deployed.Firewall, r ruling) ruling {
	if !w.Prevents {
		r.status, r.redirect = 0, ""
	}
	return r
}

// largest is the most that a body may have; 0 for any.
func largest(w *deployed.Firewall, r *http.Request) int {
	if strings.HasPrefix(r.Header.Get("Content-Type"), "multipart/") {
		return w.LargestUpload
	}
	return w.LargestBody
}

// sourceOf is where a request comes from; connections in memory come from this machine.
func sourceOf(r *http.Request) netip.AddrPort {
	if remote, err := netip.ParseAddrPort(r.RemoteAddr); err == nil {
		return remote
	}
	return netip.AddrPortFrom(netip.MustParseAddr(clientOf(r)), 0)
}

// limits count requests in fixed windows of a minute. Source: the firewall's page on
// rate limiting of Front Door; Application Gateway's window slides.
type limits struct {
	mu      sync.Mutex
	windows map[counted]*window
}

// counted is whose requests are counted, and where.
type counted struct {
	at     place
	source netip.Addr
}

type window struct {
	began time.Time
	count int
}

func newLimits() *limits { return &limits{windows: map[counted]*window{}} }

// take counts a request, and reports whether it is within the limit.
func (l *limits) take(key counted, most int) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	now := time.Now()
	maps.DeleteFunc(l.windows, func(_ counted, w *window) bool { return now.Sub(w.began) >= time.Minute })
	held := l.windows[key]
	if held == nil {
		held = &window{began: now}
		l.windows[key] = held
	}
	held.count++
	return held.count <= most
}
