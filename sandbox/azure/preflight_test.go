package azure

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	azarm "github.com/Azure/azure-sdk-for-go/sdk/azcore/arm"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/cloud"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/to"
	"github.com/Azure/azure-sdk-for-go/sdk/resourcemanager/apimanagement/armapimanagement/v3"
	"github.com/Azure/azure-sdk-for-go/sdk/resourcemanager/authorization/armauthorization/v2"
	"github.com/Azure/azure-sdk-for-go/sdk/resourcemanager/cdn/armcdn/v2"
	"github.com/Azure/azure-sdk-for-go/sdk/resourcemanager/cognitiveservices/armcognitiveservices"
	"github.com/Azure/azure-sdk-for-go/sdk/resourcemanager/resources/armresources"
	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"
)

const (
	openAI     = subscription + "/providers/Microsoft.CognitiveServices"
	apiService = group + "/providers/Microsoft.ApiManagement/service/apim-contoso"
)

// askedSeed has what can be asked about.
func askedSeed() Seed {
	seed := DefaultSeed()
	seed.TakenSubdomains = []string{"taken"}
	seed.Quotas = []Quota{
		{Region: "swedencentral", SKU: "Standard", Model: "gpt-4o", Limit: 50},
		{Region: "swedencentral", SKU: "GlobalStandard", Model: "gpt-4o", Limit: 100},
		{Region: "swedencentral", SKU: "Standard", Model: "text-embedding-3-large", Limit: 10},
		{Region: "francecentral", SKU: "Standard", Model: "gpt-4o", Limit: 1},
	}
	return seed
}

func TestNamesCanBeAsked(t *testing.T) {
	a := newAzure(t, askedSeed()).withOrigin()
	a.must("PUT", account, `{"location":"swedencentral","kind":"OpenAI", "sku": {"name": "S0"},"properties":{"customSubDomainName":"contoso"}}`)
	gone := strings.Replace(account, "contoso", "gone", 1)
	a.must("PUT", gone, `{"location":"swedencentral","kind":"OpenAI", "sku": {"name": "S0"},"properties":{"customSubDomainName":"gone"}}`)
	a.must("DELETE", gone, "")
	service := `{"location":"swedencentral","sku":{"name":"BasicV2","capacity":1},"properties":{"publisherName":"c","publisherEmail":"c@contoso.com"}}`
	a.must("PUT", apiService, service)
	a.must("PUT", apiService+"-gone", service)
	a.must("DELETE", apiService+"-gone", "")
	a.must("PUT", profile+"/afdEndpoints/contoso", `{}`)

	subdomain := func(name string) string {
		return `{"subdomainName":"` + name + `","type":"Microsoft.CognitiveServices/accounts"}`
	}
	name := func(name string) string { return `{"name":"` + name + `"}` }
	const (
		domains   = openAI + "/checkDomainAvailability"
		services  = subscription + "/providers/microsoft.apimanagement/CheckNameAvailability"
		endpoints = group + "/providers/Microsoft.Cdn/checkEndpointNameAvailability"
	)
	for _, c := range []struct {
		reason, path, body string
		free               bool
		why                string
	}{
		{"a subdomain that nobody has", domains, subdomain("new"), true, ""},
		{"one of an account here", domains, subdomain("Contoso"), false, "already used"},
		{"one of an account elsewhere", domains, subdomain("taken"), false, "already used"},
		{"one of a deleted account", domains, subdomain("gone"), false, "already used"},
		{"one that is not legal", domains, subdomain("-"), false, "not valid"},
		{"a service's name that nobody has", services, name("apim-new"), true, "Valid"},
		{"one of a service here", services, name("APIM-contoso"), false, "AlreadyExists"},
		{"one of a deleted service", services, name("apim-contoso-gone"), false, "AlreadyExists"},
		{"a service's name that is not legal", services, name("1"), false, "Invalid"},
		{"an endpoint's name that nobody has", endpoints, name("new"), true, ""},
		{"one of an endpoint here", endpoints, name("contoso"), false, "Name is already in use"},
	} {
		answer := a.must("POST", c.path, c.body)
		free := answer["isSubdomainAvailable"] == true || answer["nameAvailable"] == true
		if free != c.free || !strings.Contains(fmt.Sprint(answer["reason"]), c.why) {
			t.Errorf("%s: %v", c.reason, answer)
		}
	}
	a.refused("no name", 400, "InvalidRequestContent", "POST", services, `{}`)
	a.refused("no body", 400, "InvalidRequestContent", "POST", domains, "")
	a.refused("a group that is not there", 404, "ResourceGroupNotFound", "POST", strings.Replace(endpoints, "/rg/", "/none/", 1), name("new"))
	a.refused("somebody else's subscription", 404, "SubscriptionNotFound", "POST", strings.Replace(services, "0002", "beef", 1), name("new"))
	a.refused("a question by another method", 400, "NoRegisteredProviderFound", "GET", services, "")
}

