package bench

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aoai-gateway/aoai-gateway/internal/arm"
	"github.com/aoai-gateway/aoai-gateway/internal/azure"
	"github.com/aoai-gateway/aoai-gateway/policies"
	"github.com/aoai-gateway/aoai-gateway/sandbox/edge"
	"github.com/aoai-gateway/aoai-gateway/sandbox/lab"
	"github.com/aoai-gateway/aoai-gateway/sandbox/network"
)

// BenchmarkRegions measures what regions cost a request: the policy of pattern
// multi-region with 30 accounts over 2, 8 and 30 regions, each with a pool of all of
// them, through a regional gateway alone, through Front Door before all of them, and through
// a bare proxy in Front Door's place.
func BenchmarkRegions(b *testing.B) {
	for _, count := range []int{2, 8, 30} {
		b.Run(fmt.Sprintf("regions=%d", count), func(b *testing.B) {
			gateway, edge, key := manyRegions(b, count)
			load(b, gateway, key)
			load(b, edge, key)
			bare := proxyBefore(b, gateway)
			load(b, bare, key)
			var direct, through, proxied measured
			rounds := 0.0
			for b.Loop() {
				direct.add(b, gateway, key)
				through.add(b, edge, key)
				proxied.add(b, bare, key)
				rounds++
			}
			b.ReportMetric(0, "ns/op")
			direct.report(b, "gateway", rounds)
			through.report(b, "edge", rounds)
			proxied.report(b, "proxied", rounds)
			b.ReportMetric(through.rate/direct.rate*100, "%of-gateway")
			b.ReportMetric(direct.processors/max(through.processors, 1)*100, "%of-gateway-cpu")
			b.ReportMetric(proxied.rate/direct.rate*100, "%of-gateway-by-proxy")
			b.ReportMetric(direct.processors/max(proxied.processors, 1)*100, "%of-gateway-by-proxy-cpu")
		})
	}
}

// manyRegions deploys the topology on loopback, and returns the URLs of the first
// regional gateway and of Front Door.
func manyRegions(b *testing.B, count int) (gatewayURL, edgeURL, key string) {
	b.Helper()
	known, err := arm.Regions()
	require.NoError(b, err)
	regions := []string{"swedencentral"}
	for _, each := range known {
		if each.Name != regions[0] && len(regions) < count {
			regions = append(regions, each.Name)
		}
	}
	backends := Backends(azure.MaxPoolMembers)
	ids := make([]string, len(backends))
	for i := range backends {
		backends[i].Region, backends[i].Capacity = regions[i%count], 1_000_000
		ids[i] = backends[i].ID
	}
	route := policies.PoolRoute{Pool: "pool-gpt-4o", Route: policies.Route{Model: "gpt-4o", Backends: ids}}
	for _, region := range regions {
		near := policies.RegionRoute{Region: region, Pool: "pool-gpt-4o-" + region}
		for _, backend := range backends {
			if backend.Region == region {
				near.Backends = append(near.Backends, backend.ID)
			}
		}
		route.Regions = append(route.Regions, near)
	}
	rendered, err := policies.Compose(policies.Access{SubscriptionKey: true}, policies.Model{},
		policies.Pool{Waits: policies.DefaultWaits(), Timeouts: policies.DefaultAttemptTimeouts(), Routes: []policies.PoolRoute{route}},
		policies.TokenMetrics{}, policies.ManagedIdentity{}, policies.Errors{})
	require.NoError(b, err)
	l, err := lab.New(context.Background(), lab.Options{
		Dir: b.TempDir(), SKU: "Premium", Regions: regions[1:], Backends: backends, Medium: &network.Loopback{}, Locations: []edge.Location{{Name: "edge"}},
	})
	require.NoError(b, err)
	b.Cleanup(func() { require.NoError(b, l.Close()) })
	deployPools(b, l, backends, route)
	require.NoError(b, l.SetPolicy(rendered.Document))
	var origins []lab.Origin
	for _, region := range regions {
		origins = append(origins, lab.Origin{Name: region, Host: lab.RegionalGateway(region)})
	}
	_, _, err = l.PutFrontDoor(lab.FrontDoor{Origins: origins})
	require.NoError(b, err)
	require.NoError(b, l.Plane.Refresh(context.Background()))
	for _, host := range l.Network.Addresses() {
		switch {
		case host.Host == lab.RegionalGateway(regions[0]):
			gatewayURL = host.URL
		case strings.HasSuffix(host.Host, ".azurefd.net"):
			edgeURL = host.URL
		}
	}
	return gatewayURL, edgeURL, l.Key
}

// deployPools makes the pool of each region: all accounts, the region's own first.
func deployPools(b *testing.B, l *lab.Lab, backends []lab.Backend, route policies.PoolRoute) {
	b.Helper()
	for _, near := range route.Regions {
		var members []any
		for _, backend := range backends {
			priority := 6
			if backend.Region == near.Region {
				priority = 1
			}
			members = append(members, map[string]any{"id": lab.ServiceID + "/backends/" + backend.ID, "priority": priority, "weight": 1})
		}
		require.NoError(b, l.Put(lab.ServiceID+"/backends/"+near.Pool, map[string]any{"properties": map[string]any{"type": "Pool", "pool": map[string]any{"services": members}}}))
	}
}
