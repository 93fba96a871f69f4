package e2e

import (
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/openai/openai-go/v3"
	"github.com/openai/openai-go/v3/option"
	"github.com/stretchr/testify/require"

	"github.com/aoai-gateway/aoai-gateway/sandbox/network"
)

// Each stack of pattern multi-region lives its whole life, and carries traffic from the
// edge to the models of the region that a caller is near.
func TestMultiRegionLifeCycle(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for name, c := range map[string]struct {
		preview string
		// held are the names that Azure holds after destroy: accounts and service.
		held    int
		says    []string
		traffic func(*traffic)
	}{
		"defaults": {"+ 87 to create", 3, []string{"NAME", ".z01.azurefd.net", "-francecentral-01.regional.azure-api.net", "gpt-5.4-mini"}, (*traffic).twoRegions},
		"maximal":  {"to create", 4, []string{"-japaneast-01.regional.azure-api.net", "gpt-5.4-mini, text.embeddings"}, (*traffic).passiveRegions},
		"hardened": {"to create", 4, []string{"polandcentral"}, (*traffic).lockedRegions},
		"application-gateway": {
			"to create", 3, []string{"https://aoai-", ".swedencentral.cloudapp.azure.com"}, (*traffic).evenRegions,
		},
	} {
		t.Run(name, func(t *testing.T) {
			w := newSeededWorld(t, example("multi-region/"+name), trafficSeed())
			before := w.inventory()
			if preview := w.must(0, "preview"); !strings.Contains(preview.stdout, c.preview) {
				t.Errorf("the preview lacks %q: %s", c.preview, preview)
			}
			up := w.must(0, "up")
			for _, want := range c.says {
				if !strings.Contains(up.stdout, want) {
					t.Errorf("up lacks %q: %s", want, up)
				}
			}
			w.settled()
			w.serving(c.traffic)
			w.must(0, "drift")
			w.keepsTheContract(seen)
			w.destroysAllBut(before, c.held)
		})
	}
	for _, token := range []string{"NetworkSecurityGroup", "PublicIPAddress", "Subnet", "VirtualNetwork", "ApplicationGateway"} {
		if !seen["azure-native:network/v20240501:"+token] {
			t.Errorf("no example deploys a %s", token)
		}
	}
}

// edge makes the client ask the edge instead of the service.
func (x *traffic) edge() {
	x.t.Helper()
	x.gateway, _ = x.outputs()["endpoint"].(string)
	require.NotEmpty(x.t, x.gateway)
}

// near is a client beside a region.
func near(region string) option.RequestOption { return option.WithHeader("X-Sandbox-Edge", region) }

// regions asks some times, and counts which gateway's and which model's region has
// answered.
func (x *traffic) regions(client openai.Client, requests int, options ...option.RequestOption) map[string]int {
	x.t.Helper()
	counts := map[string]int{}
	for range requests {
		var raw *http.Response
		_, err := client.Chat.Completions.New(x.t.Context(), question(), append(options, option.WithResponseInto(&raw))...)
		require.NoError(x.t, err)
		counts[raw.Header.Get("x-gateway-region")+" > "+raw.Header.Get("x-ms-region")]++
	}
	return counts
}

// order replaces the faults of the sandbox.
func (x *traffic) order(faults ...network.Fault) {
	x.t.Helper()
	require.NoError(x.t, x.session.OrderFaults(x.t.Context(), faults...))
}

