package openai

import (
	authorization "github.com/pulumi/pulumi-azure-native-sdk/authorization/v2/v20220401"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/aoai-gateway/aoai-gateway/components/internal/roles"
	"github.com/aoai-gateway/aoai-gateway/internal/arm"
)

// Principal is somebody who may call the models.
type Principal struct {
	// ID is the object id in Entra: of a user, a group or an enterprise
	// application (not the application's client id).
	ID pulumi.StringInput
	// Type is User, Group or ServicePrincipal. It must be right: Azure looks up
	// everything but a ServicePrincipal, and does not find a new one yet.
	Type string
}

// PrincipalTypes are the kinds of principal that Azure grants roles to.
var PrincipalTypes = []string{"User", "Group", "ServicePrincipal"}

// NewUserGrant lets a principal call an account's models, by the role Cognitive
// Services OpenAI User, and nothing else. The assignment's name follows from
// what it grants, so that a second run finds the first one's.
func NewUserGrant(
	ctx *pulumi.Context, name string, account *Account, principal Principal, opts ...pulumi.ResourceOption,
) (*authorization.RoleAssignment, error) {
	return roles.Assign(ctx, name, arm.CognitiveServicesOpenAIUser, account.ID, principal.ID, principal.Type,
		append([]pulumi.ResourceOption{pulumi.Parent(account)}, opts...)...)
}
