package dataplane_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aoai-gateway/aoai-gateway/sandbox/dataplane"
	"github.com/aoai-gateway/aoai-gateway/sandbox/deployed"
	"github.com/aoai-gateway/aoai-gateway/sandbox/lab"
	"github.com/aoai-gateway/aoai-gateway/sandbox/network"
)

const (
	securityID  = providers + "Microsoft.Network/networkSecurityGroups/nsg"
	privateNet  = providers + "Microsoft.Network/virtualNetworks/vnet"
	endpointID  = providers + "Microsoft.Network/privateEndpoints/pe-north"
	zoneGroupID = endpointID + "/privateDnsZoneGroups/default"
	privateZone = providers + "Microsoft.Network/privateDnsZones/privatelink.openai.azure.com"
	zoneLink    = privateZone + "/virtualNetworkLinks/vnet"
)

// makePrivate closes the lab's account to the internet, and lets the service reach it through
// a private endpoint.
func (o *observed) makePrivate() {
	o.put(securityID, object{"location": "swedencentral"})
	o.put(privateNet, object{"location": "swedencentral", "properties": object{"addressSpace": object{"addressPrefixes": []any{"10.70.0.0/24"}}, "subnets": []any{
		object{"name": "gateway", "properties": object{
			"addressPrefix": "10.70.0.0/25", "networkSecurityGroup": object{"id": securityID},
			"delegations": []any{object{"name": "gateway", "properties": object{"serviceName": "Microsoft.Web/serverFarms"}}},
		}},
		object{"name": "endpoints", "properties": object{"addressPrefix": "10.70.0.128/25"}},
	}}})
	o.account("Disabled")
	o.put(endpointID, object{"location": "swedencentral", "properties": object{
		"subnet": object{"id": privateNet + "/subnets/endpoints"},
		"privateLinkServiceConnections": []any{object{"name": "account", "properties": object{
			"privateLinkServiceId": lab.AccountID(lab.Backend{ID: "north"}), "groupIds": []any{"account"},
		}}},
	}})
	o.put(privateZone, object{"location": "global"})
	o.link("Default")
	o.put(zoneGroupID, object{"properties": object{"privateDnsZoneConfigs": []any{object{"name": "openai", "properties": object{"privateDnsZoneId": privateZone}}}}})
	o.service(true)
}

func (o *observed) account(access string) {
	o.put(lab.AccountID(lab.Backend{ID: "north"}), object{"location": "swedencentral", "kind": "OpenAI", "sku": object{"name": "S0"}, "properties": object{
		"customSubDomainName": "north", "disableLocalAuth": true, "publicNetworkAccess": access,
	}})
}

func (o *observed) link(policy string) {
	o.put(zoneLink, object{"location": "global", "properties": object{"virtualNetwork": object{"id": privateNet}, "registrationEnabled": false, "resolutionPolicy": policy}})
}

func (o *observed) service(integrated bool) {
	properties := object{"publisherEmail": "lab@contoso.com", "publisherName": "Lab"}
	if integrated {
		properties["virtualNetworkType"], properties["virtualNetworkConfiguration"] = "External", object{"subnetResourceId": privateNet + "/subnets/gateway"}
	}
	o.put(lab.ServiceID, object{"location": "swedencentral", "sku": object{"name": "StandardV2", "capacity": 1}, "identity": object{"type": "SystemAssigned"}, "properties": properties})
}

// decide approves or rejects the endpoint's connection, as the account's owner.
func (o *observed) decide(status string) { o.decideAt(lab.AccountID(lab.Backend{ID: "north"}), status) }

// decideAt does it for the only connection of an owner.
func (o *observed) decideAt(owner, status string) {
	found, err := o.Get(owner)
	require.NoError(o.t, err)
	connections := found["properties"].(object)["privateEndpointConnections"].([]any)
	require.Len(o.t, connections, 1)
	o.put(connections[0].(object)["id"].(string), object{"properties": object{"privateLinkServiceConnectionState": object{"status": status, "description": "by the test"}}})
}

// deny puts a rule against requests to somewhere before the default ones.
func (o *observed) deny(destination string) {
	o.put(securityID, object{"location": "swedencentral", "properties": object{"securityRules": []any{object{"name": "out", "properties": object{
		"priority": 100, "direction": "Outbound", "access": "Deny", "protocol": "Tcp", "sourceAddressPrefix": "*", "sourcePortRange": "*",
		"destinationAddressPrefix": destination, "destinationPortRange": "443",
	}}}}})
}

