package edge

import (
	"net/netip"
	"slices"
	"strings"

	"github.com/aoai-gateway/aoai-gateway/sandbox/deployed"
)

// profile is a Front Door as it is deployed at one moment, with its edge locations.
type profile struct {
	*deployed.FrontDoor
	locations []Location
}

// newProfile finds the locations of a Front Door; nil for none.
func newProfile(of *deployed.FrontDoor, options Options) *profile {
	if of == nil {
		return nil
	}
	p := &profile{of, options.Locations}
	if len(p.locations) > 0 {
		return p
	}
	var regions []string
	for _, group := range of.Groups {
		for _, o := range group.Origins {
			if region := options.Region(o.Host); region != "" {
				regions = append(regions, region)
			}
		}
	}
	p.locations = beside(regions)
	return p
}

// route is the one of an endpoint whose pattern fits a path best: an exact one, or that with the longest
// beginning. Source: Front Door's page on route matching.
func route(e deployed.Endpoint, path string) *deployed.Route {
	var best *deployed.Route
	length := -1
	for i := range e.Routes {
		for _, pattern := range e.Routes[i].Patterns {
			beginning, open := strings.CutSuffix(strings.ToLower(pattern), "*")
			lower := strings.ToLower(path)
			if (open && (strings.HasPrefix(lower, beginning) || lower+"/" == beginning) || lower == beginning) && len(beginning) > length {
				best, length = &e.Routes[i], len(beginning)
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
