package deployed

import (
	"sync"
	"sync/atomic"
	"time"

	"github.com/aoai-gateway/aoai-gateway/sandbox/azure"
)

// Source gives the picture of what a store holds.
type Source struct {
	store *azure.Store

	last   atomic.Pointer[taken]
	taking sync.Mutex
}

// taken is a picture, and what it was taken of.
type taken struct {
	held    *azure.Snapshot
	picture *Picture
}

// Of gives the pictures of a store.
func Of(store *azure.Store) *Source { return &Source{store: store} }

// Picture is what is deployed now. It is taken anew only after a change, so that asking is
// cheap: two calls give the same pointer where nothing has changed between them.
func (s *Source) Picture() (*Picture, error) {
	held, err := s.store.Snapshot()
	if err != nil {
		return nil, err
	}
	if last := s.last.Load(); last != nil && last.held == held {
		return last.picture, nil
	}
	s.taking.Lock()
	defer s.taking.Unlock()
	if last := s.last.Load(); last != nil && last.held == held {
		return last.picture, nil
	}
	made := &taken{held, New(held)}
	s.last.Store(made)
	return made.picture, nil
}

// Watch gives a channel that gets a value after changes: at least one after the last of
// them.
func (s *Source) Watch() <-chan struct{} { return s.store.Watch() }

// Settles is how long until something changes by itself: the next operation ends.
func (s *Source) Settles() time.Duration { return s.store.Settles() }
