package policies

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/aoai-gateway/aoai-gateway/internal/arm"
	"github.com/aoai-gateway/aoai-gateway/internal/azure"
	"github.com/aoai-gateway/aoai-gateway/internal/defaults"
	"github.com/aoai-gateway/aoai-gateway/internal/faults"
)

// AttemptTimeouts bound the attempts of a balancer, in seconds.
type AttemptTimeouts struct {
	// Attempt is how long one backend may take to the headers of its answer: 10
	// to 240 (beyond 240 the service may drop the connection).
	Attempt int `default:"222"`
	// Total is what the edge before the gateway allows for the whole request. An attempt
	// gets what is left of it, and none starts with less than leastAttempt.
	Total int `default:"230"`
}

// LeastAttemptTimeout is the shortest time-out of an attempt, in seconds.
const LeastAttemptTimeout = 10

// leastAttempt is what an attempt is worth starting with, in seconds.
const leastAttempt = 5

// DefaultAttemptTimeouts fit behind Front Door, whose limit is 240 seconds. A model may think for
// all of an attempt, and is paid once. Behind a backend that never answers 8 seconds are
// left for another one: both cannot be had.
func DefaultAttemptTimeouts() AttemptTimeouts { return defaults.Of[AttemptTimeouts]() }

func (t AttemptTimeouts) validate(list *faults.List) {
	list.Between("timeouts.attempt", t.Attempt, LeastAttemptTimeout, azure.MaxForwardSeconds, "seconds")
	if t.Total < t.Attempt {
		list.Add("timeouts.total", "%d seconds leave no room for one attempt of %d", t.Total, t.Attempt).About(t.Total).Remedy("raise it, or lower timeouts.attempt")
	}
}

// backendID notes an id that no backend can have.
func backendID(list *faults.List, path, id string) {
	list.AddError(path, arm.APIMBackendName.Check(id))
}

// backendIDs notes ids that no backend can have, and such that stand twice.
func backendIDs(list *faults.List, at string, ids []string) {
	for i, id := range ids {
		path := fmt.Sprintf("%sbackends[%d]", at, i)
		backendID(list, path, id)
		if first := slices.Index(ids, id); first < i {
			list.Add(path, "%q stands at backends[%d] already", id, first).About(id)
		}
	}
}

// Waits are how long backends are left alone, and what callers are told, in seconds.
type Waits struct {
	// Trip is how long a backend is left alone after a failure; after 429 or 503 at most so
	// long, and no longer than it asks for itself.
	Trip int `default:"10"`
	// Exhausted is what a caller is told to wait when all backends are busy and none told for
	// how long. Callers are told 59 seconds at most: clients do not believe more.
	Exhausted int `default:"10"`
}

// DefaultWaits are short: a backend that asks for minutes is asked again before that, since
// it often can serve then.
func DefaultWaits() Waits { return defaults.Of[Waits]() }

func (w Waits) validate(list *faults.List) {
	list.Between("waits.trip", w.Trip, 1, 3600, "seconds")
	list.Between("waits.exhausted", w.Exhausted, 1, 3600, "seconds")
}

// balance is what both balancers' documents are filled with. Asked, Attempts,
// Count, Members and Fresh are C#: the id of the backend asked last, how many were asked (Count
// only behind the routes), how many there are, and a condition that the last one was not
// asked before.
type balance struct {
	Counter                                             string
	Regional, Cache, Cached, Aliased                    bool
	Routes                                              []route
	Stored                                              route
	Bound                                               int
	Retries, AttemptTimeout, Total, LastStart           int
	ExhaustedRetryAfter, Trip                           int
	Asked, Attempts, Count, Members, Fresh, Again, Last string
}

// split counts what a list has.
const split = `.Split(new [] { ',' }, StringSplitOptions.RemoveEmptyEntries).Length`

// asked fills in what follows from the list of those that were asked, the last one at its
// end.
func (b *balance) asked() {
	const tried = `((string)context.Variables["balance-tried"])`
	b.Asked, b.Count, b.Again = `(`+tried+`.Contains(",") ? `+tried+`.Split(',').Last() : `+tried+`)`, tried+`.Split(',').Length`, tried+`.Contains(",")`
	b.Attempts = `context.Variables.GetValueOrDefault<string>("balance-tried", "")` + split
}

// routed is what a route of a model is filled with.
type routed struct {
	Indent, Key, Counter string
	Cache                bool
	Variables            []variable
}

// For is a route of a model, for gateways of a region or of all others.
func (b balance) For(indent, key, region string, variables []variable) routed {
	made := routed{Indent: indent, Key: key, Cache: b.Cache, Variables: variables}
	switch {
	case b.Counter != "" && b.Regional:
		made.Counter = b.Counter + region + "-" + key
	case b.Counter != "":
		made.Counter = b.Counter + key
	}
	return made
}

