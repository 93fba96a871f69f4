package policies

import (
	"strings"

	"github.com/aoai-gateway/aoai-gateway/internal/azure"
	"github.com/aoai-gateway/aoai-gateway/internal/faults"
)

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
	validateAttempts(&list, r.Stored, r.Waits, r.Attempts, r.Timeouts)
	return list.Err()
}

func (RoundRobin) file() string { return "round-robin.xml" }

func (r RoundRobin) parameters() any {
	made := newBalance(r.Timeouts, r.Waits)
	for _, each := range r.Routes {
		one := route{Model: each.Model, Key: strings.ToLower(each.Model), Variables: rotation(each.Backends, nil)}
		for _, region := range each.Regions {
			one.Regions = append(one.Regions, regionRoute{region.Region, rotation(region.Backends, without(each.Backends, region.Backends))})
		}
		made.add(one, len(each.Backends))
	}
	for _, each := range r.Aliases {
		made.add(r.alias(each))
	}
	made.asked()
	made.Cached = r.Cached
	made.Counter, made.Last = "balance-"+r.Name+"-", made.Asked
	made.addStored(r.Stored, r.Attempts, rotation)
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
