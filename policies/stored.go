package policies

import (
	"strings"

	"github.com/aoai-gateway/aoai-gateway/internal/azure"
	"github.com/aoai-gateway/aoai-gateway/internal/faults"
)

// Stored is where things are that accounts keep, such as responses: each at the account that
// made it. Requests that name one by the parameter {id} of their path are sent to one account
// after the other, until one knows the id. So are requests for a model that refer to what
// another account has stored, or encrypted. Where an account cannot be asked, and no other one
// knows the id, callers are told so with 503: it may be the one that has it.
type Stored struct {
	// Backends are the ids of backends, one for each account, up to 50. None are for a
	// gateway that takes no such requests.
	Backends []string
	// Regions are those gateways that have some of the accounts near them; they ask these
	// first.
	Regions []RegionRoute
}

// lost is what callers are told when an account cannot be asked.
const lost = "What this request refers to is stored at one account alone, and one that may have it gives no answer now. Try again later, or send the whole input instead."

func (s Stored) validate(list *faults.List) {
	list.Between("stored.backends", len(s.Backends), 0, azure.MaxRetries, "backends")
	backendIDs(list, "stored.", s.Backends)
	regionRoutes(list, "stored.", s.Regions, s.Backends, false)
}

// attempts are how often a request is sent on at most, and the bound on those attempts that
// cost something, 0 where the first is enough. A search may ask all of the accounts.
func (s Stored) attempts(backends, most int) (retries, bound int) {
	all := max(backends, len(s.Backends))
	if most > 0 && most < all {
		bound = most
	}
	return all - 1, bound
}

// search is the route of what is stored.
func (s Stored) search(variables func(first, others []string) []variable) route {
	var made route
	if len(s.Backends) == 0 {
		return made
	}
	made.Variables = variables(s.Backends, nil)
	for _, region := range s.Regions {
		made.Regions = append(made.Regions, regionRoute{region.Region, variables(region.Backends, without(s.Backends, region.Backends))})
	}
	return made
}

// searched are the variables of a search by a pool's policy, which has no pool: it chooses by
// itself. Consumption asks a member for the pool.
func (p Pool) searched(first, others []string) []variable {
	all := PoolRoute{Route: Route{Backends: append(first[:len(first):len(first)], others...)}}
	if others == nil {
		first = nil
	}
	members := all.members(first, !p.Consumption)
	pool := ""
	if p.Consumption {
		pool = members[0]
	}
	return []variable{{"balance-pool", pool}, {"balance-backends", strings.Join(members, ",")}}
}

// Search is the route of what is stored, for gateways of a region or of all others.
func (b balance) Search(indent string, variables []variable) routed {
	return routed{Indent: indent, Cache: b.Cache, Variables: variables}
}

// Lost is what callers are told when an account cannot be asked.
func (balance) Lost() string { return lost }
