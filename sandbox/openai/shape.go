package openai

import (
	"encoding/json"
	"maps"
	"slices"
)

// choices is how many answers the caller wants.
func (c *call) choices() int {
	n, _ := c.body["n"].(float64)
	return max(1, int(n))
}

// shaped is the answer where the caller wants JSON: an object, or what keeps his schema.
func (c *call) shaped() (pieces []string, ok bool) {
	format, _ := c.body["response_format"].(map[string]any)
	var value any
	switch format["type"] {
	case "json_object":
		value = map[string]any{"answer": "sandbox"}
	case "json_schema":
		named, _ := format["json_schema"].(map[string]any)
		value = example(named["schema"], 0)
	default:
		return nil, false
	}
	encoded, err := json.Marshal(value)
	return []string{string(encoded)}, err == nil
}

// toolCalls are those that the caller demands; nil where the model may answer in text.
func (c *call) toolCalls() []any {
	wanted := ""
	switch choice := c.body["tool_choice"].(type) {
	case string:
		if choice != "required" {
			return nil
		}
	case map[string]any:
		function, _ := choice["function"].(map[string]any)
		wanted, _ = function["name"].(string)
	default:
		return nil
	}
	tools, _ := c.body["tools"].([]any)
	for _, each := range tools {
		tool, _ := each.(map[string]any)
		function, _ := tool["function"].(map[string]any)
		if name, _ := function["name"].(string); name != "" && (wanted == "" || wanted == name) {
			arguments, err := json.Marshal(example(function["parameters"], 0))
			if err != nil {
				return nil
			}
			return []any{map[string]any{
				"index": 0, "id": c.id("call_"), "type": "function", "function": map[string]any{"name": name, "arguments": string(arguments)},
			}}
		}
	}
	return nil
}

// maxDepth bounds how deep an example goes.
const maxDepth = 16

// example is the least value that keeps a JSON schema, as far as types, required
// properties, enum, const and anyOf say.
func example(schema any, depth int) any {
	s, _ := schema.(map[string]any)
	if constant, ok := s["const"]; ok {
		return constant
	}
	if list, ok := s["enum"].([]any); ok && len(list) > 0 {
		return list[0]
	}
	if list, ok := s["anyOf"].([]any); ok && len(list) > 0 {
		return example(list[0], depth)
	}
	kind, _ := s["type"].(string)
	if kinds, ok := s["type"].([]any); ok && len(kinds) > 0 {
		kind, _ = kinds[0].(string)
	}
	switch {
	case depth > maxDepth:
		return nil
	case kind == "string":
		return "sandbox"
	case kind == "integer" || kind == "number":
		return 1
	case kind == "boolean":
		return true
	case kind == "array":
		return []any{example(s["items"], depth+1)}
	case kind == "object" || s["properties"] != nil:
		properties, _ := s["properties"].(map[string]any)
		made := map[string]any{}
		for _, name := range slices.Sorted(maps.Keys(properties)) {
			made[name] = example(properties[name], depth+1)
		}
		return made
	}
	return nil
}
