package arm

import (
	"regexp"
	"strings"

	"github.com/aoai-gateway/aoai-gateway/internal/faults"
)

// NameRule is what Azure demands of one kind of name.
type NameRule struct {
	// Kind is what the name belongs to, for messages.
	Kind string
	// Min and Max bound the length in characters.
	Min, Max int
	pattern  *regexp.Regexp
	// Allowed says the pattern in words.
	Allowed string
}

// The name rules that the ARM contract lacks or that this project derives names
// for. Sources: the azurerm provider's validators (Front Door), contract.json
// (accounts, workspaces, resource groups), Azure's naming rules page (WAF).
var (
	FrontDoorName = rule("Front Door name", 2, 90, `^[\da-zA-Z][-\da-zA-Z]*[\da-zA-Z]$`,
		"letters, digits and inner hyphens")
	FrontDoorEndpointName = rule("Front Door endpoint name", 2, 46, `^[\da-zA-Z][-\da-zA-Z]*[\da-zA-Z]$`,
		"letters, digits and inner hyphens")
	FrontDoorWAFPolicyName = rule("WAF policy name", 1, 128, `^[a-zA-Z][\da-zA-Z]*$`,
		"letters and digits, a letter first")
	FrontDoorRuleName = rule("Front Door rule name", 1, 260, `^[a-zA-Z][\da-zA-Z]*$`,
		"letters and digits, a letter first")
	FrontDoorRuleSetName = rule("Front Door rule set name", 1, 60, `^[a-zA-Z][\da-zA-Z]*$`,
		"letters and digits, a letter first")
	FrontDoorCustomDomainName = rule("Front Door custom domain name", 2, 260, `^[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9]$`,
		"letters, digits and inner hyphens")
	APIMBackendName = rule("API Management backend id", 1, 80, `^\w(?:[\w-]*\w)?$`,
		"letters, digits, underscores and inner hyphens")
	OpenAIAccountName = rule("Azure OpenAI account name", 2, 64, `^[a-zA-Z0-9][a-zA-Z0-9_.-]*$`,
		"letters, digits, underscores, dots and hyphens, a letter or digit first")
	CustomSubdomain = rule("custom subdomain", 2, 63, `^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?$`,
		"lower-case letters, digits and inner hyphens")
	DeploymentName = rule("deployment name", 2, 64, `^[a-zA-Z0-9][a-zA-Z0-9_.-]*$`,
		"letters, digits, underscores, dots and hyphens, a letter or digit first")
	ResourceGroupName = rule("resource group name", 1, 90, `^[-\w._()]*[-\w_()]$`,
		"letters, digits, underscores, hyphens, parentheses and dots, no dot last")
	APIMServiceName = rule("API Management service name", 1, 50, `^[a-zA-Z](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?$`,
		"letters, digits and inner hyphens, a letter first")
	IdentityName = rule("managed identity name", 3, 128, `^[a-zA-Z0-9][a-zA-Z0-9_-]*$`,
		"letters, digits, underscores and hyphens, a letter or digit first")
	InsightsName = rule("Application Insights name", 1, 260, `^[^%&\\?/]*[^%&\\?/ .]$`,
		"all but % & \\ ? /, no space or dot last")
	EventHubNamespaceName = rule("Event Hubs namespace name", 8, 50, `^[a-zA-Z][a-zA-Z0-9-]*[a-zA-Z0-9]$`,
		"letters, digits and inner hyphens, a letter first")
	DeploymentStackName = rule("deployment stack name", 1, 90, `^[-\w._()]+$`,
		"letters, digits, underscores, hyphens, parentheses and dots")
	RedisName = rule("Azure Managed Redis name", 1, 60, `^[A-Za-z0-9]+(?:-[A-Za-z0-9]+)*$`,
		"letters, digits and single inner hyphens")
	BudgetName = rule("budget name", 1, 63, `^[-_a-zA-Z0-9]+$`,
		"letters, digits, hyphens and underscores")
	// Source: Azure's page on naming rules, Microsoft.Logic.
	WorkflowName = rule("workflow name", 1, 43, `^[-\w.()]+$`,
		"letters, digits, underscores, hyphens, parentheses and dots")
	// Sources of the next ones: azurerm's validators, and Azure's page on naming rules.
	NetworkName = rule("network resource name", 1, 64, `^[a-zA-Z0-9](?:[\w.-]*\w)?$`,
		"letters, digits, underscores, dots and hyphens, a letter or digit first")
	DNSLabel = rule("DNS label", 3, 63, `^[a-z][a-z0-9-]*[a-z0-9]$`,
		"lower-case letters, digits and inner hyphens, a letter first")
	WorkspaceName = rule("Log Analytics workspace name", 4, 63, `^[A-Za-z0-9][A-Za-z0-9-]*[A-Za-z0-9]$`,
		"letters, digits and inner hyphens")
)

func rule(kind string, minimum, maximum int, pattern, allowed string) NameRule {
	return NameRule{Kind: kind, Min: minimum, Max: maximum, pattern: regexp.MustCompile(pattern), Allowed: allowed}
}

// InBackendID is a name as the ids of backends and pools have it: they take no dots, and case
// does not count in them.
func InBackendID(name string) string { return strings.ToLower(strings.ReplaceAll(name, ".", "_")) }

// Check returns nil for a legal name, else an error that says what is legal.
func (r NameRule) Check(name string) error {
	if name == "" {
		return faults.New("is missing").Remedy("give the %s of %d to %d characters: %s", r.Kind, r.Min, r.Max, r.Allowed).Err()
	}
	length := len([]rune(name))
	if length < r.Min || length > r.Max || !r.pattern.MatchString(name) {
		return faults.New("%q is not a legal %s", name, r.Kind).About(name).Remedy("allowed are %d to %d characters: %s", r.Min, r.Max, r.Allowed).Err()
	}
	return nil
}

var hostNameForm = regexp.MustCompile(`^(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}$`)

// CheckHostName refuses what is no public host name.
func CheckHostName(name string) error {
	if !hostNameForm.MatchString(name) || len(name) > 253 {
		return faults.New("%q is not a host name", name).About(name).Remedy("write it in lower case without scheme or path, such as ai.contoso.com").Err()
	}
	return nil
}
