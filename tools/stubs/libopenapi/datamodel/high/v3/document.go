// Package v3 has the parts of an OpenAPI document of version 3.
package v3

import (
	"github.com/pb33f/libopenapi/datamodel/high/base"
	"github.com/pb33f/libopenapi/orderedmap"
	"go.yaml.in/yaml/v4"
)

// Document is the whole.
type Document struct {
	Info       *Info
	Components *Components
	Paths      *Paths
}

// Info names the document.
type Info struct{ Version string }

// Components are what others refer to.
type Components struct {
	Schemas *orderedmap.Map[string, *base.SchemaProxy]
}

// Paths are the addresses.
type Paths struct {
	PathItems *orderedmap.Map[string, *PathItem]
}

// PathItem is one address, with an operation for each method.
type PathItem struct{ Get, Post, Put, Delete, Patch, Head *Operation }

// Operation is one call.
type Operation struct {
	Tags                              []string
	OperationId, Summary, Description string
	Parameters                        []*Parameter
	RequestBody                       *RequestBody
	Responses                         *Responses
	Deprecated                        *bool
	Extensions                        *orderedmap.Map[string, *yaml.Node]
}

// Parameter is one of a call's.
type Parameter struct {
	Name, In, Description string
	Required              *bool
	Schema                *base.SchemaProxy
}

// RequestBody is what is sent.
type RequestBody struct {
	Content *orderedmap.Map[string, *MediaType]
}

// Responses are what is answered, by status.
type Responses struct {
	Codes   *orderedmap.Map[string, *Response]
	Default *Response
}

// Response is one answer.
type Response struct {
	Description string
	Content     *orderedmap.Map[string, *MediaType]
}

// MediaType is the form of a body.
type MediaType struct{ Schema *base.SchemaProxy }
