package policy

// schemaAttributes are the attributes of policies that cannot be run here, so that
// they can be checked all the same. They are read out of the service's own schemas
// (microsoft/vscode-apimanagement, resources/policySchemas at 2450924, MIT).
func schemaAttributes() map[string][]attribute {
	return map[string][]attribute{
		"cosmosdb-data-source": {},
		"cross-domain":         {},
		"http-data-source":     {},
		"invoke-dapr-binding": {
			need("name", text()).fixed(), may("template", oneOf("liquid")).fixed(), may("response-variable-name", text()).fixed(), may("operation", text()).fixed(), may("timeout", number(-unbounded)), may("ignore-error", boolean()).fixed(),
		},
		"invoke-request": {
			need("url", text()),
		},
		"jsonp": {
			need("callback-parameter-name", text()).fixed(),
		},
		"publish-event": {},
		"publish-to-dapr": {
			may("pubsub-name", text()).fixed(), need("topic", text()).fixed(), may("template", oneOf("liquid")).fixed(), may("response-variable-name", text()).fixed(), may("timeout", number(-unbounded)), may("ignore-error", boolean()).fixed(), may("content-type", oneOf("application/json")).fixed(),
		},
		"redirect-content-urls": {},
		"sql-data-source":       {},
		"validate-client-certificate": {
			may("validate-revocation", boolean()).fixed(), may("validate-trust", boolean()).fixed(), may("validate-not-before", boolean()).fixed(), may("validate-not-after", boolean()).fixed(), may("ignore-error", boolean()).fixed(),
		},
		"validate-graphql-request": {
			may("error-variable-name", text()).fixed(), may("max-depth", text()).fixed(), may("max-size", text()).fixed(), may("max-total-depth", text()).fixed(), may("max-complexity", text()).fixed(),
		},
		"validate-odata-request": {
			may("error-variable-name", text()).fixed(), may("default-odata-version", text()).fixed(), may("min-odata-version", text()).fixed(), may("max-odata-version", text()).fixed(), may("max-size", text()).fixed(),
		},
	}
}
