package azure

import (
	"fmt"
	"strings"
	"time"

	"github.com/aoai-gateway/aoai-gateway/internal/arm"
)

// Snapshot is all that the control plane holds at one moment; sandbox/deployed makes of it
// what the data plane works by. Nobody changes it.
type Snapshot struct {
	byID       map[string]*Resource
	byType     map[string][]*Resource
	principals []Principal
	// until is when an operation ends and something else holds; zero for never.
	until time.Time
	// revision is the store's when the snapshot was taken.
	revision uint64
}

// Snapshot is what the store holds now. It is taken anew only after something has
// changed, so that asking is cheap.
func (s *Store) Snapshot() (*Snapshot, error) {
	if held := s.snapshot.Load(); held != nil && held.revision == s.revision.Load() && (held.until.IsZero() || s.now().Before(held.until)) {
		return held, nil
	}
	taken := &Snapshot{byID: map[string]*Resource{}, byType: map[string][]*Resource{}, revision: s.revision.Load()}
	if err := s.View(taken.read); err != nil {
		return nil, fmt.Errorf("reading what is deployed: %w", err)
	}
	s.snapshot.Store(taken)
	return taken, nil
}

func (s *Snapshot) read(tx *Tx) error {
	resources, err := tx.Under("")
	if err != nil {
		return err
	}
	for _, resource := range resources {
		if operation := resource.Operation; operation != nil && (s.until.IsZero() || operation.Until.Before(s.until)) {
			s.until = operation.Until
		}
		s.byID[arm.Fold(resource.ID)] = resource
		s.byType[arm.Fold(resource.Type)] = append(s.byType[arm.Fold(resource.Type)], resource)
	}
	s.principals, err = tx.Principals()
	return err
}

// Get is the resource of an id, nil where there is none; case does not matter.
func (s *Snapshot) Get(id string) *Resource { return s.byID[arm.Fold(id)] }

// OfType are the resources of an ARM type, in order of their ids.
func (s *Snapshot) OfType(armType string) []*Resource { return s.byType[arm.Fold(armType)] }

// Principals are those that the seed names.
func (s *Snapshot) Principals() []Principal { return s.principals }

// Properties is the resource's `properties`, nil where it has none.
func (r *Resource) Properties() map[string]any {
	properties, _ := r.Body["properties"].(map[string]any)
	return properties
}

// Name is the last segment of the resource's id.
func (r *Resource) Name() string { return r.ID[strings.LastIndexByte(r.ID, '/')+1:] }

// Ready reports whether the resource exists already: it is not being made for the
// first time.
func (r *Resource) Ready() bool { return r.Operation == nil || r.Operation.State != "Creating" }

// Watch gives a channel that gets a value after changes: at least one after the
// last of them. It never blocks a write.
func (s *Store) Watch() <-chan struct{} {
	watcher := make(chan struct{}, 1)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.watchers = append(s.watchers, watcher)
	return watcher
}

// changed tells that something was written.
func (s *Store) changed() {
	s.revision.Add(1)
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, watcher := range s.watchers {
		select {
		case watcher <- struct{}{}:
		default:
		}
	}
}

// settled is how often one looks again where nothing is under way.
const settled = time.Hour

// Settles is how long until the next operation ends, and with it what holds.
func (s *Store) Settles() time.Duration {
	held := s.snapshot.Load()
	if held == nil || held.until.IsZero() {
		return settled
	}
	return max(0, held.until.Sub(s.now())) + time.Millisecond
}
