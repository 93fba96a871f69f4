package azure

import (
	"net/http"

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

// completeSecret keeps that there is a secret; a certificate with its key is one.
func completeSecret(p *put) error {
	vault := p.id.Names[0]
	if p.old == nil && !p.planted && p.properties()["value"] == nil {
		return refuse(http.StatusBadRequest, "BadRequest", "The secret '%s' has no value.", p.id.Name())
	}
	p.properties()["secretUri"] = "https://" + facts.KeyVaultHost(vault) + "/secrets/" + p.id.Name()
	delete(p.properties(), "value") // write-only
	return nil
}
