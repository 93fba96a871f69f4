package arm

import (
	"fmt"
	"net/netip"

	"github.com/aoai-gateway/aoai-gateway/internal/azure"
)

// serviceRules are what Azure's services demand beyond the contract, by their own documents.
var serviceRules = []Rule{
	{
		ID: "AZURE-group-name", Types: []string{"resources/ResourceGroup"}, Says: ResourceGroupName.Kind + ": " + ResourceGroupName.Allowed,
		Source: "Resource Manager's page on naming rules", check: func(c *checker, in map[string]any) {
			if name, known := stringAt(in, "resourceGroupName"); known {
				if err := ResourceGroupName.Check(name); err != nil {
					c.fail("resourceGroupName", "%v", err)
				}
			}
		},
	},
	{
		ID: "AZURE-deployment", Types: []string{"cognitiveservices/Deployment"},
		Says: "a deployment names a model, and has no negative capacity", Source: "the REST reference of deployments",
		check: func(c *checker, in map[string]any) {
			c.need(in, "properties.model.format", "properties.model.name")
			c.between(in, "sku.capacity", 0, 1_000_000)
		},
	},
	{
		ID: "AZURE-account", Types: []string{"cognitiveservices/Account"}, Says: "an account has a kind and a SKU",
		Source: "the REST reference of accounts",
		check:  func(c *checker, in map[string]any) { c.need(in, "kind", "sku.name") },
	},
	{
		ID: "AZURE-account-rules", Types: []string{"cognitiveservices/Account"}, Says: "network rules need a custom subdomain",
		Source: "hashicorp/terraform-provider-azurerm#24239",
		check: func(c *checker, in map[string]any) {
			if has(in, "properties.networkAcls") {
				c.need(in, "properties.customSubDomainName")
			}
		},
	},
	{
		ID: "AZURE-retention", Types: []string{"operationalinsights/Workspace"}, Says: "a workspace keeps logs for 4 to 730 days",
		Source: "Azure Monitor's page on retention",
		check:  func(c *checker, in map[string]any) { c.within(in, "retentionInDays", azure.WorkspaceRetentionDays) },
	},
	{
		ID: "AZURE-partitions", Types: []string{"eventhub/EventHub"}, Says: "an event hub has 1 to 1024 partitions",
		Source: "Event Hubs' page on quotas",
		check:  func(c *checker, in map[string]any) { c.within(in, "partitionCount", azure.EventHubPartitions) },
	},
	{
		ID: "AZURE-prefixes", Types: []string{"network/VirtualNetwork", "network/Subnet"}, Says: "address prefixes are written as CIDR",
		Source: "public reports of InvalidAddressPrefixFormat", check: checkPrefixes,
	},
}

func checkPrefixes(c *checker, in map[string]any) {
	check := func(path, prefix string) {
		if parsed, err := netip.ParsePrefix(prefix); err != nil {
			c.fail(path, "%q is not formatted correctly; write it like 10.0.0.0/24", prefix)
		} else if parsed != parsed.Masked() {
			c.fail(path, "%q has bits behind its length; write %s", prefix, parsed.Masked())
		}
	}
	if prefix, known := stringAt(in, "addressPrefix"); known {
		check("addressPrefix", prefix)
	}
	for _, path := range []string{"addressSpace.addressPrefixes", "addressPrefixes"} {
		prefixes, _ := stringsAt(in, path)
		for i, prefix := range prefixes {
			check(fmt.Sprintf("%s[%d]", path, i), prefix)
		}
	}
}
