package edge_test

import (
	"net/http"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/aoai-gateway/aoai-gateway/sandbox/edge"
	"github.com/aoai-gateway/aoai-gateway/sandbox/lab"
	"github.com/aoai-gateway/aoai-gateway/sandbox/network"
)

// only lets nobody but some addresses reach the accounts.
func (w *world) only(addresses ...string) {
	w.Helper()
	rules := []any{}
	for _, address := range addresses {
		rules = append(rules, object{"value": address})
	}
	for _, backend := range three {
		account, err := w.Get(lab.AccountID(backend))
		require.NoError(w.T, err)
		properties := account["properties"].(object)
		properties["networkAcls"] = object{"defaultAction": "Deny", "ipRules": rules}
		require.NoError(w.T, w.Put(lab.AccountID(backend), object{"location": account["location"], "kind": "OpenAI", "sku": object{"name": "S0"}, "properties": properties}))
	}
}

// around asks an account directly.
func (w *world) around() int {
	w.Helper()
	token, err := w.IdentityToken()
	require.NoError(w.T, err)
	got, err := w.ask(http.MethodPost, "https://"+origins[0].Host+chatPath, `{"messages":[{"role":"user","content":"Hello"}]}`, "Authorization: Bearer "+token, "X-Forwarded-For: 147.243.0.1")
	require.NoError(w.T, err)
	return got.status
}

// Accounts that let in nobody but an Application Gateway's address cannot be reached
// around it.
func TestAddressIsALock(t *testing.T) {
	withApplicationGateway(t, lab.ApplicationGateway{ProbeSeconds: 10}, func(w *world) {
		require.Equal(t, http.StatusOK, w.around(), "before the lock")
		w.only(w.address)
		w.after(time.Minute)
		require.Equal(t, http.StatusForbidden, w.around())
		_, statuses := w.askHTTP(6)
		require.Equal(t, map[int]int{http.StatusOK: 6}, statuses, "the gateway comes through, and its probes do")
		w.only("20.1.2.3")
		w.after(time.Minute)
		_, statuses = w.askHTTP(1)
		require.Equal(t, map[int]int{http.StatusBadGateway: 1}, statuses, "somebody else's address locks the gateway out")
	})
}

// Front Door's addresses come through a rule for their range.
func TestFrontDoorCallsFromItsRange(t *testing.T) {
	withFrontDoor(t, lab.Options{}, lab.FrontDoor{}, func(w *world) {
		w.only("147.243.0.0/16")
		require.Equal(t, http.StatusOK, w.chat("X-Sandbox-Edge: tokyo").status)
		require.Equal(t, http.StatusForbidden, w.around())
	})
}

// A changed sample size judges by samples of its own: what is not there yet does not make
// a dead origin healthy.
func TestSampleSizeMayChange(t *testing.T) {
	withFrontDoor(t, lab.Options{}, lab.FrontDoor{ProbeSeconds: 5}, func(w *world) {
		w.order(network.Fault{Host: "north", Path: "/status-", Kind: "status", Status: 500})
		w.after(time.Minute)
		w.deploy(lab.FrontDoor{Origins: origins, ProbeSeconds: 5, SampleSize: 8})
		w.after(time.Minute)
		require.NotContains(t, w.spread(12), "swedencentral")
	})
}

// An origin that was taken out and comes back begins anew.
func TestRemovedOriginsAreForgotten(t *testing.T) {
	withFrontDoor(t, lab.Options{}, lab.FrontDoor{ProbeSeconds: 255}, func(w *world) {
		w.order(network.Fault{Host: "north", Path: "/status-", Kind: "status", Status: 500})
		w.after(20 * time.Minute)
		require.NotContains(t, w.spread(6), "swedencentral")
		w.order()
		require.NoError(t, w.Delete(lab.OriginID("north")))
		require.NoError(t, w.Plane.Refresh(w.Context()))
		w.deploy(lab.FrontDoor{Origins: origins, ProbeSeconds: 255})
		require.Contains(t, w.spread(6), "swedencentral")
	})
}

func TestReadLocationsRefuses(t *testing.T) {
	for reason, c := range map[string]struct{ text, want string }{
		"a typo":             {`[{"name":"a","latency":1}]`, `[0].latency: is not a known key; known are name, latencyMs, otherMs; did you mean "latencyMs"?`},
		"no name":            {`[{"otherMs":1}]`, "[0].name: is missing"},
		"a name twice":       {`[{"name":"a"},{"name":"a"}]`, `[1].name: "a" stands there twice`},
		"below 0":            {`[{"name":"a","otherMs":-1}]`, "[0].otherMs: -1 is out of range; allowed are 0 to 10000 ms"},
		"a region of none":   {`[{"name":"a","latencyMs":{"moon":1}}]`, `[0].latencyMs: "moon" is not an Azure region`},
		"a latency of hours": {`[{"name":"a","latencyMs":{"West Europe":20000}}]`, "[0].latencyMs.West Europe: 20000 is out of range"},
		"nothing":            {`[]`, "has no locations"},
		"no JSON":            {`[`, "is not valid JSON"},
	} {
		t.Run(reason, func(t *testing.T) {
			file := filepath.Join(t.TempDir(), "edges.json")
			require.NoError(t, os.WriteFile(file, []byte(c.text), 0o600))
			_, err := edge.ReadLocations(file)
			require.ErrorContains(t, err, c.want)
		})
	}
	file := filepath.Join(t.TempDir(), "edges.json")
	require.NoError(t, os.WriteFile(file, []byte(`[{"name":"stockholm","latencyMs":{"Sweden Central":5},"otherMs":90}]`), 0o600))
	locations, err := edge.ReadLocations(file)
	require.NoError(t, err)
	require.Equal(t, "stockholm", locations[0].Name)
}
