package azure

import (
	"bytes"
	"encoding/json"
	"fmt"
)

// What Azure holds of deleted resources lies in a bucket of its own, under the ids that they
// had. The index finds them by the values that it finds living ones by.

// heldPrefix sets the index's entries of deleted resources apart: no type starts so.
var heldPrefix = []byte("deleted" + indexSeparator)

// heldKey is where the index holds a deleted resource, nil for nowhere.
func heldKey(deleted *Deleted) []byte {
	if at := indexKey(&deleted.Resource); at != nil {
		return append(bytes.Clone(heldPrefix), at...)
	}
	return nil
}

// PutDeleted remembers a deleted resource under its id.
func (t *Tx) PutDeleted(deleted *Deleted) error {
	if err := t.RemoveDeleted(deleted.Resource.ID); err != nil { // another of its name, with another value
		return err
	}
	if at := heldKey(deleted); at != nil {
		if err := t.tx.Bucket(indexBucket).Put(at, nil); err != nil {
			return fmt.Errorf("indexing the soft-deleted %s: %w", deleted.Resource.ID, err)
		}
	}
	return t.put(deletedBucket, deleted.Resource.ID, deleted)
}

// DeletedAt finds what is soft-deleted of an id; nil if nothing is.
func (t *Tx) DeletedAt(id string) (*Deleted, error) {
	raw := t.tx.Bucket(deletedBucket).Get(key(id))
	if raw == nil {
		return nil, nil //nolint:nilnil // absence is an answer here, not an error
	}
	return decodeDeleted(key(id), raw)
}

// DeletedWithValue finds what is soft-deleted of an indexed type by its value within a scope.
func (t *Tx) DeletedWithValue(armType, scope, value string) ([]*Deleted, error) {
	prefix := append(bytes.Clone(heldPrefix), indexPrefix(armType, scope, value)...)
	var found []*Deleted
	cursor := t.tx.Bucket(indexBucket).Cursor()
	for at, _ := cursor.Seek(prefix); at != nil && bytes.HasPrefix(at, prefix); at, _ = cursor.Next() {
		deleted, err := t.DeletedAt(string(at[len(prefix):]))
		if err != nil {
			return nil, err
		}
		if deleted != nil {
			found = append(found, deleted)
		}
	}
	return found, nil
}

// Deleted lists what is soft-deleted, in order of ids.
func (t *Tx) Deleted() ([]*Deleted, error) {
	var found []*Deleted
	err := t.tx.Bucket(deletedBucket).ForEach(func(k, raw []byte) error {
		deleted, err := decodeDeleted(k, raw)
		if err == nil {
			found = append(found, deleted)
		}
		return err
	})
	return found, err
}

// RemoveDeleted forgets a deleted resource; forgetting what is not there is no error.
func (t *Tx) RemoveDeleted(id string) error {
	deleted, err := t.DeletedAt(id)
	if deleted == nil || err != nil {
		return err
	}
	if at := heldKey(deleted); at != nil {
		if err := t.tx.Bucket(indexBucket).Delete(at); err != nil {
			return fmt.Errorf("taking the soft-deleted %s out of the index: %w", id, err)
		}
	}
	t.dirty = true
	return t.tx.Bucket(deletedBucket).Delete(key(id))
}

// forgetPurged removes what Azure holds no longer.
func (t *Tx) forgetPurged() error {
	held, err := t.Deleted()
	if err != nil {
		return err
	}
	for _, deleted := range held {
		if t.now.Before(deleted.PurgeAt) {
			continue
		}
		if err := t.RemoveDeleted(deleted.Resource.ID); err != nil {
			return err
		}
	}
	return nil
}

func decodeDeleted(at, raw []byte) (*Deleted, error) {
	deleted := &Deleted{}
	if err := json.Unmarshal(raw, deleted); err != nil {
		return nil, fmt.Errorf("decoding the soft-deleted resource %s: %w", at, err)
	}
	return deleted, nil
}
