package azure

import (
	"slices"
	"strings"

	"github.com/aoai-gateway/aoai-gateway/internal/arm"
)

// normalisation is a way in which Azure answers something else than was
// written, without meaning anything by it.
type normalisation struct {
	// Types are the ARM types whose answers it changes.
	Types []string
	// What says what changes, Source where that is known from.
	What, Source string
	apply        func(body map[string]any)
}

// normalisations are on unless the service is told to answer raw.
var normalisations = []normalisation{
	{
		Types: []string{
			"Microsoft.Cdn/profiles/afdEndpoints/routes", "Microsoft.Cdn/profiles/securityPolicies",
		},
		What:   "references to other resources have lower-case type segments (resourcegroups, origingroups)",
		Source: "Azure's REST examples of Front Door; Azure/azure-sdk-for-go#19378",
		apply:  func(body map[string]any) { lowerReferences(body["properties"]) },
	},
	{
		Types:  []string{"Microsoft.Insights/diagnosticSettings"},
		What:   "logs and metrics come back with a retention policy, and absent destinations as null",
		Source: "pulumi-azure-native#2798",
		apply: func(body map[string]any) {
			properties, _ := body["properties"].(map[string]any)
			for _, absent := range []string{"storageAccountId", "eventHubName", "eventHubAuthorizationRuleId", "serviceBusRuleId"} {
				defaults(properties, map[string]any{absent: nil})
			}
		},
	},
	{
		Types:  []string{"Microsoft.ApiManagement/service"},
		What:   "regions beside the service's own come back by their display names",
		Source: "the REST reference's example of a service in several regions; azurerm#20958",
		apply: func(body map[string]any) {
			properties, _ := body["properties"].(map[string]any)
			locations, _ := properties["additionalLocations"].([]any)
			for _, each := range locations {
				location, _ := each.(map[string]any)
				location["location"] = arm.DisplayName(text(location, "location"))
			}
		},
	},
	{
		Types:  []string{"Microsoft.CognitiveServices/accounts"},
		What:   "empty lists of rules come back where none were written",
		Source: "azurerm's reads of network rules",
		apply: func(body map[string]any) {
			properties, _ := body["properties"].(map[string]any)
			if rules, ok := properties["networkAcls"].(map[string]any); ok {
				defaults(rules, map[string]any{"virtualNetworkRules": []any{}, "ipRules": []any{}})
			}
		},
	},
}

// normalise is a body as Azure answers it; the stored one stays as it is.
func (s *Service) normalise(resource *Resource) map[string]any {
	if s.raw {
		return resource.Body
	}
	body := s.withNeighbours(resource)
	all := normalisations
	if s.noisy {
		all = slices.Concat(normalisations, noises)
	}
	for _, n := range all {
		for _, armType := range n.Types {
			if arm.Fold(armType) == arm.Fold(resource.Type) {
				body = copyDeep(body).(map[string]any)
				n.apply(body)
			}
		}
	}
	return body
}

// withNeighbours adds what a resource tells of others: a network its subnets, a subnet
// the gateway that stands in it, an account or a service the endpoints that lead to it. Sources: pulumi-azure-native#611; the REST reference of
// subnets.
func (s *Service) withNeighbours(resource *Resource) map[string]any {
	found := map[string]any{}
	err := s.store.View(func(tx *Tx) error {
		switch resource.Type {
		case "Microsoft.Network/virtualNetworks":
			subnets, err := tx.Under(resource.ID)
			list := []any{}
			for _, subnet := range subnets {
				list = append(list, subnet.Body)
			}
			found["subnets"] = list
			return err
		case "Microsoft.Network/virtualNetworks/subnets":
			users, err := (&put{tx: tx}).usedBy(resource.ID)
			for _, user := range users {
				parts, _ := user.Properties()["gatewayIPConfigurations"].([]any)
				for _, each := range parts {
					part, _ := each.(map[string]any)
					found["applicationGatewayIPConfigurations"] = []any{map[string]any{"id": part["id"]}}
				}
			}
			return err
		case accountType, namespaceType, serviceType:
			return told(tx, resource, found)
		}
		return nil
	})
	if err != nil || len(found) == 0 {
		return resource.Body
	}
	body := copyDeep(resource.Body).(map[string]any)
	for name, value := range found {
		object(body, "properties")[name] = value
	}
	return body
}

// lowerReferences lowers the type segments of every id below value.
func lowerReferences(value any) {
	switch value := value.(type) {
	case []any:
		for _, element := range value {
			lowerReferences(element)
		}
	case map[string]any:
		for name, member := range value {
			if id, ok := member.(string); ok && name == "id" {
				value[name] = lowerTypes(id)
			}
			lowerReferences(member)
		}
	}
}

// lowerTypes lowers the fixed segments of an id and leaves names alone.
func lowerTypes(id string) string {
	segments := strings.Split(id, "/")
	for i := 1; i < len(segments); i += 2 {
		if segments[i] != "providers" {
			segments[i] = strings.ToLower(segments[i])
		}
	}
	return strings.Join(segments, "/")
}

func copyDeep(value any) any {
	switch value := value.(type) {
	case map[string]any:
		clone := make(map[string]any, len(value))
		for name, member := range value {
			clone[name] = copyDeep(member)
		}
		return clone
	case []any:
		clone := make([]any, len(value))
		for i, element := range value {
			clone[i] = copyDeep(element)
		}
		return clone
	default:
		return value
	}
}
