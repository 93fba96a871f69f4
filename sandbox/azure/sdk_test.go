package azure

import (
	"context"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	azarm "github.com/Azure/azure-sdk-for-go/sdk/azcore/arm"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/cloud"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/runtime"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/to"
	"github.com/Azure/azure-sdk-for-go/sdk/resourcemanager/apimanagement/armapimanagement/v3"
	"github.com/Azure/azure-sdk-for-go/sdk/resourcemanager/cdn/armcdn/v2"
	"github.com/Azure/azure-sdk-for-go/sdk/resourcemanager/cognitiveservices/armcognitiveservices"
	"github.com/Azure/azure-sdk-for-go/sdk/resourcemanager/resources/armresources"
)

type anybody struct{}

func (anybody) GetToken(context.Context, policy.TokenRequestOptions) (azcore.AccessToken, error) {
	return azcore.AccessToken{Token: "anybody", ExpiresOn: time.Now().Add(time.Hour)}, nil
}

// sdkWorld is a service over HTTP, with a resource group in it.
func sdkWorld(t *testing.T) (subscriptionID string, options *azarm.ClientOptions) {
	t.Helper()
	store, err := OpenStore(filepath.Join(t.TempDir(), "azure.db"))
	if err != nil {
		t.Fatal(err)
	}
	service, err := New(store, Options{Seed: DefaultSeed(), TimeScale: 100_000, PageSize: 2})
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(service)
	t.Cleanup(func() {
		server.Close()
		if err := store.Close(); err != nil {
			t.Error(err)
		}
	})
	options = &azarm.ClientOptions{ClientOptions: policy.ClientOptions{
		InsecureAllowCredentialWithHTTP: true,
		Cloud: cloud.Configuration{Services: map[cloud.ServiceName]cloud.ServiceConfiguration{
			cloud.ResourceManager: {Endpoint: server.URL, Audience: server.URL},
		}},
	}, DisableRPRegistration: true}
	groups, err := armresources.NewResourceGroupsClient(DefaultSeed().SubscriptionID, anybody{}, options)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := groups.CreateOrUpdate(t.Context(), "rg", armresources.ResourceGroup{Location: to.Ptr("Sweden Central")}, nil); err != nil {
		t.Fatal(err)
	}
	return DefaultSeed().SubscriptionID, options
}

