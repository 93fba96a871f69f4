package azure

import (
	"encoding/base64"
	"net/http"
	"strings"

	"github.com/aoai-gateway/aoai-gateway/internal/arm"
	facts "github.com/aoai-gateway/aoai-gateway/internal/azure"
	"github.com/aoai-gateway/aoai-gateway/internal/policy/exchange"
)

// Host names of a service of API Management. Source:
// https://learn.microsoft.com/azure/api-management/configure-custom-domain

// proxyHost is the type of the gateways' host names.
const proxyHost = "Proxy"

// hostNames checks the host names that a request gives, and puts the service's own before them:
// it is there, whatever a request says.
func (p serviceWrite) hostNames(service, sku string) error {
	list, _ := p.properties()["hostnameConfigurations"].([]any)
	own := map[string]any{
		"type": proxyHost, "hostName": facts.GatewayHost(service), "negotiateClientCertificate": false, "defaultSslBinding": true,
		"certificateSource": "BuiltIn",
	}
	hosts := []any{own}
	gateways := 0
	for _, each := range list {
		host, _ := each.(map[string]any)
		if strings.EqualFold(text(host, "hostName"), facts.GatewayHost(service)) {
			if text(host, "keyVaultId") != "" || text(host, "encodedCertificate") != "" {
				// Source: Azure/azure-rest-api-specs#9267
				return refuse(http.StatusBadRequest, "InvalidParameters", "Certificate management for the default domain is not allowed.")
			}
			continue
		}
		if text(host, "type") == proxyHost {
			gateways++
		}
		if err := p.hostName(host, sku); err != nil {
			return err
		}
		defaults(host, map[string]any{"negotiateClientCertificate": false, "defaultSslBinding": false})
		hosts = append(hosts, host)
	}
	if known, found := facts.FindAPIMSKU(sku); found && !known.ManyDomains && gateways > 1 && !p.planted {
		// The code is guessed.
		return refuse(http.StatusBadRequest, "InvalidParameters", "Invalid parameter: %d custom hostnames of type %s are given; SkuType %s supports one.", gateways, proxyHost, sku)
	}
	p.properties()["hostnameConfigurations"] = hosts
	return nil
}

// hostName refuses a host name that the SKU cannot have, or whose certificate the service cannot
// read. Source of the refusal of one without certificate:
// hashicorp/terraform-provider-azurerm#11290; the codes for SKUs are guessed.
func (p serviceWrite) hostName(host map[string]any, sku string) error {
	name, kind := text(host, "hostName"), text(host, "type")
	if facts.GenerationOf(sku) == facts.Consumption {
		switch {
		case kind != proxyHost:
			return refuse(http.StatusBadRequest, "InvalidParameters", "Invalid parameter: hostname %s of type %s is not supported in SkuType %s.", name, kind, sku)
		case strings.HasPrefix(name, "*."):
			return refuse(http.StatusBadRequest, "InvalidParameters", "Invalid parameter: the wildcard hostname %s is not supported in SkuType %s.", name, sku)
		}
	}
	secret := text(host, "keyVaultId")
	switch {
	case secret != "":
		defaults(host, map[string]any{"certificateSource": "KeyVault"})
		held, err := p.certificateAt(secret, text(host, "identityClientId"))
		if err != nil {
			return err
		}
		return isFor(held, name)
	case text(host, "encodedCertificate") != "":
		defaults(host, map[string]any{"certificateSource": "Custom"})
		return nil
	case text(host, "certificateSource") == "Managed" || p.planted:
		return nil
	}
	return refuse(http.StatusBadRequest, "InvalidParameters",
		"Invalid parameter: Either encodedCertificate or keyVaultId should be provided to retrieve the custom SSL certificate for type: %s and hostname : %s.", kind, name)
}

// certificateAt is the secret of a certificate; it refuses one that the service's identity cannot read: the one with
// the client id, or the service's own. Sources: public reports of both messages (such as
// https://learn.microsoft.com/azure/api-management/api-management-howto-use-managed-service-identity
// for the firewall, which trusts the service's own identity alone).
func (p serviceWrite) certificateAt(secret, clientID string) (*Resource, error) {
	kind := "UserAssigned"
	if clientID == "" {
		kind = "SystemAssigned"
	}
	principal, found := p.principalOf(clientID)
	if !found {
		return nil, refuse(http.StatusBadRequest, "InvalidOperation",
			"Managed Service Identity (http://aka.ms/apimmsi) type: %s which is required to access KeyVault %s is not enabled on the API Management service.", kind, secret)
	}
	vault, held, err := p.tx.secretAt(secret)
	if err != nil {
		return nil, err
	}
	allowed := false
	if held != nil {
		byRoles, _ := vault.Properties()["enableRbacAuthorization"].(bool)
		may, err := p.tx.holdsRole(principal, vault.ID, arm.KeyVaultSecretsUser)
		if err != nil {
			return nil, err
		}
		allowed = byRoles && may && (clientID == "" || !behindFirewall(vault))
	}
	if allowed || p.planted {
		return held, nil
	}
	return nil, refuse(http.StatusBadRequest, "InvalidOperation",
		"Failed to access KeyVault Secret %s using Managed Service Identity (http://aka.ms/apimmsi) of Api Management service. "+
			"Check if Managed Identity of Type: %s, ClientId: %s and ObjectId: %s has GET permissions on secrets in the KeyVault Access Policies.", secret, kind, clientID, principal)
}

// isFor refuses a secret that is no certificate of a host name, where the sandbox knows what is in
// it. Source of both rules: API Management's page on custom domains; the codes are guessed.
func isFor(secret *Resource, name string) error {
	if secret == nil || secret.Hidden["value"] == nil {
		return nil
	}
	raw, err := base64.StdEncoding.DecodeString(text(secret.Hidden, "value"))
	if err != nil {
		return invalidCertificate(secret, "it is no file of PKCS #12 in base 64")
	}
	read, err := exchange.ReadPKCS12(raw, "")
	if err != nil {
		return invalidCertificate(secret, err.Error())
	}
	if err := read.VerifyHostname(name); err != nil && !strings.EqualFold(read.Subject.CommonName, name) {
		return invalidCertificate(secret, err.Error())
	}
	return nil
}

func invalidCertificate(secret *Resource, why string) error {
	return refuse(http.StatusBadRequest, "InvalidParameters", "Invalid parameter: the certificate %s cannot be used: %s.", secret.ID, why)
}

// principalOf is the object id of the service's identity with a client id, or of its own for "".
func (p serviceWrite) principalOf(clientID string) (string, bool) {
	identity, _ := p.body["identity"].(map[string]any)
	if clientID == "" {
		own := text(identity, "principalId")
		return own, own != ""
	}
	assigned, _ := identity["userAssignedIdentities"].(map[string]any)
	for _, each := range assigned {
		entry, _ := each.(map[string]any)
		if strings.EqualFold(text(entry, "clientId"), clientID) {
			return text(entry, "principalId"), true
		}
	}
	return "", false
}
