package sandbox

import (
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"net/http"
	"net/url"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// Resource Manager answers over TLS, on loopback and under Azure's name through the proxy, with
// links that lead back the same way. Clients that refuse plain HTTP need that.
func TestManagerOverTLS(t *testing.T) {
	session := serve(t, Traffic{})
	raw, err := os.ReadFile(session.Endpoints.CA)
	require.NoError(t, err)
	pool := x509.NewCertPool()
	require.True(t, pool.AppendCertsFromPEM(raw))
	proxy, err := url.Parse(session.Endpoints.Proxy)
	require.NoError(t, err)
	for _, c := range []struct {
		name, base, profile string
		proxy               func(*http.Request) (*url.URL, error)
	}{
		{"loopback", session.Endpoints.ARMTLS, "first", nil},
		{"public name", "https://management.azure.com", "second", http.ProxyURL(proxy)},
	} {
		t.Run(c.name, func(t *testing.T) {
			client := &http.Client{Transport: &http.Transport{Proxy: c.proxy, TLSClientConfig: &tls.Config{RootCAs: pool, MinVersion: tls.VersionTLS12}}}
			t.Cleanup(client.CloseIdleConnections)
			get := func(method, path, body string) (http.Header, map[string]any) {
				request, err := http.NewRequestWithContext(t.Context(), method, c.base+path, strings.NewReader(body))
				require.NoError(t, err)
				response, err := client.Do(request)
				require.NoError(t, err)
				defer func() { require.NoError(t, response.Body.Close()) }()
				var answered map[string]any
				require.NoError(t, json.NewDecoder(response.Body).Decode(&answered))
				return response.Header, answered
			}
			_, cloud := get(http.MethodGet, "/metadata/endpoints?api-version=2022-09-01", "")
			require.Equal(t, c.base+"/", cloud["resourceManager"])
			group := "/subscriptions/" + session.Endpoints.SubscriptionID + "/resourceGroups/rg"
			_, made := get(http.MethodPut, group+"?api-version=2022-09-01", `{"location":"swedencentral"}`)
			require.Equal(t, "swedencentral", made["location"])
			header, _ := get(http.MethodPut, group+"/providers/Microsoft.Cdn/profiles/"+c.profile+"?api-version=2024-09-01", `{"location":"global","sku":{"name":"Standard_AzureFrontDoor"}}`)
			require.True(t, strings.HasPrefix(header.Get("Azure-AsyncOperation"), c.base), header)
		})
	}
}
