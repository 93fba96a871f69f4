package azure

import (
	"crypto/sha1" //nolint:gosec // a thumbprint is a SHA-1 hash
	"encoding/base64"
	"encoding/hex"
	"strings"
	"time"

	"github.com/aoai-gateway/aoai-gateway/internal/policy/exchange"
)

// completeCertificate reads a certificate's file, and keeps it with its password out of every
// answer. Source: the REST reference of certificates.
func completeCertificate(p *put) error {
	properties := p.properties()
	data, password := text(properties, "data"), text(properties, "password")
	delete(properties, "data")
	delete(properties, "password")
	if vault, inVault := properties["keyVault"].(map[string]any); inVault {
		return p.readsVault(vault)
	}
	raw, err := base64.StdEncoding.DecodeString(data)
	if err != nil || data == "" {
		return invalid("data", "A certificate needs data, a file of PKCS #12 in base 64, or a keyVault.")
	}
	read, err := exchange.ReadPKCS12(raw, password)
	if err != nil {
		return invalid("data", "Invalid certificate or password: %v.", err)
	}
	sum := sha1.Sum(read.Raw) //nolint:gosec // a thumbprint is a SHA-1 hash
	properties["thumbprint"] = strings.ToUpper(hex.EncodeToString(sum[:]))
	properties["subject"] = read.Subject.String()
	properties["expirationDate"] = read.NotAfter.UTC().Format(time.RFC3339)
	p.hidden = map[string]any{"data": data, "password": password}
	return nil
}
