package azure

import (
	"crypto/sha256"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/aoai-gateway/aoai-gateway/internal/arm"
	facts "github.com/aoai-gateway/aoai-gateway/internal/azure"
)

// Microsoft.Network, API version 2024-05-01, and Front Door's WAF policies (2024-02-01).

func completeWAFPolicy(p *put) error {
	properties := p.properties()
	if location := text(p.body, "location"); location == "" || arm.NormalRegion(location) == "global" {
		p.body["location"] = "Global"
	}
	p.body["etag"] = p.etag()
	defaults(object(p.body, "sku"), map[string]any{"name": facts.ClassicFrontDoor})
	defaults(object(properties, "policySettings"), map[string]any{"enabledState": "Enabled", "mode": "Detection"})
	defaults(properties, map[string]any{
		"customRules":  map[string]any{"rules": []any{}},
		"managedRules": map[string]any{"managedRuleSets": []any{}},
	})
	for _, links := range []string{"frontendEndpointLinks", "routingRuleLinks", "securityPolicyLinks"} {
		keep(properties, p.oldProperties(), links, func() any { return []any{} })
	}
	properties["provisioningState"], properties["resourceState"] = "Succeeded", "Enabled"
	return nil
}

// networked is what all resources of Microsoft.Network with a location have.
func (p *put) networked() error {
	if err := p.settle(); err != nil {
		return err
	}
	p.body["etag"] = p.etag()
	keep(p.properties(), p.oldProperties(), "resourceGuid", p.guid)
	p.properties()["provisioningState"] = "Succeeded"
	return nil
}

func completePublicAddress(p *put) error {
	if err := p.networked(); err != nil {
		return err
	}
	properties := p.properties()
	defaults(object(p.body, "sku"), map[string]any{"name": facts.BasicAddress, "tier": "Regional"})
	defaults(properties, map[string]any{
		"publicIPAddressVersion": "IPv4", "publicIPAllocationMethod": "Dynamic", "idleTimeoutInMinutes": 4.0, "ipTags": []any{},
		"ddosSettings": map[string]any{"protectionMode": "VirtualNetworkInherited"},
	})
	if text(object(p.body, "sku"), "name") == facts.StandardAddress && text(properties, "publicIPAllocationMethod") != "Static" {
		return refuse(http.StatusBadRequest, "StandardSkuPublicIPAddressesMustBeStatic", "Standard sku publicIp %s must have AllocationMethod set to Static.", p.id)
	}
	if err := p.unchanged("ResourceAvailabilityZonesCannotBeModified", "Make another address.", "zones"); err != nil {
		return err
	}
	if err := p.nameAddress(properties); err != nil {
		return err
	}
	keep(properties, p.oldProperties(), "ipAddress", func() any { return publicIP("20.60", p.id.String()) })
	return nil
}

// publicIP is an address that follows from a name, below two bytes that say whose it is:
// 20.50 for API Management, 20.60 for public addresses of a subscription, 147.243 for
// Front Door.
func publicIP(prefix, name string) string {
	sum := sha256.Sum256([]byte(arm.Fold(name)))
	return fmt.Sprintf("%s.%d.%d", prefix, sum[0], 1+int(sum[1])%254)
}

// nameAddress gives the address its name, which is unique in the region.
func (p *put) nameAddress(properties map[string]any) error {
	settings, given := properties["dnsSettings"].(map[string]any)
	if !given {
		return nil
	}
	name := text(settings, "domainNameLabel")
	if err := arm.DNSLabel.Check(name); err != nil {
		return refuse(http.StatusBadRequest, "InvalidDomainNameLabel", "The domain name label %q is invalid: %v.", name, err)
	}
	settings["fqdn"] = facts.AddressHost(name, text(p.body, "location"))
	sameName, err := p.tx.WithValue(p.id.Type(), "", text(settings, "fqdn"))
	if err != nil {
		return err
	}
	for _, other := range sameName {
		if !strings.EqualFold(other.ID, p.id.String()) {
			return refuse(http.StatusBadRequest, "DnsRecordInUse", "DNS record %s is already used by another public IP.", settings["fqdn"])
		}
	}
	return nil
}

func completeVirtualNetwork(p *put) error {
	if err := p.networked(); err != nil {
		return err
	}
	if err := p.inlineSubnets(); err != nil {
		return err
	}
	defaults(p.properties(), map[string]any{"enableDdosProtection": false, "privateEndpointVNetPolicies": "Disabled"})
	return nil
}

func completeSubnet(p *put) error {
	properties := p.properties()
	users, err := p.usedBy(p.id.String())
	if err != nil {
		return err
	}
	if before := text(p.oldProperties(), "addressPrefix"); len(users) > 0 && before != text(properties, "addressPrefix") {
		return refuse(http.StatusBadRequest, "InUsePrefixCannotBeDeleted", "IpPrefix %s on Subnet %s has active allocations and cannot be deleted.", before, p.id.Name())
	}
	if err := p.keepsDelegations(users); err != nil {
		return err
	}
	if err := p.subnetFits(); err != nil {
		return err
	}
	p.body["etag"] = p.etag()
	delete(properties, "applicationGatewayIPConfigurations") // who stands in it, which the gateways say
	defaults(properties, map[string]any{
		"privateEndpointNetworkPolicies": "Disabled", "privateLinkServiceNetworkPolicies": "Enabled", "delegations": []any{},
	})
	properties["provisioningState"] = "Succeeded"
	delegations, _ := properties["delegations"].([]any)
	for _, each := range delegations {
		entry, _ := each.(map[string]any)
		entry["id"], entry["type"] = p.id.String()+"/delegations/"+text(entry, "name"), "Microsoft.Network/virtualNetworks/subnets/delegations"
		entry["etag"] = p.body["etag"]
		object(entry, "properties")["provisioningState"] = "Succeeded"
	}
	if group, given := properties["networkSecurityGroup"].(map[string]any); given {
		return p.refersToA("networkSecurityGroup", group["id"], "Microsoft.Network/networkSecurityGroups")
	}
	return nil
}

