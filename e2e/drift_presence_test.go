package e2e

import (
	"maps"
	"net/http"
	"slices"
	"strings"

	"github.com/aoai-gateway/aoai-gateway/internal/arm"
)

// deletions deletes a resource of each type behind the stack's back: each is missed, and
// up makes it again. That nothing is missing then, additions finds.
func (m *matrix) deletions() {
	deleted, kept := map[string]string{}, []string{}
	resources := m.w.stateResources()
	for _, resource := range slices.Backward(resources) {
		kind, known := m.contract.ByToken(resource.Type)
		if !known || slices.Contains(slices.Collect(maps.Values(deleted)), resource.Type) || holdsOthers(resource, resources) {
			continue
		}
		if status, _ := askARM(m.t, http.MethodDelete, m.session.Endpoints.ARM, resource.ID, kind.APIVersion, nil); status >= 300 {
			kept = append(kept, resource.Type)
			continue
		}
		deleted[arm.Fold(resource.ID)] = resource.Type
	}
	report := m.drift()
	for id, kind := range deleted {
		if !slices.ContainsFunc(report, func(d driftEntry) bool {
			return arm.Fold(d.ID) == id && d.Property == "" && d.Cause == "changed outside"
		}) {
			m.t.Errorf("nobody misses %s (%s)", id, kind)
		}
	}
	for _, entry := range report {
		if deleted[arm.Fold(entry.ID)] == "" {
			m.t.Errorf("a false alarm: %+v", entry)
		}
	}
	m.t.Logf("%d types of resources deleted and missed; Azure refuses to delete %v", len(deleted), kept)
	m.w.must(0, "up")
}

// holdsOthers reports whether another resource of the stack lies in a resource.
func holdsOthers(resource stateResource, all []stateResource) bool {
	return slices.ContainsFunc(all, func(other stateResource) bool {
		return strings.HasPrefix(arm.Fold(other.ID), arm.Fold(resource.ID)+"/")
	})
}

// addition is a resource that somebody puts beside those of the stack, like one of its own.
type addition struct {
	// like is the type whose first resource is copied, or in which the new one is put.
	like, name string
	// below is what the new one is called below the copied one; "" for beside it.
	below      string
	apiVersion string
	change     func(body map[string]any)
}

func (a addition) String() string { return strings.Join([]string{a.like, a.below, a.name}, " ") }

const addedPolicy = `<policies><inbound><set-header name="x"><value>1</value></set-header></inbound><backend><forward-request/></backend></policies>`

// addedRange is a subnet's, in a range by which somebody widens its network first: the stack's
// own subnet takes all of the network.
const (
	addedRange = "10.250.0.128/26"
	widerRange = "10.250.0.0/24"
)

// widen adds a range to a network.
func (m *matrix) widen(network *stateResource) {
	m.t.Helper()
	kind, _ := m.contract.ByToken(network.Type)
	body := armBody(m.t, m.session.Endpoints.ARM, network.ID, kind.APIVersion)
	space := body["properties"].(map[string]any)["addressSpace"].(map[string]any)
	space["addressPrefixes"] = append(space["addressPrefixes"].([]any), widerRange)
	if status, answer := askARM(m.t, http.MethodPut, m.session.Endpoints.ARM, network.ID, kind.APIVersion, body); status >= 300 {
		m.t.Errorf("%s cannot be widened: %s", network.ID, answer)
	}
}

