package arm

import (
	"fmt"
	"math"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/aoai-gateway/aoai-gateway/internal/azure"
	"github.com/aoai-gateway/aoai-gateway/internal/isoduration"
)

// Rule is a rule between properties, or a limit that the ARM contract lacks.
type Rule struct {
	// ID is the rule's name in crossfield-rules.json, or AZURE- and a word where
	// the rule is from Azure's documents alone.
	ID string
	// Types are the last words of the tokens that it holds for.
	Types []string
	// Says is the rule in words, Source where it is from.
	Says, Source string
	check        func(*checker, map[string]any)
}

// Rules are all rules between properties.
var Rules = slices.Concat(toolRules, serviceRules, namingRules, limitRules)

// toolRules are those that other tools and this project's data know.
var toolRules = []Rule{
	nameRule("afd-name", FrontDoorName, "cdn/Profile", "profileName"),
	nameRule("afd-name", FrontDoorName, "cdn/AFDOriginGroup", "originGroupName"),
	nameRule("afd-name", FrontDoorName, "cdn/AFDOrigin", "originName"),
	nameRule("afd-name", FrontDoorName, "cdn/Route", "routeName"),
	nameRule("afd-endpoint-name", FrontDoorEndpointName, "cdn/AFDEndpoint", "endpointName"),
	nameRule("afd-rule-name", FrontDoorRuleName, "cdn/Rule", "ruleName"),
	nameRule("afd-ruleset-name", FrontDoorRuleSetName, "cdn/RuleSet", "ruleSetName"),
	nameRule("afd-customdomain-name", FrontDoorCustomDomainName, "cdn/AFDCustomDomain", "customDomainName"),
	{
		ID: "afd-origin-timeout", Types: []string{"cdn/Profile"}, Says: fmt.Sprintf("originResponseTimeoutSeconds is %d to %d", azure.FrontDoorResponseSeconds.Min, azure.FrontDoorResponseSeconds.Max),
		Source: "azurerm; Front Door's troubleshooting page",
		check: func(c *checker, in map[string]any) {
			c.within(in, "originResponseTimeoutSeconds", azure.FrontDoorResponseSeconds)
		},
	},
	{
		ID: "afd-lb", Types: []string{"cdn/AFDOriginGroup"},
		Says: "sample sizes are 0 to 255, additional latency is 0 to 1000 ms", Source: "azurerm",
		check: func(c *checker, in map[string]any) {
			c.within(in, "loadBalancingSettings.sampleSize", azure.FrontDoorSamples)
			c.within(in, "loadBalancingSettings.successfulSamplesRequired", azure.FrontDoorSamples)
			c.within(in, "loadBalancingSettings.additionalLatencyInMilliseconds", azure.FrontDoorLatencyMilliseconds)
		},
	},
	{
		ID: "afd-redirect", Types: []string{"cdn/Route"},
		Says: "httpsRedirect needs both Http and Https among the supported protocols", Source: "azurerm",
		check: func(c *checker, in map[string]any) {
			protocols, known := stringsAt(in, "supportedProtocols")
			if is(in, "httpsRedirect", "Enabled") && known && (!slices.Contains(protocols, "Http") || !slices.Contains(protocols, "Https")) {
				c.fail("httpsRedirect", `"Enabled" needs supportedProtocols to hold Http and Https; without both nothing is redirected`)
			}
		},
	},
	{
		ID: "afd-pl", Types: []string{"cdn/AFDOrigin"},
		Says: "a private link needs the certificate check", Source: "azurerm",
		check: func(c *checker, in map[string]any) {
			if check, given := at(in, "enforceCertificateNameCheck"); has(in, "sharedPrivateLinkResource") && given && check == false {
				c.fail("enforceCertificateNameCheck", "false is not allowed with sharedPrivateLinkResource; set it to true")
			}
		},
	},
	{
		ID: "afd-downgrade", Types: []string{"cdn/Profile"}, Says: "a Premium profile does not become Standard", Source: "azurerm",
		check: func(*checker, map[string]any) {}, // needs the deployed profile: Resource Manager refuses it
	},
	{
		ID: "afd-waf", Types: []string{"network/Policy"}, Says: "managed rules need Premium", Source: "azurerm's documents",
		check: func(c *checker, in map[string]any) {
			sets, _ := at(in, "managedRules.managedRuleSets")
			list, _ := sets.([]any)
			if sku, known := stringAt(in, "sku.name"); len(list) > 0 && known && sku != azure.PremiumFrontDoor {
				c.fail("managedRules.managedRuleSets", "needs sku.name %s; %s has no managed rules", azure.PremiumFrontDoor, sku)
			}
		},
	},
	{
		ID: "AZURE-empty-objects", Types: []string{"cdn/Route", "cdn/AFDOrigin"},
		Says: "cacheConfiguration and sharedPrivateLinkResource are left out or not empty", Source: "public issues",
		check: func(c *checker, in map[string]any) {
			for _, name := range []string{"cacheConfiguration", "sharedPrivateLinkResource"} {
				if object, ok := in[name].(map[string]any); ok && len(object) == 0 {
					c.fail(name, "is empty, which Azure rejects; leave it out")
				}
			}
		},
	},
	{
		ID: "apim-sku", Types: []string{"apimanagement/ApiManagementService"},
		Says: "each SKU has its own range of units", Source: "azurerm",
		check: func(c *checker, in map[string]any) {
			sku, knownSKU := stringAt(in, "sku.name")
			units, knownUnits := numberAt(in, "sku.capacity")
			if !knownSKU || !knownUnits {
				return
			}
			offered, exists := azure.FindAPIMSKU(sku)
			if !exists {
				c.fail("sku.name", "%q cannot be made; take one of %s", sku, strings.Join(azure.APIMSKUNames(), ", "))
			} else if units != math.Trunc(units) || units < float64(offered.MinUnits) || units > float64(offered.MaxUnits) {
				c.fail("sku.capacity", "%v units are not on offer for %s; allowed are %d to %d", units, sku, offered.MinUnits, offered.MaxUnits)
			}
		},
	},
	{
		ID: "apim-multiregion", Types: []string{"apimanagement/ApiManagementService"},
		Says: "several regions and zones need Premium; units divide evenly over zones", Source: "azurerm; documents",
		check: checkRegionsAndZones,
	},
	{
		ID: "apim-vnet-additional", Types: []string{"apimanagement/ApiManagementService"},
		Says: "a virtual network is set in every region or in none", Source: "azurerm",
		check: func(c *checker, in map[string]any) {
			for i, location := range objectsAt(in, "additionalLocations") {
				if has(location, "virtualNetworkConfiguration") != has(in, "virtualNetworkConfiguration") {
					c.fail(fmt.Sprintf("additionalLocations[%d].virtualNetworkConfiguration", i), "must be set exactly if the service's own is")
				}
			}
		},
	},
	nameRule("apim-backend-name", APIMBackendName, "apimanagement/Backend", "backendId"),
	{
		ID: "apim-circuitbreaker", Types: []string{"apimanagement/Backend"},
		Says:   "one rule, with a count or a percentage, and with status codes or error reasons",
		Source: "API Management's page on backends; azurerm", check: checkCircuitBreaker,
	},
	{
		ID: "apim-pool", Types: []string{"apimanagement/Backend"}, Says: fmt.Sprintf("a pool has at most %d members", azure.MaxPoolMembers), Source: "documents",
		check: func(c *checker, in map[string]any) {
			if members := objectsAt(in, "pool.services"); len(members) > azure.MaxPoolMembers {
				c.fail("pool.services", "has %d members; at most %d are allowed", len(members), azure.MaxPoolMembers)
			}
		},
	},
	{
		ID: "apim-diag-id", Types: []string{"apimanagement/Diagnostic", "apimanagement/ApiDiagnostic"},
		Says: "the id is azuremonitor or applicationinsights", Source: "azurerm",
		check: func(c *checker, in map[string]any) {
			id, known := stringAt(in, "diagnosticId")
			if known && id != "azuremonitor" && id != "applicationinsights" {
				c.fail("diagnosticId", "%q is not allowed; one of applicationinsights, azuremonitor", id)
			}
			if known && id == "azuremonitor" && has(in, "operationNameFormat") {
				c.fail("operationNameFormat", "goes with diagnosticId applicationinsights only")
			}
		},
	},
	{ID: "apim-retry", Says: fmt.Sprintf("a retry policy's count is 1 to %d", azure.MaxRetries), Source: "documents", check: nil},
	{ID: "apim-policy-size", Types: []string{
		"apimanagement/Policy", "apimanagement/ApiPolicy", "apimanagement/ApiOperationPolicy", "apimanagement/ProductPolicy",
	}, Says: fmt.Sprintf("a policy has at most %d KiB", azure.MaxPolicy>>10), Source: "documents", check: sizeOfValue(azure.MaxPolicy)},
	{
		ID: "AZURE-fragment-size", Types: []string{"apimanagement/PolicyFragment"}, Says: fmt.Sprintf("a policy fragment has at most %d KiB", azure.MaxFragment>>10),
		Source: "API Management's page on policy fragments", check: sizeOfValue(azure.MaxFragment),
	},
	{ID: "eh-log", Says: fmt.Sprintf("a message to Event Hubs is cut at %d KB", azure.MaxEvent>>10), Source: "documents", check: nil},
	{
		ID: "budget", Types: []string{"consumption/Budget"},
		Says:   "the name's characters, the first of a month from 2017-06-01 on, thresholds 0 to 1000, a notification",
		Source: "azurerm; public issues", check: checkBudget,
	},
	{
		ID: "appgw", Types: []string{"network/ApplicationGateway"},
		Says: "probe times, request timeout, rule priorities, capacity or autoscale", Source: "azurerm", check: checkApplicationGateway,
	},
}

