package stacks

import (
	"fmt"
	"strings"
	"testing"

	"github.com/aoai-gateway/aoai-gateway/internal/arm"
)

// goodRegions is a small configuration of the pattern multi-region that is valid;
// settings are members of the key apim, and pairs replace other keys.
func goodRegions(settings string, pairs ...string) map[string]string {
	if settings != "" {
		settings = "," + settings
	}
	return with(append([]string{
		"pattern", "multi-region", "apim", `{"publisher":{"email":"team@contoso.com"},"regions":[{"location":"francecentral"}]` + settings + `}`,
	}, pairs...)...)
}

// regions is goodRegions with other regions.
func regions(list string, pairs ...string) map[string]string {
	return goodRegions("", append([]string{"apim", `{"publisher":{"email":"team@contoso.com"},"regions":` + list + `}`}, pairs...)...)
}

// gate is pattern 1 behind an Application Gateway, with more members of its options.
func gate(members string, pairs ...string) map[string]string {
	if members != "" {
		members = "," + members
	}
	return with(append([]string{"edge", "application-gateway", "applicationGateway", `{"allowHttp":true` + members + `}`}, pairs...)...)
}

// certified is the same with a certificate, and with the members of that.
func certified(members string) map[string]string {
	return gate("", "applicationGateway", `{"certificate":{`+members+`}}`)
}

const vault = "/subscriptions/s/resourceGroups/g/providers/Microsoft.KeyVault/vaults/v"

