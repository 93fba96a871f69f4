package azure

import (
	"fmt"
	"net/http"
	"strings"

	"github.com/aoai-gateway/aoai-gateway/internal/arm"
	"github.com/aoai-gateway/aoai-gateway/internal/azurepolicy"
)

// Azure Policy: assignments and definitions of a seed, and their effect deny. Source:
// https://learn.microsoft.com/azure/governance/policy/concepts/effect-deny

// AssignedPolicy is a policy in force, by its two bodies as Resource Manager answers them.
type AssignedPolicy struct {
	Assignment map[string]any `json:"assignment"`
	Definition map[string]any `json:"definition"`
}

// policyAssignments lists those of the subscription.
func (s *Service) policyAssignments(*http.Request, []string) (answer, error) {
	value := []any{}
	for _, each := range s.seed.Policies {
		value = append(value, each.Assignment)
	}
	return ok(map[string]any{"value": value}), nil
}

// policyDefinition answers a definition, of the subscription or Azure's own.
func (s *Service) policyDefinition(id arm.ID) (answer, error) {
	for _, each := range s.seed.Policies {
		if strings.EqualFold(text(each.Definition, "id"), id.String()) {
			return ok(each.Definition), nil
		}
	}
	return answer{}, notFound(id)
}

const policyDefinitionType = "Microsoft.Authorization/policyDefinitions"

// denied refuses a request that a policy denies, as far as its rule can be evaluated.
func (s *Service) denied(id arm.ID, body map[string]any) error {
	for _, each := range s.seed.Policies {
		assigned, _ := each.Assignment["properties"].(map[string]any)
		parameters, _ := assigned["parameters"].(map[string]any)
		scope := arm.Fold(text(assigned, "scope"))
		if strings.EqualFold(text(assigned, "enforcementMode"), "DoNotEnforce") || scope != "" && !strings.HasPrefix(arm.Fold(id.String()), scope+"/") {
			continue
		}
		resource := azurepolicy.Resource{Type: id.Type(), Field: func(path string) (any, bool) {
			for _, from := range []any{body["properties"], body} {
				for _, name := range strings.Split(path, ".") {
					inside, _ := from.(map[string]any)
					from = inside[name]
				}
				if from != nil {
					return from, true
				}
			}
			return nil, true
		}}
		if azurepolicy.Denies(each.Definition, parameters, resource) == azurepolicy.Yes {
			return refuse(http.StatusForbidden, "RequestDisallowedByPolicy", "Resource '%s' was disallowed by policy. Policy identifiers: '%s'.", id.Name(),
				fmt.Sprintf(`[{"policyAssignment":{"name":%q,"id":%q},"policyDefinition":{"id":%q}}]`, text(assigned, "displayName"), text(each.Assignment, "id"), text(each.Definition, "id")))
		}
	}
	return nil
}
