package stacks

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// goodAPIM is a small configuration of the pattern apim that is valid; settings are
// members of the key apim, and pairs replace other keys.
func goodAPIM(settings string, pairs ...string) map[string]string {
	if settings != "" {
		settings = "," + settings
	}
	return with(append([]string{"pattern", "apim", "apim", `{"publisher":{"email":"team@contoso.com"}` + settings + `}`}, pairs...)...)
}

const audience = `"access":["entra"],"entra":{"audiences":["api://models"]}`

// entra is a good setting of tokens with more members.
func entra(members string) string {
	return `"access":["entra"],"entra":{"audiences":["api://models"],` + members + `}`
}

func TestReadConfigRefusesAPIM(t *testing.T) {
	long := strings.Repeat("x", 301)
	manyPooled := make([]any, 31)
	for i := range manyPooled {
		manyPooled[i] = i
	}
	pooled := "[" + strings.TrimSuffix(strings.Repeat(`{"name":"a%02d","region":"swedencentral"},`, 31), ",") + "]"
	noLimits := "need another SKU: Consumption has no limits by key; remove them"

	cases := []struct {
		reason string
		values map[string]string
		want   []string
	}{
		// SKU, units, zones, regions.
		{"a SKU that is none", goodAPIM(`"sku":"Premum"`), []string{`apim.sku: "Premum" is not allowed; one of Basic, BasicV2, Consumption, Developer, Premium, PremiumV2, Standard, StandardV2; did you mean "Premium"?`}},
		{"a SKU that cannot be made any more", goodAPIM(`"sku":"Isolated"`), []string{`apim.sku: "Isolated" is not allowed; one of Basic, BasicV2, Consumption, Developer, Premium, PremiumV2, Standard, StandardV2`}},
		{"a SKU in lower case", goodAPIM(`"sku":"basicv2"`), []string{`apim.sku: "basicv2" is not allowed; one of Basic, BasicV2, Consumption, Developer, Premium, PremiumV2, Standard, StandardV2; did you mean "BasicV2"?`}},
		{"Consumption has no units", goodAPIM(`"sku":"Consumption","loadBalancing":{"strategy":"pool"}`), []string{`apim.units: 1 is not on offer for Consumption; it has no units: remove the key, or write 0`}},
		{"Developer has one unit", goodAPIM(`"sku":"Developer","units":2`), []string{`apim.units: 2 is not on offer for Developer; it has 1`}},
		{"Basic has two units", goodAPIM(`"sku":"Basic","units":3`), []string{`apim.units: 3 is not on offer for Basic; allowed are 1 to 2`}},
		{"Standard has four units", goodAPIM(`"sku":"Standard","units":5`), []string{`apim.units: 5 is not on offer for Standard; allowed are 1 to 4`}},
		{"Premium ends at what Azure gives on request", goodAPIM(`"sku":"Premium","units":100`), []string{`apim.units: 100 is not on offer for Premium; allowed are 1 to 99`}},
		{"BasicV2 has ten units", goodAPIM(`"sku":"BasicV2","units":11`), []string{`apim.units: 11 is not on offer for BasicV2; allowed are 1 to 10`}},
		{"StandardV2 has ten units", goodAPIM(`"sku":"StandardV2","units":11`), []string{`apim.units: 11 is not on offer for StandardV2; allowed are 1 to 10`}},
		{"PremiumV2 has thirty units", goodAPIM(`"sku":"PremiumV2","units":31`), []string{`apim.units: 31 is not on offer for PremiumV2; allowed are 1 to 30`}},
		{"no units at all", goodAPIM(`"units":0`), []string{`apim.units: 0 is not on offer for BasicV2; allowed are 1 to 10`}},
		{"units are a text", goodAPIM(`"units":"2"`), []string{`apim.units: must be a whole number, not the string "2"; write 2 without quotes`}},
		{"zones on a SKU without", goodAPIM(`"sku":"Standard","units":2,"zones":["1","2"]`), []string{`apim.zones: have no effect: Standard does not let you choose zones; take sku Premium, or remove them`}},
		{"zones on a v2 SKU, which spreads by itself", goodAPIM(`"sku":"PremiumV2","units":3,"zones":["1","2","3"]`), []string{`apim.zones: have no effect: PremiumV2 does not let you choose zones; take sku Premium, or remove them`}},
		{"units that do not divide over zones", goodAPIM(`"sku":"Premium","units":4,"zones":["1","2","3"]`), []string{`apim.units: 4 units do not divide evenly over 3 zones; take a multiple of 3`}},
		{"a zone that is none", goodAPIM(`"sku":"Premium","units":2,"zones":["1","4"]`), []string{`apim.zones[1]: "4" is not a zone; zones are 1, 2 and 3`}},
		{"a zone twice", goodAPIM(`"sku":"Premium","units":2,"zones":["1","1"]`), []string{`apim.zones[1]: "1" stands there twice; remove one`}},
		{"zones as numbers", goodAPIM(`"sku":"Premium","units":2,"zones":[1,2]`), []string{`apim.zones[0]: must be a string, not the number 1; write it in quotes: "1"; the same holds for [1]`}},
		{"a region without zones", goodAPIM(`"sku":"Premium","units":2,"zones":["1","2"]`, "location", "West US"), []string{`apim.zones: the region West US has no availability zones; leave zones out or choose another region`}},
		// Publisher and identity.
		{"nobody to write to", with("pattern", "apim"), []string{`apim.publisher.email: is missing; write it like team@contoso.com`}},
		{"an address that is none", with("pattern", "apim", "apim", `{"publisher":{"email":"contoso.com"}}`), []string{`apim.publisher.email: "contoso.com" is not an e-mail address; write it like team@contoso.com`}},
		{"an address with a name", with("pattern", "apim", "apim", `{"publisher":{"email":"Team <team@contoso.com>"}}`), []string{`apim.publisher.email: "Team <team@contoso.com>" is not an e-mail address; write it like team@contoso.com`}},
		{"a publisher without a name", with("pattern", "apim", "apim", `{"publisher":{"name":"","email":"team@contoso.com"}}`), []string{`apim.publisher.name: has 0 characters; allowed are 1 to 100`}},
		{"a kind of identity that is none", goodAPIM(`"identity":"system"`), []string{`apim.identity: "system" is not allowed; one of system-assigned, user-assigned; did you mean "system-assigned"?`}},
		{"restore is no text", goodAPIM(`"restore":"yes"`), []string{`apim.restore: must be true or false, not the string "yes"; write true without quotes`}},
		// Access.
		{"nobody is let in", goodAPIM(`"access":[]`), []string{`apim.access: is empty, so that nobody would be let in; give subscription-key, entra or both`}},
		{"a way in that is none", goodAPIM(`"access":["keys"]`), []string{`apim.access[0]: "keys" is not allowed; one of subscription-key, entra`}},
		{"a way in twice", goodAPIM(`"access":["subscription-key","subscription-key"]`), []string{`apim.access[1]: "subscription-key" stands there twice; remove one`}},
		{"tokens for anybody's service", goodAPIM(`"access":["entra"]`), []string{`apim.entra.audiences: is empty: tokens for other services would pass; name your application's id or URI`}},
		{"JWT without an issuer", goodAPIM(entra(`"openIdConfiguration":"https://login.contoso.com/.well-known/openid-configuration"`)), []string{`apim.entra.issuers: is empty: tokens of any issuer with a good signature would pass; name the issuers that you trust`}},
		{"an issuer without its keys", goodAPIM(entra(`"issuers":["https://login.contoso.com/"]`)), []string{`apim.entra.openIdConfiguration: is missing; give the URL of the OpenID configuration of your issuers`}},
		{"keys over plain http", goodAPIM(entra(`"openIdConfiguration":"http://login.contoso.com/x","issuers":["https://login.contoso.com/"]`)), []string{`apim.entra.openIdConfiguration: "http://login.contoso.com/x" is no https URL; write it like https://login.microsoftonline.com/<tenant>/v2.0/.well-known/openid-configuration`}},
		{"an empty issuer", goodAPIM(entra(`"openIdConfiguration":"https://login.contoso.com/x","issuers":[""]`)), []string{`apim.entra.issuers[0]: is empty; give a value, or remove it`}},
		{"everybody's audience without claims", goodAPIM(`"access":["entra"],"entra":{"audiences":["https://cognitiveservices.azure.com"]}`), []string{`apim.entra.audiences[0]: "https://cognitiveservices.azure.com" is Microsoft's own: anybody in the tenant gets such tokens; add requiredClaims (oid, appid or roles), or use an application of your own`}},
		{"a claim without a name", goodAPIM(entra(`"requiredClaims":[{"values":["a"]}]`)), []string{`apim.entra.requiredClaims[0].name: is missing`}},
		{"a claim without values", goodAPIM(entra(`"requiredClaims":[{"name":"roles"}]`)), []string{`apim.entra.requiredClaims[0].values: is empty; give the values that are wanted`}},
		{"a match that is none", goodAPIM(entra(`"requiredClaims":[{"name":"roles","values":["a"],"match":"some"}]`)), []string{`apim.entra.requiredClaims[0].match: "some" is not allowed; one of all, any`}},
		{"a claim that tells nobody apart", goodAPIM(entra(`"callerClaim":"aud"`)), []string{`apim.entra.callerClaim: "aud" is not allowed; one of sub, oid, azp, appid`}},
		{"tokens are described and not taken", goodAPIM(`"entra":{"audiences":["api://models"]}`), []string{`apim.entra: has no effect: access has no entra; add it to access, or remove the key`}},
		{"subscriptions whose keys are not taken", goodAPIM(audience + `,"subscriptions":[{"name":"a"}]`), []string{`apim.subscriptions: have no effect: access has no subscription-key; add it to access, or remove them`}},
		{"products whose keys are not taken", goodAPIM(audience + `,"products":[{"name":"a"}]`), []string{`apim.products: have no effect: access has no subscription-key; add it to access, or remove them`}},
		// Consumers.
		{"the same product twice", goodAPIM(`"products":[{"name":"a"},{"name":"a"}]`), []string{`apim.products[1].name: "a" is used by [0] already; choose another name, or remove one`}},
		{"two products of one title", goodAPIM(`"products":[{"name":"a","displayName":"A"},{"name":"b","displayName":"A"}]`), []string{`apim.products[1].displayName: "A" is that of [0] already, and Azure tells products apart by it; choose another`}},
		{"a product in upper case", goodAPIM(`"products":[{"name":"Gold"}]`), []string{`apim.products[0].name: "Gold" is not a name for a product here; allowed are 1 to 64 lower-case letters, digits and inner hyphens`}},
		{"a title that is too long", goodAPIM(`"products":[{"name":"a","displayName":"` + long + `"}]`), []string{`apim.products[0].displayName: has 301 characters; at most 300 are allowed`}},
		{"the same subscription twice", goodAPIM(`"subscriptions":[{"name":"a"},{"name":"a"}]`), []string{`apim.subscriptions[1].name: "a" is used by [0] already; choose another name, or remove one`}},
		{"a subscription to a product that is not there", goodAPIM(`"products":[{"name":"gold"}],"subscriptions":[{"name":"a","product":"golt"}]`), []string{`apim.subscriptions[0].product: "golt" is not allowed; one of gold; did you mean "gold"?`}},
		{"a subscription without a name", goodAPIM(`"subscriptions":[{"product":""}]`), []string{`apim.subscriptions[0].name: is missing; name the subscription with 1 to 64 lower-case letters, digits and inner hyphens`}},
		{"a key in the stack file", goodAPIM(`"subscriptions":[{"name":"a","primaryKey":"x"}]`), []string{`apim.subscriptions[0].primaryKey: is not a known key; known are name, displayName, product, limits`}},
		// Limits.
		{"fewer calls than none", goodAPIM(`"callerLimits":{"calls":-1}`), []string{`apim.callerLimits.calls: -1 is below 0; 0 is no limit`}},
		{"a period beyond the service's", goodAPIM(`"callerLimits":{"calls":1,"callsPeriodSeconds":301}`), []string{`apim.callerLimits.callsPeriodSeconds: 301 is out of range; allowed are 1 to 300 s`}},
		{"a period of nothing", goodAPIM(`"callerLimits":{"tokensPerMinute":1,"callsPeriodSeconds":30}`), []string{`apim.callerLimits.callsPeriodSeconds: 30 has no effect without calls; give calls, or remove it`}},
		{"a quota's period that is none", goodAPIM(`"callerLimits":{"tokenQuota":1,"tokenQuotaPeriod":"Month"}`), []string{`apim.callerLimits.tokenQuotaPeriod: "Month" is not allowed; one of Hourly, Daily, Weekly, Monthly, Yearly; did you mean "Monthly"?`}},
		{"a quota's period without a quota", goodAPIM(`"callerLimits":{"calls":1,"tokenQuotaPeriod":"Daily"}`), []string{`apim.callerLimits.tokenQuotaPeriod: "Daily" has no effect without tokenQuota; give tokenQuota, or remove it`}},
		{"an estimate of nothing", goodAPIM(`"callerLimits":{"calls":1,"estimatePromptTokens":true}`), []string{`apim.callerLimits.estimatePromptTokens: true has no effect without tokensPerMinute or tokenQuota; give one of these, or remove it`}},
		{"limits on Consumption", goodAPIM(`"sku":"Consumption","units":0,"loadBalancing":{"strategy":"pool"},"callerLimits":{"calls":1}`), []string{`apim.callerLimits: ` + noLimits}},
		{"a product's limits on Consumption", goodAPIM(`"sku":"Consumption","units":0,"loadBalancing":{"strategy":"pool"},"products":[{"name":"a","limits":{"calls":1}}]`), []string{`apim.products[0].limits: ` + noLimits}},
		{"a subscription's limits on Consumption", goodAPIM(`"sku":"Consumption","units":0,"loadBalancing":{"strategy":"pool"},"subscriptions":[{"name":"a","limits":{"calls":1}}]`), []string{`apim.subscriptions[0].limits: ` + noLimits}},
		// Load balancing.
		{"a strategy that is none", goodAPIM(`"loadBalancing":{"strategy":"roundrobin"}`), []string{`apim.loadBalancing.strategy: "roundrobin" is not allowed; one of round-robin, pool; did you mean "round-robin"?`}},
		{"round robin without a cache", goodAPIM(`"sku":"Consumption","units":0`), []string{`apim.loadBalancing.strategy: round-robin counts in the built-in cache, which Consumption does not have; use pool`}},
		{"more attempts than a retry makes", goodAPIM(`"loadBalancing":{"maxAttempts":51}`), []string{`apim.loadBalancing.maxAttempts: 51 is out of range; allowed are 0 to 50 attempts`}},
		{"attempts below none", goodAPIM(`"loadBalancing":{"maxAttempts":-1}`), []string{`apim.loadBalancing.maxAttempts: -1 is out of range; allowed are 0 to 50 attempts`}},
		{"an attempt beyond what the service keeps", goodAPIM(`"loadBalancing":{"attemptTimeoutSeconds":241,"totalTimeoutSeconds":300}`), []string{`apim.loadBalancing.attemptTimeoutSeconds: 241 is out of range; allowed are 10 to 240 s`}},
		{"no room for one attempt", goodAPIM(`"loadBalancing":{"attemptTimeoutSeconds":100,"totalTimeoutSeconds":60}`), []string{`apim.loadBalancing.totalTimeoutSeconds: 60 leaves no room for one attempt of 100; raise it, or lower attemptTimeoutSeconds`}},
		{"no time to wait", goodAPIM(`"loadBalancing":{"exhaustedRetryAfterSeconds":0}`), []string{`apim.loadBalancing.exhaustedRetryAfterSeconds: 0 is out of range; allowed are 1 to 3600 s`}},
		{"a breaker that never trips", goodAPIM(`"loadBalancing":{"circuitBreaker":{"failures":0}}`), []string{`apim.loadBalancing.circuitBreaker.failures: 0 is out of range; allowed are 1 to 10000 failures`}},
		{"a breaker without an interval", goodAPIM(`"loadBalancing":{"circuitBreaker":{"intervalSeconds":0}}`), []string{`apim.loadBalancing.circuitBreaker.intervalSeconds: 0 is out of range; allowed are 1 to 3600 s`}},
		{"a breaker that is open for hours", goodAPIM(`"loadBalancing":{"circuitBreaker":{"tripSeconds":3601}}`), []string{`apim.loadBalancing.circuitBreaker.tripSeconds: 3601 is out of range; allowed are 1 to 3600 s`}},
		{"a priority beyond the last", goodAPIM(`"loadBalancing":{"strategy":"pool"}`, "deployments", deployment(`"priority":6`)), []string{`deployments[0].priority: 6 is out of range; allowed are 1 to 5`}},
		{"a weight below the first", goodAPIM(`"loadBalancing":{"strategy":"pool"}`, "deployments", deployment(`"weight":-1`)), []string{`deployments[0].weight: -1 is out of range; allowed are 1 to 100`}},
		{"weights that round robin does not go by", goodAPIM("", "openai", accounts(`"deployments":`+deployment(`"weight":5`))), []string{`openai[0].deployments[0].weight: has no effect: only apim.loadBalancing.strategy pool goes by it; remove it`}},
		{"31 members of a pool", goodAPIM(`"loadBalancing":{"strategy":"pool"}`, "openai", fmt.Sprintf(pooled, manyPooled...)), []string{`openai: serve "gpt-4o" with 31 accounts; a pool has at most 30 members: use the strategy round-robin, or fewer accounts`}},
		{"two models that would share a pool", goodAPIM(`"loadBalancing":{"strategy":"pool"}`, "deployments", `[{"name":"gpt.4","model":"gpt-4o","version":"2024-11-20"},{"name":"gpt_4","model":"gpt-4o","version":"2024-11-20"}]`), []string{`deployments[1].name: the deployments gpt.4 of sweden and gpt_4 of sweden would share the backend sweden-gpt_4; rename one`}},
		// Logging and alerts.
		{"more than all requests", goodAPIM(`"logging":{"samplingPercent":101}`), []string{`apim.logging.samplingPercent: 101 is out of range; allowed are 0 to 100 percent`}},
		{"bodies beyond what a diagnostic keeps", goodAPIM(`"logging":{"bodyBytes":8193}`), []string{`apim.logging.bodyBytes: 8193 is out of range; allowed are 0 to 8192 bytes`}},
		{"logs of models that are none", goodAPIM(`"logging":{"llm":"all"}`), []string{`apim.logging.llm: "all" is not allowed; one of off, tokens, messages`}},
		{"messages where nothing is logged", goodAPIM(`"sku":"Consumption","units":0,"loadBalancing":{"strategy":"pool"},"logging":{"llm":"messages"}`), []string{`apim.logging.llm: messages go to Log Analytics, which Consumption does not log to; use eventHub`}},
		{"more events than a policy holds", goodAPIM(`"logging":{"eventHub":{"enabled":true,"chunks":21}}`), []string{`apim.logging.eventHub.chunks: 21 is out of range; allowed are 1 to 20 events`}},
		{"events kept beyond the tier", goodAPIM(`"logging":{"eventHub":{"enabled":true,"retentionHours":169}}`), []string{`apim.logging.eventHub.retentionHours: 169 is out of range; allowed are 1 to 168 h`}},
		{"no partition", goodAPIM(`"logging":{"eventHub":{"enabled":true,"partitions":0}}`), []string{`apim.logging.eventHub.partitions: 0 is out of range; allowed are 1 to 32 partitions`}},
		{"an alert for nobody's address", goodAPIM(`"alerts":{"emails":["on call"]}`), []string{`apim.alerts.emails[0]: "on call" is not an e-mail address; write it like team@contoso.com`}},
		{"an address twice", goodAPIM(`"alerts":{"emails":["a@b.com","a@b.com"]}`), []string{`apim.alerts.emails[1]: "a@b.com" stands there twice; remove one`}},
		{"a share beyond all", goodAPIM(`"alerts":{"emails":["a@b.com"],"throttledPercent":101}`), []string{`apim.alerts.throttledPercent: 101 is out of range; allowed are 1 to 100 percent`}},
		{"a share of nothing", goodAPIM(`"alerts":{"emails":["a@b.com"],"failedPercent":0}`), []string{`apim.alerts.failedPercent: 0 is out of range; allowed are 1 to 100 percent`}},
		{"a window that rules do not have", goodAPIM(`"alerts":{"emails":["a@b.com"],"windowMinutes":7}`), []string{`apim.alerts.windowMinutes: 7 is not allowed; one of 5, 10, 15, 30, 60`}},
		{"alerts from logs that are off", goodAPIM(`"alerts":{"emails":["a@b.com"]}`, "monitor", `{"enabled":false}`), []string{`apim.alerts.emails: alerts are made from logs, and nothing is monitored; remove them`}},
		{"what is logged where nothing is monitored", goodAPIM(`"logging":{"llm":"messages"}`, "monitor", `{"enabled":false}`), []string{`apim.logging: has no effect without monitor, but for eventHub; remove the rest`}},
		{"shares of a sample", goodAPIM(`"logging":{"samplingPercent":50},"alerts":{"emails":["a@b.com"]}`), []string{`apim.alerts.emails: alerts count shares in the logs, which hold all errors and 50 percent of the rest; set logging.samplingPercent to 100`}},
		{"bounds of alerts that nobody gets", goodAPIM(`"alerts":{"failedPercent":2}`), []string{`apim.alerts.emails: is empty, so that there are no alerts and the other keys have no effect; list addresses, or remove the other keys`}},
		{"an event hub that is off", goodAPIM(`"logging":{"eventHub":{"chunks":2}}`), []string{`apim.logging.eventHub: has no effect while enabled is false; set it to true or remove the rest`}},
		{"a breaker on Consumption", goodAPIM(`"sku":"Consumption","units":0,"loadBalancing":{"strategy":"pool","circuitBreaker":{"failures":2}}`), []string{`apim.loadBalancing.circuitBreaker: has no effect on Consumption, which has none; remove it`}},
		{"a product that Azure makes itself", goodAPIM(`"products":[{"name":"unlimited"}]`), []string{`apim.products[0].name: "unlimited" is the name of a sample that Azure puts into classic services; choose another`}},
		{"a product with a sample's title", goodAPIM(`"products":[{"name":"small","displayName":"Starter"}]`), []string{`apim.products[0].name: "Starter" is the name of a sample that Azure puts into classic services; choose another`}},
		{"the subscription of the service itself", goodAPIM(`"subscriptions":[{"name":"master"}]`), []string{`apim.subscriptions[0].name: "master" is the subscription that every service has from birth; choose another name`}},
		{"a claim that would be C#", goodAPIM(entra(`"requiredClaims":[{"name":"roles","values":["@(true)"]}]`)), []string{`apim.entra.requiredClaims[0].values[0]: "@(true)" would be an expression or a reference in a policy; write it as plain text`}},
		{"a claim that would be C# behind white space", goodAPIM(entra(`"requiredClaims":[{"name":"roles","values":[" @(true)"]}]`)), []string{`apim.entra.requiredClaims[0].values[0]: " @(true)" would be an expression or a reference in a policy; write it as plain text`}},
		{"an audience that would be a named value", goodAPIM(`"access":["entra"],"entra":{"audiences":["{{mine}}"]}`), []string{`apim.entra.audiences[0]: "{{mine}}" would be an expression or a reference in a policy; write it as plain text`}},
		{"a claim that would break the document", goodAPIM(entra(`"requiredClaims":[{"name":"groups","values":["R&D"]}]`)), []string{`apim.entra.requiredClaims[0].values[0]: "R&D" holds one of < > & ", which named values do not carry into a policy; choose another`}},
		{"keys of no host", goodAPIM(entra(`"openIdConfiguration":"https://","issuers":["https://login.contoso.com/"]`)), []string{`apim.entra.openIdConfiguration: "https://" is no https URL; write it like https://login.microsoftonline.com/<tenant>/v2.0/.well-known/openid-configuration`}},
		{"priorities where nothing trips", goodAPIM(`"sku":"Consumption","units":0,"loadBalancing":{"strategy":"pool"}`, "openai", accounts(`"deployments":`+deployment(`"priority":1`))), []string{`openai[0].deployments[0].priority: has no effect on Consumption, which has no circuit breakers: later priorities are used only when the earlier ones are tripped; remove it`}},
		{"an empty claim", goodAPIM(entra(`"requiredClaims":[{"name":"roles","values":[""]}]`)), []string{`apim.entra.requiredClaims[0].values[0]: is empty; give a value, or remove it`}},
		{"alerts from logs that are not written", goodAPIM(`"sku":"Consumption","units":0,"loadBalancing":{"strategy":"pool"},"alerts":{"emails":["a@b.com"]}`), []string{`apim.alerts.emails: alerts are made from logs of requests, which Consumption does not write; remove them`}},
		// Accounts, and keys of other patterns.
		{"no account", goodAPIM("", "openai", `[]`), []string{`openai: has the wrong number of accounts, 0; list 1 to 50, each with name and region`}},
		{"an existing account alone, and nothing known of it", goodAPIM("", "openai", `[{"name":"old","existing":{"resourceGroup":"rg","name":"contoso"}}]`, "deployments", `[]`), []string{`openai: serve no deployment that is known; list the deployments that callers may ask for`}},
		{"keys of an account", goodAPIM("", "openai", accounts(`"localAuth":true`)), []string{`openai[0].localAuth: true is refused behind API Management: the gateway uses its identity, and a key would go around it; remove it`}},
		{"clients around the gateway", goodAPIM("", "clients", `[{"name":"chat","principalId":"11111111-2222-3333-4444-555555555555"}]`), []string{`clients: would go around the gateway with the pattern apim; let callers in by apim.access`}},
		{"Front Door's choices", goodAPIM("", "frontDoor", `{"sku":"Premium"}`), []string{`frontDoor: has no effect with the pattern apim; remove it`}},
		{"API Management's choices with Front Door", with("apim", `{"sku":"Premium"}`), []string{`apim: has no effect with the pattern front-door; remove it`}},
		{"weights with Front Door", with("openai", accounts(`"deployments":`+deployment(`"priority":1`))), []string{`openai[0].deployments[0].priority: has no effect: only apim.loadBalancing.strategy pool goes by it; remove it`}},
		{"a typo in a key", goodAPIM(`"loadBalancer":{}`), []string{`apim.loadBalancer: is not a known key; known are sku, units, zones, drain, gatewayOff, regions, publisher, identity, customDomains, restore, access, bearerKeys, entra, products, subscriptions, callerLimits, semanticCache, contentSafety, loadBalancing, logging, alerts; did you mean "loadBalancing"?`}},
		{"an account without a name, told of once", goodAPIM("", "openai", `[{"region":"swedencentral"}]`), []string{`openai[0].name: is missing; name an account with 2 to 24 characters: lower-case letters, digits and inner hyphens`}},
		// Budget.
		{"a budget without a date", with("budget", `{"amount":100,"emails":["a@b.com"]}`), []string{`budget.startDate: is missing; give the first day of a month, such as 2026-12-01: it can never change, so that it cannot be today`}},
		{"a budget from the middle of a month", with("budget", `{"amount":100,"startDate":"2027-01-15","emails":["a@b.com"]}`), []string{`budget.startDate: "2027-01-15" is not the first day of a month; write it like 2026-12-01`}},
		{"a month that is none", with("budget", `{"amount":100,"startDate":"2027-13-01","emails":["a@b.com"]}`), []string{`budget.startDate: "2027-13-01" is not the first day of a month; write it like 2026-12-01`}},
		{"a date before Azure's first", with("budget", `{"amount":100,"startDate":"2017-05-01","emails":["a@b.com"]}`), []string{`budget.startDate: "2017-05-01" is before 2017-06-01, the first that Azure takes; write the first day of the current month or a later one`}},
		{"a budget that tells nobody", with("budget", `{"amount":100,"startDate":"2027-01-01"}`), []string{`budget.emails: has 0 addresses; list 1 to 50, to whom the budget writes`}},
		{"six thresholds", with("budget", `{"amount":100,"startDate":"2027-01-01","emails":["a@b.com"],"thresholds":[1,2,3,4,5,6]}`), []string{`budget.thresholds: has 6; Azure takes at most 5`}},
		{"a threshold beyond Azure's", with("budget", `{"amount":100,"startDate":"2027-01-01","emails":["a@b.com"],"thresholds":[1001]}`), []string{`budget.thresholds[0]: 1001 is out of range; allowed are 1 to 1000 percent`}},
		{"a threshold twice", with("budget", `{"amount":100,"startDate":"2027-01-01","emails":["a@b.com"],"thresholds":[50,50]}`), []string{`budget.thresholds[1]: 50 stands there twice; remove one`}},
		{"a debt", with("budget", `{"amount":-5,"startDate":"2027-01-01","emails":["a@b.com"]}`), []string{`budget.amount: -5 is below 0; give the amount of a month, or 0 for no budget`}},
		{"a budget of nothing", with("budget", `{"startDate":"2027-01-01"}`), []string{`budget.amount: is 0, so that there is no budget and the other keys have no effect; give the amount of a month`}},
	}
	if len(cases) < 60 {
		t.Errorf("only %d bad configurations are tested", len(cases))
	}
	for _, c := range cases {
		t.Run(c.reason, func(t *testing.T) {
			refuses(t, c.values, Project+":", c.want)
		})
	}
}

