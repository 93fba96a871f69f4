package page_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"testing/synctest"

	"github.com/stretchr/testify/require"

	"github.com/aoai-gateway/aoai-gateway/sandbox/lab"
	"github.com/aoai-gateway/aoai-gateway/sandbox/network"
	"github.com/aoai-gateway/aoai-gateway/sandbox/page"
	"github.com/aoai-gateway/aoai-gateway/sandbox/recent"
)

const document = `<policies><inbound><base /><set-backend-service backend-id="north" /><set-header name="api-key" exists-action="delete" />
	<authentication-managed-identity resource="https://cognitiveservices.azure.com" /></inbound>
	<backend><forward-request timeout="10" /></backend><outbound><base /></outbound><on-error><base /></on-error></policies>`

// watched is a lab with two accounts, and the page of it.
type watched struct {
	*lab.Lab
	t    *testing.T
	page http.Handler
}

func inLab(t *testing.T, f func(w *watched)) {
	t.Helper()
	dir := t.TempDir()
	synctest.Test(t, func(t *testing.T) {
		l, err := lab.New(t.Context(), lab.Options{Dir: dir, Document: document, Backends: []lab.Backend{{ID: "north", Region: "swedencentral"}, {ID: "south", Region: "francecentral"}}})
		require.NoError(t, err)
		defer func() { require.NoError(t, l.Close()) }()
		l.Network.Recent = recent.New()
		f(&watched{l, t, page.Handler(page.Source{
			Picture: l.Picture, Hosts: l.Network.Addresses, State: l.Plane.State, Usage: l.Plane.Usage, Faults: l.Network.Faults.InForce, Recent: l.Network.Recent,
		}, fstest.MapFS{"traffic.md": {Data: []byte("# Traffic")}})})
	})
}

func (w *watched) get(path string) *httptest.ResponseRecorder {
	w.t.Helper()
	answer := httptest.NewRecorder()
	w.page.ServeHTTP(answer, httptest.NewRequestWithContext(w.t.Context(), http.MethodGet, "http://127.0.0.1"+page.Path+path, nil))
	return answer
}

func (w *watched) snapshot() page.Snapshot {
	w.t.Helper()
	answer := w.get("data/snapshot")
	require.Equal(w.t, 200, answer.Code, answer.Body)
	var snapshot page.Snapshot
	require.NoError(w.t, json.Unmarshal(answer.Body.Bytes(), &snapshot))
	return snapshot
}

func (w *watched) ask() int {
	w.t.Helper()
	request, err := http.NewRequestWithContext(w.t.Context(), http.MethodPost, "https://"+lab.Gateway+"/openai/deployments/gpt-4o/chat/completions?api-version=2024-10-21",
		strings.NewReader(`{"messages":[{"role":"user","content":"Hello"}],"max_tokens":5}`))
	require.NoError(w.t, err)
	request.Header.Set("api-key", w.Key)
	request.Header.Set("Content-Type", "application/json")
	response, err := w.Client().Do(request)
	require.NoError(w.t, err)
	require.NoError(w.t, response.Body.Close())
	return response.StatusCode
}

func nodeOf(t *testing.T, snapshot page.Snapshot, host string) page.Node {
	t.Helper()
	at := slices.IndexFunc(snapshot.Nodes, func(n page.Node) bool { return slices.Contains(n.Names, host) })
	require.GreaterOrEqual(t, at, 0, "%s is there: %v", host, snapshot.Nodes)
	return snapshot.Nodes[at]
}

// The snapshot has hosts, who asks whom, health by breakers, faults, spread and tokens.
func TestSnapshotFollowsTraffic(t *testing.T) {
	inLab(t, func(w *watched) {
		north := "north.openai.azure.com"
		before := w.snapshot()
		require.Equal(t, page.Unwatched, nodeOf(t, before, north).Health, "nobody has asked yet")
		require.Equal(t, "gateway", nodeOf(t, before, lab.Gateway).Kind)
		require.Len(t, before.Links, 2, "the gateway leads to both accounts")

		require.Equal(t, 200, w.ask())
		after := w.snapshot()
		require.Equal(t, page.Well, nodeOf(t, after, north).Health)
		require.EqualValues(t, 1, nodeOf(t, after, lab.Gateway).Counts.Requests)
		at := slices.IndexFunc(after.Deployments, func(d page.Deployment) bool { return d.Host == north && d.Name == "gpt-4o" })
		require.EqualValues(t, 1, after.Deployments[at].Share, "the other account got none")
		require.EqualValues(t, 5, after.Deployments[at].CompletionTokens)
		require.Positive(t, after.Deployments[at].PromptTokens)
		require.Positive(t, after.Deployments[at].Window)
		require.Len(t, after.Requests, 1)

		require.NoError(t, w.Network.Faults.Order([]network.Fault{{Host: "north", Kind: "status", Status: 429, RetryAfterSeconds: 30}}))
		for range 5 {
			w.ask()
		}
		broken := w.snapshot()
		require.Equal(t, page.Unwell, nodeOf(t, broken, north).Health, "its breaker is open")
		require.Equal(t, []string{"status 429"}, nodeOf(t, broken, north).Faults)
		require.Empty(t, nodeOf(t, broken, "south.openai.azure.com").Faults)
		require.Len(t, broken.Faults, 1)
	})
}

// A request is had by its id, while it is kept.
func TestRequestIsServed(t *testing.T) {
	inLab(t, func(w *watched) {
		w.ask()
		answer := w.get("data/requests/1")
		require.Equal(t, 200, answer.Code)
		require.Contains(t, answer.Body.String(), "forward-request")
		require.Equal(t, 404, w.get("data/requests/2").Code)
	})
}

// The page's files are built in, and may ask nobody but their own host.
func TestFilesAreServed(t *testing.T) {
	inLab(t, func(w *watched) {
		for path, want := range map[string]string{"": "<!doctype html>", "page.js": "fetch(", "page.css": "prefers-color-scheme: dark", "icon.svg": "<svg", "docs/traffic.md": "# Traffic"} {
			answer := w.get(path)
			require.Equal(t, 200, answer.Code, path)
			require.Contains(t, answer.Body.String(), want)
			require.NotContains(t, answer.Body.String(), "https://", "%s loads nothing from elsewhere", path)
			policy := answer.Header().Get("Content-Security-Policy")
			require.Contains(t, policy, "default-src 'none'")
			require.Contains(t, policy, "frame-ancestors 'none'", "no other page shows it in a frame")
			require.NotContains(t, policy, "unsafe")
		}
		for _, path := range []string{"nothing.js", "docs/nothing.md", "docs/..%2fgo.mod", "page.go"} {
			require.Equal(t, 404, w.get(path).Code, path)
		}
	})
}
