package policy

// unsupportedKinds are policies that cannot be run here. Where they may stand and their
// attributes are checked; attributes are read out of the service's own schemas
// (microsoft/vscode-apimanagement, resources/policySchemas at 2450924, MIT). A policy without
// attributes here takes any: the schemas do not have it. Its children are checked, too, where
// they are no policies of GraphQL resolvers. Which attributes take expressions is what
// Microsoft's reference of each policy says.
func unsupportedKinds() []*kind {
	const (
		conversion = "it transforms XML by a style sheet"
		schemas    = "it needs the schemas of the API"
		dapr       = "it needs Dapr beside a self-hosted gateway"
		services   = "it needs other Azure services"
		graph      = "it belongs to GraphQL"
		browsers   = "it serves browsers of another time"
	)
	const (
		mostIdentities  = 10
		mostDaprSeconds = 240
	)
	resolver := []string{""}
	none := []attribute{}
	found := []*kind{
		{name: "xsl-transform", unsupported: conversion, sections: in("inbound", "outbound")},
		{name: "validate-graphql-request", unsupported: schemas, sections: in("inbound"), once: true, attributes: []attribute{
			may("error-variable-name", text()),
			may("max-depth", text()),
			may("max-size", text()),
			may("max-total-depth", text()),
			may("max-complexity", text()),
		}, children: []child{{name: "authorize", children: []child{
			{name: "rule", required: true, many: true, most: 100, attributes: []attribute{need("path", text()), may("action", oneOf("allow", "reject", "remove", "ignore"))}},
		}}}},
		{name: "validate-odata-request", unsupported: schemas, sections: in("inbound"), once: true, attributes: []attribute{
			may("error-variable-name", text()).fixed(),
			may("default-odata-version", text()).fixed(),
			may("min-odata-version", text()).fixed(),
			may("max-odata-version", text()).fixed(),
			may("max-size", text()).fixed(),
		}},
		{name: "invoke-dapr-binding", unsupported: dapr, sections: in("inbound", "outbound", "on-error"), attributes: []attribute{
			need("name", text()),
			may("template", oneOf("liquid", "Liquid")).fixed(),
			may("response-variable-name", text()).fixed(),
			may("operation", text()).fixed(),
			may("timeout", integer(1, mostDaprSeconds)),
			may("ignore-error", boolean()).fixed(),
			may("content-type", oneOf("application/json")).fixed(),
		}, children: []child{
			{name: "metadata", children: []child{{name: "item", many: true, content: anyXML, attributes: []attribute{need("key", text())}}}}, {name: "data", content: anyXML},
		}},
		{name: "publish-to-dapr", unsupported: dapr, sections: in("inbound", "outbound", "on-error"), attributes: []attribute{
			may("pubsub-name", text()),
			need("topic", text()),
			may("template", oneOf("liquid", "Liquid")).fixed(),
			may("response-variable-name", text()).fixed(),
			may("timeout", integer(1, mostDaprSeconds)),
			may("ignore-error", boolean()).fixed(),
			may("content-type", oneOf("application/json")).fixed(),
		}},
		{name: "send-service-bus-message", unsupported: services, sections: in("inbound", "outbound", "on-error")},
		{name: "sql-data-source", unsupported: graph, sections: resolver, attributes: none},
		{name: "http-data-source", unsupported: graph, sections: resolver, attributes: none},
		{name: "cosmosdb-data-source", unsupported: graph, sections: resolver, attributes: none},
		{name: "publish-event", unsupported: graph, sections: resolver, attributes: none, children: []child{
			{name: "targets", required: true, children: []child{{name: "graphql-subscription", required: true, many: true, attributes: []attribute{need("id", text())}}}},
		}},
		{name: "graphql-data-source", unsupported: graph, sections: resolver},
		{name: "set-graphql-resolver", unsupported: graph, sections: in("backend")},
		{name: "cross-domain", unsupported: browsers, sections: in("inbound"), attributes: none, children: []child{{name: "cross-domain-policy", children: []child{
			{name: "site-control", attributes: []attribute{need("permitted-cross-domain-policies", oneOf("all", "by-content-type", "master-only", "none")).fixed()}},
			{name: "allow-access-from", many: true, attributes: []attribute{need("domain", text()).fixed(), may("secure", oneOf("true", "false")).fixed()}},
			{name: "allow-http-request-headers-from", many: true, attributes: []attribute{need("domain", text()).fixed(), need("headers", text()).fixed(), may("secure", oneOf("true", "false")).fixed()}},
		}}}},
		{name: "jsonp", unsupported: browsers, sections: in("outbound"), once: true, attributes: []attribute{
			need("callback-parameter-name", text()).fixed(),
		}},
		{name: "validate-client-certificate", unsupported: "the certificate of the connection is not known here", sections: in("inbound"), attributes: []attribute{
			may("validate-revocation", boolean()).fixed(),
			may("validate-trust", boolean()).fixed(),
			may("validate-not-before", boolean()).fixed(),
			may("validate-not-after", boolean()).fixed(),
			may("ignore-error", boolean()).fixed(),
		}, children: []child{{name: "identities", children: []child{{name: "identity", required: true, many: true, most: mostIdentities, content: optionalText, attributes: []attribute{
			may("thumbprint", text()), may("serial-number", text()), may("common-name", text()), may("subject", text()), may("dns-name", text()),
			may("issuer-subject", text()), may("issuer-thumbprint", text()), may("issuer-certificate-id", text()),
		}}}}}},
		{name: "redirect-content-urls", unsupported: "the URLs of the deployed gateway are not known here", sections: in("inbound", "outbound"), once: true, attributes: none},
		{name: "invoke-request", unsupported: "it is known from the sources of Microsoft's toolkit only", sections: all(), attributes: []attribute{
			need("url", text()),
		}, children: []child{{name: "value", many: true, content: optionalText}}},
		{name: "authentication-token", unsupported: unexplained, sections: all(), attributes: []attribute{
			may("token-type", oneOf("managed-service-identity", "token-service")).fixed(), may("token-service-url", text()), may("resource-url", text()), may("ignore-error", boolean()).fixed(),
		}},
		{name: "authentication-token-store", unsupported: unexplained, sections: all(), attributes: []attribute{
			may("token-id", text()), may("client-id", text()), may("output-token-variable-name", text()).fixed(), may("ignore-error", boolean()).fixed(),
		}},
		{name: "set-request-metric-dimension-value", unsupported: unexplained, sections: all(), attributes: []attribute{need("name", text()), need("value", text())}},
	}
	for _, each := range found {
		if each.children == nil {
			each.content = anyXML
		}
	}
	return found
}
