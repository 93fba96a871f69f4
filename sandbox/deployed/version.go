package deployed

import (
	"crypto/sha256"
	"encoding/hex"
	"hash"
	"io"
	"maps"
	"slices"
	"strconv"
)

// policyVersion is a digest of all that goes into what runs for an operation: the SKU, the
// names of backends and loggers, and the documents with what they refer to.
func (s *Service) policyVersion() string {
	d := digest{sha256.New()}
	d.add(s.SKU)
	for _, each := range s.Backends {
		d.add("backend", each.ID)
	}
	for _, each := range s.Loggers {
		d.add("logger", each.ID)
	}
	for _, each := range s.SchemaIDs {
		d.add("schema", each)
	}
	d.values("named value", s.NamedValues)
	d.values("fragment", s.Fragments)
	d.document("service", s.Policy)
	for _, api := range s.APIs {
		d.document(api.ARMID, api.Policy)
		for _, each := range api.Operations {
			d.document(api.ARMID+"/operations/"+each.ID, each.Policy)
		}
	}
	for _, each := range s.Products {
		d.document(each.ARMID, each.Policy)
	}
	return hex.EncodeToString(d.sum.Sum(nil))
}

// digest sums texts up, each with its length before it.
type digest struct{ sum hash.Hash }

func (d digest) add(texts ...string) {
	for _, text := range texts {
		_, _ = io.WriteString(d.sum, strconv.Itoa(len(text))+" ")
		_, _ = io.WriteString(d.sum, text)
	}
}

func (d digest) values(kind string, values map[string]string) {
	for _, name := range slices.Sorted(maps.Keys(values)) {
		d.add(kind, name, values[name])
	}
}

func (d digest) document(of string, document *Document) {
	if document != nil {
		d.add("document", of, document.Text)
	}
}
