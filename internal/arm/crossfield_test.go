package arm

import (
	"encoding/json"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// Every rule of the data is a rule here.
func TestEveryRuleOfTheDataIsHeld(t *testing.T) {
	raw, err := os.ReadFile("data/crossfield-rules.json")
	if err != nil {
		t.Fatal(err)
	}
	var data []struct{ ID string }
	if err := json.Unmarshal(raw, &data); err != nil {
		t.Fatal(err)
	}
	known := map[string]bool{}
	for _, rule := range Rules {
		known[rule.ID] = true
		if rule.Says == "" || rule.Source == "" {
			t.Errorf("%s lacks words or a source", rule.ID)
		}
	}
	for _, rule := range data {
		if !known[rule.ID] {
			t.Errorf("%s is in the data and not here", rule.ID)
		}
	}
}

// Each rule refuses what breaks it and lets pass what keeps it.
func TestRules(t *testing.T) {
	cases := []struct {
		rule, token, bad string
		want             []string
		good             string
	}{
		{
			"afd-name", "cdn/v20240901:AFDOrigin", `{"originName":"-a"}`,
			[]string{`originName: "-a" is not a legal Front Door name; allowed are 2 to 90 characters: letters, digits and inner hyphens`},
			`{"originName":"aa"}`,
		},
		{
			"afd-endpoint-name", "cdn/v20240901:AFDEndpoint", `{"endpointName":"` + strings.Repeat("a", 47) + `"}`,
			[]string{`endpointName: "` + strings.Repeat("a", 47) + `" is not a legal Front Door endpoint name; allowed are 2 to 46 characters: letters, digits and inner hyphens`},
			`{"endpointName":"aa"}`,
		},
		{
			"afd-rule-name", "cdn/v20240901:Rule", `{"ruleName":"my-rule"}`,
			[]string{`ruleName: "my-rule" is not a legal Front Door rule name; allowed are 1 to 260 characters: letters and digits, a letter first`},
			`{"ruleName":"a"}`,
		},
		{
			"afd-ruleset-name", "cdn/v20240901:RuleSet", `{"ruleSetName":"1"}`,
			[]string{`ruleSetName: "1" is not a legal Front Door rule set name; allowed are 1 to 60 characters: letters and digits, a letter first`},
			`{"ruleSetName":"a"}`,
		},
		{
			"afd-customdomain-name", "cdn/v20240901:AFDCustomDomain", `{"customDomainName":"a.b"}`,
			[]string{`customDomainName: "a.b" is not a legal Front Door custom domain name; allowed are 2 to 260 characters: letters, digits and inner hyphens`},
			`{"customDomainName":"a-b"}`,
		},
		{
			"afd-origin-timeout", "cdn/v20240901:Profile", `{"originResponseTimeoutSeconds":300}`,
			[]string{"originResponseTimeoutSeconds: 300 is out of range; allowed are 16 to 240"},
			`{"originResponseTimeoutSeconds":240}`,
		},
		{
			"afd-lb", "cdn/v20240901:AFDOriginGroup", `{"loadBalancingSettings":{"additionalLatencyInMilliseconds":1001,"sampleSize":256}}`,
			[]string{
				"loadBalancingSettings.additionalLatencyInMilliseconds: 1001 is out of range; allowed are 0 to 1000",
				"loadBalancingSettings.sampleSize: 256 is out of range; allowed are 0 to 255",
			},
			`{"loadBalancingSettings":{"additionalLatencyInMilliseconds":0}}`,
		},
		{
			"afd-redirect", "cdn/v20240901:Route", `{"httpsRedirect":"Enabled","supportedProtocols":["Https"]}`,
			[]string{`httpsRedirect: "Enabled" needs supportedProtocols to hold Http and Https; without both nothing is redirected`},
			`{"httpsRedirect":"Enabled","supportedProtocols":["Http","Https"]}`,
		},
		{
			"afd-pl", "cdn/v20240901:AFDOrigin", `{"sharedPrivateLinkResource":{"groupId":"x"},"enforceCertificateNameCheck":false}`,
			[]string{"enforceCertificateNameCheck: false is not allowed with sharedPrivateLinkResource; set it to true"},
			`{"sharedPrivateLinkResource":{"groupId":"x"},"enforceCertificateNameCheck":true}`,
		},
		{
			"afd-waf", "network/v20240201:Policy", `{"sku":{"name":"Standard_AzureFrontDoor"},"managedRules":{"managedRuleSets":[{}]}}`,
			[]string{"managedRules.managedRuleSets: needs sku.name Premium_AzureFrontDoor; Standard_AzureFrontDoor has no managed rules"},
			`{"sku":{"name":"Standard_AzureFrontDoor"},"managedRules":{"managedRuleSets":[]}}`,
		},
		{
			"AZURE-empty-objects", "cdn/v20240901:Route", `{"cacheConfiguration":{}}`,
			[]string{"cacheConfiguration: is empty, which Azure rejects; leave it out"},
			`{"cacheConfiguration":{"queryParameters":"x"}}`,
		},
		{
			"apim-sku", "apimanagement/v20240501:ApiManagementService", `{"sku":{"name":"Developer","capacity":2}}`,
			[]string{"sku.capacity: 2 units are not on offer for Developer; allowed are 1 to 1"},
			`{"sku":{"name":"Premium","capacity":12}}`,
		},
		{
			"apim-sku none", "apimanagement/v20240501:ApiManagementService", `{"sku":{"name":"Isolated","capacity":1}}`,
			[]string{`sku.name: "Isolated" cannot be made; take one of Consumption, Developer, Basic, Standard, Premium, BasicV2, StandardV2, PremiumV2`},
			`{"sku":{"name":"Consumption","capacity":0}}`,
		},
		{
			"apim-multiregion", "apimanagement/v20240501:ApiManagementService",
			`{"sku":{"name":"Standard","capacity":1},"additionalLocations":[{"sku":{"capacity":51}}]}`,
			[]string{
				"additionalLocations: needs sku.name Premium; Standard has one region",
				"additionalLocations[0].sku.capacity: 51 is out of range; allowed are 0 to 50",
			},
			`{"sku":{"name":"Premium","capacity":2},"additionalLocations":[{"sku":{"capacity":3},"zones":["1","2","3"]}]}`,
		},
		{
			"apim-multiregion zones", "apimanagement/v20240501:ApiManagementService", `{"sku":{"name":"Premium","capacity":2},"zones":["1","2","3"]}`,
			[]string{"sku.capacity: 2 units do not divide evenly over 3 zones"},
			`{"sku":{"name":"Premium","capacity":3},"zones":["1","2","3"]}`,
		},
		{
			// Of v2 SKUs zones are not chosen by name: learn.microsoft.com/azure/api-management/enable-availability-zone-support
			"apim-multiregion v2", "apimanagement/v20240501:ApiManagementService", `{"sku":{"name":"PremiumV2","capacity":3},"zones":["1","2","3"]}`,
			[]string{"zones: needs sku.name Premium; PremiumV2 does not let you choose zones"},
			`{"sku":{"name":"PremiumV2","capacity":3}}`,
		},
		{
			"apim-vnet-additional", "apimanagement/v20240501:ApiManagementService",
			`{"sku":{"name":"Premium","capacity":1},"virtualNetworkConfiguration":{"x":1},"additionalLocations":[{}]}`,
			[]string{"additionalLocations[0].virtualNetworkConfiguration: must be set exactly if the service's own is"},
			`{"sku":{"name":"Premium","capacity":1},"additionalLocations":[{}]}`,
		},
		{
			"apim-backend-name", "apimanagement/v20240501:Backend", `{"backendId":"a-"}`,
			[]string{`backendId: "a-" is not a legal API Management backend id; allowed are 1 to 80 characters: letters, digits, underscores and inner hyphens`},
			`{"backendId":"a"}`,
		},
		{
			"apim-circuitbreaker", "apimanagement/v20240501:Backend",
			`{"circuitBreaker":{"rules":[{"tripDuration":"1m","failureCondition":{"count":0,"percentage":5}},{"failureCondition":{"count":1,"errorReasons":["x"],"interval":"PT1M"}}]}}`,
			[]string{
				"circuitBreaker.rules: has 2 rules; exactly one is allowed",
				"circuitBreaker.rules[0].failureCondition: must have exactly one of count and percentage",
				"circuitBreaker.rules[0].failureCondition: must have statusCodeRanges or errorReasons",
				"circuitBreaker.rules[0].failureCondition.count: 0 is out of range; allowed are 1 to 10000",
				`circuitBreaker.rules[0].tripDuration: "1m" is not an ISO 8601 duration such as PT1M`,
			},
			`{"circuitBreaker":{"rules":[{"tripDuration":"PT1M","failureCondition":{"count":1,"statusCodeRanges":[{"min":429,"max":429}]}}]}}`,
		},
		{
			"apim-pool", "apimanagement/v20240501:Backend", `{"pool":{"services":[` + strings.Repeat(`{"id":"x"},`, 30) + `{"id":"x"}]}}`,
			[]string{"pool.services: has 31 members; at most 30 are allowed"},
			`{"pool":{"services":[{"id":"x"}]}}`,
		},
		{
			"apim-diag-id", "apimanagement/v20240501:Diagnostic", `{"diagnosticId":"insights"}`,
			[]string{`diagnosticId: "insights" is not allowed; one of applicationinsights, azuremonitor`},
			`{"diagnosticId":"azuremonitor"}`,
		},
		{
			"apim-policy-size", "apimanagement/v20240501:ApiPolicy", `{"value":"` + strings.Repeat("x", 262145) + `"}`,
			[]string{"value: has 262145 bytes; at most 262144 are allowed"},
			`{"value":"<policies/>"}`,
		},
		{
			// learn.microsoft.com/azure/api-management/policy-fragments, of 2026-02-10
			"AZURE-fragment-size", "apimanagement/v20240501:PolicyFragment", `{"value":"` + strings.Repeat("x", 512<<10+1) + `"}`,
			[]string{"value: has 524289 bytes; at most 524288 are allowed"},
			`{"value":"` + strings.Repeat("x", 512<<10) + `"}`,
		},
		{
			"budget", "consumption/v20231101:Budget",
			`{"budgetName":"a b","amount":0,"timePeriod":{"startDate":"2026-11-23","endDate":"2026-11-01"},"notifications":{"n":{"enabled":true,"operator":"Over","threshold":1001}}}`,
			[]string{
				"amount: 0 is too low; at least 1 is needed",
				`budgetName: "a b" is not a legal budget name; allowed are 1 to 63 characters: letters, digits, hyphens and underscores`,
				`notifications.n.operator: "Over" is not allowed; one of EqualTo, GreaterThan, GreaterThanOrEqualTo`,
				"notifications.n.threshold: 1001 is out of range; allowed are 0 to 1000",
				`timePeriod.endDate: "2026-11-01" is not after the start`,
				`timePeriod.startDate: "2026-11-23" is not the first of a month from 2017-06-01 on`,
			},
			`{"budgetName":"a","amount":1,"timePeriod":{"startDate":"2026-11-01"},"notifications":{"n":{"enabled":true,"operator":"GreaterThan","threshold":80}}}`,
		},
		{
			"appgw", "network/v20240501:ApplicationGateway",
			`{"probes":[{"interval":30,"timeout":31,"path":"status","unhealthyThreshold":21}],"requestRoutingRules":[{"priority":0}],` +
				`"sku":{"capacity":2},"autoscaleConfiguration":{"minCapacity":1}}`,
			[]string{
				"probes[0]: must have exactly one of host and pickHostNameFromBackendHttpSettings",
				`probes[0].path: "status" does not start with a slash`,
				"probes[0].timeout: 31 is longer than the interval (30)",
				"probes[0].unhealthyThreshold: 21 is out of range; allowed are 1 to 20",
				"requestRoutingRules[0].priority: 0 is out of range; allowed are 1 to 20000",
				"sku.capacity: does not go with autoscaleConfiguration; keep one",
			},
			`{"probes":[{"interval":30,"timeout":30,"path":"/s","pickHostNameFromBackendHttpSettings":true}],"requestRoutingRules":[{"priority":1}]}`,
		},
	}
	contract := mustLoad(t)
	for _, c := range cases {
		t.Run(c.rule, func(t *testing.T) {
			resource, ok := contract.ByToken("azure-native:" + c.token)
			if !ok {
				t.Fatalf("%s is not in the contract", c.token)
			}
			if diff := cmp.Diff(c.want, broken(t, resource, c.bad)); diff != "" {
				t.Errorf("what breaks the rule (-want +got):\n%s", diff)
			}
			if got := broken(t, resource, c.good); len(got) > 0 {
				t.Errorf("what keeps the rule is refused: %q", got)
			}
		})
	}
}

// broken lists what rules find in inputs, without what the contract finds.
func broken(t *testing.T, resource *ResourceType, inputs string) []string {
	t.Helper()
	var values map[string]any
	if err := json.Unmarshal([]byte(inputs), &values); err != nil {
		t.Fatal(err)
	}
	c := &checker{}
	for _, rule := range Rules {
		if rule.holdsFor(resource.Token) {
			rule.check(c, values)
		}
	}
	var messages []string
	for _, violation := range c.sorted() {
		messages = append(messages, violation.String())
	}
	return messages
}