func TestReadConfigRefusesRegionsAndEdges(t *testing.T) {
	known, err := arm.Regions()
	if err != nil {
		t.Fatal(err)
	}
	var many []string
	for _, region := range known[:51] {
		if region.Name != "swedencentral" {
			many = append(many, `{"location":"`+region.Name+`"}`)
		}
	}
	existing := `[{"name":"shared","existing":{"resourceGroup":"rg","name":"contoso"}},` + france + `]`
	longName := strings.Repeat("m", 64)

	cases := []struct {
		reason string
		values map[string]string
		want   []string
	}{
		// Regions.
		{"one region only", regions(`[]`), []string{`apim.regions: the number of gateways that are on is 1; the pattern multi-region takes two or more regions with gateways: add some, such as {location: francecentral}, or take the pattern apim`}},
		{"no region whose gateway is on", goodRegions("", "apim", `{"publisher":{"email":"a@b.com"},"gatewayOff":true,"regions":[{"location":"francecentral","gatewayOff":true}]}`), []string{`apim.gatewayOff: true in every region leaves nobody to answer; keep one gateway on`, `apim.regions: the number of gateways that are on is 0; the pattern multi-region takes two or more regions with gateways: add some, such as {location: francecentral}, or take the pattern apim`}},
		{"one gateway that is on", regions(`[{"location":"francecentral","gatewayOff":true}]`), []string{`apim.regions: the number of gateways that are on is 1; the pattern multi-region takes two or more regions with gateways: add some, such as {location: francecentral}, or take the pattern apim`}},
		{"a region that is none", regions(`[{"location":"moon"}]`), []string{`apim.regions[0].location: "moon" is not an Azure region; write it like swedencentral`}},
		{"a region with a typo", regions(`[{"location":"francecentrall"}]`), []string{`apim.regions[0].location: "francecentrall" is not an Azure region; write it like swedencentral; did you mean "francecentral"?`}},
		{"a region without a name", regions(`[{}]`), []string{`apim.regions[0].location: is missing; write it like swedencentral`}},
		{"the service's own region again", regions(`[{"location":"Sweden Central"}]`), []string{`apim.regions[0].location: "Sweden Central" is the service's own region already; remove it`}},
		{"a region twice", regions(`[{"location":"francecentral"},{"location":"France Central"}]`), []string{`apim.regions[1].location: "France Central" is regions[0] already; remove it`}},
		{"more units than a region takes", regions(`[{"location":"francecentral","units":51}]`), []string{`apim.regions[0].units: 51 is not on offer beside the service's own region; allowed are 1 to 50`}},
		{"less than no units", regions(`[{"location":"francecentral","units":-1}]`), []string{`apim.regions[0].units: -1 is not on offer beside the service's own region; allowed are 1 to 50`}},
		{"units that do not divide over zones", regions(`[{"location":"francecentral","units":2,"zones":["1","2","3"]}]`), []string{`apim.regions[0].units: 2 units do not divide evenly over 3 zones; take a multiple of 3`}},
		{"the service's units, which do not divide over zones", regions(`[{"location":"francecentral","zones":["1","2"]}]`), []string{`apim.regions[0].units: 1 units do not divide evenly over 2 zones; take a multiple of 2`}},
		{"a zone that is none, beside the own region", regions(`[{"location":"francecentral","zones":["5"]}]`), []string{`apim.regions[0].zones[0]: "5" is not a zone; zones are 1, 2 and 3`}},
		{"a zone twice, beside the own region", regions(`[{"location":"francecentral","units":2,"zones":["1","1"]}]`), []string{`apim.regions[0].zones[1]: "1" stands there twice; remove one`}},
		{"zones where there are none", regions(`[{"location":"westus","units":2,"zones":["1","2"]}]`), []string{`apim.regions[0].zones: the region westus has no availability zones; leave zones out or choose another region`}},
		{"a typo in a region", regions(`[{"location":"francecentral","unit":2}]`), []string{`apim.regions[0].unit: is not a known key; known are location, units, zones, drain, gatewayOff; did you mean "units"?`}},
		{"regions as names", regions(`["francecentral"]`), []string{`apim.regions[0]: must be an object, not the string "francecentral"; its members are location, units, zones, drain, gatewayOff`}},
		{"units as a text", regions(`[{"location":"francecentral","units":"2"}]`), []string{`apim.regions[0].units: must be a whole number, not the string "2"; write 2 without quotes`}},
		{"a SKU with one region", goodRegions(`"sku":"StandardV2"`), []string{`apim.sku: "StandardV2" has one region; regions need Premium`}},
		{"the default SKU of another pattern", goodRegions(`"sku":"BasicV2"`), []string{`apim.sku: "BasicV2" has one region; regions need Premium`}},
		{"PremiumV2, which has one region", goodRegions(`"sku":"PremiumV2"`), []string{`apim.sku: "PremiumV2" has one region; regions need Premium`}},
		{"regions with the pattern apim", goodAPIM(`"sku":"Premium","regions":[{"location":"francecentral"}]`), []string{`apim.regions: needs the pattern multi-region, which puts an edge before the gateways; take that pattern, or remove it`}},
		{"a gateway that is off with the pattern apim", goodAPIM(`"sku":"Premium","gatewayOff":true`), []string{`apim.gatewayOff: needs the pattern multi-region, which puts an edge before the gateways; take that pattern, or remove it`}},
		{"regions with the pattern front-door", with("apim", `{"regions":[{"location":"francecentral"}]}`), []string{`apim: has no effect with the pattern front-door; remove it`}},
		{"nobody to write to, in several regions", goodRegions("", "apim", `{"regions":[{"location":"francecentral"}]}`), []string{`apim.publisher.email: is missing; write it like team@contoso.com`}},
		{"no accounts at all", goodRegions("", "openai", `[]`), []string{`openai: has the wrong number of accounts, 0; list 1 to 50, each with name and region`}},
		{"an existing account whose place is not told", goodRegions("", "openai", existing), []string{`openai[0].region: is missing: which gateways are near the existing account has to be known`}},
		{"an existing account in a place that is none", goodRegions("", "openai", `[{"name":"shared","region":"moon","existing":{"resourceGroup":"rg","name":"contoso"}},`+france+`]`), []string{`openai[0].region: "moon" is not an Azure region; write it like swedencentral`}},
		{"keys of accounts behind gateways", goodRegions("", "openai", accounts(`"localAuth":true`)), []string{`openai[0].localAuth: true is refused behind API Management: the gateway uses its identity, and a key would go around it; remove it`}},
		{"clients that would go around", goodRegions("", "clients", `[{"name":"chat","principalId":"11111111-2222-3333-4444-555555555555"}]`), []string{`clients: would go around the gateway with the pattern multi-region; let callers in by apim.access`}},
		{"a pool's name that is too long in a region", goodRegions(`"loadBalancing":{"strategy":"pool"}`, "deployments", fmt.Sprintf(`[{"name":%q,"model":"gpt-4o","version":"2024-11-20"}]`, longName)), []string{`deployments[0].name: the deployment "mmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmm" would have the pool pool-mmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmm-swedencentral: "pool-mmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmm-swedencentral" is not a legal API Management backend id; allowed are 1 to 80 characters: letters, digits, underscores and inner hyphens; give it a shorter name`}},
		{"a deployment named like another's regional pool", goodRegions(`"loadBalancing":{"strategy":"pool"}`, "deployments", `[{"name":"gpt-4o","model":"gpt-4o","version":"2024-11-20"},{"name":"gpt-4o-francecentral","model":"gpt-4o","version":"2024-11-20"}]`), []string{`deployments[1].name: the deployments "gpt-4o" and "gpt-4o-francecentral" would share the pool pool-gpt-4o-francecentral: ids of pools know no dots; rename one`}},
		{"more gateways than an edge takes", regions(`[` + strings.Join(many, ",") + `]`), []string{`apim.regions: have 51 gateways that are on; Front Door takes 50 origins`}},
		{"every gateway drained", goodRegions(`"drain":true`, "apim", `{"publisher":{"email":"a@b.com"},"drain":true,"regions":[{"location":"francecentral","drain":true}]}`), []string{`apim.drain: true in every region that has its gateway on leaves nobody to answer; keep one as it is`}},
		{"a gateway drained with the pattern apim", goodAPIM(`"sku":"Premium","drain":true`), []string{`apim.drain: needs the pattern multi-region, which puts an edge before the gateways; take that pattern, or remove it`}},
		{"a name that API Management has in the stack", goodAPIM("", "openai", `[{"name":"apim","region":"swedencentral"}]`), []string{`openai[0].name: "apim" is what API Management is called in the stack; call the account something else`}},
		{"too few attempts for other regions, with pools", goodRegions(`"loadBalancing":{"strategy":"pool","maxAttempts":1}`), []string{`openai: serve "gpt-4o" with 1 accounts in swedencentral, and a request is sent to 1 at most (loadBalancing.maxAttempts): no other region would ever be asked; raise it, or leave it out`, `openai: serve "gpt-4o" with 1 accounts in francecentral, and a request is sent to 1 at most (loadBalancing.maxAttempts): no other region would ever be asked; raise it, or leave it out`}},
		{"fewer attempts than a region has accounts", goodRegions(`"loadBalancing":{"maxAttempts":1}`), []string{`openai: serve "gpt-4o" with 1 accounts in swedencentral, and a request is sent to 1 at most (loadBalancing.maxAttempts): no other region would ever be asked; raise it, or leave it out`, `openai: serve "gpt-4o" with 1 accounts in francecentral, and a request is sent to 1 at most (loadBalancing.maxAttempts): no other region would ever be asked; raise it, or leave it out`}},
		{"several mistakes of regions at once", regions(`[]`, "openai", existing), []string{`apim.regions: the number of gateways that are on is 1; the pattern multi-region takes two or more regions with gateways: add some, such as {location: francecentral}, or take the pattern apim`, `openai[0].region: is missing: which gateways are near the existing account has to be known`}},
		// Routing and locks.
		{"a routing that is none", goodRegions("", "routing", "latency"), []string{`routing: "latency" is not allowed; one of active-active, active-passive`}},
		{"a routing with a typo", goodRegions("", "routing", "active-pasive"), []string{`routing: "active-pasive" is not allowed; one of active-active, active-passive; did you mean "active-passive"?`}},
		{"a lock that is none", goodRegions("", "lock", "network"), []string{`lock: "network" is not allowed; one of header, header+network, private-link, private-link-only`}},
		{"a lock in capitals", goodRegions("", "lock", "Header"), []string{`lock: "Header" is not allowed; one of header, header+network, private-link, private-link-only; did you mean "header"?`}},
		{"routing with the pattern front-door", with("routing", "active-passive"), []string{`routing: "active-passive" has no effect with the pattern front-door; remove it`}},
		{"routing with the pattern apim", goodAPIM("", "routing", "active-passive"), []string{`routing: "active-passive" has no effect with the pattern apim; remove it`}},
		{"a lock with the pattern front-door", with("lock", "header+network"), []string{`lock: "header+network" has no effect with the pattern front-door; remove it`}},
		{"a lock with the pattern apim", goodAPIM("", "lock", "header+network"), []string{`lock: "header+network" has no effect with the pattern apim; remove it`}},
		{"routing behind an Application Gateway", goodRegions("", "edge", "application-gateway", "applicationGateway", `{"allowHttp":true}`, "routing", "active-passive"), []string{`routing: "active-passive" has no effect with edge application-gateway; remove it`}},
		{"a lock behind an Application Gateway", goodRegions("", "edge", "application-gateway", "applicationGateway", `{"allowHttp":true}`, "lock", "header+network"), []string{`lock: "header+network" has no effect with edge application-gateway; remove it`}},
		// Edges.
		{"an edge that is none", with("edge", "traffic-manager"), []string{`edge: "traffic-manager" is not allowed; one of front-door, application-gateway`}},
		{"an edge with a typo", with("edge", "application-gatway"), []string{`edge: "application-gatway" is not allowed; one of front-door, application-gateway; did you mean "application-gateway"?`}},
		{"an edge before the gateway that callers reach", goodAPIM("", "edge", "application-gateway"), []string{`edge: "application-gateway" has no effect with the pattern apim, whose gateway callers reach directly; remove it, or set network.access to private, which puts both into a network`}},
		{"Front Door's keys without Front Door", gate("", "frontDoor", `{"sku":"Premium"}`), []string{`frontDoor: has no effect with edge application-gateway; remove it`}},
		{"Front Door's keys with the pattern apim", goodAPIM("", "frontDoor", `{"sku":"Premium"}`), []string{`frontDoor: has no effect with the pattern apim; remove it`}},
		{"Application Gateway's keys without it", with("applicationGateway", `{"allowHttp":true}`), []string{`applicationGateway: has no effect without edge application-gateway; set that, or remove it`}},
		{"Application Gateway's keys with the pattern apim", goodAPIM("", "applicationGateway", `{"allowHttp":true}`), []string{`applicationGateway: has no effect without edge application-gateway; set that, or remove it`}},
		{"neither a certificate nor HTTP", gate("", "applicationGateway", `{}`), []string{`applicationGateway.certificate: is missing; give keyVaultId and secretName of a certificate for your host name, or set allowHttp for development`}},
		{"a certificate and HTTP", gate("", "applicationGateway", `{"allowHttp":true,"certificate":{"keyVaultId":"`+vault+`","secretName":"ai"}}`), []string{`applicationGateway.allowHttp: true does not go with a certificate: everybody would be sent to HTTPS; keep one`}},
		{"a vault that is none", certified(`"keyVaultId":"v","secretName":"ai"`), []string{`applicationGateway.certificate.keyVaultId: "v" is not the resource id of a key vault; write it like /subscriptions/.../resourceGroups/.../providers/Microsoft.KeyVault/vaults/name`}},
		{"a certificate without a name", certified(`"keyVaultId":"` + vault + `"`), []string{`applicationGateway.certificate.secretName: "" is not the name of a certificate in a key vault; allowed are 1 to 127 letters, digits and hyphens`}},
		{"a certificate by its URL", certified(`"keyVaultId":"` + vault + `","secretName":"https://v.vault.azure.net/secrets/ai"`), []string{`applicationGateway.certificate.secretName: "https://v.vault.azure.net/secrets/ai" is not the name of a certificate in a key vault; allowed are 1 to 127 letters, digits and hyphens`}},
		{"a host name that is none", gate("", "applicationGateway", `{"certificate":{"keyVaultId":"`+vault+`","secretName":"ai"},"hostName":"https://ai.contoso.com"}`), []string{`applicationGateway.hostName: "https://ai.contoso.com" is not a host name; write it in lower case without scheme or path, such as ai.contoso.com`}},
		{"a host name without a certificate", gate(`"hostName":"ai.contoso.com"`), []string{`applicationGateway.hostName: "ai.contoso.com" has no effect without a certificate; remove it`}},
		{"more units at rest than at work", gate(`"minUnits":20,"maxUnits":10`), []string{`applicationGateway.minUnits: 20 is more than maxUnits (10); lower it, or raise maxUnits`}},
		{"fewer units than none", gate(`"minUnits":-1`), []string{`applicationGateway.minUnits: -1 is out of range; allowed are 0 to 100 units`}},
		{"one unit at most", gate(`"maxUnits":1`), []string{`applicationGateway.maxUnits: 1 is out of range; allowed are 2 to 125 units`}},
		{"more units than Azure has", gate(`"maxUnits":126`), []string{`applicationGateway.maxUnits: 126 is out of range; allowed are 2 to 125 units`}},
		{"a zone of the edge that is none", gate(`"zones":["4"]`), []string{`applicationGateway.zones[0]: "4" is not a zone; zones are 1, 2 and 3`}},
		{"zones of the edge where there are none", gate(`"zones":["1"]`, "location", "West US"), []string{`applicationGateway.zones: the region West US has no availability zones; leave zones out or choose another region`}},
		{"a network that is public", gate(`"virtualNetwork":"20.1.0.0/24"`), []string{`applicationGateway.virtualNetwork: "20.1.0.0/24" is not an address range for a gateway; write a private IPv4 range of /26 or larger, such as 10.60.0.0/24`}},
		{"a network that is too small", gate(`"virtualNetwork":"10.0.0.0/27"`), []string{`applicationGateway.virtualNetwork: "10.0.0.0/27" is not an address range for a gateway; write a private IPv4 range of /26 or larger, such as 10.60.0.0/24`}},
		{"a network with bits behind its mask", gate(`"virtualNetwork":"10.0.0.1/24"`), []string{`applicationGateway.virtualNetwork: "10.0.0.1/24" is not an address range for a gateway; write a private IPv4 range of /26 or larger, such as 10.60.0.0/24`}},
		{"a network that is none", gate(`"virtualNetwork":"gateway"`), []string{`applicationGateway.virtualNetwork: "gateway" is not an address range for a gateway; write a private IPv4 range of /26 or larger, such as 10.60.0.0/24`}},
		{"a probe with a query", gate(`"probe":{"path":"/status?x=1"}`), []string{`applicationGateway.probe.path: "/status?x=1" is not a probe path; it starts with a slash and has no query, such as /status-0123456789abcdef`}},
		{"a probe that waits longer than its interval", gate(`"probe":{"intervalSeconds":5}`), []string{`applicationGateway.probe.timeoutSeconds: 10 is longer than the interval of 5; lower it`}},
		{"a probe that never fails", gate(`"probe":{"unhealthyThreshold":21}`), []string{`applicationGateway.probe.unhealthyThreshold: 21 is out of range; allowed are 1 to 20 probes`}},
		{"a timeout beyond what public backends get", gate(`"requestTimeoutSeconds":241`), []string{`applicationGateway.requestTimeoutSeconds: 241 is out of range; allowed are 1 to 240 s`}},
		{"a firewall's mode that is none", gate(`"waf":{"mode":"block"}`), []string{`applicationGateway.waf.mode: "block" is not allowed; one of off, detection, prevention`}},
		{"a key that the firewall does not have", gate(`"waf":{"managedRules":false}`), []string{`applicationGateway.waf.managedRules: is not a known key; known are mode, inspectPrompts, rateLimitPerMinute`}},
		{"a rate limit without a firewall", gate(`"waf":{"mode":"off","rateLimitPerMinute":5}`), []string{`applicationGateway.waf.rateLimitPerMinute: 5 has no effect while mode is off; set mode to detection or prevention`}},
		{"prompts inspected by nobody", gate(`"waf":{"mode":"off","inspectPrompts":true}`), []string{`applicationGateway.waf.inspectPrompts: true has no effect while mode is off; set mode to detection or prevention`}},
		{"an account that lets everybody around the edge", gate("", "openai", accounts(`"network":{"defaultAction":"Allow"}`)), []string{`openai[0].network.defaultAction: Allow would let callers go around the Application Gateway, whose address is the only one that is let in; remove it`}},
		{"a typo in the gateway's keys", gate(`"minUnit":2`), []string{`applicationGateway.minUnit: is not a known key; known are minUnits, maxUnits, zones, virtualNetwork, probe, requestTimeoutSeconds, certificate, hostName, allowHttp, waf; did you mean "minUnits"?`}},
		{"managed rules on Standard", goodRegions("", "frontDoor", `{"sku":"Standard","waf":{"managedRules":true}}`), []string{`frontDoor.waf.managedRules: true needs sku Premium, as Standard has no managed rules; set frontDoor.sku to Premium, or remove managedRules`}},
		{"a firewall without rules on Standard", goodRegions("", "frontDoor", `{"sku":"Standard"}`), []string{`frontDoor.waf.mode: prevention without any rule protects nothing; set rateLimitPerMinute, or managedRules on Premium`}},
		{"managed rules of a firewall that is off", goodRegions("", "frontDoor", `{"waf":{"mode":"off","managedRules":true}}`), []string{`frontDoor.waf.managedRules: true has no effect while mode is off; set mode to detection or prevention`}},
		// Timeouts.
		{"a client that gives up before the gateway's second try", gate("", "timeouts", `{"clientSeconds":250}`), []string{`timeouts.clientSeconds: the client gives up after 250 s, but Application Gateway may take 480 s (applicationGateway.requestTimeoutSeconds), and 5 s go by on the way; give it 485 or more, or lower the other`}},
		{"a client that gives up before Front Door", goodRegions("", "timeouts", `{"clientSeconds":240}`), []string{`timeouts.clientSeconds: the client gives up after 240 s, but Front Door may take 240 s (frontDoor.responseTimeoutSeconds), and 5 s go by on the way; give it 245 or more, or lower the other`}},
		{"a client that gives up before API Management", goodAPIM("", "timeouts", `{"clientSeconds":230}`), []string{`timeouts.clientSeconds: the client gives up after 230 s, but the gateway with all its attempts may take 230 s (apim.loadBalancing.totalTimeoutSeconds), and 5 s go by on the way; give it 235 or more, or lower the other`}},
		{"Front Door gives up before the gateway", goodRegions("", "frontDoor", `{"responseTimeoutSeconds":200}`), []string{`frontDoor.responseTimeoutSeconds: Front Door gives up after 200 s, but the gateway with all its attempts may take 230 s (apim.loadBalancing.totalTimeoutSeconds), and 5 s go by on the way; give it 235 or more, or lower the other`}},
		{"an Application Gateway gives up before the gateway", goodRegions("", "edge", "application-gateway", "applicationGateway", `{"allowHttp":true,"requestTimeoutSeconds":230}`), []string{`applicationGateway.requestTimeoutSeconds: Application Gateway gives up after 230 s, but the gateway with all its attempts may take 230 s (apim.loadBalancing.totalTimeoutSeconds), and 5 s go by on the way; give it 235 or more, or lower the other`}},
		{"an attempt that is too short for the model", goodRegions(`"loadBalancing":{"attemptTimeoutSeconds":60}`, "timeouts", `{"modelSeconds":90}`), []string{`apim.loadBalancing.attemptTimeoutSeconds: one attempt of the gateway gives up after 60 s, but the model may take 90 s (timeouts.modelSeconds), and 5 s go by on the way; give it 95 or more, or lower the other`}},
		{"an Application Gateway's second try", gate("", "timeouts", `{"clientSeconds":300}`), []string{`timeouts.clientSeconds: the client gives up after 300 s, but Application Gateway may take 480 s (applicationGateway.requestTimeoutSeconds), and 5 s go by on the way; give it 485 or more, or lower the other`}},
		{"a model that takes longer than Front Door waits", with("timeouts", `{"modelSeconds":240}`), []string{`frontDoor.responseTimeoutSeconds: Front Door gives up after 240 s, but the model may take 240 s (timeouts.modelSeconds), and 5 s go by on the way; it can wait for 240 at most: lower the other to 235 or less`}},
		{"a model that takes longer than an attempt", goodAPIM("", "timeouts", `{"modelSeconds":220}`), []string{`apim.loadBalancing.attemptTimeoutSeconds: one attempt of the gateway gives up after 222 s, but the model may take 220 s (timeouts.modelSeconds), and 5 s go by on the way; give it 225 or more, or lower the other`}},
		{"several links that do not fit", goodRegions("", "timeouts", `{"clientSeconds":100,"modelSeconds":219}`), []string{`timeouts.clientSeconds: the client gives up after 100 s, but Front Door may take 240 s (frontDoor.responseTimeoutSeconds), and 5 s go by on the way; give it 245 or more, or lower the other`, `apim.loadBalancing.attemptTimeoutSeconds: one attempt of the gateway gives up after 222 s, but the model may take 219 s (timeouts.modelSeconds), and 5 s go by on the way; give it 224 or more, or lower the other`}},
		{"a client that waits for nothing", with("timeouts", `{"clientSeconds":-1}`), []string{`timeouts.clientSeconds: -1 is out of range; allowed are 1 to 86400 s`}},
		{"a model that takes longer than the service waits", goodRegions("", "timeouts", `{"modelSeconds":241}`), []string{`timeouts.modelSeconds: 241 is out of range; allowed are 1 to 240 s`}},
		{"a typo in the timeouts", with("timeouts", `{"client":100}`), []string{`timeouts.client: is not a known key; known are clientSeconds, modelSeconds; did you mean "clientSeconds"?`}},
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

// What is valid stays valid.
func TestReadConfigTakesRegionsAndEdges(t *testing.T) {
	for reason, values := range map[string]map[string]string{
		"two regions":                       goodRegions(""),
		"one account for two regions":       goodRegions("", "openai", `[`+sweden+`]`),
		"a gateway that is off beside two":  regions(`[{"location":"francecentral"},{"location":"polandcentral","gatewayOff":true}]`),
		"the service's own gateway is off":  goodRegions(`"gatewayOff":true`, "apim", `{"publisher":{"email":"a@b.com"},"gatewayOff":true,"regions":[{"location":"francecentral"},{"location":"polandcentral"}]}`),
		"an existing account in its region": goodRegions("", "openai", `[{"name":"shared","region":"westeurope","existing":{"resourceGroup":"rg","name":"contoso"}},`+france+`]`),
		"an Application Gateway":            goodRegions("", "edge", "application-gateway", "applicationGateway", `{"allowHttp":true}`),
		"accounts behind one":               gate(""),
		"a certificate":                     certified(`"keyVaultId":"` + vault + `","secretName":"ai"`),
		"a firewall that is off":            gate(`"waf":{"mode":"off"}`),
		"Front Door's firewall off":         goodRegions("", "frontDoor", `{"waf":{"mode":"off"}}`),
		"Standard with a rate limit":        goodRegions("", "frontDoor", `{"sku":"Standard","waf":{"rateLimitPerMinute":100}}`),
		"a gateway that is drained":         regions(`[{"location":"francecentral"},{"location":"polandcentral","drain":true}]`),
		"active-passive with both locks":    goodRegions("", "routing", "active-passive", "lock", "header+network"),
	} {
		t.Run(reason, func(t *testing.T) {
			if _, _, err := ReadConfig(values, today); err != nil {
				t.Error(err)
			}
		})
	}
}

// What nobody configured adapts: stacks whose attempts or edges are shorter than the
// defaults of client and model are taken as before.
func TestTimeoutsThatAreLeftOutFit(t *testing.T) {
	cases := []struct {
		reason string
		values map[string]string
		want   Timeouts
	}{
		{"all defaults", with(), Timeouts{ClientSeconds: 600, ModelSeconds: 217}},
		{"a short edge", with("frontDoor", `{"responseTimeoutSeconds":16}`), Timeouts{ClientSeconds: 600, ModelSeconds: 11}},
		{"short attempts", goodAPIM(`"loadBalancing":{"attemptTimeoutSeconds":10}`), Timeouts{ClientSeconds: 600, ModelSeconds: 5}},
		{"a gateway that takes long", goodAPIM(`"loadBalancing":{"totalTimeoutSeconds":3600}`), Timeouts{ClientSeconds: 3605, ModelSeconds: 217}},
		{"an Application Gateway that takes long", gate(""), Timeouts{ClientSeconds: 600, ModelSeconds: 217}},
	}
	for _, c := range cases {
		t.Run(c.reason, func(t *testing.T) {
			config, _, err := ReadConfig(c.values, today)
			if err != nil {
				t.Fatal(err)
			}
			if config.Timeouts != c.want {
				t.Errorf("the timeouts are %+v; want %+v", config.Timeouts, c.want)
			}
		})
	}
}

// An Application Gateway's address is let in beside what an account's rules list.
func TestNetworkRulesBehindAnApplicationGateway(t *testing.T) {
	for _, rules := range []string{`{"defaultAction":"Deny"}`, `{"allowedIpRanges":["20.1.2.3"]}`, `{"bypassAzureServices":false}`} {
		if _, _, err := ReadConfig(gate("", "openai", accounts(`"network":`+rules)), today); err != nil {
			t.Errorf("the rules %s are refused: %v", rules, err)
		}
	}
}

// A firewall's managed rules come on by themselves with the pattern multi-region only: a
// stack of front-door does not begin to block what it let through.
func TestManagedRulesByPattern(t *testing.T) {
	for _, c := range []struct {
		reason string
		values map[string]string
		want   bool
	}{
		{"multi-region", goodRegions(""), true},
		{"multi-region on Standard", goodRegions("", "frontDoor", `{"sku":"Standard","waf":{"rateLimitPerMinute":10}}`), false},
		{"multi-region, switched off", goodRegions("", "frontDoor", `{"waf":{"managedRules":false,"rateLimitPerMinute":10}}`), false},
		{"front-door on Premium", with("frontDoor", `{"sku":"Premium","waf":{"mode":"prevention","rateLimitPerMinute":10}}`), false},
	} {
		t.Run(c.reason, func(t *testing.T) {
			config, _, err := ReadConfig(c.values, today)
			if err != nil {
				t.Fatal(err)
			}
			if got := config.FrontDoor.WAF.ManagedRules; (got != nil && *got) != c.want {
				t.Errorf("managed rules are on: %v; want %v", got != nil && *got, c.want)
			}
		})
	}
}
