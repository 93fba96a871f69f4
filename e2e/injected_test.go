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
	w := newSeededWorld(t, example("apim/private-internal"), trafficSeed())
	before := w.inventory()
	w.must(0, "up")
	w.settled()
	w.keepsTheContract(map[string]bool{})
	w.serving(func(x *traffic) {
		x.edge()
		x.speaksAll(x.withKey(x.key("chat-app")), "")
		state, err := x.session.State(t.Context())
		require.NoError(t, err)
		ways := map[string]int{}
		for _, way := range state.Ways {
			if !strings.Contains(way.Host, "contoso-shared") { // not the stack's
				require.EqualValues(t, "private", way.Direction, way.Host)
				ways[strings.SplitN(way.Service, "-", 2)[0]]++
			}
		}
		require.Equal(t, map[string]int{"agw": 1, "apim": 2}, ways)
		x.refusesStrangers()
		x.hidesTheGateway()
	})
	w.destroysAllBut(before, 3)
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