// fault orders one at the account.
func (o *observed) fault(kind string) {
	require.NoError(o.t, o.Network.Faults.Order([]network.Fault{{Host: "north.openai.azure.com", Kind: kind}}))
}

func (o *observed) remove(ids ...string) {
	for _, id := range ids {
		require.NoError(o.t, o.Delete(id))
	}
}

// What traffic says when one thing of private networking is taken away. Status and direction
// follow https://learn.microsoft.com/azure/private-link/private-endpoint-dns and the 403 in
// TabularEditor/TabularEditor3#1557.
func TestPrivateAccounts(t *testing.T) {
	t.Parallel()
	cases := []struct {
		reason string
		take   func(o *observed)
		status int
		way    deployed.Direction
	}{
		{"all is there", func(*observed) {}, 200, deployed.Private},
		{"without the zone's link the name leads to the public endpoint, which is closed", func(o *observed) { o.remove(zoneLink) }, 403, deployed.Public},
		{"without link and zone, too", func(o *observed) { o.remove(zoneLink, privateZone) }, 403, deployed.Public},
		{"a linked zone without the record has no such name", func(o *observed) { o.remove(zoneGroupID) }, 500, deployed.NoSuchName},
		{"a link may fall back to the public name", func(o *observed) { o.remove(zoneGroupID); o.link("NxDomainRedirect") }, 403, deployed.Public},
		{"without the endpoint the name is no alias, and the public endpoint is closed", func(o *observed) { o.remove(endpointID) }, 403, deployed.Public},
		{"an open account is reached either way", func(o *observed) { o.account("Enabled"); o.remove(zoneLink) }, 200, deployed.Public},
		{"a linked zone without the record loses an open account, too", func(o *observed) { o.account("Enabled"); o.remove(zoneGroupID) }, 500, deployed.NoSuchName},
		{"a connection that the account's owner rejects carries nothing", func(o *observed) { o.decide("Rejected") }, 500, deployed.NoAnswer},
		{"also where the public endpoint is open", func(o *observed) { o.account("Enabled"); o.decide("Rejected") }, 500, deployed.NoAnswer},
		{"a rule that denies the network itself", func(o *observed) { o.deny("VirtualNetwork") }, 500, deployed.Denied},
		{"a rule that denies the endpoint's address", func(o *observed) { o.deny("10.70.0.128/25") }, 500, deployed.Denied},
		{"a rule that denies the internet takes nothing from a private way", func(o *observed) { o.deny("Internet") }, 200, deployed.Private},
		{"but keeps requests from a public endpoint", func(o *observed) { o.deny("Internet"); o.remove(zoneLink) }, 500, deployed.Denied},
		{"a fault unlinks the zone for requests, and leaves it where it is", func(o *observed) { o.fault(network.ZoneUnlinked) }, 403, deployed.Private},
		{"a fault rejects the endpoint for requests", func(o *observed) { o.fault(network.EndpointRejected) }, 500, deployed.Private},
		{"an unlinked zone leads to a public endpoint that is open", func(o *observed) { o.account("Enabled"); o.fault(network.ZoneUnlinked) }, 200, deployed.Private},
		{"no fault of private ways hits a request from the internet", func(o *observed) { o.account("Enabled"); o.service(false); o.fault(network.EndpointRejected) }, 200, ""},
		{"out of the network the closed account is out of reach", func(o *observed) { o.service(false) }, 403, ""},
	}
	for _, c := range cases {
		t.Run(c.reason, func(t *testing.T) {
			t.Parallel()
			inObserved(t, func(o *observed) {
				o.makePrivate()
				c.take(o)
				require.Equal(t, c.status, o.ask(hello, o.Key))
				var ways []deployed.Direction
				for _, way := range o.Plane.State().Ways {
					ways = append(ways, way.Direction)
				}
				if c.way == "" {
					require.Empty(t, ways)
					return
				}
				require.Equal(t, []deployed.Direction{c.way}, ways)
			})
		})
	}
}

// People see which way a gateway's requests go.
func TestWaysName(t *testing.T) {
	t.Parallel()
	inObserved(t, func(o *observed) {
		o.makePrivate()
		require.Equal(t, []dataplane.Way{{
			Service: "apim-lab", Region: "swedencentral", Host: "north.openai.azure.com", Direction: deployed.Private, Address: "10.70.0.132", Endpoint: endpointID,
		}}, o.Plane.State().Ways)
	})
}
