package azure

import (
	"bytes"
	"fmt"
	"strings"

	"go.etcd.io/bbolt"

	"github.com/aoai-gateway/aoai-gateway/internal/arm"
)

// The index finds resources by a value, so that a write looks at no other resource. It lies in
// the store, changes in the same transactions, and is made anew where an older store has none,
// or one of an older form.

var (
	indexBucket = []byte("index 2")
	// olderIndexes lack types that are indexed now.
	olderIndexes = [][]byte{[]byte("index")}
)

// indexed are the values by which resources are found, by folded type, each with the scope
// within which it is looked for.
var indexed = map[string]func(*Resource) (scope, value string){
	"microsoft.cognitiveservices/accounts": func(r *Resource) (string, string) {
		return "", text(r.Properties(), "customSubDomainName")
	},
	"microsoft.apimanagement/service": func(r *Resource) (string, string) { return "", lastSegment(r.ID) },
	"microsoft.apimanagement/service/namedvalues": func(r *Resource) (string, string) {
		return parentOf(r.ID), text(r.Properties(), "displayName")
	},
	"microsoft.apimanagement/service/products": func(r *Resource) (string, string) {
		return parentOf(r.ID), text(r.Properties(), "displayName")
	},
	"microsoft.apimanagement/service/apis": func(r *Resource) (string, string) {
		return parentOf(r.ID), strings.Trim(text(r.Properties(), "path"), "/")
	},
	"microsoft.apimanagement/service/apis/operations": func(r *Resource) (string, string) {
		return parentOf(r.ID), text(r.Properties(), "method") + " " + text(r.Properties(), "urlTemplate")
	},
	"microsoft.authorization/roleassignments": func(r *Resource) (string, string) { return "", text(r.Properties(), "principalId") },
	"microsoft.cdn/profiles/origingroups/origins": func(r *Resource) (string, string) {
		link, _ := r.Properties()["sharedPrivateLinkResource"].(map[string]any)
		target, _ := link["privateLink"].(map[string]any)
		return "", text(target, "id")
	},
	"microsoft.cdn/profiles/afdendpoints": func(r *Resource) (string, string) { return "", text(r.Properties(), "hostName") },
	"microsoft.insights/workbooks":        func(r *Resource) (string, string) { return "", text(r.Properties(), "displayName") },
	"microsoft.keyvault/vaults":           func(r *Resource) (string, string) { return "", lastSegment(r.ID) },
	"microsoft.network/privatednszones/virtualnetworklinks": func(r *Resource) (string, string) {
		return "", text(object(r.Properties(), "virtualNetwork"), "id")
	},
	"microsoft.network/privateendpoints": func(r *Resource) (string, string) {
		return "", strings.Join(valuesAt(r.Properties(), []string{"privateLinkServiceConnections", "properties", "privateLinkServiceId"}), " ")
	},
	"microsoft.network/publicipaddresses": func(r *Resource) (string, string) {
		return "", text(object(r.Properties(), "dnsSettings"), "fqdn")
	},
}

func lastSegment(id string) string { return id[strings.LastIndexByte(id, '/')+1:] }

// parentOf cuts type and name off an id.
func parentOf(id string) string {
	id = id[:strings.LastIndexByte(id, '/')]
	return id[:strings.LastIndexByte(id, '/')]
}

const indexSeparator = "\x00"

// indexKey is where the index holds a resource, nil for nowhere.
func indexKey(resource *Resource) []byte {
	if resource == nil {
		return nil
	}
	of := indexed[arm.Fold(resource.Type)]
	if of == nil {
		return nil
	}
	scope, value := of(resource)
	return append(indexPrefix(resource.Type, scope, value), key(resource.ID)...)
}

func indexPrefix(armType, scope, value string) []byte {
	return []byte(arm.Fold(strings.Join([]string{armType, scope, value}, indexSeparator)) + indexSeparator)
}

// reindex brings the index from what a resource was to what it is; nil for what is not there.
func (t *Tx) reindex(before, after *Resource) error {
	bucket := t.tx.Bucket(indexBucket)
	was, is := indexKey(before), indexKey(after)
	if bytes.Equal(was, is) {
		return nil
	}
	if was != nil {
		if err := bucket.Delete(was); err != nil {
			return fmt.Errorf("indexing %s: %w", before.ID, err)
		}
	}
	if is != nil {
		if err := bucket.Put(is, nil); err != nil {
			return fmt.Errorf("indexing %s: %w", after.ID, err)
		}
	}
	return nil
}

// WithValue finds the resources of an indexed type by their value within a scope; case does
// not matter.
func (t *Tx) WithValue(armType, scope, value string) ([]*Resource, error) {
	return t.listed(indexPrefix(armType, scope, value))
}

// OfType finds all resources of an indexed type, in order of their values.
func (t *Tx) OfType(armType string) ([]*Resource, error) {
	return t.listed([]byte(arm.Fold(armType) + indexSeparator))
}

// listed reads the resources that the index holds below a prefix.
func (t *Tx) listed(prefix []byte) ([]*Resource, error) {
	var found []*Resource
	cursor := t.tx.Bucket(indexBucket).Cursor()
	for at, _ := cursor.Seek(prefix); at != nil && bytes.HasPrefix(at, prefix); at, _ = cursor.Next() {
		resource, err := t.Get(string(at[bytes.LastIndexByte(at, indexSeparator[0])+1:]))
		if err != nil {
			return nil, err
		}
		if resource != nil {
			found = append(found, resource)
		}
	}
	return found, nil
}

// makeIndex indexes what a store held before it had this index.
func makeIndex(tx *bbolt.Tx) error {
	for _, older := range olderIndexes {
		if tx.Bucket(older) == nil {
			continue
		}
		if err := tx.DeleteBucket(older); err != nil {
			return fmt.Errorf("removing an older index: %w", err)
		}
	}
	if tx.Bucket(indexBucket) != nil {
		return nil
	}
	bucket, err := tx.CreateBucket(indexBucket)
	if err != nil {
		return err
	}
	t := &Tx{tx: tx}
	held, err := t.Deleted()
	if err != nil {
		return err
	}
	for _, deleted := range held {
		if at := heldKey(deleted); at != nil {
			if err := bucket.Put(at, nil); err != nil {
				return fmt.Errorf("indexing the soft-deleted %s: %w", deleted.Resource.ID, err)
			}
		}
	}
	return tx.Bucket(resourcesBucket).ForEach(func(_, raw []byte) error {
		resource, err := t.stored(raw)
		if err != nil {
			return err
		}
		if at := indexKey(resource); at != nil {
			return bucket.Put(at, nil)
		}
		return nil
	})
}
