package policies

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/aoai-gateway/aoai-gateway/internal/faults"
)

// Timeouts bound the attempts of a balancer, in seconds.
type Timeouts struct {
	// Attempt is how long one backend may take to the headers of its answer: 10
	// to 240 (beyond 240 the service may drop the connection).
	Attempt int
	// Total is what the edge before the gateway allows for the whole request.
	// Another attempt starts only while there is room for it: at least Attempt.
	Total int
}

// DefaultTimeouts fit behind Front Door, whose limit is 240 seconds.
func DefaultTimeouts() Timeouts { return Timeouts{Attempt: 100, Total: 230} }

func (t Timeouts) validate(list *faults.List) {
	list.Between("timeouts.attempt", t.Attempt, 10, 240, "seconds")
	if t.Total < t.Attempt {
		list.Add("timeouts.total", "%d seconds leave no room for one attempt of %d; raise it, or lower timeouts.attempt", t.Total, t.Attempt)
	}
}

// backendIDPattern is that of the ARM contract.
var backendIDPattern = regexp.MustCompile(`^\w[\w-]*\w$`)

// backendID notes an id that no backend can have.
func backendID(list *faults.List, path, id string) {
	if len(id) > 80 || !backendIDPattern.MatchString(id) {
		list.Add(path, "%q is no backend id: 2 to 80 letters, digits, _ and -, without - at the ends", id)
	}
}

// backendIDs notes ids that no backend can have, and such that stand twice.
func backendIDs(list *faults.List, at string, ids []string) {
	for i, id := range ids {
		path := fmt.Sprintf("%sbackends[%d]", at, i)
		backendID(list, path, id)
		if first := slices.Index(ids, id); first < i {
			list.Add(path, "%q stands at backends[%d] already", id, first)
		}
	}
}

// maxRetries is the service's bound of a retry's count.
const maxRetries = 50

// exhausted notes a time to wait that is out of bounds.
func exhausted(list *faults.List, seconds int) {
	list.Between("exhaustedRetryAfter", seconds, 1, 3600, "seconds")
}

// route is a model and what the balancer's variables are set to for it: in each region
// that has variables of its own, and everywhere else.
type route struct {
	Model     string
	Regions   []regionRoute
	Variables []variable
}

type regionRoute struct {
	Region    string
	Variables []variable
}

type variable struct {
	Name  string
	Value any
}

// distinct notes models that are missing or stand twice; Azure does not tell case
// apart.
func distinct(list *faults.List, models []string) {
	if len(models) == 0 {
		list.Add("routes", "is empty: name the models and what serves them")
	}
	seen := map[string]int{}
	for i, model := range models {
		path := fmt.Sprintf("routes[%d].model", i)
		if model == "" {
			list.Add(path, "is missing")
		}
		if first, ok := seen[strings.ToLower(model)]; ok {
			list.Add(path, "%q stands at routes[%d] already", model, first)
			continue
		}
		seen[strings.ToLower(model)] = i
	}
}

// retries are the attempts after the first: each backend once, or fewer.
func retries(backends, attempts int) int {
	if attempts > 0 {
		backends = min(backends, attempts)
	}
	return backends - 1
}

