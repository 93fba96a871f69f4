package edge

import (
	"net/netip"
	"slices"
	"strings"
	"time"

	"github.com/aoai-gateway/aoai-gateway/internal/arm"
	"github.com/aoai-gateway/aoai-gateway/sandbox/azure"
)

// profile is a Front Door as it is deployed at one moment.
type profile struct {
	frontDoorID string
	timeout     time.Duration
	endpoints   []endpoint
	groups      map[string]*group
	locations   []Location
}

// endpoint is a host with its routes.
type endpoint struct {
	host    string
	enabled bool
	routes  []route
	wall    *firewall
}

// route leads paths to a group of origins.
type route struct {
	patterns  []string
	protocols any
	redirect  bool
	// forward is HttpsOnly, HttpOnly or MatchRequest.
	forward string
	group   string
}

// group are origins that answer alike.
type group struct {
	id                   string
	sampleSize, required int
	window               time.Duration
	// interval is 0 where nobody probes.
	interval       time.Duration
	path, method   string
	affinity       bool
	origins        []origin
	probesOverHTTP bool
}

// origin is one of them.
type origin struct {
	id, name, host, hostHeader string
	enabled                    bool
	weight, priority           int
}

// readProfile reads what lies below a profile; nil where there is none.
func readProfile(held *azure.Snapshot, id string, options Options) *profile {
	resource := held.Get(id)
	if resource == nil {
		return nil
	}
	p := &profile{
		frontDoorID: text(resource.Properties(), "frontDoorId"), groups: map[string]*group{},
		timeout: time.Duration(number(resource.Properties(), "originResponseTimeoutSeconds", 30)) * time.Second,
	}
	var regions []string
	for _, each := range held.Below(id, "Microsoft.Cdn/profiles/originGroups") {
		if !each.Ready() {
			continue
		}
		g := readGroup(held, each)
		p.groups[arm.Fold(each.ID)] = g
		for _, o := range g.origins {
			if region := options.Region(o.host); region != "" {
				regions = append(regions, region)
			}
		}
	}
	for _, each := range held.Below(id, "Microsoft.Cdn/profiles/afdEndpoints") {
		if each.Ready() {
			p.endpoints = append(p.endpoints, readEndpoint(held, each))
		}
	}
	p.locations = options.Locations
	if len(p.locations) == 0 {
		p.locations = beside(regions)
	}
	return p
}

func readGroup(held *azure.Snapshot, resource *azure.Resource) *group {
	properties := resource.Properties()
	balancing, probe := object(properties, "loadBalancingSettings"), object(properties, "healthProbeSettings")
	g := &group{
		id: arm.Fold(resource.ID), sampleSize: max(1, number(balancing, "sampleSize", 4)), required: number(balancing, "successfulSamplesRequired", 3),
		window:   time.Duration(number(balancing, "additionalLatencyInMilliseconds", 50)) * time.Millisecond,
		affinity: text(properties, "sessionAffinityState") == "Enabled",
		path:     text(probe, "probePath"), method: text(probe, "probeRequestType"), probesOverHTTP: strings.EqualFold(text(probe, "probeProtocol"), "Http"),
	}
	if probe != nil && text(probe, "probeProtocol") != "NotSet" {
		g.interval = time.Duration(number(probe, "probeIntervalInSeconds", 240)) * time.Second
	}
	if g.method != "GET" {
		g.method = "HEAD" // the service's default
	}
	for _, each := range held.Below(resource.ID, "Microsoft.Cdn/profiles/originGroups/origins") {
		if !each.Ready() {
			continue
		}
		of := each.Properties()
		g.origins = append(g.origins, origin{
			id: arm.Fold(each.ID), name: each.Name(), host: text(of, "hostName"), hostHeader: text(of, "originHostHeader"),
			enabled: text(of, "enabledState") != "Disabled", weight: max(1, number(of, "weight", 50)), priority: number(of, "priority", 1),
		})
	}
	return g
}

func readEndpoint(held *azure.Snapshot, resource *azure.Resource) endpoint {
	e := endpoint{host: text(resource.Properties(), "hostName"), enabled: text(resource.Properties(), "enabledState") != "Disabled"}
	for _, each := range held.Below(resource.ID, "Microsoft.Cdn/profiles/afdEndpoints/routes") {
		properties := each.Properties()
		if !each.Ready() || text(properties, "enabledState") == "Disabled" || text(properties, "linkToDefaultDomain") != "Enabled" {
			continue
		}
		patterns, _ := properties["patternsToMatch"].([]any)
		r := route{
			protocols: properties["supportedProtocols"], redirect: text(properties, "httpsRedirect") == "Enabled",
			forward: text(properties, "forwardingProtocol"), group: arm.Fold(text(object(properties, "originGroup"), "id")),
		}
		for _, pattern := range patterns {
			if value, ok := pattern.(string); ok {
				r.patterns = append(r.patterns, value)
			}
		}
		e.routes = append(e.routes, r)
	}
	e.wall = frontDoorFirewall(held, resource.ID)
	return e
}

// route is the one whose pattern fits a path best: an exact one, or that with the longest
// beginning. Source: Front Door's page on route matching.
func (e endpoint) route(path string) *route {
	var best *route
	length := -1
	for i := range e.routes {
		for _, pattern := range e.routes[i].patterns {
			beginning, open := strings.CutSuffix(strings.ToLower(pattern), "*")
			lower := strings.ToLower(path)
			if (open && (strings.HasPrefix(lower, beginning) || lower+"/" == beginning) || lower == beginning) && len(beginning) > length {
				best, length = &e.routes[i], len(beginning)
			}
		}
	}
	return best
}

// location is the one of a name, the first for "".
func (p *profile) location(name string) (Location, bool) {
	if name == "" {
		return p.locations[0], true
	}
	at := slices.IndexFunc(p.locations, func(l Location) bool { return strings.EqualFold(l.Name, name) })
	if at < 0 {
		return Location{}, false
	}
	return p.locations[at], true
}

// address is where a location calls from: in the ranges of AzureFrontDoor.Backend.
func (p *profile) address(name string) netip.Addr {
	at := slices.IndexFunc(p.locations, func(l Location) bool { return l.Name == name })
	return netip.AddrFrom4([4]byte{147, 243, 0, byte(1 + max(0, at)%250)})
}
