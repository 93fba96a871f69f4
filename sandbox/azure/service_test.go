package azure

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/aoai-gateway/aoai-gateway/internal/arm"
)

const (
	subscription = "/subscriptions/00000000-0000-4000-8000-000000000002"
	group        = subscription + "/resourceGroups/rg"
	profile      = group + "/providers/Microsoft.Cdn/profiles/fd"
	originGroup  = profile + "/originGroups/models"
	origin       = originGroup + "/origins/a1"
	account      = group + "/providers/Microsoft.CognitiveServices/accounts/contoso"
)

// azure is a service under test, with a clock that stands still.
type azure struct {
	t       *testing.T
	service *Service
	store   *Store
}

func newAzure(t *testing.T, seed Seed) *azure {
	t.Helper()
	return openAzure(t, filepath.Join(t.TempDir(), "azure.db"), seed)
}

func openAzure(t *testing.T, file string, seed Seed) *azure {
	t.Helper()
	store, err := OpenStore(file)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = store.Close() })
	guids := 0
	service, err := New(store, Options{
		Seed: seed,
		Now:  func() time.Time { return time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC) },
		NewGUID: func() string {
			guids++
			return fmt.Sprintf("00000000-0000-4000-9000-%012d", guids)
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	return &azure{t, service, store}
}

// do sends a request and returns the status and the decoded body.
func (a *azure) do(method, path, body string) (int, map[string]any) {
	a.t.Helper()
	if !strings.Contains(path, "api-version") {
		path += query(path) + versionFor(path)
	}
	request := httptest.NewRequest(method, "http://127.0.0.1"+path, bytes.NewReader([]byte(body)))
	sendIfMatch(request)
	recorder := httptest.NewRecorder()
	a.service.ServeHTTP(recorder, request)
	if recorder.Body.Len() == 0 {
		return recorder.Code, nil
	}
	var answer map[string]any
	if err := json.Unmarshal(recorder.Body.Bytes(), &answer); err != nil {
		a.t.Fatalf("%s %s answers %q: %v", method, path, recorder.Body, err)
	}
	return recorder.Code, answer
}

// must sends a request that has to succeed.
func (a *azure) must(method, path, body string) map[string]any {
	a.t.Helper()
	status, answer := a.do(method, path, body)
	if status >= http.StatusBadRequest {
		a.t.Fatalf("%s %s: %d %v", method, path, status, answer)
	}
	return answer
}

// refused sends a request that has to fail with Azure's code.
func (a *azure) refused(reason string, status int, code, method, path, body string) {
	a.t.Helper()
	gotStatus, answer := a.do(method, path, body)
	envelope, _ := answer["error"].(map[string]any)
	if gotStatus != status || envelope["code"] != code || envelope["message"] == "" {
		a.t.Errorf("%s: want %d %s, got %d %v", reason, status, code, gotStatus, answer)
	}
}

func properties(answer map[string]any) map[string]any {
	found, _ := answer["properties"].(map[string]any)
	return found
}

// withOrigin deploys a profile with an origin group and one origin.
func (a *azure) withOrigin() *azure {
	a.t.Helper()
	a.must("PUT", group, `{"location":"Sweden Central"}`)
	a.must("PUT", profile, `{"location":"global","sku":{"name":"Standard_AzureFrontDoor"}}`)
	a.must("PUT", originGroup, `{"properties":{"loadBalancingSettings":{"sampleSize":4}}}`)
	a.must("PUT", origin, `{"properties":{"hostName":"a.contoso.com","weight":500}}`)
	return a
}

func TestLifeOfAResource(t *testing.T) {
	a := newAzure(t, DefaultSeed())
	if status, _ := a.do("PUT", group, `{"location":"Sweden Central"}`); status != http.StatusCreated {
		t.Errorf("creating answers %d", status)
	}
	if status, answer := a.do("PUT", group, `{"location":"swedencentral","tags":{"a":"b"}}`); status != http.StatusOK || answer["location"] != "swedencentral" {
		t.Errorf("updating answers %d %v", status, answer)
	}
	if answer := a.must("GET", strings.ToUpper(group[:20])+group[20:], ""); answer["id"] != group {
		t.Errorf("asked for in other case, the group's id is %v", answer["id"])
	}
	if status, _ := a.do("DELETE", group, ""); status != http.StatusOK {
		t.Errorf("deleting answers %d", status)
	}
	if status, _ := a.do("DELETE", group, ""); status != http.StatusNoContent {
		t.Errorf("deleting again answers %d", status)
	}
	a.refused("what was deleted is gone", 404, "ResourceGroupNotFound", "GET", group, "")
}

func TestRefusals(t *testing.T) {
	a := newAzure(t, DefaultSeed()).withOrigin()
	a.must("PUT", account, `{"location":"swedencentral","kind":"OpenAI","sku":{"name":"S0"},"properties":{"customSubDomainName":"contoso"}}`)
	a.must("PUT", account+"/deployments/gpt", `{"sku":{"name":"Standard","capacity":1},"properties":{"model":{"format":"OpenAI","name":"gpt-4o","version":"2024-11-20"}}}`)
	grant := func(n int, principal, kind, role string) (string, string) {
		return fmt.Sprintf("%s/providers/Microsoft.Authorization/roleAssignments/00000000-0000-4000-a000-%012d", account, n),
			fmt.Sprintf(`{"properties":{"principalId":%q,"principalType":%q,"roleDefinitionId":%q}}`, principal, kind, role)
	}
	user := arm.CognitiveServicesOpenAIUser.DefinitionID("00000000-0000-4000-8000-000000000002")
	first, firstBody := grant(1, "22222222-2222-4222-8222-222222222222", "ServicePrincipal", user)
	a.must("PUT", first, firstBody)
	second, _ := grant(2, "", "", "")
	stranger, strangerBody := grant(3, "33333333-3333-4333-8333-333333333333", "User", user)
	unknownRole, unknownRoleBody := grant(4, "44444444-4444-4444-8444-444444444444", "ServicePrincipal",
		subscription+"/providers/Microsoft.Authorization/roleDefinitions/00000000-0000-4000-8000-00000000dead")

	for _, c := range []struct {
		reason             string
		status             int
		code, method, path string
		body               string
	}{
		{"no API version", 400, "MissingApiVersionParameter", "GET", group + "?api-version=", ""},
		{"an API version of another form", 400, "MissingApiVersionParameter", "GET", group + "?api-version=latest", ""},
		{"not an id", 400, "InvalidResourceId", "GET", subscription + "/resourceGroups/y/widgets/z", ""},
		{"no subscription", 400, "InvalidSubscriptionId", "GET", "/subscriptions/x/resourceGroups/y", ""},
		{"a namespace that the sandbox lacks", 404, "InvalidResourceNamespace", "PUT", group + "/providers/Microsoft.Storage/storageAccounts/x", "{}"},
		{"a type that the sandbox lacks", 400, "NoRegisteredProviderFound", "PUT", group + "/providers/Microsoft.Cdn/edgeNodes/x", "{}"},
		{"a list of such a type", 400, "NoRegisteredProviderFound", "GET", group + "/providers/Microsoft.Cdn/edgeNodes", ""},
		{"a method that the sandbox lacks", 405, "MethodNotAllowed", "POST", profile, "{}"},
		{"a body that is no JSON", 400, "InvalidRequestContent", "PUT", profile, "{"},
		{"a body that is no object", 400, "InvalidRequestContent", "PUT", profile, "null"},
		{"a group that is not there", 404, "ResourceGroupNotFound", "PUT", subscription + "/resourceGroups/none/providers/Microsoft.Cdn/profiles/fd", "{}"},
		{"a parent that is not there", 404, "ParentResourceNotFound", "PUT", profile + "/originGroups/none/origins/b1", "{}"},
		{"a resource that is not there", 404, "ResourceNotFound", "GET", profile + "/originGroups/none", ""},
		{"a change of what is not there", 404, "ResourceNotFound", "PATCH", profile + "/originGroups/none", "{}"},
		{"a group that moves", 409, "InvalidResourceGroupLocation", "PUT", group, `{"location":"westeurope"}`},
		{"a group without a location", 400, "LocationRequired", "PUT", subscription + "/resourceGroups/new", "{}"},
		{"a route to nowhere", 400, "BadRequest", "PUT", profile + "/afdEndpoints/endpoint/routes/route", "{}"},
		{"a subdomain that changes", 400, "CustomDomainNameCannotBeChanged", "PUT", account, `{"location":"swedencentral","kind":"OpenAI", "sku": {"name": "S0"},"properties":{"customSubDomainName":"other"}}`},
		{"a deployment's model that changes", 400, "DeploymentModelNotSupported", "PUT", account + "/deployments/gpt", `{"properties":{"model":{"format":"OpenAI","name":"gpt-4"}}}`},
		{"the same grant under another name", 409, "RoleAssignmentExists", "PUT", second, firstBody},
		{"a principal that nobody knows", 400, "PrincipalNotFound", "PUT", stranger, strangerBody},
		{"a role that nobody knows", 404, "RoleDefinitionDoesNotExist", "PUT", unknownRole, unknownRoleBody},
		{"a subscription of somebody else", 404, "SubscriptionNotFound", "GET", "/subscriptions/00000000-0000-4000-8000-00000000beef", ""},
		{"a setting that logs to nowhere", 400, "InvalidResourceReference", "PUT", account + "/providers/Microsoft.Insights/diagnosticSettings/d", `{"properties":{"workspaceId":"` + group + `/providers/Microsoft.OperationalInsights/workspaces/none"}}`},
	} {
		if c.reason == "a route to nowhere" {
			a.must("PUT", profile+"/afdEndpoints/endpoint", `{"location":"global"}`)
		}
		a.refused(c.reason, c.status, c.code, c.method, c.path, c.body)
	}
}

func TestBrowsersAreTurnedAway(t *testing.T) {
	a := newAzure(t, DefaultSeed())
	request := httptest.NewRequest(http.MethodGet, "http://evil.example"+group+"?api-version=2024-09-01", nil)
	recorder := httptest.NewRecorder()
	a.service.ServeHTTP(recorder, request)
	if recorder.Code != http.StatusForbidden {
		t.Errorf("a request for the host evil.example gets %d", recorder.Code)
	}
}

func TestAzureFillsWhatPeopleNeed(t *testing.T) {
	a := newAzure(t, DefaultSeed()).withOrigin()
	endpoint := a.must("PUT", profile+"/afdEndpoints/endpoint", `{}`)
	host, _ := properties(endpoint)["hostName"].(string)
	if !strings.HasPrefix(host, "endpoint-") || !strings.HasSuffix(host, ".azurefd.net") {
		t.Errorf("the endpoint's host name is %q", host)
	}
	if again := a.must("PUT", profile+"/afdEndpoints/endpoint", `{"tags":{"a":"b"}}`); properties(again)["hostName"] != host {
		t.Errorf("an update changes the host name to %v", properties(again)["hostName"])
	}
	before := properties(a.must("GET", profile, ""))["frontDoorId"]
	after := properties(a.must("PUT", profile, `{"sku":{"name":"Standard_AzureFrontDoor"},"properties":{"originResponseTimeoutSeconds":240}}`))["frontDoorId"]
	if before == nil || before != after {
		t.Errorf("the FDID is %v and after an update %v", before, after)
	}
	made := a.must("PUT", account, `{"location":"Sweden Central","kind":"OpenAI", "sku": {"name": "S0"},"identity":{"type":"SystemAssigned"},"properties":{"customSubDomainName":"contoso"}}`)
	if properties(made)["endpoint"] != "https://contoso.openai.azure.com/" {
		t.Errorf("the account's endpoint is %v", properties(made)["endpoint"])
	}
	identity, _ := made["identity"].(map[string]any)
	if identity["principalId"] == nil || identity["tenantId"] != DefaultSeed().TenantID {
		t.Errorf("the account's identity is %v", identity)
	}
}

func TestPatchMerges(t *testing.T) {
	a := newAzure(t, DefaultSeed()).withOrigin()
	patched := properties(a.must("PATCH", origin, `{"properties":{"weight":1,"enabledState":null}}`))
	if patched["weight"] != 1.0 || patched["hostName"] != "a.contoso.com" || patched["enabledState"] != "Enabled" {
		t.Errorf("patched to %v", patched)
	}
}

func TestListHoldsDirectChildrenOnly(t *testing.T) {
	a := newAzure(t, DefaultSeed()).withOrigin()
	a.must("PUT", originGroup+"/origins/b1", `{"properties":{"hostName":"b.contoso.com"}}`)
	a.must("PUT", profile+"/originGroups/other", `{}`)
	a.must("PUT", profile+"/originGroups/other/origins/c1", `{"properties":{"hostName":"c.contoso.com"}}`)
	for path, want := range map[string]int{
		originGroup + "/origins": 2, profile + "/originGroups": 2, group + "/providers/Microsoft.Cdn/profiles": 1,
		subscription + "/providers/Microsoft.Cdn/profiles": 1, subscription + "/resourceGroups": 1, profile + "/afdEndpoints": 0,
	} {
		value, _ := a.must("GET", path, "")["value"].([]any)
		if len(value) != want {
			t.Errorf("%s lists %d instead of %d", path, len(value), want)
		}
	}
}

func TestDeletionTakesChildrenAndHoldsNames(t *testing.T) {
	a := newAzure(t, DefaultSeed()).withOrigin()
	a.must("PUT", account, `{"location":"swedencentral","kind":"OpenAI", "sku": {"name": "S0"},"properties":{"customSubDomainName":"contoso"}}`)
	a.must("DELETE", group, "")
	err := a.store.View(func(tx *Tx) error {
		left, err := tx.Under("")
		if err != nil {
			return err
		}
		if len(left) != 0 {
			t.Errorf("after the group, %s is left", left[0].ID)
		}
		held, err := tx.Deleted()
		if len(held) != 1 || held[0].Resource.ID != account || held[0].PurgeAt.Sub(held[0].DeletedAt) != 48*time.Hour {
			t.Errorf("the names held are %v", held)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestStateSurvivesARestart(t *testing.T) {
	file := filepath.Join(t.TempDir(), "azure.db")
	first := openAzure(t, file, DefaultSeed()).withOrigin()
	before := first.must("GET", origin, "")
	if err := first.store.Close(); err != nil {
		t.Fatal(err)
	}
	after := openAzure(t, file, DefaultSeed()).must("GET", origin, "")
	if fmt.Sprint(before) != fmt.Sprint(after) {
		t.Errorf("after a restart %v is %v", before, after)
	}
}

func TestStoreHasOneOwner(t *testing.T) {
	file := filepath.Join(t.TempDir(), "azure.db")
	openAzure(t, file, DefaultSeed())
	if _, err := OpenStore(file); err == nil {
		t.Error("the store was opened twice")
	}
}

// A write that fails half-way leaves nothing behind.
func TestUpdateIsAllOrNothing(t *testing.T) {
	a := newAzure(t, DefaultSeed())
	_ = a.store.Update(func(tx *Tx) error {
		if err := tx.Put(&Resource{ID: group, Type: "Microsoft.Resources/resourceGroups"}); err != nil {
			return err
		}
		return fmt.Errorf("the power fails")
	})
	a.refused("the write was dropped", 404, "ResourceGroupNotFound", "GET", group, "")
}

func TestSeed(t *testing.T) {
	seed := DefaultSeed()
	seed.Resources = []map[string]any{
		{"id": group, "location": "swedencentral"},
		{"id": account, "location": "swedencentral", "kind": "OpenAI", "sku": map[string]any{"name": "S0"}, "properties": map[string]any{"customSubDomainName": "contoso"}},
	}
	file := filepath.Join(t.TempDir(), "azure.db")
	a := openAzure(t, file, seed)
	a.must("PATCH", account, `{"tags":{"changed":"yes"}}`)
	if err := a.store.Close(); err != nil {
		t.Fatal(err)
	}
	// Planting again leaves alone what is there.
	again := openAzure(t, file, seed).must("GET", account, "")
	if tags, _ := again["tags"].(map[string]any); tags["changed"] != "yes" {
		t.Errorf("after a restart the seeded account is %v", again)
	}
}

func TestSeedRefuses(t *testing.T) {
	for reason, body := range map[string]map[string]any{
		"no id":           {"location": "swedencentral"},
		"no parent":       {"id": account, "location": "swedencentral"},
		"an unknown type": {"id": group + "/providers/Microsoft.Storage/storageAccounts/x"},
	} {
		store, err := OpenStore(filepath.Join(t.TempDir(), "azure.db"))
		if err != nil {
			t.Fatal(err)
		}
		seed := DefaultSeed()
		seed.Resources = []map[string]any{body}
		if _, err := New(store, Options{Seed: seed}); err == nil {
			t.Errorf("a seed with %s was planted", reason)
		}
		_ = store.Close()
	}
}
