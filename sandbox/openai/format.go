package openai

import (
	"errors"
	"strings"

	"github.com/aoai-gateway/aoai-gateway/sandbox/openai/schema"
)

// formatOption is the form that a request asks for: an object in chat and in the Responses API,
// and a text in calls of audio.
type formatOption = textOr[formatFields]

// formatFields has a schema below "json_schema" in chat, and beside the type in the Responses
// API.
type formatFields struct {
	Type string `json:"type"`
	shaped
	JSONSchema shaped `json:"json_schema"`
}

type shaped struct {
	Name   string         `json:"name"`
	Schema *schema.Schema `json:"schema"`
	Strict bool           `json:"strict"`
}

// textOptions are what a request of the Responses API says of text.
type textOptions struct {
	Format formatOption `json:"format"`
}

// format is the form that the caller wants an answer of text to have.
type format struct {
	kind string
	shaped
	// at is the member of the request that says it, such as response_format.
	at string
}

// format reads response_format of chat, or text.format of the Responses API.
func (c *call) format() (format, *refusal) {
	written, at := c.body.ResponseFormat, "response_format"
	if !c.isChat() {
		written, at = c.body.Text.Format, "text.format"
	}
	switch written.shape {
	case absent:
		return format{kind: "text", at: at}, nil
	case anObject:
	case other, aText, aNumber, tokenNumbers, aList:
		return format{}, invalid(at, "invalid_type", "Invalid type for '%s': expected an object.", at)
	}
	f := format{kind: written.object.Type, at: at}
	switch f.kind {
	case "text", "json_object":
		return f, nil
	case "json_schema":
	default:
		return f, invalid(at+".type", "invalid_value", "Invalid value: '%s'. Supported values are: 'json_object', 'json_schema', and 'text'.", f.kind)
	}
	inside := at
	f.shaped = written.object.shaped
	if c.isChat() {
		inside, f.shaped = at+".json_schema", written.object.JSONSchema
	}
	switch {
	case f.Name == "":
		return f, invalid(inside+".name", "missing_required_parameter", "Missing required parameter: '%s.name'.", inside)
	case f.Schema == nil:
		return f, invalid(inside+".schema", "missing_required_parameter", "Missing required parameter: '%s.schema'.", inside)
	}
	return f, f.check(!c.isChat())
}

// check refuses a schema that is none, or that is not strict though it is said to be.
func (f format) check(isResponse bool) *refusal {
	param, code := f.at, ""
	if isResponse {
		param, code = f.at+".schema", "invalid_json_schema"
	}
	if f.Strict {
		if err := schema.CheckStrict(f.Schema); err != nil {
			return invalid(param, code, "Invalid schema for response_format '%s': %v", f.Name, err)
		}
	}
	_, err := schema.Example(f.Schema)
	switch {
	case errors.Is(err, schema.ErrNoExample):
		return noExample("response_format '"+f.Name+"'", err)
	case err != nil:
		return invalid(param, code, "Invalid schema for response_format '%s'. Please ensure it is a valid JSON Schema: %v", f.Name, err)
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
	if !c.isChat() {
		return invalid("input", "", "Response input messages must contain the word 'json' in some form to use 'text.format' of type 'json_object'.")
	}
	return invalid("messages", "", "'messages' must contain the word 'json' in some form, to use 'response_format' of type 'json_object'.")
}

// json is the answer in the form, as text; ok is false where any text will do.
func (f format) json() (text string, ok bool) {
	switch f.kind {
	case "json_object":
		return `{"answer":"sandbox"}`, true
	case "json_schema":
		value, err := schema.Example(f.Schema)
		return string(value), err == nil // it was checked before
	}
	return "", false
}
