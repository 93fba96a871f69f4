package azure

import (
	"net/http"
	"strings"

	"github.com/google/uuid"

	"github.com/aoai-gateway/aoai-gateway/internal/arm"
)

// Role assignments and definitions: Microsoft.Authorization, API version 2022-04-01.

const assignmentType = "Microsoft.Authorization/roleAssignments"

func completeRoleAssignment(p *put) error {
	properties := p.properties()
	if uuid.Validate(p.id.Name()) != nil && !p.planted {
		return refuse(http.StatusBadRequest, "InvalidRoleAssignmentId", "The role assignment ID '%s' is not valid. The role assignment ID must be a GUID.", p.id.Name())
	}
	scope, principal := p.id.Scope, text(properties, "principalId")
	if before := p.oldProperties(); before != nil {
		if before["principalId"] != properties["principalId"] || before["roleDefinitionId"] != properties["roleDefinitionId"] {
			return refuse(http.StatusBadRequest, "RoleAssignmentUpdateNotPermitted",
				"Tenant ID, application ID, principal ID, and scope are not allowed to be updated.")
		}
	}
	if err := p.assignmentIsNew(scope, principal, text(properties, "roleDefinitionId")); err != nil {
		return err
	}
	if _, err := p.service.builtInRole(text(properties, "roleDefinitionId")); err != nil {
		return err
	}
	// Azure cannot look up an identity that is being replicated still, and is
	// told so by the type.
	defaults(properties, map[string]any{"principalType": "User"})
	if text(properties, "principalType") != "ServicePrincipal" && !p.tx.HasPrincipal(principal) {
		return refuse(http.StatusBadRequest, "PrincipalNotFound",
			"Principal %s does not exist in the directory %s.", strings.ReplaceAll(principal, "-", ""), p.service.seed.TenantID)
	}
	properties["scope"] = scope
	for _, name := range []string{"createdOn", "createdBy"} {
		keep(properties, p.oldProperties(), name, func() any {
			return map[string]any{"createdOn": p.timestamp(), "createdBy": p.service.seed.Deployer.ID}[name]
		})
	}
	properties["updatedOn"], properties["updatedBy"] = p.timestamp(), p.service.seed.Deployer.ID
	return nil
}

// assignmentIsNew refuses a second assignment of what another name already grants.
func (p *put) assignmentIsNew(scope, principal, role string) error {
	held, err := p.tx.WithValue(assignmentType, "", principal)
	if err != nil {
		return err
	}
	for _, resource := range held {
		other := resource.Properties()
		if !strings.EqualFold(resource.ID, p.id.String()) && strings.EqualFold(text(other, "scope"), scope) && strings.EqualFold(text(other, "roleDefinitionId"), role) {
			return refuse(http.StatusConflict, "RoleAssignmentExists",
				"The role assignment already exists. The ID of the existing role assignment is %s.",
				strings.ReplaceAll(text(resource.Body, "name"), "-", ""))
		}
	}
	return nil
}

// builtInRole finds the role that a full definition id names.
func (s *Service) builtInRole(definitionID string) (arm.Role, error) {
	id, err := arm.ParseID(definitionID)
	if err == nil && strings.EqualFold(id.Type(), "Microsoft.Authorization/roleDefinitions") {
		if role := arm.Role(strings.ToLower(id.Name())); role.Name() != "" {
			return role, nil
		}
	}
	return "", refuse(http.StatusNotFound, "RoleDefinitionDoesNotExist",
		"The specified role definition with ID '%s' does not exist.", definitionID)
}

func (s *Service) roleDefinition(method string, id arm.ID) (answer, error) {
	if method != http.MethodGet {
		return answer{}, methodNotAllowed(method, id.Type())
	}
	role, err := s.builtInRole(id.String())
	if err != nil {
		return answer{}, err
	}
	return answer{status: http.StatusOK, body: describeRole(id.String(), role)}, nil
}

func describeRole(id string, role arm.Role) map[string]any {
	return map[string]any{
		"id": id, "name": string(role), "type": "Microsoft.Authorization/roleDefinitions",
		"properties": map[string]any{"roleName": role.Name(), "type": "BuiltInRole", "assignableScopes": []any{"/"}},
	}
}

// listRoles lists the built-in roles; $filter=roleName eq '...' finds one.
func (s *Service) listRoles(r *http.Request, member arm.ID) (answer, error) {
	wanted, err := wantedBy(r)
	if err != nil {
		return answer{}, err
	}
	found := []any{}
	for _, role := range arm.Roles() {
		if body := describeRole(role.DefinitionID(s.seed.SubscriptionID), role); wanted(body) {
			found = append(found, body)
		}
	}
	return s.page(r, member, found)
}

// holdsRole reports whether a principal has a role at a resource, or at what that lies in.
func (t *Tx) holdsRole(principal, resourceID string, role arm.Role) (bool, error) {
	held, err := t.WithValue(assignmentType, "", principal)
	if err != nil {
		return false, err
	}
	id := arm.Fold(resourceID)
	for _, assignment := range held {
		properties := assignment.Properties()
		scope := strings.TrimSuffix(arm.Fold(text(properties, "scope")), "/")
		if strings.HasSuffix(text(properties, "roleDefinitionId"), string(role)) &&
			(id == scope || strings.HasPrefix(id, scope+"/")) {
			return true, nil
		}
	}
	return false, nil
}
