package deployed

import (
	"crypto/tls"
	"encoding/base64"
	"strings"

	"software.sslmate.com/src/go-pkcs12"
)

// Domain is a host name of a service's gateways that is its owner's.
type Domain struct {
	// Name is folded.
	Name string
	// Certificate is the one in the vault; nil where the sandbox knows no file of it.
	Certificate *tls.Certificate
}

func (r *reader) domains(properties object) []Domain {
	var found []Domain
	for _, each := range properties.objects("hostnameConfigurations") {
		if name := fold(each.text("hostName")); each.text("type") == "Proxy" && "https://"+name != fold(properties.text("gatewayUrl")) {
			found = append(found, Domain{name, r.vaultCertificate(each.text("keyVaultId"))})
		}
	}
	return found
}

const secretType = "Microsoft.KeyVault/vaults/secrets"

// vaultCertificate is the certificate that a secret of a vault holds now, whatever it held when
// the service was made: Azure takes over what a vault renews. Nil for none.
func (r *reader) vaultCertificate(url string) *tls.Certificate {
	for _, secret := range r.ofType(secretType) {
		if at, _, _ := strings.Cut(strings.TrimPrefix(url, secret.properties().text("secretUri")), "/"); url == "" || at != "" {
			continue
		}
		data, err := base64.StdEncoding.DecodeString(secret.hidden().text("value"))
		if err != nil {
			return nil
		}
		key, leaf, chain, err := pkcs12.DecodeChain(data, "")
		if err != nil {
			return nil
		}
		shown := &tls.Certificate{Certificate: [][]byte{leaf.Raw}, PrivateKey: key, Leaf: leaf}
		for _, above := range chain {
			shown.Certificate = append(shown.Certificate, above.Raw)
		}
		return shown
	}
	return nil
}
