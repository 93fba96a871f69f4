package dataplane_test

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aoai-gateway/aoai-gateway/internal/arm"
	"github.com/aoai-gateway/aoai-gateway/sandbox/deployed"
	"github.com/aoai-gateway/aoai-gateway/sandbox/lab"
)

const (
	insideID     = providers + "Microsoft.ApiManagement/service/apim-inside"
	insideHost   = "apim-inside.azure-api.net"
	insideZone   = providers + "Microsoft.Network/privateDnsZones/" + insideHost
	insideRecord = insideZone + "/A/@"
	insideLink   = insideZone + "/virtualNetworkLinks/vnet"
)

// inject puts an internal service and an Application Gateway into one network, and returns the
// host of the latter.
func (o *observed) inject() (host string) {
	o.guard("10.70.0.192/26", "Allow")
	o.put(privateNet, object{"location": "swedencentral", "properties": object{"addressSpace": object{"addressPrefixes": []any{"10.70.0.0/24"}}, "subnets": []any{
		object{"name": "gateway", "properties": object{"addressPrefix": "10.70.0.0/25", "networkSecurityGroup": object{"id": securityID}}},
		object{"name": "edge", "properties": object{
			"addressPrefix": "10.70.0.192/26", "delegations": []any{object{"name": "edge", "properties": object{"serviceName": "Microsoft.Network/applicationGateways"}}},
		}},
	}}})
	o.inside("Internal")
	o.put(insideZone, object{"location": "global"})
	o.record("10.70.0.4")
	o.put(insideLink, object{"location": "global", "properties": object{"virtualNetwork": object{"id": privateNet}, "registrationEnabled": false}})
	host, _, err := o.PutApplicationGateway(lab.ApplicationGateway{Hosts: []string{insideHost}, SubnetID: privateNet + "/subnets/edge"})
	require.NoError(o.t, err)
	return host
}

// inside puts the service into its subnet.
func (o *observed) inside(networkType string) {
	o.put(insideID, object{"location": "swedencentral", "sku": object{"name": "Developer", "capacity": 1}, "properties": object{
		"publisherEmail": "lab@contoso.com", "publisherName": "Lab",
		"virtualNetworkType": networkType, "virtualNetworkConfiguration": object{"subnetResourceId": privateNet + "/subnets/gateway"},
	}})
}

func (o *observed) record(address string) {
	o.put(insideRecord, object{"properties": object{"ttl": 300, "aRecords": []any{object{"ipv4Address": address}}}})
}

// guard lets one range call the service, or keeps it out, and all else in the network out.
func (o *observed) guard(callers, access string) {
	rule := func(name string, priority int, source, access string) object {
		return object{"name": name, "properties": object{
			"priority": priority, "direction": "Inbound", "access": access, "protocol": "Tcp", "sourceAddressPrefix": source, "sourcePortRange": "*",
			"destinationAddressPrefix": "VirtualNetwork", "destinationPortRange": "443",
		}}
	}
	o.put(securityID, object{"location": "swedencentral", "properties": object{"securityRules": []any{
		rule("callers", 100, callers, access), rule("others", 110, "VirtualNetwork", "Deny"),
	}}})
}

// alive asks a host for its status over a scheme; 0 for no answer.
func (o *observed) alive(url string) int {
	request, err := http.NewRequestWithContext(o.t.Context(), http.MethodGet, url+arm.StatusPath, nil)
	require.NoError(o.t, err)
	response, err := o.Client().Do(request)
	if err != nil {
		return 0
	}
	require.NoError(o.t, response.Body.Close())
	return response.StatusCode
}

// What traffic says when one thing is taken away of the way from an Application Gateway to a
// service in the same network. Sources:
// https://learn.microsoft.com/azure/api-management/api-management-using-with-internal-vnet (names
// and addresses), https://learn.microsoft.com/azure/application-gateway/application-gateway-troubleshooting-502
func TestInjectedService(t *testing.T) {
	t.Parallel()
	cases := []struct {
		reason string
		take   func(o *observed)
		status int
		// way is that of the edge, "" where no service is internal.
		way deployed.Direction
		// direct is what the service's own name answers on the internet; 0 for nothing.
		direct int
	}{
		{"all is there", func(*observed) {}, 200, deployed.Private, 0},
		{"without the zone's link no DNS has the name", func(o *observed) { o.remove(insideLink) }, 502, deployed.NoSuchName, 0},
		{"nor without the record", func(o *observed) { o.remove(insideRecord) }, 502, deployed.NoSuchName, 0},
		{"an address that is another's", func(o *observed) { o.record("10.70.0.9") }, 502, deployed.NoAnswer, 0},
		{"rules that name another range", func(o *observed) { o.guard("10.70.0.128/26", "Allow") }, 502, deployed.Private, 0},
		{"rules that keep the edge out", func(o *observed) { o.guard("10.70.0.192/26", "Deny") }, 502, deployed.Private, 0},
		{"rules that let the internet in open no way from there", func(o *observed) { o.guard("Internet", "Allow") }, 502, deployed.Private, 0},
		{"an external service answers the internet where rules let it in", func(o *observed) { o.guard("Internet", "Allow"); o.inside("External") }, 200, "", 200},
		{"and nobody where they do not", func(o *observed) { o.inside("External") }, 502, "", 0},
	}
	for _, c := range cases {
		t.Run(c.reason, func(t *testing.T) {
			t.Parallel()
			inObserved(t, func(o *observed) {
				host := o.inject()
				c.take(o)
				o.settle()
				require.Equal(t, c.status, o.alive("http://"+host), "through the edge")
				require.Equal(t, c.direct, o.alive("https://"+insideHost), "around it")
				var edge deployed.Direction
				for _, way := range o.Plane.State().Ways {
					if way.Host == insideHost {
						edge = way.Direction
					}
				}
				require.Equal(t, c.way, edge)
			})
		})
	}
}
