package policies

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/aoai-gateway/aoai-gateway/internal/azure"
	"github.com/aoai-gateway/aoai-gateway/internal/faults"
)

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
	validateAttempts(&list, p.Stored, p.Waits, p.Attempts, p.Timeouts)
	return list.Err()
}

func (Pool) file() string { return "pool.xml" }

func (p Pool) parameters() any {
	made := newBalance(p.Timeouts, p.Waits)
	for _, each := range p.Routes {
		one := route{Model: each.Model, Key: strings.ToLower(each.Model), Variables: pooled(each.Pool, each.members(nil, !p.Consumption))}
		for _, region := range each.Regions {
			one.Regions = append(one.Regions, regionRoute{region.Region, pooled(region.Pool, each.members(region.Backends, !p.Consumption))})
		}
		made.add(one, len(each.Backends))
	}
	for _, each := range p.Aliases {
		made.add(p.alias(each))
	}
	made.asked()
	made.Cached = p.Cached
	made.Cache = !p.Consumption
	made.addStored(p.Stored, p.Attempts, p.searched)
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
