// Package vault names certificates in key vaults.
package vault

import (
	"regexp"
	"strings"

	"github.com/aoai-gateway/aoai-gateway/internal/arm"
	"github.com/aoai-gateway/aoai-gateway/internal/azure"
	"github.com/aoai-gateway/aoai-gateway/internal/faults"
)

var secretForm = regexp.MustCompile(`^[0-9a-zA-Z-]{1,127}$`)

// Check returns what is wrong with the resource id of a vault, and with the name of a
// certificate in it.
func Check(keyVaultID, secretName string) error {
	var list faults.List
	id, err := arm.ParseID(keyVaultID)
	if err != nil || !strings.EqualFold(id.Type(), "Microsoft.KeyVault/vaults") {
		list.Add("keyVaultId", "%q is not the resource id of a key vault", keyVaultID).About(keyVaultID).
			Remedy("write it like /subscriptions/.../resourceGroups/.../providers/Microsoft.KeyVault/vaults/name")
	}
	if !secretForm.MatchString(secretName) {
		list.Add("secretName", "%q is not the name of a certificate in a key vault", secretName).About(secretName).Remedy("allowed are 1 to 127 letters, digits and hyphens")
	}
	return list.Err()
}

// SecretURL is where a certificate is read with its key. It has no version: whoever reads it
// takes over what the vault renews.
func SecretURL(vault arm.ID, secretName string) string {
	return "https://" + azure.KeyVaultHost(vault.Name()) + "/secrets/" + secretName
}
