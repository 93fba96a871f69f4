package schema

import (
	"encoding/json"
	"maps"
	"math"
	"slices"
	"strconv"
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
	root *Schema
	made int
	// found are the schemas that references point to.
	found map[string]*Schema
}

// add writes a value of a schema as JSON behind what is there.
func (m *maker) add(b []byte, s *Schema, depth int) []byte {
	if s == nil {
		s = &Schema{}
	}
	return m.addOf(b, s.keywords, depth)
}

func (m *maker) addOf(b []byte, k keywords, depth int) []byte {
	m.made++
	if depth > maxDepth || m.made > maxValues {
		return append(b, "null"...)
	}
	switch {
	case k.Ref != "":
		return m.add(b, m.find(k.Ref), depth+1)
	case k.Const != nil:
		return append(b, k.Const...)
	case len(k.Enum) > 0:
		return append(b, k.Enum[0]...)
	case len(k.AnyOf) > 0:
		return m.addOf(b, m.merged(k, choose(k.AnyOf, depth)), depth+1)
	case len(k.OneOf) > 0:
		return m.addOf(b, m.merged(k, choose(k.OneOf, depth)), depth+1)
	case len(k.AllOf) > 0:
		return m.addOf(b, m.merged(k, k.AllOf...), depth+1)
	}
	switch k.kind(depth) {
	case "string":
		return addText(b, k.text())
	case "integer", "number":
		return strconv.AppendFloat(b, k.number(), 'g', -1, 64)
	case "boolean":
		return append(b, "true"...)
	case "array":
		return m.addArray(b, k, depth)
	case "object":
		return m.addObject(b, k, depth)
	}
	return append(b, "null"...)
}

func addText(b []byte, text string) []byte {
	quoted, err := json.Marshal(text)
	if err != nil {
		return append(b, "null"...) // a text always encodes
	}
	return append(b, quoted...)
}

// kind is the type that a value is made of: the first one that is not null, or null where a
// value has gone deep.
func (k keywords) kind(depth int) string {
	kinds := k.Type.all()
	if depth > wholeDepth && slices.Contains(kinds, "null") {
		return "null"
	}
	for _, kind := range kinds {
		if kind != "null" {
			return kind
		}
	}
	switch {
	case len(kinds) > 0:
		return "null"
	case k.Properties != nil || k.Required != nil:
		return "object"
	case k.Items != nil || k.PrefixItems != nil:
		return "array"
	}
	return "string"
}

// choose is the first of some schemas, or one that a value can end with where it has gone deep.
func choose(list []*Schema, depth int) *Schema {
	if depth > wholeDepth {
		for _, each := range list {
			if each != nil && (each.Type.one == "null" || each.Const != nil || each.Enum != nil) {
				return each
			}
		}
	}
	return list[0]
}

// merged is one schema that asks for what several do, with the choices of none of them but
// the last.
func (m *maker) merged(all keywords, list ...*Schema) keywords {
	for _, each := range list {
		if each != nil && each.Ref != "" {
			each = m.find(each.Ref)
		}
		var more keywords
		if each != nil {
			more = each.keywords
		}
		all = all.and(more)
	}
	return all
}

func (m *maker) addObject(b []byte, k keywords, depth int) []byte {
	names := slices.Sorted(maps.Keys(k.Properties))
	if depth > wholeDepth {
		names = slices.DeleteFunc(names, func(name string) bool { return !slices.Contains(k.Required, name) })
	}
	b = append(b, '{')
	for i, name := range names {
		if i > 0 {
			b = append(b, ',')
		}
		b = append(addText(b, name), ':')
		b = m.add(b, k.Properties[name], depth+1)
	}
	return append(b, '}')
}

func (m *maker) addArray(b []byte, k keywords, depth int) []byte {
	length := len(k.PrefixItems)
	if k.MinItems != nil {
		length = max(length, int(*k.MinItems))
	}
	if length == 0 && depth <= wholeDepth && (k.MaxItems == nil || *k.MaxItems >= 1) {
		length = 1
	}
	b = append(b, '[')
	for i := range min(length, maxItems) {
		if i > 0 {
			b = append(b, ',')
		}
		item := k.Items
		if i < len(k.PrefixItems) {
			item = k.PrefixItems[i]
		}
		b = m.add(b, item, depth+1)
	}
	return append(b, ']')
}

// maxItems bounds an array: a schema may ask for millions.
const maxItems = 100

func (k keywords) number() float64 {
	value, step := 1.0, 1.0
	if k.MultipleOf != nil && *k.MultipleOf > 0 {
		value, step = *k.MultipleOf, *k.MultipleOf
	}
	if least := k.Minimum; least != nil && value < *least {
		value = math.Ceil(*least/step) * step
	}
	if least := k.ExclusiveMinimum; least != nil && value <= *least {
		value = (math.Floor(*least/step) + 1) * step
	}
	if most := k.Maximum; most != nil && value > *most {
		value = math.Floor(*most/step) * step
	}
	if most := k.ExclusiveMaximum; most != nil && value >= *most {
		value = (math.Ceil(*most/step) - 1) * step
	}
	return value
}
