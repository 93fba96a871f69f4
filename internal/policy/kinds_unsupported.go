package policy

// unsupportedKinds are policies that cannot be run here. Where they may stand and their
// attributes are checked; attributes are read out of the service's own schemas
// (microsoft/vscode-apimanagement, resources/policySchemas at 2450924, MIT). A policy without
// attributes here takes any: the schemas do not have it.
func unsupportedKinds() []*kind {
	const (
		conversion = "it transforms XML by a style sheet"
		schemas    = "it needs the schemas of the API"
		dapr       = "it needs Dapr beside a self-hosted gateway"
		services   = "it needs other Azure services"
		graph      = "it belongs to GraphQL"
		browsers   = "it serves browsers of another time"
	)
	resolver := []string{""}
	none := []attribute{}
	found := []*kind{
		{name: "xsl-transform", unsupported: conversion, sections: in("inbound", "outbound")},
		{name: "validate-graphql-request", unsupported: schemas, sections: in("inbound"), attributes: []attribute{
			may("error-variable-name", text()).fixed(),
			may("max-depth", text()).fixed(),
			may("max-size", text()).fixed(),
			may("max-total-depth", text()).fixed(),
			may("max-complexity", text()).fixed(),
		}},
		{name: "validate-odata-request", unsupported: schemas, sections: in("inbound"), once: true, attributes: []attribute{
			may("error-variable-name", text()).fixed(),
			may("default-odata-version", text()).fixed(),
			may("min-odata-version", text()).fixed(),
			may("max-odata-version", text()).fixed(),
			may("max-size", text()).fixed(),
		}},
		{name: "invoke-dapr-binding", unsupported: dapr, sections: in("inbound", "outbound", "on-error"), attributes: []attribute{
			need("name", text()).fixed(),
			may("template", oneOf("liquid")).fixed(),
			may("response-variable-name", text()).fixed(),
			may("operation", text()).fixed(),
			may("timeout", number(-unbounded)),
			may("ignore-error", boolean()).fixed(),
		}},
		{name: "publish-to-dapr", unsupported: dapr, sections: in("inbound", "outbound", "on-error"), attributes: []attribute{
			may("pubsub-name", text()).fixed(),
			need("topic", text()).fixed(),
			may("template", oneOf("liquid")).fixed(),
			may("response-variable-name", text()).fixed(),
			may("timeout", number(-unbounded)),
			may("ignore-error", boolean()).fixed(),
			may("content-type", oneOf("application/json")).fixed(),
		}},
		{name: "send-service-bus-message", unsupported: services, sections: in("inbound", "outbound", "on-error")},
		{name: "sql-data-source", unsupported: graph, sections: resolver, attributes: none},
		{name: "http-data-source", unsupported: graph, sections: resolver, attributes: none},
		{name: "cosmosdb-data-source", unsupported: graph, sections: resolver, attributes: none},
		{name: "publish-event", unsupported: graph, sections: resolver, attributes: none},
		{name: "set-graphql-resolver", unsupported: graph, sections: in("backend")},
		{name: "cross-domain", unsupported: browsers, sections: in("inbound"), attributes: none},
		{name: "jsonp", unsupported: browsers, sections: in("outbound"), once: true, attributes: []attribute{
			need("callback-parameter-name", text()).fixed(),
		}},
		{name: "validate-client-certificate", unsupported: "the certificate of the connection is not known here", sections: in("inbound"), attributes: []attribute{
			may("validate-revocation", boolean()).fixed(),
			may("validate-trust", boolean()).fixed(),
			may("validate-not-before", boolean()).fixed(),
			may("validate-not-after", boolean()).fixed(),
			may("ignore-error", boolean()).fixed(),
		}},
		{name: "redirect-content-urls", unsupported: "the URLs of the deployed gateway are not known here", sections: in("inbound", "outbound"), once: true, attributes: none},
		{name: "invoke-request", unsupported: "it is known from the sources of Microsoft's toolkit only", sections: all(), attributes: []attribute{
			need("url", text()),
		}},
	}
	for _, each := range found {
		each.content = anyXML
	}
	return found
}
