package arm

import (
	"encoding/json"
	"maps"
	"slices"
	"sync"

	"github.com/google/uuid"
)

// Role is the GUID of a role that Azure defines itself; it is the same in every
// tenant.
type Role string

// The built-in roles that this project grants. Source: Azure's list of built-in
// roles.
const (
	// CognitiveServicesOpenAIUser may call the models of an Azure OpenAI account
	// and change nothing.
	CognitiveServicesOpenAIUser Role = "5e0bd9bd-7b93-4f28-af87-19fc36ad61bd"
	// CognitiveServicesUser may call every Azure AI service and list its keys.
	CognitiveServicesUser Role = "a97b65f3-24c7-4388-baec-2e87135dc908"
	// EventHubsDataSender may send events to an event hub and read none.
	EventHubsDataSender Role = "2b629674-e913-4c01-ae53-ef4638d8f975"
	// MonitoringMetricsPublisher may send telemetry to an Application Insights
	// component.
	MonitoringMetricsPublisher Role = "3913510d-42f4-4e42-8a64-420c390055eb"
	// KeyVaultSecretsUser may read what a key vault keeps, certificates with their keys
	// among it.
	KeyVaultSecretsUser Role = "4633458b-17de-408a-b874-0445c86b69e6" //nolint:gosec // the id of a role, no secret
	// APIManagementServiceContributor may change all that lies at its scope in API
	// Management, such as one named value.
	APIManagementServiceContributor Role = "312a565d-c81f-4fd8-895a-4e21e48d571c"
	// Contributor may change every resource at its scope, and grant nothing. Owner may grant
	// roles, too.
	Contributor Role = "b24988ac-6180-42a0-ab88-20f7382dd24c"
	Owner       Role = "8e3af657-a8ff-443c-a75c-2fe8c4bcb635"
)

// roleNames are the display names of built-in roles: those above and others that a
// subscription with such resources has. The file names its source.
var roleNames = sync.OnceValue(func() map[Role]string {
	var listed struct {
		Source, AsOf string
		Roles        map[Role]string
	}
	raw, err := data.ReadFile("data/roles.json")
	if err != nil || json.Unmarshal(raw, &listed) != nil {
		return nil // a test reads the file
	}
	return listed.Roles
})

// Name is the role's display name, empty for a role that this project does not know.
func (r Role) Name() string { return roleNames()[r] }

// Roles are the built-in roles that are known, in the order of their GUIDs.
func Roles() []Role { return slices.Sorted(maps.Keys(roleNames())) }

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
