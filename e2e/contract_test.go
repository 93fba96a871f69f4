package e2e

import (
	"encoding/json"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/Azure/azure-sdk-for-go/sdk/resourcemanager/authorization/armauthorization/v2"
	"github.com/Azure/azure-sdk-for-go/sdk/resourcemanager/cdn/armcdn/v2"
	"github.com/Azure/azure-sdk-for-go/sdk/resourcemanager/cognitiveservices/armcognitiveservices"
	"github.com/Azure/azure-sdk-for-go/sdk/resourcemanager/frontdoor/armfrontdoor"
	"github.com/Azure/azure-sdk-for-go/sdk/resourcemanager/monitor/armmonitor"
	"github.com/Azure/azure-sdk-for-go/sdk/resourcemanager/operationalinsights/armoperationalinsights/v2"
	"github.com/Azure/azure-sdk-for-go/sdk/resourcemanager/resources/armresources"
	authorization "github.com/pulumi/pulumi-azure-native-sdk/authorization/v2/v20220401"
	cdn "github.com/pulumi/pulumi-azure-native-sdk/cdn/v2/v20240901"
	cognitiveservices "github.com/pulumi/pulumi-azure-native-sdk/cognitiveservices/v2/v20241001"
	insights "github.com/pulumi/pulumi-azure-native-sdk/insights/v2/v20210501preview"
	network "github.com/pulumi/pulumi-azure-native-sdk/network/v2/v20240201"
	operationalinsights "github.com/pulumi/pulumi-azure-native-sdk/operationalinsights/v2/v20230901"
	resources "github.com/pulumi/pulumi-azure-native-sdk/resources/v2/v20220901"

	"github.com/aoai-gateway/aoai-gateway/internal/arm"
	"github.com/aoai-gateway/aoai-gateway/sandbox/azure"
)

// models are Microsoft's own Go types for what Resource Manager answers.
var models = map[string]func() any{
	"Microsoft.Resources/resourceGroups":               func() any { return &armresources.ResourceGroup{} },
	"Microsoft.Cdn/profiles":                           func() any { return &armcdn.Profile{} },
	"Microsoft.Cdn/profiles/afdEndpoints":              func() any { return &armcdn.AFDEndpoint{} },
	"Microsoft.Cdn/profiles/afdEndpoints/routes":       func() any { return &armcdn.Route{} },
	"Microsoft.Cdn/profiles/originGroups":              func() any { return &armcdn.AFDOriginGroup{} },
	"Microsoft.Cdn/profiles/originGroups/origins":      func() any { return &armcdn.AFDOrigin{} },
	"Microsoft.Cdn/profiles/customDomains":             func() any { return &armcdn.AFDDomain{} },
	"Microsoft.Cdn/profiles/securityPolicies":          func() any { return &armcdn.SecurityPolicy{} },
	"Microsoft.CognitiveServices/accounts":             func() any { return &armcognitiveservices.Account{} },
	"Microsoft.CognitiveServices/accounts/deployments": func() any { return &armcognitiveservices.Deployment{} },
	"Microsoft.OperationalInsights/workspaces":         func() any { return &armoperationalinsights.Workspace{} },
	"Microsoft.Insights/diagnosticSettings":            func() any { return &armmonitor.DiagnosticSettingsResource{} },
	"Microsoft.Authorization/roleAssignments":          func() any { return &armauthorization.RoleAssignment{} },
	"Microsoft.Network/FrontDoorWebApplicationFirewallPolicies": func() any {
		return &armfrontdoor.WebApplicationFirewallPolicy{}
	},
}

// sdkResources are Pulumi's Go types for the same resources.
var sdkResources = map[string]reflect.Type{
	"azure-native:resources/v20220901:ResourceGroup":           reflect.TypeFor[resources.ResourceGroup](),
	"azure-native:cdn/v20240901:Profile":                       reflect.TypeFor[cdn.Profile](),
	"azure-native:cdn/v20240901:AFDEndpoint":                   reflect.TypeFor[cdn.AFDEndpoint](),
	"azure-native:cdn/v20240901:Route":                         reflect.TypeFor[cdn.Route](),
	"azure-native:cdn/v20240901:AFDOriginGroup":                reflect.TypeFor[cdn.AFDOriginGroup](),
	"azure-native:cdn/v20240901:AFDOrigin":                     reflect.TypeFor[cdn.AFDOrigin](),
	"azure-native:cdn/v20240901:AFDCustomDomain":               reflect.TypeFor[cdn.AFDCustomDomain](),
	"azure-native:cdn/v20240901:SecurityPolicy":                reflect.TypeFor[cdn.SecurityPolicy](),
	"azure-native:cognitiveservices/v20241001:Account":         reflect.TypeFor[cognitiveservices.Account](),
	"azure-native:cognitiveservices/v20241001:Deployment":      reflect.TypeFor[cognitiveservices.Deployment](),
	"azure-native:operationalinsights/v20230901:Workspace":     reflect.TypeFor[operationalinsights.Workspace](),
	"azure-native:insights/v20210501preview:DiagnosticSetting": reflect.TypeFor[insights.DiagnosticSetting](),
	"azure-native:authorization/v20220401:RoleAssignment":      reflect.TypeFor[authorization.RoleAssignment](),
	"azure-native:network/v20240201:Policy":                    reflect.TypeFor[network.Policy](),
}

