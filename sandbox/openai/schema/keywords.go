package schema

import (
	"bytes"
	"cmp"
	"encoding/json"
	"maps"
	"slices"
)

// Schema is a JSON schema by the keywords that decide how a value looks, and as it was written:
// the other keywords hold, too, but only when a value is checked. A keyword of another type than
// it should have counts as left out here; Example tells of it.
type Schema struct {
	keywords
	written json.RawMessage
}

type keywords struct {
	Ref                  string             `json:"$ref"`
	Type                 kinds              `json:"type"`
	Const                json.RawMessage    `json:"const"`
	Enum                 []json.RawMessage  `json:"enum"`
	AnyOf                []*Schema          `json:"anyOf"`
	OneOf                []*Schema          `json:"oneOf"`
	AllOf                []*Schema          `json:"allOf"`
	Properties           map[string]*Schema `json:"properties"`
	AdditionalProperties json.RawMessage    `json:"additionalProperties"`
	Required             []string           `json:"required"`
	Items                *Schema            `json:"items"`
	PrefixItems          []*Schema          `json:"prefixItems"`
	MinItems             *float64           `json:"minItems"`
	MaxItems             *float64           `json:"maxItems"`
	MultipleOf           *float64           `json:"multipleOf"`
	Minimum              *float64           `json:"minimum"`
	ExclusiveMinimum     *float64           `json:"exclusiveMinimum"`
	Maximum              *float64           `json:"maximum"`
	ExclusiveMaximum     *float64           `json:"exclusiveMaximum"`
	Format               string             `json:"format"`
	Pattern              *string            `json:"pattern"`
	MinLength            *float64           `json:"minLength"`
	MaxLength            *float64           `json:"maxLength"`
	Defs                 map[string]*Schema `json:"$defs"`
	Definitions          map[string]*Schema `json:"definitions"`
}

// kinds are the types that a schema allows.
type kinds struct {
	// one is the type that was written as a text, and list are those of a list.
	one  string
	list []string
}

// UnmarshalJSON takes both.
func (k *kinds) UnmarshalJSON(data []byte) error {
	*k = kinds{}
	if data[0] == '"' {
		lenient(data, &k.one)
	} else {
		lenient(data, &k.list)
	}
	return nil
}

func (k kinds) all() []string {
	if k.one != "" {
		return []string{k.one}
	}
	return k.list
}

// UnmarshalJSON takes anything: what is no schema is refused by Example.
func (s *Schema) UnmarshalJSON(data []byte) error {
	*s = Schema{written: bytes.Clone(data)}
	lenient(data, &s.keywords)
	return nil
}

// lenient decodes what has the right type, and leaves out what has another.
func lenient(data []byte, into any) {
	_ = json.Unmarshal(data, into) // the data is a part of valid JSON: only types can be wrong
}

// AnyObject is the schema of all objects.
func AnyObject() *Schema {
	return &Schema{keywords: keywords{Type: kinds{one: "object"}}, written: json.RawMessage(`{"type":"object"}`)}
}

// Kind is the type where the schema allows one only; "" otherwise.
func (s *Schema) Kind() string { return s.Type.one }

// and is what asks for both, with the choices of the second one.
func (k keywords) and(more keywords) keywords {
	if more.Type.one == "" && more.Type.list == nil {
		more.Type = k.Type
	}
	more.Ref = cmp.Or(more.Ref, k.Ref)
	more.Const = either(more.Const, k.Const)
	more.Enum = either(more.Enum, k.Enum)
	more.Properties = joined(k.Properties, more.Properties)
	more.AdditionalProperties = either(more.AdditionalProperties, k.AdditionalProperties)
	more.Required = slices.Concat(k.Required, more.Required)
	more.Items = cmp.Or(more.Items, k.Items)
	more.PrefixItems = either(more.PrefixItems, k.PrefixItems)
	more.MinItems, more.MaxItems = cmp.Or(more.MinItems, k.MinItems), cmp.Or(more.MaxItems, k.MaxItems)
	more.MultipleOf = cmp.Or(more.MultipleOf, k.MultipleOf)
	more.Minimum, more.ExclusiveMinimum = cmp.Or(more.Minimum, k.Minimum), cmp.Or(more.ExclusiveMinimum, k.ExclusiveMinimum)
	more.Maximum, more.ExclusiveMaximum = cmp.Or(more.Maximum, k.Maximum), cmp.Or(more.ExclusiveMaximum, k.ExclusiveMaximum)
	more.Format, more.Pattern = cmp.Or(more.Format, k.Format), cmp.Or(more.Pattern, k.Pattern)
	more.MinLength, more.MaxLength = cmp.Or(more.MinLength, k.MinLength), cmp.Or(more.MaxLength, k.MaxLength)
	return more
}

func either[E any, S ~[]E](first, second S) S {
	if first != nil {
		return first
	}
	return second
}

func joined(first, second map[string]*Schema) map[string]*Schema {
	if first == nil {
		return second
	}
	all := maps.Clone(first)
	maps.Copy(all, second)
	return all
}
