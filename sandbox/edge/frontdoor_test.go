package edge_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/aoai-gateway/aoai-gateway/sandbox/edge"
	"github.com/aoai-gateway/aoai-gateway/sandbox/lab"
	"github.com/aoai-gateway/aoai-gateway/sandbox/network"
)

// Which origins share the traffic is the selection's: priority, then latency, then
// weight; and every location decides for itself.
func TestSelection(t *testing.T) {
	cases := map[string]struct {
		reason    string
		frontDoor lab.FrontDoor
		headers   []string
		want      map[string]int
	}{
		"wide window":        {"equal weights within a wide window are even", lab.FrontDoor{}, nil, map[string]int{"swedencentral": 20, "francecentral": 20, "japaneast": 20}},
		"narrow window":      {"all goes to the nearest", lab.FrontDoor{WindowMS: -1}, nil, map[string]int{"swedencentral": 60}},
		"another location":   {"the nearest is another one there", lab.FrontDoor{WindowMS: -1}, []string{"X-Sandbox-Edge: tokyo"}, map[string]int{"japaneast": 60}},
		"a window for some":  {"50 ms let the second nearest in", lab.FrontDoor{WindowMS: 50}, nil, map[string]int{"swedencentral": 30, "francecentral": 30}},
		"weights":            {"weights share", lab.FrontDoor{Origins: []lab.Origin{{Name: "north", Host: origins[0].Host, Weight: 300}, {Name: "south", Host: origins[1].Host, Weight: 100}}}, nil, map[string]int{"swedencentral": 45, "francecentral": 15}},
		"priorities":         {"a later priority is not used", lab.FrontDoor{Origins: []lab.Origin{{Name: "north", Host: origins[0].Host, Priority: 2}, {Name: "south", Host: origins[1].Host}}}, nil, map[string]int{"francecentral": 60}},
		"an origin disabled": {"who is disabled gets nothing", lab.FrontDoor{Origins: []lab.Origin{{Name: "north", Host: origins[0].Host, Disabled: true}, origins[1]}}, nil, map[string]int{"francecentral": 60}},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			withFrontDoor(t, lab.Options{}, c.frontDoor, func(w *world) {
				require.Equal(t, c.want, w.spread(60, c.headers...), c.reason)
			})
		})
	}
}

// An origin that fails its probes leaves the rotation when too many have failed, and
// comes back when enough have succeeded.
func TestHealthFollowsProbes(t *testing.T) {
	withFrontDoor(t, lab.Options{}, lab.FrontDoor{}, func(w *world) {
		failing := network.Fault{Host: "north", Path: "/status-", Kind: "status", Status: 500}
		w.order(failing)
		w.after(30 * time.Second)
		require.Contains(t, w.spread(30), "swedencentral", "one failed probe of the last four is no illness: three have to succeed")
		w.after(30 * time.Second)
		require.NotContains(t, w.spread(30), "swedencentral", "two failed probes are")
		w.order()
		w.after(30 * time.Second)
		require.NotContains(t, w.spread(30), "swedencentral", "one good probe does not heal")
		w.after(60 * time.Second)
		require.Equal(t, map[string]int{"swedencentral": 10, "francecentral": 10, "japaneast": 10}, w.spread(30), "three good probes do")
	})
}

// Only 200 is healthy.
func TestRedirectIsNoHealth(t *testing.T) {
	withFrontDoor(t, lab.Options{}, lab.FrontDoor{ProbeSeconds: 5}, func(w *world) {
		w.order(network.Fault{Host: "south", Path: "/status-", Kind: "status", Status: 204})
		w.after(time.Minute)
		require.Equal(t, []string{"japaneast", "swedencentral"}, regionsOf(w.spread(30)))
	})
}

// When nobody is healthy, everybody is asked.
func TestAllUnhealthy(t *testing.T) {
	withFrontDoor(t, lab.Options{}, lab.FrontDoor{WindowMS: -1, ProbeSeconds: 5}, func(w *world) {
		w.order(
			network.Fault{Region: "swedencentral", Path: "/status-", Kind: "status", Status: 503}, network.Fault{Region: "francecentral", Path: "/status-", Kind: "status", Status: 503},
			network.Fault{Region: "japaneast", Path: "/status-", Kind: "status", Status: 503},
		)
		w.after(time.Minute)
		require.Equal(t, map[string]int{"swedencentral": 10, "francecentral": 10, "japaneast": 10}, w.spread(30))
	})
}

