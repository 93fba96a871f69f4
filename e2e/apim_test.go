package e2e

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore/to"
	"github.com/Azure/azure-sdk-for-go/sdk/resourcemanager/apimanagement/armapimanagement/v3"
	"github.com/google/go-cmp/cmp"

	"github.com/aoai-gateway/aoai-gateway/internal/arm"
	"github.com/aoai-gateway/aoai-gateway/sandbox"
	"github.com/aoai-gateway/aoai-gateway/sandbox/azure"
)

// Each stack of pattern apim lives its whole life: it keeps the contract, nothing is
// changed twice, what is changed outside is found and healed, and nothing but
// soft-deleted names remains.
func TestAPIManagementLifeCycle(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for name, c := range map[string]struct {
		preview string
		// held are the names that Azure holds after destroy: accounts and service.
		held int
		says []string
		// rolesFirst says that the service waits for the roles of its identity.
		rolesFirst bool
	}{
		"defaults": {"+ 76 to create", 3, []string{"NAME", "https://apim-aoai-", ".azure-api.net", "swedencentral", "gpt-5.4-mini"}, false},
		"maximal":  {"to create", 3, []string{"https://apim-contoso-ai-", "West Europe", "gpt-5.4-mini, text.embeddings"}, false},
		"hardened": {"to create", 4, []string{"https://apim-contoso-ai-", "polandcentral"}, true},
	} {
		t.Run(name, func(t *testing.T) {
			w := newSeededWorld(t, example("apim/"+name), trafficSeed())
			before := w.inventory()
			if preview := w.must(0, "preview"); !strings.Contains(preview.stdout, c.preview) {
				t.Errorf("the preview lacks %q: %s", c.preview, preview)
			}
			up := w.must(0, "up")
			for _, want := range c.says {
				if !strings.Contains(up.stdout, want) {
					t.Errorf("up lacks %q: %s", want, up)
				}
			}
			w.settled()

			w.during(func(session *sandbox.Session) {
				w.changeBackend(session.Endpoints.ARM, session.Endpoints.SubscriptionID)
			})
			drift := w.must(7, "drift")
			for _, want := range []string{"openai-sweden", "Backend", "url", "https://elsewhere.example", "update"} {
				if !strings.Contains(drift.stdout, want) {
					t.Errorf("the drift report lacks %q: %s", want, drift)
				}
			}
			healed := w.must(0, "up")
			w.must(0, "drift")

			w.serving(trafficOf[name])
			w.must(0, "drift")
			w.keepsTheContract(seen)
			w.rolesOfTheGateway(c.rolesFirst)
			w.logsGoToTheirOwnTables()
			w.keysAreSecrets(up.String() + healed.String())

			w.destroysAllBut(before, c.held)
		})
	}
	for token := range sdkResources {
		if ofAPIManagement(token) && !seen[token] {
			t.Errorf("no example deploys a %s", token)
		}
	}
}

// settled: nothing is changed twice.
func (w *world) settled() {
	w.t.Helper()
	w.must(0, "up", "--expect-no-changes")
	w.must(0, "refresh", "--expect-no-changes")
	w.must(0, "drift")
}

// destroysAllBut: nothing remains but what was there before, and names that Azure holds.
func (w *world) destroysAllBut(before sandbox.Inventory, held int) {
	w.t.Helper()
	w.must(0, "destroy")
	after := w.inventory()
	if len(after.SoftDeleted) != held {
		w.t.Errorf("%d names should be held, these are: %v", held, after.SoftDeleted)
	}
	if diff := cmp.Diff(before.Resources, after.Resources); diff != "" {
		w.t.Errorf("what is there before up and after destroy (-before +after):\n%s", diff)
	}
}

// during holds the sandbox up while f talks to it.
func (w *world) during(f func(*sandbox.Session)) {
	w.t.Helper()
	session, err := sandbox.Join(w.t.Context(), sandbox.Options{Dir: w.dir, SeedFile: w.seed})
	if err != nil {
		w.t.Fatal(err)
	}
	f(session)
	if err := session.Close(); err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) inventory() (inventory sandbox.Inventory) {
	w.t.Helper()
	w.during(func(session *sandbox.Session) {
		var err error
		if inventory, err = session.Inventory(w.t.Context()); err != nil {
			w.t.Fatal(err)
		}
	})
	return inventory
}

