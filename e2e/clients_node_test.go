package e2e

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

// nodeModules are the packages that the calls for Node need, in a folder with the program that
// makes them. AOAI_JS names a folder with the packages (npm install in testdata/clients/node), or
// is 1 to install them. It is "" where calls for Node are not wanted.
func nodeModules(t *testing.T) string {
	t.Helper()
	installed := os.Getenv("AOAI_JS")
	if installed == "" {
		return ""
	}
	npm, err := exec.LookPath("npm")
	require.NoError(t, err)
	dir := t.TempDir()
	require.NoError(t, os.CopyFS(dir, os.DirFS(filepath.Join("testdata", "clients", "node"))))
	if installed == "1" {
		got := execute(t, dir, nil, npm, "ci", "--no-audit", "--no-fund", "--ignore-scripts")
		require.Zero(t, got.code, "%s", got)
		// The package node brings a Node that is new enough for all of them: its script, and no
		// other one, may run.
		got = execute(t, dir, nil, npm, "rebuild", "node")
		require.Zero(t, got.code, "%s", got)
		return dir
	}
	require.NoError(t, os.Symlink(filepath.Join(installed, "node_modules"), filepath.Join(dir, "node_modules")))
	return dir
}

// nodeJob is what the program for Node reads.
type nodeJob struct {
	Gateway    string    `json:"gateway"`
	Key        string    `json:"key"`
	APIVersion string    `json:"apiVersion"`
	Files      string    `json:"files"`
	Entra      nodeEntra `json:"entra"`
	Rows       []nodeRow `json:"rows"`
}

// nodeEntra is where and how an application gets its tokens.
type nodeEntra struct {
	Authority    string `json:"authority"`
	Tenant       string `json:"tenant"`
	ClientID     string `json:"clientId"`
	ClientSecret string `json:"clientSecret"`
	Scope        string `json:"scope"`
}

type nodeRow struct {
	Client string         `json:"client"`
	Path   string         `json:"path"`
	Call   string         `json:"call"`
	With   string         `json:"with"`
	Body   map[string]any `json:"body,omitempty"`
	Before map[string]any `json:"before,omitempty"`
	ID     string         `json:"id,omitempty"`
	File   string         `json:"file,omitempty"`
}

// byNode makes the rows of clients for Node, all in one process.
func (x *traffic) byNode(t *testing.T, dir string, rows []clientRow) []clientReply {
	t.Helper()
	files, err := filepath.Abs(filepath.Join("testdata", "clients"))
	require.NoError(t, err)
	secret, err := x.session.Secret(t.Context(), "chat-app")
	require.NoError(t, err)
	job := nodeJob{
		Gateway: x.port(t, x.gateway), Key: x.key("first-team"), APIVersion: apiVersion, Files: "file://" + files + "/",
		Entra: nodeEntra{x.port(t, "https://login.microsoftonline.com"), x.session.Endpoints.TenantID, secret["clientId"], secret["clientSecret"], modelsAudience + "/.default"},
	}
	for _, row := range rows {
		job.Rows = append(job.Rows, nodeRow{row.Client, row.Path, row.Call, row.With, row.Body, row.Before, row.ID, row.File})
	}
	asked, err := json.Marshal(job)
	require.NoError(t, err)
	node := exec.CommandContext(t.Context(), filepath.Join(dir, "node_modules", ".bin", "node"), "client.mjs")
	var stderr bytes.Buffer
	node.Dir, node.Stdin, node.Stderr = dir, bytes.NewReader(asked), &stderr
	node.Env = append(os.Environ(), "NODE_EXTRA_CA_CERTS="+x.session.Endpoints.CA)
	output, err := node.Output()
	require.NoError(t, err, stderr.String())
	var replies []clientReply
	require.NoError(t, json.Unmarshal(output, &replies), string(output))
	require.Len(t, replies, len(rows))
	return replies
}

// port is the address on this machine at which a public host answers.
func (x *traffic) port(t *testing.T, public string) string {
	t.Helper()
	hosts, err := x.session.Hosts(t.Context())
	require.NoError(t, err)
	for _, host := range hosts {
		if "https://"+host.Host == public {
			return host.URL
		}
	}
	require.Fail(t, "nobody answers", public)
	return ""
}