// keepsDelegations refuses to change the delegations of a subnet that somebody uses. Source of
// code and message: MicrosoftDocs/azure-docs#39112.
func (p *put) keepsDelegations(users []*Resource) error {
	path := []string{"delegations", "properties", "serviceName"}
	before, after := valuesAt(p.oldProperties(), path), valuesAt(p.properties(), path)
	if len(users) == 0 || slices.Equal(before, after) {
		return nil
	}
	return refuse(http.StatusBadRequest, "SubnetDelegationsCannotChangeWhenSubnetUsedByResource",
		"Delegations of subnet %s cannot be changed from [%s] to [%s] because it is being used by the resource %s.",
		p.id, strings.Join(before, ", "), strings.Join(after, ", "), users[0].ID)
}

func completeSecurityGroup(p *put) error {
	if err := p.networked(); err != nil {
		return err
	}
	rules, _ := p.properties()["securityRules"].([]any)
	seen := map[string]string{}
	for _, each := range rules {
		rule, _ := each.(map[string]any)
		properties := object(rule, "properties")
		key := fmt.Sprint(properties["direction"], properties["priority"])
		if other, twice := seen[key]; twice {
			return refuse(http.StatusBadRequest, "SecurityRuleConflict",
				"Security rule %s conflicts with rule %s. Rules cannot have the same Priority and Direction.", text(rule, "name"), other)
		}
		seen[key] = text(rule, "name")
		rule["id"], rule["etag"] = p.id.String()+"/securityRules/"+text(rule, "name"), p.body["etag"]
		rule["type"] = "Microsoft.Network/networkSecurityGroups/securityRules"
		properties["provisioningState"] = "Succeeded"
		for _, list := range []string{"sourcePortRanges", "destinationPortRanges", "sourceAddressPrefixes", "destinationAddressPrefixes"} {
			defaults(properties, map[string]any{list: []any{}})
		}
	}
	keep(p.properties(), p.oldProperties(), "defaultSecurityRules", func() any { return defaultRules(p.id.String()) })
	return nil
}

// defaultRules are behind all others. Source: Azure's page on network security groups.
func defaultRules(id string) []any {
	rule := func(name, direction, source, destination string, priority float64, access string) any {
		return map[string]any{
			"id": id + "/defaultSecurityRules/" + name, "name": name, "type": "Microsoft.Network/networkSecurityGroups/defaultSecurityRules",
			"properties": map[string]any{
				"direction": direction, "access": access, "protocol": "*", "priority": priority, "sourceAddressPrefix": source, "sourcePortRange": "*",
				"destinationAddressPrefix": destination, "destinationPortRange": "*", "provisioningState": "Succeeded",
			},
		}
	}
	return []any{
		rule("AllowVnetInBound", "Inbound", "VirtualNetwork", "VirtualNetwork", 65000, "Allow"),
		rule("AllowAzureLoadBalancerInBound", "Inbound", "AzureLoadBalancer", "*", 65001, "Allow"),
		rule("DenyAllInBound", "Inbound", "*", "*", 65500, "Deny"),
		rule("AllowVnetOutBound", "Outbound", "VirtualNetwork", "VirtualNetwork", 65000, "Allow"),
		rule("AllowInternetOutBound", "Outbound", "*", "Internet", 65001, "Allow"),
		rule("DenyAllOutBound", "Outbound", "*", "*", 65500, "Deny"),
	}
}

func completeGatewayWAFPolicy(p *put) error {
	if err := p.networked(); err != nil {
		return err
	}
	properties := p.properties()
	delete(properties, "resourceGuid") // it has none
	sets, _ := object(properties, "managedRules")["managedRuleSets"].([]any)
	if len(sets) == 0 {
		return refuse(http.StatusBadRequest, "ApplicationGatewayFirewallPolicyManagedRuleSetRequired", "The policy %s has no managed rule set.", p.id)
	}
	defaults(object(properties, "policySettings"), map[string]any{
		"state": "Disabled", "mode": "Detection", "requestBodyCheck": true, "maxRequestBodySizeInKb": 128.0, "fileUploadLimitInMb": 100.0,
		"requestBodyEnforcement": true, "requestBodyInspectLimitInKB": 128.0, "fileUploadEnforcement": true,
	})
	defaults(object(properties, "managedRules"), map[string]any{"exclusions": []any{}})
	defaults(properties, map[string]any{"customRules": []any{}})
	properties["resourceState"] = "Enabled"
	return nil
}

// usedBy are the resources that refer to one by an id at some paths below properties.
func (p *put) usedBy(id string) ([]*Resource, error) {
	all, err := p.tx.Under("")
	if err != nil {
		return nil, err
	}
	var users []*Resource
	for _, user := range all {
		for _, path := range uses[arm.Fold(user.Type)] {
			if slices.ContainsFunc(valuesAt(user.Body["properties"], strings.Split(path, ".")), func(used string) bool { return strings.EqualFold(used, id) }) {
				users = append(users, user)
				break
			}
		}
	}
	return users, nil
}
