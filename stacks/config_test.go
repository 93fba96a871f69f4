package stacks

import (
	"fmt"
	"maps"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/aoai-gateway/aoai-gateway/internal/faults"
)

// today is a day on which gpt-4o 2024-11-20 can be deployed without a warning.
var today = ReadOptions{Today: time.Date(2026, 11, 27, 0, 0, 0, 0, time.UTC)}

// good is the smallest configuration that is valid.
var good = map[string]string{
	"aoai-gateway:openai":      `[{"name":"sweden","region":"swedencentral"},{"name":"france","region":"France Central"}]`,
	"aoai-gateway:deployments": `[{"name":"gpt-4o","model":"gpt-4o","version":"2024-11-20"}]`,
}

// with is good with some keys replaced; keys go without the project's name.
func with(pairs ...string) map[string]string {
	values := maps.Clone(good)
	for i := 0; i < len(pairs); i += 2 {
		values["aoai-gateway:"+pairs[i]] = pairs[i+1]
	}
	return values
}

func mistakes(err error) []string {
	var lines []string
	for _, fault := range faults.All(err) {
		lines = append(lines, fault.Error())
	}
	return lines
}

// refuses holds the mistakes of a configuration to those that are wanted, each behind a prefix.
func refuses(t *testing.T, values map[string]string, prefix string, wanted []string) {
	t.Helper()
	_, _, err := ReadConfig(values, today)
	var want []string
	for _, line := range wanted {
		want = append(want, prefix+line)
	}
	if diff := cmp.Diff(want, mistakes(err)); diff != "" {
		t.Errorf("mistakes (-want +got):\n%s", diff)
	}
}

const (
	gpt    = `{"name":"gpt-4o","model":"gpt-4o","version":"2024-11-20"}`
	sweden = `{"name":"sweden","region":"swedencentral"}`
	france = `{"name":"france","region":"francecentral"}`
)

// deployment is a single deployment with extra members, as a list.
func deployment(members string) string {
	return `[{"name":"gpt-4o","model":"gpt-4o","version":"2024-11-20",` + members + `}]`
}

// accounts are sweden with extra members, and france.
func accounts(members string) string {
	return `[{"name":"sweden","region":"swedencentral",` + members + `},` + france + `]`
}

