package preflight

import (
	"slices"
	"strings"

	"github.com/aoai-gateway/aoai-gateway/internal/arm"
)

// narrowRoles are built-in roles that may write all of one resource provider that the
// project uses. Source: Azure's list of built-in roles.
var narrowRoles = map[string]string{
	"microsoft.apimanagement":       "API Management Service Contributor",
	"microsoft.cdn":                 "CDN Profile Contributor",
	"microsoft.cognitiveservices":   "Cognitive Services Contributor",
	"microsoft.consumption":         "Cost Management Contributor",
	"microsoft.insights":            "Monitoring Contributor",
	"microsoft.managedidentity":     "Managed Identity Contributor",
	"microsoft.network":             "Network Contributor",
	"microsoft.operationalinsights": "Log Analytics Contributor",
}

// role is one that has actions.
type role struct {
	name    string
	actions []string
}

// rolesFor are the roles that would have some actions: the one of the resource provider
// where all are of one, else Contributor, which may grant nothing to others.
func rolesFor(actions []string) []role {
	var grants, rest, namespaces []string
	for _, action := range actions {
		namespace, _, _ := strings.Cut(arm.Fold(action), "/")
		if namespace == "microsoft.authorization" {
			grants = append(grants, action)
			continue
		}
		rest, namespaces = append(rest, action), append(namespaces, namespace)
	}
	var roles []role
	if len(rest) > 0 {
		name := "Contributor"
		if narrow, known := narrowRoles[namespaces[0]]; known && len(slices.Compact(namespaces)) == 1 {
			name = narrow
		}
		roles = append(roles, role{name, rest})
	}
	if len(grants) > 0 {
		roles = append(roles, role{"Role Based Access Control Administrator", grants})
	}
	return roles
}
