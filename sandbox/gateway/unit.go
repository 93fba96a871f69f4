package gateway

import (
	"cmp"
	"hash/fnv"
	"reflect"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/aoai-gateway/aoai-gateway/internal/policy"
	"github.com/aoai-gateway/aoai-gateway/internal/policy/breaker"
	"github.com/aoai-gateway/aoai-gateway/sandbox/deployed"
	"github.com/aoai-gateway/aoai-gateway/sandbox/internal/turns"
)

// unit is one unit of a gateway. Units know nothing of each other's breakers, turns
// and concurrency.
type unit struct {
	number int

	mu       sync.Mutex
	breakers map[string]*breaker.Breaker
	// turns are those of pools' members, by pool.
	turns map[string]*turns.Weighted
	busy  map[string]int
}

// unit is the one that a connection leads to: the load balancer in front of the
// units works on connections.
func (r *region) unit(count int, remote string) *unit {
	r.mu.Lock()
	defer r.mu.Unlock()
	for len(r.units) < count {
		r.units = append(r.units, &unit{
			number: len(r.units), breakers: map[string]*breaker.Breaker{}, turns: map[string]*turns.Weighted{}, busy: map[string]int{},
		})
	}
	hash := fnv.New32a()
	_, _ = hash.Write([]byte(remote))
	return r.units[int(hash.Sum32()>>1)%count]
}

// breaker is the state of a backend's breaker; a changed rule starts a new one.
func (u *unit) breaker(b *backend) *breaker.Breaker {
	u.mu.Lock()
	defer u.mu.Unlock()
	held := u.breakers[b.ID]
	if held == nil || !reflect.DeepEqual(held.Rule(), b.Breaker) {
		held = breaker.New(*b.Breaker)
		u.breakers[b.ID] = held
	}
	return held
}

func (u *unit) open(b *backend, now time.Time) bool {
	return b.Breaker != nil && u.breaker(b).Open(now)
}

// turn is the member of a pool whose turn it is: weighted round robin among those of
// the lowest priority value that has one which is not tripped. Source: API
// Management's page on backends; how it interleaves weights is not documented: here
// each is spread as evenly as it can be.
func (u *unit) turn(c *config, pool *backend, now time.Time) (*backend, error) {
	ordered := slices.Clone(pool.Members)
	slices.SortStableFunc(ordered, func(a, b deployed.Member) int { return cmp.Compare(a.Priority, b.Priority) })
	for len(ordered) > 0 {
		group := ordered
		for i, each := range ordered {
			if each.Priority != ordered[0].Priority {
				group = ordered[:i]
				break
			}
		}
		ordered = ordered[len(group):]
		var able []deployed.Member
		for _, each := range group {
			if b := c.backends[strings.ToLower(each.ID)]; b != nil && b.err == nil && !u.open(b, now) {
				able = append(able, each)
			}
		}
		if len(able) > 0 {
			return c.backends[strings.ToLower(u.next(pool.ID, able).ID)], nil
		}
	}
	return nil, policy.ErrUnavailable
}

// next is the member whose turn it is. Azure fills in a weight of 0 where none is given.
func (u *unit) next(pool string, able []deployed.Member) deployed.Member {
	u.mu.Lock()
	defer u.mu.Unlock()
	if u.turns[pool] == nil {
		u.turns[pool] = &turns.Weighted{}
	}
	return turns.Next(u.turns[pool], able, func(m deployed.Member) (string, int) { return m.ID, m.Weight })
}

// Enter implements policy.Limiter, for this unit.
func (u *unit) Enter(key string, most int) (leave func(), ok bool) {
	u.mu.Lock()
	defer u.mu.Unlock()
	if u.busy[key] >= most {
		return nil, false
	}
	u.busy[key]++
	return func() {
		u.mu.Lock()
		defer u.mu.Unlock()
		if u.busy[key]--; u.busy[key] == 0 {
			delete(u.busy, key)
		}
	}, true
}
