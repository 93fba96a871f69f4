// Package schema makes values that keep a JSON schema: what a model answers whose output has
// to keep one.
package schema

import (
	"encoding/json"
	"errors"
	"fmt"
	"regexp"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

// ErrNoExample is a schema for which this package finds no value, though there may be one.
var ErrNoExample = errors.New("the sandbox finds no value for this schema")

// place is the address of the schema that is read; nothing is loaded from elsewhere.
const place = "request:///schema.json"

// Example is a small value that keeps a JSON schema, as JSON, and the same one each time. It is
// ErrNoExample where the value that was found breaks the schema; other errors mean that
// the schema is none.
func Example(schema *Schema) (json.RawMessage, error) {
	compiled, err := compile(schema)
	if err != nil {
		return nil, err
	}
	made := (&maker{root: schema, found: map[string]*Schema{}}).add(nil, schema, 0)
	var value any
	if err := json.Unmarshal(made, &value); err != nil {
		return nil, fmt.Errorf("reading the value: %w", err)
	}
	if err := compiled.Validate(value); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrNoExample, err)
	}
	sorted, err := json.Marshal(value)
	if err != nil {
		return nil, fmt.Errorf("encoding the value: %w", err)
	}
	return sorted, nil
}

// nowhere loads nothing: a request's schema cannot refer to files or hosts.
type nowhere struct{}

// Load refuses every address.
func (nowhere) Load(url string) (any, error) {
	return nil, fmt.Errorf("%s lies outside of the request", url)
}

func compile(schema *Schema) (*jsonschema.Schema, error) {
	var document any
	if err := json.Unmarshal(schema.written, &document); err != nil {
		return nil, fmt.Errorf("reading the schema: %w", err)
	}
	compiler := jsonschema.NewCompiler()
	compiler.DefaultDraft(jsonschema.Draft2020)
	compiler.UseLoader(nowhere{})
	compiler.UseRegexpEngine(func(pattern string) (jsonschema.Regexp, error) {
		return regexp.Compile(pattern)
	})
	compiler.AssertFormat()
	if err := compiler.AddResource(place, document); err != nil {
		return nil, fmt.Errorf("reading the schema: %w", err)
	}
	compiled, err := compiler.Compile(place)
	if err != nil {
		return nil, fmt.Errorf("compiling the schema: %w", err)
	}
	return compiled, nil
}
