package schema

import (
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"
)

// How deep a value goes. Below wholeDepth an object has only the properties that it must have,
// so that schemas which contain themselves end.
const (
	wholeDepth = 4
	maxDepth   = 32
)

// maxValues bounds how many values are made: schemas that contain themselves twice would take
// for ever.
const maxValues = 10_000

// maker makes values of one schema.
type maker struct {
	root any
	made int
}

func (m *maker) make(schema any, depth int) any {
	s, _ := schema.(map[string]any)
	m.made++
	if depth > maxDepth || m.made > maxValues {
		return nil
	}
	if reference, ok := s["$ref"].(string); ok {
		return m.make(m.find(reference), depth+1)
	}
	if constant, ok := s["const"]; ok {
		return constant
	}
	if list, ok := s["enum"].([]any); ok && len(list) > 0 {
		return list[0]
	}
	for _, name := range []string{"anyOf", "oneOf"} {
		if list, ok := s[name].([]any); ok && len(list) > 0 {
			return m.make(m.merged(s, m.choose(list, depth)), depth+1)
		}
	}
	if list, ok := s["allOf"].([]any); ok && len(list) > 0 {
		return m.make(m.merged(append([]any{s}, list...)...), depth+1)
	}
	switch kindOf(s, depth) {
	case "string":
		return text(s)
	case "integer", "number":
		return number(s)
	case "boolean":
		return true
	case "array":
		return m.array(s, depth)
	case "object":
		return m.object(s, depth)
	}
	return nil
}

// kindOf is the type that a value is made of: the first one that is not null, or null where a
// value has gone deep.
func kindOf(s map[string]any, depth int) string {
	kinds, _ := s["type"].([]any)
	if kind, ok := s["type"].(string); ok {
		kinds = []any{kind}
	}
	if depth > wholeDepth && slices.Contains(kinds, any("null")) {
		return "null"
	}
	for _, kind := range kinds {
		if kind, _ := kind.(string); kind != "null" {
			return kind
		}
	}
	switch {
	case len(kinds) > 0:
		return "null"
	case s["properties"] != nil || s["required"] != nil:
		return "object"
	case s["items"] != nil || s["prefixItems"] != nil:
		return "array"
	}
	return "string"
}

// choose is the first of some schemas, or one that a value can end with where it has gone deep.
func (m *maker) choose(list []any, depth int) any {
	if depth > wholeDepth {
		for _, each := range list {
			if s, _ := each.(map[string]any); s["type"] == "null" || s["const"] != nil || s["enum"] != nil {
				return each
			}
		}
	}
	return list[0]
}

// merged is one schema that asks for what several do, with the choices of none of them but
// the last.
func (m *maker) merged(list ...any) map[string]any {
	all := map[string]any{}
	for _, each := range list {
		s, _ := each.(map[string]any)
		if reference, ok := s["$ref"].(string); ok {
			s, _ = m.find(reference).(map[string]any)
		}
		for _, choice := range []string{"anyOf", "oneOf", "allOf"} {
			delete(all, choice)
		}
		for name, value := range s {
			switch before := all[name].(type) {
			case map[string]any:
				value, _ := value.(map[string]any)
				joined := maps.Clone(before)
				maps.Copy(joined, value)
				all[name] = joined
				continue
			case []any:
				if more, ok := value.([]any); ok && name == "required" {
					value = slices.Concat(before, more)
				}
			}
			all[name] = value
		}
	}
	return all
}

// find is what a reference in the schema points to, such as #/$defs/step; nil for nothing.
func (m *maker) find(reference string) any {
	pointer, isLocal := strings.CutPrefix(reference, "#")
	if !isLocal {
		return nil
	}
	at := m.root
	for part := range strings.SplitSeq(strings.TrimPrefix(pointer, "/"), "/") {
		if part == "" {
			continue
		}
		part = strings.NewReplacer("~1", "/", "~0", "~").Replace(part)
		switch held := at.(type) {
		case map[string]any:
			at = held[part]
		case []any:
			index, err := strconv.Atoi(part)
			if err != nil || index < 0 || index >= len(held) {
				return nil
			}
			at = held[index]
		default:
			return nil
		}
	}
	return at
}

func (m *maker) object(s map[string]any, depth int) any {
	properties, _ := s["properties"].(map[string]any)
	names := slices.Sorted(maps.Keys(properties))
	if required, _ := s["required"].([]any); depth > wholeDepth {
		names = slices.DeleteFunc(names, func(name string) bool { return !slices.Contains(required, any(name)) })
	}
	made := map[string]any{}
	for _, name := range names {
		made[name] = m.make(properties[name], depth+1)
	}
	return made
}

func (m *maker) array(s map[string]any, depth int) any {
	first, _ := s["prefixItems"].([]any)
	least, _ := s["minItems"].(float64)
	most, bounded := s["maxItems"].(float64)
	length := max(int(least), len(first))
	if length == 0 && depth <= wholeDepth && (!bounded || most >= 1) {
		length = 1
	}
	list := make([]any, 0, min(length, maxItems))
	for i := range min(length, maxItems) {
		item := s["items"]
		if i < len(first) {
			item = first[i]
		}
		list = append(list, m.make(item, depth+1))
	}
	return list
}

// maxItems bounds an array: a schema may ask for millions.
const maxItems = 100

func number(s map[string]any) any {
	value := 1.0
	step := 1.0
	if multiple, ok := s["multipleOf"].(float64); ok && multiple > 0 {
		value, step = multiple, multiple
	}
	if least, ok := s["minimum"].(float64); ok && value < least {
		value = math.Ceil(least/step) * step
	}
	if least, ok := s["exclusiveMinimum"].(float64); ok && value <= least {
		value = (math.Floor(least/step) + 1) * step
	}
	if most, ok := s["maximum"].(float64); ok && value > most {
		value = math.Floor(most/step) * step
	}
	if most, ok := s["exclusiveMaximum"].(float64); ok && value >= most {
		value = (math.Ceil(most/step) - 1) * step
	}
	return value
}
