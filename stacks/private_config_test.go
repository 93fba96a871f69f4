package stacks

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aoai-gateway/aoai-gateway/components/private"
)

// goodPrivate is a small private configuration that is valid, with more members of the key
// network; pairs replace other keys.
func goodPrivate(members string, pairs ...string) map[string]string {
	if members != "" {
		members = "," + members
	}
	return goodAPIM(`"sku":"StandardV2"`, append([]string{"network", `{"access":"private"` + members + `}`}, pairs...)...)
}

// sku is goodPrivate with another SKU of API Management.
func sku(name string) map[string]string {
	return goodPrivate("", "apim", `{"publisher":{"email":"team@contoso.com"},"sku":"`+name+`"}`)
}

const (
	hubNetwork = "/subscriptions/s/resourceGroups/hub/providers/Microsoft.Network/virtualNetworks/hub"
	hubZones   = "/subscriptions/s/resourceGroups/dns/providers/Microsoft.Network/privateDnsZones/"
	openAIZone = hubZones + "privatelink.openai.azure.com"
	foundry    = `[{"name":"sweden","region":"swedencentral","kind":"foundry"}]`
)

// hub is an existing network with two subnets and some zones.
func hub(gateway, endpoints string, zones ...string) string {
	return fmt.Sprintf(`"existing":{"gatewaySubnetId":"%s","endpointSubnetId":"%s","dnsZoneIds":["%s"]}`, gateway, endpoints, strings.Join(zones, `","`))
}

// hubWith is an existing network whose zones are given.
func hubWith(zones ...string) string {
	return hub(hubNetwork+"/subnets/gateway", hubNetwork+"/subnets/endpoints", zones...)
}

// eventHub is API Management that sends prompts to an event hub.
const eventHub = `{"publisher":{"email":"team@contoso.com"},"sku":"StandardV2","logging":{"eventHub":{"enabled":true}}}`

