package azure

import (
	"net/http"
	"strings"

	facts "github.com/aoai-gateway/aoai-gateway/internal/azure"
)

// linkResource is what a private endpoint of an account or of a service can lead to. Sources: the
// REST references of private link resources of both.
func linkResource(owner *Resource) map[string]any {
	group, members, zones := facts.ServiceLinkGroup, []string{facts.ServiceLinkGroup}, []string{facts.PrivateZone(facts.GatewayDomain)}
	if strings.EqualFold(owner.Type, accountType) {
		group, members, zones = facts.AccountLinkGroup, nil, nil
		for i, host := range facts.AccountHosts(text(owner.Body, "kind"), "any") {
			_, domain, _ := strings.Cut(host, ".")
			members, zones = append(members, memberNames[i]), append(zones, facts.PrivateZone(domain))
		}
	}
	return map[string]any{
		"id": owner.ID + "/privateLinkResources/" + group, "name": group, "type": owner.Type + "/privateLinkResources",
		"properties": map[string]any{"groupId": group, "requiredMembers": members, "requiredZoneNames": zones},
	}
}

// memberNames are those of an account's addresses, in the order of its hosts. Source: public
// templates with addresses of their own for endpoints of accounts.
var memberNames = []string{"default", "secondary", "third"}

// linkResources lists what private endpoints can lead to.
func (s *Service) linkResources(r *http.Request, at []string) (answer, error) {
	owner, err := s.asked(r, at[1])
	if err != nil {
		return answer{}, err
	}
	return ok(map[string]any{"value": []any{linkResource(owner)}}), nil
}

// linkResourceNamed answers one of them. The published example of a service names one that no
// service has.
func (s *Service) linkResourceNamed(r *http.Request, at []string) (answer, error) {
	owner, err := s.asked(r, at[1])
	if err != nil {
		return answer{}, err
	}
	found := linkResource(owner)
	if !strings.EqualFold(text(found, "name"), at[2]) {
		return answer{}, refuse(http.StatusNotFound, "ResourceNotFound", "%s has no private link resource '%s'.", owner.ID, at[2])
	}
	return ok(found), nil
}