var firstOfMonth = regexp.MustCompile(`^(\d{4}-\d{2})-01(?:T00:00:00(?:\.0+)?(?:Z|[+-]00:00))?$`)

// holdsFor reports whether a rule is about a token such as
// azure-native:cdn/v20240901:Profile.
func (r Rule) holdsFor(token string) bool {
	module, name, _ := strings.Cut(strings.TrimPrefix(token, "azure-native:"), ":")
	module, _, _ = strings.Cut(module, "/")
	return r.check != nil && slices.Contains(r.Types, module+"/"+name)
}

func nameRule(id string, rule NameRule, holder, property string) Rule {
	return Rule{
		ID: id, Types: []string{holder}, Says: rule.Kind + ": " + rule.Allowed, Source: "azurerm",
		check: func(c *checker, in map[string]any) {
			if name, known := stringAt(in, property); known {
				if err := rule.Check(name); err != nil {
					c.fail(property, "%v", err)
				}
			}
		},
	}
}

func checkRegionsAndZones(c *checker, in map[string]any) {
	sku, known := stringAt(in, "sku.name")
	locations := objectsAt(in, "additionalLocations")
	offered, _ := azure.FindAPIMSKU(sku)
	if known && !offered.Regions && len(locations) > 0 {
		c.fail("additionalLocations", "needs sku.name %s; %s has one region", azure.WithRegions(), sku)
	}
	zones := func(path string, object map[string]any) {
		list, _ := object["zones"].([]any)
		if len(list) == 0 {
			return
		}
		if known && !offered.Zones {
			c.fail(join(path, "zones"), "needs sku.name %s; %s does not let you choose zones", azure.WithZones(), sku)
		}
		if units, given := numberAt(object, "sku.capacity"); given && int(units)%len(list) != 0 {
			c.fail(join(path, "sku.capacity"), "%v units do not divide evenly over %d zones", units, len(list))
		}
	}
	zones("", in)
	for i, location := range locations {
		at := fmt.Sprintf("additionalLocations[%d]", i)
		zones(at, location)
		if units, given := numberAt(location, "sku.capacity"); given && (units < 0 || units > azure.MaxAdditionalUnits) {
			c.fail(join(at, "sku.capacity"), "%v is out of range; allowed are 0 to %d", units, azure.MaxAdditionalUnits)
		}
	}
}

