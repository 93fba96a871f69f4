package azure_test

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// edits are facts as they are not: program and sandbox have to follow each of them.
var edits = []struct {
	fact, file, was, is string
	// program and sandbox are words of what each says: as the fact is, and after the edit.
	program, programThen string
	sandbox, sandboxThen string
}{
	{
		"units", "apim.go", `v2("BasicV2", 10)`, `v2("BasicV2", 11)`,
		"units: 11 is not on offer for BasicV2; allowed are 1 to 10", "good", "11 units are not on offer for BasicV2; allowed are 1 to 10", `"gatewayUrl"`,
	},
	{
		"members", "service_limits.go", "MaxPoolMembers = 30", "MaxPoolMembers = 31",
		"31 is out of range; allowed are 1 to 30 backends", "good", "has 31 members; at most 30 are allowed", `"type":"Pool"`,
	},
	{
		"retries", "service_limits.go", "MaxRetries = 50", "MaxRetries = 51",
		"51 is out of range; allowed are 0 to 50 attempts", "good", "count is 51; allowed are 1 to 50", "u003cretry",
	},
	{
		"response", "service_limits.go", "FrontDoorResponseSeconds     = Range{16, 240}", "FrontDoorResponseSeconds     = Range{16, 241}",
		"241 is out of range; allowed are 16 to 240 s", "good", "241 is out of range; allowed are 16 to 240", `"originResponseTimeoutSeconds":241`,
	},
	{
		"link", "edges.go", `"westeurope", "westus3",`, `"westeurope", "westus2", "westus3",`,
		`"westus2" has no Private Link of Front Door`, "good", "no Private Link in the privateLinkLocation 'westus2'", "not supported for the SKU 'BasicV2'",
	},
	{
		"host", "hosts.go", `"openai.azure.com"`, `"openai.azure.example"`,
		"contoso.openai.azure.com", "contoso.openai.azure.example", "https://contoso.openai.azure.com/", "https://contoso.openai.azure.example/",
	},
}

// Program and sandbox are built twice: with the facts, and with others in their place. Who
// has a fact of its own does not follow.
func TestAChangedFactChangesProgramAndSandbox(t *testing.T) {
	if testing.Short() {
		t.Skip("builds program and sandbox twice")
	}
	files := map[string]string{}
	for _, edit := range edits {
		if files[edit.file] == "" {
			raw, err := os.ReadFile(edit.file)
			require.NoError(t, err)
			files[edit.file] = string(raw)
		}
		require.Equal(t, 1, strings.Count(files[edit.file], edit.was), "%s stands once in %s", edit.was, edit.file)
		files[edit.file] = strings.Replace(files[edit.file], edit.was, edit.is, 1)
	}
	before, after := say(t), say(t, "-overlay", overlay(t, files))
	for _, edit := range edits {
		t.Run(edit.fact, func(t *testing.T) {
			require.Contains(t, before[edit.fact][0], edit.program)
			require.Contains(t, before[edit.fact][1], edit.sandbox)
			require.Contains(t, after[edit.fact][0], edit.programThen, "the program follows")
			require.Contains(t, after[edit.fact][1], edit.sandboxThen, "the sandbox follows")
		})
	}
}

// overlay is a file for the go command that puts texts in the place of files.
func overlay(t *testing.T, files map[string]string) string {
	t.Helper()
	replaced := map[string]string{}
	for name, text := range files {
		path, err := filepath.Abs(name)
		require.NoError(t, err)
		replaced[path] = filepath.Join(t.TempDir(), name)
		require.NoError(t, os.WriteFile(replaced[path], []byte(text), 0o600))
	}
	raw, err := json.Marshal(map[string]any{"Replace": replaced})
	require.NoError(t, err)
	file := filepath.Join(t.TempDir(), "overlay.json")
	require.NoError(t, os.WriteFile(file, raw, 0o600))
	return file
}

// say is what program and sandbox say of each fact.
func say(t *testing.T, flags ...string) map[string][2]string {
	t.Helper()
	command := exec.CommandContext(t.Context(), "go", append(append([]string{"run"}, flags...), "./testdata/facts")...)
	folder := t.TempDir()
	command.Env = append(os.Environ(), "TMPDIR="+folder, "GOTMPDIR="+folder)
	var complaints strings.Builder
	command.Stderr = &complaints
	raw, err := command.Output()
	require.NoError(t, err, complaints.String())
	var told map[string][2]string
	require.NoError(t, json.Unmarshal(raw, &told))
	return told
}
