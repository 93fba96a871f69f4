// Package definition is what the definition of an API (OpenAPI) says of messages, and holds
// messages to it.
package definition

import (
	"slices"
	"strings"
)

// API is what the definition of an API says. The field names are those of Resource Manager.
type API struct {
	// Operation is the operation that was called; nil where the definition says nothing.
	Operation *Operation `json:"operation"`
	// Schemas are the API's own; Service are those of the service, which schema-id names.
	Schemas *Schemas `json:"schemas"`
	Service *Schemas `json:"serviceSchemas"`
}

// Operation is what the definition says of an operation.
type Operation struct {
	Path      []Parameter `json:"templateParameters"`
	Request   Request     `json:"request"`
	Responses []Response  `json:"responses"`
}

// Request is what an operation takes.
type Request struct {
	Query           []Parameter      `json:"queryParameters"`
	Headers         []Parameter      `json:"headers"`
	Representations []Representation `json:"representations"`
}

// Response is what an operation answers with one status.
type Response struct {
	Status          int              `json:"statusCode"`
	Headers         []Parameter      `json:"headers"`
	Representations []Representation `json:"representations"`
}

// Parameter is one in the path, in the query or in a header.
type Parameter struct {
	Reference

	Name string `json:"name"`
	Type string `json:"type"`
}

// Representation is a body of one content type.
type Representation struct {
	Reference

	ContentType string `json:"contentType"`
}

// Reference leads to a type in a schema of the API; both are "" for none.
type Reference struct {
	SchemaID string `json:"schemaId"`
	TypeName string `json:"typeName"`
}

// Answer is what an operation says of a status; nil for nothing.
func (o *Operation) Answer(status int) *Response {
	if o == nil {
		return nil
	}
	for i := range o.Responses {
		if o.Responses[i].Status == status {
			return &o.Responses[i]
		}
	}
	return nil
}

// Find is the parameter of a name, in any case; nil for none.
func Find(parameters []Parameter, name string) *Parameter {
	at := slices.IndexFunc(parameters, func(p Parameter) bool { return strings.EqualFold(p.Name, name) })
	if at < 0 {
		return nil
	}
	return &parameters[at]
}

// Of is the representation of a content type, whose parameters and case do not matter; nil
// for none.
func Of(representations []Representation, contentType string) *Representation {
	at := slices.IndexFunc(representations, func(r Representation) bool { return SameType(r.ContentType, contentType) })
	if at < 0 {
		return nil
	}
	return &representations[at]
}

// SameType compares content types without their parameters.
func SameType(a, b string) bool { return strings.EqualFold(bare(a), bare(b)) }

func bare(contentType string) string {
	media, _, _ := strings.Cut(contentType, ";")
	return strings.TrimSpace(media)
}
