package azure

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/aoai-gateway/aoai-gateway/internal/arm"
)

// apiSchemaType are the schemas of an API.
const apiSchemaType = "Microsoft.ApiManagement/service/apis/schemas"

// The content types of an API's schemas. Source: the REST reference of API schemas.
const (
	openAPITypes = "application/vnd.oai.openapi.components+json"
	swaggerTypes = "application/vnd.ms-azure-apim.swagger.definitions+json"
)

// definitionTypes are the types of an API's definition, which the import keeps as one schema of
// the API. Operations refer to them by schemaId and typeName.
type definitionTypes struct {
	schemaID string
	swagger  bool
	types    map[string]any
}

func newDefinitionTypes(document map[string]any, schemaID string) *definitionTypes {
	d := &definitionTypes{schemaID: schemaID, swagger: document["swagger"] != nil, types: map[string]any{}}
	named, _ := document["definitions"].(map[string]any)
	if components, ok := document["components"].(map[string]any); ok {
		named, _ = components["schemas"].(map[string]any)
	}
	maps.Copy(d.types, named)
	return d
}

// refer adds to made what leads to a schema: to a type of the definition, or to one of this name
// that is made of a schema which stands in its place.
func (d *definitionTypes) refer(made map[string]any, schema any, name string) {
	object, ok := schema.(map[string]any)
	if !ok || len(object) == 0 {
		return
	}
	if reference := text(object, "$ref"); reference != "" {
		name = lastSegment(reference)
	} else {
		d.types[name] = schema
	}
	made["schemaId"], made["typeName"] = d.schemaID, name
}

// putImportedTypes keeps the types of a definition as a schema of the API.
func (p *put) putImportedTypes() error {
	d := p.importedTypes
	if d == nil || len(d.types) == 0 {
		return nil
	}
	id, err := arm.ParseID(p.id.String() + "/schemas/" + d.schemaID)
	if err != nil {
		return fmt.Errorf("naming the schema of an API: %w", err)
	}
	properties := map[string]any{"contentType": openAPITypes, "document": map[string]any{"components": map[string]any{"schemas": d.types}}}
	if d.swagger {
		properties = map[string]any{"contentType": swaggerTypes, "document": map[string]any{"definitions": d.types}}
	}
	return p.service.put(p.tx, id, p.apiVersion, map[string]any{"properties": properties}, false)
}

// typesOf are the types of one operation's messages.
type typesOf struct {
	*definitionTypes

	document map[string]any
	// prefix begins the names of types that have none: Pets--id-Post.
	prefix string
}

var notInTypes = regexp.MustCompile(`[^A-Za-z0-9]`)

// typeName begins the names of the types of an operation, as they were seen in exports of APIs:
// PetsPostRequest for the body of POST /pets.
func typeName(path, method string) string {
	return capital(notInTypes.ReplaceAllString(strings.TrimPrefix(path, "/"), "-")) + capital(method)
}

func capital(word string) string {
	if word == "" {
		return ""
	}
	return strings.ToUpper(word[:1]) + word[1:]
}

// plain are the keywords of a parameter's schema that say no more than its type.
var plain = []string{"type", "description", "default", "example", "format", "title"}

// parameters are those of an operation and of its path, by where they stand.
func (o typesOf) parameters(item, operation map[string]any, path string) map[string][]any {
	found := map[string][]any{"path": {}, "query": {}, "header": {}}
	own, _ := operation["parameters"].([]any)
	shared, _ := item["parameters"].([]any)
	declared := map[string]bool{}
	for _, each := range append(slices.Clone(own), shared...) {
		parameter, _ := resolve(o.document, each).(map[string]any)
		name, where := text(parameter, "name"), text(parameter, "in")
		if name == "" || declared[where+name] || found[where] == nil {
			continue
		}
		declared[where+name] = true
		found[where] = append(found[where], o.parameter(name, where, parameter))
	}
	for _, name := range templateParameters(path) {
		if !declared["path"+name] {
			found["path"] = append(found["path"], map[string]any{"name": name, "type": "string", "required": true, "values": []any{}})
		}
	}
	return found
}

