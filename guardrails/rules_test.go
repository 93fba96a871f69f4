package guardrails

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/aoai-gateway/aoai-gateway/internal/arm"
)

const (
	account   = "azure-native:cognitiveservices/v20241001:Account"
	backend   = "azure-native:apimanagement/v20240501:Backend"
	service   = "azure-native:apimanagement/v20240501:ApiManagementService"
	apiPolicy = "azure-native:apimanagement/v20240501:ApiPolicy"
	api       = "azure-native:apimanagement/v20240501:Api"
	gateway   = "azure-native:network/v20240501:ApplicationGateway"
)

// object is a shorthand for inputs: pairs of a path and its value.
func object(pairs ...any) map[string]any {
	inputs := map[string]any{}
	for i := 0; i < len(pairs); i += 2 {
		names := strings.Split(pairs[i].(string), ".")
		at := inputs
		for _, name := range names[:len(names)-1] {
			next, _ := at[name].(map[string]any)
			if next == nil {
				next = map[string]any{}
				at[name] = next
			}
			at = next
		}
		at[names[len(names)-1]] = pairs[i+1]
	}
	return inputs
}

func one(token string, pairs ...any) []Resource {
	return []Resource{{token, "it", object(pairs...)}}
}

// Every rule passes what is right, and finds what is wrong.
func TestRules(t *testing.T) {
	contract, err := arm.Load()
	if err != nil {
		t.Fatal(err)
	}
	options := Options{Environment: Production, RequiredTags: []string{"team"}, contract: contract}
	role := func(id, scope string) []Resource {
		return one("azure-native:authorization/v20220401:RoleAssignment", "roleDefinitionId", "/subscriptions/s/providers/Microsoft.Authorization/roleDefinitions/"+id, "scope", scope)
	}
	const (
		user      = "5e0bd9bd-7b93-4f28-af87-19fc36ad61bd"
		owner     = "8e3af657-a8ff-443c-a75c-2fe8c4bcb635"
		changer   = "312a565d-c81f-4fd8-895a-4e21e48d571c"
		onModel   = "/subscriptions/s/resourceGroups/g/providers/Microsoft.CognitiveServices/accounts/a"
		onService = "/subscriptions/s/resourceGroups/g/providers/Microsoft.ApiManagement/service/s"
		origin    = "azure-native:cdn/v20240901:AFDOrigin"
		route     = "azure-native:cdn/v20240901:Route"
		profile   = "azure-native:cdn/v20240901:Profile"
		budget    = "azure-native:consumption/v20241001:Budget"
	)
	locked := append(one(service), Resource{origin, "o", object()})
	cases := []struct {
		rule, reason string
		resources    []Resource
		want         string
	}{
		{"no-local-auth", "an account without keys", one(account, "properties.disableLocalAuth", true), ""},
		{"no-local-auth", "an account with keys", one(account, "properties.disableLocalAuth", false), "properties.disableLocalAuth is not true"},
		{"no-local-auth", "an account that says nothing", one(account), "properties.disableLocalAuth is not true"},
		{"no-local-auth", "an account that is not known yet", one(account, "properties", arm.Unknown{}), ""},
		{"no-local-auth", "a namespace of event hubs with keys", one("azure-native:eventhub/v20240101:Namespace"), "disableLocalAuth is not true"},
		{"no-local-auth", "a backend that carries a key", one(backend, "credentials.header.Api-Key", []any{"x"}), "credentials.header.Api-Key is a key of a backend"},
		{"no-local-auth", "a backend that carries a key in its query", one(backend, "credentials.query.code", []any{"x"}), "credentials.query.code is a key of a backend"},
		{"no-local-auth", "a backend with a header that is no key", one(backend, "credentials.header.x-team", []any{"x"}), ""},
		{"no-local-auth", "a workspace with keys", one("azure-native:operationalinsights/v20230901:Workspace"), "features.disableLocalAuth is not true"},
		{"no-local-auth", "a backend without", one(backend, "url", "https://a"), ""},
		{"narrow-roles", "a role on a model", role(user, onModel), ""},
		{"narrow-roles", "an owner", role(owner, onModel), "roleDefinitionId is Owner"},
		{"narrow-roles", "a role on a group", role(user, "/subscriptions/s/resourceGroups/g"), "holds more than one resource"},
		{"narrow-roles", "a role on a management group", role(user, "/providers/Microsoft.Management/managementGroups/m"), "holds more than one resource"},
		{"narrow-roles", "a workflow that stops calls", role(changer, onService+"/namedValues/budget-state"), ""},
		{"narrow-roles", "a workflow that changes another named value", role(changer, onService+"/namedValues/front-door-id"), "roleDefinitionId is API Management Service Contributor"},
		{"narrow-roles", "a workflow that changes the service", role(changer, onService), "roleDefinitionId is API Management Service Contributor"},
		{"no-prompt-logging", "tokens alone", one("azure-native:apimanagement/v20240601preview:Diagnostic", "largeLanguageModel.logs", "enabled"), ""},
		{"no-prompt-logging", "messages", one("azure-native:apimanagement/v20240601preview:Diagnostic", "largeLanguageModel.requests.messages", "all"), "largeLanguageModel.requests.messages is"},
		{"no-prompt-logging", "bodies of one API", one("azure-native:apimanagement/v20240501:ApiDiagnostic", "backend.response.body.bytes", 10.0), "backend.response.body.bytes is 10"},
		{"no-prompt-logging", "a policy that sends to an event hub", one(apiPolicy, "value", `<policies><inbound><log-to-eventhub logger-id="x"/></inbound></policies>`), "log-to-eventhub"},
		{"https-only", "a route over HTTPS", one(route, "forwardingProtocol", "HttpsOnly", "supportedProtocols", []any{"Https"}), ""},
		{"https-only", "a route that forwards HTTP", one(route, "forwardingProtocol", "MatchRequest"), "forwardingProtocol is"},
		{"https-only", "a route that takes HTTP", one(route, "supportedProtocols", []any{"Http", "Https"}), "supportedProtocols has Http"},
		{"https-only", "HTTP that leads to HTTPS", one(route, "forwardingProtocol", "HttpsOnly", "supportedProtocols", []any{"Http", "Https"}, "httpsRedirect", "Enabled"), ""},
		{"https-only", "an origin whose certificate nobody checks", one(origin, "enforceCertificateNameCheck", false), "enforceCertificateNameCheck is false"},
		{"https-only", "a backend over HTTP", one(backend, "url", "http://a"), "speak HTTPS"},
		{"https-only", "an API over HTTP", one("azure-native:apimanagement/v20240501:Api", "protocols", []any{"https", "http"}), "protocols has http"},
		{"https-only", "a listener without TLS", one(gateway, "httpListeners", []any{object("protocol", "Http")}), "httpListeners[0].protocol is Http"},
		{"https-only", "a listener with TLS", one(gateway, "httpListeners", []any{object("protocol", "Https")}), ""},
		{"https-only", "a route that says nothing takes HTTP", one(route, "forwardingProtocol", "HttpsOnly"), "supportedProtocols has Http"},
		{"https-only", "a listener without TLS that redirects", one(gateway, "httpListeners", []any{object("protocol", "Http", "name", "plain")},
			"requestRoutingRules", []any{object("httpListener.id", "/g/httpListeners/plain", "redirectConfiguration.id", "x")}), ""},
		{"https-only", "a gateway that speaks HTTP with what is behind it", one(gateway, "backendHttpSettingsCollection", []any{object("protocol", "Http")}), "backendHttpSettingsCollection[0].protocol is Http"},
		{"tls-1.2", "old protocols off", []Resource{{service, "it", map[string]any{"customProperties": map[string]any{"Microsoft.WindowsAzure.ApiManagement.Gateway.Security.Protocols.Tls10": "False"}}}}, ""},
		{"tls-1.2", "old protocols on", []Resource{{service, "it", map[string]any{"customProperties": map[string]any{"Microsoft.WindowsAzure.ApiManagement.Gateway.Security.Protocols.Tls10": "True"}}}}, "Tls10\"] is true"},
		{"tls-1.2", "an old policy", one(gateway, "sslPolicy.policyName", "AppGwSslPolicy20170401"), "sslPolicy allows TLS before 1.2"},
		{"tls-1.2", "a new policy", one(gateway, "sslPolicy.policyName", "AppGwSslPolicy20220101S"), ""},
		{"firewall-prevents", "prevention", one("azure-native:network/v20240201:Policy", "policySettings.mode", "Prevention", "policySettings.enabledState", "Enabled"), ""},
		{"firewall-prevents", "detection", one("azure-native:network/v20240201:Policy", "policySettings.mode", "Detection"), "policySettings.mode is Detection"},
		{"firewall-prevents", "a mode that is not given", one("azure-native:network/v20240201:Policy", "policySettings.enabledState", "Enabled"), "policySettings.mode says nothing"},
		{"firewall-prevents", "a mode that is not known yet", one("azure-native:network/v20240201:Policy", "policySettings", arm.Unknown{}), ""},
		{"firewall-prevents", "switched off", one("azure-native:network/v20240501:WebApplicationFirewallPolicy", "policySettings.state", "Disabled", "policySettings.mode", "Prevention"), "policySettings.state is not Enabled"},
		{"firewall-prevents", "an Application Gateway's that does not say it is on", one("azure-native:network/v20240501:WebApplicationFirewallPolicy", "policySettings.mode", "Prevention"), "policySettings.state is not Enabled"},
		{"firewall-prevents", "a Front Door's switched off", one("azure-native:network/v20240201:Policy", "policySettings.mode", "Prevention", "policySettings.enabledState", "Disabled"), "policySettings.enabledState is Disabled"},
		{"firewall-present", "a Front Door with one", append(one(profile), Resource{"azure-native:cdn/v20240901:SecurityPolicy", "s", nil}), ""},
		{"firewall-present", "a Front Door without", one(profile), "the Front Door it has no firewall"},
		{"firewall-present", "two Front Doors with one between them", append(one(profile), Resource{profile, "other", nil}, Resource{"azure-native:cdn/v20240901:SecurityPolicy", "s", nil}), "the Front Door other has no firewall"},
		{"firewall-present", "the other Front Door's", append(one(profile, "profileName", "a"), Resource{profile, "other", object("profileName", "b")},
			Resource{"azure-native:cdn/v20240901:SecurityPolicy", "s", object("profileName", "B")}), "the Front Door it has no firewall"},
		{"firewall-present", "an Application Gateway without", one(gateway), "the Application Gateway it has no firewall"},
		{"firewall-present", "an Application Gateway with one", one(gateway, "firewallPolicy.id", "x"), ""},
		{"front-door-lock", "a policy that checks", append(locked, Resource{apiPolicy, "p", object("value", "<check-header name='X-Azure-FDID'/>")}), ""},
		{"front-door-lock", "a check that is commented out", append(locked, Resource{apiPolicy, "p", object("value", "<policies><!-- <check-header name='X-Azure-FDID'/> --></policies>")}), "the policy p does not check"},
		{"front-door-lock", "a policy that does not", append(locked, Resource{apiPolicy, "p", object("value", "<policies/>")}), "the policy p does not check"},
		{"front-door-lock", "a policy that is not known yet", append(locked, Resource{apiPolicy, "p", object("value", arm.Unknown{})}), ""},
		{"front-door-lock", "two APIs with one policy", append(locked, Resource{api, "one", object("apiId", "a")}, Resource{api, "two", object("apiId", "b")},
			Resource{apiPolicy, "p", object("apiId", "a", "value", "<check-header name='X-Azure-FDID'/>")}), "the API two has no policy"},
		{"front-door-lock", "two APIs whose policies are not known to be theirs yet", append(locked, Resource{api, "one", object("apiId", "a")}, Resource{api, "two", object("apiId", "b")},
			Resource{apiPolicy, "p", object("apiId", arm.Unknown{}, "value", "<check-header name='X-Azure-FDID'/>")},
			Resource{apiPolicy, "q", object("apiId", arm.Unknown{}, "value", "<check-header name='X-Azure-FDID'/>")}), ""},
		{"front-door-lock", "two APIs below the service's policy", append(locked, Resource{api, "one", object("apiId", "a")}, Resource{api, "two", object("apiId", "b")},
			Resource{"azure-native:apimanagement/v20240501:Policy", "p", object("value", "<check-header name='X-Azure-FDID'/>")}), ""},
		{"front-door-lock", "a policy that checks by a fragment", append(locked, Resource{apiPolicy, "p", object("value", `<include-fragment fragment-id="lock"/>`)},
			Resource{"azure-native:apimanagement/v20240501:PolicyFragment", "f", object("id", "lock", "value", "<fragment><check-header name='X-Azure-FDID'/></fragment>")}), ""},
		{"front-door-lock", "a fragment that checks and is not included", append(locked, Resource{apiPolicy, "p", object("value", `<policies/>`)},
			Resource{"azure-native:apimanagement/v20240501:PolicyFragment", "f", object("id", "lock", "value", "<fragment><check-header name='X-Azure-FDID'/></fragment>")}), "the policy p does not check"},
		{"front-door-lock", "no policy at all", locked, "no policy checks X-Azure-FDID"},
		{"front-door-lock", "a service without Front Door", one(service), ""},
		{"budget", "one that tells somebody", one(budget, "notifications.a.enabled", true, "notifications.a.contactEmails", []any{"a@b.c"}), ""},
		{"no-public-access", "an account that is closed", one(account, "properties.publicNetworkAccess", "Disabled"), ""},
		{"no-public-access", "an account that says nothing is open", one(account), "properties.publicNetworkAccess is not Disabled; set it, and reach it by a private endpoint (network.access: private)"},
		{"no-public-access", "an account that is open", one(account, "properties.publicNetworkAccess", "Enabled"), "is not Disabled"},
		{"no-public-access", "one that only a deployment tells", one(account, "properties.publicNetworkAccess", arm.Unknown{}), ""},
		{"no-public-access", "a vault of the user's own", one("azure-native:keyvault/v20230701:Vault"), "properties.publicNetworkAccess is not Disabled"},
		{"no-public-access", "a storage account of the user's own", one("azure-native:storage/v20230101:StorageAccount", "publicNetworkAccess", "SecuredByPerimeter"), "publicNetworkAccess is not Disabled"},
		{"no-public-access", "a search service writes it in small letters", one("azure-native:search/v20231101:Service", "publicNetworkAccess", "disabled"), ""},
		{"no-public-access", "an event hub", one("azure-native:eventhub/v20240101:Namespace"), "apim.logging.eventHub"},
		{"no-public-access", "a gateway, which callers have to reach", one(service), ""},
		{"budget", "one whose notification is off", one(budget, "notifications.a.enabled", false, "notifications.a.contactEmails", []any{"a@b.c"}), "no budget tells anybody"},
		{"budget", "one whose notification goes to nobody", one(budget, "notifications.a.enabled", true, "notifications.a.contactEmails", []any{}), "no budget tells anybody"},
		{"budget", "one that goes to a group", one(budget, "notifications.a.enabled", true, "notifications.a.contactGroups", arm.Unknown{}), ""},
		{"budget", "one that tells nobody", one(budget), "no budget tells anybody"},
		{"budget", "none", one(account), "there is no budget"},
		{"tags", "all there", one(account, "tags.team", "a"), ""},
		{"tags", "one missing", one(account, "tags.other", "a"), "tags has no team"},
		{"tags", "a type that takes none", one(backend), ""},
	}
	passing, failing := map[string]int{}, map[string]int{}
	for _, c := range cases {
		t.Run(c.rule+": "+c.reason, func(t *testing.T) {
			rule := ruleOf(t, c.rule)
			var found []string
			if rule.Whole != nil {
				found = rule.Whole(c.resources, options)
			} else {
				for _, each := range c.resources {
					found = append(found, rule.PerResource(each, options)...)
				}
			}
			switch text := strings.Join(found, "\n"); {
			case c.want == "" && text != "":
				t.Errorf("it passes not: %s", text)
			case !strings.Contains(text, c.want):
				t.Errorf("found is %q; want %q", text, c.want)
			}
			if c.want == "" {
				passing[c.rule]++
			} else {
				failing[c.rule]++
			}
		})
	}
	for _, rule := range Rules() {
		if passing[rule.ID] == 0 || failing[rule.ID] == 0 {
			t.Errorf("%s has %d passing and %d failing cases; each rule has both", rule.ID, passing[rule.ID], failing[rule.ID])
		}
		if rule.Says == "" || rule.Reason == "" || !strings.HasPrefix(rule.Link, "https://learn.microsoft.com/") {
			t.Errorf("%s does not say what, why and where to read on", rule.ID)
		}
	}
}

