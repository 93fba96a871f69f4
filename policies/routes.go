package policies

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/aoai-gateway/aoai-gateway/internal/faults"
)

// distinct notes models that are missing or stand twice; Azure does not tell case
// apart.
func distinct(list *faults.List, routes []Route) {
	if len(routes) == 0 {
		list.Add("routes", "is empty: name the models and what serves them")
	}
	seen := map[string]int{}
	for i, each := range routes {
		model, path := each.Model, routeAt(i)+"model"
		if model == "" {
			list.Add(path, "is missing")
		}
		if first, ok := seen[strings.ToLower(model)]; ok {
			list.Add(path, "%q stands at routes[%d] already", model, first).About(model)
			continue
		}
		seen[strings.ToLower(model)] = i
	}
}

// Route is a model, by the name of its deployments, and the backends that have it.
type Route struct {
	Model string
	// Backends are the ids of backend entities, 1 to 50.
	Backends []string
	// Regions are those gateways that have some of the backends near them.
	Regions []RegionRoute
}

// routeAt is the path of a route's members in mistakes.
func routeAt(i int) string { return fmt.Sprintf("routes[%d].", i) }

// validate notes mistakes of a route, which stands at a path and has so many backends at most.
func (r Route) validate(list *faults.List, at string, most int, pools bool) {
	list.Between(at+"backends", len(r.Backends), 1, most, "backends")
	backendIDs(list, at, r.Backends)
	regionRoutes(list, at, r.Regions, r.Backends, pools)
}

// RegionRoute is what the gateways of one region prefer.
type RegionRoute struct {
	// Region is Azure's name without spaces in lower case, such as westeurope.
	Region string
	// Backends are those of the route that stand in the region, one or more. The others
	// are asked when these have failed.
	Backends []string
	// Pool is the pool that has them in its first priorities; for Pool only.
	Pool string
}

// without are the ids of a list that are not in another.
func without(list, other []string) []string {
	var rest []string
	for _, id := range list {
		if !slices.Contains(other, id) {
			rest = append(rest, id)
		}
	}
	return rest
}

var regionPattern = regexp.MustCompile(`^[a-z0-9]+$`)

// regionRoutes notes regions that are written otherwise than they are compared, that
// stand twice, or whose backends are not the route's.
func regionRoutes(list *faults.List, at string, regions []RegionRoute, backends []string, pools bool) {
	for i, each := range regions {
		path := fmt.Sprintf("%sregions[%d]", at, i)
		if !regionPattern.MatchString(each.Region) {
			list.Add(path+".region", "%q is no region", each.Region).About(each.Region).Remedy("write it like westeurope")
		}
		if first := slices.IndexFunc(regions, func(other RegionRoute) bool { return other.Region == each.Region }); first < i {
			list.Add(path+".region", "%q stands at regions[%d] already", each.Region, first).About(each.Region)
		}
		if len(each.Backends) == 0 {
			list.Add(path+".backends", "is empty").Remedy("leave the region out, and it uses all backends alike")
		}
		for _, id := range each.Backends {
			if !slices.Contains(backends, id) {
				list.Add(path+".backends", "%q is none of the route's backends", id).About(id)
			}
		}
		if pools {
			backendID(list, path+".pool", each.Pool)
		}
	}
}
