// Package roles grants Azure's built-in roles.
package roles

import (
	"fmt"

	authorization "github.com/pulumi/pulumi-azure-native-sdk/authorization/v2/v20220401"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/aoai-gateway/aoai-gateway/internal/arm"
)

// Assign grants a role on a scope to a principal. The assignment's name follows
// from what it grants, so that a second run finds the first one's. principalType
// must be right: Azure looks up everything but a ServicePrincipal, and does not
// find a new one yet.
func Assign(
	ctx *pulumi.Context, name string, role arm.Role, scope pulumi.StringOutput,
	principalID pulumi.StringInput, principalType string, opts ...pulumi.ResourceOption,
) (*authorization.RoleAssignment, error) {
	assignmentName := pulumi.All(scope, principalID).ApplyT(func(of []any) string {
		return arm.AssignmentName(of[0].(string), of[1].(string), role)
	}).(pulumi.StringOutput)
	definitionID := scope.ApplyT(func(id string) (string, error) {
		parsed, err := arm.ParseID(id)
		if err != nil {
			return "", fmt.Errorf("finding the subscription of what %s is granted on: %w", role.Name(), err)
		}
		return role.DefinitionID(parsed.Subscription()), nil
	}).(pulumi.StringOutput)
	grant, err := authorization.NewRoleAssignment(ctx, name, &authorization.RoleAssignmentArgs{
		Scope:              scope,
		RoleAssignmentName: assignmentName,
		RoleDefinitionId:   definitionID,
		PrincipalId:        principalID,
		PrincipalType:      pulumi.String(principalType),
	}, opts...)
	if err != nil {
		return nil, fmt.Errorf("role grant %s: %w", name, err)
	}
	return grant, nil
}
