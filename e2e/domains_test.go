package e2e

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"math/big"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"software.sslmate.com/src/go-pkcs12"

	"github.com/aoai-gateway/aoai-gateway/internal/arm"
)

const domainStack = `
config:
  aoai-gateway:pattern: apim
  aoai-gateway:openai:
    - name: sweden
      region: swedencentral
  aoai-gateway:deployments:
    - { name: gpt-5.4-mini, model: gpt-5.4-mini, version: "2026-03-17" }
  aoai-gateway:apim:
    publisher: { email: platform@contoso.com }
    subscriptions: [{ name: chat-app }]
    customDomains:
      - hostName: ai.contoso.com
        certificate:
          keyVaultId: /subscriptions/00000000-0000-4000-8000-000000000002/resourceGroups/rg-contoso-models/providers/Microsoft.KeyVault/vaults/kv-contoso
          secretName: ai-contoso-com
`

// A gateway with a host name of its owner's lives its whole life: callers reach it by that name
// and by Azure's, and see the certificate that its vault holds, also after the vault renewed it.
// The identity that reads it may do so before the service is made, and goes when the name does.
func TestCustomDomainLifeCycle(t *testing.T) {
	t.Parallel()
	first, renewed := newFile(t, "ai.contoso.com"), newFile(t, "ai.contoso.com")
	w := newSeededWorld(t, stackFile(t, domainStack), seedWith(t, first))
	before := w.inventory()
	w.must(0, "up")
	w.settled()
	w.keepsTheContract(map[string]bool{})
	domains, _ := w.outputs()["gatewayDomains"].([]any)
	require.Len(t, domains, 1)
	domain, _ := domains[0].(map[string]any)
	require.Equal(t, "https://"+domain["cname"].(string), w.outputs()["endpoint"])
	require.Equal(t, map[string]any{
		"hostName": "ai.contoso.com", "cname": domain["cname"],
		"certificate": "https://kv-contoso.vault.azure.net/secrets/ai-contoso-com", // without a version: what the vault renews is taken over
	}, domain)
	w.readsCertificatesFirst()
	w.serving(func(x *traffic) {
		x.gateway = "https://" + domain["cname"].(string)
		x.speaksAll(x.withKey(x.key("chat-app")), "")
		x.gateway = "https://ai.contoso.com"
		x.trust(first.certificate)
		x.speaksAll(x.withKey(x.key("chat-app")), "")

		status, answer := x.manage(http.MethodPut, vaultSecret, map[string]any{"properties": map[string]any{"value": renewed.text}})
		require.Equal(t, http.StatusOK, status, answer)
		x.trust(renewed.certificate)
		x.answersWith(http.StatusOK)
	})
	w.must(0, "drift")

	without, _, found := strings.Cut(domainStack, "    customDomains:")
	require.True(t, found)
	w.flags[3] = stackFile(t, without)
	w.must(0, "up")
	w.settled()
	w.serving(func(x *traffic) {
		hosts, err := x.session.Hosts(t.Context())
		require.NoError(t, err)
		for _, host := range hosts {
			require.NotEqual(t, "ai.contoso.com", host.Host, "nobody answers at a name that was taken away")
		}
	})
	w.destroysAllBut(before, 2)
}

// A certificate that is not for the host name is refused before the service is made.
func TestCertificateOfAnotherName(t *testing.T) {
	t.Parallel()
	w := newSeededWorld(t, stackFile(t, domainStack), seedWith(t, newFile(t, "chat.contoso.com")))
	refused := w.aoai("up")
	require.NotZero(t, refused.code)
	require.Contains(t, refused.String(), "certificate is valid for chat.contoso.com, not ai.contoso.com")
}

const vaultSecret = "/subscriptions/00000000-0000-4000-8000-000000000002/resourceGroups/rg-contoso-models/providers/Microsoft.KeyVault/vaults/kv-contoso/secrets/ai-contoso-com"

// certificateFile is a certificate, and what a vault holds of it.
type certificateFile struct {
	certificate *x509.Certificate
	text        string
}

// newFile makes a certificate for a host name.
func newFile(t *testing.T, host string) certificateFile {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	require.NoError(t, err)
	template := &x509.Certificate{SerialNumber: big.NewInt(time.Now().UnixNano()), DNSNames: []string{host}, NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour)}
	raw, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	require.NoError(t, err)
	certificate, err := x509.ParseCertificate(raw)
	require.NoError(t, err)
	file, err := pkcs12.Modern.Encode(key, certificate, nil, "")
	require.NoError(t, err)
	return certificateFile{certificate, base64.StdEncoding.EncodeToString(file)}
}

// seedWith is the examples' seed whose vault holds a certificate.
func seedWith(t *testing.T, file certificateFile) string {
	t.Helper()
	var seed map[string]any
	require.NoError(t, json.Unmarshal([]byte(readFile(t, trafficSeed())), &seed))
	for _, each := range seed["resources"].([]any) {
		if resource, _ := each.(map[string]any); resource["id"] == vaultSecret {
			resource["properties"] = map[string]any{"contentType": "application/x-pkcs12", "value": file.text}
		}
	}
	raw, err := json.Marshal(seed)
	require.NoError(t, err)
	made := filepath.Join(t.TempDir(), "seed.json")
	require.NoError(t, os.WriteFile(made, raw, 0o600))
	return made
}

// trust makes the client trust a certificate, and no other.
func (x *traffic) trust(certificate *x509.Certificate) {
	x.t.Helper()
	transport := x.http.Transport.(*http.Transport).Clone()
	transport.TLSClientConfig.RootCAs = x509.NewCertPool()
	transport.TLSClientConfig.RootCAs.AddCert(certificate)
	x.t.Cleanup(transport.CloseIdleConnections)
	x.http = &http.Client{Transport: transport}
}

// readsCertificatesFirst: the role on the vault is there before the service, and is the only one
// of the identity that has it.
func (w *world) readsCertificatesFirst() {
	w.t.Helper()
	resources := w.stateResources()
	service, grant := urn(w.t, resources, "ApiManagementService::gateway"), urn(w.t, resources, "RoleAssignment::certificates.kv-contoso")
	require.True(w.t, dependsOn(resources, service, grant), "the service waits for the role on the vault")
	for _, resource := range resources {
		if resource.URN == grant {
			require.Contains(w.t, resource.Inputs["roleDefinitionId"], string(arm.KeyVaultSecretsUser))
			require.True(w.t, strings.HasSuffix(resource.Inputs["scope"].(string), "/vaults/kv-contoso"))
		}
	}
}