// Probes come from every location and ask for nothing but the path, as Front Door's do.
func TestProbes(t *testing.T) {
	withFrontDoor(t, lab.Options{}, lab.FrontDoor{ProbeSeconds: 10}, func(w *world) {
		before := w.asked()
		w.after(time.Minute)
		require.EqualValues(t, 12, w.asked()-before, "two locations, six probes a minute each")
		w.deploy(lab.FrontDoor{Origins: origins, ProbeSeconds: 30})
		before = w.asked()
		w.after(time.Minute - time.Second)
		require.EqualValues(t, 4, w.asked()-before, "a changed interval holds at once, and begins with a probe")
	})
}

// asked is how many requests the account in the north has had.
func (w *world) asked() int64 {
	for _, each := range w.Network.Addresses() {
		if each.Host == origins[0].Host {
			return each.Counts.Requests
		}
	}
	return 0
}

// A lost origin loses no request: where no connection comes about, another origin is
// asked, also before probes have noticed.
func TestLostOriginLosesNothing(t *testing.T) {
	withFrontDoor(t, lab.Options{}, lab.FrontDoor{WindowMS: -1}, func(w *world) {
		require.Equal(t, map[string]int{"swedencentral": 5}, w.spread(5))
		w.order(network.Fault{Region: "swedencentral", Kind: "unreachable"})
		require.Equal(t, map[string]int{"francecentral": 20}, w.spread(20))
	})
	withFrontDoor(t, lab.Options{Edges: edge.Switches{NoSecondOrigin: true}}, lab.FrontDoor{WindowMS: -1}, func(w *world) {
		w.order(network.Fault{Region: "swedencentral", Kind: "unreachable"})
		require.Equal(t, http.StatusServiceUnavailable, w.chat().status, "under the switch")
	})
}

// How new origins are seen is not documented.
func TestNewOrigins(t *testing.T) {
	options := lab.Options{Edges: edge.Switches{NewOriginsUnhealthy: true}}
	withFrontDoor(t, options, lab.FrontDoor{Origins: origins[:1]}, func(w *world) {
		w.after(2 * time.Minute)
		w.deploy(lab.FrontDoor{Origins: origins})
		require.Equal(t, []string{"swedencentral"}, regionsOf(w.spread(9)), "under the switch a new origin has to prove itself")
		w.after(2 * time.Minute)
		require.Equal(t, map[string]int{"swedencentral": 3, "francecentral": 3, "japaneast": 3}, w.spread(9))
	})
}

func TestTimeouts(t *testing.T) {
	withFrontDoor(t, lab.Options{}, lab.FrontDoor{TimeoutSeconds: 20}, func(w *world) {
		w.order(network.Fault{Path: "/openai", Region: "swedencentral", Kind: "hang"}, network.Fault{Path: "/openai", Region: "francecentral", Kind: "hang"}, network.Fault{Path: "/openai", Region: "japaneast", Kind: "hang"})
		began := time.Now()
		got := w.chat()
		require.Equal(t, http.StatusGatewayTimeout, got.status)
		require.Equal(t, 20*time.Second, time.Since(began).Round(time.Second), "the profile's timeout, and no second origin after it")
	})
	withFrontDoor(t, lab.Options{Edges: edge.Switches{TimeoutIsUnavailable: true}}, lab.FrontDoor{TimeoutSeconds: 20, Origins: origins[:1]}, func(w *world) {
		w.order(network.Fault{Path: "/openai", Host: "north", Kind: "hang"})
		require.Equal(t, http.StatusServiceUnavailable, w.chat().status, "under the switch")
	})
	withFrontDoor(t, lab.Options{}, lab.FrontDoor{Origins: origins[:1]}, func(w *world) {
		w.order(network.Fault{Path: "/openai", Host: "north", Kind: "slow-stream", DelayMS: 31_000})
		token, err := w.IdentityToken()
		require.NoError(t, err)
		got, err := w.ask(http.MethodPost, "https://"+w.host+chatPath, `{"stream":true,"messages":[{"role":"user","content":"Hello"}]}`, "Authorization: Bearer "+token)
		require.Error(t, err, "a pause of more than 30 s breaks the answer off: %v", got)
	})
}

