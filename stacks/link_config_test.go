package stacks

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// goodLink is a small configuration with Front Door's Private Link that is valid; pairs replace
// keys.
func goodLink(pairs ...string) map[string]string { return linkOf("StandardV2", pairs...) }

// linkOf is goodLink with another SKU of API Management.
func linkOf(sku string, pairs ...string) map[string]string {
	return with(append([]string{"pattern", "multi-region", "lock", "private-link", "apim", `{"publisher":{"email":"team@contoso.com"},"sku":"` + sku + `"}`}, pairs...)...)
}

const (
	linkRegions  = "australiaeast, brazilsouth, canadacentral, centralindia, centralus, eastasia, eastus, eastus2, francecentral, germanywestcentral, japaneast, koreacentral, northeurope, norwayeast, southafricanorth, southcentralus, swedencentral, uksouth, usgovarizona, usgovtexas, westeurope, westus3"
	privateHere  = `{"access":"private"}`
	needsNetwork = `network.access: "private" with the pattern multi-region needs apim.sku StandardV2 or PremiumV2 and lock private-link: Premium gateways would have to stand in a network in each region, which is not offered`
)

func TestReadConfigRefusesLinks(t *testing.T) {
	cases := []struct {
		reason string
		values map[string]string
		want   []string
	}{
		{"a service with several regions", goodRegions("", "lock", "private-link"), []string{`lock: "private-link" cannot be had with apim.sku Premium: where Private Link leads in a service with several regions is not documented; take apim.sku StandardV2 or PremiumV2, or lock header+network`}},
		{"one whose public endpoint is to be closed", goodRegions("", "lock", "private-link-only"), []string{`lock: "private-link-only" cannot be had with apim.sku Premium: where Private Link leads in a service with several regions is not documented; take apim.sku StandardV2 or PremiumV2, or lock header+network`}},
		{"a SKU without private endpoints", linkOf("BasicV2"), []string{`lock: "private-link" cannot be had with apim.sku BasicV2; take apim.sku StandardV2 or PremiumV2`}},
		{"a classic SKU with one region", linkOf("Developer"), []string{`lock: "private-link" cannot be had with apim.sku Developer; take apim.sku StandardV2 or PremiumV2`}},
		{"regions that the SKU has not", goodLink("apim", `{"publisher":{"email":"team@contoso.com"},"sku":"StandardV2","regions":[{"location":"francecentral"}]}`), []string{`apim.sku: "StandardV2" has one region; regions need Premium`}},
		{"StandardV2 behind a header alone", goodLink("lock", "header"), []string{`apim.sku: "StandardV2" has one region; the pattern multi-region needs Premium; StandardV2 or PremiumV2 can be had with lock private-link`}},
		{"StandardV2 in networks", goodLink("lock", "header+network"), []string{`lock: "header+network" needs gateways that stand in networks: those of StandardV2 do not; take private-link`, `apim.sku: "StandardV2" has one region; the pattern multi-region needs Premium; StandardV2 or PremiumV2 can be had with lock private-link`}},
		{"Front Door Standard", goodLink("frontDoor", `{"sku":"Standard","waf":{"mode":"off"}}`), []string{`frontDoor.sku: "Standard" has no Private Link, which lock private-link needs; take Premium, or another lock`}},
		{"one gateway after no other", goodLink("routing", "active-passive"), []string{`routing: "active-passive" has no effect with lock private-link, whose service has one gateway; remove it`}},
		{"a region without Private Link", goodLink("location", "italynorth"), []string{`frontDoor.privateLinkRegion: is missing: Front Door has no Private Link in italynorth; give a region near to it: ` + linkRegions}},
		{"a region of the link that is none", goodLink("frontDoor", `{"privateLinkRegion":"swedencentrall"}`), []string{`frontDoor.privateLinkRegion: "swedencentrall" has no Private Link of Front Door; take a region near to it: ` + linkRegions}},
		{"a region of the link without one", goodRegions("", "frontDoor", `{"privateLinkRegion":"swedencentral"}`), []string{`frontDoor.privateLinkRegion: has no effect with lock header; set lock to private-link, or remove it`}},
		{"a region of the link before accounts", with("frontDoor", `{"privateLinkRegion":"swedencentral"}`), []string{`frontDoor.privateLinkRegion: has no effect with the pattern front-door; remove it`}},
		{"Private Link to accounts", with("lock", "private-link"), []string{`lock: "private-link" has no effect with the pattern front-door; remove it`}},
		{"Private Link without Front Door", goodAPIM(`"sku":"StandardV2"`, "lock", "private-link"), []string{`lock: "private-link" has no effect with the pattern apim; remove it`}},
		{"Private Link of an Application Gateway", goodLink("edge", "application-gateway", "applicationGateway", `{"allowHttp":true}`), []string{`lock: "private-link" has no effect with edge application-gateway; remove it`}},
		{"a word that is nearly one", goodLink("lock", "privatelink"), []string{`lock: "privatelink" is not allowed; one of header, header+network, private-link, private-link-only; did you mean "private-link"?`, `apim.sku: "StandardV2" has one region; the pattern multi-region needs Premium; StandardV2 or PremiumV2 can be had with lock private-link`}},
		{"an open lock without a waiver", goodLink("lock", "open+private-link"), []string{`lock: "open+private-link" lets requests in that go around Front Door; waive front-door-lock in guardrails.waivers, with a reason and a last day, or close the lock`}},
		// Private accounts behind it.
		{"private accounts behind Premium", goodRegions("", "network", privateHere, "lock", "header+network"), []string{needsNetwork}},
		{"private accounts behind a header", goodLink("lock", "header", "network", privateHere), []string{`apim.sku: "StandardV2" has one region; the pattern multi-region needs Premium; StandardV2 or PremiumV2 can be had with lock private-link`, needsNetwork}},
		{"the step between, too", goodRegions("", "network", `{"access":"public-and-private"}`), []string{`network.access: "public-and-private" with the pattern multi-region needs apim.sku StandardV2 or PremiumV2 and lock private-link: Premium gateways would have to stand in a network in each region, which is not offered`}},
		{"a range that is too small", goodLink("network", `{"access":"private","range":"10.70.0.0/28"}`), []string{`network.range: "10.70.0.0/28" is a /28; allowed are /16 to /26: its halves are the gateway's subnet, which needs a /27, and the endpoints'`}},
		{"an existing account behind it", goodLink("network", privateHere, "openai", `[`+sweden+`,{"name":"shared","region":"swedencentral","existing":{"resourceGroup":"rg","name":"contoso"}}]`), []string{`openai[1].existing: gets no private endpoint from this stack, which leaves existing accounts as they are; let the stack make the account, or set network.access to public`}},
	}
	for _, c := range cases {
		t.Run(c.reason, func(t *testing.T) {
			refuses(t, c.values, Project+":", c.want)
		})
	}
}

func TestReadConfigTakesLinks(t *testing.T) {
	for reason, values := range map[string]map[string]string{
		"public accounts":                goodLink(),
		"private accounts":               goodLink("network", privateHere),
		"the other SKU":                  linkOf("PremiumV2"),
		"the public endpoint is closed":  goodLink("lock", "private-link-only"),
		"another region for the link":    goodLink("location", "italynorth", "frontDoor", `{"privateLinkRegion":"France Central"}`),
		"the step between for accounts":  goodLink("network", `{"access":"public-and-private"}`),
		"an existing network":            goodLink("network", `{"access":"private",`+hubWith(openAIZone)+`}`),
		"a firewall that only looks":     goodLink("frontDoor", `{"waf":{"mode":"detection"}}`),
		"entries of accounts in regions": goodLink("openai", `[`+sweden+`,`+france+`]`),
	} {
		t.Run(reason, func(t *testing.T) {
			_, _, err := ReadConfig(values, today)
			require.NoError(t, err)
		})
	}
}
