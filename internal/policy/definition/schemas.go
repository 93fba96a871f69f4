package definition

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"sync"
	"time"

	"github.com/dlclark/regexp2"
	"github.com/santhosh-tekuri/jsonschema/v6"
)

// Schemas are JSON schemas by their ids. They are compiled when they are first needed, and
// safe for use by several goroutines.
type Schemas struct {
	documents map[string]any

	mu       sync.Mutex
	compiled map[use]*compiled
}

// use is a type of a schema, and how values are held to it.
type use struct {
	id, pointer string
	Options
}

type compiled struct {
	schema *jsonschema.Schema
	err    error
}

// Options say how values are held to a schema.
type Options struct {
	// Additional overrides what schemas say of properties that they do not list.
	Additional Additional
	// AnyCase compares names of properties without case.
	AnyCase bool
}

// Additional is what becomes of properties that a schema does not list.
type Additional uint8

// What may become of them.
const (
	AsWritten Additional = iota
	Allowed
	Refused
)

// NewSchemas are schemas by their ids.
func NewSchemas(documents map[string]any) *Schemas {
	return &Schemas{documents: documents, compiled: map[use]*compiled{}}
}

// UnmarshalJSON implements json.Unmarshaler: an object of schemas by their ids.
func (s *Schemas) UnmarshalJSON(data []byte) error {
	s.compiled = map[use]*compiled{}
	if err := json.Unmarshal(data, &s.documents); err != nil {
		return fmt.Errorf("reading schemas: %w", err)
	}
	return nil
}

// Has tells whether there is a schema of an id.
func (s *Schemas) Has(id string) bool {
	if s == nil {
		return false
	}
	_, ok := s.documents[id]
	return ok
}

// TypeOf is the pointer to a type in a schema of an API: OpenAPI has types below
// components/schemas, Swagger below definitions. False where the schema does not have it.
func (s *Schemas) TypeOf(reference Reference) (pointer string, ok bool) {
	if !s.Has(reference.SchemaID) {
		return "", false
	}
	for _, path := range [][]string{{"components", "schemas"}, {"definitions"}} {
		at, _ := s.documents[reference.SchemaID].(map[string]any)
		for _, each := range path {
			at, _ = at[each].(map[string]any)
		}
		if _, found := at[reference.TypeName]; found {
			return "/" + strings.Join(path, "/") + "/" + escape(reference.TypeName), true
		}
	}
	return "", false
}

// HasTypes tells whether a schema of an API holds any types.
func (s *Schemas) HasTypes(id string) bool {
	document, _ := s.documents[id].(map[string]any)
	components, _ := document["components"].(map[string]any)
	return components["schemas"] != nil || document["definitions"] != nil
}

func escape(name string) string {
	return url.PathEscape(strings.NewReplacer("~", "~0", "/", "~1").Replace(name))
}

// compile is the type at a pointer of a schema.
func (s *Schemas) compile(id, pointer string, options Options) (*jsonschema.Schema, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	key := use{id, pointer, options}
	if s.compiled[key] == nil {
		made := &compiled{}
		made.schema, made.err = s.build(key)
		s.compiled[key] = made
	}
	return s.compiled[key].schema, s.compiled[key].err
}

// place is where schemas refer to each other; nothing is loaded from elsewhere.
const place = "apim:///schemas/"

func (s *Schemas) build(of use) (*jsonschema.Schema, error) {
	compiler := jsonschema.NewCompiler()
	compiler.DefaultDraft(jsonschema.Draft2019)
	compiler.UseLoader(nowhere{})
	compiler.UseRegexpEngine(expression)
	compiler.AssertFormat()
	for id, document := range s.documents {
		if err := compiler.AddResource(place+url.PathEscape(id), adapt(document, of.Options)); err != nil {
			return nil, fmt.Errorf("reading the schema %s: %w", id, err)
		}
	}
	made, err := compiler.Compile(place + url.PathEscape(of.id) + "#" + of.pointer)
	if err != nil {
		return nil, fmt.Errorf("compiling the schema %s: %w", of.id, err)
	}
	return made, nil
}

// nowhere loads nothing: schemas refer to schemas of the service alone.
type nowhere struct{}

// Load refuses every address.
func (nowhere) Load(address string) (any, error) {
	return nil, errors.New(address + " is no schema of the service")
}

// matchTime bounds a pattern: .NET's engine backtracks, and so does this one.
const matchTime = time.Second

// pattern is a regular expression of .NET.
type pattern struct{ *regexp2.Regexp }

func expression(written string) (jsonschema.Regexp, error) {
	made, err := regexp2.Compile(written, regexp2.None)
	if err != nil {
		return nil, fmt.Errorf("reading a pattern: %w", err)
	}
	made.MatchTimeout = matchTime
	return pattern{made}, nil
}

// MatchString implements jsonschema.Regexp. What takes too long does not match.
func (p pattern) MatchString(text string) bool {
	ok, err := p.Regexp.MatchString(text)
	return ok && err == nil
}
