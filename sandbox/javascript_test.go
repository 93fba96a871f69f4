package sandbox

import (
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

// Microsoft's JavaScript clients, unmodified, get through: list, get, create, update, delete,
// pages and long operations. AOAI_JS names a folder with their packages (npm install in
// testdata/js), or is 1 to install them.
func TestJavaScriptClients(t *testing.T) {
	installed := os.Getenv("AOAI_JS")
	node, err := exec.LookPath("node")
	if installed == "" || err != nil {
		t.Skip("AOAI_JS=1 runs Microsoft's clients for Node")
	}
	dir := t.TempDir()
	for _, name := range []string{"package.json", "client.mjs"} {
		content, err := os.ReadFile(filepath.Join("testdata", "js", name))
		require.NoError(t, err)
		require.NoError(t, os.WriteFile(filepath.Join(dir, name), content, 0o600))
	}
	if installed == "1" {
		npm := exec.CommandContext(t.Context(), "npm", "install", "--no-audit", "--no-fund", "--no-package-lock")
		npm.Dir = dir
		output, err := npm.CombinedOutput()
		require.NoError(t, err, string(output))
	} else {
		require.NoError(t, os.Symlink(filepath.Join(installed, "node_modules"), filepath.Join(dir, "node_modules")))
	}
	session := serve(t, Traffic{})
	put(t, session, http.MethodPut, "/subscriptions/"+session.Endpoints.SubscriptionID+"/resourceGroups/rg", `{"location":"swedencentral"}`)
	run := exec.CommandContext(t.Context(), node, "client.mjs", session.Endpoints.ARMTLS, session.Endpoints.SubscriptionID, "rg")
	run.Dir = dir
	run.Env = append(os.Environ(), "NODE_EXTRA_CA_CERTS="+session.Endpoints.CA)
	output, err := run.CombinedOutput()
	t.Log(string(output))
	require.NoError(t, err)
}
