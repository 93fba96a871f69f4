package azure

import (
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/aoai-gateway/aoai-gateway/internal/arm"
	facts "github.com/aoai-gateway/aoai-gateway/internal/azure"
)

// gatewayParts are the collections that an Application Gateway consists of.
var gatewayParts = []string{
	"gatewayIPConfigurations", "frontendIPConfigurations", "frontendPorts", "httpListeners", "backendAddressPools", "backendHttpSettingsCollection",
	"sslProfiles", "trustedRootCertificates", "trustedClientCertificates", "authenticationCertificates", "rewriteRuleSets", "redirectConfigurations",
	"urlPathMaps", "loadDistributionPolicies", "listeners", "routingRules", "backendSettingsCollection", "privateLinkConfigurations",
	"probes", "requestRoutingRules", "sslCertificates", "urlPathMaps", "rewriteRuleSets", "redirectConfigurations",
}

// gatewayWrite is an Application Gateway on its way into the store.
type gatewayWrite struct{ *put }

func completeApplicationGateway(p *put) error { return gatewayWrite{p}.fill() }

// fill fills what Azure fills: every part gets an id, an ETag and a
// state. It refuses parts that name what is not there.
func (p gatewayWrite) fill() error {
	if err := p.networked(); err != nil {
		return err
	}
	if err := p.unchanged("ResourceAvailabilityZonesCannotBeModified", "Make another gateway.", "zones"); err != nil {
		return err
	}
	properties := p.properties()
	parts := map[string]bool{}
	for _, kind := range gatewayParts {
		for _, part := range p.parts(kind) {
			id := p.id.String() + "/" + kind + "/" + text(part, "name")
			part["id"], part["etag"], part["type"] = id, p.body["etag"], "Microsoft.Network/applicationGateways/"+kind
			object(part, "properties")["provisioningState"] = "Succeeded"
			parts[arm.Fold(id)] = true
		}
		defaults(properties, map[string]any{kind: []any{}})
	}
	for _, kind := range gatewayParts {
		for _, part := range p.parts(kind) {
			for _, id := range idsBelow(part["properties"]) {
				if strings.HasPrefix(arm.Fold(id), arm.Fold(p.id.String())+"/") && !parts[arm.Fold(id)] {
					return refuse(http.StatusBadRequest, "InvalidResourceReference",
						"Resource %s referenced by resource %s was not found. Please make sure that the referenced resource exists.", id, part["id"])
				}
			}
		}
	}
	for _, check := range []func() error{p.subnet, p.address, p.firewall, p.certificates, p.fillParts} {
		if err := check(); err != nil {
			return err
		}
	}
	properties["operationalState"] = "Running"
	return nil
}

// parts are the elements of one collection.
func (p gatewayWrite) parts(kind string) []map[string]any {
	list, _ := p.properties()[kind].([]any)
	found := make([]map[string]any, 0, len(list))
	for _, each := range list {
		if part, ok := each.(map[string]any); ok {
			found = append(found, part)
		}
	}
	return found
}

// idsBelow are all ids that a value refers to.
func idsBelow(value any) []string {
	var ids []string
	switch value := value.(type) {
	case map[string]any:
		for name, member := range value {
			if id, ok := member.(string); ok && name == "id" {
				ids = append(ids, id)
			}
			ids = append(ids, idsBelow(member)...)
		}
	case []any:
		for _, element := range value {
			ids = append(ids, idsBelow(element)...)
		}
	}
	return ids
}

// subnet: the gateway has its subnet to itself, and the subnet is delegated to it.
// Sources: Application Gateway's page on infrastructure; public reports of both codes.
func (p gatewayWrite) subnet() error {
	if len(p.parts("gatewayIPConfigurations")) != 1 {
		return refuse(http.StatusBadRequest, "ApplicationGatewayMustHaveOneGatewayIPConfiguration", "Application Gateway %s must have one gatewayIPConfiguration.", p.id)
	}
	id := object(object(p.parts("gatewayIPConfigurations")[0], "properties"), "subnet")["id"]
	if err := p.refersToA("gatewayIPConfigurations.subnet", id, subnetType); err != nil {
		return err
	}
	subnet, err := p.tx.Get(id.(string))
	if err != nil {
		return err
	}
	delegations, _ := subnet.Properties()["delegations"].([]any)
	if !slices.ContainsFunc(delegations, func(each any) bool {
		entry, _ := each.(map[string]any)
		return strings.EqualFold(text(object(entry, "properties"), "serviceName"), "Microsoft.Network/applicationGateways")
	}) {
		return refuse(http.StatusBadRequest, "ApplicationGatewayNetworkIsolationRequiresSubnetDelegation",
			"The subnet %s of Application Gateway %s is not delegated to Microsoft.Network/applicationGateways.", subnet.ID, p.id)
	}
	users, err := p.usedBy(subnet.ID)
	if err != nil {
		return err
	}
	for _, user := range users {
		if !strings.EqualFold(user.ID, p.id.String()) {
			return refuse(http.StatusBadRequest, "ApplicationGatewaySubnetCannotHaveOtherResources",
				"Application Gateway %s cannot be deployed in the subnet %s, which %s uses.", p.id, subnet.ID, user.ID)
		}
	}
	return nil
}

