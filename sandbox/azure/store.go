package azure

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"go.etcd.io/bbolt"
	bbolterrors "go.etcd.io/bbolt/errors"

	"github.com/aoai-gateway/aoai-gateway/internal/arm"
)

// Resource is one stored resource: the body that Azure would answer with.
type Resource struct {
	ID   string         `json:"id"`
	Type string         `json:"type"`
	Body map[string]any `json:"body"`
	// ETag changes with every write.
	ETag string `json:"etag"`
	// Hidden is what Azure keeps and never answers with, such as the value of a
	// secret named value.
	Hidden map[string]any `json:"hidden,omitempty"`
	// Operation is what goes on with the resource; nil at rest.
	Operation *Operation `json:"operation,omitempty"`
}

// Deleted is what remains of a resource whose name Azure holds after deletion.
type Deleted struct {
	Resource Resource `json:"resource"`
	// Below are the resources that lay in it and come back with it.
	Below     []*Resource `json:"below,omitempty"`
	DeletedAt time.Time   `json:"deletedAt"`
	PurgeAt   time.Time   `json:"purgeAt"`
}

var (
	resourcesBucket  = []byte("resources")
	deletedBucket    = []byte("deleted")
	principalsBucket = []byte("principals")
	operationsBucket = []byte("operations")
)

// ErrInUse says that another process holds the store.
var ErrInUse = errors.New("the store is in use by another process")

// Store keeps resources in one crash-safe file. Each Update is one transaction:
// all of it is on disk when it returns, or nothing.
type Store struct {
	db *bbolt.DB
	// now decides whether an operation is over.
	now func() time.Time

	// revision counts the changes; snapshot is the last one taken.
	revision atomic.Uint64
	snapshot atomic.Pointer[Snapshot]
	mu       sync.Mutex
	watchers []chan struct{}

	// commits are the writes under way.
	commits committer
}

// OpenStore opens the file at path and makes it if needed. It returns ErrInUse
// at once when another process has it open.
func OpenStore(path string) (*Store, error) { return openStore(path, &bbolt.Options{}) }

// OpenScratch is OpenStore for a store that nobody reads after this process: no write waits
// for the disk, and a crash may leave a file that cannot be read.
func OpenScratch(path string) (*Store, error) {
	return openStore(path, &bbolt.Options{NoSync: true})
}

func openStore(path string, options *bbolt.Options) (*Store, error) {
	options.Timeout = time.Millisecond
	db, err := bbolt.Open(path, 0o600, options)
	if errors.Is(err, bbolterrors.ErrTimeout) {
		return nil, ErrInUse
	}
	if err != nil {
		return nil, fmt.Errorf("opening the store %s: %w", path, err)
	}
	err = db.Update(func(tx *bbolt.Tx) error {
		for _, bucket := range [][]byte{resourcesBucket, deletedBucket, principalsBucket, operationsBucket} {
			if _, err := tx.CreateBucketIfNotExists(bucket); err != nil {
				return err
			}
		}
		return makeIndex(tx)
	})
	if err != nil {
		return nil, errors.Join(fmt.Errorf("preparing the store %s: %w", path, err), db.Close())
	}
	return &Store{db: db, now: time.Now}, nil
}

// operationsKept is how long one can ask how an operation went.
const operationsKept = 24 * time.Hour

// sweep removes what is over: resources whose deletion has ended, those that Azure has purged,
// and old operations.
func (s *Store) sweep() error {
	return s.Update(func(t *Tx) error {
		t.dirty = true
		err := removeIf(t.tx.Bucket(resourcesBucket), func(raw []byte) (bool, error) {
			stored, err := t.stored(raw)
			if err != nil {
				return false, err
			}
			if stored.at(t.now) != nil {
				return false, nil
			}
			return true, t.reindex(stored, nil)
		})
		if err != nil {
			return err
		}
		if err := t.forgetPurged(); err != nil {
			return err
		}
		return removeIf(t.tx.Bucket(operationsBucket), func(raw []byte) (bool, error) {
			var operation Operation
			err := json.Unmarshal(raw, &operation)
			return t.now.Sub(operation.Until) > operationsKept, err
		})
	})
}

func removeIf(bucket *bbolt.Bucket, over func(raw []byte) (bool, error)) error {
	var gone [][]byte
	err := bucket.ForEach(func(k, raw []byte) error {
		remove, err := over(raw)
		if err == nil && remove {
			gone = append(gone, bytes.Clone(k))
		}
		return err
	})
	for _, k := range gone {
		err = errors.Join(err, bucket.Delete(k))
	}
	return err
}

// Close releases the file.
func (s *Store) Close() error { return s.db.Close() }

// View runs f on a consistent picture of the store.
func (s *Store) View(f func(*Tx) error) error {
	return s.db.View(func(tx *bbolt.Tx) error { return f(&Tx{tx: tx, now: s.now()}) })
}

