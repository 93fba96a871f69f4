package policies

import (
	"fmt"
	"slices"

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

	// most is how many backends a route has at most.
	most int
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

// add adds a route, by which a request can go to so many backends.
func (b *balance) add(made route, members int) {
	b.Routes = append(b.Routes, made)
	b.most = max(b.most, members)
	b.Regional = b.Regional || len(made.Regions) > 0
	b.Aliased = b.Aliased || made.Deployments != ""
}

// addStored lets requests find what is stored, and bounds the attempts of all routes, which have been
// added.
func (b *balance) addStored(stored Stored, attempts int, variables func(first, others []string) []variable) {
	b.Stored = stored.search(variables)
	b.Regional = b.Regional || len(stored.Regions) > 0
	b.Retries, b.Bound = stored.attempts(b.most, attempts)
}

// validateAttempts notes mistakes of what both balancers take beside their routes.
func validateAttempts(list *faults.List, stored Stored, waits Waits, attempts int, timeouts AttemptTimeouts) {
	stored.validate(list)
	waits.validate(list)
	list.Between("attempts", attempts, 0, azure.MaxRetries, "attempts")
	timeouts.validate(list)
}
