package dataplane_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aoai-gateway/aoai-gateway/sandbox/dataplane"
	"github.com/aoai-gateway/aoai-gateway/sandbox/deployed"
	"github.com/aoai-gateway/aoai-gateway/sandbox/lab"
)

const (
	privateNet  = providers + "Microsoft.Network/virtualNetworks/vnet"
	endpointID  = providers + "Microsoft.Network/privateEndpoints/pe-north"
	zoneGroupID = endpointID + "/privateDnsZoneGroups/default"
	privateZone = providers + "Microsoft.Network/privateDnsZones/privatelink.openai.azure.com"
	zoneLink    = privateZone + "/virtualNetworkLinks/vnet"
)

// makePrivate closes the lab's account to the internet, and lets the service reach it through
// a private endpoint.
func (o *observed) makePrivate() {
	o.put(providers+"Microsoft.Network/networkSecurityGroups/nsg", object{"location": "swedencentral"})
	o.put(privateNet, object{"location": "swedencentral", "properties": object{"addressSpace": object{"addressPrefixes": []any{"10.70.0.0/24"}}, "subnets": []any{
		object{"name": "gateway", "properties": object{
			"addressPrefix": "10.70.0.0/25", "networkSecurityGroup": object{"id": providers + "Microsoft.Network/networkSecurityGroups/nsg"},
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