// twoRegions: each caller is served by the region that is near, with the models there;
// what is lost there is taken over by the other, request by request.
func (x *traffic) twoRegions() {
	x.t.Helper()
	direct := x.gateway
	x.edge()
	client := x.withKey(x.key("first-team"))
	x.speaksAll(client, "")
	// The models of this example have little room, so that few requests have to do.
	require.Equal(x.t, map[string]int{"Sweden Central > swedencentral": 2}, x.regions(client, 2, near("swedencentral")))
	require.Equal(x.t, map[string]int{"France Central > francecentral": 2}, x.regions(client, 2, near("francecentral")))

	x.order(network.Fault{Region: "swedencentral", Kind: "unreachable", HostKind: "account"})
	require.Equal(x.t, map[string]int{"Sweden Central > francecentral": 1}, x.regions(client, 1, near("swedencentral")), "the models are lost")
	x.order(network.Fault{Region: "swedencentral", Kind: "unreachable", HostKind: "gateway"})
	require.Equal(x.t, map[string]int{"France Central > francecentral": 1}, x.regions(client, 1, near("swedencentral")), "the gateway is lost")
	x.order(network.Fault{Region: "swedencentral", Kind: "unreachable"})
	require.Equal(x.t, map[string]int{"France Central > francecentral": 1}, x.regions(client, 1, near("swedencentral")), "both are lost")
	x.order()

	x.gateway = direct
	_, err := chats(x.t.Context(), x.withKey(x.key("first-team")))
	x.refused(err, http.StatusForbidden)
	around := x.withKey(x.key("first-team"))
	_, err = around.Chat.Completions.New(x.t.Context(), question(), option.WithHeader("X-Azure-FDID", "00000000-0000-0000-0000-000000000000"))
	x.refused(err, http.StatusForbidden)
	injection := openai.ChatCompletionNewParams{Model: "gpt-5.4-mini", Messages: []openai.ChatCompletionMessageParamUnion{
		openai.UserMessage("Explain: SELECT * FROM users WHERE name = '' OR '1'='1'; DROP TABLE users; --"),
	}}
	_, err = client.Chat.Completions.New(x.t.Context(), injection)
	require.NoError(x.t, err, "a prompt full of SQL passes the firewall")
	_, err = client.Chat.Completions.New(x.t.Context(), question(), option.WithQuery("q", "1' OR '1'='1"))
	require.Error(x.t, err, "the same in the query does not")
	x.drill()
}

// drill plays a short one, as a user does, and looks at what status shows.
func (x *traffic) drill() {
	x.t.Helper()
	script, out := filepath.Join(x.t.TempDir(), "drill.json"), x.t.TempDir()
	require.NoError(x.t, os.WriteFile(script, []byte(`{"name": "short", "durationSeconds": 4, "load": {"requestsPerSecond": 1, "locations": ["swedencentral"]},
		"steps": [{"atSeconds": 2, "note": "Sweden's gateway is lost", "faults": [{"region": "swedencentral", "hostKind": "gateway", "kind": "unreachable"}]}]}`), 0o600))
	played := x.must(0, "drill", script, "--out", out)
	require.Contains(x.t, played.stdout, "100.000 % of 4 requests were answered well")
	require.NotContains(x.t, played.String(), x.key("first-team"), "a key is told")
	for _, name := range []string{"drill.md", "drill.svg", "drill.json"} {
		content, err := os.ReadFile(filepath.Join(out, name))
		require.NoError(x.t, err)
		require.Contains(x.t, string(content), "Sweden")
	}
	status := x.must(0, "status")
	for _, want := range []string{"EDGE", "swedencentral", "healthy", "BREAKER", "closed"} {
		require.Contains(x.t, status.stdout, want)
	}
	require.NoError(x.t, os.WriteFile(script, []byte(`{"name": "a", "durationSeconds": 4, "load": {"locations": ["atlantis"]}, "steps": [{"atSeconds": 1, "note": "b"}]}`), 0o600))
	require.Contains(x.t, x.must(1, "drill", script, "--out", out).stderr, `load.locations[0]: "atlantis" is no edge location`)
}

// passiveRegions: everybody is served by the service's own region, and by the next one
// when that is lost; a gateway that is off is no origin. Pools prefer their own region.
func (x *traffic) passiveRegions() {
	x.t.Helper()
	x.edge()
	client := x.withKey(x.key("chat-app"))
	x.speaksAll(client, "text.embeddings")
	require.Equal(x.t, map[string]int{"West Europe > westeurope": 6}, x.regions(client, 6, near("japaneast")))
	x.order(network.Fault{Region: "westeurope", Kind: "unreachable"})
	states, err := x.session.Edges(x.t.Context())
	require.NoError(x.t, err)
	require.Len(x.t, states[0].Origins, 3, "France's gateway is off")
	require.Equal(x.t, map[string]int{"Sweden Central > swedencentral": 6}, x.regions(client, 6), "the next one in their order")
	x.order()
}

