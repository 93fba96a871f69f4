package policies

import (
	"fmt"
	"slices"
	"strings"

	"github.com/aoai-gateway/aoai-gateway/internal/azure"
	"github.com/aoai-gateway/aoai-gateway/internal/faults"
)

// Alias is a name that callers ask for instead of a deployment's: the first of its models that
// can serve the request does. The backends of the next model are asked when all of those of
// the models before it have failed, or are known to be busy; those that failed a moment ago
// come last, whatever their model.
//
// The body's member model becomes the deployment's name before each attempt. A path is the same
// in all attempts, because rewrite-uri is for the inbound section only. So calls of an alias by
// path use backends of their own, whose URLs have the deployment; see PathBackend.
type Alias struct {
	Name string
	// Models are those of routes, 1 to MaxAliasModels, the preferred one first.
	Models []string
}

// MaxAliasModels is how many models an alias may have.
const MaxAliasModels = 5

// aliasStep lies between the priorities of two models of an alias: more than any pool has.
const aliasStep = 2 * azure.LastOriginPriority

// PathBackend is the id of the backend whose URL ends in /deployments/ and the deployment's
// name, of the deployment that the backend with an id is for.
func PathBackend(id string) string { return pathPrefix + id }

const pathPrefix = "path-"

// validateAliases notes mistakes of aliases, whose models are those of routes.
func validateAliases(list *faults.List, aliases []Alias, routes []Route) {
	seen, backends := map[string]int{}, map[string][]string{}
	for _, each := range routes {
		backends[strings.ToLower(each.Model)] = each.Backends
	}
	for i, alias := range aliases {
		at := fmt.Sprintf("aliases[%d].", i)
		name := strings.ToLower(alias.Name)
		if name == "" {
			list.Add(at+"name", "is missing")
		}
		if first, twice := seen[name]; twice {
			list.Add(at+"name", "%q stands at aliases[%d] already", alias.Name, first).About(alias.Name)
		}
		seen[name] = i
		if _, taken := backends[name]; taken {
			list.Add(at+"name", "%q is a model of its own", alias.Name).About(alias.Name).Remedy("choose another name")
		}
		list.Between(at+"models", len(alias.Models), 1, MaxAliasModels, "models")
		all := 0
		for j, model := range alias.Models {
			path := fmt.Sprintf("%smodels[%d]", at, j)
			of, known := backends[strings.ToLower(model)]
			if !known {
				list.Add(path, "%q has no route", model).About(model)
			}
			if first := slices.IndexFunc(alias.Models, func(other string) bool { return strings.EqualFold(other, model) }); first < j {
				list.Add(path, "%q stands at models[%d] already", model, first).About(model)
			}
			all += len(of)
			for k, id := range of {
				backendID(list, fmt.Sprintf("%s.backends[%d]", path, k), PathBackend(id))
			}
		}
		list.Between(at+"backends", all, 0, azure.MaxRetries, "backends")
	}
}

// paired pairs each of the backends with the deployment that it is for, such as
// sweden-gpt-4o=gpt-4o.
func paired(model string, backends []string) []string {
	pairs := make([]string, len(backends))
	for i, id := range backends {
		pairs[i] = id + "=" + model
	}
	return pairs
}

// positions are those of an alias's models among routes.
func (a Alias) positions(routes []Route) []int {
	at := make([]int, len(a.Models))
	for i, model := range a.Models {
		at[i] = slices.IndexFunc(routes, func(each Route) bool { return strings.EqualFold(each.Model, model) })
	}
	return at
}

// route is the route of an alias by a balancer, and how many backends it has. Routes are those
// of its models. The balancer's variables depend on the region of the gateway; the empty region
// stands for all others. The last variable has the backends.
func (a Alias) route(routes []Route, variables func(region string) []variable) (made route, members int) {
	var deployments []string
	var regions []regionRoute
	for _, each := range routes {
		deployments = append(deployments, paired(each.Model, each.Backends)...)
		for _, near := range each.Regions {
			if !slices.ContainsFunc(regions, func(known regionRoute) bool { return known.Region == near.Region }) {
				regions = append(regions, regionRoute{near.Region, variables(near.Region)})
			}
		}
	}
	made = route{Model: a.Name, Key: strings.ToLower(a.Name), Regions: regions, Variables: variables(""), Deployments: strings.Join(deployments, ",")}
	made.List = made.Variables[len(made.Variables)-1].Name
	return made, len(deployments)
}

// near are the backends that gateways of a region prefer; nil for none.
func (r Route) near(region string) []string {
	for _, each := range r.Regions {
		if each.Region == region {
			return each.Backends
		}
	}
	return nil
}

// alias is the route of an alias by a rotation: ranks of backends, the first of which takes
// the request; each rank takes turns.
func (r RoundRobin) alias(alias Alias) (made route, members int) {
	var routes []Route
	for _, at := range alias.positions(r.Routes) {
		routes = append(routes, r.Routes[at])
	}
	return alias.route(routes, func(region string) []variable {
		var ranks []string
		for _, each := range routes {
			near := each.near(region)
			for _, rank := range [][]string{near, without(each.Backends, near)} {
				if len(rank) > 0 {
					ranks = append(ranks, strings.Join(rank, ","))
				}
			}
		}
		return []variable{{"balance-ranks", strings.Join(ranks, ";")}}
	})
}

// alias is the route of an alias by a pool's policy, which chooses by itself: the priorities of
// a model come after those of the models before it.
func (p Pool) alias(alias Alias) (made route, members int) {
	var routes []Route
	var pools []PoolRoute
	for i, at := range alias.positions(p.plain()) {
		routes, pools = append(routes, p.Routes[at].Route), append(pools, p.Routes[at].behind(i))
	}
	return alias.route(routes, func(region string) []variable {
		var members []string
		for _, each := range pools {
			members = append(members, each.members(each.near(region), true)...)
		}
		return pooled("", members)
	})
}

// behind is the route with priorities that come after those of so many other routes.
func (r PoolRoute) behind(others int) PoolRoute {
	r.Priorities = slices.Clone(r.Priorities)
	for len(r.Priorities) < len(r.Backends) {
		r.Priorities = append(r.Priorities, 1)
	}
	for i := range r.Priorities {
		r.Priorities[i] += others * aliasStep
	}
	return r
}

// Ranked reports whether the backends of an alias stand in ranks.
func (r route) Ranked() bool { return r.List == "balance-ranks" }

// Form is what callers are told who send an alias in a form, which a policy cannot change.
func (route) Form() failure {
	return newFailure(14, "BadRequest", "A form cannot ask for an alias in its field model: put the name of a deployment there, or the alias into the path: /openai/deployments/{alias}/...")
}
