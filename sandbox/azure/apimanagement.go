package azure

import "strings"

// API Management: Microsoft.ApiManagement, API version 2024-05-01, as far as
// services, APIs, backends and named values go.

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
	return nil
}

func completeAPIMChild(*put) error { return nil }

// completeNamedValue keeps a secret's value out of every answer.
func completeNamedValue(p *put) error {
	if secret, _ := p.properties()["secret"].(bool); secret {
		delete(p.properties(), "value")
	}
	return nil
}