func ruleOf(t *testing.T, id string) Rule {
	t.Helper()
	for _, rule := range Rules() {
		if rule.ID == id {
			return rule
		}
	}
	t.Fatalf("there is no rule %s", id)
	return Rule{}
}

func TestSeverityByEnvironment(t *testing.T) {
	for _, c := range []struct {
		rule, environment string
		want              Severity
	}{
		{"budget", Development, ""},
		{"budget", Staging, Advisory},
		{"budget", Production, Mandatory},
		{"no-local-auth", Development, Mandatory},
		{"tags", Production, Advisory},
	} {
		if got := ruleOf(t, c.rule).severityIn(Options{Environment: c.environment}); got != c.want {
			t.Errorf("%s in %s is %q; want %q", c.rule, c.environment, got, c.want)
		}
	}
}

func TestWaivers(t *testing.T) {
	now := time.Date(2026, 11, 25, 12, 0, 0, 0, time.UTC)
	good := Waiver{Rule: "no-prompt-logging", Resource: "gateway-*", Reason: "an audit of three months", Until: "2027-02-28"}
	cases := []struct {
		reason string
		change func(*Waiver)
		want   string
	}{
		{"as it should be", func(*Waiver) {}, ""},
		{"its last day", func(w *Waiver) { w.Until = "2026-11-25" }, ""},
		{"a day later", func(w *Waiver) { w.Until = "2026-11-24" }, "until: 2026-11-24 has passed"},
		{"no day", func(w *Waiver) { w.Until = "soon" }, `until: "soon" is not a day; write it like 2027-02-25`},
		{"for ever", func(w *Waiver) { w.Until = "2030-01-01" }, "more than a year away"},
		{"no reason", func(w *Waiver) { w.Reason = "ok" }, `reason: "ok" explains nothing`},
		{"no rule", func(w *Waiver) { w.Rule = "prompt-logging" }, `rule: "prompt-logging" is not allowed`},
		{"no resource", func(w *Waiver) { w.Resource = "" }, "resource: is missing"},
		{"a resource for a rule of the stack", func(w *Waiver) { w.Rule = "budget" }, "is about the whole stack"},
		{"a pattern that is none", func(w *Waiver) { w.Resource = "a[" }, "is not a pattern of names"},
	}
	for _, c := range cases {
		t.Run(c.reason, func(t *testing.T) {
			waiver := good
			c.change(&waiver)
			err := waiver.validate(Rules(), now)
			if (err == nil) != (c.want == "") || !strings.Contains(fmt.Sprint(err), c.want) && c.want != "" {
				t.Errorf("the mistake is told as %v; want %q", err, c.want)
			}
		})
	}
	rule := ruleOf(t, "no-prompt-logging")
	if !good.covers(rule, "gateway-llm") || good.covers(rule, "other") || good.covers(ruleOf(t, "tags"), "gateway-llm") {
		t.Error("a waiver covers what it names and nothing else")
	}
}

// Where a rule does not hold, nobody can tell whether its waiver is needed.
func TestNeededWaivers(t *testing.T) {
	for _, c := range []struct {
		reason, environment string
		used, want          bool
	}{
		{"production uses it", Production, true, true},
		{"production does not", Production, false, false},
		{"staging only warns, and does not use it", Staging, false, false},
		{"development does not look", Development, false, true},
	} {
		t.Run(c.reason, func(t *testing.T) {
			g := &Guard{options: Options{Environment: c.environment, Waivers: []Waiver{{Rule: "no-prompt-logging", Resource: "*"}}}, used: map[int]bool{0: c.used}}
			if got := g.needed(0); got != c.want {
				t.Errorf("needed is %v; want %v", got, c.want)
			}
		})
	}
}
