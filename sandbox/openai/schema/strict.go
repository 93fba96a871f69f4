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
func CheckStrict(schema any) error { return strict(schema, nil) }

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

func strict(schema any, context []string) error {
	s, _ := schema.(map[string]any)
	if s == nil {
		return nil
	}
	if err := strictObject(s, context); err != nil {
		return err
	}
	below := func(value any, names ...string) error { return strict(value, slices.Concat(context, names)) }
	for _, name := range []string{"properties", "$defs", "definitions"} {
		children, _ := s[name].(map[string]any)
		for _, child := range slices.Sorted(maps.Keys(children)) {
			if err := below(children[child], name, child); err != nil {
				return err
			}
		}
	}
	choices, _ := s["anyOf"].([]any)
	for i, choice := range choices {
		if err := below(choice, "anyOf", fmt.Sprint(i)); err != nil {
			return err
		}
	}
	return below(s["items"], "items")
}

func strictObject(s map[string]any, context []string) error {
	properties, hasProperties := s["properties"].(map[string]any)
	if s["type"] != "object" && !hasProperties {
		return nil
	}
	if s["additionalProperties"] != false {
		return inContext(context, "'additionalProperties' is required to be supplied and to be false.")
	}
	required, _ := s["required"].([]any)
	for _, name := range slices.Sorted(maps.Keys(properties)) {
		if !slices.Contains(required, any(name)) {
			return inContext(context, "'required' is required to be supplied and to be an array including every key in properties. Missing '%s'.", name)
		}
	}
	for _, name := range required {
		if properties[stringOf(name)] == nil {
			return inContext(context, "'required' is required to be supplied and to be an array including every key in properties. Extra required key '%s' supplied.", stringOf(name))
		}
	}
	return nil
}