// Route is a model, by the name of its deployments, and the backends that have it.
type Route struct {
	Model string
	// Backends are the ids of backend entities, 1 to 50.
	Backends []string
	// Regions are those gateways that have some of the backends near them.
	Regions []RegionRoute
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

// RoundRobin sends each request to the next of the backends that serve its model,
// and what fails with a connection error, 408, 429 or 5xx to the others, each once. The
// others take turns in standing in for a backend that fails, so that none gets all of
// its load. The position is a counter for each model in the gateway's cache. It
// stands behind Model. A model without a route gets 404.
//
// The rotation is strict when requests do not overlap and the cache keeps up. It cannot
// be when several requests read the position before one of them has raised it, because
// the cache has no lock; when a raised position is seen late, as its stores are not
// waited for; when a store is lost; across regions, which have a cache each; and on
// Consumption, which has none: there every request starts anywhere, by its id. Then
// the spread is even on average only, and as even as chance would have it: when stores
// are seen later than the next requests come, requests that come together go to one
// backend together. docs/experiments.md has the measurements. Where there is no
// position yet, the request's id decides, so that many first requests do not go to one
// backend.
//
// Where a route has regions, a gateway rotates among the backends of its own region, and
// sends what they fail to the others, which take turns in that, too. A gateway whose
// region is not named uses all of them alike.
//
// It needs no more than backends that anything can create. Where backends differ in
// size or price, or under much load, use Pool.
type RoundRobin struct {
	// Name tells several balancers of one service apart: it is part of the
	// counters' keys.
	Name   string
	Routes []Route
	// Attempts is how many backends one request is sent to at most, up to 50; 0 for
	// each of its backends.
	Attempts int
	// ExhaustedRetryAfter is what a caller is told to wait when no backend told
	// anything itself, because all breakers are open; in seconds.
	ExhaustedRetryAfter int
	Timeouts            Timeouts
}

// Validate implements Part.
func (r RoundRobin) Validate() error {
	var list faults.List
	if r.Name == "" {
		list.Add("name", "is missing; any name that no other balancer of the service has")
	}
	models := make([]string, len(r.Routes))
	for i, each := range r.Routes {
		models[i] = each.Model
		at := fmt.Sprintf("routes[%d].", i)
		list.Between(at+"backends", len(each.Backends), 1, maxRetries, "backends")
		backendIDs(&list, at, each.Backends)
		regionRoutes(&list, at, each.Regions, each.Backends, false)
	}
	distinct(&list, models)
	exhausted(&list, r.ExhaustedRetryAfter)
	list.Between("attempts", r.Attempts, 0, maxRetries, "attempts")
	r.Timeouts.validate(&list)
	return list.Err()
}

func (RoundRobin) file() string { return "round-robin.xml" }

func (r RoundRobin) parameters() any {
	routes, most, regional := make([]route, len(r.Routes)), 0, false
	for _, each := range r.Routes {
		regional = regional || len(each.Regions) > 0
	}
	for i, each := range r.Routes {
		routes[i] = route{Model: each.Model, Variables: rotation(each.Backends, nil, regional)}
		for _, region := range each.Regions {
			routes[i].Regions = append(routes[i].Regions, regionRoute{
				region.Region, rotation(region.Backends, without(each.Backends, region.Backends), regional),
			})
		}
		most = max(most, len(each.Backends))
	}
	return struct {
		Counter                                                 string
		Regional                                                bool
		Routes                                                  []route
		Retries, AttemptTimeout, LastStart, ExhaustedRetryAfter int
	}{"balance-" + r.Name + "-", regional, routes, retries(most, r.Attempts), r.Timeouts.Attempt, r.Timeouts.Total - r.Timeouts.Attempt, r.ExhaustedRetryAfter}
}

// rotation are the variables of a rotation among some backends, with others behind
// them where gateways of several regions prefer their own.
func rotation(first, others []string, regional bool) []variable {
	variables := []variable{
		{"balance-backends", strings.Join(first, ",")},
		{"balance-members", expression(fmt.Sprintf("@(%d)", len(first)+len(others)))},
		{"balance-turns", expression(fmt.Sprintf("@(%d)", turns(len(first))*max(1, len(others))))},
	}
	if regional {
		variables = append(variables, variable{"balance-others", strings.Join(others, ",")})
	}
	return variables
}

// turns are the positions that the rotation goes through: each backend comes first as
// often as there are others, and each time another one stands in for it.
func turns(backends int) int { return backends * max(1, backends-1) }

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
			list.Add(path+".region", "%q is no region; write it like westeurope", each.Region)
		}
		if first := slices.IndexFunc(regions, func(other RegionRoute) bool { return other.Region == each.Region }); first < i {
			list.Add(path+".region", "%q stands at regions[%d] already", each.Region, first)
		}
		if len(each.Backends) == 0 {
			list.Add(path+".backends", "is empty; leave the region out, and it uses all backends alike")
		}
		for _, id := range each.Backends {
			if !slices.Contains(backends, id) {
				list.Add(path+".backends", "%q is none of the route's backends", id)
			}
		}
		if pools {
			backendID(list, path+".pool", each.Pool)
		}
	}
}

