package stacks

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// injected is a private configuration with an Application Gateway before API Management of a SKU;
// members are those of the key network, and pairs replace other keys.
func injected(sku, members string, pairs ...string) map[string]string {
	return goodPrivate(members, append([]string{
		"apim", `{"publisher":{"email":"team@contoso.com"},"sku":"` + sku + `"}`, "edge", "application-gateway", "applicationGateway", `{"allowHttp":true}`,
	}, pairs...)...)
}

// units is API Management of a SKU with some units.
func units(sku string, count int) []string {
	return []string{"apim", fmt.Sprintf(`{"publisher":{"email":"team@contoso.com"},"sku":"%s","units":%d}`, sku, count)}
}

// withEdge is an existing network with a subnet for the edge and its zone.
func withEdge(edge string) string {
	return fmt.Sprintf(`"existing":{"gatewaySubnetId":"%sgateway","endpointSubnetId":"%sendpoints","edgeSubnetId":"%s","dnsZoneIds":["%s"]}`, inHub, inHub, edge, openAIZone)
}

const inHub = hubNetwork + "/subnets/"

func TestReadConfigRefusesInjection(t *testing.T) {
	noInjection := func(name string) string {
		return fmt.Sprintf("apim.sku: %q does not stand in a network, so that no Application Gateway can be the only one that calls it; take Developer or Premium or PremiumV2, or remove edge", name)
	}
	cases := []struct {
		reason string
		values map[string]string
		want   []string
	}{
		// Who stands in a network.
		{"StandardV2 stands in no network", injected("StandardV2", ""), []string{noInjection("StandardV2")}},
		{"nor does the default SKU", injected("BasicV2", ""), []string{noInjection("BasicV2")}},
		{"nor does Standard", injected("Standard", ""), []string{noInjection("Standard")}},
		{"an edge before public accounts", injected("Premium", "", "network", `{"access":"public"}`), []string{
			`edge: "application-gateway" has no effect with the pattern apim, whose gateway callers reach directly; remove it, or set network.access to private, which puts both into a network`,
		}},
		{"the edge's options without the edge", injected("Premium", "", "edge", ""), []string{`applicationGateway: has no effect without edge application-gateway; set that, or remove it`}},
		{"an edge that is none", injected("Premium", "", "edge", "application_gateway"), []string{
			`edge: "application_gateway" is not allowed; one of front-door, application-gateway; did you mean "application-gateway"?`,
			`applicationGateway: has no effect without edge application-gateway; set that, or remove it`,
		}},
		{"regions need a network each", injected("Premium", "", "apim", `{"publisher":{"email":"team@contoso.com"},"sku":"Premium","regions":[{"location":"francecentral"}]}`), []string{`apim.regions: needs the pattern multi-region, which puts an edge before the gateways; take that pattern, or remove it`}},
		{"host names of a gateway that nobody can reach by them", injected("Premium", "", "apim", `{"publisher":{"email":"team@contoso.com"},"sku":"Premium","customDomains":[`+domain("ai.contoso.com")+`]}`), []string{`apim.customDomains: have no effect behind the Application Gateway, which alone reaches the gateway, by Azure's name; give the host name to applicationGateway.hostName`}},
		{"a lock of Front Door", injected("Premium", "", "lock", "private-link"), []string{`lock: "private-link" has no effect with the pattern apim; remove it`}},
		{"Front Door's options", injected("Premium", "", "frontDoor", `{"sku":"Premium"}`), []string{`frontDoor: has no effect with the pattern apim; remove it`}},
		// The Application Gateway.
		{"a network of the edge's own", injected("Premium", "", "applicationGateway", `{"allowHttp":true,"virtualNetwork":"10.60.0.0/23"}`), []string{`applicationGateway.virtualNetwork: has no effect: the gateway stands in the network of the key network; remove it, or give network.range`}},
		{"no certificate", injected("Premium", "", "applicationGateway", `{}`), []string{`applicationGateway.certificate: is missing; give keyVaultId and secretName of a certificate for your host name, or set allowHttp for development`}},
		{"an edge that gives up before the gateway", injected("Premium", "", "applicationGateway", `{"allowHttp":true,"requestTimeoutSeconds":60}`), []string{`applicationGateway.requestTimeoutSeconds: Application Gateway gives up after 60 s, but the gateway with all its attempts may take 230 s (apim.loadBalancing.totalTimeoutSeconds), and 5 s go by on the way; give it 235 or more, or lower the other`}},
		// The range.
		{"a quarter that is too small for the edge", injected("Developer", `"range":"10.70.0.0/25"`), []string{`network.range: "10.70.0.0/25" is a /25; allowed are /16 to /24: its last quarter is the Application Gateway's subnet, which needs a /26`}},
		{"more instances than addresses", injected("Developer", "", "applicationGateway", `{"allowHttp":true,"maxUnits":60}`), []string{`network.range: "10.70.0.0/24" leaves 59 addresses for the Application Gateway, and it can grow to 60 instances; take a larger range, or lower maxUnits`}},
		{"more units than addresses", injected("Premium", "", units("Premium", 62)...), []string{`network.range: "10.70.0.0/24" leaves 123 addresses for API Management, and 62 units of Premium need 125; take a larger range`}},
		{"more units than a small network has addresses for, without an edge", goodPrivate(`"range":"10.70.0.0/26"`, units("Premium", 14)...), []string{`network.range: "10.70.0.0/26" leaves 27 addresses for API Management, and 14 units of Premium need 28; take a larger range`}},
		{"no private range", injected("Developer", `"range":"20.1.0.0/24"`), []string{`network.range: "20.1.0.0/24" is no range of private addresses; take one in 10.0.0.0/8, 172.16.0.0/12 or 192.168.0.0/16`}},
		// Existing networks.
		{"no subnet for the edge", injected("Premium", hubWith(openAIZone)), []string{`network.existing.edgeSubnetId: is missing; give the resource id of a subnet`}},
		{"a subnet for an edge that is not there", goodPrivate(withEdge(inHub + "edge")), []string{`network.existing.edgeSubnetId: has no effect without an Application Gateway before the gateway; remove it`}},
		{"the gateway's subnet for the edge", injected("Premium", withEdge(inHub+"GATEWAY")), []string{`network.existing.edgeSubnetId: is the subnet of somebody else here; an Application Gateway has its subnet to itself: name another subnet of the network`}},
		{"the endpoints' subnet for the edge", injected("Premium", withEdge(inHub+"endpoints")), []string{`network.existing.edgeSubnetId: is the subnet of somebody else here; an Application Gateway has its subnet to itself: name another subnet of the network`}},
		{"another network for the edge", injected("Premium", withEdge(strings.Replace(inHub, "/hub/subnets", "/spoke/subnets", 1)+"edge")), []string{`network.existing.edgeSubnetId: is in another network than gatewaySubnetId; peered networks are not taken: name three subnets of one network`}},
		{"a name for the edge's subnet", injected("Premium", withEdge("edge")), []string{`network.existing.edgeSubnetId: "edge" is not the resource id of a subnet (/subscriptions/.../resourceGroups/.../providers/Microsoft.Network/virtualNetworks/name/subnets/name)`}},
	}
	for _, c := range cases {
		t.Run(c.reason, func(t *testing.T) {
			refuses(t, c.values, Project+":", c.want)
		})
	}
}

func TestReadConfigTakesInjection(t *testing.T) {
	for reason, values := range map[string]map[string]string{
		"Premium behind an Application Gateway":  injected("Premium", ""),
		"Developer, too":                         injected("Developer", ""),
		"PremiumV2, too":                         injected("PremiumV2", ""),
		"the step between":                       injected("Premium", "", "network", `{"access":"public-and-private"}`),
		"a larger network for many units":        injected("Premium", `"range":"10.64.0.0/20"`, append(units("Premium", 62), "applicationGateway", `{"allowHttp":true,"maxUnits":125}`)...),
		"an existing network":                    injected("Premium", withEdge(inHub+"edge")),
		"Premium that callers reach directly":    sku("Premium"),
		"Developer that callers reach directly":  sku("Developer"),
		"Developer in the smallest network":      goodPrivate(`"range":"192.168.0.0/26"`, units("Developer", 1)...),
		"as many units as a small network takes": goodPrivate(`"range":"10.70.0.0/26"`, units("Premium", 13)...),
	} {
		t.Run(reason, func(t *testing.T) {
			_, _, err := ReadConfig(values, today)
			require.NoError(t, err)
		})
	}
}