func TestReadConfigRefuses(t *testing.T) {
	guid := "11111111-2222-3333-4444-555555555555"
	longTag := strings.Repeat("v", 257)
	manyTags := `{` + strings.TrimSuffix(strings.Repeat(`"k%d":"v",`, 51), ",") + `}`
	numbers := make([]any, 51)
	for i := range numbers {
		numbers[i] = i
	}
	manyAccounts := "[" + strings.TrimSuffix(strings.Repeat(`{"name":"a%02d","region":"swedencentral"},`, 51), ",") + "]"

	cases := []struct {
		name   string
		reason string
		values map[string]string
		want   []string
	}{
		// Top level.
		{
			"unknown pattern", "a typo in the pattern gets the nearest one",
			with("pattern", "frontdoor"),
			[]string{`aoai-gateway:pattern: "frontdoor" is not allowed; one of front-door, apim, multi-region; did you mean "front-door"?`},
		},
		{
			"unknown top-level key", "a key that nobody reads would be silently ignored",
			with("frontdor", `{}`),
			[]string{`aoai-gateway:frontdor: is not a known key; known are base, pattern, environment, guardrails, namePrefix, location, resourceGroup, tags, openai, ` +
				`deployments, models, clients, edge, routing, lock, network, timeouts, frontDoor, applicationGateway, apim, monitor, budget; did you mean "frontDoor"?`},
		},
		{
			"prefix in upper case", "Azure host names are lower case",
			with("namePrefix", "Contoso"),
			[]string{`aoai-gateway:namePrefix: "Contoso" is not a prefix for names; allowed are 2 to 20 characters: ` +
				`lower-case letters, digits and inner hyphens, a letter first`},
		},
		{
			"prefix too long", "derived names must stay within every resource's limit",
			with("namePrefix", "contoso-artificial-ai"),
			[]string{`aoai-gateway:namePrefix: "contoso-artificial-ai" is not a prefix for names; allowed are 2 to 20 characters: ` +
				`lower-case letters, digits and inner hyphens, a letter first`},
		},
		{
			"prefix starts with a digit", "a WAF policy's name starts with a letter",
			with("namePrefix", "4you"),
			[]string{`aoai-gateway:namePrefix: "4you" is not a prefix for names; allowed are 2 to 20 characters: ` +
				`lower-case letters, digits and inner hyphens, a letter first`},
		},
		{
			"unknown location", "the nearest region is suggested",
			with("location", "swedencentrl"),
			[]string{`aoai-gateway:location: "swedencentrl" is not an Azure region; write it like swedencentral; did you mean "swedencentral"?`},
		},
		{
			"resource group ends with a dot", "Azure refuses it after the preview only",
			with("resourceGroup", "rg-ai."),
			[]string{`aoai-gateway:resourceGroup: "rg-ai." is not a legal resource group name; allowed are 1 to 90 characters: ` +
				`letters, digits, underscores, hyphens, parentheses and dots, no dot last`},
		},
		{
			"tags are a list", "the shape is wrong",
			with("tags", `["team"]`),
			[]string{`aoai-gateway:tags: must be an object, not a list; write its members, each with its key`},
		},
		{
			"tag value is a number", "Azure tags are strings",
			with("tags", `{"costCenter":42}`),
			[]string{`aoai-gateway:tags.costCenter: must be a string, not the number 42; write it in quotes: "42"`},
		},
		{
			"tag name with a slash", "Azure refuses it",
			with("tags", `{"cost/center":"42"}`),
			[]string{`aoai-gateway:tags["cost/center"]: is not a legal tag name; allowed are 1 to 512 characters without < > % & \ ? / # :`},
		},
		{
			"tags that differ by case", "they are one tag to Azure",
			with("tags", `{"Team":"a","team":"b"}`),
			[]string{`aoai-gateway:tags["team"]: is the same tag as "Team" to Azure, which does not tell case apart; remove one`},
		},
		{
			"reserved tag", "Azure refuses it",
			with("tags", `{"Microsoft-Team":"a"}`),
			[]string{`aoai-gateway:tags["Microsoft-Team"]: starts with "microsoft", which Azure keeps for itself; choose another name`},
		},
		{
			"range of one address", "Azure AI services take single addresses without a mask",
			with("openai", accounts(`"network":{"defaultAction":"Deny","allowedIpRanges":["20.1.2.3/32"]}`)),
			[]string{`aoai-gateway:openai[0].network.allowedIpRanges[0]: "20.1.2.3/32" is smaller than Azure's rules go; write its addresses one by one`},
		},
		{
			"tag value too long", "Azure refuses it",
			with("tags", `{"note":"`+longTag+`"}`),
			[]string{`aoai-gateway:tags["note"]: has a value of 257 characters; at most 256 are allowed`},
		},
		{
			"too many tags", "Azure refuses it",
			with("tags", fmt.Sprintf(manyTags, numbers...)),
			[]string{`aoai-gateway:tags: has 51 tags; Azure takes at most 48 beside the two of this project`},
		},
		{
			"not JSON", "the engine hands over what the user wrote",
			with("tags", `{`),
			[]string{`aoai-gateway:tags: is not valid JSON: it ends in the middle of a value`},
		},
		// Accounts.
		{
			"no account", "there is nothing to balance",
			with("openai", `[]`),
			[]string{`aoai-gateway:openai: has the wrong number of accounts, 0; list 2 to 50, each with name and region`},
		},
		{
			"one account", "there is nothing to balance",
			with("openai", `[`+sweden+`]`),
			[]string{`aoai-gateway:openai: has the wrong number of accounts, 1; list 2 to 50, each with name and region`},
		},
		{
			"51 accounts", "an origin group holds 50 origins",
			with("openai", fmt.Sprintf(manyAccounts, numbers...)),
			[]string{`aoai-gateway:openai: has the wrong number of accounts, 51; list 2 to 50, each with name and region`},
		},
		{
			"accounts are an object", "the shape is wrong",
			with("openai", `{"sweden":{}}`),
			[]string{`aoai-gateway:openai: must be a list, not an object; write a list: [...]`},
		},
		{
			"an account is a string", "the shape is wrong",
			with("openai", `["sweden",`+france+`]`),
			[]string{`aoai-gateway:openai[0]: must be an object, not the string "sweden"; its members are name, region, kind, existing, localAuth, network, deployments`},
		},
		{
			"unknown account key", "the nearest key is suggested",
			with("openai", accounts(`"regoin":"x"`)),
			[]string{`aoai-gateway:openai[0].regoin: is not a known key; known are name, region, kind, existing, localAuth, network, deployments; ` +
				`did you mean "region"?`},
		},
		{
			"account name missing", "names tell accounts apart",
			with("openai", `[{"region":"swedencentral"},`+france+`]`),
			[]string{`aoai-gateway:openai[0].name: is missing; name an account with 2 to 24 characters: ` +
				`lower-case letters, digits and inner hyphens`},
		},
		{
			"account name with a dot", "the name becomes part of a host name",
			with("openai", `[{"name":"se.1","region":"swedencentral"},`+france+`]`),
			[]string{`aoai-gateway:openai[0].name: "se.1" is not a name for an account here; allowed are 2 to 24 characters: ` +
				`lower-case letters, digits and inner hyphens`},
		},
		{
			"account name twice", "origins of a group differ by name",
			with("openai", `[`+sweden+`,`+sweden+`]`),
			[]string{`aoai-gateway:openai[1].name: "sweden" is used by [0] already; choose another name`},
		},
		{
			"region missing", "a new account needs one",
			with("openai", `[{"name":"sweden"},`+france+`]`),
			[]string{`aoai-gateway:openai[0].region: is missing; write it like swedencentral`},
		},
		{
			"region misspelt", "the nearest region is suggested",
			with("openai", `[`+sweden+`,{"name":"europe","region":"westeurop"}]`),
			[]string{`aoai-gateway:openai[1].region: "westeurop" is not an Azure region; write it like swedencentral; did you mean "westeurope"?`},
		},
		{
			"region of another cloud's form", "a name from another cloud has no near neighbour",
			with("openai", `[`+sweden+`,{"name":"us","region":"us-east-1"}]`),
			[]string{`aoai-gateway:openai[1].region: "us-east-1" is not an Azure region; write it like swedencentral`},
		},
		{
			"existing without a name", "an existing account needs both parts",
			with("openai", `[{"name":"old","existing":{"resourceGroup":"rg-ai"}},`+france+`]`),
			[]string{`aoai-gateway:openai[0].existing.name: is missing; give the Azure OpenAI account name of 2 to 64 characters: ` +
				`letters, digits, underscores, dots and hyphens, a letter or digit first`},
		},
		{
			"existing without a group", "an existing account needs both parts",
			with("openai", `[{"name":"old","existing":{"name":"contoso"}},`+france+`]`),
			[]string{`aoai-gateway:openai[0].existing.resourceGroup: is missing; give the resource group name of 1 to 90 characters: ` +
				`letters, digits, underscores, hyphens, parentheses and dots, no dot last`},
		},
		{
			"existing with a region", "the region would have no effect",
			with("openai", `[{"name":"old","region":"swedencentral","existing":{"resourceGroup":"rg-ai","name":"contoso"}},`+france+`]`),
			[]string{`aoai-gateway:openai[0].region: "swedencentral" has no effect on an existing account; remove it`},
		},
		{
			"existing with network rules", "they would have no effect",
			with("openai", `[{"name":"old","network":{"defaultAction":"Allow"},"existing":{"resourceGroup":"rg-ai","name":"contoso"}},`+france+`]`),
			[]string{`aoai-gateway:openai[0].network: has no effect on an existing account; remove it`},
		},
		{
			"the same existing account twice", "it would get twice its share",
			with("openai", `[{"name":"one","existing":{"resourceGroup":"rg-ai","name":"contoso"}},`+
				`{"name":"two","existing":{"resourceGroup":"RG-AI","name":"Contoso"}}]`),
			[]string{`aoai-gateway:openai[1].existing: "Contoso" in resource group "RG-AI" is used by [0] already; remove one`},
		},
		{
			"local auth", "a key works on one origin only",
			with("openai", accounts(`"localAuth":true`)),
			[]string{`aoai-gateway:openai[0].localAuth: true is refused behind two or more origins: every account has keys of its own, ` +
				`so that a client's key would work on one origin only; let clients use Entra tokens and list them in aoai-gateway:clients`},
		},
		{
			"local auth is a string", "the shape is wrong",
			with("openai", accounts(`"localAuth":"no"`)),
			[]string{`aoai-gateway:openai[0].localAuth: must be true or false, not the string "no"; write false without quotes`},
		},
		{
			"unknown default action", "Azure knows two",
			with("openai", accounts(`"network":{"defaultAction":"Denied"}`)),
			[]string{`aoai-gateway:openai[0].network.defaultAction: "Denied" is not allowed; one of Allow, Deny`},
		},
		{
			"deny without ranges", "nobody could reach the account",
			with("openai", accounts(`"network":{"defaultAction":"Deny"}`)),
			[]string{`aoai-gateway:openai[0].network.allowedIpRanges: is empty, so that defaultAction Deny would shut out everybody, the gateway included; list the public addresses that may call the account, or remove defaultAction`},
		},
		{
			"ranges without deny", "the ranges would have no effect",
			with("openai", accounts(`"network":{"allowedIpRanges":["20.1.2.0/24"]}`)),
			[]string{`aoai-gateway:openai[0].network.allowedIpRanges: has no effect while defaultAction is Allow; set it to Deny or remove the ranges`},
		},
		{
			"range is a host name", "rules take addresses",
			with("openai", accounts(`"network":{"defaultAction":"Deny","allowedIpRanges":["office.contoso.com"]}`)),
			[]string{`aoai-gateway:openai[0].network.allowedIpRanges[0]: "office.contoso.com" is neither an IPv4 address nor a range; write it like 20.1.2.3 or 20.1.2.0/24`},
		},
		{
			"range is IPv6", "Azure AI services take IPv4 only",
			with("openai", accounts(`"network":{"defaultAction":"Deny","allowedIpRanges":["2a01:111::/32"]}`)),
			[]string{`aoai-gateway:openai[0].network.allowedIpRanges[0]: "2a01:111::/32" is not IPv4, and Azure AI services take IPv4 rules only; write it like 20.1.2.3 or 20.1.2.0/24`},
		},
		{
			"range is private", "private addresses never reach a public endpoint",
			with("openai", accounts(`"network":{"defaultAction":"Deny","allowedIpRanges":["20.1.2.3","10.0.0.0/8"]}`)),
			[]string{`aoai-gateway:openai[0].network.allowedIpRanges[1]: "10.0.0.0/8" is not a public address, and only those reach the endpoint; list the public addresses that callers come from`},
		},
		{
			"range with host bits", "Azure refuses it",
			with("openai", accounts(`"network":{"defaultAction":"Deny","allowedIpRanges":["20.1.2.3/24"]}`)),
			[]string{`aoai-gateway:openai[0].network.allowedIpRanges[0]: "20.1.2.3/24" has bits set behind its mask; write 20.1.2.0/24`},
		},
		// Deployments.
		{
			"no deployments", "an account without a model serves nothing",
			with("deployments", `[]`),
			[]string{
				`aoai-gateway:deployments: has none; give some here for all accounts, or for each account in aoai-gateway:openai[].deployments`,
			},
		},
		{
			"deployment without anything", "all that is missing is named at once",
			with("deployments", `[{}]`),
			[]string{
				`aoai-gateway:deployments[0].name: is missing; give the name that clients call`,
				`aoai-gateway:deployments[0].model: is missing; give a model such as gpt-4o`,
				`aoai-gateway:deployments[0].version: is missing; give the model's version as Azure lists it, such as 2024-11-20`,
			},
		},
		{
			"version is a number", "YAML reads a bare 1 as a number",
			with("deployments", `[{"name":"embeddings","model":"text-embedding-3-small","version":1}]`),
			[]string{`aoai-gateway:deployments[0].version: must be a string, not the number 1; write it in quotes: "1"`},
		},
		{
			"unknown SKU", "the nearest SKU is suggested",
			with("deployments", deployment(`"sku":"GlobalStandart"`)),
			[]string{`aoai-gateway:deployments[0].sku: "GlobalStandart" is not allowed; one of Standard, GlobalStandard, DataZoneStandard, ` +
				`ProvisionedManaged, GlobalProvisionedManaged, DataZoneProvisionedManaged, GlobalBatch, DataZoneBatch; did you mean "GlobalStandard"?`},
		},
		{
			"unknown SKU of one account", "the path leads to the account's own deployment",
			with("openai", `[`+sweden+`,{"name":"france","region":"francecentral","deployments":`+deployment(`"sku":"Premium"`)+`}]`),
			[]string{`aoai-gateway:openai[1].deployments[0].sku: "Premium" is not allowed; one of Standard, GlobalStandard, DataZoneStandard, ` +
				`ProvisionedManaged, GlobalProvisionedManaged, DataZoneProvisionedManaged, GlobalBatch, DataZoneBatch`},
		},
		{
			"capacity in tokens", "a unit is 1,000 tokens a minute",
			with("deployments", deployment(`"capacity":150000`)),
			[]string{`aoai-gateway:deployments[0].capacity: 150000 is out of range; allowed are 1 to 100000, in units of 1,000 tokens a minute (or provisioned units)`},
		},
		{
			"capacity below one", "it serves nothing",
			with("deployments", deployment(`"capacity":-1`)),
			[]string{`aoai-gateway:deployments[0].capacity: -1 is out of range; allowed are 1 to 100000, in units of 1,000 tokens a minute (or provisioned units)`},
		},
		{
			"capacity is a fraction", "units are whole",
			with("deployments", deployment(`"capacity":1.5`)),
			[]string{`aoai-gateway:deployments[0].capacity: must be a whole number, not the number 1.5; write it without a point, such as 2`},
		},
		{
			"capacity is a string", "YAML quotes make it one",
			with("deployments", deployment(`"capacity":"10"`)),
			[]string{`aoai-gateway:deployments[0].capacity: must be a whole number, not the string "10"; write 10 without quotes`},
		},
		{
			"capacity is null", "a key without a value is an oversight",
			with("deployments", deployment(`"capacity":null`)),
			[]string{`aoai-gateway:deployments[0].capacity: is null; give a value or leave the key out`},
		},
		{
			"deployment name with a slash", "the name goes into the URL",
			with("deployments", `[{"name":"gpt/4o","model":"gpt-4o","version":"2024-11-20"}]`),
			[]string{`aoai-gateway:deployments[0].name: "gpt/4o" is not a legal deployment name; allowed are 2 to 64 characters: ` +
				`letters, digits, underscores, dots and hyphens, a letter or digit first`},
		},
		{
			"deployment name twice", "the second would overwrite the first",
			with("deployments", `[`+gpt+`,{"name":"GPT-4o","model":"gpt-4o","version":"2024-08-06"}]`),
			[]string{`aoai-gateway:deployments[1].name: "GPT-4o" is used by deployment [0] already, and capital letters make no difference; choose another name`},
		},
		{
			"model with spaces", "it is not how Azure lists models",
			with("deployments", `[{"name":"gpt-4o","model":"GPT 4o","version":"2024-11-20"}]`),
			[]string{`aoai-gateway:deployments[0].model: "GPT 4o" is not a model name; write it as Azure lists it, such as gpt-4o`},
		},
		{
			"unknown version upgrade", "the options are Azure's",
			with("deployments", deployment(`"versionUpgrade":"Never"`)),
			[]string{`aoai-gateway:deployments[0].versionUpgrade: "Never" is not allowed; one of NoAutoUpgrade, OnceCurrentVersionExpired, OnceNewDefaultVersionAvailable`},
		},
		{
			"deployment key twice", "one of the two values would be lost",
			with("deployments", deployment(`"capacity":1,"capacity":2`)),
			[]string{`aoai-gateway:deployments[0].capacity: is given twice; keep one`},
		},
		{
			"accounts with different deployments", "some requests would get 404",
			with("openai", `[`+sweden+`,{"name":"france","region":"francecentral","deployments":[{"name":"gpt4","model":"gpt-4o","version":"2024-11-20"}]}]`),
			[]string{
				`aoai-gateway:openai: has accounts whose deployments differ: "sweden" lacks "gpt4", "france" lacks "gpt-4o"; ` +
					`give every account behind a balancer the same deployment names, since any request may go to any account`,
			},
		},
		// Clients.
		{
			"client id instead of object id", "a name is not a GUID",
			with("clients", `[{"name":"chat","principalId":"chat-app"}]`),
			[]string{`aoai-gateway:clients[0].principalId: "chat-app" is not an object id; it is a GUID such as 11111111-2222-3333-4444-555555555555, or "deployer" for who runs the deployment`},
		},
		{
			"GUID in braces", "ARM takes the plain form",
			with("clients", `[{"name":"chat","principalId":"{`+guid+`}"}]`),
			[]string{`aoai-gateway:clients[0].principalId: "{` + guid + `}" is not an object id; it is a GUID such as 11111111-2222-3333-4444-555555555555, or "deployer" for who runs the deployment`},
		},
		{
			"deployer in production", "the next run may be a pipeline's, and would take the role from you",
			with("environment", "production", "clients", `[{"name":"me","principalId":"deployer"}]`),
			[]string{`aoai-gateway:clients[0].principalId: "deployer" is not for production, where the next run may be somebody else's; give the client's object id`},
		},
		{
			"deployer in capitals", "only the word itself is taken",
			with("clients", `[{"name":"me","principalId":"Deployer"}]`),
			[]string{`aoai-gateway:clients[0].principalId: "Deployer" is not an object id; it is a GUID such as 11111111-2222-3333-4444-555555555555, or "deployer" for who runs the deployment`},
		},
		{
			"deployer of an unknown type", "a type that is given is checked",
			with("clients", `[{"name":"me","principalId":"deployer","principalType":"Person"}]`),
			[]string{`aoai-gateway:clients[0].principalType: "Person" is not allowed; one of User, Group, ServicePrincipal`},
		},
		{
			"unknown principal type", "the nearest type is suggested",
			with("clients", `[{"name":"chat","principalId":"`+guid+`","principalType":"ServicePrinciple"}]`),
			[]string{`aoai-gateway:clients[0].principalType: "ServicePrinciple" is not allowed; one of User, Group, ServicePrincipal; did you mean "ServicePrincipal"?`},
		},
		{
			"client twice", "a role can be granted once",
			with("clients", `[{"name":"chat","principalId":"`+guid+`"},{"name":"chat","principalId":"`+guid+`"}]`),
			[]string{
				`aoai-gateway:clients[1].name: "chat" is used by [0] already; choose another name`,
				`aoai-gateway:clients[1].principalId: "` + guid + `" is given by [0] already; remove one`,
			},
		},
		{
			"client without a name", "the name tells the grants apart",
			with("clients", `[{"principalId":"`+guid+`"}]`),
			[]string{`aoai-gateway:clients[0].name: is missing; name a client with 2 to 24 characters: ` +
				`lower-case letters, digits and inner hyphens`},
		},
		// Front Door.
		{
			"Front Door SKU in Azure's form", "the short form is meant",
			with("frontDoor", `{"sku":"Premium_AzureFrontDoor"}`),
			[]string{`aoai-gateway:frontDoor.sku: "Premium_AzureFrontDoor" is not allowed; one of Standard, Premium`},
		},
		{
			"latency too high", "Azure takes a second at most",
			with("frontDoor", `{"additionalLatencyMilliseconds":1001}`),
			[]string{`aoai-gateway:frontDoor.additionalLatencyMilliseconds: 1001 is out of range; allowed are 0 to 1000 ms`},
		},
		{
			"more successes than samples", "no origin would ever be healthy",
			with("frontDoor", `{"sampleSize":2,"successfulSamplesRequired":3}`),
			[]string{`aoai-gateway:frontDoor.successfulSamplesRequired: 3 is more than sampleSize (2), so that no origin would ever be healthy; give 2 or less`},
		},
		{
			"sample size too large", "Azure takes 255 at most",
			with("frontDoor", `{"sampleSize":256}`),
			[]string{`aoai-gateway:frontDoor.sampleSize: 256 is out of range; allowed are 1 to 255`},
		},
		{
			"probe path without a slash", "Azure refuses it",
			with("frontDoor", `{"probe":{"path":"status"}}`),
			[]string{`aoai-gateway:frontDoor.probe.path: "status" is not a probe path; it starts with a slash and has no query, such as /status-0123456789abcdef`},
		},
		{
			"probe interval too long", "Azure takes 255 s at most",
			with("frontDoor", `{"probe":{"intervalSeconds":300}}`),
			[]string{`aoai-gateway:frontDoor.probe.intervalSeconds: 300 is out of range; allowed are 1 to 255 s`},
		},
		{
			"response timeout too long", "Front Door gives up after 240 s",
			with("frontDoor", `{"responseTimeoutSeconds":300}`),
			[]string{`aoai-gateway:frontDoor.responseTimeoutSeconds: 300 is out of range; allowed are 16 to 240 s`},
		},
		{
			"traffic restoration too long", "the contract says 50 minutes",
			with("frontDoor", `{"trafficRestorationMinutes":60}`),
			[]string{`aoai-gateway:frontDoor.trafficRestorationMinutes: 60 is out of range; allowed are 0 to 50 min`},
		},
		{
			"WAF mode misspelt", "the nearest mode is suggested",
			with("frontDoor", `{"waf":{"mode":"prevent","rateLimitPerMinute":1000}}`),
			[]string{`aoai-gateway:frontDoor.waf.mode: "prevent" is not allowed; one of off, detection, prevention; did you mean "prevention"?`},
		},
		{
			"managed rules on Standard", "they are Premium only",
			with("frontDoor", `{"waf":{"mode":"prevention","managedRules":true}}`),
			[]string{`aoai-gateway:frontDoor.waf.managedRules: true needs sku Premium, as Standard has no managed rules; set frontDoor.sku to Premium, or remove managedRules`},
		},
		{
			"rules while the WAF is off", "they would have no effect",
			with("frontDoor", `{"sku":"Premium","waf":{"managedRules":true,"rateLimitPerMinute":100}}`),
			[]string{
				`aoai-gateway:frontDoor.waf.managedRules: true has no effect while mode is off; set mode to detection or prevention`,
				`aoai-gateway:frontDoor.waf.rateLimitPerMinute: 100 has no effect while mode is off; set mode to detection or prevention`,
			},
		},
		{
			"WAF without rules", "it would protect nothing",
			with("frontDoor", `{"waf":{"mode":"prevention"}}`),
			[]string{`aoai-gateway:frontDoor.waf.mode: prevention without any rule protects nothing; set rateLimitPerMinute, or managedRules on Premium`},
		},
		{
			"inspecting prompts without managed rules", "it would have no effect",
			with("frontDoor", `{"waf":{"mode":"prevention","rateLimitPerMinute":10,"inspectPrompts":true}}`),
			[]string{`aoai-gateway:frontDoor.waf.inspectPrompts: true has no effect without managedRules; set managedRules, or remove it`},
		},
		{
			"negative rate limit", "it would block everybody",
			with("frontDoor", `{"waf":{"mode":"prevention","rateLimitPerMinute":-5}}`),
			[]string{`aoai-gateway:frontDoor.waf.rateLimitPerMinute: -5 is out of range; allowed are 0 to 5000000 requests`},
		},
		{
			"custom domain with a scheme", "a host name is meant",
			with("frontDoor", `{"customDomains":[{"hostName":"https://ai.contoso.com"}]}`),
			[]string{`aoai-gateway:frontDoor.customDomains[0].hostName: "https://ai.contoso.com" is not a host name; ` +
				`write it in lower case without scheme or path, such as ai.contoso.com`},
		},
		{
			"custom domain twice", "Azure refuses it",
			with("frontDoor", `{"customDomains":[{"hostName":"ai.contoso.com"},{"hostName":"ai.contoso.com"}]}`),
			[]string{`aoai-gateway:frontDoor.customDomains[1].hostName: "ai.contoso.com" is given by [0] already; remove one`},
		},
		{
			"DNS zone by name", "an id is meant",
			with("frontDoor", `{"customDomains":[{"hostName":"ai.contoso.com","dnsZoneId":"contoso.com"}]}`),
			[]string{`aoai-gateway:frontDoor.customDomains[0].dnsZoneId: "contoso.com" is not the resource id of an Azure DNS zone; write it like ` +
				`/subscriptions/.../resourceGroups/.../providers/Microsoft.Network/dnsZones/contoso.com`},
		},
		{
			"unknown key deep inside", "the nearest key is suggested with its whole path",
			with("frontDoor", `{"waf":{"mod":"off"}}`),
			[]string{`aoai-gateway:frontDoor.waf.mod: is not a known key; known are mode, managedRules, inspectPrompts, rateLimitPerMinute; did you mean "mode"?`},
		},
		// Monitor.
		{
			"retention too short", "a pay-as-you-go workspace keeps 30 days",
			with("monitor", `{"retentionDays":7}`),
			[]string{`aoai-gateway:monitor.retentionDays: 7 is out of range; allowed are 30 to 730 days`},
		},
		{
			"negative quota", "it would stop all logs",
			with("monitor", `{"dailyQuotaGb":-1}`),
			[]string{`aoai-gateway:monitor.dailyQuotaGb: -1 is negative; give the gigabytes a day, or 0 for no limit`},
		},
		{
			"workspace by name", "an id is meant",
			with("monitor", `{"workspaceId":"log-shared"}`),
			[]string{`aoai-gateway:monitor.workspaceId: "log-shared" is not the resource id of a Log Analytics workspace; write it like ` +
				`/subscriptions/.../resourceGroups/.../providers/Microsoft.OperationalInsights/workspaces/name`},
		},
		{
			"settings of an existing workspace", "they would have no effect",
			with("monitor", `{"retentionDays":90,"workspaceId":"/subscriptions/s/resourceGroups/g/providers/Microsoft.OperationalInsights/workspaces/w"}`),
			[]string{`aoai-gateway:monitor.workspaceId: names an existing workspace, on which retentionDays and dailyQuotaGb have no effect; remove them`},
		},
		{
			"settings while off", "they would have no effect",
			with("monitor", `{"enabled":false,"retentionDays":90}`),
			[]string{`aoai-gateway:monitor.enabled: is false, so that the other keys have no effect; remove them or set it to true`},
		},
		// Together.
		{
			"many mistakes", "all are reported in one go, in the order of the keys",
			with("pattern", "afd", "location", "moon", "openai", accounts(`"localAuth":true`), "frontDoor", `{"sku":"Basic","sampleSize":999}`),
			[]string{
				`aoai-gateway:pattern: "afd" is not allowed; one of front-door, apim, multi-region`,
				`aoai-gateway:location: "moon" is not an Azure region; write it like swedencentral`,
				`aoai-gateway:openai[0].localAuth: true is refused behind two or more origins: every account has keys of its own, ` +
					`so that a client's key would work on one origin only; let clients use Entra tokens and list them in aoai-gateway:clients`,
				`aoai-gateway:frontDoor.sku: "Basic" is not allowed; one of Standard, Premium`,
				`aoai-gateway:frontDoor.sampleSize: 999 is out of range; allowed are 1 to 255`,
			},
		},
	}
	if len(cases) < 60 {
		t.Errorf("only %d bad configurations are tested", len(cases))
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			_, _, err := ReadConfig(c.values, today)
			if diff := cmp.Diff(c.want, mistakes(err)); diff != "" {
				t.Errorf("%s: mistakes (-want +got):\n%s", c.reason, diff)
			}
		})
	}
}