func (p gatewayWrite) address() error {
	for _, frontend := range p.parts("frontendIPConfigurations") {
		reference, given := object(frontend, "properties")["publicIPAddress"].(map[string]any)
		if !given {
			continue
		}
		if err := p.refersToA("frontendIPConfigurations.publicIPAddress", reference["id"], addressType); err != nil {
			return err
		}
		address, err := p.tx.Get(text(reference, "id"))
		if err != nil {
			return err
		}
		if sku, _ := address.Body["sku"].(map[string]any); text(sku, "name") != facts.StandardAddress {
			return refuse(http.StatusBadRequest, "ApplicationGatewayInvalidPublicIpSku",
				"Application Gateway %s refers to the public IP %s, which is not of the Standard sku.", p.id, address.ID)
		}
	}
	return nil
}

// firewall: one SKU takes a firewall.
func (p gatewayWrite) firewall() error {
	sku := text(object(p.properties(), "sku"), "name")
	policy, given := p.properties()["firewallPolicy"].(map[string]any)
	if !given {
		return nil
	}
	if sku != facts.FirewallGateway {
		return refuse(http.StatusBadRequest, "ApplicationGatewayFirewallPolicyNotSupportedForSku", "Application Gateway %s of sku %s takes no firewall policy.", p.id, sku)
	}
	return p.refersToA("firewallPolicy", policy["id"], "Microsoft.Network/ApplicationGatewayWebApplicationFirewallPolicies")
}

// certificates: the gateway's identity may read its certificates in their vaults.
// Source: public reports of the codes.
func (p gatewayWrite) certificates() error {
	for _, certificate := range p.parts("sslCertificates") {
		secret := text(object(certificate, "properties"), "keyVaultSecretId")
		if secret == "" {
			continue
		}
		if err := p.mayReadSecret(secret); err != nil {
			return err
		}
		object(certificate, "properties")["publicCertData"] = label(32, secret)
	}
	return nil
}

// mayReadSecret refuses a secret that no identity of the resource may read.
func (p gatewayWrite) mayReadSecret(secret string) error {
	vault, held, err := p.tx.secretAt(secret)
	if err != nil {
		return err
	}
	denied := func(why string) error {
		return refuse(http.StatusBadRequest, "ApplicationGatewayKeyVaultSecretException",
			"Problem occurred while accessing and validating KeyVault Secrets associated with Application Gateway '%s': %s.", p.id, why)
	}
	if held == nil {
		return denied(fmt.Sprintf("SecretNotFound for '%s'", secret))
	}
	if byRoles, _ := vault.Properties()["enableRbacAuthorization"].(bool); !byRoles {
		return denied(fmt.Sprintf("ApplicationGatewayKeyVaultSecretAccessDenied for '%s': the vault decides by access policies, and roles count for nothing there", secret))
	}
	identity, _ := p.body["identity"].(map[string]any)
	assigned, _ := identity["userAssignedIdentities"].(map[string]any)
	for id := range assigned {
		found, err := p.tx.Get(id)
		if err != nil {
			return err
		}
		if found == nil {
			continue
		}
		held, err := p.tx.holdsRole(text(found.Properties(), "principalId"), vault.ID, arm.KeyVaultSecretsUser)
		if err != nil || held {
			return err
		}
	}
	return denied(fmt.Sprintf("ApplicationGatewayKeyVaultSecretAccessDenied for '%s': no identity of the gateway may read it", secret))
}

// fillParts fills what a request leaves out.
func (p gatewayWrite) fillParts() error {
	for _, settings := range p.parts("backendHttpSettingsCollection") {
		defaults(object(settings, "properties"), map[string]any{
			"cookieBasedAffinity": "Disabled", "requestTimeout": 30.0, "pickHostNameFromBackendAddress": false,
		})
	}
	for _, probe := range p.parts("probes") {
		defaults(object(probe, "properties"), map[string]any{"minServers": 0.0, "pickHostNameFromBackendHttpSettings": false})
	}
	for _, listener := range p.parts("httpListeners") {
		defaults(object(listener, "properties"), map[string]any{"requireServerNameIndication": false, "hostNames": []any{}})
	}
	return nil
}