func (o typesOf) parameter(name, where string, parameter map[string]any) map[string]any {
	schema := schemaOf(parameter)
	shape, _ := resolve(o.document, any(schema)).(map[string]any)
	kind := text(shape, "type")
	if kind == "" {
		kind = "string"
	}
	made := map[string]any{"name": name, "type": kind, "required": parameter["required"] == true || where == "path", "values": []any{}}
	for keyword := range schema {
		if !slices.Contains(plain, keyword) {
			// The name of such a type is the sandbox's own: none was seen.
			o.refer(made, schema, o.prefix+"-"+name)
			break
		}
	}
	return made
}

// schemaOf is the schema of a parameter or header: in Swagger its keywords stand beside the name.
func schemaOf(parameter map[string]any) map[string]any {
	if schema, ok := parameter["schema"].(map[string]any); ok {
		return schema
	}
	schema := map[string]any{}
	for keyword, value := range parameter {
		if !slices.Contains([]string{"name", "in", "required", "description", "allowEmptyValue", "collectionFormat", "style", "explode", "content", "examples"}, keyword) {
			schema[keyword] = value
		}
	}
	return schema
}

// requests are the bodies that an operation takes.
func (o typesOf) requests(operation map[string]any) []any {
	if o.swagger {
		parameters, _ := operation["parameters"].([]any)
		for _, each := range parameters {
			if parameter, _ := resolve(o.document, each).(map[string]any); text(parameter, "in") == "body" {
				return o.representations(swaggerContent(parameter, operation["consumes"], o.document["consumes"]), func(string) string { return o.prefix + "Request" })
			}
		}
		return []any{}
	}
	body, _ := resolve(o.document, operation["requestBody"]).(map[string]any)
	content, _ := body["content"].(map[string]any)
	return o.representations(content, func(string) string { return o.prefix + "Request" })
}

// swaggerContent are the bodies of Swagger in the form of OpenAPI 3: one schema for all content
// types.
func swaggerContent(holder map[string]any, types ...any) map[string]any {
	content := map[string]any{}
	for _, each := range types {
		list, _ := each.([]any)
		for _, contentType := range list {
			if name, ok := contentType.(string); ok {
				content[name] = map[string]any{"schema": holder["schema"]}
			}
		}
		if len(content) > 0 {
			return content
		}
	}
	if holder["schema"] != nil {
		content["application/json"] = map[string]any{"schema": holder["schema"]}
	}
	return content
}

// representations are bodies by their content types.
func (o typesOf) representations(content map[string]any, name func(contentType string) string) []any {
	list := []any{}
	for _, contentType := range sorted(content) {
		media, _ := content[contentType].(map[string]any)
		made := map[string]any{"contentType": contentType}
		o.refer(made, media["schema"], name(contentType))
		list = append(list, made)
	}
	return list
}

// responses are what an operation answers, by status; what stands for all others is not kept.
func (o typesOf) responses(operation map[string]any) []any {
	responses, _ := operation["responses"].(map[string]any)
	list := []any{}
	for _, code := range sorted(responses) {
		var status float64
		if _, err := fmt.Sscanf(code, "%f", &status); err != nil {
			continue // default
		}
		response, _ := resolve(o.document, responses[code]).(map[string]any)
		content, _ := response["content"].(map[string]any)
		if o.swagger {
			content = swaggerContent(response, operation["produces"], o.document["produces"])
		}
		headers := []any{}
		named, _ := response["headers"].(map[string]any)
		for _, name := range sorted(named) {
			header, _ := resolve(o.document, named[name]).(map[string]any)
			headers = append(headers, o.parameter(name, "header", header))
		}
		list = append(list, map[string]any{
			"statusCode": status, "description": text(response, "description"), "headers": headers,
			"representations": o.representations(content, func(contentType string) string { return o.prefix + code + mediaName(contentType) + "Response" }),
		})
	}
	return list
}

// mediaName is a content type in the name of a type: ApplicationJson.
func mediaName(contentType string) string {
	var name strings.Builder
	for _, word := range notInTypes.Split(contentType, -1) {
		name.WriteString(capital(word))
	}
	return name.String()
}
