package pipelines

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aoai-gateway/aoai-gateway/internal/arm"
)

// az answers what the scripts ask; GIVEN says whether there is something already.
const az = `case "$*" in
  *"--query id --output tsv"*"storage"* | *"storage account show"*) echo /st ;;
  *"keyvault show"*"--query id"*) echo /kv ;;
  *"keyvault show"*) exit "${NO_VAULT:-0}" ;;
  *"signed-in-user"*) echo me ;;
  *"account show --query id"*) echo sub ;;
  *"account show --query tenantId"*) echo tenant ;;
  *"account show --query name"*) echo 'My Subscription' ;;
  *clientId*) echo "client-of-$6" ;;
  *principalId" --output"*) echo "principal-of-$6" ;;
  *"--query principalId"*) echo "principal-of-$6" ;;
  *"role assignment list"* | *"role definition list"*) echo "$GIVEN" ;;
  *"service-endpoint list"*) echo "$CONNECTED" ;;
  *"service-endpoint create"*) cat "$5" >>endpoints; echo new ;;
  *workloadIdentityFederationIssuer*) echo https://issuer ;;
  *workloadIdentityFederationSubject*) echo "subject-of-$5" ;;
  *"project show"*) echo project-id ;;
esac`

const gh = `case "$*" in
  *full_name*) echo contoso/gateway ;;
  *owner.login*) echo contoso@1/gateway@2 ;;
  *"api users/octocat"*) echo 42 ;;
  *--method*) cat >>rules; echo >>rules ;;
  *environments/*) echo "${LIMITED:-true}"; exit "${NO_ENVIRONMENT:-0}" ;;
esac`

var setup = []string{
	"ENVIRONMENT=prod", "RESOURCE_GROUP=rg", "LOCATION=swedencentral", "STORAGE_ACCOUNT=st", "VAULT=kv",
	"REPOSITORY=contoso/gateway", "ORGANIZATION=https://dev.azure.com/contoso", "PROJECT=p",
}

// made joins what az and gh were told to make: calls that are no questions.
func (p *project) made() string {
	var made []string
	for _, call := range p.calls("") {
		if !strings.Contains(call, "show]") && !strings.Contains(call, "[list]") && !strings.Contains(call, "[--jq]") {
			made = append(made, call)
		}
	}
	return strings.Join(made, "\n")
}

// The condition names the roles that the stacks grant, all of them and no others.
func TestGrantableRoles(t *testing.T) {
	p := newProject(t)
	_, list, found := strings.Cut(p.read("pipelines/setup/identity.sh"), "grantable='")
	require.True(t, found)
	list, _, _ = strings.Cut(list, "'")
	require.ElementsMatch(t, []string{
		string(arm.CognitiveServicesOpenAIUser), string(arm.EventHubsDataSender), string(arm.MonitoringMetricsPublisher), string(arm.KeyVaultSecretsUser),
	}, strings.Split(list, ", "))
	for _, id := range strings.Split(list, ", ") {
		require.NotEmpty(t, arm.Role(id).Name())
	}
}

func TestStateSetup(t *testing.T) {
	for _, test := range []struct {
		reason      string
		environment []string
		made        []string
		not         []string
	}{
		{
			"the first time",
			[]string{"NO_VAULT=3", "GIVEN="},
			[]string{
				"[--allow-shared-key-access] [false]", "[--allow-blob-public-access] [false]", "[--enable-versioning] [true]",
				"az [storage] [container-rm] [create] [--resource-group] [rg] [--storage-account] [st] [--name] [prod]",
				"az [keyvault] [create]", "[--enable-rbac-authorization] [true]", "az [rest] [--method] [put] [--url] [/kv/keys/prod?api-version=2023-07-01]",
				"[--assignee-object-id] [me] [--assignee-principal-type] [User] [--role] [ba92f5b4-2d11-453d-a403-e96b0029c9fe] [--scope] [/st/blobServices/default/containers/prod]",
				"[--role] [12338af0-0e69-4776-bea7-57ae8d297424] [--scope] [/kv/keys/prod]",
			},
			nil,
		},
		{"again", []string{"GIVEN=an-assignment"}, nil, []string{"az [keyvault] [create]", "[role] [assignment] [create]", "[role] [assignment] [delete]"}},
	} {
		t.Run(test.reason, func(t *testing.T) {
			p := newProject(t)
			p.stub("az", az)
			got := p.run("setup/state-azure.sh", append(test.environment, setup...))
			require.Zero(t, got.code, got.stderr)
			for _, part := range test.made {
				require.Contains(t, p.made(), part)
			}
			for _, part := range test.not {
				require.NotContains(t, p.made(), part)
			}
			require.Contains(t, got.stdout, "  pulumi login 'azblob://prod?storage_account=st'\n"+
				"  pulumi stack init prod --secrets-provider 'azurekeyvault://kv.vault.azure.net/keys/prod'\n")
		})
	}
}

