package policies

import (
	"fmt"
	"regexp"

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

// maxRetries is the service's bound of a retry's count.
const maxRetries = 50

// RoundRobin sends each request to the next of several backends, and what fails
// with a connection error, 408, 429 or 5xx to the ones after it, each once. The
// position is a counter in the gateway's cache.
//
// The rotation is strict when requests do not overlap. Under overlap two requests
// may read the same position, because the cache has no lock: then the spread is
// even on average only. Where that matters, or backends differ in size, use Pool.
type RoundRobin struct {
	// Name tells several balancers of one service apart: it is part of the
	// counter's key.
	Name string
	// Backends are the ids of backend entities, 1 to 50.
	Backends []string
	Timeouts Timeouts
}

// Validate implements Part.
func (r RoundRobin) Validate() error {
	var list faults.List
	if r.Name == "" {
		list.Add("name", "is missing; any name that no other balancer of the service has")
	}
	list.Between("backends", len(r.Backends), 1, maxRetries, "backends")
	seen := map[string]int{}
	for i, id := range r.Backends {
		path := fmt.Sprintf("backends[%d]", i)
		backendID(&list, path, id)
		if first, ok := seen[id]; ok {
			list.Add(path, "%q stands at backends[%d] already", id, first)
			continue
		}
		seen[id] = i
	}
	r.Timeouts.validate(&list)
	return list.Err()
}

func (RoundRobin) file() string { return "round-robin.xml" }

func (r RoundRobin) parameters() any {
	return struct {
		Counter                            string
		Backends                           []string
		Retries, AttemptTimeout, LastStart int
	}{"balance-" + r.Name, r.Backends, len(r.Backends) - 1, r.Timeouts.Attempt, r.Timeouts.Total - r.Timeouts.Attempt}
}

// Pool uses a backend pool of the service with circuit breakers: priorities,
// weights, and backends that are left alone while their breaker is open. It is
// the better choice for provisioned throughput with overflow, for backends of
// different sizes, and under much load. Its breakers are kept by each unit of
// the gateway.
type Pool struct {
	// ID of the pool, and how many members it has: attempts at most.
	ID      string
	Members int
	// ExhaustedRetryAfter is what a caller is told to wait when all members are
	// tripped, in seconds.
	ExhaustedRetryAfter int
	Timeouts            Timeouts
}

// maxMembers of a pool (the ARM contract's document of backends).
const maxMembers = 30

// Validate implements Part.
func (p Pool) Validate() error {
	var list faults.List
	backendID(&list, "id", p.ID)
	list.Between("members", p.Members, 1, maxMembers, "members")
	list.Between("exhaustedRetryAfter", p.ExhaustedRetryAfter, 1, 3600, "seconds")
	p.Timeouts.validate(&list)
	return list.Err()
}

func (Pool) file() string { return "pool.xml" }

func (p Pool) parameters() any {
	return struct {
		Pool                                                    string
		Retries, AttemptTimeout, LastStart, ExhaustedRetryAfter int
	}{p.ID, p.Members - 1, p.Timeouts.Attempt, p.Timeouts.Total - p.Timeouts.Attempt, p.ExhaustedRetryAfter}
}
