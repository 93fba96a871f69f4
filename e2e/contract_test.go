package e2e

import (
	"encoding/json"
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/Azure/azure-sdk-for-go/sdk/resourcemanager/apimanagement/armapimanagement/v3"
	"github.com/Azure/azure-sdk-for-go/sdk/resourcemanager/applicationinsights/armapplicationinsights"
	"github.com/Azure/azure-sdk-for-go/sdk/resourcemanager/authorization/armauthorization/v2"
	"github.com/Azure/azure-sdk-for-go/sdk/resourcemanager/cdn/armcdn/v2"
	"github.com/Azure/azure-sdk-for-go/sdk/resourcemanager/cognitiveservices/armcognitiveservices"
	"github.com/Azure/azure-sdk-for-go/sdk/resourcemanager/consumption/armconsumption"
	"github.com/Azure/azure-sdk-for-go/sdk/resourcemanager/eventhub/armeventhub"
	"github.com/Azure/azure-sdk-for-go/sdk/resourcemanager/frontdoor/armfrontdoor"
	"github.com/Azure/azure-sdk-for-go/sdk/resourcemanager/keyvault/armkeyvault"
	"github.com/Azure/azure-sdk-for-go/sdk/resourcemanager/monitor/armmonitor"
	"github.com/Azure/azure-sdk-for-go/sdk/resourcemanager/msi/armmsi"
	"github.com/Azure/azure-sdk-for-go/sdk/resourcemanager/network/armnetwork/v6"
	"github.com/Azure/azure-sdk-for-go/sdk/resourcemanager/operationalinsights/armoperationalinsights/v2"
	"github.com/Azure/azure-sdk-for-go/sdk/resourcemanager/privatedns/armprivatedns"
	"github.com/Azure/azure-sdk-for-go/sdk/resourcemanager/resources/armdeploymentstacks"
	"github.com/Azure/azure-sdk-for-go/sdk/resourcemanager/resources/armresources"
	apimanagement "github.com/pulumi/pulumi-azure-native-sdk/apimanagement/v2/v20240501"
	authorization "github.com/pulumi/pulumi-azure-native-sdk/authorization/v2/v20220401"
	cdn "github.com/pulumi/pulumi-azure-native-sdk/cdn/v2/v20240901"
	cognitiveservices "github.com/pulumi/pulumi-azure-native-sdk/cognitiveservices/v2/v20241001"
	consumption "github.com/pulumi/pulumi-azure-native-sdk/consumption/v2/v20231101"
	eventhub "github.com/pulumi/pulumi-azure-native-sdk/eventhub/v2/v20240101"
	components "github.com/pulumi/pulumi-azure-native-sdk/insights/v2/v20200202"
	insights "github.com/pulumi/pulumi-azure-native-sdk/insights/v2/v20210501preview"
	actiongroups "github.com/pulumi/pulumi-azure-native-sdk/insights/v2/v20230101"
	workbooks "github.com/pulumi/pulumi-azure-native-sdk/insights/v2/v20230601"
	queryrules "github.com/pulumi/pulumi-azure-native-sdk/insights/v2/v20231201"
	managedidentity "github.com/pulumi/pulumi-azure-native-sdk/managedidentity/v2/v20230131"
	network "github.com/pulumi/pulumi-azure-native-sdk/network/v2/v20240201"
	operationalinsights "github.com/pulumi/pulumi-azure-native-sdk/operationalinsights/v2/v20230901"
	resources "github.com/pulumi/pulumi-azure-native-sdk/resources/v2/v20220901"
	stacks "github.com/pulumi/pulumi-azure-native-sdk/resources/v2/v20240301"

	"github.com/aoai-gateway/aoai-gateway/internal/arm"
	"github.com/aoai-gateway/aoai-gateway/sandbox/azure"
)