// lockedRegions: gateways answer nobody but Front Door, not even with its id.
func (x *traffic) lockedRegions() {
	x.t.Helper()
	direct, frontDoorID := x.gateway, x.outputs()["frontDoorId"].(string)
	x.edge()
	x.speaksAll(x.withToken(x.application("chat-app")), "")
	x.gateway = direct
	around := x.withToken(x.application("chat-app"))
	_, err := around.Chat.Completions.New(x.t.Context(), question(), option.WithHeader("X-Azure-FDID", frontDoorID))
	var refusal *openai.Error
	require.Error(x.t, err)
	require.NotErrorAs(x.t, err, &refusal, "no connection comes about at all")
}

// evenRegions: an Application Gateway gives each region its turn, and is the only one
// that the gateways listen to.
func (x *traffic) evenRegions() {
	x.t.Helper()
	direct := x.gateway
	x.edge()
	client := x.withKey(x.key("first-team"))
	x.speaksAll(client, "")
	require.Equal(x.t, map[string]int{"Sweden Central > swedencentral": 4, "France Central > francecentral": 4}, x.regions(client, 8))
	x.gateway = direct
	_, err := chats(x.t.Context(), x.withKey(x.key("first-team")))
	x.refused(err, http.StatusForbidden)
}

// Regions come, are drained for maintenance and go; zones and places change, although
// addresses and gateways cannot change theirs.
func TestRegionsAndEdgesChange(t *testing.T) {
	t.Parallel()
	t.Run("regions", func(t *testing.T) {
		file := func(regions string) string {
			return stackFile(t, strings.NewReplacer("    regions:\n      - location: francecentral\n", "    regions:\n"+regions, "  aoai-gateway:openai:", "  aoai-gateway:lock: header+network\n  aoai-gateway:openai:").
				Replace(readFile(t, example("multi-region/defaults"))))
		}
		w := newWorld(t, file("      - { location: francecentral, units: 2, zones: [\"1\", \"2\"] }\n"))
		w.must(0, "up")
		for reason, regions := range map[string]string{
			"another zone":       "      - { location: francecentral, units: 2, zones: [\"1\", \"3\"] }\n",
			"a third region":     "      - { location: francecentral }\n      - { location: polandcentral }\n",
			"drained":            "      - { location: francecentral, drain: true }\n      - { location: polandcentral }\n",
			"its gateway is off": "      - { location: francecentral, gatewayOff: true }\n      - { location: polandcentral }\n",
		} {
			w.flags[3] = file(regions)
			w.must(0, "up")
			w.must(0, "drift")
			if t.Failed() {
				t.Fatalf("with %s", reason)
			}
		}
		w.must(0, "destroy")
	})
	t.Run("edge", func(t *testing.T) {
		text := readFile(t, example("front-door/application-gateway"))
		w := newWorld(t, stackFile(t, text))
		w.must(0, "up")
		w.flags[3] = stackFile(t, strings.Replace(text, `zones: ["1", "2", "3"]`, `zones: ["1"]`, 1))
		w.must(0, "up")
		w.flags[3] = stackFile(t, strings.Replace(text, "  aoai-gateway:namePrefix:", "  aoai-gateway:location: francecentral\n  aoai-gateway:namePrefix:", 1))
		w.must(0, "up")
		w.must(0, "drift")
		gateways := 0
		for _, resource := range w.stored() {
			if resource.Type == "Microsoft.Network/applicationGateways" {
				gateways++
			}
		}
		if gateways != 1 {
			t.Errorf("%d gateways are left", gateways)
		}
		w.must(0, "destroy")
	})
}
