package e2e

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore/to"
	"github.com/Azure/azure-sdk-for-go/sdk/resourcemanager/cdn/armcdn/v2"
)

// A stack lives its whole life: nothing is changed twice, what is changed
// outside is found and healed, and nothing but soft-deleted names remains.
func TestFrontDoorLifeCycle(t *testing.T) {
	t.Parallel()
	w := newWorld(t, example("front-door/defaults"))
	session := w.hold()

	preview := w.must(0, "preview")
	if !strings.Contains(preview.stdout, "+ 24 to create") {
		t.Errorf("the preview does not tell the 24 resources to be made: %s", preview)
	}
	up := w.must(0, "up")
	for _, want := range []string{"NAME", "https://aoai-", ".z01.azurefd.net", "sweden", "francecentral", "gpt-5.4-mini"} {
		if !strings.Contains(up.stdout, want) {
			t.Errorf("the table of endpoints lacks %q: %s", want, up)
		}
	}
	w.must(0, "up", "--expect-no-changes")
	w.must(0, "refresh", "--expect-no-changes")
	if drift := w.must(0, "drift"); !strings.Contains(drift.stdout, "no drift") {
		t.Errorf("a fresh stack drifts: %s", drift)
	}

	w.changeWeight(session.Endpoints.ARM, session.Endpoints.SubscriptionID, 1)
	w.mustDrift()
	w.must(0, "up")
	w.must(0, "drift")
	w.must(0, "preview", "--expect-no-changes")

	w.must(0, "destroy")
	inventory, err := session.Inventory(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, left := range inventory.Resources {
		// The seed's own resources are somebody else's.
		if seeded := map[string]int{
			"Microsoft.Resources/resourceGroups": 3, "Microsoft.CognitiveServices/accounts": 1,
			"Microsoft.OperationalInsights/workspaces": 1, "Microsoft.KeyVault/vaults": 1, "Microsoft.KeyVault/vaults/secrets": 1,
		}; left.Count != seeded[left.Type] {
			t.Errorf("after destroy there are %d of %s", left.Count, left.Type)
		}
	}
	if len(inventory.SoftDeleted) != 2 {
		t.Errorf("two accounts' names should be held, these are: %v", inventory.SoftDeleted)
	}
}

// A change that Azure cannot make in place replaces the profile with all that
// lies in it, and nothing beside it.
func TestProfileSKUChangeReplaces(t *testing.T) {
	t.Parallel()
	w := newWorld(t, example("front-door/hardened"))
	w.must(0, "up")
	before := w.outputs()
	standard := stackFile(t, strings.NewReplacer("sku: Premium", "sku: Standard", "managedRules: true", "managedRules: false").
		Replace(readFile(t, example("front-door/hardened"))))
	w.flags[3] = standard
	got := w.must(0, "up")
	for _, want := range []string{"AFDOrigin gateway-sweden", "replaced", "Profile gateway"} {
		if !strings.Contains(got.stdout, want) {
			t.Errorf("the change of SKU does not tell %q: %s", want, got)
		}
	}
	if strings.Contains(got.stdout, "Account sweden replac") {
		t.Errorf("the change of Front Door's SKU replaces an account: %s", got)
	}
	if after := w.outputs(); after["frontDoorId"] == before["frontDoorId"] || after["endpoint"] != before["endpoint"] {
		t.Errorf("before the replacement %v, after it %v", before, after)
	}
	w.must(0, "drift")
}

// changeWeight sets an origin's weight behind the stack's back, with Azure's own
// SDK.
func (w *world) changeWeight(endpoint, subscription string, weight int32) {
	w.t.Helper()
	client, err := armcdn.NewAFDOriginsClient(subscription, anybody{}, clientOptions(endpoint))
	if err != nil {
		w.t.Fatal(err)
	}
	group, profile := w.outputs()["resourceGroup"].(string), w.profileName()
	poller, err := client.BeginUpdate(w.t.Context(), group, profile, "openai", "sweden", armcdn.AFDOriginUpdateParameters{
		Properties: &armcdn.AFDOriginUpdatePropertiesParameters{Weight: to.Ptr(weight)},
	}, nil)
	if err != nil {
		w.t.Fatal(err)
	}
	if _, err := poller.PollUntilDone(w.t.Context(), nil); err != nil {
		w.t.Fatal(err)
	}
	got, err := client.Get(w.t.Context(), group, profile, "openai", "sweden", nil)
	if err != nil {
		w.t.Fatal(err)
	}
	if *got.Properties.Weight != weight {
		w.t.Fatalf("Azure's SDK set the weight to %d and reads %d", weight, *got.Properties.Weight)
	}
}

// mustDrift wants exactly the weight to be found, for people and as JSON.
func (w *world) mustDrift() {
	w.t.Helper()
	drift := w.must(7, "drift")
	for _, want := range []string{"gateway-sweden", "AFDOrigin", "weight", "500", "1", "update"} {
		if !strings.Contains(drift.stdout, want) {
			w.t.Errorf("the drift report lacks %q: %s", want, drift)
		}
	}
	var report struct{ Drift []map[string]any }
	if err := json.Unmarshal([]byte(w.must(7, "drift", "--json").stdout), &report); err != nil {
		w.t.Fatal(err)
	}
	if len(report.Drift) != 1 || report.Drift[0]["property"] != "weight" ||
		report.Drift[0]["wanted"] != 500.0 || report.Drift[0]["found"] != 1.0 {
		w.t.Errorf("drift as JSON: %v", report.Drift)
	}
}

// outputs are the stack's, as `up --json` prints them: stdout holds JSON and
// nothing else.
func (w *world) outputs() map[string]any {
	w.t.Helper()
	up := w.must(0, "up", "--json")
	var outputs map[string]any
	if err := json.Unmarshal([]byte(up.stdout), &outputs); err != nil {
		w.t.Fatalf("up --json does not print JSON alone: %v\n%s", err, up)
	}
	return outputs
}

func (w *world) profileName() string {
	w.t.Helper()
	for _, resource := range w.stateResources() {
		if resource.Type == "azure-native:cdn/v20240901:Profile" {
			return resource.Inputs["profileName"].(string)
		}
	}
	w.t.Fatal("the stack has no profile")
	return ""
}

// stateResource is a resource as Pulumi's state has it.
type stateResource struct {
	URN          string         `json:"urn"`
	ID           string         `json:"id"`
	Dependencies []string       `json:"dependencies"`
	Type         string         `json:"type"`
	Inputs       map[string]any `json:"inputs"`
	Outputs      map[string]any `json:"outputs"`
}

// stateResources reads the stack's state.
func (w *world) stateResources() []stateResource {
	w.t.Helper()
	return w.stateOf("test")
}

func (w *world) stateOf(stack string) []stateResource {
	w.t.Helper()
	raw, err := os.ReadFile(filepath.Join(w.dir, "state", ".pulumi", "stacks", "aoai-gateway", stack+".json"))
	if err != nil {
		w.t.Fatal(err)
	}
	var state struct {
		Checkpoint struct {
			Latest struct {
				Resources []stateResource `json:"resources"`
			} `json:"latest"`
		} `json:"checkpoint"`
	}
	if err := json.Unmarshal(raw, &state); err != nil {
		w.t.Fatal(err)
	}
	return state.Checkpoint.Latest.Resources
}