// models are Microsoft's own Go types for what Resource Manager answers.
var models = map[string]func() any{
	"Microsoft.Resources/resourceGroups":                     func() any { return &armresources.ResourceGroup{} },
	"Microsoft.Cdn/profiles":                                 func() any { return &armcdn.Profile{} },
	"Microsoft.Cdn/profiles/afdEndpoints":                    func() any { return &armcdn.AFDEndpoint{} },
	"Microsoft.Cdn/profiles/afdEndpoints/routes":             func() any { return &armcdn.Route{} },
	"Microsoft.Cdn/profiles/originGroups":                    func() any { return &armcdn.AFDOriginGroup{} },
	"Microsoft.Cdn/profiles/originGroups/origins":            func() any { return &armcdn.AFDOrigin{} },
	"Microsoft.Cdn/profiles/customDomains":                   func() any { return &armcdn.AFDDomain{} },
	"Microsoft.Cdn/profiles/securityPolicies":                func() any { return &armcdn.SecurityPolicy{} },
	"Microsoft.CognitiveServices/accounts":                   func() any { return &armcognitiveservices.Account{} },
	"Microsoft.CognitiveServices/accounts/deployments":       func() any { return &armcognitiveservices.Deployment{} },
	"Microsoft.OperationalInsights/workspaces":               func() any { return &armoperationalinsights.Workspace{} },
	"Microsoft.Insights/diagnosticSettings":                  func() any { return &armmonitor.DiagnosticSettingsResource{} },
	"Microsoft.Authorization/roleAssignments":                func() any { return &armauthorization.RoleAssignment{} },
	"Microsoft.ApiManagement/service":                        func() any { return &armapimanagement.ServiceResource{} },
	"Microsoft.ApiManagement/service/apis":                   func() any { return &armapimanagement.APIContract{} },
	"Microsoft.ApiManagement/service/apis/operations":        func() any { return &armapimanagement.OperationContract{} },
	"Microsoft.ApiManagement/service/apis/policies":          func() any { return &armapimanagement.PolicyContract{} },
	"Microsoft.ApiManagement/service/backends":               func() any { return &armapimanagement.BackendContract{} },
	"Microsoft.ApiManagement/service/diagnostics":            func() any { return &armapimanagement.DiagnosticContract{} },
	"Microsoft.ApiManagement/service/loggers":                func() any { return &armapimanagement.LoggerContract{} },
	"Microsoft.ApiManagement/service/namedValues":            func() any { return &armapimanagement.NamedValueContract{} },
	"Microsoft.ApiManagement/service/policies":               func() any { return &armapimanagement.PolicyContract{} },
	"Microsoft.ApiManagement/service/products":               func() any { return &armapimanagement.ProductContract{} },
	"Microsoft.ApiManagement/service/products/apis":          func() any { return &armapimanagement.APIContract{} },
	"Microsoft.ApiManagement/service/products/policies":      func() any { return &armapimanagement.PolicyContract{} },
	"Microsoft.ApiManagement/service/subscriptions":          func() any { return &armapimanagement.SubscriptionContract{} },
	"Microsoft.OperationalInsights/workspaces/savedSearches": func() any { return &armoperationalinsights.SavedSearch{} },
	"Microsoft.Insights/components":                          func() any { return &armapplicationinsights.Component{} },
	"Microsoft.Insights/workbooks":                           func() any { return &armapplicationinsights.Workbook{} },
	"Microsoft.Insights/actionGroups":                        func() any { return &armmonitor.ActionGroupResource{} },
	"Microsoft.Insights/scheduledQueryRules":                 func() any { return &armmonitor.ScheduledQueryRuleResource{} },
	"Microsoft.EventHub/namespaces":                          func() any { return &armeventhub.EHNamespace{} },
	"Microsoft.EventHub/namespaces/eventhubs":                func() any { return &armeventhub.Eventhub{} },
	"Microsoft.ManagedIdentity/userAssignedIdentities":       func() any { return &armmsi.Identity{} },
	"Microsoft.Consumption/budgets":                          func() any { return &armconsumption.Budget{} },
	"Microsoft.Resources/deploymentStacks":                   func() any { return &armdeploymentstacks.DeploymentStack{} },
	"Microsoft.Network/FrontDoorWebApplicationFirewallPolicies": func() any {
		return &armfrontdoor.WebApplicationFirewallPolicy{}
	},
	"Microsoft.Network/publicIPAddresses":       func() any { return &armnetwork.PublicIPAddress{} },
	"Microsoft.Network/virtualNetworks":         func() any { return &armnetwork.VirtualNetwork{} },
	"Microsoft.Network/virtualNetworks/subnets": func() any { return &armnetwork.Subnet{} },
	"Microsoft.Network/networkSecurityGroups":   func() any { return &armnetwork.SecurityGroup{} },
	"Microsoft.Network/applicationGateways":     func() any { return &armnetwork.ApplicationGateway{} },
	"Microsoft.Network/privateEndpoints":        func() any { return &armnetwork.PrivateEndpoint{} },
	"Microsoft.Network/privateDnsZones":         func() any { return &armprivatedns.PrivateZone{} },
	"Microsoft.Network/privateDnsZones/A":       func() any { return &armprivatedns.RecordSet{} },

	"Microsoft.Network/privateEndpoints/privateDnsZoneGroups": func() any { return &armnetwork.PrivateDNSZoneGroup{} },
	"Microsoft.Network/privateDnsZones/virtualNetworkLinks":   func() any { return &armprivatedns.VirtualNetworkLink{} },
	"Microsoft.Network/ApplicationGatewayWebApplicationFirewallPolicies": func() any {
		return &armnetwork.WebApplicationFirewallPolicy{}
	},
	"Microsoft.KeyVault/vaults":         func() any { return &armkeyvault.Vault{} },
	"Microsoft.KeyVault/vaults/secrets": func() any { return &armkeyvault.Secret{} },
}

