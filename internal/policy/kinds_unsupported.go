package policy

// unsupportedKinds are policies of Microsoft's reference that cannot be run
// here. Where they may stand and their attributes are checked.
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
	attributes := schemaAttributes()
	var found []*kind
	for _, each := range []struct {
		name, why string
		sections  []string
		once      bool
	}{
		{"xsl-transform", conversion, in("inbound", "outbound"), false},
		{"validate-graphql-request", schemas, in("inbound"), false},
		{"validate-odata-request", schemas, in("inbound"), true},
		{"invoke-dapr-binding", dapr, in("inbound", "outbound", "on-error"), false},
		{"publish-to-dapr", dapr, in("inbound", "outbound", "on-error"), false},
		{"send-service-bus-message", services, in("inbound", "outbound", "on-error"), false},
		{"sql-data-source", graph, resolver, false},
		{"http-data-source", graph, resolver, false},
		{"cosmosdb-data-source", graph, resolver, false},
		{"publish-event", graph, resolver, false},
		{"set-graphql-resolver", graph, in("backend"), false},
		{"cross-domain", browsers, in("inbound"), false},
		{"jsonp", browsers, in("outbound"), true},
		{"validate-client-certificate", "the certificate of the connection is not known here", in("inbound"), false},
		{"redirect-content-urls", "the URLs of the deployed gateway are not known here", in("inbound", "outbound"), true},
		{"invoke-request", "it is known from the sources of Microsoft's toolkit only", all(), false},
	} {
		found = append(found, &kind{name: each.name, sections: each.sections, once: each.once, unsupported: each.why, content: anyXML, attributes: attributes[each.name]})
	}
	return found
}
