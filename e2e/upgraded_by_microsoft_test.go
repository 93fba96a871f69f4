package e2e

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/aoai-gateway/aoai-gateway/sandbox/azure"
)

// upgradable is a stack of which Microsoft may upgrade everything.
const upgradable = `config:
  aoai-gateway:openai:
    - { name: sweden, region: swedencentral }
    - { name: france, region: francecentral }
  aoai-gateway:deployments:
    - { name: chat, model: gpt-5.4-mini, version: "2026-03-17", versionUpgrade: OnceCurrentVersionExpired }
`

// cognitive is the API version of accounts and deployments.
const cognitive = "2024-10-01"

// What Microsoft upgrades by itself is no drift, is told, and is kept by up, also when up
// writes something else; what somebody takes back is drift.
func TestMicrosoftUpgradesAStack(t *testing.T) {
	t.Parallel()
	w := newWorld(t, stackFile(t, upgradable))
	// Before there is anything, the model follows from what Azure does not have yet.
	if first := w.must(0, "preflight"); !strings.Contains(first.stdout, "follows from what Azure has") {
		t.Errorf("preflight does not tell what it cannot know: %s", first)
	}
	w.must(0, "up")
	session := w.hold()
	ids := w.idsByName()
	upgrade := func(body azure.Upgrade) {
		t.Helper()
		raw, err := json.Marshal(body)
		if err != nil {
			t.Fatal(err)
		}
		response, err := http.Post(session.Endpoints.ARM+azure.UpgradesPath, "application/json", strings.NewReader(string(raw)))
		if err != nil {
			t.Fatal(err)
		}
		_ = response.Body.Close()
		if response.StatusCode != http.StatusOK {
			t.Fatalf("ordering an upgrade of %s answers %d", body.ID, response.StatusCode)
		}
	}
	upgrade(azure.Upgrade{ID: ids["sweden"], Identity: true})
	upgrade(azure.Upgrade{ID: ids["france"]})
	upgrade(azure.Upgrade{ID: ids["sweden.chat"], Model: "gpt-5.6-luna", Version: "2026-07-09"})

	drift := w.must(0, "drift")
	for _, want := range []string{
		`Microsoft upgraded Account sweden: kind is "AIServices" now, was "OpenAI"; up keeps it`,
		`Microsoft upgraded Account france: kind`,
		`Microsoft upgraded Deployment sweden.chat: properties.model.name is "gpt-5.6-luna" now`,
		"no drift",
	} {
		if !strings.Contains(drift.stdout, want) {
			t.Errorf("drift does not tell %q: %s", want, drift)
		}
	}
	if preflight := w.must(0, "preflight"); !strings.Contains(preflight.stdout, "Microsoft upgraded Account sweden") {
		t.Errorf("preflight does not tell of the upgrade: %s", preflight)
	}
	w.must(0, "up", "--expect-no-changes")
	if told := w.must(0, "drift"); strings.Contains(told.stdout, "Microsoft upgraded") {
		t.Errorf("an upgrade that was taken over is told again: %s", told)
	}

	// To take the permission back would delete the deployment for a model that may be retired.
	w.flags[3] = stackFile(t, strings.Replace(upgradable, ", versionUpgrade: OnceCurrentVersionExpired", "", 1))
	if refused := w.aoai("preview"); refused.code == 0 || !strings.Contains(refused.stdout+refused.stderr, `write model gpt-5.6-luna and version "2026-07-09"`) {
		t.Errorf("a preview would take an upgrade back: %s", refused)
	}

	// Another change of the same resources writes them as they are now.
	tagged := upgradable + "  aoai-gateway:tags: { team: platform }\n"
	w.flags[3] = stackFile(t, tagged)
	w.must(0, "up")
	for name, want := range map[string]string{"sweden": `"kind":"AIServices"`, "france": `"kind":"AIServices"`, "sweden.chat": `"name":"gpt-5.6-luna"`, "france.chat": `"name":"gpt-5.4-mini"`} {
		if _, body := askARM(t, http.MethodGet, session.Endpoints.ARM, ids[name], cognitive, nil); !strings.Contains(body, want) || !strings.Contains(body, "platform") {
			t.Errorf("after another change %s lacks %s, or the change: %s", name, want, body)
		}
	}
	w.must(0, "drift")

	// Another model in the configuration is the user's wish, and older ones are no exception.
	w.flags[3] = stackFile(t, strings.Replace(tagged, `gpt-5.4-mini, version: "2026-03-17"`, `gpt-5.4, version: "2026-03-05"`, 1))
	w.must(0, "up")
	for _, name := range []string{"sweden.chat", "france.chat"} {
		if _, body := askARM(t, http.MethodGet, session.Endpoints.ARM, ids[name], cognitive, nil); !strings.Contains(body, `"name":"gpt-5.4","version":"2026-03-05"`) {
			t.Errorf("another model in the configuration leaves %s as it is: %s", name, body)
		}
	}
	w.must(0, "drift")

	// An identity that somebody gave the account is not taken away, and is told.
	group, _, _ := strings.Cut(ids["france"], "/resourceGroups/")
	group += "/resourceGroups/rg-identities"
	identity := group + "/providers/Microsoft.ManagedIdentity/userAssignedIdentities/other"
	for _, made := range []struct{ id, version string }{{group, "2022-09-01"}, {identity, "2023-01-31"}} {
		if status, answer := askARM(t, http.MethodPut, session.Endpoints.ARM, made.id, made.version, map[string]any{"location": "francecentral"}); status >= 300 {
			t.Fatalf("making %s answers %d %s", made.id, status, answer)
		}
	}
	if status, answer := askARM(t, http.MethodPatch, session.Endpoints.ARM, ids["france"], cognitive, map[string]any{"identity": map[string]any{
		"type": "SystemAssigned, UserAssigned", "userAssignedIdentities": map[string]any{identity: map[string]any{}},
	}}); status >= 300 {
		t.Fatalf("giving an identity answers %d %s", status, answer)
	}
	if drift := w.must(7, "drift"); !strings.Contains(drift.stdout, "identity.type") {
		t.Errorf("drift does not tell of an identity: %s", drift)
	}
	w.must(0, "up")
	if _, body := askARM(t, http.MethodGet, session.Endpoints.ARM, ids["france"], cognitive, nil); !strings.Contains(body, "UserAssigned") {
		t.Errorf("up takes the identity away: %s", body)
	}
	w.must(0, "drift")

	status, raw := askARM(t, http.MethodGet, session.Endpoints.ARM, ids["sweden"], cognitive, nil)
	var account map[string]any
	if err := json.Unmarshal([]byte(raw), &account); err != nil || status != http.StatusOK {
		t.Fatalf("%d %s", status, raw)
	}
	account["kind"] = "OpenAI"
	if status, answer := askARM(t, http.MethodPut, session.Endpoints.ARM, ids["sweden"], cognitive, account); status >= 300 {
		t.Fatalf("rolling back by hand answers %d %s", status, answer)
	}
	// A model cannot be changed by hand, but Azure's own upgrade leads to an older one here.
	upgrade(azure.Upgrade{ID: ids["sweden.chat"], Model: "gpt-5.1", Version: "2025-11-13"})
	rolledBack := w.must(7, "drift")
	for _, want := range []string{"sweden", `"OpenAI"`, "took back what Microsoft had upgraded", "sweden.chat", `"gpt-5.1"`} {
		if !strings.Contains(rolledBack.stdout, want) {
			t.Errorf("what was taken back is not told: %q is missing in %s", want, rolledBack)
		}
	}
}