// newer are the members that an older API version, which Microsoft's Go type is of,
// did not have: 2024-05-01 instead of the preview for diagnostics, 2015-05-01
// instead of 2023-06-01 for workbooks.
var newer = map[string][]string{
	"Microsoft.ApiManagement/service/diagnostics": {"/properties/largeLanguageModel"},
	"Microsoft.Insights/workbooks": {
		"/properties/displayName", "/properties/revision", "/properties/sourceId", "/systemData", "/etag",
	},
}

// sdkResources are Pulumi's Go types for the same resources.
var sdkResources = map[string]reflect.Type{
	"azure-native:resources/v20220901:ResourceGroup":            reflect.TypeFor[resources.ResourceGroup](),
	"azure-native:cdn/v20240901:Profile":                        reflect.TypeFor[cdn.Profile](),
	"azure-native:cdn/v20240901:AFDEndpoint":                    reflect.TypeFor[cdn.AFDEndpoint](),
	"azure-native:cdn/v20240901:Route":                          reflect.TypeFor[cdn.Route](),
	"azure-native:cdn/v20240901:AFDOriginGroup":                 reflect.TypeFor[cdn.AFDOriginGroup](),
	"azure-native:cdn/v20240901:AFDOrigin":                      reflect.TypeFor[cdn.AFDOrigin](),
	"azure-native:cdn/v20240901:AFDCustomDomain":                reflect.TypeFor[cdn.AFDCustomDomain](),
	"azure-native:cdn/v20240901:SecurityPolicy":                 reflect.TypeFor[cdn.SecurityPolicy](),
	"azure-native:cognitiveservices/v20241001:Account":          reflect.TypeFor[cognitiveservices.Account](),
	"azure-native:cognitiveservices/v20241001:Deployment":       reflect.TypeFor[cognitiveservices.Deployment](),
	"azure-native:operationalinsights/v20230901:Workspace":      reflect.TypeFor[operationalinsights.Workspace](),
	"azure-native:insights/v20210501preview:DiagnosticSetting":  reflect.TypeFor[insights.DiagnosticSetting](),
	"azure-native:authorization/v20220401:RoleAssignment":       reflect.TypeFor[authorization.RoleAssignment](),
	"azure-native:network/v20240201:Policy":                     reflect.TypeFor[network.Policy](),
	"azure-native:apimanagement/v20240501:ApiManagementService": reflect.TypeFor[apimanagement.ApiManagementService](),
	"azure-native:apimanagement/v20240501:Api":                  reflect.TypeFor[apimanagement.Api](),
	"azure-native:apimanagement/v20240501:ApiOperation":         reflect.TypeFor[apimanagement.ApiOperation](),
	"azure-native:apimanagement/v20240501:ApiPolicy":            reflect.TypeFor[apimanagement.ApiPolicy](),
	"azure-native:apimanagement/v20240501:Backend":              reflect.TypeFor[apimanagement.Backend](),
	// The preview's type is the stable one with one member more.
	"azure-native:apimanagement/v20240601preview:Diagnostic": reflect.TypeFor[struct {
		apimanagement.Diagnostic
		LargeLanguageModel any `pulumi:"largeLanguageModel"`
	}](),
	"azure-native:apimanagement/v20240501:Logger":                     reflect.TypeFor[apimanagement.Logger](),
	"azure-native:apimanagement/v20240501:NamedValue":                 reflect.TypeFor[apimanagement.NamedValue](),
	"azure-native:apimanagement/v20240501:Product":                    reflect.TypeFor[apimanagement.Product](),
	"azure-native:apimanagement/v20240501:ProductApi":                 reflect.TypeFor[apimanagement.ProductApi](),
	"azure-native:apimanagement/v20240501:ProductPolicy":              reflect.TypeFor[apimanagement.ProductPolicy](),
	"azure-native:apimanagement/v20240501:Subscription":               reflect.TypeFor[apimanagement.Subscription](),
	"azure-native:operationalinsights/v20230901:SavedSearch":          reflect.TypeFor[operationalinsights.SavedSearch](),
	"azure-native:insights/v20200202:Component":                       reflect.TypeFor[components.Component](),
	"azure-native:insights/v20230601:Workbook":                        reflect.TypeFor[workbooks.Workbook](),
	"azure-native:insights/v20230101:ActionGroup":                     reflect.TypeFor[actiongroups.ActionGroup](),
	"azure-native:insights/v20231201:ScheduledQueryRule":              reflect.TypeFor[queryrules.ScheduledQueryRule](),
	"azure-native:eventhub/v20240101:Namespace":                       reflect.TypeFor[eventhub.Namespace](),
	"azure-native:eventhub/v20240101:EventHub":                        reflect.TypeFor[eventhub.EventHub](),
	"azure-native:managedidentity/v20230131:UserAssignedIdentity":     reflect.TypeFor[managedidentity.UserAssignedIdentity](),
	"azure-native:consumption/v20231101:Budget":                       reflect.TypeFor[consumption.Budget](),
	"azure-native:resources/v20240301:DeploymentStackAtResourceGroup": reflect.TypeFor[stacks.DeploymentStackAtResourceGroup](),
}