// Each SKU has a configuration that is taken.
func TestEverySKUIsTaken(t *testing.T) {
	for _, settings := range []string{
		`"sku":"Consumption","units":0,"loadBalancing":{"strategy":"pool"}`, `"sku":"Developer"`, `"sku":"Basic","units":2`,
		`"sku":"Standard","units":4`, `"sku":"Premium","units":6,"zones":["1","2","3"]`, `"sku":"BasicV2","units":10`,
		`"sku":"StandardV2","units":3`, `"sku":"PremiumV2","units":30`,
	} {
		if _, _, err := ReadConfig(goodAPIM(settings), today); err != nil {
			t.Errorf("%s is refused: %v", settings, err)
		}
	}
}

// Without breakers nothing ever trips: provisioned throughput and the rest share
// then, or the rest would never be asked.
func TestConsumptionHasOnePriority(t *testing.T) {
	config, _, err := ReadConfig(goodAPIM(`"sku":"Consumption","units":0,"loadBalancing":{"strategy":"pool"}`, "openai", `[
		{"name":"reserved","region":"swedencentral","deployments":[{"name":"gpt-4o","model":"gpt-4o","version":"2024-11-20","sku":"ProvisionedManaged","capacity":50}]},
		{"name":"overflow","region":"swedencentral","deployments":[{"name":"gpt-4o","model":"gpt-4o","version":"2024-11-20"}]}]`, "deployments", `[]`), today)
	if err != nil {
		t.Fatal(err)
	}
	for _, account := range config.backends() {
		if account.Models[0].Priority != 1 {
			t.Errorf("account %s has the priority %d", account.Name, account.Models[0].Priority)
		}
	}
}

// What callers can ask for follows from the accounts, provisioned throughput first.
func TestBackendsFollowFromAccounts(t *testing.T) {
	config, _, err := ReadConfig(goodAPIM(`"loadBalancing":{"strategy":"pool"}`, "openai", `[
		{"name":"reserved","region":"swedencentral","deployments":[{"name":"gpt-4o","model":"gpt-4o","version":"2024-11-20","sku":"ProvisionedManaged","capacity":50}]},
		{"name":"overflow","region":"swedencentral","deployments":[{"name":"GPT-4o","model":"gpt-4o","version":"2024-11-20","weight":7}]},
		{"name":"old","existing":{"resourceGroup":"rg","name":"contoso"}}]`, "deployments", `[]`), today)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, account := range config.backends() {
		for _, model := range account.Models {
			got = append(got, fmt.Sprintf("%s %s priority %d weight %d", account.Name, model.Name, model.Priority, model.Weight))
		}
	}
	want := []string{"reserved gpt-4o priority 1 weight 1", "overflow GPT-4o priority 2 weight 7", "old gpt-4o priority 2 weight 1"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("backends (-want +got):\n%s", diff)
	}
}
