package waf

import (
	"slices"
	"sync"

	"github.com/aoai-gateway/aoai-gateway/sandbox/deployed"
)

// The most that is kept. The first engine holds 12 MB, each other one 1.7 MB; policies that differ in exclusions
// and actions only share one.
const (
	mostPlans   = 16
	mostEngines = 4
)

// Firewalls runs the managed rules of policies. Its zero value is ready. It reads and compiles
// nothing before a request meets a policy with managed rules.
type Firewalls struct {
	mu        sync.Mutex
	microsoft *Microsoft
	catalogue []Rule
	plans     []kept[*deployed.Firewall, *plan]
	engines   []kept[string, *engine]
}

// kept is something with what it was made for.
type kept[K comparable, V any] struct {
	subject K
	made    V
}

// find returns what was made for a key, and puts it last.
func find[K comparable, V any](list []kept[K, V], wanted K) (made V, found bool) {
	at := slices.IndexFunc(list, func(k kept[K, V]) bool { return k.subject == wanted })
	if at < 0 {
		return made, false
	}
	hit := list[at]
	copy(list[at:], list[at+1:])
	list[len(list)-1] = hit
	return hit.made, true
}

// add keeps one more, and drops what was not used for longest where there are too many.
func add[K comparable, V any](list []kept[K, V], most int, wanted K, made V) []kept[K, V] {
	if len(list) >= most {
		list = slices.Delete(list, 0, 1)
	}
	return append(list, kept[K, V]{wanted, made})
}

// plan is what a policy comes to; nil where it has no rules against attacks.
func (f *Firewalls) plan(of *deployed.Firewall) (*plan, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if held, found := find(f.plans, of); found {
		return held, nil
	}
	if f.microsoft == nil {
		microsoft, err := ReadMicrosoft()
		if err != nil {
			return nil, err
		}
		if f.catalogue, err = Catalogue(); err != nil {
			return nil, err
		}
		f.microsoft = microsoft
	}
	made, err := newPlan(f.microsoft, f.catalogue, of)
	if err != nil {
		return nil, err
	}
	if made != nil {
		made.engine = f.engine(made.wanted)
	}
	f.plans = add(f.plans, mostPlans, of, made)
	return made, nil
}

// engine is the one with some rules. The lock is held.
func (f *Firewalls) engine(wanted map[int]bool) *engine {
	name := key(wanted)
	if held, found := find(f.engines, name); found {
		return held
	}
	made := newEngine(f.catalogue, wanted)
	f.engines = add(f.engines, mostEngines, name, made)
	return made
}