// changeBackend sends an account's requests elsewhere behind the stack's back, with
// Azure's own SDK.
func (w *world) changeBackend(endpoint, subscription string) {
	w.t.Helper()
	client, err := armapimanagement.NewBackendClient(subscription, anybody{}, clientOptions(endpoint))
	if err != nil {
		w.t.Fatal(err)
	}
	id := w.stateID("Backend::openai-sweden-gpt-5_4-mini")
	_, err = client.Update(w.t.Context(), id.ResourceGroup(), id.Names[0], id.Names[1], "*", armapimanagement.BackendUpdateParameters{
		Properties: &armapimanagement.BackendUpdateParameterProperties{URL: to.Ptr("https://elsewhere.example")},
	}, nil)
	if err != nil {
		w.t.Fatal(err)
	}
}

// stateID is the id of the resource whose URN ends so.
func (w *world) stateID(suffix string) arm.ID {
	w.t.Helper()
	for _, resource := range w.stateResources() {
		if strings.HasSuffix(resource.URN, suffix) {
			id, err := arm.ParseID(resource.ID)
			if err != nil {
				w.t.Fatal(err)
			}
			return id
		}
	}
	w.t.Fatalf("the stack has no %s", suffix)
	return arm.ID{}
}

// keysAreSecrets: they are made by the service, and stand in state and outputs as
// secrets only. The accounts' own keys are nowhere: they are switched off.
func (w *world) keysAreSecrets(said string) {
	w.t.Helper()
	outputs := w.must(0, "up", "--json")
	var decoded map[string]any
	if err := json.Unmarshal([]byte(outputs.stdout), &decoded); err != nil {
		w.t.Fatal(err)
	}
	if _, there := decoded["subscriptionKeys"]; !there {
		w.t.Errorf("the stack has no output subscriptionKeys: %v", decoded)
	}
	state, err := os.ReadFile(filepath.Join(w.dir, "state", ".pulumi", "stacks", "aoai-gateway", "test.json"))
	if err != nil {
		w.t.Fatal(err)
	}
	secrets, consumers := map[string]string{}, 0
	for _, resource := range w.stateResources() {
		if strings.HasSuffix(resource.Type, ":Subscription") {
			consumers++
		}
	}
	for _, resource := range w.stored() {
		properties, _ := resource.Body["properties"].(map[string]any)
		switch resource.Type {
		case "Microsoft.ApiManagement/service/subscriptions":
			for _, name := range []string{"primaryKey", "secondaryKey"} {
				secrets[name+" of "+resource.ID], _ = resource.Hidden[name].(string)
			}
		case "Microsoft.Insights/components":
			secrets["the instrumentation key"], _ = properties["InstrumentationKey"].(string)
		case "Microsoft.CognitiveServices/accounts":
			if properties["disableLocalAuth"] != true {
				w.t.Errorf("%s takes keys", resource.ID)
			}
		}
	}
	if len(secrets) < 2*consumers+1 {
		w.t.Fatalf("%d consumers and one component have %d secrets", consumers, len(secrets))
	}
	for what, secret := range secrets {
		if secret == "" {
			w.t.Errorf("%s is empty", what)
			continue
		}
		for where, text := range map[string][]byte{"the state": state, "up's output": []byte(said), "the outputs": []byte(outputs.String())} {
			if bytes.Contains(text, []byte(secret)) {
				w.t.Errorf("%s stands in %s in the clear", what, where)
			}
		}
	}
}

// rolesOfTheGateway: the service may call the models of every account, by a role and
// by nothing else. An identity of the stack's own has its roles before the service
// exists.
func (w *world) rolesOfTheGateway(first bool) {
	w.t.Helper()
	resources, grants, accounts := w.stateResources(), 0, 0
	service := urn(w.t, resources, "ApiManagementService::gateway")
	for _, resource := range resources {
		if resource.Type == "aoai-gateway:openai:Account" {
			accounts++
		}
		account, isGrant := strings.CutSuffix(resource.URN[strings.LastIndex(resource.URN, "::")+2:], ".gateway")
		if !isGrant || !strings.HasSuffix(resource.Type, "RoleAssignment") || account == "insights" || account == "prompts" {
			continue
		}
		grants++
		if role := resource.Inputs["roleDefinitionId"].(string); !strings.HasSuffix(role, string(arm.CognitiveServicesOpenAIUser)) {
			w.t.Errorf("the grant on %s is of the role %s", account, role)
		}
		if later := dependsOn(resources, service, resource.URN); later != first {
			w.t.Errorf("the service waits for the grant on %s: %v, want %v", account, later, first)
		}
	}
	if grants != accounts || accounts == 0 {
		w.t.Errorf("%d accounts have %d grants", accounts, grants)
	}
}

// dependsOn reports whether a resource waits for another.
func dependsOn(resources []stateResource, later, earlier string) bool {
	for _, resource := range resources {
		if resource.URN != later {
			continue
		}
		for _, dependency := range resource.Dependencies {
			if dependency == earlier {
				return true
			}
		}
	}
	return false
}

