package azure

import "strings"

// The kinds of accounts, as a stack's configuration names them.
const (
	KindOpenAI  = "openai"
	KindFoundry = "foundry"
)

// AccountKinds are the kinds of accounts that a stack can make.
var AccountKinds = []string{KindOpenAI, KindFoundry}

// The kinds of accounts, as Resource Manager names them.
const (
	ARMKindOpenAI        = "OpenAI"
	ARMKindFoundry       = "AIServices"
	ARMKindContentSafety = "ContentSafety"
)

// IsContentSafety reports whether accounts of one of Resource Manager's kinds judge content.
func IsContentSafety(armKind string) bool { return strings.EqualFold(armKind, ARMKindContentSafety) }

// HasModels reports whether accounts of one of Resource Manager's kinds have Azure OpenAI
// models.
func HasModels(armKind string) bool {
	return strings.EqualFold(armKind, ARMKindOpenAI) || strings.EqualFold(armKind, ARMKindFoundry)
}

// accountDomains are the domains in which an account answers, by Resource Manager's kind.
// Sources: https://learn.microsoft.com/azure/foundry/how-to/upgrade-azure-openai and
// https://learn.microsoft.com/azure/ai-services/content-safety/quickstart-text
var accountDomains = map[string][]string{
	ARMKindOpenAI:  {OpenAIDomain},
	ARMKindFoundry: {OpenAIDomain, FoundryDomain, CognitiveServicesDomain},

	ARMKindContentSafety: {CognitiveServicesDomain},
}

// AccountHosts are the host names of an account with a custom subdomain, the one for Azure
// OpenAI first.
func AccountHosts(armKind, subdomain string) []string {
	var hosts []string
	for kind, domains := range accountDomains {
		if !strings.EqualFold(kind, armKind) {
			continue
		}
		for _, domain := range domains {
			hosts = append(hosts, subdomain+"."+domain)
		}
	}
	return hosts
}
