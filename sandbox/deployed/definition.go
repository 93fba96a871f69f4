package deployed

import (
	"encoding/json"

	"github.com/aoai-gateway/aoai-gateway/internal/policy/definition"
)

// messagesOf is what an operation of an API says of its messages.
func messagesOf(operation object) *definition.Operation {
	request := operation.object("request")
	made := &definition.Operation{
		Path:    parameters(operation.objects("templateParameters")),
		Request: definition.Request{Query: parameters(request.objects("queryParameters")), Headers: parameters(request.objects("headers")), Representations: representations(request)},
	}
	for _, each := range operation.objects("responses") {
		made.Responses = append(made.Responses, definition.Response{Status: each.number("statusCode", 0), Headers: parameters(each.objects("headers")), Representations: representations(each)})
	}
	return made
}

func parameters(list []object) []definition.Parameter {
	var made []definition.Parameter
	for _, each := range list {
		made = append(made, definition.Parameter{Name: each.text("name"), Type: each.text("type"), Reference: reference(each)})
	}
	return made
}

func representations(of object) []definition.Representation {
	var made []definition.Representation
	for _, each := range of.objects("representations") {
		made = append(made, definition.Representation{ContentType: each.text("contentType"), Reference: reference(each)})
	}
	return made
}

func reference(of object) definition.Reference {
	return definition.Reference{SchemaID: of.text("schemaId"), TypeName: of.text("typeName")}
}

// schemas are the JSON schemas below a resource, by their ids. What is no JSON, such as XML
// schemas, is left out: validation by it is refused when a policy is read.
func (r *reader) schemas(of resource, armType string) map[string]any {
	found := map[string]any{}
	for _, each := range r.children(of, armType) {
		properties := each.properties()
		for _, document := range []any{properties.object("document")["value"], properties["value"], map[string]any(properties.object("document"))} {
			if schema, ok := schemaOf(document); ok {
				found[each.Name()] = schema
			}
		}
	}
	return found
}

// schemaOf is a schema, which may be written as text.
func schemaOf(document any) (map[string]any, bool) {
	switch document := document.(type) {
	case map[string]any:
		return document, document != nil
	case string:
		var schema map[string]any
		err := json.Unmarshal([]byte(document), &schema)
		return schema, err == nil && schema != nil
	}
	return nil, false
}
