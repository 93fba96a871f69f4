package policy

// unsupportedKinds are policies of Microsoft's reference that cannot be run
// here. Their attributes are not checked.
func unsupportedKinds() []*kind {
	reasons := map[string][]string{
		"they convert between JSON and XML":                   {"json-to-xml", "xml-to-json", "xsl-transform"},
		"they need what the API's schemas say":                {"validate-content", "validate-parameters", "validate-headers", "validate-status-code", "validate-graphql-request", "validate-odata-request"},
		"they need Dapr beside a self-hosted gateway":         {"invoke-dapr-binding", "publish-to-dapr"},
		"they need other Azure services":                      {"send-service-bus-message", "get-authorization-context", "llm-content-safety"},
		"they need a cache with vector search":                {"azure-openai-semantic-cache-lookup", "azure-openai-semantic-cache-store", "llm-semantic-cache-lookup", "llm-semantic-cache-store"},
		"they belong to GraphQL":                              {"sql-data-source", "http-data-source", "cosmosdb-data-source", "publish-event", "set-graphql-resolver"},
		"they serve browsers of another time":                 {"cross-domain", "jsonp"},
		"the connection's certificate is not known here":      {"validate-client-certificate"},
		"the URLs of the deployed gateway are not known here": {"redirect-content-urls"},
		"it is known from the toolkit's sources only":         {"invoke-request"},
	}
	var found []*kind
	for reason, names := range reasons {
		for _, name := range names {
			found = append(found, &kind{name: name, sections: all(), unsupported: reason, content: anyXML})
		}
	}
	return found
}
