package deployed

import "github.com/aoai-gateway/aoai-gateway/internal/policy/definition"

// API is the current revision of an API of a service.
type API struct {
	// ID is the API's name, and ARMID its ARM id.
	ID, ARMID, DisplayName, Path string
	Revision, Version            string
	// ServiceURL is where requests go unless a policy says otherwise; "" for nowhere.
	ServiceURL string
	Protocols  []string
	// NeedsKey refuses callers without a key, which comes in a header or in the query, or as
	// Authorization: Bearer where BearerKeys.
	NeedsKey, BearerKeys bool
	KeyHeader, KeyQuery  string
	// Policy is nil for none.
	Policy     *Document
	Operations []*Operation
	// Schemas hold the types that operations refer to.
	Schemas *definition.Schemas
	// Diagnostics are the API's own, which take the place of the service's.
	Diagnostics []*Diagnostic
}

// Operation is one of an API.
type Operation struct {
	// ID is the operation's name.
	ID, DisplayName, Method, URLTemplate string
	// Policy is nil for none.
	Policy *Document
	// Definition is what the API's definition says of the operation's messages.
	Definition *definition.Operation
}

func (r *reader) api(of resource, loggers map[string]*Logger) *API {
	properties := of.properties()
	keys := properties.object("subscriptionKeyParameterNames")
	a := &API{
		ID: of.Name(), ARMID: of.ID, DisplayName: properties.text("displayName"), Path: properties.text("path"),
		Revision: properties.text("apiRevision"), Version: properties.text("apiVersion"), ServiceURL: properties.text("serviceUrl"),
		Protocols: properties.texts("protocols"), NeedsKey: properties.flag("subscriptionRequired"), KeyHeader: keys.text("header"), KeyQuery: keys.text("query"), BearerKeys: keys.text("bearer") == "enabled",
		Policy: r.document(of, apiPolicyType), Diagnostics: diagnostics(r.children(of, apiDiagnosticType), loggers),
		Schemas: definition.NewSchemas(r.schemas(of, apiSchemaType)),
	}
	for _, each := range r.children(of, operationType) {
		a.Operations = append(a.Operations, &Operation{
			ID: each.Name(), DisplayName: each.properties().text("displayName"), Method: each.properties().text("method"),
			URLTemplate: each.properties().text("urlTemplate"), Policy: r.document(each, operationPolicyType),
			Definition: messagesOf(each.properties()),
		})
	}
	return a
}
