package pipelines

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// telling prints what the Azure variables are, and where the token is.
const telling = `echo "$ARM_USE_OIDC $ARM_CLIENT_ID $ARM_TENANT_ID $ARM_SUBSCRIPTION_ID ${ARM_OIDC_TOKEN:-none}"
echo "$AZURE_CLIENT_ID $AZURE_TENANT_ID $AZURE_TOKEN_CREDENTIALS $(cat "$AZURE_FEDERATED_TOKEN_FILE")"`

func TestIdentity(t *testing.T) {
	gitHub := []string{
		"ACTIONS_ID_TOKEN_REQUEST_URL=https://x?a=b", "ACTIONS_ID_TOKEN_REQUEST_TOKEN=hidden",
		"AZURE_CLIENT_ID=client", "AZURE_TENANT_ID=tenant", "AZURE_SUBSCRIPTION_ID=subscription",
	}
	azureDevOps := []string{
		"TF_BUILD=True", "SYSTEM_OIDCREQUESTURI=https://x", "SYSTEM_ACCESSTOKEN=hidden", "AZURESUBSCRIPTION_SERVICE_CONNECTION_ID=c",
		"servicePrincipalId=client", "tenantId=tenant",
	}
	for _, test := range []struct {
		reason      string
		environment []string
		curl        string
		want        ended
		asked       string
	}{
		{
			"GitHub: azure-native asks for tokens itself", gitHub, `cat >&2; echo '{"count":1,"value":"an.id.token"}'`,
			ended{0, "true client tenant subscription none\nclient tenant WorkloadIdentityCredential an.id.token\n", ""},
			"[https://x?a=b&audience=api://AzureADTokenExchange]",
		},
		{
			"Azure DevOps: azure-native is given one", azureDevOps, `cat >/dev/null; echo '{"oidcToken":"an.id.token"}'`,
			ended{0, "true client tenant sub-of-az an.id.token\nclient tenant WorkloadIdentityCredential an.id.token\n", ""},
			"[https://x?api-version=7.1&serviceConnectionId=c]",
		},
		{
			"nobody gives a token", gitHub, "cat >/dev/null; echo 403 >&2; exit 22",
			ended{1, "", "with-identity.sh: the ID token is missing (403); give the job id-token: write, or look at the service connection\n"},
			"[https://x",
		},
		{
			"the connection's token is not mapped", azureDevOps[:2], "", ended{1, "", "with-identity.sh: AZURE_CLIENT_ID is empty; " +
				"pipelines/setup prints it, and docs/pipelines.md says where it goes\n"}, "",
		},
	} {
		t.Run(test.reason, func(t *testing.T) {
			p := newProject(t)
			p.stub("curl", test.curl)
			p.stub("az", "echo sub-of-az")
			p.stub("tell", telling)
			require.Equal(t, test.want, p.run("steps/with-identity.sh", test.environment, "tell"))
			if test.asked != "" {
				require.Contains(t, p.calls("curl")[0], test.asked)
			}
			require.NotContains(t, p.read("calls"), "hidden", "a token in a command line is there for all to see")
			left, err := git(p.dir, "status", "--porcelain")
			require.NoError(t, err)
			require.Empty(t, left, "nothing is left behind")
		})
	}
}

// Outside of a pipeline a command has what its environment has; its code is passed on anywhere.
func TestIdentityPassesCommandsOn(t *testing.T) {
	p := newProject(t)
	p.stub("tell", "exit 9")
	require.Equal(t, 9, p.run("steps/with-identity.sh", nil, "tell", "a b").code)
	require.Equal(t, []string{"tell [a b]"}, p.calls("tell"))
	p.stub("curl", `cat >/dev/null; echo '{"value":"t"}'`)
	require.Equal(t, 9, p.run("steps/with-identity.sh", []string{
		"ACTIONS_ID_TOKEN_REQUEST_URL=u", "ACTIONS_ID_TOKEN_REQUEST_TOKEN=t", "AZURE_CLIENT_ID=c", "AZURE_TENANT_ID=t", "AZURE_SUBSCRIPTION_ID=s",
	}, "tell").code)
}

// A command that takes longer than a token lasts finds a newer one in the file.
func TestIdentityRenewsTokens(t *testing.T) {
	p := newProject(t)
	p.stub("curl", `cat >/dev/null; printf '{"value":"%s"}' "$(grep -c curl "$CALLS")"`)
	p.stub("wait-for-next", `until [ "$(cat "$AZURE_FEDERATED_TOKEN_FILE")" -gt 2 ]; do :; done`)
	got := p.run("steps/with-identity.sh", []string{
		"ACTIONS_ID_TOKEN_REQUEST_URL=u", "ACTIONS_ID_TOKEN_REQUEST_TOKEN=t", "AZURE_CLIENT_ID=c", "AZURE_TENANT_ID=t", "AZURE_SUBSCRIPTION_ID=s",
		"RENEW_SECONDS=0",
	}, "wait-for-next")
	require.Equal(t, ended{}, got)
}
