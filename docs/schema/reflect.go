package main

import (
	"fmt"
	"reflect"
	"strings"

	"github.com/aoai-gateway/aoai-gateway/internal/defaults"
	"github.com/aoai-gateway/aoai-gateway/stacks"
)

// node is a part of a JSON schema.
type node map[string]any

// builder turns types into schemas.
type builder struct {
	comments comments
	// unused are the paths of choices that no field has met.
	unused map[string]bool
}

// stackFile is the schema of Pulumi.<stack>.yaml, and of a file that stacks share.
func stackFile(found comments) (node, error) {
	b := &builder{found, map[string]bool{}}
	for path := range choices() {
		b.unused[path] = true
	}
	keys := node{}
	fields, err := b.members(reflect.TypeFor[stacks.Config](), "", false)
	if err != nil {
		return nil, err
	}
	for key, schema := range fields {
		keys[stacks.Project+":"+key] = schema
	}
	for path := range b.unused {
		return nil, fmt.Errorf("choices names %s, and the configuration has no such key", path)
	}
	text := node{"type": "string"}
	return node{
		"$schema": "http://json-schema.org/draft-07/schema#", "title": "A stack of aoai-gateway",
		"description": "Made from the Go types by: go run ./docs/schema. docs/configuration.md tells all about each key.",
		"type":        "object", "additionalProperties": false,
		"properties": node{
			"config": node{
				"type": "object", "properties": keys, "additionalProperties": false,
				"patternProperties": node{"^(azure-native|pulumi|random):": node{}},
			},
			"secretsprovider": text, "encryptedkey": text, "encryptionsalt": text, "environment": node{},
		},
	}, nil
}

// members are the schemas of a struct's fields, by their names in JSON. Those of an object
// may be null, which takes away what a shared file says.
func (b *builder) members(of reflect.Type, path string, nullable bool) (node, error) {
	found := node{}
	for i := range of.NumField() {
		field := of.Field(i)
		key, _, _ := strings.Cut(field.Tag.Get("json"), ",")
		if field.Anonymous && key == "" {
			embedded, err := b.members(field.Type, path, nullable)
			if err != nil {
				return nil, err
			}
			for name, schema := range embedded {
				found[name] = schema
			}
			continue
		}
		if key == "" || key == "-" {
			continue
		}
		at := strings.TrimPrefix(path+"."+key, ".")
		schema, err := b.schema(field.Type, at)
		if err != nil {
			return nil, err
		}
		if said := b.comments[commentKey(of, field.Name)]; said != "" {
			schema["description"] = said
		}
		if value, given := defaults.ByTag(field); given {
			schema["default"] = value
		}
		if nullable {
			schema["type"] = []any{schema["type"], "null"}
			if allowed, chosen := schema["enum"].([]any); chosen {
				schema["enum"] = append(allowed, nil)
			}
		}
		found[key] = schema
	}
	return found, nil
}

func (b *builder) schema(of reflect.Type, path string) (node, error) {
	switch of.Kind() {
	case reflect.Pointer:
		return b.schema(of.Elem(), path)
	case reflect.String:
		schema := node{"type": "string"}
		if allowed, chosen := choices()[path]; chosen {
			delete(b.unused, path)
			schema["enum"] = anyOf(append(allowed, ""))
		}
		return schema, nil
	case reflect.Bool:
		return node{"type": "boolean"}, nil
	case reflect.Int:
		return node{"type": "integer"}, nil
	case reflect.Float64:
		return node{"type": "number"}, nil
	case reflect.Slice:
		items, err := b.schema(of.Elem(), path+"[]")
		return node{"type": "array", "items": items}, err
	case reflect.Map:
		values, err := b.schema(of.Elem(), path+"[]")
		return node{"type": "object", "additionalProperties": values}, err
	case reflect.Struct:
		inList := strings.HasSuffix(path, "[]")
		properties, err := b.members(of, path, !inList)
		return node{"type": "object", "additionalProperties": false, "properties": properties}, err
	default:
		return nil, fmt.Errorf("%s has the type %s, which this schema cannot tell", path, of)
	}
}

func anyOf(texts []string) []any {
	values := make([]any, len(texts))
	for i, text := range texts {
		values[i] = text
	}
	return values
}
