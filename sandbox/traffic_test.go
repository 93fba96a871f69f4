package sandbox

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aoai-gateway/aoai-gateway/internal/arm"
	"github.com/aoai-gateway/aoai-gateway/sandbox/network"
)

const group = "/subscriptions/00000000-0000-4000-8000-000000000002/resourceGroups/rg"

// serve starts a sandbox with a data plane.
func serve(t *testing.T, traffic Traffic) *Session {
	t.Helper()
	session, err := Join(t.Context(), Options{Dir: t.TempDir(), Traffic: &traffic})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, session.Close()) })
	return session
}

// put writes a resource by Resource Manager, and waits until it is there.
func put(t *testing.T, session *Session, method, id, body string) {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), method, session.Endpoints.ARM+id+"?api-version="+arm.NewestAPIVersion(id), strings.NewReader(body))
	require.NoError(t, err)
	response, err := http.DefaultClient.Do(request)
	require.NoError(t, err)
	require.NoError(t, response.Body.Close())
	require.Less(t, response.StatusCode, 300)
}

// hostsOf are the public names that answer, once one of them does or does not.
func hostsOf(t *testing.T, session *Session, name string, there bool) []network.Address {
	t.Helper()
	for {
		hosts, err := session.Hosts(t.Context())
		require.NoError(t, err)
		if slices.ContainsFunc(hosts, func(a network.Address) bool { return a.Host == name }) == there {
			return hosts
		}
		// Operations of the sandbox end within milliseconds; the test's own time bounds this.
		require.NoError(t, t.Context().Err())
	}
}

// trusting is a client that trusts the sandbox's CA.
func trusting(t *testing.T, session *Session) *http.Client {
	t.Helper()
	pem, err := os.ReadFile(session.Endpoints.CA)
	require.NoError(t, err)
	pool := x509.NewCertPool()
	require.True(t, pool.AppendCertsFromPEM(pem))
	transport := &http.Transport{TLSClientConfig: &tls.Config{RootCAs: pool, MinVersion: tls.VersionTLS12}}
	t.Cleanup(transport.CloseIdleConnections)
	return &http.Client{Transport: transport}
}

// A host answers as soon as what it belongs to is deployed, and no longer than that.
func TestHostsFollowWhatIsDeployed(t *testing.T) {
	session := serve(t, Traffic{})
	hosts, err := session.Hosts(t.Context())
	require.NoError(t, err)
	require.Len(t, hosts, 1, "nothing is deployed: only Entra is there")
	put(t, session, http.MethodPut, group, `{"location":"swedencentral"}`)
	account := group + "/providers/Microsoft.CognitiveServices/accounts/models"
	put(t, session, http.MethodPut, account, `{"location":"swedencentral","kind":"OpenAI","sku":{"name":"S0"},"properties":{"customSubDomainName":"models"}}`)
	hosts = hostsOf(t, session, "models.openai.azure.com", true)
	require.Len(t, hosts, 2)

	at := slices.IndexFunc(hosts, func(a network.Address) bool { return a.Kind == "account" })
	response, err := trusting(t, session).Get(hosts[at].URL + "/status-0123456789abcdef")
	require.NoError(t, err)
	require.NoError(t, response.Body.Close())
	require.Equal(t, 200, response.StatusCode)
	after := hostsOf(t, session, "models.openai.azure.com", true)
	require.EqualValues(t, 1, after[at].Counts.ByStatus[200])

	put(t, session, http.MethodDelete, account, "")
	hostsOf(t, session, "models.openai.azure.com", false)
}

// Faults, tokens and logs are had at the sandbox's own port; what is wrong is told.
func TestTrafficControls(t *testing.T) {
	session := serve(t, Traffic{PlainHTTP: true})
	require.Empty(t, session.Endpoints.CA)
	require.Empty(t, session.Endpoints.ClientEnvironment(), "public names do not speak plain HTTP")
	require.NoError(t, session.OrderFaults(t.Context(), network.Fault{Host: "login", Kind: "status", Status: 503}))
	require.ErrorContains(t, session.OrderFaults(t.Context(), network.Fault{Kind: "fire"}), `kind "fire" is not known`)
	require.NoError(t, session.OrderFaults(t.Context()))
	_, err := session.Token(t.Context(), "nobody", "https://ai.azure.com")
	require.ErrorContains(t, err, `"nobody" is none of`)
	_, err = session.Secret(t.Context(), "nobody")
	require.Error(t, err)
	token, err := session.Token(t.Context(), "00000000-0000-4000-8000-000000000003", "https://ai.azure.com/.default")
	require.NoError(t, err)
	require.Equal(t, 2, strings.Count(token.AccessToken, "."))
	_, err = session.Token(t.Context(), "00000000-0000-4000-8000-000000000003", "api://models")
	require.ErrorContains(t, err, "AADSTS500011")
	rows := []struct{}{{}}
	require.NoError(t, session.Logs(t.Context(), "ApiManagementGatewayLogs", &rows))
	require.Empty(t, rows)
	require.Error(t, session.Logs(t.Context(), "..%2Fazure.db", &rows))

	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, session.Endpoints.ARM+"/sandbox/traffic/token?principal=deployer@sandbox.invalid&resource=x", nil)
	require.NoError(t, err)
	request.Host = "evil.example"
	response, err := http.DefaultClient.Do(request)
	require.NoError(t, err)
	require.NoError(t, response.Body.Close())
	require.Equal(t, http.StatusForbidden, response.StatusCode, "a page in a browser gets no token")
}

// Who joins a sandbox without a data plane is told how to have one.
func TestNoTraffic(t *testing.T) {
	session, err := Join(t.Context(), Options{Dir: t.TempDir()})
	require.NoError(t, err)
	defer func() { require.NoError(t, session.Close()) }()
	_, err = session.Hosts(context.Background())
	require.ErrorIs(t, err, ErrNoTraffic)
}

// Bad faults in a file keep the sandbox from starting, with the file's name.
func TestBadFaultsFile(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "faults.json")
	require.NoError(t, os.WriteFile(file, []byte(`[{"host":"a","kind":"fire"}]`), 0o600))
	_, err := Join(t.Context(), Options{Dir: filepath.Join(dir, "sandbox"), Traffic: &Traffic{FaultsFile: file}})
	require.ErrorContains(t, err, "faults.json")
	require.ErrorContains(t, err, `kind "fire"`)
	session, err := Join(t.Context(), Options{Dir: filepath.Join(dir, "sandbox")})
	require.NoError(t, err, "what had started has ended")
	require.True(t, session.Owner)
	require.NoError(t, session.Close())
}
