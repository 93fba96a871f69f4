package network

import (
	"fmt"
	"net/http"
	"slices"

	"github.com/aoai-gateway/aoai-gateway/sandbox/recent"
)

// watched are the kinds of hosts whose clients' requests are remembered: those that take
// requests for models.
var watched = []string{"account", "application-gateway", "front-door", "gateway"}

// watch remembers a request that arrives: one of a client, or one that a service sent for
// one. Probes, and what services do for themselves, leave no trace.
func (n *Network) watch(host Host, r *http.Request, inside bool, key string) (*http.Request, *recent.Visit) {
	if n.Recent == nil || (inside && key == "") || (!inside && !slices.Contains(watched, host.Kind)) {
		return r, nil
	}
	if inside {
		ctx, visit := n.Recent.Arrive(r.Context(), key)
		return r.WithContext(ctx), visit
	}
	ctx, visit := n.Recent.Client(r.Context(), who(host, r))
	return r.WithContext(ctx), visit
}

// ask remembers a request that a service sends.
func (n *Network) ask(r *http.Request) (*recent.Visit, string) {
	visit := recent.Of(r.Context())
	if visit == nil {
		return nil, ""
	}
	_, host := n.find(r.URL.Hostname())
	host.Name = r.URL.Hostname()
	return visit.Ask(who(host, r))
}

func who(host Host, r *http.Request) recent.Who {
	return recent.Who{Host: host.Name, Kind: host.Kind, Region: host.Region, Method: r.Method, Path: r.URL.Path}
}

// Concerns reports whether a host is among those of a fault.
func (f Fault) Concerns(host Host) bool { return f.concerns(host) }

// Brief is a fault in a few words.
func (f Fault) Brief() string {
	switch f.Kind {
	case "status":
		return fmt.Sprintf("status %d", f.Status)
	case "latency", "slow-stream":
		return fmt.Sprintf("%s %d ms", f.Kind, f.DelayMS)
	}
	return f.Kind
}