func TestReadConfigFillsDefaults(t *testing.T) {
	config, _, err := ReadConfig(with("clients", `[{"name":"chat","principalId":"11111111-2222-3333-4444-555555555555"}]`), today)
	if err != nil {
		t.Fatal(err)
	}
	if got := config.FrontDoor.AdditionalLatencyMilliseconds; got != 1000 {
		t.Errorf("additional latency is %d ms; by default all origins must share the traffic", got)
	}
	if got := config.accounts()[1].Deployments; len(got) != 1 || got[0].Name != "gpt-4o" {
		t.Errorf("account france deploys %v instead of the stack's deployments", got)
	}
	if got := config.Clients[0].PrincipalType; got != "ServicePrincipal" {
		t.Errorf("a client's principal type is %q by default", got)
	}
}

// What stands in somebody else's account is not this stack's to add to unasked.
func TestExistingAccountsGetNoDeploymentsUnasked(t *testing.T) {
	config, _, err := ReadConfig(with("openai", `[`+sweden+`,{"name":"old","existing":{"resourceGroup":"rg-ai","name":"contoso"}}]`), today)
	if err != nil {
		t.Fatal(err)
	}
	if got := config.accounts()[1].Deployments; len(got) != 0 {
		t.Errorf("the existing account would get %v", got)
	}
}

func TestReadConfigKeepsExplicitZero(t *testing.T) {
	config, _, err := ReadConfig(with("frontDoor", `{"additionalLatencyMilliseconds":0}`), today)
	if err != nil {
		t.Fatal(err)
	}
	if got := config.FrontDoor.AdditionalLatencyMilliseconds; got != 0 {
		t.Errorf("additional latency is %d ms although the stack says 0", got)
	}
}
