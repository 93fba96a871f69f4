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

// validateAliases notes mistakes of aliases. Backends are those of the routes by their models
// in lower case.
func validateAliases(list *faults.List, aliases []Alias, backends map[string][]string) {
	seen := map[string]int{}
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

// aliasRoute is the route of an alias by a balancer, whose variables depend on the region of
// the gateway; the empty region stands for all others. The last variable has the backends.
func aliasRoute(alias Alias, regions []string, deployments []string, variables func(region string) []variable) route {
	made := route{Model: alias.Name, Key: strings.ToLower(alias.Name), Deployments: strings.Join(deployments, ","), Variables: variables("")}
	made.List = made.Variables[len(made.Variables)-1].Name
	for _, region := range regions {
		made.Regions = append(made.Regions, regionRoute{region, variables(region)})
	}
	return made
}

// nearest are the regions that some of a route have, each once, added to others.
func nearest(regions []string, routes []RegionRoute) []string {
	for _, each := range routes {
		if !slices.Contains(regions, each.Region) {
			regions = append(regions, each.Region)
		}
	}
	return regions
}

// nearOf are the backends that gateways of a region prefer; nil for none.
func nearOf(routes []RegionRoute, region string) []string {
	for _, each := range routes {
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
	var regions, deployments []string
	for _, model := range alias.Models {
		at := slices.IndexFunc(r.Routes, func(each Route) bool { return strings.EqualFold(each.Model, model) })
		routes = append(routes, r.Routes[at])
		regions, deployments = nearest(regions, r.Routes[at].Regions), append(deployments, paired(r.Routes[at].Model, r.Routes[at].Backends)...)
	}
	return aliasRoute(alias, regions, deployments, func(region string) []variable {
		var ranks [][]string
		for _, each := range routes {
			near := nearOf(each.Regions, region)
			for _, rank := range [][]string{near, without(each.Backends, near)} {
				if len(rank) > 0 {
					ranks = append(ranks, rank)
				}
			}
		}
		texts := make([]string, len(ranks))
		for i, rank := range ranks {
			texts[i] = strings.Join(rank, ",")
		}
		return []variable{{"balance-ranks", strings.Join(texts, ";")}}
	}), len(deployments)
}

// alias is the route of an alias by a pool's policy, which chooses by itself: the priorities of
// a model come after those of the models before it.
func (p Pool) alias(alias Alias) (made route, members int) {
	var routes []PoolRoute
	var regions, deployments []string
	for _, model := range alias.Models {
		at := slices.IndexFunc(p.Routes, func(each PoolRoute) bool { return strings.EqualFold(each.Model, model) })
		routes = append(routes, p.Routes[at])
		regions, deployments = nearest(regions, p.Routes[at].Regions), append(deployments, paired(p.Routes[at].Model, p.Routes[at].Backends)...)
	}
	return aliasRoute(alias, regions, deployments, func(region string) []variable {
		var members []string
		for i, each := range routes {
			each.Priorities = slices.Clone(each.Priorities)
			for len(each.Priorities) < len(each.Backends) {
				each.Priorities = append(each.Priorities, 1)
			}
			for j := range each.Priorities {
				each.Priorities[j] += i * aliasStep
			}
			members = append(members, each.members(nearOf(each.Regions, region), true)...)
		}
		return pooled("", members)
	}), len(deployments)
}

// Ranked reports whether the backends of an alias stand in ranks.
func (r route) Ranked() bool { return r.List == "balance-ranks" }

// Form is what callers are told who send an alias in a form, which a policy cannot change.
func (route) Form() failure {
	return newFailure(14, "BadRequest", "A form cannot ask for an alias in its field model: put the name of a deployment there, or the alias into the path: /openai/deployments/{alias}/...")
}

// served are the backends of the routes by their models in lower case.
func (r RoundRobin) served() map[string][]string {
	backends := map[string][]string{}
	for _, each := range r.Routes {
		backends[strings.ToLower(each.Model)] = each.Backends
	}
	return backends
}

// served are the backends of the routes by their models in lower case.
func (p Pool) served() map[string][]string {
	backends := map[string][]string{}
	for _, each := range p.Routes {
		backends[strings.ToLower(each.Model)] = each.Backends
	}
	return backends
}