func TestModelsAndQuotasCanBeAsked(t *testing.T) {
	a := newAzure(t, askedSeed())
	a.must("PUT", group, `{"location":"swedencentral"}`)
	a.must("PUT", account, `{"location":"swedencentral","kind":"OpenAI", "sku": {"name": "S0"},"properties":{"customSubDomainName":"contoso"}}`)
	a.must("PUT", account+"/deployments/gpt", `{"sku":{"name":"Standard","capacity":20},"properties":{"model":{"format":"OpenAI","name":"gpt-4o","version":"2024-11-20"}}}`)
	models := func(region string) (offered []string) {
		value, _ := a.must("GET", openAI+"/locations/"+region+"/models", "")["value"].([]any)
		for _, each := range value {
			model := object(each.(map[string]any), "model")
			// Each kind of account has a list of its own.
			if version := text(model, "version"); each.(map[string]any)["kind"] != "OpenAI" || version != "2024-11-20" && version != "1" {
				continue
			}
			for _, sku := range model["skus"].([]any) {
				offered = append(offered, text(model, "name")+" "+text(sku.(map[string]any), "name"))
			}
		}
		return offered
	}
	usages := func(region string) (used []string) {
		value, _ := a.must("GET", openAI+"/locations/"+region+"/usages", "")["value"].([]any)
		for _, each := range value {
			quota := each.(map[string]any)
			used = append(used, fmt.Sprint(text(object(quota, "name"), "value"), " ", quota["currentValue"], "/", quota["limit"]))
		}
		return used
	}
	for _, c := range []struct {
		reason    string
		got, want []string
	}{
		{"a region with quotas offers what they name", models("SwedenCentral"), []string{"gpt-4o Standard", "gpt-4o GlobalStandard", "text-embedding-3-large Standard"}},
		{"another one offers its own", models("francecentral"), []string{"gpt-4o Standard"}},
		{"a region without quotas offers what the table of models says", models("japaneast"), []string{
			"gpt-4o Standard", "gpt-4o GlobalStandard", "gpt-4o ProvisionedManaged", "gpt-4o GlobalProvisionedManaged", "gpt-4o GlobalBatch",
			"text-embedding-3-large Standard", "text-embedding-3-large GlobalStandard", "text-embedding-3-small Standard", "text-embedding-3-small GlobalStandard",
		}},
		{"what is deployed is taken from its quota", usages("swedencentral"), []string{
			"OpenAI.Standard.gpt-4o 20/50", "OpenAI.GlobalStandard.gpt-4o 0/100", "OpenAI.Standard.text-embedding-3-large 0/10",
		}},
		{"and from that of its own region only", usages("francecentral"), []string{"OpenAI.Standard.gpt-4o 0/1"}},
		{"a region without has no limits", usages("westeurope"), nil},
	} {
		if diff := cmp.Diff(c.want, c.got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", c.reason, diff)
		}
	}
}

func TestRights(t *testing.T) {
	seed := DefaultSeed()
	seed.Permissions = []Permission{
		{Actions: []string{"Microsoft.Resources/*", "*/read"}},
		{Scope: group, Actions: []string{"Microsoft.Cdn/*"}, NotActions: []string{"microsoft.cdn/*/delete"}},
	}
	seed.Resources = []map[string]any{{"id": group, "location": "swedencentral"}, {"id": group + "2", "location": "swedencentral"}}
	a := newAzure(t, seed)
	actions := func(scope string) (granted []any) {
		value, _ := a.must("GET", scope+"/providers/Microsoft.Authorization/permissions", "")["value"].([]any)
		for _, each := range value {
			granted = append(granted, each.(map[string]any)["actions"].([]any)...)
		}
		return granted
	}
	for scope, want := range map[string][]any{
		subscription: {"Microsoft.Resources/*", "*/read"},
		group:        {"Microsoft.Resources/*", "*/read", "Microsoft.Cdn/*"},
		group + "2":  {"Microsoft.Resources/*", "*/read"},
	} {
		if diff := cmp.Diff(want, actions(scope)); diff != "" {
			t.Errorf("rights at %s (-want +got):\n%s", scope, diff)
		}
	}
	const afd = `{"location":"global","sku":{"name":"Standard_AzureFrontDoor"}}`
	a.must("PUT", profile, afd)
	a.must("PUT", subscription+"/resourceGroups/new", `{"location":"swedencentral"}`)
	a.refused("what is left out of a right", 403, "AuthorizationFailed", "DELETE", profile, "")
	a.refused("a right elsewhere", 403, "AuthorizationFailed", "PUT", strings.Replace(profile, "/rg/", "/rg2/", 1), afd)
	a.refused("no right at all", 403, "AuthorizationFailed", "PUT", account, `{"location":"swedencentral"}`)
	a.refused("rights at what is not there", 404, "ResourceGroupNotFound", "GET", subscription+"/resourceGroups/none/providers/Microsoft.Authorization/permissions", "")
	a.must("GET", profile, "")

	owner := newAzure(t, DefaultSeed())
	if value, _ := owner.must("GET", subscription+"/providers/Microsoft.Authorization/permissions", "")["value"].([]any); len(value) != 1 {
		t.Errorf("without permissions in the seed, those of who deploys are %v", value)
	}
}

