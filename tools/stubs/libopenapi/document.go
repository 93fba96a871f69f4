// Package libopenapi stands in for github.com/pb33f/libopenapi when the Pulumi CLI is built
// here. Only `pulumi cloud api` reads OpenAPI documents, and no sandbox needs it; the real
// module is a sixth of the time that a cold build of the CLI takes. The types have what the
// CLI's code names, and nothing behind it.
package libopenapi

import (
	"errors"

	v3 "github.com/pb33f/libopenapi/datamodel/high/v3"
)

// ErrNotBuilt says what this build of the CLI cannot do.
var ErrNotBuilt = errors.New("this build of Pulumi cannot read OpenAPI documents: install Pulumi's own for `pulumi cloud api`")

// Document is an OpenAPI document.
type Document struct{}

// DocumentModel is what a document says.
type DocumentModel[T any] struct{ Model T }

// NewDocument fails with ErrNotBuilt.
func NewDocument([]byte) (Document, error) { return Document{}, ErrNotBuilt }

// BuildV3Model fails with ErrNotBuilt.
func (Document) BuildV3Model() (*DocumentModel[v3.Document], error) { return nil, ErrNotBuilt }
