package edge

import (
	"context"
	"reflect"
	"sync"
	"time"
)

// probers are the probes of an edge that go on, each under a key. They are used under
// their edge's lock.
type probers[K comparable] struct {
	life  context.Context //nolint:containedctx // probers live as long as their edge
	end   context.CancelFunc
	going map[K]*prober
	all   sync.WaitGroup
}

// prober is a probe that goes on; of is all that it was made of.
type prober struct {
	of     any
	cancel context.CancelFunc
}

func newProbers[K comparable]() *probers[K] {
	life, end := context.WithCancel(context.Background())
	return &probers[K]{life: life, end: end, going: map[K]*prober{}}
}

// begin starts a probe at once, which comes again and again, unless the same goes on
// already; what goes on under the key otherwise ends.
func (p *probers[K]) begin(key K, of any, every time.Duration, probe func(ctx context.Context)) {
	if going := p.going[key]; going != nil {
		if reflect.DeepEqual(going.of, of) {
			return
		}
		going.cancel()
	}
	ctx, cancel := context.WithCancel(p.life)
	p.going[key] = &prober{of, cancel}
	p.all.Go(func() {
		for {
			probe(ctx)
			timer := time.NewTimer(every)
			select {
			case <-ctx.Done():
				timer.Stop()
				return
			case <-timer.C:
			}
		}
	})
}

// keep ends all probes but some, and returns the keys of those that have ended.
func (p *probers[K]) keep(wanted map[K]bool) []K {
	var ended []K
	for key, each := range p.going {
		if !wanted[key] {
			each.cancel()
			delete(p.going, key)
			ended = append(ended, key)
		}
	}
	return ended
}

// close ends all probes and waits for them.
func (p *probers[K]) close() {
	p.end()
	p.all.Wait()
}