func TestResourceProviders(t *testing.T) {
	seed := DefaultSeed()
	seed.UnregisteredProviders = []string{"microsoft.cdn"}
	a := newAzure(t, seed)
	a.must("PUT", group, `{"location":"swedencentral"}`)
	for namespace, want := range map[string]string{"microsoft.Cdn": "NotRegistered", "Microsoft.Insights": "Registered", "Microsoft.Resources": "Registered"} {
		if answer := a.must("GET", subscription+"/providers/"+namespace, ""); answer["registrationState"] != want {
			t.Errorf("%s: %v", namespace, answer)
		}
	}
	a.refused("a namespace that nobody knows", 404, "InvalidResourceNamespace", "GET", subscription+"/providers/Microsoft.Nothing", "")
	a.refused("a resource of an unregistered one", 409, "MissingSubscriptionRegistration", "PUT", profile, `{"location":"global"}`)
}

// Microsoft's own clients understand the answers.
func TestPreflightSDK(t *testing.T) {
	a := newAzure(t, askedSeed())
	a.must("PUT", group, `{"location":"swedencentral"}`)
	server := httptest.NewServer(a.service)
	defer server.Close()
	id, options := askedSeed().SubscriptionID, &azarm.ClientOptions{ClientOptions: policy.ClientOptions{
		InsecureAllowCredentialWithHTTP: true, Transport: http.DefaultClient,
		Cloud: cloud.Configuration{Services: map[cloud.ServiceName]cloud.ServiceConfiguration{
			cloud.ResourceManager: {Endpoint: server.URL, Audience: server.URL},
		}},
	}}
	openai, err := armcognitiveservices.NewClientFactory(id, anybody{}, options)
	require.NoError(t, err)
	domain, err := openai.NewManagementClient().CheckDomainAvailability(t.Context(), armcognitiveservices.CheckDomainAvailabilityParameter{
		SubdomainName: to.Ptr("taken"), Type: to.Ptr("Microsoft.CognitiveServices/accounts"),
	}, nil)
	require.NoError(t, err)
	require.False(t, *domain.IsSubdomainAvailable)
	models, err := openai.NewModelsClient().NewListPager("swedencentral", nil).NextPage(t.Context())
	require.NoError(t, err)
	require.Equal(t, "OpenAI.Standard.gpt-4o", *models.Value[0].Model.SKUs[0].UsageName)
	usages, err := openai.NewUsagesClient().NewListPager("swedencentral", nil).NextPage(t.Context())
	require.NoError(t, err)
	require.InDelta(t, 50, *usages.Value[0].Limit, 0)

	services, err := armapimanagement.NewServiceClient(id, anybody{}, options)
	require.NoError(t, err)
	service, err := services.CheckNameAvailability(t.Context(), armapimanagement.ServiceCheckNameAvailabilityParameters{Name: to.Ptr("apim-new")}, nil)
	require.NoError(t, err)
	require.Equal(t, armapimanagement.NameAvailabilityReasonValid, *service.Reason)

	frontDoor, err := armcdn.NewManagementClient(id, anybody{}, options)
	require.NoError(t, err)
	endpoint, err := frontDoor.CheckEndpointNameAvailability(t.Context(), "rg", armcdn.CheckEndpointNameAvailabilityInput{
		Name: to.Ptr("new"), Type: to.Ptr(armcdn.ResourceTypeMicrosoftCdnProfilesAfdEndpoints),
	}, nil)
	require.NoError(t, err)
	require.True(t, *endpoint.NameAvailable)
	require.Contains(t, *endpoint.AvailableHostname, ".azurefd.net")

	rights, err := armauthorization.NewPermissionsClient(id, anybody{}, options)
	require.NoError(t, err)
	granted, err := rights.NewListForResourceGroupPager("rg", nil).NextPage(t.Context())
	require.NoError(t, err)
	require.Equal(t, "*", *granted.Value[0].Actions[0])

	providers, err := armresources.NewProvidersClient(id, anybody{}, options)
	require.NoError(t, err)
	provider, err := providers.Get(t.Context(), "Microsoft.Cdn", nil)
	require.NoError(t, err)
	require.Equal(t, "Registered", *provider.RegistrationState)
}
