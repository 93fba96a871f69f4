package arm

import "github.com/google/uuid"

// Role is the GUID of a role that Azure defines itself; it is the same in every
// tenant.
type Role string

// CognitiveServicesOpenAIUser may call the models of an Azure OpenAI account
// and change nothing. Source: Azure's list of built-in roles.
const CognitiveServicesOpenAIUser Role = "5e0bd9bd-7b93-4f28-af87-19fc36ad61bd"

// roleNames are the display names of the roles above.
var roleNames = map[Role]string{
	CognitiveServicesOpenAIUser: "Cognitive Services OpenAI User",
}

// Name is the role's display name, empty for a role this project does not use.
func (r Role) Name() string { return roleNames[r] }

// DefinitionID is the role's full ARM id in a subscription; assignments take no
// shorter form.
func (r Role) DefinitionID(subscriptionID string) string {
	return "/subscriptions/" + subscriptionID + "/providers/Microsoft.Authorization/roleDefinitions/" + string(r)
}

// assignmentNamespace makes this project's assignment names differ from
// everybody else's.
var assignmentNamespace = uuid.MustParse("f4b2b7a5-6b0e-5a3c-9a51-2f4d6b1f5e8d")

// AssignmentName derives the GUID that names a role assignment from what it
// grants, so that a second run finds the first one's assignment.
func AssignmentName(scope, principalID string, role Role) string {
	return uuid.NewSHA1(assignmentNamespace, []byte(fold(scope)+"|"+fold(principalID)+"|"+string(role))).String()
}
