package schema

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// CheckStrict tells what keeps a schema from being taken with "strict": true: each object names
// all its properties as required and allows no others. The words are those of the service, as
// public reports show them; the rules are those of
// https://learn.microsoft.com/azure/foundry/openai/how-to/structured-outputs.
func CheckStrict(schema *Schema) error { return strict(schema, nil) }

// inContext is a mistake at a place, such as "In context=('properties', 'a'), ...".
func inContext(context []string, format string, args ...any) error {
	quoted := make([]string, len(context))
	for i, part := range context {
		quoted[i] = "'" + part + "'"
	}
	joined := strings.Join(quoted, ", ")
	if len(quoted) == 1 {
		joined += "," // as Python writes a tuple of one
	}
	return errors.New("In context=(" + joined + "), " + fmt.Sprintf(format, args...))
}

func strict(s *Schema, context []string) error {
	if s == nil {
		return nil
	}
	if err := s.strictObject(context); err != nil {
		return err
	}
	below := func(child *Schema, names ...string) error { return strict(child, slices.Concat(context, names)) }
	for _, each := range []struct {
		keyword  string
		children map[string]*Schema
	}{{"properties", s.Properties}, {"$defs", s.Defs}, {"definitions", s.Definitions}} {
		for _, name := range slices.Sorted(maps.Keys(each.children)) {
			if err := below(each.children[name], each.keyword, name); err != nil {
				return err
			}
		}
	}
	for i, choice := range s.AnyOf {
		if err := below(choice, "anyOf", fmt.Sprint(i)); err != nil {
			return err
		}
	}
	return below(s.Items, "items")
}

func (s *Schema) strictObject(context []string) error {
	if s.Type.one != "object" && s.Properties == nil {
		return nil
	}
	if string(s.AdditionalProperties) != "false" {
		return inContext(context, "'additionalProperties' is required to be supplied and to be false.")
	}
	for _, name := range slices.Sorted(maps.Keys(s.Properties)) {
		if !slices.Contains(s.Required, name) {
			return inContext(context, "'required' is required to be supplied and to be an array including every key in properties. Missing '%s'.", name)
		}
	}
	for _, name := range s.Required {
		if s.Properties[name] == nil {
			return inContext(context, "'required' is required to be supplied and to be an array including every key in properties. Extra required key '%s' supplied.", name)
		}
	}
	return nil
}
