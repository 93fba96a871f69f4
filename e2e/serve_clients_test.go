package e2e

import (
	"os/exec"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// Clients of other makes find the hosts by what --client-env sets, each by the variables that
// it reads, and not any more after --off.
func TestClientsReadTheShell(t *testing.T) {
	t.Parallel()
	s := serve(t)
	const address = "https://contoso-shared.openai.azure.com/status-0123456789abcdef"
	attach := `eval "$('` + binary + `' serve --client-env --sandbox '` + s.dir + `')"; `
	const curl = "curl -sS -o /dev/null -w '%{http_code}' " + address
	for _, c := range []struct{ reason, client, need string }{
		{"curl", curl, "curl"},
		{"only variables in capitals", "unset https_proxy http_proxy no_proxy; " + curl, "curl"},
		{"only variables in small letters", "unset HTTPS_PROXY HTTP_PROXY NO_PROXY; " + curl, "curl"},
		{"curl's own variable of the CA", "unset SSL_CERT_FILE; " + curl, "curl"},
		{"Node", `node -e 'fetch("` + address + `").then(r => process.stdout.write(String(r.status)))'`, "node"},
	} {
		t.Run(c.reason, func(t *testing.T) {
			if _, err := exec.LookPath(c.need); err != nil {
				t.Skipf("%s is not installed", c.need)
			}
			if c.need == "node" && !proxyAware(t) {
				t.Skip("this Node does not read the proxy from the shell")
			}
			got := execute(t, root, nil, "sh", "-c", attach+c.client)
			require.Zero(t, got.code, "%s", got)
			require.Equal(t, "200", got.stdout)
		})
	}
	undone := execute(t, root, nil, "sh", "-c", attach+`eval "$('`+binary+`' serve --off)"; env`)
	require.Zero(t, undone.code, "%s", undone)
	for _, name := range []string{"127.0.0.1", "AOAI_", "NODE_USE_ENV_PROXY", s.dir} {
		require.NotContains(t, undone.stdout, name)
	}
}

// proxyAware reports whether Node reads the proxy from the shell: from 22.21, and from 24.5 on.
func proxyAware(t *testing.T) bool {
	t.Helper()
	help := execute(t, root, nil, "node", "--help")
	return strings.Contains(help.stdout, "--use-env-proxy")
}

// A shell stays attached over a restart at the same ports, and a taken port is told of.
func TestServeAtAPort(t *testing.T) {
	t.Parallel()
	s := serve(t)
	port := strings.TrimPrefix(s.endpoints.ARM, "http://127.0.0.1:")
	refused := execute(t, root, nil, binary, "serve", "--project", root, "--sandbox", t.TempDir(), "--port", port)
	require.Equal(t, 1, refused.code, "%s", refused)
	require.Contains(t, refused.stderr, "--port "+port)
	require.Empty(t, refused.stdout)
}