func newBalance(timeouts AttemptTimeouts, waits Waits) balance {
	return balance{
		AttemptTimeout: timeouts.Attempt, Total: timeouts.Total, LastStart: timeouts.Total - leastAttempt, ExhaustedRetryAfter: waits.Exhausted, Trip: waits.Trip, Cache: true,
	}
}

// route is a model and what the balancer's variables are set to for it: in each region
// that has variables of its own, and everywhere else.
type route struct {
	Model string
	// Key tells the model's values in the cache from those of others: case does not count.
	Key       string
	Regions   []regionRoute
	Variables []variable
	// Deployments are those of an alias's backends, such as sweden-gpt-4o=gpt-4o, and List is
	// the variable that holds the backends; empty for a model.
	Deployments, List string
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

// RoundRobin sends each request to the next of the backends that serve its model,
// and what fails with a connection error, 401, 403, 404, 408, 410, 429 or 5xx to the
// others, each once. The others take turns in standing in for a backend that fails, so
// that none gets all of its load. The position is a counter for each model in the
// gateway's cache. It stands behind Model. A model without a route gets 404.
//
// The cache also keeps what is known of a model's backends. One that says 429 or 503 is
// left alone for its Retry-After, and asked again every Waits.Trip seconds where that is
// more than two of these. One that fails otherwise is left alone for Waits.Trip, if
// another one has served the request: a request that fails everywhere closes none. What
// failed is asked last, and what is busy is not asked.
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
	Name    string
	Routes  []Route
	Aliases []Alias
	Stored  Stored
	// Attempts is how many backends one request is sent to at most, up to 50; 0 for
	// each of its backends.
	Attempts int
	Waits    Waits
	Timeouts AttemptTimeouts
	// Cached says that a SemanticCache stands before it, which may answer in its stead.
	Cached bool
}

// Validate implements Part.
func (r RoundRobin) Validate() error {
	var list faults.List
	if r.Name == "" {
		list.Add("name", "is missing").Remedy("any name that no other balancer of the service has")
	}
	for i, each := range r.Routes {
		each.validate(&list, routeAt(i), azure.MaxRetries, false)
	}
	distinct(&list, r.Routes)
	validateAliases(&list, r.Aliases, r.Routes)
	r.Stored.validate(&list)
	r.Waits.validate(&list)
	list.Between("attempts", r.Attempts, 0, azure.MaxRetries, "attempts")
	r.Timeouts.validate(&list)
	return list.Err()
}

func (RoundRobin) file() string { return "round-robin.xml" }

func (r RoundRobin) parameters() any {
	made, most := newBalance(r.Timeouts, r.Waits), 0
	for _, each := range r.Routes {
		one := route{Model: each.Model, Key: strings.ToLower(each.Model), Variables: rotation(each.Backends, nil)}
		for _, region := range each.Regions {
			one.Regions = append(one.Regions, regionRoute{region.Region, rotation(region.Backends, without(each.Backends, region.Backends))})
		}
		made.Routes, most, made.Regional = append(made.Routes, one), max(most, len(each.Backends)), made.Regional || len(each.Regions) > 0
	}
	for _, each := range r.Aliases {
		one, members := r.alias(each)
		made.Routes, most, made.Aliased = append(made.Routes, one), max(most, members), true
	}
	made.asked()
	made.Cached = r.Cached
	made.Counter, made.Last, made.Stored = "balance-"+r.Name+"-", made.Asked, r.Stored.search(rotation)
	made.Regional = made.Regional || len(r.Stored.Regions) > 0
	made.Retries, made.Bound = r.Stored.attempts(most, r.Attempts)
	made.Members = `((string)context.Variables["balance-backends"] + "," + context.Variables.GetValueOrDefault<string>("balance-others", ""))` + split
	return made
}

// rotation are the variables of a rotation among some backends, with others behind
// them where gateways of several regions prefer their own.
func rotation(first, others []string) []variable {
	variables := []variable{{"balance-backends", strings.Join(first, ",")}}
	if len(others) > 0 {
		variables = append(variables, variable{"balance-others", strings.Join(others, ",")})
	}
	return variables
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

// PoolRoute is a model and the pool that serves it.
type PoolRoute struct {
	// Route has the pool's members as its backends, 1 to 30.
	Route
	// Pool is the pool's id.
	Pool string
	// Priorities and Weights are those of the members, in the same order; nil for 1 each.
	Priorities, Weights []int
}

// Pool uses backend pools of the service with circuit breakers: priorities,
// weights, and backends that are left alone while their breaker is open. It
// stands behind Model. A model without a route gets 404.
//
// What fails goes on to the members that it was not sent to, by priority and weight. While
// the cache knows of a member that is busy or failed (see RoundRobin), the policy chooses
// among the others by itself, instead of the pool.
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
	// Aliases need a cache: not with Consumption.
	Aliases []Alias
	Stored  Stored
	// Attempts is how many members one request is sent to at most, up to 50; 0 for
	// as many as the pool has.
	Attempts int
	Waits    Waits
	Timeouts AttemptTimeouts
	// Cached says that a SemanticCache stands before it, which may answer in its stead.
	Cached bool
	// Consumption is for that SKU: nothing is kept in a cache, which it does not have, and
	// answers are not read whole, since it takes 2 MiB of them at most.
	Consumption bool
}

