package azurenative

import (
	"maps"
	"math/rand/v2"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/plugin"
	"github.com/pulumi/pulumi/sdk/v3/go/common/tokens"

	"github.com/aoai-gateway/aoai-gateway/sandbox/azure"
)

const (
	groupType  tokens.Type = "azure-native:resources/v20220901:ResourceGroup"
	originType tokens.Type = "azure-native:cdn/v20240901:AFDOrigin"
)

// newProvider is a provider with a whole Resource Manager behind it.
func newProvider(t *testing.T) *Provider {
	t.Helper()
	store, err := azure.OpenStore(filepath.Join(t.TempDir(), "azure.db"))
	if err != nil {
		t.Fatal(err)
	}
	service, err := azure.New(store, azure.Options{Seed: azure.DefaultSeed(), TimeScale: azure.DefaultTimeScale})
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
	seed := azure.DefaultSeed()
	provider, err := New(server.URL, Account{TenantID: seed.TenantID, SubscriptionID: seed.SubscriptionID})
	if err != nil {
		t.Fatal(err)
	}
	return provider
}

func inputs(pairs map[string]any) resource.PropertyMap { return resource.NewPropertyMapFromMap(pairs) }

// create makes a resource that has to come into being.
func create(t *testing.T, p *Provider, token tokens.Type, values map[string]any) plugin.CreateResponse {
	t.Helper()
	made, err := p.Create(t.Context(), plugin.CreateRequest{Type: token, Properties: inputs(values)})
	if err != nil {
		t.Fatal(err)
	}
	return made
}

func TestCreateRefusesWhatExists(t *testing.T) {
	p := newProvider(t)
	group := map[string]any{"resourceGroupName": "rg", "location": "westeurope"}
	create(t, p, groupType, group)
	_, err := p.Create(t.Context(), plugin.CreateRequest{Type: groupType, Properties: inputs(group)})
	if err == nil || !strings.Contains(err.Error(), "cannot create already existing resource") {
		t.Errorf("creating again: %v", err)
	}
}

func TestUnknownTypesAndCallsAreNamed(t *testing.T) {
	p := newProvider(t)
	_, err := p.Check(t.Context(), plugin.CheckRequest{Type: "azure-native:storage/v20230101:StorageAccount"})
	if err == nil || !strings.Contains(err.Error(), "azure-native:storage/v20230101:StorageAccount") {
		t.Errorf("an unknown type: %v", err)
	}
	for _, call := range []tokens.ModuleMember{"azure-native:storage/v20230101:getStorageAccount", "azure-native:cdn/v20240901:listThings"} {
		_, err = p.Invoke(t.Context(), plugin.InvokeRequest{Tok: call})
		if err == nil || !strings.Contains(err.Error(), string(call)) {
			t.Errorf("an unknown call: %v", err)
		}
	}
}

func TestCheckFillsNameAndLocation(t *testing.T) {
	p := newProvider(t)
	create(t, p, groupType, map[string]any{"resourceGroupName": "rg", "location": "westeurope"})
	workspace := tokens.Type("azure-native:operationalinsights/v20230901:Workspace")
	request := plugin.CheckRequest{
		Type: workspace, URN: "urn:pulumi:s::p::" + resource.URN(workspace) + "::logs", RandomSeed: []byte("seed"),
		News: inputs(map[string]any{"resourceGroupName": "rg"}),
	}
	first, err := p.Check(t.Context(), request)
	if err != nil || len(first.Failures) > 0 {
		t.Fatal(err, first.Failures)
	}
	if got := first.Properties["location"]; !got.IsString() || got.StringValue() != "westeurope" {
		t.Errorf("the location is %v instead of the group's", got)
	}
	name := first.Properties["workspaceName"].StringValue()
	if !strings.HasPrefix(name, "logs") || len(name) != len("logs")+8 {
		t.Errorf("the name is %q", name)
	}
	request.Olds = first.Properties
	if second, err := p.Check(t.Context(), request); err != nil || second.Properties["workspaceName"].StringValue() != name {
		t.Errorf("checked again, the name is %v (%v)", second.Properties["workspaceName"], err)
	}
}

