package wiring

import (
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/aoai-gateway/aoai-gateway/internal/arm"
)

// Every prefix and account name that validation lets through gives names that
// Azure takes, whatever the suffix.
func TestDerivedNamesAreLegal(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		prefix := rapid.StringMatching(prefixForm.String()).Draw(t, "prefix")
		account := rapid.StringMatching(nameForm.String()).Draw(t, "account")
		suffix := rapid.StringMatching(fmt.Sprintf(`[a-z0-9]{%d}`, suffixLength)).Draw(t, "suffix")
		for _, name := range []struct {
			rule  arm.NameRule
			value string
		}{
			{arm.ResourceGroupName, fmt.Sprintf(resourceGroupForm, prefix, suffix)},
			{arm.FrontDoorName, fmt.Sprintf(profileForm, prefix, suffix)},
			{arm.FrontDoorEndpointName, fmt.Sprintf(endpointForm, prefix, suffix)},
			{arm.WorkspaceName, fmt.Sprintf(workspaceForm, prefix, suffix)},
			{arm.FrontDoorWAFPolicyName, fmt.Sprintf(wafPolicyForm, strings.ReplaceAll(prefix, "-", ""), suffix)},
			{arm.OpenAIAccountName, fmt.Sprintf(accountForm, prefix, account, suffix)},
			{arm.CustomSubdomain, fmt.Sprintf(accountForm, prefix, account, suffix)},
			{arm.FrontDoorName, account},
			{arm.APIMServiceName, fmt.Sprintf(serviceForm, prefix, suffix)},
			{arm.IdentityName, fmt.Sprintf(identityForm, prefix, suffix)},
			{arm.InsightsName, fmt.Sprintf(insightsForm, prefix, suffix)},
			{arm.EventHubNamespaceName, fmt.Sprintf(eventHubForm, prefix, suffix)},
			{arm.DeploymentStackName, "pools-" + fmt.Sprintf(serviceForm, prefix, suffix)},
			{arm.DeploymentStackName, "contentsafety-" + fmt.Sprintf(serviceForm, prefix, suffix)},
			{arm.RedisName, fmt.Sprintf(redisForm, strings.ReplaceAll(prefix, "-", ""), suffix)},
			{arm.CustomSubdomain, fmt.Sprintf(contentSafetyForm, prefix, suffix)},
			{arm.BudgetName, fmt.Sprintf(budgetForm, prefix, suffix)},
			{arm.WorkflowName, fmt.Sprintf(workflowForm, prefix, suffix)},
			{arm.APIMBackendName, account},
			{arm.NetworkName, fmt.Sprintf(appGatewayForm, prefix, suffix)},
			{arm.NetworkName, fmt.Sprintf(networkForm, prefix, suffix)},
			{arm.NetworkName, fmt.Sprintf(securityGroupForm, prefix, suffix)},
			{arm.NetworkName, fmt.Sprintf(addressForm, prefix, suffix)},
			{arm.DNSLabel, fmt.Sprintf(endpointForm, prefix, suffix)},
			{arm.IdentityName, fmt.Sprintf(edgeIdentityForm, prefix, suffix)},
		} {
			if err := name.rule.Check(name.value); err != nil {
				t.Error(err)
			}
		}
	})
}
