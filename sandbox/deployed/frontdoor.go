package deployed

import (
	"strings"
	"time"
)

// FrontDoor is a profile of Front Door.
type FrontDoor struct {
	// ID is the ARM id.
	ID, Name string
	// Ready says that the profile has been made.
	Ready bool
	// FrontDoorID is what the profile sends to origins as X-Azure-FDID.
	FrontDoorID string
	// Timeout is how long an origin may take to begin its answer.
	Timeout   time.Duration
	Endpoints []Endpoint
	Groups    []*OriginGroup
	// LogCategories are the categories, and groups of them, that diagnostic settings keep.
	LogCategories []string
}

// Endpoint is a host with its routes.
type Endpoint struct {
	Host    string
	Enabled bool
	Routes  []Route
	// Firewall is nil where nothing is refused.
	Firewall *Firewall
}

// Route leads paths to a group of origins.
type Route struct {
	Name                string
	Patterns, Protocols []string
	// RedirectToHTTPS sends callers by HTTP to HTTPS.
	RedirectToHTTPS bool
	// Forwarding is HttpsOnly, HttpOnly or MatchRequest.
	Forwarding string
	// OriginPath takes the place of what a pattern matched; "" leaves paths as they are.
	OriginPath string
	// Group is nil where there is none.
	Group *OriginGroup
}

// OriginGroup are origins that answer alike.
type OriginGroup struct {
	// ID is the ARM id.
	ID string
	// SampleSize is how many of the last probes count, Required how many of these have to
	// succeed.
	SampleSize, Required int
	// Window is how much slower than the fastest an origin may be.
	Window time.Duration
	// Affinity keeps a client with its origin.
	Affinity bool
	// Probe is nil where nobody probes.
	Probe   *Probe
	Origins []Origin
}

// Probe is how an edge asks an origin of Front Door whether it is well.
type Probe struct {
	Interval     time.Duration
	Path, Method string
	OverHTTP     bool
}

// Origin is one of a group.
type Origin struct {
	// ID is the ARM id.
	ID, Name, Host string
	// HostHeader is what the origin is called by; "" for the host that the client asked.
	HostHeader       string
	Enabled          bool
	Weight, Priority int
	// Link is by which requests reach the origin.
	Link OriginLink
}

// OriginLink is how requests of Front Door reach an origin.
type OriginLink string

// The ways to an origin.
const (
	// OverInternet is the way to the origin's public endpoint.
	OverInternet OriginLink = ""
	// Linked is the way by a private endpoint that the origin's owner has approved, and Unlinked
	// by one that waits for it or was rejected: nothing comes through.
	Linked   OriginLink = "private link"
	Unlinked OriginLink = "private link that is not approved"
)

const (
	profileType        = "Microsoft.Cdn/profiles"
	endpointType       = "Microsoft.Cdn/profiles/afdEndpoints"
	routeType          = "Microsoft.Cdn/profiles/afdEndpoints/routes"
	originGroupType    = "Microsoft.Cdn/profiles/originGroups"
	originType         = "Microsoft.Cdn/profiles/originGroups/origins"
	securityPolicyType = "Microsoft.Cdn/profiles/securityPolicies"
)

func (r *reader) frontDoors() []*FrontDoor {
	var found []*FrontDoor
	for _, each := range r.ofType(profileType) {
		found = append(found, r.frontDoor(each))
	}
	return found
}

func (r *reader) frontDoor(of resource) *FrontDoor {
	properties := of.properties()
	f := &FrontDoor{
		ID: of.ID, Name: of.Name(), Ready: of.Ready(), FrontDoorID: properties.text("frontDoorId"),
		Timeout: seconds(properties.number("originResponseTimeoutSeconds", 30)), LogCategories: r.logCategories(of),
	}
	for _, each := range r.readyChildren(of, originGroupType) {
		f.Groups = append(f.Groups, r.originGroup(each))
	}
	groups := byID(f.Groups, func(g *OriginGroup) string { return g.ID })
	for _, each := range r.readyChildren(of, endpointType) {
		f.Endpoints = append(f.Endpoints, r.endpoint(of, each, groups))
	}
	return f
}

func (r *reader) originGroup(of resource) *OriginGroup {
	properties := of.properties()
	balancing := properties.object("loadBalancingSettings")
	g := &OriginGroup{
		ID: of.ID, SampleSize: max(1, balancing.number("sampleSize", 4)), Required: balancing.number("successfulSamplesRequired", 3),
		Window:   time.Duration(balancing.number("additionalLatencyInMilliseconds", 50)) * time.Millisecond,
		Affinity: properties.text("sessionAffinityState") == "Enabled", Probe: probe(properties.object("healthProbeSettings")),
	}
	for _, each := range r.readyChildren(of, originType) {
		g.Origins = append(g.Origins, origin(each))
	}
	return g
}

func probe(settings object) *Probe {
	interval := seconds(settings.number("probeIntervalInSeconds", 240))
	if settings == nil || settings.text("probeProtocol") == "NotSet" || interval == 0 {
		return nil
	}
	p := &Probe{Interval: interval, Path: settings.text("probePath"), Method: "HEAD", OverHTTP: strings.EqualFold(settings.text("probeProtocol"), "Http")}
	if settings.text("probeRequestType") == "GET" {
		p.Method = "GET" // HEAD is the service's default
	}
	return p
}

func origin(of resource) Origin {
	properties := of.properties()
	return Origin{
		ID: of.ID, Name: of.Name(), Host: properties.text("hostName"), HostHeader: properties.text("originHostHeader"),
		Enabled: enabled(properties), Weight: max(1, properties.number("weight", 50)), Priority: properties.number("priority", 1),
		Link: linkOf(of),
	}
}

func linkOf(origin resource) OriginLink {
	switch {
	case len(origin.properties().object("sharedPrivateLinkResource")) == 0:
		return OverInternet
	case origin.hidden().object("privateLinkState").text("status") == "Approved":
		return Linked
	}
	return Unlinked
}

func (r *reader) endpoint(profile, of resource, groups map[string]*OriginGroup) Endpoint {
	e := Endpoint{Host: of.properties().text("hostName"), Enabled: enabled(of.properties()), Firewall: r.endpointFirewall(profile, of.ID)}
	for _, each := range r.readyChildren(of, routeType) {
		properties := each.properties()
		if !enabled(properties) || properties.text("linkToDefaultDomain") != "Enabled" {
			continue
		}
		e.Routes = append(e.Routes, Route{
			Name: each.Name(), Patterns: properties.texts("patternsToMatch"), Protocols: properties.texts("supportedProtocols"),
			RedirectToHTTPS: properties.text("httpsRedirect") == "Enabled", Forwarding: properties.text("forwardingProtocol"),
			OriginPath: properties.text("originPath"),
			Group:      groups[fold(properties.id("originGroup"))],
		})
	}
	return e
}

// enabled reports whether something is on: it is unless it says otherwise.
func enabled(properties object) bool { return properties.text("enabledState") != "Disabled" }

func seconds(n int) time.Duration { return time.Duration(n) * time.Second }