func TestCheckReportsEveryViolation(t *testing.T) {
	p := newProvider(t)
	checked, err := p.Check(t.Context(), plugin.CheckRequest{Type: originType, News: inputs(map[string]any{
		"originName": "aa", "weight": 5000, "hostNmae": "x", "profileName": resource.MakeComputed(resource.NewStringProperty("")),
	})})
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, failure := range checked.Failures {
		got = append(got, failure.Reason)
	}
	want := []string{
		"hostName: is missing; azure-native:cdn/v20240901:AFDOrigin needs it",
		`hostNmae: is not a property here; did you mean "hostName"?`,
		"originGroupName: is missing; azure-native:cdn/v20240901:AFDOrigin needs it",
		"resourceGroupName: is missing; azure-native:cdn/v20240901:AFDOrigin needs it",
		"weight: 5000 is too high; at most 1000 is allowed",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("failures (-want +got):\n%s", diff)
	}
}

func TestDiff(t *testing.T) {
	p := newProvider(t)
	old := map[string]any{
		"originName": "a", "profileName": "p", "weight": 500,
	}
	profile := map[string]any{"profileName": "p", "location": "Global", "sku": map[string]any{"name": "Standard_AzureFrontDoor"}}
	cases := []struct {
		reason   string
		token    tokens.Type
		old      map[string]any
		change   map[string]any
		want     map[string]plugin.DiffKind
		replaces bool
	}{
		{"nothing changed", originType, old, nil, nil, false},
		{"a body property updates", originType, old, map[string]any{"weight": 1}, map[string]plugin.DiffKind{"weight": plugin.DiffUpdate}, false},
		{"a new property adds", originType, old, map[string]any{"priority": 1}, map[string]plugin.DiffKind{"priority": plugin.DiffAdd}, false},
		{"a path parameter replaces", originType, old, map[string]any{"originName": "b"}, map[string]plugin.DiffKind{"originName": plugin.DiffUpdateReplace}, true},
		{
			"a profile's SKU replaces", "azure-native:cdn/v20240901:Profile", profile,
			map[string]any{"sku": map[string]any{"name": "Premium_AzureFrontDoor"}},
			map[string]plugin.DiffKind{"sku.name": plugin.DiffUpdateReplace},
			true,
		},
		{"the form of a location does not count", "azure-native:cdn/v20240901:Profile", profile, map[string]any{"location": "global"}, nil, false},
		{
			"an account's subdomain fails in place, as with azure-native", "azure-native:cognitiveservices/v20241001:Account",
			map[string]any{"accountName": "a", "properties": map[string]any{"customSubDomainName": "a"}},
			map[string]any{"properties": map[string]any{"customSubDomainName": "b"}},
			map[string]plugin.DiffKind{"properties.customSubDomainName": plugin.DiffUpdate},
			false,
		},
	}
	for _, c := range cases {
		t.Run(c.reason, func(t *testing.T) {
			changed := maps.Clone(c.old)
			maps.Copy(changed, c.change)
			got, err := p.Diff(t.Context(), plugin.DiffRequest{Type: c.token, OldInputs: inputs(c.old), NewInputs: inputs(changed)})
			if err != nil {
				t.Fatal(err)
			}
			kinds := map[string]plugin.DiffKind{}
			for path, each := range got.DetailedDiff {
				kinds[path] = each.Kind
			}
			if c.want == nil {
				c.want = map[string]plugin.DiffKind{}
			}
			if diff := cmp.Diff(c.want, kinds); diff != "" {
				t.Errorf("paths (-want +got):\n%s", diff)
			}
			if got.DeleteBeforeReplace != c.replaces {
				t.Errorf("deleting before replacing is %v", got.DeleteBeforeReplace)
			}
		})
	}
}

