package provider

import (
	"bytes"
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
)

// Schema makes the package's schema of the types of this package. Source of its form:
// https://www.pulumi.com/docs/iac/guides/building-extending/packages/schema
func Schema() ([]byte, error) {
	made := &schema{types: map[string]any{}}
	inputs, required, err := made.members(reflect.TypeFor[GatewayArgs](), true)
	if err != nil {
		return nil, err
	}
	document := map[string]any{
		"name":        Name,
		"description": "Azure OpenAI behind Azure's own gateways.",
		"license":     "MIT",
		"language":    map[string]any{"nodejs": map[string]any{}, "python": map[string]any{}, "csharp": map[string]any{}, "go": map[string]any{}},
		"types":       made.types,
		"resources": map[string]any{Token: map[string]any{
			"isComponent":     true,
			"description":     "API Management before accounts of Azure OpenAI, with a Front Door before it or none.",
			"inputProperties": inputs,
			"requiredInputs":  required,
			"properties": map[string]any{
				"url": map[string]any{"type": "string", "description": descriptionOf[Gateway]("URL")},
				"keys": map[string]any{
					"type": "object", "secret": true, "description": descriptionOf[Gateway]("Keys"),
					"additionalProperties": map[string]any{"type": "object", "additionalProperties": map[string]any{"type": "string"}},
				},
			},
			"required": []string{"url", "keys"},
		}},
	}
	var raw bytes.Buffer
	encoder := json.NewEncoder(&raw)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	if err := encoder.Encode(document); err != nil {
		return nil, fmt.Errorf("encoding the schema: %w", err)
	}
	return raw.Bytes(), nil
}

func descriptionOf[T any](field string) string {
	found, _ := reflect.TypeFor[T]().FieldByName(field)
	return found.Tag.Get("desc")
}

// schema collects the types of objects on the way.
type schema struct{ types map[string]any }

// members are the properties of a struct, and the names of those that have to be given.
// Inputs of the component itself are plain: outputs of other resources cannot be given.
func (s *schema) members(of reflect.Type, plain bool) (properties map[string]any, required []string, err error) {
	properties, required = map[string]any{}, []string{}
	for i := range of.NumField() {
		field := of.Field(i)
		name, option, _ := strings.Cut(field.Tag.Get("pulumi"), ",")
		property, err := s.typed(field.Type)
		if err != nil {
			return nil, nil, fmt.Errorf("%s.%s: %w", of.Name(), field.Name, err)
		}
		property["description"] = field.Tag.Get("desc")
		if plain {
			property["plain"] = true
		}
		properties[name] = property
		if option != "optional" {
			required = append(required, name)
		}
	}
	return properties, required, nil
}

// typed is a type in the schema's words.
func (s *schema) typed(of reflect.Type) (map[string]any, error) {
	switch of.Kind() {
	case reflect.String:
		return map[string]any{"type": "string"}, nil
	case reflect.Int:
		return map[string]any{"type": "integer"}, nil
	case reflect.Bool:
		return map[string]any{"type": "boolean"}, nil
	case reflect.Pointer:
		return s.typed(of.Elem())
	case reflect.Slice, reflect.Map:
		elements, err := s.typed(of.Elem())
		if err != nil {
			return nil, err
		}
		elements["plain"] = true
		if of.Kind() == reflect.Map {
			return map[string]any{"type": "object", "additionalProperties": elements}, nil
		}
		return map[string]any{"type": "array", "items": elements}, nil
	case reflect.Struct:
		token := Name + ":index:" + of.Name()
		properties, required, err := s.members(of, true)
		if err != nil {
			return nil, err
		}
		s.types[token] = map[string]any{"type": "object", "properties": properties, "required": required}
		return map[string]any{"$ref": "#/types/" + token}, nil
	default:
		return nil, fmt.Errorf("the schema has no word for %s", of)
	}
}
