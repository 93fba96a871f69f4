package e2e

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aoai-gateway/aoai-gateway/sandbox"
	"github.com/aoai-gateway/aoai-gateway/sandbox/network"
)

// served is a sandbox that the command serves, in a process of its own.
type served struct {
	t         *testing.T
	dir       string
	endpoints sandbox.Endpoints
}

func serve(t *testing.T, flags ...string) *served {
	t.Helper()
	s := &served{t: t, dir: t.TempDir()}
	command := exec.CommandContext(context.WithoutCancel(t.Context()), binary, append([]string{"serve", "--json", "--project", root, "--sandbox", s.dir, "--seed", trafficSeed()}, flags...)...)
	output, err := command.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, command.Start())
	t.Cleanup(func() {
		require.NoError(t, command.Process.Signal(os.Interrupt))
		require.NoError(t, command.Wait(), "serve ends with 0")
	})
	require.NoError(t, json.NewDecoder(output).Decode(&s.endpoints))
	return s
}

func (s *served) aoai(args ...string) string {
	s.t.Helper()
	got := execute(s.t, root, nil, binary, append(args, "--project", root, "--sandbox", s.dir)...)
	require.Zero(s.t, got.code, "%s", got)
	return got.stdout
}

// hosts are those that aoai status lists.
func (s *served) hosts() map[string]network.Address {
	s.t.Helper()
	var status struct {
		Running bool
		Hosts   []network.Address
	}
	require.NoError(s.t, json.Unmarshal([]byte(s.aoai("status", "--json")), &status))
	require.True(s.t, status.Running)
	hosts := map[string]network.Address{}
	for _, host := range status.Hosts {
		hosts[host.Host] = host
	}
	return hosts
}

var exported = regexp.MustCompile(`(\w+)='([^']*)'`)

// What aoai serve prints is enough to reach what is deployed, by its public name and by
// its port, with tokens of the seed's principals; a file of faults is followed.
func TestServeCarriesTraffic(t *testing.T) {
	t.Parallel()
	faults := filepath.Join(t.TempDir(), "faults.json")
	require.NoError(t, os.WriteFile(faults, []byte("[]"), 0o600))
	s := serve(t, "--faults", faults)
	// The seed holds an account: it answers.
	const name = "contoso-shared.openai.azure.com"
	require.Contains(t, s.hosts(), name)
	variables := map[string]string{}
	for _, match := range exported.FindAllStringSubmatch(s.aoai("serve", "--client-env"), -1) {
		variables[match[1]] = match[2]
	}
	pem, err := os.ReadFile(variables["SSL_CERT_FILE"])
	require.NoError(t, err)
	pool := x509.NewCertPool()
	require.True(t, pool.AppendCertsFromPEM(pem))
	proxy, err := url.Parse(variables["HTTPS_PROXY"])
	require.NoError(t, err)
	throughProxy := func(r *http.Request) (*url.URL, error) {
		if strings.Contains(variables["NO_PROXY"], r.URL.Hostname()) {
			return nil, nil //nolint:nilnil // no proxy for loopback
		}
		return proxy, nil
	}
	transport := &http.Transport{Proxy: throughProxy, TLSClientConfig: &tls.Config{RootCAs: pool, MinVersion: tls.VersionTLS12}}
	defer transport.CloseIdleConnections()
	status := func(address string) int {
		response, err := (&http.Client{Transport: transport}).Get(address)
		require.NoError(t, err)
		require.NoError(t, response.Body.Close())
		return response.StatusCode
	}
	require.Equal(t, 200, status("https://"+name+"/status-0123456789abcdef"))
	require.Equal(t, 200, status(s.hosts()[name].URL+"/status-0123456789abcdef"))
	require.EqualValues(t, 2, s.hosts()[name].Counts.Requests)
	require.Equal(t, 2, strings.Count(strings.TrimSpace(s.aoai("entra", "token", "chat-app", "--resource", "api://contoso-models")), "."))
	require.Contains(t, s.aoai("entra", "secret", "chat-app"), "clientSecret")
	refused := execute(t, root, nil, binary, "serve", "--project", root, "--sandbox", s.dir)
	require.Equal(t, 1, refused.code)
	require.Contains(t, refused.stderr, "another process serves this sandbox already")

	require.NoError(t, os.WriteFile(faults, []byte(`[{"host":"contoso-shared","kind":"status","status":503}]`), 0o600))
	for status("https://"+name+"/status-0123456789abcdef") != 503 {
		// The file is looked at five times a second; the test's own time bounds this.
		require.NoError(t, t.Context().Err())
	}
}

// The line for eval fails in the shell when nothing serves, so that the next commands do not
// go to Azure.
func TestAttachingToNothingFailsInTheShell(t *testing.T) {
	t.Parallel()
	script := `eval "$('` + binary + `' serve --env --sandbox '` + t.TempDir() + `')" && echo attached`
	got := execute(t, root, nil, "sh", "-c", script)
	require.Equal(t, 1, got.code, "%s", got)
	require.Empty(t, got.stdout)
	require.Contains(t, got.stderr, "no sandbox is running; start `aoai serve` first")
}
