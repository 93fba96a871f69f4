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

// route is a model and what the balancer's variables are set to for it.
type route struct {
	Model     string
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
	}
	distinct(&list, models)
	exhausted(&list, r.ExhaustedRetryAfter)
	list.Between("attempts", r.Attempts, 0, maxRetries, "attempts")
	r.Timeouts.validate(&list)
	return list.Err()
}

func (RoundRobin) file() string { return "round-robin.xml" }

func (r RoundRobin) parameters() any {
	routes, most := make([]route, len(r.Routes)), 0
	for i, each := range r.Routes {
		routes[i] = route{each.Model, []variable{
			{"balance-backends", strings.Join(each.Backends, ",")},
			{"balance-members", expression(fmt.Sprintf("@(%d)", len(each.Backends)))},
			{"balance-turns", expression(fmt.Sprintf("@(%d)", turns(len(each.Backends))))},
		}}
		most = max(most, len(each.Backends))
	}
	return struct {
		Counter                                                 string
		Routes                                                  []route
		Retries, AttemptTimeout, LastStart, ExhaustedRetryAfter int
	}{"balance-" + r.Name + "-", routes, retries(most, r.Attempts), r.Timeouts.Attempt, r.Timeouts.Total - r.Timeouts.Attempt, r.ExhaustedRetryAfter}
}

// turns are the positions that the rotation goes through: each backend comes first as
// often as there are others, and each time another one stands in for it.
func turns(backends int) int { return backends * max(1, backends-1) }

// PoolRoute is a model and the pool that serves it.
type PoolRoute struct {
	Model string
	// Pool is the pool's id, and Backends the ids of its members, 1 to 30.
	Pool     string
	Backends []string
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
	}
	distinct(&list, models)
	exhausted(&list, p.ExhaustedRetryAfter)
	list.Between("attempts", p.Attempts, 0, maxRetries, "attempts")
	p.Timeouts.validate(&list)
	return list.Err()
}

func (Pool) file() string { return "pool.xml" }

func (p Pool) parameters() any {
	routes, most := make([]route, len(p.Routes)), 0
	for i, each := range p.Routes {
		routes[i] = route{each.Model, []variable{
			{"balance-pool", each.Pool},
			{"balance-backends", strings.Join(each.Backends, ",")},
			{"balance-members", expression(fmt.Sprintf("@(%d)", len(each.Backends)))},
		}}
		most = max(most, len(each.Backends))
	}
	return struct {
		Routes                                                  []route
		Retries, AttemptTimeout, LastStart, ExhaustedRetryAfter int
	}{routes, retries(most, p.Attempts), p.Timeouts.Attempt, p.Timeouts.Total - p.Timeouts.Attempt, p.ExhaustedRetryAfter}
}
