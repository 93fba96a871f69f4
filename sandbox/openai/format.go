package openai

import (
	"encoding/json"
	"errors"
	"strings"

	"github.com/aoai-gateway/aoai-gateway/sandbox/openai/schema"
)

// format is the form that the caller wants an answer of text to have.
type format struct {
	kind, name string
	schema     any
	strict     bool
	// at is the member of the request that says it, such as response_format.
	at string
}

// format reads response_format of chat, or text.format of the Responses API.
func (c *call) format() (format, *refusal) {
	written, at := c.body["response_format"], "response_format"
	isResponse := c.body["messages"] == nil
	if isResponse {
		text, _ := c.body["text"].(map[string]any)
		written, at = text["format"], "text.format"
	}
	if written == nil {
		return format{kind: "text", at: at}, nil
	}
	fields, isObject := written.(map[string]any)
	if !isObject {
		return format{}, invalid(at, "invalid_type", "Invalid type for '%s': expected an object.", at)
	}
	f := format{at: at}
	f.kind, _ = fields["type"].(string)
	switch f.kind {
	case "text", "json_object":
		return f, nil
	case "json_schema":
	default:
		return f, invalid(at+".type", "invalid_value", "Invalid value: '%s'. Supported values are: 'json_object', 'json_schema', and 'text'.", f.kind)
	}
	inside := at
	if !isResponse {
		inside = at + ".json_schema"
		fields, _ = fields["json_schema"].(map[string]any)
	}
	f.name, _ = fields["name"].(string)
	f.schema, f.strict = fields["schema"], fields["strict"] == true
	switch {
	case f.name == "":
		return f, invalid(inside+".name", "missing_required_parameter", "Missing required parameter: '%s.name'.", inside)
	case f.schema == nil:
		return f, invalid(inside+".schema", "missing_required_parameter", "Missing required parameter: '%s.schema'.", inside)
	}
	return f, f.check(isResponse)
}

// check refuses a schema that is none, or that is not strict though it is said to be.
func (f format) check(isResponse bool) *refusal {
	param, code := f.at, ""
	if isResponse {
		param, code = f.at+".schema", "invalid_json_schema"
	}
	if f.strict {
		if err := schema.CheckStrict(f.schema); err != nil {
			return invalid(param, code, "Invalid schema for response_format '%s': %v", f.name, err)
		}
	}
	_, err := schema.Example(f.schema)
	switch {
	case errors.Is(err, schema.ErrNoExample):
		return noExample("response_format '"+f.name+"'", err)
	case err != nil:
		return invalid(param, code, "Invalid schema for response_format '%s'. Please ensure it is a valid JSON Schema: %v", f.name, err)
	}
	return nil
}

// noExample is about a schema that Azure may be able to answer.
func noExample(of string, err error) *refusal {
	return notModelled("the schema of %s: %v; give the place an enum or a const", of, err)
}

// mentionsJSON refuses json_object where nothing tells the model to write JSON. The words are
// those of public reports.
func (c *call) mentionsJSON(f format, text string) *refusal {
	if f.kind != "json_object" || strings.Contains(strings.ToLower(text), "json") {
		return nil
	}
	if c.body["messages"] == nil {
		return invalid("input", "", "Response input messages must contain the word 'json' in some form to use 'text.format' of type 'json_object'.")
	}
	return invalid("messages", "", "'messages' must contain the word 'json' in some form, to use 'response_format' of type 'json_object'.")
}

// json is the answer in the form, as text; ok is false where any text will do.
func (f format) json() (text string, ok bool) {
	var value any
	switch f.kind {
	case "json_object":
		value = map[string]any{"answer": "sandbox"}
	case "json_schema":
		var err error
		if value, err = schema.Example(f.schema); err != nil {
			return "", false // it was checked before
		}
	default:
		return "", false
	}
	encoded, err := json.Marshal(value)
	return string(encoded), err == nil
}
