package azure

import (
	"net/http"
	"strings"

	facts "github.com/aoai-gateway/aoai-gateway/internal/azure"
)

// Key vaults: Microsoft.KeyVault, API version 2023-07-01. Here they are what a seed
// names: this project deploys none.

func completeVault(p *put) error {
	if err := p.settle(); err != nil {
		return err
	}
	defaults(p.properties(), map[string]any{"enableRbacAuthorization": false, "enableSoftDelete": true, "vaultUri": "https://" + facts.KeyVaultHost(p.id.Name()) + "/"})
	p.properties()["provisioningState"] = "Succeeded"
	return nil
}

// completeSecret keeps a secret; a certificate with its key is one, as a file of PKCS #12 in
// base 64. One without a value is taken at its word.
func completeSecret(p *put) error {
	vault := p.id.Names[0]
	if len(p.properties()) == 0 && !p.planted {
		return refuse(http.StatusBadRequest, "BadRequest", "The secret '%s' has no properties; give properties.value.", p.id.Name())
	}
	p.properties()["secretUri"] = "https://" + facts.KeyVaultHost(vault) + "/secrets/" + p.id.Name()
	if value := text(p.properties(), "value"); value != "" {
		p.hidden = map[string]any{"value": value}
	}
	delete(p.properties(), "value") // write-only
	return nil
}

// secretAt is the secret that a URL leads to, with its vault, nil where there is none. The URL
// may name a version: the sandbox keeps one of each.
func (t *Tx) secretAt(url string) (vault, secret *Resource, err error) {
	host, rest, _ := strings.Cut(strings.TrimPrefix(url, "https://"), "/secrets/")
	vaultName, _, _ := strings.Cut(host, ".")
	name, _, _ := strings.Cut(rest, "/")
	vaults, err := t.WithValue("Microsoft.KeyVault/vaults", "", vaultName)
	if err != nil {
		return nil, nil, err
	}
	for _, vault = range vaults {
		secret, err = t.Get(vault.ID + "/secrets/" + name)
		if err != nil || secret != nil {
			return vault, secret, err
		}
	}
	return nil, nil, nil
}

// behindFirewall reports whether a vault's firewall is on. Source: Key Vault's page on network
// security.
func behindFirewall(vault *Resource) bool {
	rules, _ := vault.Properties()["networkAcls"].(map[string]any)
	return text(vault.Properties(), "publicNetworkAccess") == "Disabled" || text(rules, "defaultAction") == "Deny"
}
