package main

import (
	"encoding/json"
	"errors"
	"net/http"
	"strings"
	"testing"

	"github.com/Azure/azure-sdk-for-go/sdk/resourcemanager/apimanagement/armapimanagement/v3"
	"github.com/aoai-gateway/aoai-gateway/components/openai"
	"github.com/aoai-gateway/aoai-gateway/mistakes"
	"github.com/aoai-gateway/aoai-gateway/sandbox/sandboxtest"
	"github.com/aoai-gateway/aoai-gateway/wiring"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// The program deploys on the real engine, and a caller with a key gets an answer of a model
// through Front Door and API Management. Around Front Door nobody gets one.
func TestCallersReachTheModels(t *testing.T) {
	azure := sandboxtest.Start(t)
	stack := azure.Stack(t, ".", nil)
	endpoint := stack.Up(t)["endpoint"].(string)
	service, group := findService(t, azure)
	key := keyOf(t, azure, group, service)

	for host, want := range map[string]int{endpoint: http.StatusOK, "https://" + service + ".azure-api.net": http.StatusForbidden} {
		request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, host+"/openai/deployments/chat/chat/completions?api-version=2024-10-21",
			strings.NewReader(`{"messages":[{"role":"user","content":"Hello"}]}`))
		if err != nil {
			t.Fatal(err)
		}
		request.Header.Set("Content-Type", "application/json")
		request.Header.Set("api-key", key)
		response, err := azure.Client().Do(request)
		if err != nil {
			t.Fatal(err)
		}
		var answer struct {
			Choices []struct{ Message struct{ Content string } }
		}
		decodeErr := json.NewDecoder(response.Body).Decode(&answer)
		if err := response.Body.Close(); err != nil {
			t.Fatal(err)
		}
		if response.StatusCode != want {
			t.Errorf("%s answers %s; want %d", host, response.Status, want)
		}
		if want == http.StatusOK && (decodeErr != nil || len(answer.Choices) == 0 || answer.Choices[0].Message.Content == "") {
			t.Errorf("%s answers without a completion: %+v, %v", host, answer, decodeErr)
		}
	}
	stack.Destroy(t)
}

// findService finds the service by Azure's own SDK, as any tool would.
func findService(t *testing.T, azure *sandboxtest.Sandbox) (name, group string) {
	t.Helper()
	services, err := armapimanagement.NewServiceClient(azure.SubscriptionID(), azure.Credential(), azure.ClientOptions())
	if err != nil {
		t.Fatal(err)
	}
	page, err := services.NewListPager(nil).NextPage(t.Context())
	if err != nil || len(page.Value) != 1 {
		t.Fatalf("there are %d services: %v", len(page.Value), err)
	}
	return *page.Value[0].Name, strings.Split(*page.Value[0].ID, "/")[4]
}

func keyOf(t *testing.T, azure *sandboxtest.Sandbox, group, service string) string {
	t.Helper()
	subscriptions, err := armapimanagement.NewSubscriptionClient(azure.SubscriptionID(), azure.Credential(), azure.ClientOptions())
	if err != nil {
		t.Fatal(err)
	}
	secrets, err := subscriptions.ListSecrets(t.Context(), group, service, "app", nil)
	if err != nil {
		t.Fatal(err)
	}
	return *secrets.PrimaryKey
}

// The program's own rule refuses at preview, and says what would be right.
func TestOwnRuleRefuses(t *testing.T) {
	said := sandboxtest.Start(t).Stack(t, ".", map[string]string{"library:region": "eastus2"}).PreviewErr(t)
	if want := "accounts-in-europe: location is eastus2; choose swedencentral or francecentral"; !strings.Contains(said, want) {
		t.Errorf("the preview lacks %q:\n%s", want, said)
	}
}

// A program can tell what a user has done wrong from all else that may fail, and where.
func TestMistakesAreCaughtByType(t *testing.T) {
	err := pulumi.RunErr(func(ctx *pulumi.Context) error {
		ground, err := wiring.NewGround(ctx, wiring.GroundArgs{NamePrefix: "contoso", Region: "swedencentral"})
		if err != nil {
			return err
		}
		_, err = wiring.NewAccounts(ctx, ground, wiring.AccountsArgs{
			Accounts:    []wiring.Account{{Name: "sweden", Region: "swedencentral"}},
			Deployments: []openai.Deployment{{Name: "chat", Model: "gpt-4o", Version: "2024-11-20", SKU: "Standart"}},
		})
		return err
	}, pulumi.WithMocks("library", "test", nothing{}))
	var mistake *mistakes.Error
	if !errors.As(err, &mistake) {
		t.Fatalf("no mistake is in %v", err)
	}
	if mistake.Path != "deployments[0].sku" || mistake.Value != "Standart" || !strings.Contains(mistake.Remedy, `did you mean "Standard"?`) {
		t.Errorf("the mistake is %q, %v, %q", mistake.Path, mistake.Value, mistake.Remedy)
	}
}

// nothing stands in for an engine that is not asked.
type nothing struct{}

func (nothing) Call(pulumi.MockCallArgs) (resource.PropertyMap, error) {
	return resource.PropertyMap{}, nil
}

func (nothing) NewResource(args pulumi.MockResourceArgs) (string, resource.PropertyMap, error) {
	return args.Name, args.Inputs, nil
}
