package components_test

import (
	"errors"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aoai-gateway/aoai-gateway/components/apim"
	"github.com/aoai-gateway/aoai-gateway/components/appgateway"
	"github.com/aoai-gateway/aoai-gateway/components/frontdoor"
	"github.com/aoai-gateway/aoai-gateway/components/monitor"
	"github.com/aoai-gateway/aoai-gateway/components/openai"
	"github.com/aoai-gateway/aoai-gateway/components/private"
	"github.com/aoai-gateway/aoai-gateway/mistakes"
)

// Whoever gives a component nothing is told by its path what is missing, before anything is
// registered.
func TestEveryArgsTellsWhatIsMissing(t *testing.T) {
	for _, c := range []struct {
		args interface{ Validate() error }
		path string
	}{
		{&openai.AccountArgs{}, "accountName"},
		{&openai.ExistingAccountArgs{}, "accountName"},
		{&frontdoor.GatewayArgs{}, "profileName"},
		{&appgateway.GatewayArgs{}, "names.gateway"},
		{&appgateway.AddressArgs{}, "addressName"},
		{&apim.ServiceArgs{}, "serviceName"},
		{&apim.APIArgs{}, "service"},
		{&apim.IdentityArgs{}, "identityName"},
		{&apim.LoggersArgs{}, "service"},
		{&apim.LoggersArgs{Insights: &apim.InsightsTarget{}}, "insights.connectionString"},
		{&apim.NetworkArgs{}, "callersFrom"},
		{&private.NetworkArgs{}, "networkName"},
		{&private.HostNameArgs{}, "hostName"},
		{&apim.ServiceArgs{Internal: true}, "internal"},
		{&monitor.WorkspaceArgs{}, "workspaceName"},
		{&monitor.DiagnosticSettingArgs{}, "workspaceId"},
		{&monitor.InsightsArgs{}, "componentName"},
		{&monitor.EventHubArgs{}, "namespaceName"},
		{&monitor.SavedQueriesArgs{}, "serviceId"},
		{&monitor.WorkbookArgs{}, "displayName"},
		{&monitor.AlertsArgs{}, "emails"},
		{&monitor.BudgetArgs{}, "budgetName"},
		{&monitor.BudgetArgs{Budget: monitor.Budget{Amount: -1}}, "budget.amount"},
		{&monitor.BudgetArgs{Budget: monitor.Budget{Stop: monitor.Stop{Action: "refuse"}}}, "stopGroupId"},
		{&monitor.BudgetStopArgs{}, "stateId"},
	} {
		var paths []string
		for _, mistake := range mistakes.All(c.args.Validate()) {
			paths = append(paths, mistake.Path)
		}
		require.Contains(t, paths, c.path, "%T", c.args)
	}
}

// What a constructor refuses can be caught by type, and no engine is needed for it.
func TestConstructorsRefuseByType(t *testing.T) {
	_, err := monitor.NewInsights(nil, "insights", &monitor.InsightsArgs{})
	var mistake *mistakes.Error
	require.True(t, errors.As(err, &mistake), "%v", err)
	require.Equal(t, "resourceGroupName", mistake.Path)
}
