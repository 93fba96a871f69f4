package azure

import (
	"encoding/json"
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/aoai-gateway/aoai-gateway/internal/arm"
)

// Imports of API definitions. Source: API Management's pages on importing an API and on the
// limits of imports.

// importFormats are the formats of an API's `value` that the sandbox reads.
var importFormats = []string{"openapi", "openapi+json", "swagger-json"}

// importDefinition makes operations of an OpenAPI document in the request, and fills the API from
// it. Other sources of an API are refused by name: nothing is taken and dropped.
func (p apiWrite) importDefinition() error {
	properties := p.properties()
	format, value := strings.ToLower(text(properties, "format")), text(properties, "value")
	switch {
	case format == "" && value == "":
		return nil
	case !slices.Contains(importFormats, format):
		return invalid("format", "The sandbox does not import the format '%s'; it reads %s.", text(properties, "format"), strings.Join(importFormats, ", "))
	}
	document, err := parseDefinition(value)
	if err != nil {
		return invalid("value", "Parsing error(s): %v", err)
	}
	info, _ := document["info"].(map[string]any)
	for _, name := range []string{"title", "version"} {
		if info[name] == nil {
			return invalid("value", "Parsing error(s): the field 'info.%s' is required.", name)
		}
	}
	if _, given := document["paths"].(map[string]any); !given {
		return invalid("value", "Parsing error(s): the field 'paths' is required.")
	}
	defaults(properties, map[string]any{"displayName": text(info, "title")})
	if description := text(info, "description"); description != "" {
		defaults(properties, map[string]any{"description": description})
	}
	if address := serverOf(document); address != "" {
		defaults(properties, map[string]any{"serviceUrl": address})
	}
	p.importedTypes = newDefinitionTypes(document, label(24, p.id.String(), "schema"))
	p.imported = operationsOf(document, p.importedTypes)
	return nil
}

func parseDefinition(value string) (map[string]any, error) {
	var document map[string]any
	if json.Unmarshal([]byte(value), &document) == nil && document != nil {
		return document, nil
	}
	// YAML's own types become those of JSON.
	var loose any
	if err := yaml.Unmarshal([]byte(value), &loose); err != nil {
		return nil, err
	}
	raw, err := json.Marshal(loose)
	if err != nil {
		return nil, err
	}
	if err := json.Unmarshal(raw, &document); err != nil || document == nil {
		return nil, fmt.Errorf("the definition is no object")
	}
	return document, nil
}

// serverOf is where the API that a definition describes answers.
func serverOf(document map[string]any) string {
	servers, _ := document["servers"].([]any)
	if len(servers) > 0 {
		server, _ := servers[0].(map[string]any)
		return strings.TrimSuffix(text(server, "url"), "/")
	}
	if host := text(document, "host"); host != "" {
		scheme := "https"
		if schemes, _ := document["schemes"].([]any); len(schemes) > 0 && !slices.Contains(schemes, any("https")) {
			scheme = "http"
		}
		return scheme + "://" + host + strings.TrimSuffix(text(document, "basePath"), "/")
	}
	return ""
}

var methods = []string{"get", "put", "post", "delete", "options", "head", "patch", "trace"}

// operationsOf are the operations of a definition, by the names that they get.
func operationsOf(document map[string]any, types *definitionTypes) map[string]map[string]any {
	paths, _ := document["paths"].(map[string]any)
	operations := map[string]map[string]any{}
	for _, path := range sorted(paths) {
		item, _ := paths[path].(map[string]any)
		for _, method := range methods {
			operation, given := item[method].(map[string]any)
			if !given {
				continue
			}
			name := text(operation, "operationId")
			title := text(operation, "summary")
			if title == "" {
				title = name
			}
			if title == "" {
				title = path + " - " + strings.ToUpper(method)
			}
			if name == "" {
				name = method + "-" + path
			}
			of := typesOf{types, document, typeName(path, method)}
			parameters := of.parameters(item, operation, path)
			operations[operationName(name)] = map[string]any{
				"displayName": title, "method": strings.ToUpper(method), "urlTemplate": path, "templateParameters": parameters["path"],
				"description": text(operation, "description"),
				"request":     map[string]any{"queryParameters": parameters["query"], "headers": parameters["header"], "representations": of.requests(operation)},
				"responses":   of.responses(operation),
			}
		}
	}
	return operations
}

