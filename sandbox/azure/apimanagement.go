package azure

import (
	"fmt"
	"strings"
)

// API Management: Microsoft.ApiManagement, API version 2024-05-01, as far as
// services, APIs, products, backends, loggers, named values and policies go.

func completeAPIMService(p *put) error {
	properties := p.properties()
	if err := p.settle(); err != nil {
		return err
	}
	p.body["etag"] = p.etag()
	p.systemData()
	p.identity()
	name := strings.ToLower(p.id.Name())
	defaults(properties, map[string]any{
		"virtualNetworkType": "None", "publicNetworkAccess": "Enabled", "disableGateway": false, "natGatewayState": "Disabled",
	})
	delete(properties, "restore") // write-only
	keep(properties, p.oldProperties(), "createdAtUtc", func() any { return p.timestamp() })
	properties["provisioningState"], properties["targetProvisioningState"] = "Succeeded", ""
	properties["gatewayUrl"] = "https://" + name + ".azure-api.net"
	properties["gatewayRegionalUrl"] = "https://" + name + "-" + text(p.body, "location") + "-01.regional.azure-api.net"
	properties["managementApiUrl"] = "https://" + name + ".management.azure-api.net"
	properties["developerPortalUrl"] = "https://" + name + ".developer.azure-api.net"
	if p.old == nil {
		return p.bornPolicy()
	}
	return nil
}

// bornPolicy is the global policy that every service has from birth: a PUT of it
// always changes what is there.
func (p *put) bornPolicy() error {
	const document = "<policies>\n\t<inbound />\n\t<backend>\n\t\t<forward-request />\n\t</backend>\n\t<outbound />\n\t<on-error />\n</policies>"
	id := p.id.String() + "/policies/policy"
	if err := p.tx.Put(&Resource{
		ID: id, Type: "Microsoft.ApiManagement/service/policies", ETag: p.etag(), Hidden: map[string]any{"value": document, "format": "xml"},
		Body: map[string]any{"id": id, "name": "policy", "type": "Microsoft.ApiManagement/service/policies", "properties": map[string]any{"value": document}},
	}); err != nil {
		return fmt.Errorf("making the global policy: %w", err)
	}
	return nil
}

func completeAPIMChild(*put) error { return nil }

// completeNamedValue keeps a secret's value out of every answer.
func completeNamedValue(p *put) error {
	properties := p.properties()
	if value := text(properties, "value"); value != "" {
		p.hidden = map[string]any{"value": value}
	}
	if secret, _ := properties["secret"].(bool); secret {
		delete(properties, "value")
	}
	return nil
}
