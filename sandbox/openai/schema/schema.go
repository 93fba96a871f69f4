// Package schema makes values that keep a JSON schema: what a model answers whose output has
// to keep one.
package schema

import (
	"errors"
	"fmt"
	"regexp"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

// ErrNoExample is a schema for which this package finds no value, though there may be one.
var ErrNoExample = errors.New("the sandbox finds no value for this schema")

// place is the address of the schema that is read; nothing is loaded from elsewhere.
const place = "request:///schema.json"

// Example is a small value that keeps a JSON schema, and the same one each time. It is
// ErrNoExample where the value that was found breaks the schema; other errors mean that
// the schema is none.
func Example(schema any) (any, error) {
	compiled, err := compile(schema)
	if err != nil {
		return nil, err
	}
	value := (&maker{root: schema}).make(schema, 0)
	if err := compiled.Validate(value); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrNoExample, err)
	}
	return value, nil
}

// nowhere loads nothing: a request's schema cannot refer to files or hosts.
type nowhere struct{}

// Load refuses every address.
func (nowhere) Load(url string) (any, error) {
	return nil, fmt.Errorf("%s lies outside of the request", url)
}

func compile(schema any) (*jsonschema.Schema, error) {
	compiler := jsonschema.NewCompiler()
	compiler.DefaultDraft(jsonschema.Draft2020)
	compiler.UseLoader(nowhere{})
	compiler.UseRegexpEngine(func(pattern string) (jsonschema.Regexp, error) {
		return regexp.Compile(pattern)
	})
	compiler.AssertFormat()
	if err := compiler.AddResource(place, schema); err != nil {
		return nil, fmt.Errorf("reading the schema: %w", err)
	}
	compiled, err := compiler.Compile(place)
	if err != nil {
		return nil, fmt.Errorf("compiling the schema: %w", err)
	}
	return compiled, nil
}