var notInNames = regexp.MustCompile(`[^A-Za-z0-9-]+`)

// operationName is an operation's name as API Management makes it of an operationId.
func operationName(id string) string {
	name := strings.Trim(notInNames.ReplaceAllString(id, "-"), "-")
	if len(name) > 80 {
		name = name[:80]
	}
	return strings.ToLower(name)
}

// resolve follows a reference within a definition.
func resolve(document map[string]any, value any) any {
	object, _ := value.(map[string]any)
	path, isReference := strings.CutPrefix(text(object, "$ref"), "#/")
	if !isReference {
		return value
	}
	var at any = document
	for segment := range strings.SplitSeq(path, "/") {
		members, _ := at.(map[string]any)
		at = members[segment]
	}
	return at
}

// putImported puts the operations of a definition in the place of those that were there.
func (p *put) putImported() error {
	if p.imported == nil {
		return nil
	}
	below, err := p.tx.Under(p.id.String())
	if err != nil {
		return err
	}
	for _, old := range below {
		kind := arm.Fold(old.Type)
		if _, stays := p.imported[strings.ToLower(text(old.Body, "name"))]; strings.HasSuffix(kind, "/apis/operations") && !stays {
			if err := removeManaged(p.tx, old.ID); err != nil {
				return err
			}
		}
	}
	if err := p.putImportedTypes(); err != nil {
		return err
	}
	for name, properties := range p.imported {
		id, err := arm.ParseID(p.id.String() + "/operations/" + name)
		if err != nil {
			return invalid("value", "The operation '%s' has no legal name.", name)
		}
		if err := p.service.put(p.tx, id, p.apiVersion, map[string]any{"properties": properties}, false); err != nil {
			return err
		}
	}
	return nil
}

// notModelled refuses what the sandbox would otherwise take and drop: revisions, clones
// and APIs that are not HTTP.
func (p apiWrite) notModelled() error {
	properties := p.properties()
	refused := func(what string) error {
		return refuse(http.StatusBadRequest, "ValidationError", "The sandbox does not model %s.", what)
	}
	kind := text(properties, "type")
	if kind == "" {
		kind = text(properties, "apiType")
	}
	switch {
	case isRevision(p.id.Name()):
		return refused("revisions of APIs")
	case text(properties, "sourceApiId") != "":
		return refused("clones of APIs (sourceApiId)")
	case kind != "" && !strings.EqualFold(kind, "http"):
		return refused("APIs of the type " + kind)
	case text(properties, "apiRevision") != "" && text(properties, "apiRevision") != "1" && text(properties, "apiRevision") != text(p.oldProperties(), "apiRevision"):
		return refused("revisions of APIs (apiRevision)")
	case slices.ContainsFunc(valuesAt(properties, []string{"protocols"}), func(each string) bool { return strings.HasPrefix(strings.ToLower(each), "ws") }):
		return refused("websockets (protocols)")
	case text(properties, "apiVersionSetId") != "":
		return refused("version sets (apiVersionSetId)")
	}
	return nil
}

// isRevision reports whether a name is that of a revision of an API.
func isRevision(name string) bool { return strings.Contains(strings.ToLower(name), ";rev=") }

// readsAPI refuses to read what the sandbox has not of an API: its export, and its revisions.
func readsAPI(id arm.ID, r *http.Request) error {
	refused := func(what string) error {
		return refuse(http.StatusBadRequest, "ValidationError", "The sandbox does not model %s.", what)
	}
	switch {
	case !strings.EqualFold(id.Type(), serviceType+"/apis"):
	case isRevision(id.Name()):
		return refused("revisions of APIs")
	case strings.EqualFold(r.URL.Query().Get("export"), "true"):
		return refused("the export of APIs (export=true)")
	}
	return nil
}
