package e2e

import (
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aoai-gateway/aoai-gateway/internal/arm"
)

// A service that stands in a network lives its whole life behind an Application Gateway in the
// same network: callers get answers through that, and by no other way.
func TestInjectedLifeCycle(t *testing.T) {
	t.Parallel()
	for reason, c := range map[string]struct {
		file string
		// inside says that an edge in the network is the only way in.
		inside bool
		ways   map[string]int
	}{
		"Premium, as the example has it": {example("apim/private-internal"), true, map[string]int{"agw": 1, "apim": 2}},
		"PremiumV2": {
			stackFile(t, strings.Replace(readFile(t, example("apim/private-internal")), "sku: Premium", "sku: PremiumV2", 1)), true, map[string]int{"agw": 1, "apim": 2},
		},
		"Developer, which callers reach directly": {
			stackFile(t, strings.Replace(readFile(t, example("apim/private")), "sku: StandardV2", "sku: Developer", 1)), false, map[string]int{"apim": 3}, // its event hub is private, too
		},
	} {
		t.Run(reason, func(t *testing.T) {
			w := newSeededWorld(t, c.file, trafficSeed())
			before := w.inventory()
			w.must(0, "up")
			w.settled()
			w.keepsTheContract(map[string]bool{})
			w.serving(func(x *traffic) {
				x.edge()
				x.speaksAll(x.withKey(x.key("chat-app")), "")
				require.Equal(t, c.ways, x.privateWays())
				x.refusesStrangers()
				if c.inside {
					x.hidesTheGateway()
				}
			})
			w.destroysAllBut(before, 3)
		})
	}
}

// privateWays counts the ways to the stack's own hosts, which are all private, by who asks.
func (x *traffic) privateWays() map[string]int {
	x.t.Helper()
	state, err := x.session.State(x.t.Context())
	require.NoError(x.t, err)
	ways := map[string]int{}
	for _, way := range state.Ways {
		if strings.Contains(way.Host, "contoso-shared") { // not the stack's
			continue
		}
		require.EqualValues(x.t, "private", way.Direction, way.Host)
		from, _, _ := strings.Cut(way.Service, "-")
		ways[from]++
	}
	return ways
}

// hidesTheGateway: who calls API Management from the internet by its own names gets no answer.
func (x *traffic) hidesTheGateway() {
	x.t.Helper()
	hosts, err := x.session.Hosts(x.t.Context())
	require.NoError(x.t, err)
	asked := 0
	for _, host := range hosts {
		if host.Kind != "gateway" {
			continue
		}
		asked++
		request, err := http.NewRequestWithContext(x.t.Context(), http.MethodGet, "https://"+host.Host+arm.StatusPath, nil)
		require.NoError(x.t, err)
		response, err := x.http.Do(request)
		if err == nil {
			require.NoError(x.t, response.Body.Close())
		}
		require.Error(x.t, err, host.Host)
	}
	require.Equal(x.t, 2, asked, "the service's own name, and that of its region")
}
