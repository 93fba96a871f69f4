package main

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

// aoai runs the command line and returns what it printed.
func aoai(t *testing.T, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	var out, errs bytes.Buffer
	code = run(context.Background(), args, &streams{&out, &errs, make(chan struct{})})
	return code, out.String(), errs.String()
}

const wrongPolicy = `<policies>
  <inbound>
    <base />
    <set-headr name="a"><value>1</value></set-headr>
  </inbound>
  <backend>
    <retry condition="@(context.Response.StatusCod >= 400)" count="3" interval="1"><forward-request /></retry>
  </backend>
  <outbound><base /></outbound>
  <on-error><base /></on-error>
</policies>
`

func TestPolicyCheck(t *testing.T) {
	t.Parallel()
	wrong := filepath.Join(t.TempDir(), "wrong.xml")
	require.NoError(t, os.WriteFile(wrong, []byte(wrongPolicy), 0o600))
	good := filepath.FromSlash("../../examples/policies/failover.xml")

	code, stdout, stderr := aoai(t, "policy", "check", good)
	require.Zero(t, code, stderr)
	require.Equal(t, "../../examples/policies/failover.xml: ok\n", stdout)

	code, stdout, stderr = aoai(t, "policy", "check", good, wrong)
	require.Equal(t, 1, code)
	require.Contains(t, stdout, wrong+`:4:5: error: there is no policy <set-headr>; did you mean "set-header"? (unknown-policy)`)
	require.Contains(t, stdout, wrong+`:7:42: error: CS1061: 'IResponse' does not contain a definition for 'StatusCod'; did you mean "StatusCode"? (expression)`)
	require.Contains(t, stdout, wrong+`:7:84: warning: <forward-request> is retried without buffer-request-body="true"`)
	require.Equal(t, "aoai: 1 of 2 documents would be refused\n", stderr)

	_, stdout, _ = aoai(t, "policy", "check", "--json", wrong)
	var results struct{ Files []checkedFile }
	require.NoError(t, json.Unmarshal([]byte(stdout), &results))
	require.Len(t, results.Files, 1)
	require.False(t, results.Files[0].Deployable)
	require.Equal(t, 4, results.Files[0].Findings[0].Line)
	require.Equal(t, "unknown-policy", results.Files[0].Findings[0].Rule)
}

// The output stands in the README.
func TestPolicyRun(t *testing.T) {
	t.Parallel()
	const folder = "../../examples/policies/"
	code, stdout, stderr := aoai(t, "policy", "run", folder+"failover.xml", "--request", folder+"chat.http", "--script", folder+"failover.script")
	require.Zero(t, code, stderr)
	require.Equal(t, `@ token for https://cognitiveservices.azure.com
> POST https://sweden.openai.azure.com/openai/deployments/gpt-4o/chat/completions?api-version=2024-10-21
  content-type: application/json
  authorization: Bearer eyJ...
  {"messages":[{"role":"user","content":"Hello"}]}
< 429
> POST https://france.openai.azure.com/openai/deployments/gpt-4o/chat/completions?api-version=2024-10-21
  content-type: application/json
  authorization: Bearer eyJ...
  {"messages":[{"role":"user","content":"Hello"}]}
< 200
= 200 OK
  content-type: application/json
  {"choices":[]}
`, stdout)

	_, stdout, _ = aoai(t, "policy", "run", folder+"failover.xml", "--script", folder+"failover.script", "--trace", "--times", "2", "--json")
	var ran struct{ Requests []ranRequest }
	require.NoError(t, json.Unmarshal([]byte(stdout), &ran))
	require.Len(t, ran.Requests, 2)
	require.NotEmpty(t, ran.Requests[1].Trace)
}

// A named value is all that stands behind the first =, as a connection string has it.
func TestPolicyNamedValue(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	write := func(name, text string) string {
		file := filepath.Join(folder, name)
		require.NoError(t, os.WriteFile(file, []byte(text), 0o600))
		return file
	}
	document := write("a.xml", `<policies><inbound><return-response><set-body>{{v}}</set-body></return-response></inbound><backend /><outbound /><on-error /></policies>`)
	request, script := write("a.http", "GET /\n"), write("a.script", "answer * => 200\n")
	code, out, stderr := aoai(t, "policy", "run", document, "--request", request, "--script", script, "--named-value", "v=Host=a;Key=b=;<c>", "--named-value", "w=1")
	require.Equal(t, 0, code, stderr)
	require.Contains(t, out, "Host=a;Key=b=;<c>")
}

func TestPolicyExplain(t *testing.T) {
	t.Parallel()
	code, stdout, stderr := aoai(t, "policy", "explain", "../../examples/policies/failover.xml")
	require.Zero(t, code, stderr)
	require.Contains(t, stdout, "retry: up to 1 times more while @(context.Response.StatusCode == 408")
	require.Contains(t, stdout, "        set-backend-service: https://sweden.openai.azure.com/openai  [")
}

// Wrong scripts and requests name the line.
func TestPolicyRunRefuses(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	script := filepath.Join(folder, "script")
	require.NoError(t, os.WriteFile(script, []byte("# fine\nanswer * => often\n"), 0o600))
	code, _, stderr := aoai(t, "policy", "run", "../../examples/policies/failover.xml", "--script", script)
	require.Equal(t, 1, code)
	require.Contains(t, stderr, `line 2: reading "answer": "often" is no status, and not reset, timeout or refused`)
}