func sizeOfValue(most int) func(*checker, map[string]any) {
	return func(c *checker, in map[string]any) {
		if value, known := stringAt(in, "value"); known && len(value) > most {
			c.fail("value", "has %d bytes; at most %d are allowed", len(value), most)
		}
	}
}

func checkCircuitBreaker(c *checker, in map[string]any) {
	rules := objectsAt(in, "circuitBreaker.rules")
	if len(rules) > 1 {
		c.fail("circuitBreaker.rules", "has %d rules; exactly one is allowed", len(rules))
	}
	for i, rule := range rules {
		path := fmt.Sprintf("circuitBreaker.rules[%d]", i)
		condition, _ := rule["failureCondition"].(map[string]any)
		if has(condition, "count") == has(condition, "percentage") {
			c.fail(join(path, "failureCondition"), "must have exactly one of count and percentage")
		}
		if !has(condition, "statusCodeRanges") && !has(condition, "errorReasons") {
			c.fail(join(path, "failureCondition"), "must have statusCodeRanges or errorReasons")
		}
		c.withinIn(condition, join(path, "failureCondition"), "count", azure.BreakerFailures)
		c.betweenIn(condition, join(path, "failureCondition"), "percentage", 1, 100)
		for _, duration := range []struct {
			path  string
			value any
		}{{join(path, "tripDuration"), rule["tripDuration"]}, {join(path, "failureCondition.interval"), condition["interval"]}} {
			if text, ok := duration.value.(string); ok {
				if _, err := isoduration.Parse(text); err != nil {
					c.fail(duration.path, "%v", err)
				}
			}
		}
		for j, codes := range objectsAt(condition, "statusCodeRanges") {
			at := fmt.Sprintf("%s.failureCondition.statusCodeRanges[%d]", path, j)
			c.betweenIn(codes, at, "min", 200, 599)
			c.betweenIn(codes, at, "max", 200, 599)
		}
	}
}

