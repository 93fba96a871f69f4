package arm

import (
	"fmt"
	"net/mail"
	"net/netip"
	"net/url"
	"slices"

	"github.com/aoai-gateway/aoai-gateway/internal/azure"
)

// limitRules are limits and forms of single services, by their REST references.
var limitRules = []Rule{
	{
		ID: "AZURE-request-message", Types: []string{"network/PrivateEndpoint", "cdn/AFDOrigin"},
		Says: fmt.Sprintf("the message of a request for a private connection has at most %d characters", azure.LinkMessage), Source: "the REST reference of private endpoints; azurerm",
		check: checkRequestMessages,
	},
	{
		ID: "AZURE-static-addresses", Types: []string{"network/PrivateEndpoint"}, Says: "addresses are written as addresses", Source: "the REST reference of private endpoints",
		check: func(c *checker, in map[string]any) {
			for i, each := range objectsAt(in, "ipConfigurations") {
				if text, known := stringAt(each, "privateIPAddress"); known {
					if _, err := netip.ParseAddr(text); err != nil {
						c.fail(fmt.Sprintf("ipConfigurations[%d].privateIPAddress", i), "%q is no address; write it like 10.0.0.4", text)
					}
				}
			}
		},
	},
	{
		ID: "AZURE-vault", Types: []string{"keyvault/Vault"},
		Says:   fmt.Sprintf("a vault keeps what was deleted for %d to %d days, and never gives up purge protection", azure.VaultDeletedDays.Min, azure.VaultDeletedDays.Max),
		Source: "the REST reference of vaults",
		check: func(c *checker, in map[string]any) {
			c.within(in, "properties.softDeleteRetentionInDays", azure.VaultDeletedDays)
			if protected, given := at(in, "properties.enablePurgeProtection"); given && protected == false {
				c.fail("properties.enablePurgeProtection", "cannot be false: leave it out; enabling it is irreversible")
			}
		},
	},
	{
		ID: "AZURE-vault-reference", Types: []string{"apimanagement/Certificate", "apimanagement/NamedValue"},
		Says: "a place in a key vault is the address of a secret", Source: "the REST reference of named values and certificates",
		check: func(c *checker, in map[string]any) {
			if !has(in, "keyVault") {
				return
			}
			c.need(in, "keyVault.secretIdentifier")
			if text, known := stringAt(in, "keyVault.secretIdentifier"); known && !isWebAddress(text) {
				c.fail("keyVault.secretIdentifier", "%q is not the address of a secret, such as https://contoso.vault.azure.net/secrets/name", text)
			}
		},
	},
	{
		ID: "AZURE-action-group", Types: []string{"insights/ActionGroup"}, Says: "receivers have names of their own, and places that can be reached",
		Source: "https://learn.microsoft.com/azure/azure-monitor/alerts/action-groups", check: checkReceivers,
	},
	{
		ID: "AZURE-namespace", Types: []string{"eventhub/Namespace"}, Says: fmt.Sprintf("a namespace has at most %d throughput units, and one tier", azure.EventHubStandardUnits.Max),
		Source: "Event Hubs' page on quotas", check: checkNamespace,
	},
	{
		ID: "AZURE-redis-database", Types: []string{"cache/Database"}, Says: "a port is a port, and modules are those that there are", Source: "https://learn.microsoft.com/azure/redis/redis-modules",
		check: func(c *checker, in map[string]any) {
			c.between(in, "port", 1, 65535)
			for i, each := range objectsAt(in, "modules") {
				if name, known := stringAt(each, "name"); known && !slices.Contains(azure.RedisModules, name) {
					c.fail(fmt.Sprintf("modules[%d].name", i), "%q is no module of Azure Managed Redis: %v", name, azure.RedisModules)
				}
			}
		},
	},
}

func checkRequestMessages(c *checker, in map[string]any) {
	check := func(path string, object map[string]any) {
		if text, known := stringAt(object, "requestMessage"); known && len([]rune(text)) > azure.LinkMessage {
			c.fail(join(path, "requestMessage"), "has %d characters; at most %d are allowed", len([]rune(text)), azure.LinkMessage)
		}
	}
	for _, list := range []string{"privateLinkServiceConnections", "manualPrivateLinkServiceConnections"} {
		for i, each := range objectsAt(in, list) {
			check(fmt.Sprintf("%s[%d]", list, i), each)
		}
	}
	if link, given := at(in, "sharedPrivateLinkResource"); given {
		object, _ := link.(map[string]any)
		check("sharedPrivateLinkResource", object)
	}
}

func isWebAddress(text string) bool {
	address, err := url.Parse(text)
	return err == nil && (address.Scheme == "https" || address.Scheme == "http") && address.Host != ""
}

// receiverKinds are the lists of an action group that hold receivers.
var receiverKinds = []string{
	"armRoleReceivers", "automationRunbookReceivers", "azureAppPushReceivers", "azureFunctionReceivers", "emailReceivers", "eventHubReceivers",
	"itsmReceivers", "logicAppReceivers", "smsReceivers", "voiceReceivers", "webhookReceivers",
}

func checkReceivers(c *checker, in map[string]any) {
	if short, known := stringAt(in, "groupShortName"); known && short == "" {
		c.fail("groupShortName", "is empty; give 1 to 12 characters")
	}
	places := map[string]string{}
	for _, kind := range receiverKinds {
		for i, each := range objectsAt(in, kind) {
			path := fmt.Sprintf("%s[%d]", kind, i)
			if name, known := stringAt(each, "name"); known {
				if other, twice := places[name]; twice {
					c.fail(join(path, "name"), "%q is the name of %s, too; names are unique across all receivers of an action group", name, other)
				}
				places[name] = path
			}
			if address, known := stringAt(each, "emailAddress"); known {
				if parsed, err := mail.ParseAddress(address); err != nil || parsed.Address != address {
					c.fail(join(path, "emailAddress"), "%q is no email address", address)
				}
			}
			if address, known := stringAt(each, "serviceUri"); known && kind == "webhookReceivers" && !isWebAddress(address) {
				c.fail(join(path, "serviceUri"), "%q is no web address", address)
			}
		}
	}
}

func checkNamespace(c *checker, in map[string]any) {
	if name, _ := stringAt(in, "sku.name"); name == "Standard" || name == "Basic" {
		c.within(in, "sku.capacity", azure.EventHubStandardUnits)
		c.between(in, "maximumThroughputUnits", 0, float64(azure.EventHubStandardUnits.Max))
	}
	name, known := stringAt(in, "sku.name")
	if tier, given := stringAt(in, "sku.tier"); given && known && tier != name {
		c.fail("sku.tier", "is %q, and the SKU is %q: they are the same", tier, name)
	}
}
