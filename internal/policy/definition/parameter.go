package definition

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
)

// Why a parameter cannot be held to its definition.
var (
	// ErrNoSchema is a reference to a schema that is not there.
	ErrNoSchema = errors.New("the schema does not exist")
	// ErrNoTypes is a schema without any types.
	ErrNoTypes = errors.New("the schema has no types")
	// ErrNoType is a schema without the type that is needed.
	ErrNoType = errors.New("the schema does not have the type")
	// ErrMultiple is a parameter that came more than once, and is no array.
	ErrMultiple = errors.New("there are several values")
	// ErrUnreadable is a value that is none of the type.
	ErrUnreadable = errors.New("the value cannot be read")
)

// Find is the pointer to what a reference leads to.
func (s *Schemas) Find(reference Reference) (string, error) {
	pointer, ok := s.TypeOf(reference)
	switch {
	case ok:
		return pointer, nil
	case !s.Has(reference.SchemaID):
		return "", ErrNoSchema
	case !s.HasTypes(reference.SchemaID):
		return "", ErrNoTypes
	}
	return "", ErrNoType
}

// CheckParameter holds the values of a parameter to its definition.
func (s *Schemas) CheckParameter(p *Parameter, values []string) ([]*Mistake, error) {
	pointer, kind, item := "", p.Type, "string"
	if p.SchemaID != "" {
		var err error
		if pointer, err = s.Find(p.Reference); err != nil {
			return nil, err
		}
		kind, item = s.typeAt(p.Reference)
	}
	if kind != "array" && len(values) > 1 {
		return nil, ErrMultiple
	}
	var items []string
	for _, value := range values {
		list := []string{value}
		if kind == "array" {
			list = strings.Split(value, ",")
		} else {
			item = kind
		}
		for _, each := range list {
			text, err := asJSON(each, item)
			if err != nil {
				return nil, err
			}
			items = append(items, text)
		}
	}
	text := strings.Join(items, ",")
	if kind == "array" {
		text = "[" + text + "]"
	}
	if pointer == "" {
		return nil, nil
	}
	return s.Check(text, p.SchemaID, pointer, Options{})
}

// typeAt is the type of what a reference leads to, and of its items.
func (s *Schemas) typeAt(reference Reference) (kind, item string) {
	document, _ := s.documents[reference.SchemaID].(map[string]any)
	components, _ := document["components"].(map[string]any)
	types, _ := components["schemas"].(map[string]any)
	if types == nil {
		types, _ = document["definitions"].(map[string]any)
	}
	schema := follow(types, types[reference.TypeName])
	kind, _ = schema["type"].(string)
	item, _ = follow(types, schema["items"])["type"].(string)
	return kind, item
}

// mostReferences is how many references may follow each other.
const mostReferences = 16

// follow is the schema that references within a document lead to.
func follow(types map[string]any, schema any) map[string]any {
	at, _ := schema.(map[string]any)
	for range mostReferences {
		reference, isReference := at["$ref"].(string)
		if !isReference {
			break
		}
		at, _ = types[reference[strings.LastIndexByte(reference, '/')+1:]].(map[string]any)
	}
	return at
}

// What .NET says of texts that it cannot read.
const (
	notNumber  = "Input string was not in a correct format."
	notBoolean = "String was not recognized as a valid Boolean."
)

// asJSON is a parameter's text as a value of a type.
func asJSON(text, kind string) (string, error) {
	switch kind {
	case "integer", "number":
		if !json.Valid([]byte(text)) || strings.ContainsAny(text[:1], `"{[tfn`) {
			return "", fmt.Errorf("%w: %s", ErrUnreadable, notNumber)
		}
		return text, nil
	case "boolean":
		if folded := strings.ToLower(strings.TrimSpace(text)); folded == "true" || folded == "false" {
			return folded, nil
		}
		return "", fmt.Errorf("%w: %s", ErrUnreadable, notBoolean)
	}
	written, err := json.Marshal(text)
	if err != nil {
		return "", fmt.Errorf("writing JSON: %w", err)
	}
	return string(written), nil
}
