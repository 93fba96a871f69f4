package main

import (
	"bytes"
	"os/exec"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// A shell that is attached twice and then let go has what it had before.
func TestAttachedShellsAreAsBeforeAfterOff(t *testing.T) {
	variables := map[string]string{"HTTPS_PROXY": "http://127.0.0.1:1", "SSL_CERT_FILE": "/it's here/ca.pem"}
	again := map[string]string{"HTTPS_PROXY": "http://127.0.0.1:2", "ARM_SUBSCRIPTION_ID": "id"}
	corporate := map[string]string{"HTTPS_PROXY": "http://user:secret@proxy.contoso.com"}
	shell := func(values map[string]string) lookup {
		return func(name string) (string, bool) {
			value, isSet := values[name]
			return value, isSet
		}
	}
	first := attachLine(variables, shell(corporate))
	require.NotContains(t, first, "secret", "an old value is printed")
	attached := map[string]string{"HTTPS_PROXY": "http://127.0.0.1:1", attachedVariable: "HTTPS_PROXY SSL_CERT_FILE", beforePrefix + "HTTPS_PROXY": "x"}
	second := attachLine(again, shell(attached))
	attached[attachedVariable] = "HTTPS_PROXY SSL_CERT_FILE ARM_SUBSCRIPTION_ID"
	names, err := attachedBy(shell(attached))
	require.NoError(t, err)
	script := strings.Join([]string{
		first, `echo "$HTTPS_PROXY $SSL_CERT_FILE $AOAI_ATTACHED"`,
		second, `echo "$HTTPS_PROXY $ARM_SUBSCRIPTION_ID $AOAI_ATTACHED"`,
		detachLine(names, shell(attached)), `echo "$HTTPS_PROXY"`, "env | grep -E 'AOAI|SSL_CERT|ARM_' || echo nothing more",
	}, "\n")
	command := exec.CommandContext(t.Context(), "sh", "-eu", "-c", script)
	command.Env = []string{"PATH=/usr/bin:/bin", "HTTPS_PROXY=" + corporate["HTTPS_PROXY"]}
	said, err := command.CombinedOutput()
	require.NoError(t, err, string(said))
	require.Equal(t, "http://127.0.0.1:1 /it's here/ca.pem HTTPS_PROXY SSL_CERT_FILE\n"+
		"http://127.0.0.1:2 id HTTPS_PROXY SSL_CERT_FILE ARM_SUBSCRIPTION_ID\n"+
		corporate["HTTPS_PROXY"]+"\nnothing more\n", string(said))
}

// What stands in the list of variables is run by the shell: it has to be names.
func TestOffRefusesWhatIsNoName(t *testing.T) {
	t.Setenv(attachedVariable, "HTTPS_PROXY $(date)")
	var stdout, stderr bytes.Buffer
	require.Equal(t, 1, run(t.Context(), []string{"serve", "--off"}, &streams{stdout: &stdout, stderr: &stderr}))
	require.Equal(t, "false\n", stdout.String())
	require.Contains(t, stderr.String(), "which is not the name of a variable")
}

func TestOffInAShellThatIsNotAttached(t *testing.T) {
	t.Setenv(attachedVariable, "")
	var stdout, stderr bytes.Buffer
	require.Zero(t, run(t.Context(), []string{"serve", "--off"}, &streams{stdout: &stdout, stderr: &stderr}))
	require.Equal(t, ":\n", stdout.String())
	require.Contains(t, stderr.String(), "not attached")
}

// Flags that have no effect are refused.
func TestServeRefusesFlagsWithoutEffect(t *testing.T) {
	for _, c := range []struct{ line, want string }{
		{"serve --env --port 7070", "--port: has no effect beside --env, --client-env or --off"},
		{"serve --off --plain-http --cache-lost 0.5", "--plain-http, --cache-lost: has no effect"},
		{"serve --env --off", "--env and --off can't be used together"},
		{"serve --port 0", "--port 0: give a port, such as 7070"},
		{"serve --port 80", "--port 80: give a port from 1024 to 65532"},
		{"serve --port 19999", "--port 19999: ports 20000 to 31999 are those of the deployed hosts"},
	} {
		var stdout, stderr bytes.Buffer
		args := append(strings.Fields(c.line), "--sandbox", t.TempDir())
		require.NotZero(t, run(t.Context(), args, &streams{stdout: &stdout, stderr: &stderr}), c.line)
		require.Contains(t, stderr.String(), c.want)
	}
}
