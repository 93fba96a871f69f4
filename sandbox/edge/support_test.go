package edge_test

import (
	"io"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/aoai-gateway/aoai-gateway/sandbox/edge"
	"github.com/aoai-gateway/aoai-gateway/sandbox/lab"
	"github.com/aoai-gateway/aoai-gateway/sandbox/network"
)

// three are accounts in three regions, and their origins.
var (
	three = []lab.Backend{{ID: "north", Region: "swedencentral"}, {ID: "south", Region: "francecentral"}, {ID: "east", Region: "japaneast"}}

	origins = []lab.Origin{
		{Name: "north", Host: "north.openai.azure.com"}, {Name: "south", Host: "south.openai.azure.com"}, {Name: "east", Host: "east.openai.azure.com"},
	}

	// stockholm is near to one of them, and tokyo to another.
	locations = []edge.Location{
		{Name: "stockholm", LatencyMS: map[string]int{"swedencentral": 5, "francecentral": 35, "japaneast": 240}},
		{Name: "tokyo", LatencyMS: map[string]int{"japaneast": 4, "swedencentral": 240, "francecentral": 245}},
	}
)

// world is a lab with a client.
type world struct {
	*testing.T
	*lab.Lab
	host string
	// frontDoorID is what Front Door sends, address where an Application Gateway calls from.
	frontDoorID, address string
}

func inLab(t *testing.T, options lab.Options, f func(w *world)) {
	t.Helper()
	options.Dir = t.TempDir()
	if options.Backends == nil {
		options.Backends = three
	}
	if options.Locations == nil {
		options.Locations = locations
	}
	synctest.Test(t, func(t *testing.T) {
		l, err := lab.New(t.Context(), options)
		require.NoError(t, err)
		defer func() { require.NoError(t, l.Close()) }()
		f(&world{T: t, Lab: l})
	})
}

// withFrontDoor runs f once the first probes have been answered.
func withFrontDoor(t *testing.T, options lab.Options, frontDoor lab.FrontDoor, f func(w *world)) {
	t.Helper()
	inLab(t, options, func(w *world) {
		if frontDoor.Origins == nil {
			frontDoor.Origins = origins
		}
		w.deploy(frontDoor)
		w.after(2 * time.Second)
		f(w)
	})
}

func (w *world) deploy(frontDoor lab.FrontDoor) {
	w.Helper()
	var err error
	w.host, w.frontDoorID, err = w.PutFrontDoor(frontDoor)
	require.NoError(w.T, err)
	require.NoError(w.T, w.Plane.Refresh(w.Context()))
}

// after lets virtual time go by.
func (w *world) after(d time.Duration) {
	time.Sleep(d)
	synctest.Wait()
}

func (w *world) order(faults ...network.Fault) {
	w.Helper()
	require.NoError(w.T, w.Network.Faults.Order(faults))
}

// answered is a response that was read whole.
type answered struct {
	status int
	header http.Header
	body   string
}

const chatPath = "/openai/deployments/gpt-4o/chat/completions?api-version=2024-10-21"

// chat asks the edge as a caller that the accounts let in, with headers of NAME: VALUE.
func (w *world) chat(headers ...string) answered {
	w.Helper()
	token, err := w.IdentityToken()
	require.NoError(w.T, err)
	got, err := w.ask(http.MethodPost, "https://"+w.host+chatPath, `{"messages":[{"role":"user","content":"Hello"}]}`, append([]string{"Authorization: Bearer " + token}, headers...)...)
	require.NoError(w.T, err)
	return got
}

// ask sends one request.
func (w *world) ask(method, url, body string, headers ...string) (answered, error) {
	w.Helper()
	request, err := http.NewRequestWithContext(w.Context(), method, url, strings.NewReader(body))
	require.NoError(w.T, err)
	request.Header.Set("Content-Type", "application/json")
	for _, header := range headers {
		name, value, _ := strings.Cut(header, ": ")
		request.Header.Add(name, value)
	}
	client := w.Client()
	client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	response, err := client.Do(request)
	if err != nil {
		return answered{}, err
	}
	defer func() { _ = response.Body.Close() }()
	data, err := io.ReadAll(response.Body)
	return answered{response.StatusCode, response.Header, string(data)}, err
}

// spread is how many of some requests each region's account has answered.
func (w *world) spread(requests int, headers ...string) map[string]int {
	w.Helper()
	counts := map[string]int{}
	for range requests {
		got := w.chat(headers...)
		require.Equal(w.T, http.StatusOK, got.status, got.body)
		counts[got.header.Get("X-Ms-Region")]++
	}
	return counts
}

// regionsOf are the keys of a spread.
func regionsOf(spread map[string]int) []string { return slices.Sorted(maps.Keys(spread)) }