// Refreshing takes over what changed in Azure since, and nothing that Azure
// filled by itself.
func TestReadTakesOverWhatChanged(t *testing.T) {
	p := newProvider(t)
	create(t, p, groupType, map[string]any{"resourceGroupName": "rg", "location": "westeurope"})
	create(t, p, "azure-native:cdn/v20240901:Profile", map[string]any{
		"resourceGroupName": "rg", "profileName": "fd", "sku": map[string]any{"name": "Standard_AzureFrontDoor"},
	})
	group := map[string]any{
		"resourceGroupName": "rg", "profileName": "fd", "originGroupName": "models",
		"loadBalancingSettings": map[string]any{"sampleSize": 4},
	}
	token := tokens.Type("azure-native:cdn/v20240901:AFDOriginGroup")
	made := create(t, p, token, group)
	request := plugin.ReadRequest{Type: token, ID: made.ID, Inputs: inputs(group), State: made.Properties}
	read, err := p.Read(t.Context(), request)
	if err != nil {
		t.Fatal(err)
	}
	if diff := read.Inputs.Diff(inputs(group)); diff != nil {
		t.Errorf("nothing changed, and yet the inputs differ in %v", diff.Keys())
	}
	_, err = p.cloud.Put(t.Context(), string(made.ID), "2024-09-01",
		map[string]any{"properties": map[string]any{"loadBalancingSettings": map[string]any{"sampleSize": 9}, "sessionAffinityState": "Enabled"}})
	if err != nil {
		t.Fatal(err)
	}
	read, err = p.Read(t.Context(), request)
	if err != nil {
		t.Fatal(err)
	}
	group["loadBalancingSettings"], group["sessionAffinityState"] = map[string]any{"sampleSize": 9.0}, "Enabled"
	if diff := cmp.Diff(group, read.Inputs.Mappable()); diff != "" {
		t.Errorf("after a change outside (-want +got):\n%s", diff)
	}
	if _, err := p.Delete(t.Context(), plugin.DeleteRequest{Type: token, ID: made.ID}); err != nil {
		t.Fatal(err)
	}
	if read, err = p.Read(t.Context(), request); err != nil || read.ID != "" {
		t.Errorf("after deletion Read gives %q, %v", read.ID, err)
	}
}

func TestReadImports(t *testing.T) {
	p := newProvider(t)
	group := map[string]any{"resourceGroupName": "rg", "location": "westeurope", "tags": map[string]any{"a": "b"}}
	made := create(t, p, groupType, group)
	read, err := p.Read(t.Context(), plugin.ReadRequest{Type: groupType, ID: made.ID})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(group, read.Inputs.Mappable()); diff != "" {
		t.Errorf("imported inputs (-want +got):\n%s", diff)
	}
}

func TestRandomStringKeepsItsRules(t *testing.T) {
	source := rand.NewChaCha8([32]byte{7})
	r := NewRandom(source)
	for length := 1; length <= 40; length++ {
		made, err := r.Create(t.Context(), plugin.CreateRequest{Type: randomString, Properties: inputs(map[string]any{
			"length": length, "special": false, "upper": false, "minNumeric": min(2, length),
		})})
		if err != nil {
			t.Fatal(err)
		}
		result := made.Properties["result"].StringValue()
		numbers := strings.Count(strings.Map(func(c rune) rune {
			if strings.ContainsRune(digits, c) {
				return '#'
			}
			return c
		}, result), "#")
		if len(result) != length || strings.ToLower(result) != result || strings.ContainsAny(result, specials) || numbers < min(2, length) {
			t.Errorf("with length %d the result is %q", length, result)
		}
		if string(made.ID) != result {
			t.Errorf("the id %q is not the result %q", made.ID, result)
		}
	}
}

func TestRandomRefuses(t *testing.T) {
	r := NewRandom(nil)
	if _, err := r.Check(t.Context(), plugin.CheckRequest{Type: "random:index/randomPet:RandomPet"}); err == nil {
		t.Error("an unknown type was taken")
	}
	checked, err := r.Check(t.Context(), plugin.CheckRequest{Type: randomString, News: inputs(map[string]any{"length": 0, "size": 6})})
	if err != nil || len(checked.Failures) != 2 {
		t.Errorf("want two failures, got %v, %v", checked.Failures, err)
	}
	_, err = r.Create(t.Context(), plugin.CreateRequest{Type: randomString, Properties: inputs(map[string]any{
		"length": 6, "lower": false, "upper": false, "numeric": false, "special": false,
	})})
	if err == nil {
		t.Error("a string of no characters was drawn")
	}
}