// Each example deploys, passes the contract without even a warning, and leaves
// in the sandbox what Microsoft's and Pulumi's own types can hold.
func TestExamplesKeepTheContract(t *testing.T) {
	seen := map[string]bool{}
	for _, name := range []string{"defaults", "maximal", "hardened"} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, example(name))
			w.must(0, "up")
			w.must(0, "drift")
			for _, resource := range w.stateResources() {
				seen[resource.Type] = true
				checkInputs(t, resource)
				checkOutputs(t, resource)
			}
			for _, resource := range w.stored() {
				decodeStrictly(t, resource)
			}
			w.must(0, "destroy")
		})
	}
	for token := range sdkResources {
		if !seen[token] {
			t.Errorf("no example deploys a %s", token)
		}
	}
}

func checkInputs(t *testing.T, resource stateResource) {
	t.Helper()
	if !strings.HasPrefix(resource.Type, "azure-native:") {
		return
	}
	contract, err := arm.Load()
	if err != nil {
		t.Fatal(err)
	}
	known, ok := contract.ByToken(resource.Type)
	if !ok {
		t.Fatalf("%s is not in the contract", resource.Type)
	}
	for _, violation := range known.Check(resource.Inputs) {
		t.Errorf("%s: %s", resource.URN, violation)
	}
}

// checkOutputs refuses outputs that Pulumi's type does not have: the real plugin
// would not give them either.
func checkOutputs(t *testing.T, resource stateResource) {
	t.Helper()
	if !strings.HasPrefix(resource.Type, "azure-native:") {
		return
	}
	sdk, ok := sdkResources[resource.Type]
	if !ok {
		t.Fatalf("%s is not compared with Pulumi's type", resource.Type)
	}
	known := map[string]bool{}
	for i := range sdk.NumField() {
		known[sdk.Field(i).Tag.Get("pulumi")] = true
	}
	for name := range resource.Outputs {
		if !known[name] {
			t.Errorf("%s has the output %q, which Pulumi's type lacks", resource.URN, name)
		}
	}
}

// stored is all that the sandbox holds, read from its file.
func (w *world) stored() []*azure.Resource {
	w.t.Helper()
	store, err := azure.OpenStore(filepath.Join(w.dir, "azure.db"))
	if err != nil {
		w.t.Fatal(err)
	}
	defer func() {
		if err := store.Close(); err != nil {
			w.t.Error(err)
		}
	}()
	var found []*azure.Resource
	if err := store.View(func(tx *azure.Tx) error {
		found, err = tx.Under("")
		return err
	}); err != nil {
		w.t.Fatal(err)
	}
	return found
}

// decodeStrictly reads a body into Microsoft's type and writes it again: what is
// missing afterwards, that type does not know.
func decodeStrictly(t *testing.T, resource *azure.Resource) {
	t.Helper()
	model, ok := models[resource.Type]
	if !ok {
		t.Fatalf("%s is not compared with Microsoft's type", resource.Type)
	}
	raw, err := json.Marshal(resource.Body)
	if err != nil {
		t.Fatal(err)
	}
	typed := model()
	if err := json.Unmarshal(raw, typed); err != nil {
		t.Errorf("%s: %v", resource.ID, err)
		return
	}
	again, err := json.Marshal(typed)
	if err != nil {
		t.Fatal(err)
	}
	var back map[string]any
	if err := json.Unmarshal(again, &back); err != nil {
		t.Fatal(err)
	}
	for _, path := range lost("", resource.Body, back) {
		t.Errorf("%s: %s is not in Microsoft's type", resource.ID, path)
	}
}

// lost lists the paths that before has and after has not.
func lost(path string, before, after any) []string {
	switch before := before.(type) {
	case map[string]any:
		object, ok := after.(map[string]any)
		if !ok {
			return []string{path}
		}
		var paths []string
		for name, value := range before {
			if _, kept := object[name]; !kept && value != nil {
				paths = append(paths, path+"/"+name)
				continue
			}
			paths = append(paths, lost(path+"/"+name, value, object[name])...)
		}
		return paths
	case []any:
		list, ok := after.([]any)
		if !ok || len(list) != len(before) {
			return []string{path}
		}
		var paths []string
		for i, value := range before {
			paths = append(paths, lost(path+"[]", value, list[i])...)
		}
		return paths
	default:
		return nil
	}
}
