package edge

import (
	"maps"
	"net/http"
	"net/netip"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/aoai-gateway/aoai-gateway/sandbox/deployed"
	"github.com/aoai-gateway/aoai-gateway/sandbox/network"
)

// ruleHeader tells which rule has fired, in an answer: of the sandbox's own, as its
// firewalls write no logs.
const ruleHeader = "X-Sandbox-Firewall"

// place is where an edge counts requests: at a host, and at Front Door in a location.
type place struct{ location, host string }

// check is the rule that a request breaks, "" for none, and whether that ends it. A
// firewall that is nil lets everything through.
func check(w *deployed.Firewall, r *http.Request, body []byte, at place, limits *limits) (rule string, blocks bool) {
	if w == nil {
		return "", false
	}
	if w.PerMinute > 0 && !limits.take(counted{at, network.Source(r)}, w.PerMinute) {
		return "rate limit", w.Prevents
	}
	if !w.ManagedRules {
		return "", false
	}
	rule = attack(arguments(r, body[:min(len(body), w.Inspected)]), w.Exclusions)
	return rule, rule != "" && w.Prevents
}

// covers reports whether an exclusion keeps the managed rules out of a value.
func covers(e deployed.Exclusion, a argument) bool {
	if !slices.Contains(e.Where, a.where) {
		return false
	}
	switch e.Operator {
	case "EqualsAny":
		return true
	case "StartsWith":
		return strings.HasPrefix(a.name, e.Selector)
	case "EndsWith":
		return strings.HasSuffix(a.name, e.Selector)
	case "Contains":
		return strings.Contains(a.name, e.Selector)
	default:
		return a.name == e.Selector
	}
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
