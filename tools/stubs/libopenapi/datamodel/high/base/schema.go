// Package base has the schemas of OpenAPI documents.
package base

import (
	"errors"

	"github.com/pb33f/libopenapi/orderedmap"
	"go.yaml.in/yaml/v4"
)

// Schema describes a value.
type Schema struct {
	Type                                      []string
	Format, Description, Pattern              string
	Properties                                *orderedmap.Map[string, *SchemaProxy]
	AdditionalProperties, Items               *DynamicValue[*SchemaProxy, bool]
	AllOf, AnyOf, OneOf                       []*SchemaProxy
	Discriminator                             *Discriminator
	Required                                  []string
	Extensions                                *orderedmap.Map[string, *yaml.Node]
	Enum                                      []*yaml.Node
	Default                                   *yaml.Node
	Nullable, ReadOnly, WriteOnly, Deprecated *bool
	MinLength, MaxLength                      *int64
	Minimum, Maximum, MultipleOf              *float64
}

// Low is a schema as the document has it.
type Low struct{}

// Hash tells schemas apart.
func (*Low) Hash() uint64 { return 0 }

// GoLow is nil: there is no document.
func (*Schema) GoLow() *Low { return nil }

// MarshalJSONInline fails: there is nothing to write.
func (*Schema) MarshalJSONInline() ([]byte, error) {
	return nil, errors.New("this build of Pulumi has no OpenAPI schemas")
}

// SchemaProxy refers to a schema.
type SchemaProxy struct{}

// Schema is nil: there is no document.
func (*SchemaProxy) Schema() *Schema { return nil }

// DynamicValue is one of two.
type DynamicValue[A, B any] struct {
	A A
	B B
	N int
}

// IsA reports whether it is the first.
func (d *DynamicValue[A, B]) IsA() bool { return d.N == 0 }

// Discriminator tells which schema of several a value has.
type Discriminator struct {
	PropertyName string
	Mapping      *orderedmap.Map[string, string]
}
