// Package edge is the data plane of Front Door and of Application Gateway: it takes
// requests to those origins that are healthy, by what the control plane holds.
package edge

import (
	"fmt"
	"maps"
	"net/http"
	"net/netip"
	"os"
	"slices"
	"sync"
	"time"

	"github.com/aoai-gateway/aoai-gateway/internal/arm"
	"github.com/aoai-gateway/aoai-gateway/internal/faults"
	"github.com/aoai-gateway/aoai-gateway/internal/strictjson"
	"github.com/aoai-gateway/aoai-gateway/sandbox/deployed"
	"github.com/aoai-gateway/aoai-gateway/sandbox/edge/waf"
	"github.com/aoai-gateway/aoai-gateway/sandbox/telemetry"
)

// Options are what edges need from the world.
type Options struct {
	// Picture is what is deployed.
	Picture func() (*deployed.Picture, error)
	// From carries requests from an address of the edge to public names.
	From func(address netip.Addr) http.RoundTripper
	// Region is where a host stands, "" where that is not known.
	Region func(host string) string
	// Locations are the edge locations of Front Door; none takes one beside each origin.
	Locations []Location
	Switches  Switches
	// Firewalls run the managed rules of policies.
	Firewalls *waf.Firewalls
	// Telemetry takes the firewalls' logs.
	Telemetry telemetry.Sink
}

// Switches are behaviours that Azure's documents leave open. The zero value is what is
// assumed; docs/traffic.md lists them.
type Switches struct {
	// NewOriginsUnhealthy sends nothing to an origin of Front Door before enough probes
	// have succeeded. By default it counts as healthy until enough have failed.
	NewOriginsUnhealthy bool
	// NoSecondOrigin answers 503 where Front Door cannot connect to an origin, or it breaks
	// off before it has answered. By default another origin is tried, as Front Door's
	// page on routing says in its latest form.
	NoSecondOrigin bool
	// TimeoutIsUnavailable answers 503 where an origin of Front Door takes too long; by
	// default 504. Pages of different age say either.
	TimeoutIsUnavailable bool
}

// Location is a place at which Front Door takes requests. Every one decides for itself.
type Location struct {
	// Name chooses the location in the header X-Sandbox-Edge.
	Name string `json:"name"`
	// LatencyMS is how far the regions of origins are, there and back, in milliseconds;
	// OtherMS how far those are that it does not name.
	LatencyMS map[string]int `json:"latencyMs"`
	OtherMS   int            `json:"otherMs"`
}

// LocationHeader chooses the edge location that a request reaches; the first without it.
// Edges take it off.
const LocationHeader = "X-Sandbox-Edge"

// Latencies of the locations that are assumed where none are given.
const (
	nearMS = 2
	farMS  = 120
)

// ReadLocations reads a JSON file with edge locations. The error names every mistake with
// its place.
func ReadLocations(path string) ([]Location, error) {
	raw, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("reading the edge locations: %w", err)
	}
	var locations []Location
	var list faults.List
	list.Merge("", strictjson.Decode(raw, &locations))
	if list.Err() == nil && len(locations) == 0 {
		list.Add("", "has no locations").Remedy("name some, or leave the file out")
	}
	for i, location := range locations {
		at := fmt.Sprintf("[%d]", i)
		if location.Name == "" {
			list.Add(at+".name", "is missing")
		}
		if slices.IndexFunc(locations, func(other Location) bool { return other.Name == location.Name }) < i {
			list.Add(at+".name", "%q stands there twice", location.Name).About(location.Name)
		}
		list.Between(at+".otherMs", location.OtherMS, 0, maxLatencyMS, "ms")
		for _, region := range slices.Sorted(maps.Keys(location.LatencyMS)) {
			arm.CheckRegion(&list, at+".latencyMs", region)
			list.Between(at+".latencyMs."+region, location.LatencyMS[region], 0, maxLatencyMS, "ms")
		}
	}
	if err := list.Err(); err != nil {
		return nil, fmt.Errorf("reading the edge locations in %s: %w", path, err)
	}
	return locations, nil
}

// maxLatencyMS keeps requests from being lost on the way.
const maxLatencyMS = 10_000

// latency is how far a region is from the location.
func (l Location) latency(region string) time.Duration {
	for name, milliseconds := range l.LatencyMS {
		if arm.NormalRegion(name) == arm.NormalRegion(region) {
			return time.Duration(milliseconds) * time.Millisecond
		}
	}
	return time.Duration(l.OtherMS) * time.Millisecond
}

// beside are locations near each of some regions, in their order.
func beside(regions []string) []Location {
	var locations []Location
	for _, region := range regions {
		if !slices.ContainsFunc(locations, func(l Location) bool { return l.Name == region }) {
			locations = append(locations, Location{Name: region, LatencyMS: map[string]int{region: nearMS}, OtherMS: farMS})
		}
	}
	if len(locations) == 0 {
		locations = append(locations, Location{Name: "edge"})
	}
	return locations
}

// health is what probes have found.
type health struct {
	mu sync.Mutex
	// samples are the last ones, the newest last; true for a success.
	samples   []bool
	latencies []time.Duration
	requests  int64
}

// State is what an edge has found out, for people.
type State struct {
	Edge string `json:"edge"`
	Kind string `json:"kind"`
	// Location is the edge location or instance that sees it so.
	Location string        `json:"location"`
	Origins  []OriginState `json:"origins"`
}

// OriginState is one origin in the eyes of an edge.
type OriginState struct {
	Name      string  `json:"name"`
	Host      string  `json:"host"`
	Enabled   bool    `json:"enabled"`
	Healthy   bool    `json:"healthy"`
	Priority  int     `json:"priority,omitempty"`
	Weight    int     `json:"weight,omitempty"`
	LatencyMS float64 `json:"latencyMs"`
	// Link is how requests reach it; empty for over the internet.
	Link deployed.OriginLink `json:"link,omitempty"`
	// Requests are those that were sent to it.
	Requests int64 `json:"requests"`
}
