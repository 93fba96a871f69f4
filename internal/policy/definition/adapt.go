package definition

import (
	"slices"
	"strings"
)

// adapt copies a schema as OpenAPI writes it into one of JSON Schema: nullable adds null to the
// types, and exclusive bounds are numbers. Options are written into it.
func adapt(schema any, options Options) any {
	switch schema := schema.(type) {
	case map[string]any:
		return adaptObject(schema, options)
	case []any:
		made := make([]any, len(schema))
		for i, each := range schema {
			made[i] = adapt(each, options)
		}
		return made
	}
	return schema
}

// data are keywords whose values are no schemas.
func data(keyword string) bool {
	return slices.Contains([]string{"enum", "const", "default", "example", "examples", "discriminator", "xml", "externalDocs", "required", "dependentRequired", "type"}, keyword)
}

// named are keywords that hold schemas by names.
func named(keyword string) bool {
	return slices.Contains([]string{"properties", "patternProperties", "definitions", "$defs", "dependentSchemas", "schemas"}, keyword)
}

func adaptObject(schema map[string]any, options Options) map[string]any {
	made := make(map[string]any, len(schema)+1)
	for keyword, value := range schema {
		members, isObject := value.(map[string]any)
		switch {
		case keyword == "$schema":
			// The words of the drafts are taken together, as Json.NET does.
		case data(keyword):
			made[keyword] = value
		case named(keyword) && isObject:
			made[keyword] = adaptNamed(members, options, options.AnyCase && keyword == "properties")
		default:
			made[keyword] = adapt(value, options)
		}
	}
	if options.AnyCase {
		if required, ok := schema["required"].([]any); ok {
			made["required"] = folded(required)
		}
	}
	adaptNull(made)
	adaptBounds(made)
	if _, isSchema := schema["properties"].(map[string]any); isSchema || schema["type"] == "object" {
		switch options.Additional {
		case Allowed:
			delete(made, "additionalProperties")
		case Refused:
			made["additionalProperties"] = false
		case AsWritten:
		}
	}
	return made
}

func adaptNamed(schemas map[string]any, options Options, fold bool) map[string]any {
	made := make(map[string]any, len(schemas))
	for name, each := range schemas {
		if fold {
			name = strings.ToLower(name)
		}
		made[name] = adapt(each, options)
	}
	return made
}

func folded(names []any) []any {
	made := make([]any, len(names))
	for i, name := range names {
		made[i] = name
		if text, ok := name.(string); ok {
			made[i] = strings.ToLower(text)
		}
	}
	return made
}

func adaptNull(schema map[string]any) {
	if schema["nullable"] != true {
		return
	}
	if kind, ok := schema["type"].(string); ok {
		schema["type"] = []any{kind, "null"}
	}
	if values, ok := schema["enum"].([]any); ok && !slices.Contains(values, nil) {
		schema["enum"] = append(slices.Clone(values), nil)
	}
}

func adaptBounds(schema map[string]any) {
	for exclusive, bound := range map[string]string{"exclusiveMinimum": "minimum", "exclusiveMaximum": "maximum"} {
		flag, isFlag := schema[exclusive].(bool)
		if !isFlag {
			continue
		}
		delete(schema, exclusive)
		if limit, given := schema[bound]; flag && given {
			schema[exclusive] = limit
			delete(schema, bound)
		}
	}
}