func TestReadConfigRefusesPrivate(t *testing.T) {
	noSubnet := `is not the resource id of a subnet (/subscriptions/.../resourceGroups/.../providers/Microsoft.Network/virtualNetworks/name/subnets/name)`
	noZone := `is not the resource id of a private DNS zone (/subscriptions/.../providers/Microsoft.Network/privateDnsZones/name)`
	foundries := func(count int) string {
		var all []string
		for i := range count {
			all = append(all, fmt.Sprintf(`{"name":"a%02d","region":"swedencentral","kind":"foundry"}`, i))
		}
		return "[" + strings.Join(all, ",") + "]"
	}
	notOffered := func(name string) []string {
		return []string{fmt.Sprintf("apim.sku: %q cannot reach private accounts: Azure gives it no network; take Developer or Premium or StandardV2 or PremiumV2", name)}
	}
	cases := []struct {
		reason string
		values map[string]string
		want   []string
	}{
		// Patterns and SKUs.
		{"Front Door reaches no private account", with("network", `{"access":"private"}`), []string{`network.access: "private" cannot be had with the pattern front-door: Front Door has no Private Link to Azure OpenAI; take the pattern apim with apim.sku Developer or Premium or StandardV2 or PremiumV2`}},
		{"nor would the step between help", with("network", `{"access":"public-and-private"}`), []string{`network.access: "public-and-private" cannot be had with the pattern front-door: Front Door has no Private Link to Azure OpenAI; take the pattern apim with apim.sku Developer or Premium or StandardV2 or PremiumV2`}},
		{"an Application Gateway before accounts", gate("", "network", `{"access":"private"}`), []string{`network.access: "private" cannot be had with the pattern front-door: an Application Gateway before private accounts is not offered here; take the pattern apim with apim.sku Developer or Premium or StandardV2 or PremiumV2`}},
		{"several regions", goodRegions("", "network", `{"access":"private"}`), []string{`network.access: "private" with the pattern multi-region needs apim.sku StandardV2 or PremiumV2 and lock private-link: Premium gateways would have to stand in a network in each region, which is not offered`}},
		{"the default SKU", goodAPIM("", "network", `{"access":"private"}`), notOffered("BasicV2")},
		{"Basic", sku("Basic"), notOffered("Basic")},
		{"Standard", sku("Standard"), notOffered("Standard")},
		{"Consumption", goodPrivate("", "apim", `{"publisher":{"email":"team@contoso.com"},"sku":"Consumption","units":0,"loadBalancing":{"strategy":"pool"}}`), notOffered("Consumption")},
		{"the step between needs the SKU, too", goodAPIM(`"sku":"BasicV2"`, "network", `{"access":"public-and-private"}`), notOffered("BasicV2")},
		// The key itself.
		{"an access that is none", goodPrivate("", "network", `{"access":"closed"}`), []string{`network.access: "closed" is not allowed; one of public, public-and-private, private`}},
		{"access in capitals", goodPrivate("", "network", `{"access":"Private"}`), []string{`network.access: "Private" is not allowed; one of public, public-and-private, private; did you mean "private"?`}},
		{"an unknown key", goodPrivate(`"subnet":"x"`), []string{`network.subnet: is not a known key; known are access, range, existing`}},
		{"a range without effect", goodPrivate("", "network", `{"range":"10.70.0.0/24"}`), []string{`network.range: has no effect while access is public; set access to private, or remove it`}},
		{"an existing network without effect", goodPrivate("", "network", `{`+hubWith(openAIZone)+`}`), []string{`network.existing: has no effect while access is public; set access to private, or remove it`}},
		// The range of a network that is made.
		{"a range that is none", goodPrivate(`"range":"10.70.0.0"`), []string{`network.range: "10.70.0.0" is not an address range in CIDR form, such as 10.70.0.0/24`}},
		{"a range of IPv6", goodPrivate(`"range":"fd00::/64"`), []string{`network.range: "fd00::/64" is IPv6; give an IPv4 range such as 10.70.0.0/24`}},
		{"bits behind the prefix", goodPrivate(`"range":"10.70.0.5/24"`), []string{`network.range: "10.70.0.5/24" has bits set behind its prefix; write 10.70.0.0/24`}},
		{"public addresses", goodPrivate(`"range":"20.1.0.0/24"`), []string{`network.range: "20.1.0.0/24" is no range of private addresses; take one in 10.0.0.0/8, 172.16.0.0/12 or 192.168.0.0/16`}},
		{"halves that are too small for the gateway", goodPrivate(`"range":"10.70.0.0/27"`), []string{`network.range: "10.70.0.0/27" is a /27; allowed are /16 to /26: its halves are the gateway's subnet, which needs a /27, and the endpoints'`}},
		{"more than anybody needs", goodPrivate(`"range":"10.0.0.0/8"`), []string{`network.range: "10.0.0.0/8" is a /8; allowed are /16 to /26: its halves are the gateway's subnet, which needs a /27, and the endpoints'`}},
		{"too few addresses for the accounts", goodPrivate(`"range":"10.70.0.0/26"`, "openai", foundries(10)), []string{`network.range: "10.70.0.0/26" leaves 27 addresses for private endpoints, and the accounts need 30 (1 each, 3 of kind foundry); take a larger range`}},
		{"a range beside an existing network", goodPrivate(`"range":"10.70.0.0/24",` + hubWith(openAIZone)), []string{`network.range: has no effect beside existing, whose subnets have ranges of their own; remove one of the two`}},
		// Existing networks.
		{"no subnets at all", goodPrivate(`"existing":{}`), []string{`network.existing.gatewaySubnetId: is missing; give the resource id of a subnet`, `network.existing.endpointSubnetId: is missing; give the resource id of a subnet`}},
		{"no subnet for endpoints", goodPrivate(`"existing":{"gatewaySubnetId":"` + hubNetwork + `/subnets/gateway"}`), []string{`network.existing.endpointSubnetId: is missing; give the resource id of a subnet`}},
		{"a name for an id", goodPrivate(hub("gateway", hubNetwork+"/subnets/endpoints", openAIZone)), []string{`network.existing.gatewaySubnetId: "gateway" ` + noSubnet}},
		{"a network for a subnet", goodPrivate(hub(hubNetwork+"/subnets/gateway", hubNetwork, openAIZone)), []string{`network.existing.endpointSubnetId: "` + hubNetwork + `" ` + noSubnet}},
		{"one subnet for both", goodPrivate(hub(hubNetwork+"/subnets/a", hubNetwork+"/subnets/A", openAIZone)), []string{`network.existing.endpointSubnetId: is the gateway's subnet, which is delegated and takes no private endpoints; name another subnet of the network`}},
		{"two networks", goodPrivate(hub(hubNetwork+"/subnets/gateway", hubNetwork+"2/subnets/endpoints", openAIZone)), []string{`network.existing.endpointSubnetId: is in another network than gatewaySubnetId; peered networks are not taken: name two subnets of one network`}},
		{"an unknown key of an existing network", goodPrivate(`"existing":{"gatewaySubnetId":"` + hubNetwork + `/subnets/g","endpointSubnetId":"` + hubNetwork + `/subnets/e","dnsZones":[]}`), []string{`network.existing.dnsZones: is not a known key; known are gatewaySubnetId, endpointSubnetId, edgeSubnetId, dnsZoneIds; did you mean "dnsZoneIds"?`}},
		// Existing zones.
		{"a zone's name for its id", goodPrivate(hubWith("privatelink.openai.azure.com")), []string{`network.existing.dnsZoneIds[0]: "privatelink.openai.azure.com" ` + noZone, `network.existing.dnsZoneIds: lacks privatelink.openai.azure.com, without which names of accounts lead to their public endpoints; add what is missing, or remove all to have zones made`}},
		{"a public zone", goodPrivate(hubWith(openAIZone, "/subscriptions/s/resourceGroups/dns/providers/Microsoft.Network/dnsZones/privatelink.openai.azure.com")), []string{`network.existing.dnsZoneIds[1]: "/subscriptions/s/resourceGroups/dns/providers/Microsoft.Network/dnsZones/privatelink.openai.azure.com" ` + noZone}},
		{"two zones of one name", goodPrivate(hubWith(openAIZone, strings.Replace(openAIZone, "/dns/", "/old/", 1))), []string{`network.existing.dnsZoneIds[1]: is a second zone privatelink.openai.azure.com beside [0]; a network can be linked to one zone of a name, so remove one`}},
		{"a zone in which no account is", goodPrivate(hubWith(openAIZone, hubZones+"privatelink.services.ai.azure.com")), []string{`network.existing.dnsZoneIds[1]: is the zone privatelink.services.ai.azure.com, in which no account here is found; needed are privatelink.openai.azure.com`}},
		{"a zone without privatelink", goodPrivate(hubWith(openAIZone, hubZones+"openai.azure.com")), []string{`network.existing.dnsZoneIds[1]: is the zone openai.azure.com, in which no account here is found; needed are privatelink.openai.azure.com`}},
		{"a Foundry account has three zones", goodPrivate(hubWith(openAIZone), "openai", foundry), []string{
			`network.existing.dnsZoneIds: lacks privatelink.cognitiveservices.azure.com, privatelink.services.ai.azure.com, without which names of accounts lead to their public endpoints; add what is missing, or remove all to have zones made`,
		}},
		// Accounts.
		{"an existing account", goodPrivate("", "openai", `[`+sweden+`,{"name":"shared","existing":{"resourceGroup":"rg","name":"contoso"}}]`), []string{`openai[1].existing: gets no private endpoint from this stack, which leaves existing accounts as they are; let the stack make the account, or set network.access to public`}},
		{"rules for a public endpoint that is closed", goodPrivate("", "openai", accounts(`"network":{"defaultAction":"Deny","allowedIpRanges":["20.1.2.3"]}`)), []string{`openai[0].network: has no effect while network.access is private, which closes the public endpoint; remove it, or set network.access to public-and-private`}},
		// An event hub in the same network.
		{"an event hub that needs one address more", goodPrivate(`"range":"10.70.0.0/26"`, "apim", eventHub, "openai", foundries(9)), []string{`network.range: "10.70.0.0/26" leaves 27 addresses for private endpoints, and the event hub and the accounts need 28 (1 each, 3 of kind foundry); take a larger range`}},
		{"zones without that of the event hub", goodPrivate(hubWith(openAIZone), "apim", eventHub), []string{`network.existing.dnsZoneIds: lacks privatelink.servicebus.windows.net, without which names of accounts lead to their public endpoints; add what is missing, or remove all to have zones made`}},
		{"the event hub's zone without an event hub", goodPrivate(hubWith(openAIZone, hubZones+"privatelink.servicebus.windows.net")), []string{`network.existing.dnsZoneIds[1]: is the zone privatelink.servicebus.windows.net, in which no account here is found; needed are privatelink.openai.azure.com`}},
	}
	for _, c := range cases {
		t.Run(c.reason, func(t *testing.T) {
			refuses(t, c.values, Project+":", c.want)
		})
	}
	require.GreaterOrEqual(t, len(cases), 30)
}

