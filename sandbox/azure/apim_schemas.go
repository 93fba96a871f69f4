package azure

import "encoding/json"

// Schemas of APIs and of the service, which validation policies use. Source: the REST reference
// of API schemas and of global schemas.

func completeAPISchema(*put) error { return nil }

// completeSchema refuses a JSON schema that is no JSON. Older API versions write it as text.
func completeSchema(p *put) error {
	properties := p.properties()
	if text(properties, "schemaType") != "json" {
		return nil
	}
	written, isText := properties["value"].(string)
	switch {
	case properties["document"] == nil && properties["value"] == nil:
		return invalid("document", "A schema of the type json needs a document.")
	case isText && !json.Valid([]byte(written)):
		return invalid("value", "The schema is no JSON.")
	}
	return nil
}
