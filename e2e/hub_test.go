package e2e

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// The network and the zone of a company, in groups of their own.
const (
	hubGroup   = "/subscriptions/00000000-0000-4000-8000-000000000002/resourceGroups/rg-hub"
	hubNetwork = hubGroup + "/providers/Microsoft.Network/virtualNetworks/vnet-hub"
	dnsGroup   = "/subscriptions/00000000-0000-4000-8000-000000000002/resourceGroups/rg-dns"
	hubZone    = dnsGroup + "/providers/Microsoft.Network/privateDnsZones/privatelink.openai.azure.com"
)

// hubSeed is trafficSeed with a hub network: a delegated subnet, one for endpoints, and a zone
// that the network is linked to.
func hubSeed(t *testing.T) string {
	t.Helper()
	raw, err := os.ReadFile(trafficSeed())
	require.NoError(t, err)
	var seed map[string]any
	require.NoError(t, json.Unmarshal(raw, &seed))
	type object = map[string]any
	group := hubGroup + "/providers/Microsoft.Network/networkSecurityGroups/nsg-hub"
	seed["resources"] = append(seed["resources"].([]any),
		object{"id": hubGroup, "location": "swedencentral"}, object{"id": dnsGroup, "location": "westeurope"},
		object{"id": group, "location": "swedencentral", "properties": object{}},
		object{"id": hubNetwork, "location": "swedencentral", "properties": object{"addressSpace": object{"addressPrefixes": []any{"10.10.0.0/16"}}}},
		object{"id": hubNetwork + "/subnets/apim", "properties": object{
			"addressPrefix": "10.10.1.0/27", "networkSecurityGroup": object{"id": group},
			"delegations": []any{object{"name": "apim", "properties": object{"serviceName": "Microsoft.Web/serverFarms"}}},
		}},
		object{"id": hubNetwork + "/subnets/endpoints", "properties": object{"addressPrefix": "10.10.2.0/26"}},
		object{"id": hubZone, "location": "global", "properties": object{}},
		object{"id": hubZone + "/virtualNetworkLinks/hub", "location": "global", "properties": object{"virtualNetwork": object{"id": hubNetwork}, "registrationEnabled": false}},
	)
	written, err := json.Marshal(seed)
	require.NoError(t, err)
	path := filepath.Join(t.TempDir(), "seed.json")
	require.NoError(t, os.WriteFile(path, written, 0o600))
	return path
}

// Private accounts take subnets and zones of the company's own, and leave them as they were.
func TestExistingHub(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "stack.yaml")
	require.NoError(t, os.WriteFile(file, []byte(`config:
  aoai-gateway:pattern: apim
  aoai-gateway:network:
    access: private
    existing:
      gatewaySubnetId: `+hubNetwork+`/subnets/apim
      endpointSubnetId: `+hubNetwork+`/subnets/endpoints
      dnsZoneIds: [`+hubZone+`]
  aoai-gateway:openai:
    - { name: sweden, region: swedencentral }
    - { name: france, region: francecentral }
  aoai-gateway:deployments:
    - { name: gpt-5.4-mini, model: gpt-5.4-mini, version: "2026-03-17", sku: DataZoneStandard, capacity: 100 }
  aoai-gateway:apim:
    sku: StandardV2
    publisher: { email: platform@contoso.com }
    subscriptions: [{ name: chat-app }]
`), 0o600))
	w := newSeededWorld(t, file, hubSeed(t))
	before := w.inventory()
	w.must(0, "up")
	w.settled()
	for _, resource := range w.stateResources() {
		require.NotContains(t, resource.Type, "VirtualNetwork", "the stack makes neither a network nor a link: they are the company's")
		require.NotContains(t, resource.Type, "PrivateZone")
	}
	w.serving(func(x *traffic) {
		x.speaksAll(x.withKey(x.key("chat-app")), "")
		state, err := x.session.State(t.Context())
		require.NoError(t, err)
		for _, way := range state.Ways {
			if !strings.Contains(way.Host, "contoso-shared") { // not the stack's
				require.EqualValues(t, "private", way.Direction, way.Host)
				require.True(t, strings.HasPrefix(way.Address, "10.10.2."), "the endpoint is in the company's subnet: %s", way.Address)
			}
		}
	})
	w.destroysAllBut(before, 3)
}