func TestReadConfigTakesPrivate(t *testing.T) {
	for reason, values := range map[string]map[string]string{
		"a network that is made":                    goodPrivate(""),
		"the smallest one":                          goodPrivate(`"range":"192.168.0.0/26"`),
		"the largest one":                           goodPrivate(`"range":"172.16.0.0/16"`),
		"the other SKU":                             sku("PremiumV2"),
		"an existing network and its zones":         goodPrivate(hubWith(openAIZone)),
		"an existing network, and zones are made":   goodPrivate(`"existing":{"gatewaySubnetId":"` + hubNetwork + `/subnets/g","endpointSubnetId":"` + hubNetwork + `/subnets/e"}`),
		"Foundry with its three zones":              goodPrivate(hubWith(openAIZone, hubZones+"privatelink.services.ai.azure.com", hubZones+"privatelink.cognitiveservices.azure.com"), "openai", foundry),
		"rules hold for the public endpoint beside": goodPrivate("", "network", `{"access":"public-and-private"}`, "openai", accounts(`"network":{"defaultAction":"Deny","allowedIpRanges":["20.1.2.3"]}`)),
		"public is said":                            goodAPIM("", "network", `{"access":"public"}`),
	} {
		t.Run(reason, func(t *testing.T) {
			_, _, err := ReadConfig(values, today)
			require.NoError(t, err)
		})
	}
	config, _, err := ReadConfig(goodAPIM(""), today)
	require.NoError(t, err)
	require.Equal(t, private.DefaultOptions(), config.Network, "accounts are public where nobody says else")
}
