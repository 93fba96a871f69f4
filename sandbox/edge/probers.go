package edge

import (
	"context"
	"reflect"
	"sync"
	"time"

	"github.com/aoai-gateway/aoai-gateway/internal/pause"
)

// probers are the probes of an edge that go on, each under a key. They are used under
// their edge's lock.
type probers[K comparable] struct {
	life  *lifetime
	going map[K]*prober
	all   sync.WaitGroup
}

// prober is a probe that goes on; of is all that it was made of.
type prober struct {
	of     any
	cancel context.CancelFunc
}

func newProbers[K comparable]() *probers[K] {
	return &probers[K]{life: newLifetime(), going: map[K]*prober{}}
}

// lifetime is that of an edge.
type lifetime struct {
	context.Context //nolint:containedctx // probers live as long as their edge
	cancel          context.CancelFunc
}

func newLifetime() *lifetime {
	l := &lifetime{}
	l.Context, l.cancel = context.WithCancel(context.Background())
	return l
}

func (l *lifetime) end() { l.cancel() }

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
			if pause.For(ctx, every) != nil {
				return
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
	p.life.end()
	p.all.Wait()
}