func checkBudget(c *checker, in map[string]any) {
	if name, known := stringAt(in, "budgetName"); known {
		if err := BudgetName.Check(name); err != nil {
			c.fail("budgetName", "%v", err)
		}
	}
	if start, known := stringAt(in, "timePeriod.startDate"); known {
		if month := firstOfMonth.FindStringSubmatch(start); month == nil || month[1]+"-01" < azure.FirstBudgetMonth {
			c.fail("timePeriod.startDate", "%q is not the first of a month from %s on", start, azure.FirstBudgetMonth)
		}
	}
	if amount, known := numberAt(in, "amount"); known && amount < 1 {
		c.fail("amount", "%v is too low; at least 1 is needed", amount)
	}
	notifications, given := in["notifications"].(map[string]any)
	if (given && len(notifications) == 0) || !has(in, "notifications") {
		c.fail("notifications", "has none; at least one is needed")
	}
	for name, each := range notifications {
		object, _ := each.(map[string]any)
		c.checkNotification("notifications."+name, object)
	}
	start, end := dateAt(in, "timePeriod.startDate"), dateAt(in, "timePeriod.endDate")
	if text, known := stringAt(in, "timePeriod.endDate"); known && end.IsZero() {
		c.fail("timePeriod.endDate", "%q is not a date, such as 2030-01-01T00:00:00Z", text)
	} else if known && !start.IsZero() && !end.After(start) {
		c.fail("timePeriod.endDate", "%q is not after the start", text)
	}
}

// checkNotification holds one notification of a budget. Source: the REST reference of
// Consumption's budgets.
func (c *checker) checkNotification(path string, object map[string]any) {
	c.withinIn(object, path, "threshold", azure.BudgetThreshold)
	for _, name := range []string{"enabled", "operator", "threshold"} {
		if !has(object, name) {
			c.miss(join(path, name))
		}
	}
	for name, values := range map[string][]string{"operator": azure.BudgetOperators, "thresholdType": azure.BudgetThresholdTypes} {
		if text, known := stringAt(object, name); known && !slices.ContainsFunc(values, func(each string) bool { return strings.EqualFold(each, text) }) {
			c.fail(join(path, name), "%q is not allowed; one of %s", text, strings.Join(values, ", "))
		}
	}
	if emails, _ := at(object, "contactEmails"); emails != nil {
		if list, isList := emails.([]any); isList && len(list) > azure.BudgetEmails.Max {
			c.fail(join(path, "contactEmails"), "has %d elements; at most %d are allowed", len(list), azure.BudgetEmails.Max)
		}
	}
}

// dateAt is the moment that a text names; zero for what is none.
func dateAt(object map[string]any, path string) time.Time {
	text, _ := stringAt(object, path)
	for _, form := range []string{time.RFC3339, time.DateOnly, "2006-01-02T15:04:05"} {
		if date, err := time.Parse(form, text); err == nil {
			return date
		}
	}
	return time.Time{}
}

func checkApplicationGateway(c *checker, in map[string]any) {
	for i, probe := range objectsAt(in, "probes") {
		path := fmt.Sprintf("probes[%d]", i)
		c.withinIn(probe, path, "interval", azure.AppGatewaySeconds)
		c.withinIn(probe, path, "timeout", azure.AppGatewaySeconds)
		c.withinIn(probe, path, "unhealthyThreshold", azure.AppGatewayThreshold)
		interval, knownInterval := numberAt(probe, "interval")
		if timeout, known := numberAt(probe, "timeout"); known && knownInterval && timeout > interval {
			c.fail(join(path, "timeout"), "%v is longer than the interval (%v)", timeout, interval)
		}
		if text, known := stringAt(probe, "path"); known && !strings.HasPrefix(text, "/") {
			c.fail(join(path, "path"), "%q does not start with a slash", text)
		}
		picks, _ := at(probe, "pickHostNameFromBackendHttpSettings")
		if has(probe, "host") == (picks == true) {
			c.fail(path, "must have exactly one of host and pickHostNameFromBackendHttpSettings")
		}
	}
	for i, settings := range objectsAt(in, "backendHttpSettingsCollection") {
		path := fmt.Sprintf("backendHttpSettingsCollection[%d]", i)
		c.withinIn(settings, path, "requestTimeout", azure.AppGatewaySeconds)
		if picks, _ := at(settings, "pickHostNameFromBackendAddress"); has(settings, "hostName") && picks == true {
			c.fail(join(path, "hostName"), "does not go with pickHostNameFromBackendAddress; keep one")
		}
	}
	for i, rule := range objectsAt(in, "requestRoutingRules") {
		c.betweenIn(rule, fmt.Sprintf("requestRoutingRules[%d]", i), "priority", 1, 20000)
	}
	if has(in, "sku.capacity") && has(in, "autoscaleConfiguration") {
		c.fail("sku.capacity", "does not go with autoscaleConfiguration; keep one")
	}
	c.within(in, "autoscaleConfiguration.minCapacity", azure.AppGatewayMinInstances)
	c.within(in, "autoscaleConfiguration.maxCapacity", azure.AppGatewayMaxInstances)
}
