package azure

import (
	"strings"

	"github.com/aoai-gateway/aoai-gateway/internal/arm"
	facts "github.com/aoai-gateway/aoai-gateway/internal/azure"
)

// noises are answers that begin to differ from what was written although nobody has
// changed anything: a new default, another form. A service answers so where it is told
// to be noisy. Sources: the data on false drift that this project has gathered, from
// issues of pulumi-azure-native, azurerm and Azure's tools and from the examples of
// Azure's specifications; docs/drift.md lists them.
var noises = []normalisation{
	{
		Types: []string{
			"Microsoft.ApiManagement/service/policies", "Microsoft.ApiManagement/service/apis/policies", "Microsoft.ApiManagement/service/products/policies",
			"Microsoft.ApiManagement/service/apis/operations/policies", "Microsoft.ApiManagement/service/policyFragments",
		},
		What: "policies come back with other line ends and indentation", Source: "pulumi-azure-native#3202",
		apply: func(body map[string]any) {
			properties := object(body, "properties")
			properties["value"] = strings.NewReplacer("\n", "\r\n", "\t", "    ").Replace(text(properties, "value"))
		},
	},
	{
		Types: []string{"Microsoft.ApiManagement/service/loggers"},
		What:  "loggers come back without description, unbuffered, with other references and ids in lower case", Source: "the REST reference's example of a logger; Azure/azure-powershell#12228",
		apply: func(body map[string]any) {
			properties := object(body, "properties")
			properties["description"], properties["isBuffered"] = nil, false
			if id := text(properties, "resourceId"); id != "" {
				properties["resourceId"] = strings.ToLower(id)
			}
			credentials, _ := properties["credentials"].(map[string]any)
			for name, value := range credentials {
				if reference, ok := value.(string); ok && strings.HasPrefix(reference, "{{") {
					credentials[name] = "{{another-reference}}"
				}
			}
		},
	},
	{
		Types: []string{"Microsoft.ApiManagement/service"},
		What:  "a service tells more of itself, and regions by their display names", Source: "the REST reference's example of a service in several regions; azurerm#20958",
		apply: func(body map[string]any) {
			properties := object(body, "properties")
			body["location"] = arm.DisplayName(text(body, "location"))
			properties["notificationSenderEmail"] = facts.NotificationSenders[1]
			properties["apiVersionConstraint"] = map[string]any{"minApiVersion": "2021-08-01"}
			object(properties, "customProperties")[facts.GatewayProperty+"Protocols.Server.Http2"] = "False"
			hosts, _ := properties["hostnameConfigurations"].([]any)
			for _, each := range hosts {
				host, _ := each.(map[string]any)
				host["certificateStatus"] = "Completed"
			}
			locations, _ := properties["additionalLocations"].([]any)
			for _, each := range locations {
				location, _ := each.(map[string]any)
				location["location"] = strings.ToUpper(arm.DisplayName(text(location, "location")))
				location["publicIPAddresses"] = []any{"20.50.1.2", "20.50.1.3"}
			}
		},
	},
	{
		Types: []string{"Microsoft.Insights/diagnosticSettings"},
		What:  "settings tell of categories that are switched off, and of another retention", Source: "pulumi-azure-native#2798; crossplane-contrib/provider-upjet-azure#798",
		apply: func(body map[string]any) {
			properties := object(body, "properties")
			for _, name := range []string{"logs", "metrics"} {
				entries, _ := properties[name].([]any)
				for _, each := range entries {
					entry, _ := each.(map[string]any)
					entry["retentionPolicy"] = map[string]any{"enabled": false, "days": 365.0}
				}
				properties[name] = append(entries, map[string]any{"category": "SomethingNew", "enabled": false, "retentionPolicy": map[string]any{"enabled": false, "days": 0.0}})
			}
		},
	},
	{
		Types: []string{
			"Microsoft.Cdn/profiles/originGroups/origins", "Microsoft.Cdn/profiles/originGroups",
			"Microsoft.Cdn/profiles/afdEndpoints/routes", "Microsoft.Cdn/profiles/securityPolicies",
		},
		What: "references of Front Door are in lower case altogether", Source: "Azure/azure-sdk-for-go#19378",
		apply: func(body map[string]any) { lowerAll(body["properties"]) },
	},
}

// lowerAll lowers every id below value.
func lowerAll(value any) {
	switch value := value.(type) {
	case []any:
		for _, element := range value {
			lowerAll(element)
		}
	case map[string]any:
		for name, member := range value {
			if id, ok := member.(string); ok && name == "id" {
				value[name] = strings.ToLower(id)
			}
			lowerAll(member)
		}
	}
}