// Who plans may read; who deploys may change what is in the scope, and give four roles.
func TestGitHubSetup(t *testing.T) {
	p := newProject(t)
	p.stub("az", az)
	p.stub("gh", gh)
	got := p.run("setup/oidc-github.sh", append(setup, "NO_ENVIRONMENT=1", "GIVEN=None", "REVIEWER=octocat", "SCOPE=/subscriptions/sub/resourceGroups/app"))
	require.Zero(t, got.code, got.stderr)
	made := p.made()
	for _, part := range []string{
		"[--identity-name] [id-aoai-prod-plan] [--name] [pipeline] [--issuer] [https://token.actions.githubusercontent.com] " +
			"[--subject] [repo:contoso@1/gateway@2:environment:prod-plan] [--audiences] [api://AzureADTokenExchange]",
		"[--identity-name] [id-aoai-prod] [--name] [pipeline] [--issuer] [https://token.actions.githubusercontent.com] " +
			"[--subject] [repo:contoso@1/gateway@2:environment:prod]",
		"[--assignee-object-id] [principal-of-id-aoai-prod-plan] [--assignee-principal-type] [ServicePrincipal] [--role] [aoai-gateway planner sub] [--scope] [/subscriptions/sub/resourceGroups/app]",
		"[principal-of-id-aoai-prod-plan] [--assignee-principal-type] [ServicePrincipal] [--role] [2a2b9908-6ea1-4ae2-8e65-a410df84e7d1] [--scope] [/st/blobServices/default/containers/prod]",
		"[principal-of-id-aoai-prod] [--assignee-principal-type] [ServicePrincipal] [--role] [b24988ac-6180-42a0-ab88-20f7382dd24c] [--scope] [/subscriptions/sub/resourceGroups/app]",
		"[principal-of-id-aoai-prod] [--assignee-principal-type] [ServicePrincipal] [--role] [f58310d9-a9f6-439a-9e8d-f62e7b41a168] [--scope] [/subscriptions/sub/resourceGroups/app] [--condition] [(",
		"@Request[Microsoft.Authorization/roleAssignments:RoleDefinitionId] ForAnyOfAnyValues:GuidEquals {5e0bd9bd-7b93-4f28-af87-19fc36ad61bd, ",
		"@Resource[Microsoft.Authorization/roleAssignments:RoleDefinitionId] ForAnyOfAnyValues:GuidEquals {5e0bd9bd-7b93-4f28-af87-19fc36ad61bd, ",
		"gh [variable] [set] [AZURE_CLIENT_ID] [--repo] [contoso/gateway] [--env] [prod-plan] [--body] [client-of-id-aoai-prod-plan]",
		"gh [variable] [set] [PULUMI_BACKEND_URL] [--repo] [contoso/gateway] [--env] [prod] [--body] [azblob://prod?storage_account=st]",
	} {
		require.Contains(t, made, part)
	}
	for _, role := range []string{"[b24988ac-6180-42a0-ab88-20f7382dd24c]", "[f58310d9-a9f6-439a-9e8d-f62e7b41a168]", "[ba92f5b4-2d11-453d-a403-e96b0029c9fe]"} {
		require.NotContains(t, made, "principal-of-id-aoai-prod-plan] [--assignee-principal-type] [ServicePrincipal] [--role] "+role)
	}
	require.Equal(t, "{}\n\n"+`{"reviewers": [{"type": "User", "id": 42}], "deployment_branch_policy": {"protected_branches": true, "custom_branch_policies": false}}`+"\n\n", p.read("rules"))
}

