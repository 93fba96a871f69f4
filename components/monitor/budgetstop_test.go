package monitor

import (
	"errors"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// What stops calls is notified at its own share alone, by what was spent and never by a
// forecast.
func TestNoticesOfAStop(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		reason string
		budget Budget
		want   []notice
	}{
		{"one of the thresholds", Budget{Thresholds: []int{50, 100}, Stop: Stop{Action: StopRefuses}}, []notice{{percent: 50}, {percent: 100, stops: true}}},
		{"none of them", Budget{Thresholds: []int{50}, Stop: Stop{Action: StopRefuses, Percent: 120}}, []notice{{percent: 50}, {percent: 120, stops: true}}},
		{
			"one that tells of the forecast",
			Budget{Thresholds: []int{50, 100}, Forecast: true, Stop: Stop{Action: StopRefuses}},
			[]notice{{percent: 50}, {percent: 100, forecast: true}, {percent: 100, stops: true}},
		},
		{"without a stop", Budget{Thresholds: []int{50}}, []notice{{percent: 50}}},
	} {
		if diff := cmp.Diff(c.want, c.budget.notices(), cmp.AllowUnexported(notice{})); diff != "" {
			t.Errorf("%s (-want +got):\n%s", c.reason, diff)
		}
	}
}

// azureMock answers as Azure does where a budget stop asks.
type azureMock struct {
	mu   sync.Mutex
	made map[string]resource.PropertyMap
}

func (a *azureMock) NewResource(args pulumi.MockResourceArgs) (string, resource.PropertyMap, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.made[args.TypeToken] = args.Inputs
	out := args.Inputs.Copy()
	if args.TypeToken == "azure-native:logic/v20190501:Workflow" {
		out["name"] = args.Inputs["workflowName"]
		out["identity"] = resource.NewObjectProperty(resource.PropertyMap{"principalId": resource.NewStringProperty("11111111-1111-4111-8111-111111111111")})
	}
	return "/id/of/" + args.Name, out, nil
}

func (*azureMock) Call(args pulumi.MockCallArgs) (resource.PropertyMap, error) {
	if args.Token != "azure-native:logic/v20190501:listWorkflowTriggerCallbackUrl" || args.Args["triggerName"].StringValue() != stopTrigger {
		return nil, errors.New("nothing else is asked")
	}
	return resource.PropertyMap{"value": resource.NewStringProperty("https://prod-01.example/invoke?sig=SIGNATURE")}, nil
}

const stateID = "/subscriptions/11111111-1111-4111-8111-111111111111/resourceGroups/rg/providers/Microsoft.ApiManagement/service/apim/namedValues/budget-state"

// The workflow's identity gets one role, on the named value alone, and the signature in the
// trigger's address is a secret.
func TestBudgetStop(t *testing.T) {
	t.Parallel()
	azure := &azureMock{made: map[string]resource.PropertyMap{}}
	err := pulumi.RunErr(func(ctx *pulumi.Context) error {
		_, err := NewBudgetStop(ctx, "stop", &BudgetStopArgs{
			ResourceGroupName: pulumi.String("rg"), WorkflowName: pulumi.String("logic-a"), GroupName: pulumi.String("ag-a"), Region: "swedencentral",
			StateID: pulumi.String(stateID),
		})
		return err
	}, pulumi.WithMocks("project", "stack", azure))
	if err != nil {
		t.Fatal(err)
	}
	grant := azure.made["azure-native:authorization/v20220401:RoleAssignment"]
	if grant["scope"].StringValue() != stateID || !strings.HasSuffix(grant["roleDefinitionId"].StringValue(), "/312a565d-c81f-4fd8-895a-4e21e48d571c") {
		t.Errorf("the grant is %v", grant)
	}
	receivers := azure.made["azure-native:insights/v20230101:ActionGroup"]["logicAppReceivers"]
	if !receivers.ContainsSecrets() {
		t.Errorf("the address of the trigger is no secret: %v", receivers)
	}
	definition := azure.made["azure-native:logic/v20190501:Workflow"]["definition"].ObjectValue()
	call := definition["actions"].ObjectValue()["stop"].ObjectValue()["inputs"].ObjectValue()
	if got, want := call["uri"].StringValue(), "https://management.azure.com"+stateID+"?api-version=2024-05-01"; got != want {
		t.Errorf("the workflow writes to %s, not %s", got, want)
	}
}