// logsGoToTheirOwnTables: queries and alerts ask the tables of API Management's own
// logs, and the service's setting sends them there.
func (w *world) logsGoToTheirOwnTables() {
	w.t.Helper()
	found := false
	for _, resource := range w.stored() {
		if resource.Type == "Microsoft.Insights/diagnosticSettings" && strings.Contains(resource.ID, "/Microsoft.ApiManagement/service/") {
			properties, _ := resource.Body["properties"].(map[string]any)
			found = found || properties["logAnalyticsDestinationType"] == "Dedicated"
		}
	}
	if !found {
		w.t.Error("the service's logs go to AzureDiagnostics, where no query looks")
	}
}

// A service that cannot become another in place is replaced by one of another name,
// with all that is in it and without a refusal.
func TestServiceIsReplaced(t *testing.T) {
	t.Parallel()
	file := func(sku, units string) string {
		return stackFile(t, strings.NewReplacer("    publisher:", "    sku: "+sku+"\n    units: "+units+"\n    loadBalancing: { strategy: pool }\n    publisher:").
			Replace(readFile(t, example("apim/defaults"))))
	}
	w := newWorld(t, file("Consumption", "0"))
	w.must(0, "up")
	endpoints := map[any]bool{w.outputs()["endpoint"]: true}
	for _, sku := range []string{"BasicV2", "Developer"} {
		w.flags[3] = file(sku, "1")
		w.must(0, "up")
		w.must(0, "drift")
		endpoints[w.outputs()["endpoint"]] = true
	}
	if len(endpoints) != 3 {
		t.Errorf("three services have these endpoints: %v", endpoints)
	}
	services := 0
	for _, resource := range w.stored() {
		if resource.Type == "Microsoft.ApiManagement/service" {
			services++
		}
	}
	if services != 1 {
		t.Errorf("%d services are left", services)
	}
	w.must(0, "destroy")
}

// Accounts, models and consumers come and go: pools follow, and nothing that is
// still in use is deleted.
func TestAPIManagementChanges(t *testing.T) {
	t.Parallel()
	w := newWorld(t, example("apim/maximal"))
	w.must(0, "up")
	if got := w.poolMembers("pool-gpt-5_4-mini"); got != "sweden shared japan" {
		t.Errorf("provisioned throughput, then the rest: %q", got)
	}
	if got := w.poolMembers("pool-text_embeddings"); got != "shared japan" {
		t.Errorf("the accounts that have embeddings: %q", got)
	}
	text := readFile(t, example("apim/maximal"))
	japan, after := strings.Index(text, "    - name: japan"), strings.Index(text, "  aoai-gateway:apim:")
	text = text[:japan] + text[after:]
	text = strings.NewReplacer(
		"      - name: research\n", "", "        product: research\n", "        product: standard\n", "      - name: direct\n", "      - name: other\n",
	).Replace(text)
	w.flags[3] = stackFile(t, text)
	w.must(0, "up")
	// A product that is taken out stays in Azure, until somebody deletes it.
	if got := w.must(7, "drift"); !strings.Contains(got.stdout, "research") || !strings.Contains(got.stdout, "1 difference") {
		t.Errorf("drift does not tell of the product that stayed, and of nothing else: %s", got)
	}
	if got := w.poolMembers("pool-gpt-5_4-mini"); got != "sweden shared" {
		t.Errorf("after japan went: %q", got)
	}
	if got := w.poolMembers("pool-text_embeddings"); got != "" {
		t.Errorf("nobody lists embeddings any more, and there is a pool of %q", got)
	}
	w.must(0, "destroy")
}

// poolMembers are the accounts of a pool, in order; "" where there is no such pool.
func (w *world) poolMembers(pool string) string {
	w.t.Helper()
	var names []string
	for _, resource := range w.stored() {
		if !strings.HasSuffix(resource.ID, "/backends/"+pool) {
			continue
		}
		for _, id := range memberIDs(resource) {
			names = append(names, strings.TrimSuffix(id[strings.LastIndex(id, "/")+1:], strings.TrimPrefix(pool, "pool")))
		}
	}
	return strings.Join(names, " ")
}

func memberIDs(resource *azure.Resource) []string {
	var ids []string
	properties, _ := resource.Body["properties"].(map[string]any)
	pool, _ := properties["pool"].(map[string]any)
	services, _ := pool["services"].([]any)
	for _, each := range services {
		member, _ := each.(map[string]any)
		id, _ := member["id"].(string)
		ids = append(ids, id)
	}
	return ids
}
