package guardrails

import (
	"fmt"
	"strings"
)

// networkRules are about who can reach what holds data.
func networkRules() []Rule {
	return []Rule{
		{
			ID: "no-public-access", Severity: Mandatory, Production: true, OnDemand: true,
			Says:        "Accounts, event hubs, key vaults, storage accounts, search services and databases have no public endpoint.",
			Reason:      "What is reached through a network alone cannot be asked with a stolen token from elsewhere; many companies' policies forbid public endpoints.",
			Link:        "https://learn.microsoft.com/azure/ai-services/cognitive-services-virtual-networks",
			PerResource: publicAccess,
		},
	}
}

// closable are the inputs that close a public endpoint, by type. Source: the REST references of
// the types, by which a public endpoint is open where nothing is said.
var closable = map[string]string{
	"cognitiveservices:Account": "properties.publicNetworkAccess", "eventhub:Namespace": "publicNetworkAccess", "keyvault:Vault": "properties.publicNetworkAccess",
	"storage:StorageAccount": "publicNetworkAccess", "search:Service": "publicNetworkAccess",
	"documentdb:DatabaseAccount": "publicNetworkAccess", "machinelearningservices:Workspace": "publicNetworkAccess",
}

// remedies name this project's own keys, by type.
var remedies = map[string]string{
	"cognitiveservices:Account": " (network.access: private)",
	"eventhub:Namespace":        " (this project's event hub has no private form yet: leave apim.logging.eventHub out, or waive the rule for it)",
}

func publicAccess(r Resource, _ Options) []string {
	for kind, path := range closable {
		if !r.Is(kind) || Unknown(r.At(path)) || strings.EqualFold(r.Text(path), "Disabled") {
			continue
		}
		return []string{fmt.Sprintf("%s is not Disabled; set it, and reach it by a private endpoint%s", path, remedies[kind])}
	}
	return nil
}
