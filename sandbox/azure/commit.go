package azure

import (
	"errors"
	"fmt"
	"sync"

	"go.etcd.io/bbolt"
)

// Writes that come at the same time share one transaction, and so one wait for the disk. Each
// of them is on disk when its Update returns, or has left nothing.

// maxCommit bounds how many writes share a transaction.
const maxCommit = 256

// committer gathers writes while another transaction is on its way to the disk.
type committer struct {
	mu      sync.Mutex
	waiting []*write
	running bool
}

// write is one Update that waits.
type write struct {
	f     func(*Tx) error
	done  chan struct{}
	err   error
	panic any
}

// Update runs f in a transaction that is dropped whole when f fails. f may run more than once:
// another write of the same transaction may fail after it, so that both are dropped and f runs
// again.
func (s *Store) Update(f func(*Tx) error) error {
	w := &write{f: f, done: make(chan struct{})}
	s.commits.mu.Lock()
	s.commits.waiting = append(s.commits.waiting, w)
	start := !s.commits.running
	s.commits.running = true
	s.commits.mu.Unlock()
	if start {
		go s.commitAll()
	}
	<-w.done
	if w.panic != nil {
		panic(w.panic)
	}
	return w.err
}

// commitAll commits what waits until nothing does.
func (s *Store) commitAll() {
	for {
		s.commits.mu.Lock()
		together := s.commits.waiting
		if len(together) == 0 {
			s.commits.running = false
			s.commits.mu.Unlock()
			return
		}
		if len(together) > maxCommit {
			together = together[:maxCommit:maxCommit]
		}
		s.commits.waiting = s.commits.waiting[len(together):]
		s.commits.mu.Unlock()
		s.commit(together)
	}
}

// errSpoilt drops a transaction in which a write failed that had written something.
var errSpoilt = errors.New("a write failed")

// errNothingToKeep ends a transaction that nobody has changed anything in.
var errNothingToKeep = errors.New("nothing was written")

// commit runs writes in one transaction. One that fails after it has written takes the
// transaction with it; the others run again without it.
func (s *Store) commit(together []*write) {
	for len(together) > 0 {
		spoilt := -1
		changed := false
		err := s.db.Update(func(tx *bbolt.Tx) error {
			for i, w := range together {
				t := &Tx{tx: tx, now: s.now()}
				w.run(t)
				if t.dirty && (w.err != nil || w.panic != nil) {
					spoilt = i
					return errSpoilt
				}
				changed = changed || t.dirty
			}
			if !changed {
				return errNothingToKeep
			}
			return nil
		})
		if spoilt >= 0 {
			close(together[spoilt].done)
			together = append(together[:spoilt:spoilt], together[spoilt+1:]...)
			continue
		}
		if err != nil && !errors.Is(err, errNothingToKeep) {
			for _, w := range together {
				w.err = errors.Join(w.err, fmt.Errorf("writing the store: %w", err))
			}
		} else if changed {
			s.changed()
		}
		for _, w := range together {
			close(w.done)
		}
		return
	}
}

// run runs f, and catches its panic for the goroutine that waits.
func (w *write) run(t *Tx) {
	w.err, w.panic = nil, nil
	defer func() {
		if w.panic = recover(); w.panic != nil {
			t.dirty = true
		}
	}()
	w.err = w.f(t)
}