func additions() []addition {
	none := func(map[string]any) {}
	set := func(pairs ...any) func(map[string]any) {
		return func(body map[string]any) {
			for i := 0; i < len(pairs); i += 2 {
				body["properties"].(map[string]any)[pairs[i].(string)] = pairs[i+1]
			}
		}
	}
	only := func(properties map[string]any) func(map[string]any) {
		return func(body map[string]any) {
			clear(body)
			body["properties"] = properties
		}
	}
	const apim = "2024-05-01"
	return []addition{
		{"Microsoft.Cdn/profiles/originGroups/origins", "added", "", "2024-09-01", none},
		{"Microsoft.Cdn/profiles", "added", "originGroups", "2024-09-01", only(map[string]any{
			"loadBalancingSettings": map[string]any{"sampleSize": 4, "successfulSamplesRequired": 3, "additionalLatencyInMilliseconds": 50},
		})},
		{"Microsoft.Cdn/profiles/afdEndpoints/routes", "added", "", "2024-09-01", set("patternsToMatch", []any{"/added/*"})},
		{"Microsoft.Cdn/profiles", "added", "customDomains", "2024-09-01", only(map[string]any{"hostName": "added.contoso.com"})},
		{"Microsoft.CognitiveServices/accounts/deployments", "added", "", "2024-10-01", none},
		{"Microsoft.CognitiveServices/accounts", "6d1a9f0e-3f1a-4c0e-9d53-9b1f0c7d2a11", "providers/Microsoft.Authorization/roleAssignments", "2022-04-01", only(map[string]any{
			"roleDefinitionId": "/subscriptions/00000000-0000-4000-8000-000000000002/providers/Microsoft.Authorization/roleDefinitions/" + string(arm.CognitiveServicesOpenAIUser),
			"principalId":      "99999999-2222-4333-8444-555555555555", "principalType": "ServicePrincipal",
		})},
		{"Microsoft.ApiManagement/service/apis", "added", "", apim, set("path", "added", "displayName", "Added")},
		{"Microsoft.ApiManagement/service/apis/operations", "added", "", apim, set("urlTemplate", "/added", "displayName", "Added", "templateParameters", []any{})},
		{"Microsoft.ApiManagement/service/apis/operations", "policy", "policies", apim, only(map[string]any{"format": "rawxml", "value": strings.Replace(addedPolicy, "<backend><forward-request/></backend>", "", 1)})},
		{"Microsoft.ApiManagement/service/backends", "added", "", apim, none},
		{"Microsoft.ApiManagement/service", "added", "namedValues", apim, only(map[string]any{"displayName": "added", "value": "a"})},
		{"Microsoft.ApiManagement/service", "added", "policyFragments", apim, only(map[string]any{"format": "rawxml", "value": "<fragment><set-header name=\"x\"><value>1</value></set-header></fragment>"})},
		{"Microsoft.ApiManagement/service", "added", "products", apim, only(map[string]any{"displayName": "Added"})},
		{"Microsoft.ApiManagement/service", "added", "subscriptions", apim, only(map[string]any{"displayName": "Added", "scope": "/apis"})},
		{"Microsoft.ApiManagement/service", "policy", "policies", apim, only(map[string]any{"format": "rawxml", "value": addedPolicy})},
		{"Microsoft.Network/virtualNetworks", "added", "subnets", "2024-05-01", only(map[string]any{"addressPrefix": addedRange})},
	}
}

// additions puts resources beside the stack's where that changes what the stack does: each
// is found, and nothing else is told. It returns what it has put where.
func (m *matrix) additions() (put []string) {
	added, widened := map[string]bool{}, map[string]bool{}
	for _, each := range additions() {
		like := m.first(each.like)
		if like == nil {
			continue
		}
		if each.below == "subnets" {
			m.widen(like)
			widened[arm.Fold(like.ID)] = true
		}
		kind, _ := m.contract.ByToken(like.Type)
		body := armBody(m.t, m.session.Endpoints.ARM, like.ID, kind.APIVersion)
		for _, own := range []string{"id", "name", "etag", "systemData"} {
			delete(body, own)
		}
		each.change(body)
		id := like.ID[:strings.LastIndexByte(like.ID, '/')+1] + each.name
		if each.below != "" {
			id = like.ID + "/" + each.below + "/" + each.name
		}
		if status, answer := askARM(m.t, http.MethodPut, m.session.Endpoints.ARM, id, each.apiVersion, body); status >= 300 {
			m.t.Errorf("%s cannot be added: %s", id, answer)
			continue
		}
		added[arm.Fold(id)] = true
		put = append(put, each.String())
	}
	report := m.drift()
	for id := range added {
		if !slices.ContainsFunc(report, func(d driftEntry) bool { return arm.Fold(d.ID) == id && d.Cause == "added outside" }) {
			m.t.Errorf("nobody sees %s", id)
		}
	}
	for _, entry := range report {
		ofWidened := widened[arm.Fold(entry.ID)] && strings.HasPrefix(entry.Property, "addressSpace")
		if !added[arm.Fold(entry.ID)] && !ofWidened {
			m.t.Errorf("a false alarm: %+v", entry)
		}
	}
	m.t.Logf("%d resources added and found", len(added))
	return put
}

// first is the stack's first resource of an ARM type that lies in another of the stack's:
// an account that was there before is nobody's but its owner's.
func (m *matrix) first(armType string) *stateResource {
	resources := m.w.stateResources()
	for _, resource := range resources {
		kind, known := m.contract.ByToken(resource.Type)
		if !known || kind.ARMType != armType {
			continue
		}
		id, err := arm.ParseID(resource.ID)
		if err != nil {
			m.t.Fatal(err)
		}
		parent, _ := id.Parent()
		if len(id.Types) == 1 || slices.ContainsFunc(resources, func(other stateResource) bool { return strings.EqualFold(other.ID, parent.String()) }) {
			return &resource
		}
	}
	return nil
}
