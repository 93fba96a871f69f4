package deployed

import (
	"slices"
	"strings"

	"github.com/aoai-gateway/aoai-gateway/internal/arm"
	"github.com/aoai-gateway/aoai-gateway/sandbox/azure"
)

// Principal is somebody in Entra.
type Principal = azure.Principal

// Assignment is a role that a principal has at a scope, and at all that lies in it.
type Assignment struct {
	// Scope and Principal are folded; the scope has no slash at its end.
	Scope, Principal string
	Role             arm.Role
}

func (r *reader) assignments() []Assignment {
	var found []Assignment
	for _, each := range r.ofType("Microsoft.Authorization/roleAssignments") {
		of := each.properties()
		found = append(found, Assignment{
			Scope: strings.TrimSuffix(fold(of.text("scope")), "/"), Principal: fold(of.text("principalId")),
			Role: arm.Role(strings.ToLower(lastSegment(of.text("roleDefinitionId")))),
		})
	}
	return found
}

// Allowed reports whether a principal, or a group that it is in, has one of some roles at a
// resource, or at what that lies in.
func (p *Picture) Allowed(principalID, resourceID string, roles ...arm.Role) bool {
	id, who := fold(resourceID), p.withGroups(principalID)
	return slices.ContainsFunc(p.Assignments, func(a Assignment) bool {
		return slices.Contains(who, a.Principal) && slices.Contains(roles, a.Role) && (id == a.Scope || strings.HasPrefix(id, a.Scope+"/"))
	})
}

// withGroups are a principal and its groups, folded.
func (p *Picture) withGroups(principalID string) []string {
	who := []string{fold(principalID)}
	for _, principal := range p.Principals {
		if strings.EqualFold(principal.ID, principalID) {
			for _, group := range principal.Groups {
				who = append(who, fold(group))
			}
		}
	}
	return who
}

// Identities are the managed identities of a resource.
type Identities struct {
	// System is the resource's own; nil for none.
	System *Principal
	// Assigned are those of other resources that it may use.
	Assigned []Principal
}

// Of is the identity with a client id; the resource's own for "" and SystemAssigned. False
// where the resource has no such identity.
func (i Identities) Of(clientID string) (Principal, bool) {
	if clientID == "" || strings.EqualFold(clientID, "SystemAssigned") {
		if i.System == nil {
			return Principal{}, false
		}
		return *i.System, true
	}
	for _, each := range i.Assigned {
		if strings.EqualFold(each.AppID, clientID) {
			return each, true
		}
	}
	return Principal{}, false
}

func (r *reader) identities(of resource) Identities {
	var found Identities
	identity := of.body().object("identity")
	if id := identity.text("principalId"); id != "" {
		found.System = &Principal{ID: id, AppID: id, Type: "ServicePrincipal", Name: of.Name()}
	}
	assigned := identity.object("userAssignedIdentities")
	for _, id := range sortedKeys(assigned) {
		// An identity that was deleted authenticates nobody.
		if held, ok := r.get(id); ok {
			entry := assigned.object(id)
			found.Assigned = append(found.Assigned, Principal{ID: entry.text("principalId"), AppID: entry.text("clientId"), Type: "ServicePrincipal", Name: held.Name()})
		}
	}
	return found
}