// finish waits for a long operation of the SDK that has to succeed.
func finish[T any](t *testing.T, poller *runtime.Poller[T], err error) T {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	done, err := poller.PollUntilDone(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	return done
}

func TestFrontDoorSDK(t *testing.T) {
	subscriptionID, options := sdkWorld(t)
	factory, err := armcdn.NewClientFactory(subscriptionID, anybody{}, options)
	if err != nil {
		t.Fatal(err)
	}
	profilePoller, err := factory.NewProfilesClient().BeginCreate(t.Context(), "rg", "fd", armcdn.Profile{
		Location: to.Ptr("Global"), SKU: &armcdn.SKU{Name: to.Ptr(armcdn.SKUNameStandardAzureFrontDoor)},
	}, nil)
	if made := finish(t, profilePoller, err); *made.Properties.ProvisioningState != armcdn.ProfileProvisioningStateSucceeded || made.Properties.FrontDoorID == nil {
		t.Errorf("the profile is made as %v", made.Properties)
	}
	groups := factory.NewAFDOriginGroupsClient()
	for _, name := range []string{"aa", "bb", "cc"} {
		groupPoller, err := groups.BeginCreate(t.Context(), "rg", "fd", name, armcdn.AFDOriginGroup{Properties: &armcdn.AFDOriginGroupProperties{
			LoadBalancingSettings: &armcdn.LoadBalancingSettingsParameters{SampleSize: to.Ptr(int32(4))},
		}}, nil)
		finish(t, groupPoller, err)
	}
	listed, pages := 0, 0
	for pager := groups.NewListByProfilePager("rg", "fd", nil); pager.More(); pages++ {
		page, err := pager.NextPage(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		listed += len(page.Value)
	}
	if listed != 3 || pages != 2 {
		t.Errorf("the SDK lists %d origin groups on %d pages", listed, pages)
	}
	updatePoller, err := groups.BeginUpdate(t.Context(), "rg", "fd", "aa", armcdn.AFDOriginGroupUpdateParameters{
		Properties: &armcdn.AFDOriginGroupUpdatePropertiesParameters{SessionAffinityState: to.Ptr(armcdn.EnabledStateEnabled)},
	}, nil)
	if got := finish(t, updatePoller, err); *got.Properties.SessionAffinityState != armcdn.EnabledStateEnabled || *got.Properties.LoadBalancingSettings.SampleSize != 4 {
		t.Errorf("updated to %v", got.Properties)
	}
	deletePoller, err := groups.BeginDelete(t.Context(), "rg", "fd", "aa", nil)
	finish(t, deletePoller, err)
	if _, err := groups.Get(t.Context(), "rg", "fd", "aa", nil); err == nil {
		t.Error("the deleted group is still there")
	}
}

func TestCognitiveServicesSDK(t *testing.T) {
	subscriptionID, options := sdkWorld(t)
	factory, err := armcognitiveservices.NewClientFactory(subscriptionID, anybody{}, options)
	if err != nil {
		t.Fatal(err)
	}
	accounts := factory.NewAccountsClient()
	account := armcognitiveservices.Account{
		Kind: to.Ptr("OpenAI"), Location: to.Ptr("swedencentral"), SKU: &armcognitiveservices.SKU{Name: to.Ptr("S0")},
		Properties: &armcognitiveservices.AccountProperties{CustomSubDomainName: to.Ptr("contoso")},
	}
	accountPoller, err := accounts.BeginCreate(t.Context(), "rg", "contoso", account, nil)
	if made := finish(t, accountPoller, err); *made.Properties.Endpoint != "https://contoso.openai.azure.com/" {
		t.Errorf("the account answers at %s", *made.Properties.Endpoint)
	}
	deploymentPoller, err := factory.NewDeploymentsClient().BeginCreateOrUpdate(t.Context(), "rg", "contoso", "gpt", armcognitiveservices.Deployment{
		SKU:        &armcognitiveservices.SKU{Name: to.Ptr("Standard"), Capacity: to.Ptr(int32(10))},
		Properties: &armcognitiveservices.DeploymentProperties{Model: &armcognitiveservices.DeploymentModel{Format: to.Ptr("OpenAI"), Name: to.Ptr("gpt-4o")}},
	}, nil)
	finish(t, deploymentPoller, err)
	deletePoller, err := accounts.BeginDelete(t.Context(), "rg", "contoso", nil)
	finish(t, deletePoller, err)
	_, err = accounts.BeginCreate(t.Context(), "rg", "contoso", account, nil)
	if refusal := (*azcore.ResponseError)(nil); !asRefusal(err, &refusal) || refusal.ErrorCode != "FlagMustBeSetForRestore" {
		t.Errorf("creating a deleted account anew: %v", err)
	}
	purgePoller, err := factory.NewDeletedAccountsClient().BeginPurge(t.Context(), "swedencentral", "rg", "contoso", nil)
	finish(t, purgePoller, err)
	accountPoller, err = accounts.BeginCreate(t.Context(), "rg", "contoso", account, nil)
	finish(t, accountPoller, err)
}

func TestAPIManagementSDK(t *testing.T) {
	subscriptionID, options := sdkWorld(t)
	factory, err := armapimanagement.NewClientFactory(subscriptionID, anybody{}, options)
	if err != nil {
		t.Fatal(err)
	}
	servicePoller, err := factory.NewServiceClient().BeginCreateOrUpdate(t.Context(), "rg", "contoso", armapimanagement.ServiceResource{
		Location: to.Ptr("swedencentral"), SKU: &armapimanagement.ServiceSKUProperties{Name: to.Ptr(armapimanagement.SKUTypeDeveloper), Capacity: to.Ptr(int32(1))},
		Properties: &armapimanagement.ServiceProperties{PublisherName: to.Ptr("Contoso"), PublisherEmail: to.Ptr("a@contoso.com")},
	}, nil)
	if made := finish(t, servicePoller, err); *made.Properties.GatewayRegionalURL != "https://contoso-swedencentral-01.regional.azure-api.net" {
		t.Errorf("the regional gateway answers at %s", *made.Properties.GatewayRegionalURL)
	}
	backends := factory.NewBackendClient()
	made, err := backends.CreateOrUpdate(t.Context(), "rg", "contoso", "models", armapimanagement.BackendContract{
		Properties: &armapimanagement.BackendContractProperties{
			URL: to.Ptr("https://a.openai.azure.com/openai"), Protocol: to.Ptr(armapimanagement.BackendProtocolHTTP),
		},
	}, nil)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := backends.Delete(t.Context(), "rg", "contoso", "models", `"another"`, nil); err == nil {
		t.Error("a backend was deleted on an old ETag")
	}
	if _, err := backends.Delete(t.Context(), "rg", "contoso", "models", *made.ETag, nil); err != nil {
		t.Error(err)
	}
	policyBySDK(t, factory)
}

// policyBySDK writes policies as Microsoft's client does: a good one comes back,
// a wrong one is told with its place.
func policyBySDK(t *testing.T, factory *armapimanagement.ClientFactory) {
	t.Helper()
	policies := factory.NewPolicyClient()
	write := func(inbound string) error {
		_, err := policies.CreateOrUpdate(t.Context(), "rg", "contoso", armapimanagement.PolicyIDNamePolicy, armapimanagement.PolicyContract{
			Properties: &armapimanagement.PolicyContractProperties{
				Format: to.Ptr(armapimanagement.PolicyContentFormatRawxml),
				Value:  to.Ptr("<policies><inbound>" + inbound + "</inbound><backend><forward-request /></backend><outbound /><on-error /></policies>"),
			},
		}, nil)
		return err
	}
	if err := write(`<set-variable name="a" value="@(1 < 2)" />`); err != nil {
		t.Fatal(err)
	}
	found, err := policies.Get(t.Context(), "rg", "contoso", armapimanagement.PolicyIDNamePolicy, nil)
	if err != nil || !strings.Contains(*found.Properties.Value, `value="@(1 &lt; 2)"`) {
		t.Errorf("the policy reads back as %v, %v", found.Properties, err)
	}
	var refusal *azcore.ResponseError
	err = write(`<set-variable name="a" value="@(context.Reqest)" />`)
	if !asRefusal(err, &refusal) || refusal.ErrorCode != "ValidationError" || !strings.Contains(refusal.Error(), "Request") {
		t.Errorf("a wrong member was taken: %v", err)
	}
}

func asRefusal(err error, target **azcore.ResponseError) bool {
	refusal, ok := err.(*azcore.ResponseError) //nolint:errorlint // the SDK gives it unwrapped
	*target = refusal
	return ok
}
