package azure

import (
	"net/http"
	"strings"

	"github.com/aoai-gateway/aoai-gateway/internal/arm"
)

// Front Door's refusals that look at more than one resource.

// routeIsFree refuses patterns that Front Door does not take, and a route whose domain, path
// and protocol another route of the endpoint has. Sources: MicrosoftDocs/azure-docs#77250;
// Azure/bicep#13502.
func (p *put) routeIsFree() error {
	properties := p.properties()
	patterns := valuesAt(properties, []string{"patternsToMatch"})
	if given, isList := properties["patternsToMatch"].([]any); isList && len(given) == 0 {
		return refuse(http.StatusBadRequest, "BadRequest", "Property 'patternsToMatch' of the route '%s' must have a pattern.", p.id.Name())
	}
	for _, pattern := range patterns {
		if at := strings.IndexByte(pattern, '*'); !strings.HasPrefix(pattern, "/") || at >= 0 && (at != len(pattern)-1 || pattern[at-1] != '/') {
			return refuse(http.StatusBadRequest, "BadRequest",
				"Pattern '%s' is not valid: it must start with a / and the only allowed asterisk is at the end, preceded by a slash.", pattern)
		}
	}
	endpoint, _ := p.id.Parent()
	siblings, err := p.tx.Under(endpoint.String())
	if err != nil {
		return err
	}
	mine := claimsOf(properties)
	for _, other := range siblings {
		if !strings.EqualFold(other.Type, p.id.Type()) || strings.EqualFold(other.ID, p.id.String()) || other.Operation != nil && other.Operation.State == deleting {
			continue
		}
		for claim := range claimsOf(other.Properties()) {
			if mine[claim] {
				return refuse(http.StatusBadRequest, "BadRequest", "The route domains, paths and protocols configuration has a conflict: "+
					"'%s' and '%s' both have %s.", p.id.Name(), text(other.Body, "name"), claim)
			}
		}
	}
	return nil
}

// claimsOf are the triples of domain, path and protocol that a route answers; case aside.
func claimsOf(properties map[string]any) map[string]bool {
	domains := valuesAt(properties, []string{"customDomains", "id"})
	if text(properties, "linkToDefaultDomain") == "Enabled" {
		domains = append(domains, "the default domain")
	}
	protocols := valuesAt(properties, []string{"supportedProtocols"})
	if len(protocols) == 0 {
		protocols = []string{"Http", "Https"}
	}
	patterns := valuesAt(properties, []string{"patternsToMatch"})
	if len(patterns) == 0 {
		patterns = []string{"/*"}
	}
	claims := map[string]bool{}
	for _, domain := range domains {
		for _, protocol := range protocols {
			for _, pattern := range patterns {
				claims[strings.ToLower(domain+" "+protocol+" "+pattern)] = true
			}
		}
	}
	return claims
}

// lastOrigin refuses to take the last enabled origin out of a group that a route uses.
// Source: hashicorp/terraform-provider-azurerm#27652.
func lastOrigin(tx *Tx, id arm.ID) error {
	group, _ := id.Parent()
	origins, err := tx.Under(group.String())
	if err != nil {
		return err
	}
	for _, origin := range origins {
		if !strings.EqualFold(origin.ID, id.String()) && text(origin.Properties(), "enabledState") == "Enabled" && (origin.Operation == nil || origin.Operation.State != deleting) {
			return nil
		}
	}
	profile := group
	profile.Types, profile.Names = profile.Types[:1], profile.Names[:1]
	below, err := tx.Under(profile.String())
	if err != nil {
		return err
	}
	for _, route := range below {
		used := text(object(copyDeep(route.Properties()).(map[string]any), "originGroup"), "id")
		if strings.EqualFold(route.Type, "Microsoft.Cdn/profiles/afdEndpoints/routes") && strings.EqualFold(used, group.String()) && (route.Operation == nil || route.Operation.State != deleting) {
			return refuse(http.StatusBadRequest, "BadRequest",
				"Cannot disable or delete the last origin when the origin group is still associated with a route or a rule: %s.", route.ID)
		}
	}
	return nil
}

// originStays is lastOrigin for a deletion.
func originStays(tx *Tx, id arm.ID, _ *http.Request) error {
	found, err := tx.Get(id.String())
	if err != nil || found == nil || text(found.Properties(), "enabledState") != "Enabled" {
		return err
	}
	return lastOrigin(tx, id)
}