// PoolRoute is a model and the pool that serves it.
type PoolRoute struct {
	Model string
	// Pool is the pool's id, and Backends the ids of its members, 1 to 30.
	Pool     string
	Backends []string
	// Regions are those gateways that have some of the members near them.
	Regions []RegionRoute
}

// Pool uses backend pools of the service with circuit breakers: priorities,
// weights, and backends that are left alone while their breaker is open. It
// stands behind Model. A model without a route gets 404.
//
// A backend that cannot be reached, or answers 500, may be one that no breaker leaves
// alone: then the request goes on to the members that it was not sent to, one after the
// other, whatever their priority. What else fails goes to the pool again, whose breakers
// have opened.
//
// Where a route has regions, a gateway uses the pool of its own region, whose first
// priorities are the region's own members. A gateway whose region is not named uses the
// route's pool.
//
// It is the better choice for provisioned throughput with overflow, for backends
// of different sizes, and under much load. Its breakers are kept by each unit of
// the gateway.
type Pool struct {
	Routes []PoolRoute
	// Attempts is how many members one request is sent to at most, up to 50; 0 for
	// as many as the pool has.
	Attempts int
	// ExhaustedRetryAfter is what a caller is told to wait when all members are
	// tripped, in seconds.
	ExhaustedRetryAfter int
	Timeouts            Timeouts
}

// MaxPoolMembers is how many members a pool may have. Source: API Management's
// page on backends.
const MaxPoolMembers = 30

// Validate implements Part.
func (p Pool) Validate() error {
	var list faults.List
	models := make([]string, len(p.Routes))
	for i, each := range p.Routes {
		models[i] = each.Model
		at := fmt.Sprintf("routes[%d].", i)
		backendID(&list, at+"pool", each.Pool)
		list.Between(at+"backends", len(each.Backends), 1, MaxPoolMembers, "backends")
		backendIDs(&list, at, each.Backends)
		regionRoutes(&list, at, each.Regions, each.Backends, true)
	}
	distinct(&list, models)
	exhausted(&list, p.ExhaustedRetryAfter)
	list.Between("attempts", p.Attempts, 0, maxRetries, "attempts")
	p.Timeouts.validate(&list)
	return list.Err()
}

func (Pool) file() string { return "pool.xml" }

func (p Pool) parameters() any {
	routes, most, regional := make([]route, len(p.Routes)), 0, false
	for _, each := range p.Routes {
		regional = regional || len(each.Regions) > 0
	}
	for i, each := range p.Routes {
		routes[i] = route{Model: each.Model, Variables: pooled(each.Pool, each.Backends, nil, regional)}
		for _, region := range each.Regions {
			routes[i].Regions = append(routes[i].Regions, regionRoute{
				region.Region, pooled(region.Pool, region.Backends, without(each.Backends, region.Backends), regional),
			})
		}
		most = max(most, len(each.Backends))
	}
	return struct {
		Regional                                                bool
		Routes                                                  []route
		Retries, AttemptTimeout, LastStart, ExhaustedRetryAfter int
	}{regional, routes, retries(most, p.Attempts), p.Timeouts.Attempt, p.Timeouts.Total - p.Timeouts.Attempt, p.ExhaustedRetryAfter}
}

// pooled are the variables of a pool, whose first members are asked before others where
// gateways of several regions prefer their own.
func pooled(pool string, first, others []string, regional bool) []variable {
	variables := []variable{
		{"balance-pool", pool},
		{"balance-backends", strings.Join(append(slices.Clone(first), others...), ",")},
		{"balance-members", expression(fmt.Sprintf("@(%d)", len(first)+len(others)))},
	}
	if regional {
		variables = append(variables, variable{"balance-near", expression(fmt.Sprintf("@(%d)", len(first)))})
	}
	return variables
}