// Validate implements Part.
func (p Pool) Validate() error {
	var list faults.List
	for i, each := range p.Routes {
		at := routeAt(i)
		backendID(&list, at+"pool", each.Pool)
		each.validate(&list, at, azure.MaxPoolMembers, true)
		for name, values := range map[string][]int{"priorities": each.Priorities, "weights": each.Weights} {
			if values != nil && len(values) != len(each.Backends) {
				list.Add(at+name, "are %d for %d backends", len(values), len(each.Backends)).Remedy("give one for each, or none")
			}
			for j, value := range values {
				list.Between(fmt.Sprintf("%s%s[%d]", at, name, j), value, 1, 100, "")
			}
		}
	}
	distinct(&list, p.plain())
	validateAliases(&list, p.Aliases, p.plain())
	if p.Consumption && len(p.Aliases) > 0 {
		list.Add("aliases", "need a cache, which Consumption has not").Remedy("leave them out, or take another SKU")
	}
	p.Stored.validate(&list)
	p.Waits.validate(&list)
	list.Between("attempts", p.Attempts, 0, azure.MaxRetries, "attempts")
	p.Timeouts.validate(&list)
	return list.Err()
}

func (Pool) file() string { return "pool.xml" }

func (p Pool) parameters() any {
	made, most := newBalance(p.Timeouts, p.Waits), 0
	for _, each := range p.Routes {
		one := route{Model: each.Model, Key: strings.ToLower(each.Model), Variables: pooled(each.Pool, each.members(nil, !p.Consumption))}
		for _, region := range each.Regions {
			one.Regions = append(one.Regions, regionRoute{region.Region, pooled(region.Pool, each.members(region.Backends, !p.Consumption))})
		}
		made.Routes, most, made.Regional = append(made.Routes, one), max(most, len(each.Backends)), made.Regional || len(each.Regions) > 0
	}
	for _, each := range p.Aliases {
		one, members := p.alias(each)
		made.Routes, most, made.Aliased = append(made.Routes, one), max(most, members), true
	}
	made.asked()
	made.Cached = p.Cached
	made.Cache, made.Stored = !p.Consumption, p.Stored.search(p.searched)
	made.Regional = made.Regional || len(p.Stored.Regions) > 0
	made.Retries, made.Bound = p.Stored.attempts(most, p.Attempts)
	// What the pool has chosen is known afterwards only. An exhausted one has chosen none.
	made.Last = `(context.Backend != null ? context.Backend.Id : "")`
	made.Fresh = `context.Backend != null && !((string)context.Variables["balance-tried"]).Split(',').Reverse().Skip(1).Contains(context.Backend.Id)`
	made.Members = `((string)context.Variables["balance-backends"]).Split(',').Length`
	if p.Consumption { // short, since 16 KiB have to do
		made.Asked, made.Attempts = `((string)context.Variables["balance-tried"]).Split(',').Last()`, made.Count
	}
	return made
}

// plain are the routes without what pools add to them.
func (p Pool) plain() []Route {
	routes := make([]Route, len(p.Routes))
	for i, each := range p.Routes {
		routes[i] = each.Route
	}
	return routes
}

// pooled are the variables of a pool and its members, which are asked by themselves when
// the pool's choice has failed.
func pooled(pool string, members []string) []variable {
	return []variable{{"balance-pool", pool}, {"balance-backends", strings.Join(members, ",")}}
}

// members are the ids of the members by priority, or id, priority and weight: those that are
// near come first, as they do in the pool of their region.
func (r PoolRoute) members(near []string, weighted bool) []string {
	type member struct {
		id               string
		priority, weight int
	}
	list := make([]member, len(r.Backends))
	for i, id := range r.Backends {
		list[i] = member{id, 1, 1}
		if i < len(r.Priorities) {
			list[i].priority = r.Priorities[i]
		}
		if i < len(r.Weights) {
			list[i].weight = r.Weights[i]
		}
		if near != nil && !slices.Contains(near, id) {
			list[i].priority += azure.LastOriginPriority
		}
	}
	slices.SortStableFunc(list, func(a, b member) int { return cmp.Compare(a.priority, b.priority) })
	texts := make([]string, len(list))
	for i, each := range list {
		if texts[i] = each.id; weighted {
			texts[i] = fmt.Sprintf("%s|%d|%d", each.id, each.priority, each.weight)
		}
	}
	return texts
}
