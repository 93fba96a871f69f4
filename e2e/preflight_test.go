package e2e

import (
	"encoding/json"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// What preflight tells before a deployment is what a deployment would fail at: one seed
// with everything wrong, and all of it told at once.
func TestPreflightTellsWhatWouldFail(t *testing.T) {
	t.Parallel()
	seed := filepath.Join(t.TempDir(), "seed.json")
	if err := os.WriteFile(seed, []byte(`{
	  "quotas": [
	    {"region": "swedencentral", "sku": "DataZoneStandard", "model": "gpt-5.4-mini", "limit": 5},
	    {"region": "swedencentral", "sku": "DataZoneStandard", "model": "text-embedding-3-small", "limit": 100},
	    {"region": "francecentral", "sku": "GlobalStandard", "model": "gpt-5.4-mini", "limit": 100}],
	  "permissions": [{"actions": ["*"], "notActions": ["Microsoft.Cdn/*/write"]}],
	  "unregisteredProviders": ["Microsoft.OperationalInsights"]}`), 0o600); err != nil {
		t.Fatal(err)
	}
	w := newSeededWorld(t, filepath.Join(root, "Pulumi.dev.yaml"), seed)
	var report struct {
		Findings []struct{ Check, Place, Value, Remedy string }
	}
	got := w.must(1, "preflight", "--json")
	if err := json.Unmarshal([]byte(got.stdout), &report); err != nil {
		t.Fatalf("preflight --json prints no JSON: %v: %s", err, got)
	}
	var told []string
	for _, finding := range report.Findings {
		told = append(told, finding.Check+" "+finding.Place+" "+finding.Value)
		if finding.Remedy == "" {
			t.Errorf("no remedy for %+v", finding)
		}
	}
	for _, want := range []string{
		"models france.embeddings in francecentral", "models france.gpt-5.4-mini in francecentral", "quota OpenAI.DataZoneStandard.gpt-5.4-mini in swedencentral 10",
		"rights /subscriptions/00000000-0000-4000-8000-000000000002 Microsoft.Cdn/", "providers Microsoft.OperationalInsights NotRegistered",
	} {
		if !slices.ContainsFunc(told, func(line string) bool { return strings.HasPrefix(line, want) }) {
			t.Errorf("preflight does not tell %q: %v", want, told)
		}
	}
	up := w.aoai("up")
	if up.code == 0 {
		t.Errorf("what preflight warns of does not fail: %s", up)
	}
	// The failure is told, and not what followed from it inside of the engine.
	for _, noise := range []string{"resource monitor", "unhandled error"} {
		if strings.Contains(up.stdout+up.stderr, noise) {
			t.Errorf("a failed up tells of %q: %s", noise, up)
		}
	}
}

// A name that Azure holds is told, and free again once it is purged.
func TestPreflightTellsHeldNames(t *testing.T) {
	t.Parallel()
	w := newWorld(t, filepath.Join(root, "Pulumi.dev.yaml"))
	session := w.hold()
	w.must(0, "up")
	for _, resource := range w.stateResources() {
		if strings.HasSuffix(resource.Type, ":Account") && strings.Contains(resource.ID, "sweden") {
			if status, answer := askARM(t, http.MethodDelete, session.Endpoints.ARM, resource.ID, "2024-10-01", nil); status >= 300 {
				t.Fatalf("deleting the account: %s", answer)
			}
		}
	}
	if got := w.must(1, "preflight"); !strings.Contains(got.stdout, "purge") || !strings.Contains(got.stdout, "aoai-sweden-") {
		t.Errorf("the name that Azure holds is not told: %s", got)
	}
	w.must(0, "recover", "--purge")
	w.must(0, "preflight")
}

// A policy of the subscription that forbids public accounts is told before a deployment, and
// refuses it; a private stack is what it asks for.
func TestPreflightTellsPolicies(t *testing.T) {
	t.Parallel()
	const scope = "/subscriptions/00000000-0000-4000-8000-000000000002"
	seed := stackFile(t, `{"policies": [{
	  "assignment": {"id": "`+scope+`/providers/Microsoft.Authorization/policyAssignments/no-public-accounts", "name": "no-public-accounts", "properties": {
	    "displayName": "No public accounts", "scope": "`+scope+`", "policyDefinitionId": "/providers/Microsoft.Authorization/policyDefinitions/0725b4dd-7e76-479c-a735-68e7ee23d5ca",
	    "parameters": {"effect": {"value": "Deny"}}}},
	  "definition": {"id": "/providers/Microsoft.Authorization/policyDefinitions/0725b4dd-7e76-479c-a735-68e7ee23d5ca", "properties": {"policyRule": {
	    "if": {"allOf": [{"field": "type", "equals": "Microsoft.CognitiveServices/accounts"}, {"field": "Microsoft.CognitiveServices/accounts/publicNetworkAccess", "notEquals": "Disabled"}]},
	    "then": {"effect": "[parameters('effect')]"}}}}}]}`)
	w := newSeededWorld(t, example("apim/defaults"), seed)
	// What lies beside a name with a suffix that is not made yet is not known either.
	require.Contains(t, w.must(0, "preflight").stdout, `note: policies: "No public accounts" may deny Account france, Account sweden`)
	refused := w.aoai("up")
	require.NotZero(t, refused.code)
	require.Contains(t, refused.String(), "RequestDisallowedByPolicy")
	told := w.must(1, "preflight")
	for _, want := range []string{`policies: Account sweden: "No public accounts"`, `policies: Account france: "No public accounts"`, "network.access: private", "2 findings"} {
		require.Contains(t, told.stdout, want)
	}
	w.flags[3] = example("apim/private")
	require.Contains(t, w.must(0, "preflight").stdout, "nothing found that would make up fail")
}
