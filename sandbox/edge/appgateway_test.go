package edge_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/aoai-gateway/aoai-gateway/sandbox/lab"
	"github.com/aoai-gateway/aoai-gateway/sandbox/network"
)

// withApplicationGateway runs f once the first probes have been answered.
func withApplicationGateway(t *testing.T, gateway lab.ApplicationGateway, f func(w *world)) {
	t.Helper()
	inLab(t, lab.Options{}, func(w *world) {
		for _, each := range origins {
			gateway.Hosts = append(gateway.Hosts, each.Host)
		}
		var err error
		w.host, w.address, err = w.PutApplicationGateway(gateway)
		require.NoError(t, err)
		require.NoError(t, w.Plane.Refresh(w.Context()))
		w.after(time.Second)
		f(w)
	})
}

// askHTTP sends chat completions over HTTP, which the lab's gateway speaks.
func (w *world) askHTTP(requests int) (regions map[string]int, statuses map[int]int) {
	w.Helper()
	regions, statuses = map[string]int{}, map[int]int{}
	token, err := w.IdentityToken()
	require.NoError(w.T, err)
	for range requests {
		got, err := w.ask(http.MethodPost, "http://"+w.host+chatPath, `{"messages":[{"role":"user","content":"Hello"}]}`, "Authorization: Bearer "+token)
		require.NoError(w.T, err)
		statuses[got.status]++
		if region := got.header.Get("X-Ms-Region"); region != "" {
			regions[region]++
		}
	}
	return regions, statuses
}

// Each member gets its turn, strictly one after the other; with several instances each
// instance does so.
func TestApplicationGatewayIsStrictlyEven(t *testing.T) {
	withApplicationGateway(t, lab.ApplicationGateway{}, func(w *world) {
		for range 10 {
			regions, _ := w.askHTTP(3)
			require.Equal(t, map[string]int{"swedencentral": 1, "francecentral": 1, "japaneast": 1}, regions, "any three requests in a row reach three accounts")
		}
	})
	withApplicationGateway(t, lab.ApplicationGateway{Instances: 2}, func(w *world) {
		regions, _ := w.askHTTP(300)
		for region, count := range regions {
			require.InDelta(t, 100, count, 2, region)
		}
	})
}

// A member that fails its probes gets nothing, until one succeeds.
func TestApplicationGatewayFollowsProbes(t *testing.T) {
	withApplicationGateway(t, lab.ApplicationGateway{ProbeSeconds: 10}, func(w *world) {
		w.order(network.Fault{Host: "north", Path: "/status-", Kind: "status", Status: 500})
		w.after(20 * time.Second)
		regions, _ := w.askHTTP(30)
		require.Equal(t, 10, regions["swedencentral"], "two failed probes are not enough")
		w.after(10 * time.Second)
		regions, _ = w.askHTTP(30)
		require.Equal(t, map[string]int{"francecentral": 15, "japaneast": 15}, regions)
		w.order()
		w.after(10 * time.Second)
		regions, _ = w.askHTTP(30)
		require.Equal(t, 10, regions["swedencentral"], "one good probe heals")
	})
}

func TestApplicationGatewayFailures(t *testing.T) {
	everywhere := func(kind, path string) []network.Fault {
		var faults []network.Fault
		for _, each := range three {
			faults = append(faults, network.Fault{Host: each.ID, Kind: kind, Path: path})
		}
		return faults
	}
	withApplicationGateway(t, lab.ApplicationGateway{TimeoutSeconds: 20, ProbeSeconds: 600}, func(w *world) {
		w.order(network.Fault{Host: "north", Kind: "unreachable"})
		_, statuses := w.askHTTP(9)
		require.Equal(t, map[int]int{http.StatusOK: 9}, statuses, "another member is asked where no connection comes about")
		w.order(everywhere("hang", "/openai")...)
		began := time.Now()
		_, statuses = w.askHTTP(1)
		require.Equal(t, map[int]int{http.StatusGatewayTimeout: 1}, statuses)
		require.Equal(t, 40*time.Second, time.Since(began).Round(time.Second), "two members, and each its time")
		w.order(everywhere("unreachable", "")...)
		_, statuses = w.askHTTP(1)
		require.Equal(t, map[int]int{http.StatusBadGateway: 1}, statuses)
		w.after(time.Hour)
		_, statuses = w.askHTTP(1)
		require.Equal(t, map[int]int{http.StatusBadGateway: 1}, statuses, "nobody is healthy")
		w.order(network.Fault{Region: "swedencentral", Kind: "unreachable"})
		_, err := w.ask(http.MethodGet, "http://"+w.host+"/", "")
		require.Error(t, err, "it stands in one region, and is lost with it")
		w.order()
		_, err = w.ask(http.MethodGet, "https://"+w.host+"/", "")
		require.Error(t, err, "nobody listens for TLS where there is no certificate")
	})
}
