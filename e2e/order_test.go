package e2e

import (
	"slices"
	"strings"
	"testing"
)

// Azure refuses two operations at a time on one account, and a route before its
// origins: the order is in the stack, for creation and, reversed, for deletion.
func TestOrderIsInTheStack(t *testing.T) {
	t.Parallel()
	w := newWorld(t, example("front-door/maximal"))
	w.must(0, "up")
	resources := w.stateResources()
	before := map[string][]string{}
	for _, resource := range resources {
		before[resource.URN] = resource.Dependencies
	}
	waitsFor := func(later, earlier string) bool {
		return slices.Contains(before[urn(t, resources, later)], urn(t, resources, earlier))
	}
	for _, account := range []string{"shared", "sweden", "japan"} {
		if !waitsFor("Deployment::"+account+".embeddings", "Deployment::"+account+".gpt-5.4-mini") {
			t.Errorf("account %s: the second deployment does not wait for the first", account)
		}
		if !waitsFor("AFDOrigin::gateway-"+account, "Deployment::"+account+".embeddings") {
			t.Errorf("account %s: the origin does not wait for the deployments", account)
		}
		if !waitsFor("Route::gateway", "AFDOrigin::gateway-"+account) {
			t.Errorf("the route does not wait for the origin %s", account)
		}
	}
	grants := slices.DeleteFunc(resources, func(r stateResource) bool { return !strings.HasSuffix(r.Type, "RoleAssignment") })
	if len(grants) != 9 {
		t.Errorf("three clients on three accounts have %d grants", len(grants))
	}
}

// urn finds the one resource whose URN ends so.
func urn(t *testing.T, resources []stateResource, suffix string) string {
	t.Helper()
	for _, resource := range resources {
		if strings.HasSuffix(resource.URN, suffix) {
			return resource.URN
		}
	}
	t.Fatalf("the stack has no %s", suffix)
	return ""
}

// What stands in a stack that was deployed twice is deployed once: names, grants
// and the suffix stay.
func TestNamesStayTheSame(t *testing.T) {
	t.Parallel()
	w := newWorld(t, example("front-door/hardened"))
	w.must(0, "up")
	first := w.outputs()
	second := w.outputs()
	if first["endpoint"] != second["endpoint"] || first["resourceGroup"] != second["resourceGroup"] {
		t.Errorf("deployed twice: %v, then %v", first, second)
	}
}
