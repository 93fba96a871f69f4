package e2e

import (
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aoai-gateway/aoai-gateway/internal/arm"
	"github.com/aoai-gateway/aoai-gateway/sandbox/dataplane"
)

// Accounts without a public endpoint live their whole life: callers get answers through the
// gateway, nobody gets one around it, and everything goes again in an order that Azure takes.
func TestPrivateLifeCycle(t *testing.T) {
	t.Parallel()
	w := newSeededWorld(t, example("apim/private"), trafficSeed())
	before := w.inventory()
	w.must(0, "up")
	w.settled()
	w.keepsTheContract(map[string]bool{})
	w.serving(func(x *traffic) {
		x.speaksAll(x.withKey(x.key("chat-app")), "")
		state, err := x.session.State(t.Context())
		require.NoError(t, err)
		private := 0
		for _, way := range state.Ways {
			if !strings.Contains(way.Host, "contoso-shared") { // not the stack's
				require.EqualValues(t, "private", way.Direction, way.Host)
				private++
			}
		}
		require.Equal(t, 3, private, "two accounts and the event hub")
		x.refusesStrangers()
		x.takesEventsFromItsNetwork()
	})
	w.destroysAllBut(before, 3)
}

// refusesStrangers: who calls an account from the internet is told that it is closed.
func (x *traffic) refusesStrangers() {
	x.t.Helper()
	hosts, err := x.session.Hosts(x.t.Context())
	require.NoError(x.t, err)
	asked := 0
	for _, host := range hosts {
		if host.Kind != "account" || strings.Contains(host.Host, "contoso-shared") {
			continue
		}
		asked++
		request, err := http.NewRequestWithContext(x.t.Context(), http.MethodGet, "https://"+host.Host+arm.StatusPath, nil)
		require.NoError(x.t, err)
		response, err := x.http.Do(request)
		require.NoError(x.t, err)
		require.NoError(x.t, response.Body.Close())
		require.Equal(x.t, http.StatusForbidden, response.StatusCode, host.Host)
	}
	require.Equal(x.t, 4, asked, "one name of an OpenAI account and three of a Foundry account")
}

// takesEventsFromItsNetwork: prompts have arrived in the event hub, which nobody reaches from the
// internet.
func (x *traffic) takesEventsFromItsNetwork() {
	x.t.Helper()
	arrived := x.rows(dataplane.EventHubTable)
	require.NotEmpty(x.t, arrived)
	hosts, err := x.session.Hosts(x.t.Context())
	require.NoError(x.t, err)
	asked := 0
	for _, host := range hosts {
		if host.Kind != "event-hub" {
			continue
		}
		asked++
		request, err := http.NewRequestWithContext(x.t.Context(), http.MethodPost, "https://"+host.Host+"/prompts/messages", strings.NewReader("{}"))
		require.NoError(x.t, err)
		response, err := x.http.Do(request)
		require.NoError(x.t, err)
		body, err := io.ReadAll(response.Body)
		require.NoError(x.t, err)
		require.NoError(x.t, response.Body.Close())
		require.Equal(x.t, http.StatusUnauthorized, response.StatusCode)
		require.Contains(x.t, string(body), "Ip has been prevented to connect to the endpoint")
	}
	require.Equal(x.t, 1, asked)
}