// What an origin sees, and what callers cannot make it see.
func TestHeaders(t *testing.T) {
	options := lab.Options{Regions: []string{"francecentral"}, SKU: "Premium", Document: `<policies><inbound><base /><return-response><set-body>@{
		var seen = new JObject();
		foreach (var header in context.Request.Headers) { seen[header.Key.ToLowerInvariant()] = string.Join("|", header.Value); }
		seen["ip"] = context.Request.IpAddress;
		return seen.ToString();
	}</set-body></return-response></inbound><backend><base /></backend><outbound><base /></outbound><on-error><base /></on-error></policies>`}
	gateway := lab.RegionalGateway("francecentral")
	withFrontDoor(t, options, lab.FrontDoor{Origins: []lab.Origin{{Name: "france", Host: gateway}}}, func(w *world) {
		got := w.chat("api-key: "+w.Key, "X-Azure-FDID: forged", "X-Forwarded-For: 203.0.113.9", "X-Forwarded-Host: elsewhere", "X-FD-Forged: 1", "X-Sandbox-Source: forged 147.243.0.1")
		require.Equal(t, http.StatusOK, got.status, got.body)
		for _, want := range []string{
			`"x-azure-fdid": "` + w.frontDoorID + `"`, `"x-forwarded-host": "` + w.host + `"`, `"x-forwarded-proto": "https"`, `"x-azure-clientip": "203.0.113.9"`,
			`"x-azure-socketip": "127.0.0.1"`, `"x-azure-requestchain": "hops=1"`, `"via": "1.1 Azure"`, `"ip": "147.243.0.1"`, `"x-forwarded-for": "203.0.113.9, 127.0.0.1`,
		} {
			require.Contains(t, got.body, want)
		}
		for _, hidden := range []string{"forged", "elsewhere", "x-fd-", "x-sandbox"} {
			require.NotContains(t, got.body, hidden)
		}
		require.Contains(t, got.body, got.header.Get("X-Azure-Ref"), "callers and origins see the same reference")
		require.Equal(t, "CONFIG_NOCACHE", got.header.Get("X-Cache"))
	})
}

func TestSchemes(t *testing.T) {
	withFrontDoor(t, lab.Options{}, lab.FrontDoor{}, func(w *world) {
		got, err := w.ask(http.MethodGet, "http://"+w.host+"/", "")
		require.NoError(t, err)
		require.Equal(t, http.StatusBadRequest, got.status, "no route takes http")
		got, err = w.ask(http.MethodGet, "http://north.openai.azure.com/", "")
		require.NoError(t, err)
		require.Equal(t, http.StatusBadRequest, got.status, "nor does an account")
	})
	withFrontDoor(t, lab.Options{}, lab.FrontDoor{Protocols: []any{"Http", "Https"}, Redirect: true}, func(w *world) {
		got, err := w.ask(http.MethodGet, "http://"+w.host+"/a?b=c", "")
		require.NoError(t, err)
		require.Equal(t, http.StatusTemporaryRedirect, got.status)
		require.Equal(t, "https://"+w.host+"/a?b=c", got.header.Get("Location"))
	})
}

// A client stays with an origin as long as that is among the chosen.
func TestAffinity(t *testing.T) {
	withFrontDoor(t, lab.Options{}, lab.FrontDoor{Affinity: true, ProbeSeconds: 5}, func(w *world) {
		first := w.chat()
		cookie, _, _ := strings.Cut(first.header.Get("Set-Cookie"), ";")
		require.Contains(t, cookie, "ASLBSA=")
		region := first.header.Get("X-Ms-Region")
		require.Equal(t, map[string]int{region: 12}, w.spread(12, "Cookie: "+cookie))
		w.order(network.Fault{Region: region, Path: "/status-", Kind: "status", Status: 500})
		w.after(time.Minute)
		require.NotContains(t, w.spread(12, "Cookie: "+cookie), region)
	})
}
