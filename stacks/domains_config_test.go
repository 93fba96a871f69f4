package stacks

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"
)

// domain is a custom domain of a gateway, with a certificate in a vault.
func domain(host string) string {
	return fmt.Sprintf(`{"hostName":%q,"certificate":{"keyVaultId":"%s","secretName":"ai"}}`, host, vault)
}

// domains is a small configuration with such.
func domains(sku, each string) map[string]string {
	units := ""
	if sku == "Consumption" {
		units = `,"units":0,"loadBalancing":{"strategy":"pool"}`
	}
	return goodAPIM(fmt.Sprintf(`"sku":%q%s,"customDomains":[%s]`, sku, units, each))
}

func TestReadConfigRefusesDomains(t *testing.T) {
	t.Parallel()
	two := domain("ai.contoso.com") + "," + domain("chat.contoso.com")
	cases := []struct {
		reason string
		values map[string]string
		want   []string
	}{
		{"no host name", domains("BasicV2", domain("")), []string{`customDomains[0].hostName: "" is not a host name; write it in lower case without scheme or path, such as ai.contoso.com`}},
		{"a URL", domains("BasicV2", domain("https://ai.contoso.com")), []string{`customDomains[0].hostName: "https://ai.contoso.com" is not a host name; write it in lower case without scheme or path, such as ai.contoso.com`}},
		{"capitals", domains("BasicV2", domain("AI.contoso.com")), []string{`customDomains[0].hostName: "AI.contoso.com" is not a host name; write it in lower case without scheme or path, such as ai.contoso.com`}},
		{"a wildcard", domains("Premium", domain("*.contoso.com")), []string{`customDomains[0].hostName: "*.contoso.com" is a wildcard, which this stack does not offer; write each host name out`}},
		{"Azure's own domain", domains("BasicV2", domain("contoso.azure-api.net")), []string{`customDomains[0].hostName: "contoso.azure-api.net" lies in azure-api.net, whose certificates are Azure's; give a host name of yours`}},
		{"two of a v2 SKU", domains("StandardV2", two), []string{`customDomains: has 2, and StandardV2 takes one; keep one, or take sku Developer or Premium`}},
		{"two of Consumption", domains("Consumption", two), []string{`customDomains: has 2, and Consumption takes one; keep one, or take sku Developer or Premium`}},
		{"two of a classic SKU", domains("Standard", two), []string{`customDomains: has 2, and Standard takes one; keep one, or take sku Developer or Premium`}},
		{"one twice", domains("Premium", domain("ai.contoso.com")+","+domain("ai.contoso.com")), []string{`customDomains[1].hostName: "ai.contoso.com" is customDomains[0] already; remove one`}},
		{"no certificate", domains("BasicV2", `{"hostName":"ai.contoso.com"}`), []string{
			`customDomains[0].certificate.keyVaultId: "" is not the resource id of a key vault; write it like /subscriptions/.../resourceGroups/.../providers/Microsoft.KeyVault/vaults/name`,
			`customDomains[0].certificate.secretName: "" is not the name of a certificate in a key vault; allowed are 1 to 127 letters, digits and hyphens`,
		}},
		{"the URL of a vault", domains("BasicV2", `{"hostName":"ai.contoso.com","certificate":{"keyVaultId":"https://v.vault.azure.net","secretName":"ai"}}`), []string{
			`customDomains[0].certificate.keyVaultId: "https://v.vault.azure.net" is not the resource id of a key vault; write it like /subscriptions/.../resourceGroups/.../providers/Microsoft.KeyVault/vaults/name`,
		}},
		{"a certificate with its version", domains("BasicV2", `{"hostName":"ai.contoso.com","certificate":{"keyVaultId":"`+vault+`","secretName":"ai/0123"}}`), []string{
			`customDomains[0].certificate.secretName: "ai/0123" is not the name of a certificate in a key vault; allowed are 1 to 127 letters, digits and hyphens`,
		}},
		{
			"a gateway that Front Door alone reaches",
			goodLink("lock", "private-link-only", "apim", `{"publisher":{"email":"team@contoso.com"},"sku":"StandardV2","customDomains":[`+domain("ai.contoso.com")+`]}`),
			[]string{`customDomains: have no effect with lock private-link-only: Front Door alone comes, by Azure's name of the gateway; give the host names to frontDoor.customDomains, or take lock private-link`},
		},
	}
	for _, c := range cases {
		t.Run(c.reason, func(t *testing.T) {
			t.Parallel()
			refuses(t, c.values, Project+":apim.", c.want)
		})
	}
}

func TestReadConfigTakesDomains(t *testing.T) {
	t.Parallel()
	for reason, values := range map[string]map[string]string{
		"one of each SKU":             domains("Consumption", domain("ai.contoso.com")),
		"several of Developer":        domains("Developer", domain("ai.contoso.com")+","+domain("chat.contoso.com")),
		"Front Door and the internet": goodLink("apim", `{"publisher":{"email":"team@contoso.com"},"sku":"StandardV2","customDomains":[`+domain("ai.contoso.com")+`]}`),
	} {
		_, _, err := ReadConfig(values, today)
		require.NoError(t, err, reason)
	}
}