// A second run leaves an environment's rules alone, and renews the condition.
func TestGitHubSetupAgain(t *testing.T) {
	p := newProject(t)
	p.stub("az", az)
	p.stub("gh", gh)
	got := p.run("setup/oidc-github.sh", append(setup, "GIVEN=an-assignment", "SUBJECT=names"))
	require.Zero(t, got.code, got.stderr)
	made := p.made()
	require.Contains(t, made, "[--subject] [repo:contoso/gateway:environment:prod]")
	require.Empty(t, p.read("rules"))
	require.NotContains(t, made, "[role] [definition] [create]")
	require.Equal(t, 1, strings.Count(made, "[role] [assignment] [delete] [--ids] [an-assignment]"))
	require.Equal(t, 1, strings.Count(made, "[role] [assignment] [create]"))
}

// An environment that every branch may use gets no identity that deploys.
func TestGitHubSetupWantsLimitedBranches(t *testing.T) {
	p := newProject(t)
	p.stub("az", az)
	p.stub("gh", gh)
	got := p.run("setup/oidc-github.sh", append(setup, "GIVEN=None", "LIMITED=false"))
	require.Equal(t, 1, got.code, got.stdout)
	require.Contains(t, got.stderr, "open to every branch")
	require.NotContains(t, p.made(), "[--name] [id-aoai-prod] ")
	require.NotContains(t, p.made(), "[--identity-name] [id-aoai-prod] ")
}

func TestAzureDevOpsSetup(t *testing.T) {
	for _, test := range []struct {
		reason, connected, subject string
		endpoints                  int
	}{
		{"the first time", "None", "[--subject] [subject-of-new]", 2},
		{"again", "old", "[--subject] [subject-of-old]", 0},
	} {
		t.Run(test.reason, func(t *testing.T) {
			p := newProject(t)
			p.stub("az", az)
			got := p.run("setup/oidc-azure-devops.sh", append(setup, "CONNECTED="+test.connected))
			require.Zero(t, got.code, got.stderr)
			require.Contains(t, p.made(), "[--identity-name] [id-aoai-prod-plan] [--name] [pipeline] [--issuer] [https://issuer] "+test.subject)
			require.Contains(t, p.made(), "[--identity-name] [id-aoai-prod] [--name] [pipeline] [--issuer] [https://issuer] "+test.subject)
			require.Equal(t, test.endpoints, strings.Count(p.read("endpoints"), `"scheme": "WorkloadIdentityFederation"`))
			require.Equal(t, min(test.endpoints, 1), strings.Count(p.read("endpoints"), `"name": "aoai-prod", "type": "azurerm"`))
		})
	}
}

func TestSetupNeedsItsVariables(t *testing.T) {
	for _, test := range []struct {
		script, told string
		environment  []string
	}{
		{"state-azure.sh", "STORAGE_ACCOUNT is empty", nil},
		{"state-azure.sh", "ENVIRONMENT is 'Prod'; a container and a key have its name", []string{"STORAGE_ACCOUNT=a", "VAULT=b", "ENVIRONMENT=Prod"}},
		{"oidc-github.sh", "REPOSITORY is empty; set it to OWNER/NAME", nil},
		{"oidc-github.sh", "RESOURCE_GROUP is empty", []string{"REPOSITORY=a/b", "ENVIRONMENT=prod"}},
		{"oidc-azure-devops.sh", "ORGANIZATION is empty", nil},
		{"oidc-github.sh", "SUBJECT is 'x'; it is ids or names", append([]string{"SUBJECT=x"}, setup...)},
	} {
		t.Run(test.script+": "+test.told, func(t *testing.T) {
			p := newProject(t)
			p.stub("az", az)
			p.stub("gh", gh)
			got := p.run("setup/"+test.script, test.environment)
			require.Equal(t, 1, got.code)
			require.Contains(t, got.stderr, test.told)
			require.NotContains(t, p.made(), "[create]")
		})
	}
}
