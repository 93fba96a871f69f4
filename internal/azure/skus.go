// Package azure is the one home for facts about Azure, data only: models, what they can do,
// until when, and where they are offered; SKUs, hosts, limits, and what services are born
// with. Nothing in it reads anything but its own data. The program, guardrails, the
// command and the sandbox all read them here.
package azure

import "strings"

// DeploymentSKUs are the ways to host a model. Source:
// https://learn.microsoft.com/azure/foundry/foundry-models/concepts/deployment-types
var DeploymentSKUs = []string{
	"Standard", "GlobalStandard", "DataZoneStandard",
	"ProvisionedManaged", "GlobalProvisionedManaged", "DataZoneProvisionedManaged",
	"GlobalBatch", "DataZoneBatch",
}

// IsProvisioned reports whether a deployment SKU is paid for by reserved throughput.
func IsProvisioned(sku string) bool { return strings.Contains(sku, "Provisioned") }

// IsBatch reports whether a deployment SKU answers batch jobs alone.
func IsBatch(sku string) bool { return strings.HasSuffix(sku, "Batch") }

// defaultSKUs are what a deployment gets that names no SKU: the first one that the region
// offers. Prompts stay in the region with the first, and in the data zone with the second.
// A global SKU processes them anywhere, so it is never chosen for the user.
var defaultSKUs = []string{"Standard", "DataZoneStandard"}