// Each example of pattern front-door deploys, passes the contract without even a
// warning, and leaves in the sandbox what Microsoft's and Pulumi's own types can hold.
// Those of the other patterns do so in their life cycle.
func TestExamplesKeepTheContract(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for _, name := range []string{"defaults", "maximal", "hardened", "application-gateway"} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, example("front-door/"+name))
			w.must(0, "up")
			w.must(0, "drift")
			w.keepsTheContract(seen)
			w.must(0, "destroy")
		})
	}
	for token := range sdkResources {
		if !ofAPIManagement(token) && !seen[token] {
			t.Errorf("no example deploys a %s", token)
		}
	}
}

// ofAPIManagement reports whether a type is one that only pattern apim deploys.
func ofAPIManagement(token string) bool {
	return slices.ContainsFunc([]string{
		"apimanagement/", "eventhub/", "managedidentity/", "consumption/", ":SavedSearch", ":Component", ":Workbook", ":ActionGroup",
		":ScheduledQueryRule", ":DeploymentStackAtResourceGroup",
	}, func(part string) bool { return strings.Contains(token, part) })
}

// keepsTheContract checks all that is deployed, and notes its types.
func (w *world) keepsTheContract(seen map[string]bool) {
	w.t.Helper()
	for _, resource := range w.stateResources() {
		seen[resource.Type] = true
		checkInputs(w.t, resource)
		checkOutputs(w.t, resource)
	}
	for _, resource := range w.stored() {
		decodeStrictly(w.t, resource)
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
	known := map[string]bool{}
	if sdk, ok := sdkResources[resource.Type]; ok {
		for _, field := range reflect.VisibleFields(sdk) {
			known[field.Tag.Get("pulumi")] = true
		}
	} else if file, ok := networkSources[resource.Type]; ok {
		known = outputsInSource(t, strings.Split(resource.Type, ":")[1], file)
	} else {
		t.Fatalf("%s is not compared with Pulumi's type", resource.Type)
	}
	for name := range resource.Outputs {
		if !known[name] {
			t.Errorf("%s has the output %q, which Pulumi's type lacks", resource.URN, name)
		}
	}
}

// networkSources are the types whose package would cost every build a minute: they are
// read from its source, by type, in the folder of the token's API version.
var networkSources = map[string]string{
	"azure-native:network/v20240501:PublicIPAddress":              "PublicIPAddress",
	"azure-native:network/v20240501:VirtualNetwork":               "VirtualNetwork",
	"azure-native:network/v20240501:Subnet":                       "Subnet",
	"azure-native:network/v20240501:NetworkSecurityGroup":         "NetworkSecurityGroup",
	"azure-native:network/v20240501:ApplicationGateway":           "ApplicationGateway",
	"azure-native:network/v20240501:WebApplicationFirewallPolicy": "WebApplicationFirewallPolicy",
	"azure-native:network/v20240501:PrivateEndpoint":              "PrivateEndpoint",
	"azure-native:network/v20240501:PrivateDnsZoneGroup":          "PrivateDnsZoneGroup",
	"azure-native:network/v20240601:PrivateZone":                  "PrivateZone",
	"azure-native:network/v20240601:PrivateRecordSet":             "PrivateRecordSet",
	"azure-native:network/v20240601:VirtualNetworkLink":           "VirtualNetworkLink",
}

// outputsInSource are the outputs of a type of Pulumi's network package.
func outputsInSource(t *testing.T, module, name string) map[string]bool {
	t.Helper()
	where := execute(t, root, nil, "go", "list", "-m", "-f", "{{.Dir}}", "github.com/pulumi/pulumi-azure-native-sdk/network/v2")
	if where.code != 0 {
		t.Fatalf("finding Pulumi's network package: %s", where)
	}
	file := filepath.Join(strings.TrimSpace(where.stdout), filepath.Base(module), strings.ToLower(name[:1])+name[1:]+".go")
	parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	known := map[string]bool{}
	ast.Inspect(parsed, func(node ast.Node) bool {
		declared, ok := node.(*ast.TypeSpec)
		if !ok || declared.Name.Name != name {
			return true
		}
		for _, field := range declared.Type.(*ast.StructType).Fields.List {
			if field.Tag != nil {
				known[reflect.StructTag(strings.Trim(field.Tag.Value, "`")).Get("pulumi")] = true
			}
		}
		return false
	})
	if len(known) == 0 {
		t.Fatalf("%s has no type %s", file, name)
	}
	return known
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
		if slices.Contains(newer[resource.Type], path) {
			continue
		}
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
