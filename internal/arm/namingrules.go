package arm

import (
	"slices"
	"strings"
)

// Names of types whose contract has no rule, or a wider one. Source: Resource Manager's page on
// naming rules (https://learn.microsoft.com/azure/azure-resource-manager/management/resource-name-rules).
var (
	networkWords        = "letters, digits, underscores, dots and hyphens, a letter or digit first, no dot or hyphen last"
	PrivateEndpointName = rule("private endpoint name", 2, 64, networkName, networkWords)
	VirtualNetworkName  = rule("virtual network name", 2, 64, networkName, networkWords)
	networkPartName     = rule("network resource name", 1, 80, networkName, networkWords)
	VaultName           = rule("key vault name", 3, 24, `^[a-zA-Z](?:-?[a-zA-Z0-9])*$`,
		"letters, digits and single inner hyphens, a letter first")
	EventHubName = rule("event hub name", 1, 256, `^[a-zA-Z0-9](?:[\w.-]*[a-zA-Z0-9])?$`,
		"letters, digits, dots, underscores and hyphens, a letter or digit first and last")
	ActionGroupName = rule("action group name", 1, 260, `^[^:<>+/&%\\?|]*[^:<>+/&%\\?| .]$`,
		"all but : < > + / & % \\ ? |, no space or dot last")
)

const networkName = `^[a-zA-Z0-9](?:[\w.-]*\w)?$`

// namingRules hold the last part of a resource's id.
var namingRules = []Rule{
	namedBy(PrivateEndpointName, "network/PrivateEndpoint", "privateEndpointName"),
	namedBy(networkPartName, "network/PrivateDnsZoneGroup", "privateDnsZoneGroupName"),
	namedBy(networkPartName, "network/VirtualNetworkLink", "virtualNetworkLinkName"),
	namedBy(VirtualNetworkName, "network/VirtualNetwork", "virtualNetworkName"),
	namedBy(networkPartName, "network/Subnet", "subnetName"),
	namedBy(networkPartName, "network/NetworkSecurityGroup", "networkSecurityGroupName"),
	namedBy(networkPartName, "network/PublicIPAddress", "publicIpAddressName"),
	namedBy(networkPartName, "network/ApplicationGateway", "applicationGatewayName"),
	namedBy(VaultName, "keyvault/Vault", "vaultName"),
	namedBy(EventHubName, "eventhub/EventHub", "eventHubName"),
	namedBy(ActionGroupName, "insights/ActionGroup", "actionGroupName"),
	namedBy(IdentityName, "managedidentity/UserAssignedIdentity", "resourceName"),
	namedBy(InsightsName, "insights/Component", "resourceName"),
	{
		ID: "AZURE-zone-name", Types: []string{"network/PrivateZone"}, Says: "a private zone has 2 to 34 labels of at most 63 characters, and no name that Azure keeps for itself",
		Source: "https://learn.microsoft.com/azure/dns/private-dns-privatednszone", check: checkZoneName,
	},
}

func namedBy(rule NameRule, holder, property string) Rule {
	made := nameRule("AZURE-name", rule, holder, property)
	made.Source = "Resource Manager's page on naming rules"
	return made
}

// keptZones are names that no private zone may have.
var keptZones = []string{"azclient.ms", "azure.com", "cloudapp.net", "core.windows.net", "microsoft.com", "msidentity.com", "trafficmanager.net", "windows.net"}

var zoneLabel = rule("label of a private zone", 1, 63, `^[\w-]+$`, "letters, digits, underscores and hyphens")

// The labels of a private zone's name.
const fewestLabels, mostLabels = 2, 34

func checkZoneName(c *checker, in map[string]any) {
	name, known := stringAt(in, "privateZoneName")
	if !known {
		return
	}
	labels := strings.Split(name, ".")
	if len(labels) < fewestLabels || len(labels) > mostLabels {
		c.fail("privateZoneName", "%q has %d labels; %d to %d are allowed", name, len(labels), fewestLabels, mostLabels)
	}
	for _, label := range labels {
		if err := zoneLabel.Check(label); err != nil {
			c.fail("privateZoneName", "%v", err)
		}
	}
	if slices.Contains(keptZones, strings.ToLower(name)) {
		c.fail("privateZoneName", "%q is a name that Azure keeps for itself; a zone below it is allowed", name)
	}
}