// Tx is the store as one transaction sees it, at one moment.
type Tx struct {
	tx  *bbolt.Tx
	now time.Time
	// dirty says that something was written.
	dirty bool
}

// Get finds a resource by id; case does not matter.
func (t *Tx) Get(id string) (*Resource, error) {
	raw := t.tx.Bucket(resourcesBucket).Get(key(id))
	if raw == nil {
		return nil, nil //nolint:nilnil // absence is an answer here, not an error
	}
	return t.decode(raw)
}

// decode reads a stored resource as it is at this moment; nil if it is gone by
// now.
func (t *Tx) decode(raw []byte) (*Resource, error) {
	resource, err := t.stored(raw)
	if err != nil {
		return nil, err
	}
	return resource.at(t.now), nil
}

// stored reads a stored resource, whatever goes on with it.
func (t *Tx) stored(raw []byte) (*Resource, error) {
	resource := &Resource{}
	if err := json.Unmarshal(raw, resource); err != nil {
		return nil, fmt.Errorf("decoding a stored resource: %w", err)
	}
	return resource, nil
}

// before is what is stored under an id, for the index; nil where the type has none.
func (t *Tx) before(id string) (*Resource, error) {
	raw := t.tx.Bucket(resourcesBucket).Get(key(id))
	if raw == nil {
		return nil, nil //nolint:nilnil // absence is an answer here, not an error
	}
	if parsed, err := arm.ParseID(id); err == nil && indexed[arm.Fold(parsed.Type())] == nil {
		return nil, nil //nolint:nilnil // so is a type without an index
	}
	return t.stored(raw)
}

// Put stores a resource under its id.
func (t *Tx) Put(resource *Resource) error {
	before, err := t.before(resource.ID)
	if err != nil {
		return err
	}
	if err := t.reindex(before, resource); err != nil {
		return err
	}
	return t.put(resourcesBucket, resource.ID, resource)
}

// Delete removes one resource; removing what is not there is no error.
func (t *Tx) Delete(id string) error {
	before, err := t.before(id)
	if err != nil {
		return err
	}
	if err := t.reindex(before, nil); err != nil {
		return err
	}
	t.dirty = true
	return t.tx.Bucket(resourcesBucket).Delete(key(id))
}

// Under lists the resources whose id starts with prefix and a slash, in order
// of their ids. An empty prefix lists all.
func (t *Tx) Under(prefix string) ([]*Resource, error) {
	var found []*Resource
	err := t.eachUnder(prefix, func(resource *Resource) bool {
		found = append(found, resource)
		return true
	})
	if err != nil {
		return nil, err
	}
	return found, nil
}

// eachUnder hands over what Under lists, one after the other, until use returns false.
func (t *Tx) eachUnder(prefix string, use func(*Resource) bool) error {
	start := key(strings.TrimSuffix(prefix, "/") + "/")
	cursor := t.tx.Bucket(resourcesBucket).Cursor()
	for k, raw := cursor.Seek(start); k != nil && bytes.HasPrefix(k, start); k, raw = cursor.Next() {
		resource, err := t.decode(raw)
		if err != nil {
			return err
		}
		if resource != nil && !use(resource) {
			return nil
		}
	}
	return nil
}

// PutOperation remembers an operation under its own id.
func (t *Tx) PutOperation(operation *Operation) error {
	return t.put(operationsBucket, operation.ID, operation)
}

// Operation finds an operation by its id.
func (t *Tx) Operation(id string) (*Operation, error) {
	raw := t.tx.Bucket(operationsBucket).Get(key(id))
	if raw == nil {
		return nil, nil //nolint:nilnil // absence is an answer here, not an error
	}
	operation := &Operation{}
	if err := json.Unmarshal(raw, operation); err != nil {
		return nil, fmt.Errorf("decoding the stored operation %s: %w", id, err)
	}
	return operation, nil
}

// PutPrincipal stores a principal under its object id.
func (t *Tx) PutPrincipal(principal Principal) error {
	return t.put(principalsBucket, principal.ID, principal)
}

// Principals are all that the directory has.
func (t *Tx) Principals() ([]Principal, error) {
	var found []Principal
	err := t.tx.Bucket(principalsBucket).ForEach(func(_, raw []byte) error {
		var principal Principal
		if err := json.Unmarshal(raw, &principal); err != nil {
			return fmt.Errorf("decoding a stored principal: %w", err)
		}
		found = append(found, principal)
		return nil
	})
	return found, err
}

// HasPrincipal reports whether an object id is known.
func (t *Tx) HasPrincipal(id string) bool {
	return t.tx.Bucket(principalsBucket).Get(key(id)) != nil
}

func (t *Tx) put(bucket []byte, id string, value any) error {
	t.dirty = true
	raw, err := json.Marshal(value)
	if err != nil {
		return fmt.Errorf("encoding %s: %w", id, err)
	}
	return t.tx.Bucket(bucket).Put(key(id), raw)
}

func key(id string) []byte { return []byte(arm.Fold(id)) }
