package guardrails

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/aoai-gateway/aoai-gateway/internal/arm"
)

// accessRules are about who may do what, and what is kept of it.
func accessRules() []Rule {
	return []Rule{
		{
			ID: "no-local-auth", Severity: Mandatory,
			Says:        "Accounts, event hubs, Application Insights and Log Analytics workspaces take no keys, and backends carry none.",
			Reason:      "A key names nobody, cannot be limited to a role, and goes around the gateway's limits and logs.",
			Link:        "https://learn.microsoft.com/azure/ai-services/disable-local-auth",
			PerResource: localAuth,
		},
		{
			ID: "narrow-roles", Severity: Mandatory,
			Says:        "Roles are granted on one resource, and none of Azure's that may change resources or grant roles (Owner, Contributor, administrators of access and the like). The workflow of budget.stop may change one named value.",
			Reason:      "Whoever calls models needs to call models: a wider role turns a leaked token into a lost subscription.",
			Link:        "https://learn.microsoft.com/azure/role-based-access-control/best-practices",
			PerResource: broadRole,
		},
		{
			ID: "no-prompt-logging", Severity: Mandatory, Production: true,
			Says:        "Diagnostics keep no bodies and no messages of models, and no policy sends to an event hub.",
			Reason:      "Prompts hold what people tell the model: personal data and secrets, in a log that others read and that is kept.",
			Link:        "https://learn.microsoft.com/azure/api-management/api-management-howto-llm-logs",
			PerResource: promptLogging,
		},
	}
}

// keyless are the inputs that switch keys off, by type.
var keyless = map[string]string{
	"cognitiveservices:Account": "properties.disableLocalAuth", "eventhub:Namespace": "disableLocalAuth", "insights:Component": "disableLocalAuth",
	"operationalinsights:Workspace": "features.disableLocalAuth",
}

func localAuth(r Resource, _ Options) []string {
	for kind, path := range keyless {
		if value := r.At(path); r.Is(kind) && value != true && !Unknown(value) {
			return []string{path + " is not true; set it"}
		}
	}
	if !r.Is("apimanagement:Backend") {
		return nil
	}
	var found []string
	if r.At("credentials.authorization") != nil {
		found = append(found, "credentials.authorization is a key of a backend; let the gateway use its managed identity")
	}
	for _, place := range []string{"credentials.header", "credentials.query"} {
		carried, _ := r.At(place).(map[string]any)
		for _, name := range slices.Sorted(maps.Keys(carried)) {
			if slices.Contains(keyNames, strings.ToLower(name)) {
				found = append(found, fmt.Sprintf("%s.%s is a key of a backend; let the gateway use its managed identity", place, name))
			}
		}
	}
	return found
}

// keyNames are headers and query parameters that carry keys: of Azure OpenAI, API
// Management and Azure Functions, and what others call theirs.
var keyNames = []string{
	"api-key", "apikey", "x-api-key", "authorization", "proxy-authorization", "ocp-apim-subscription-key", "subscription-key", "x-functions-key", "code",
}

// broadRoles are built-in roles that may change resources, or grant roles. Source:
// Azure's list of built-in roles.
var broadRoles = map[arm.Role]string{
	arm.Owner:                              "Owner",
	arm.Contributor:                        "Contributor",
	"18d7d88d-d35e-4fb5-a5c3-7773c20a72d9": "User Access Administrator",
	"f58310d9-a9f6-439a-9e8d-f62e7b41a168": "Role Based Access Control Administrator",
	"25fbc0a9-bd7c-42a3-aa1a-3b75d497ee68": "Cognitive Services Contributor",
	"a001fd3d-188f-4b5d-821b-7da978bf7442": "Cognitive Services OpenAI Contributor",
	arm.APIManagementServiceContributor:    "API Management Service Contributor",
}

func broadRole(r Resource, _ Options) []string {
	if !r.Is("authorization:RoleAssignment") {
		return nil
	}
	var found []string
	definition := r.Text("roleDefinitionId")
	if name, broad := broadRoles[arm.Role(strings.ToLower(definition[strings.LastIndexByte(definition, '/')+1:]))]; broad && !stopsCalls(r) {
		found = append(found, fmt.Sprintf("roleDefinitionId is %s, which may change resources; grant the role that is needed, such as Cognitive Services OpenAI User", name))
	}
	if scope := strings.ToLower(r.Text("scope")); scope != "" && (!strings.Contains(scope, "/providers/microsoft.") || strings.HasPrefix(scope, "/providers/microsoft.management/")) {
		found = append(found, fmt.Sprintf("scope is %q, which holds more than one resource; grant the role on the resource", r.Text("scope")))
	}
	return found
}

// stopsCalls reports whether a grant lets a budget's workflow change the named value that
// stops calls. Nothing else lies at that scope, and Azure has no narrower role of its own.
func stopsCalls(r Resource) bool {
	return strings.HasSuffix(strings.ToLower(r.Text("roleDefinitionId")), string(arm.APIManagementServiceContributor)) &&
		strings.HasSuffix(strings.ToLower(r.Text("scope")), "/namedvalues/budget-state")
}

func promptLogging(r Resource, _ Options) []string {
	var found []string
	switch {
	case r.Is("apimanagement:Diagnostic", "apimanagement:ApiDiagnostic"):
		for _, path := range []string{"frontend.request", "frontend.response", "backend.request", "backend.response"} {
			if bytes, known := r.At(path + ".body.bytes").(float64); known && bytes > 0 {
				found = append(found, fmt.Sprintf("%s.body.bytes is %v; set it to 0 (apim.logging.bodyBytes)", path, bytes))
			}
		}
		for _, path := range []string{"largeLanguageModel.requests.messages", "largeLanguageModel.responses.messages"} {
			if text := r.Text(path); text != "" {
				found = append(found, fmt.Sprintf("%s is %q; log token counts alone (apim.logging.llm: tokens)", path, text))
			}
		}
	case isPolicy(r):
		if strings.Contains(r.Text("value"), "<log-to-eventhub") {
			found = append(found, "the policy sends to an event hub (log-to-eventhub), where it can send the text of prompts (apim.logging.eventHub)")
		}
	}
	return found
}

func isPolicy(r Resource) bool {
	return r.Is("apimanagement:Policy", "apimanagement:ApiPolicy", "apimanagement:ApiOperationPolicy", "apimanagement:ProductPolicy", "apimanagement:PolicyFragment")
}

// hasTags reports whether a type takes tags.
func hasTags(contract *arm.Contract, token string) bool {
	known, ok := contract.ByToken(token)
	return ok && known.Inputs.Properties["tags"] != nil
}