// A Foundry account is made as such, and stays.
func TestFoundryAccounts(t *testing.T) {
	t.Parallel()
	w := newWorld(t, stackFile(t, strings.ReplaceAll(upgradable, "central }", "central, kind: foundry }")))
	w.must(0, "up")
	session := w.hold()
	ids := w.idsByName()
	_, body := askARM(t, http.MethodGet, session.Endpoints.ARM, ids["sweden"], cognitive, nil)
	for _, want := range []string{`"kind":"AIServices"`, `"type":"SystemAssigned"`, ".openai.azure.com", ".services.ai.azure.com", ".cognitiveservices.azure.com"} {
		if !strings.Contains(body, want) {
			t.Errorf("a Foundry account lacks %s: %s", want, body)
		}
	}
	w.must(0, "up", "--expect-no-changes")
	w.must(0, "drift")
}

// A provisioned deployment spills over to a standard one, and keeps doing so when it changes;
// drift tells when somebody takes that away.
func TestSpillover(t *testing.T) {
	t.Parallel()
	stack := `config:
  aoai-gateway:pattern: apim
  aoai-gateway:openai:
    - { name: sweden, region: swedencentral }
  aoai-gateway:deployments:
    - { name: chat, model: gpt-5.4-mini, version: "2026-03-17", sku: DataZoneProvisionedManaged, capacity: 15, spillover: overflow }
    - { name: overflow, model: gpt-5.4-mini, version: "2026-03-17", sku: DataZoneStandard }
  aoai-gateway:apim: { publisher: { email: platform@contoso.com }, subscriptions: [{ name: first-team }] }
`
	w := newWorld(t, stackFile(t, stack))
	w.must(0, "up")
	session := w.hold()
	ids := w.idsByName()
	spills := func() bool {
		t.Helper()
		_, body := askARM(t, http.MethodGet, session.Endpoints.ARM, ids["sweden.chat"], cognitive, nil)
		return strings.Contains(body, `"spilloverDeploymentName":"overflow"`)
	}
	if !spills() {
		t.Fatal("the deployment does not spill over")
	}
	w.must(0, "up", "--expect-no-changes")
	w.must(0, "drift")
	w.flags[3] = stackFile(t, strings.Replace(stack, "capacity: 15", "capacity: 20", 1))
	w.must(0, "up")
	if !spills() {
		t.Error("a deployment that grows does not spill over any more")
	}
	w.must(0, "drift")
	_, raw := askARM(t, http.MethodGet, session.Endpoints.ARM, ids["sweden.chat"], cognitive, nil)
	var body map[string]any
	if err := json.Unmarshal([]byte(raw), &body); err != nil {
		t.Fatal(err)
	}
	delete(body["properties"].(map[string]any), "spilloverDeploymentName")
	if status, answer := askARM(t, http.MethodPut, session.Endpoints.ARM, ids["sweden.chat"], cognitive, body); status >= 300 {
		t.Fatalf("%d %s", status, answer)
	}
	if drift := w.must(7, "drift"); !strings.Contains(drift.stdout, "spilloverDeploymentName") {
		t.Errorf("drift does not tell of it: %s", drift)
	}
	w.must(0, "up")
	if !spills() {
		t.Error("up does not put the spillover back")
	}
	// An edit of what the SDK's resource writes, too: that writes it without the spillover.
	body["properties"].(map[string]any)["spilloverDeploymentName"], body["sku"].(map[string]any)["capacity"] = "overflow", 30
	if status, answer := askARM(t, http.MethodPut, session.Endpoints.ARM, ids["sweden.chat"], cognitive, body); status >= 300 {
		t.Fatalf("%d %s", status, answer)
	}
	w.must(0, "up")
	if !spills() {
		t.Error("up puts the capacity back, and loses the spillover")
	}
	w.must(0, "drift")
	// Taken out of the configuration, it goes from the deployment, too.
	w.flags[3] = stackFile(t, strings.Replace(stack, ", spillover: overflow", "", 1))
	w.must(0, "up")
	if spills() {
		t.Error("a deployment spills over that the configuration no longer lets")
	}
	w.must(0, "drift")
	w.must(0, "destroy")
}

// idsByName are the ids in Azure of the stack's accounts and deployments, by their names in
// the stack.
func (w *world) idsByName() map[string]string {
	w.t.Helper()
	ids := map[string]string{}
	for _, resource := range w.stateResources() {
		if strings.HasPrefix(resource.Type, "azure-native:cognitiveservices/") {
			ids[resource.URN[strings.LastIndex(resource.URN, "::")+2:]] = resource.ID
		}
	}
	return ids
}
