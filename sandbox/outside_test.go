package sandbox

import (
	"bufio"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aoai-gateway/aoai-gateway/sandbox/network"
)

// A user's own server stands behind his own policy: it gets what the policy makes of a request,
// and its answer comes back, streamed as it is written.
func TestAServerOutsideIsABackend(t *testing.T) {
	more := make(chan struct{})
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/v2/stream" {
			w.Header().Set("Content-Type", "text/event-stream")
			_, _ = io.WriteString(w, "data: 1\n\n")
			_ = http.NewResponseController(w).Flush()
			select {
			case <-more:
			case <-r.Context().Done():
			}
			_, _ = io.WriteString(w, "data: 2\n\n")
			return
		}
		body, _ := io.ReadAll(r.Body)
		w.Header().Set("Content-Type", "application/json")
		_ = json.NewEncoder(w).Encode(map[string]string{
			"host": r.Host, "path": r.URL.RequestURI(), "team": r.Header.Get("X-Team"), "body": string(body), "source": r.Header.Get("X-Sandbox-Source"),
		})
	}))
	defer server.Close()
	backend, err := network.Outside("orders.contoso.com=" + server.URL)
	require.NoError(t, err)
	gone, err := network.Outside("gone.contoso.com=http://127.0.0.1:1")
	require.NoError(t, err)
	session := serve(t, Traffic{Backends: []network.Host{backend, gone}})
	put(t, session, http.MethodPut, group, `{"location":"swedencentral"}`)
	service := group + "/providers/Microsoft.ApiManagement/service/lab"
	put(t, session, http.MethodPut, service, `{"location":"swedencentral","sku":{"name":"Developer","capacity":1},"properties":{"publisherEmail":"a@contoso.com","publisherName":"A"}}`)
	hosts := hostsOf(t, session, "lab.azure-api.net", true)
	api := func(name, host string) {
		put(t, session, http.MethodPut, service+"/apis/"+name, `{"properties":{"displayName":"`+name+`","path":"`+name+`","serviceUrl":"https://`+host+`/v2","protocols":["https"],"subscriptionRequired":false}}`)
		for _, method := range []string{"GET", "POST"} {
			put(t, session, http.MethodPut, service+"/apis/"+name+"/operations/"+strings.ToLower(method), `{"properties":{"displayName":"all","method":"`+method+`","urlTemplate":"/*"}}`)
		}
	}
	api("orders", "orders.contoso.com")
	api("gone", "gone.contoso.com")
	document, err := json.Marshal(map[string]any{"properties": map[string]any{
		"format": "rawxml", "value": `<policies><inbound><base /><set-header name="X-Team" exists-action="override"><value>a</value></set-header></inbound><backend><forward-request buffer-response="false" /></backend><outbound><base /></outbound><on-error><base /></on-error></policies>`,
	}})
	require.NoError(t, err)
	put(t, session, http.MethodPut, service+"/apis/orders/policies/policy", string(document))

	address := hosts[slices.IndexFunc(hosts, func(a network.Address) bool { return a.Host == "lab.azure-api.net" })].URL
	client := trusting(t, session)
	response, err := client.Post(address+"/orders/7?kind=small", "text/plain", strings.NewReader("two"))
	require.NoError(t, err)
	defer func() { _ = response.Body.Close() }()
	raw, err := io.ReadAll(response.Body)
	require.NoError(t, err)
	require.Equal(t, http.StatusOK, response.StatusCode, string(raw))
	var got map[string]string
	require.NoError(t, json.Unmarshal(raw, &got))
	require.Equal(t, map[string]string{"host": "orders.contoso.com", "path": "/v2/7?kind=small", "team": "a", "body": "two", "source": ""}, got)

	streamed, err := client.Get(address + "/orders/stream")
	require.NoError(t, err)
	defer func() { _ = streamed.Body.Close() }()
	lines := bufio.NewReader(streamed.Body)
	first, err := lines.ReadString('\n')
	require.NoError(t, err)
	require.Equal(t, "data: 1\n", first, "the first event comes before the server has written the second")
	close(more)
	rest, err := io.ReadAll(lines)
	require.NoError(t, err)
	require.Equal(t, "\ndata: 2\n\n", string(rest))

	missing, err := client.Get(address + "/gone/7")
	require.NoError(t, err)
	require.NoError(t, missing.Body.Close())
	require.Equal(t, http.StatusInternalServerError, missing.StatusCode, "a server that does not run is a failed connection")

	hosts = hostsOf(t, session, "orders.contoso.com", true)
	at := slices.IndexFunc(hosts, func(a network.Address) bool { return a.Host == "orders.contoso.com" })
	require.Equal(t, "backend", hosts[at].Kind)
	require.EqualValues(t, 2, hosts[at].Counts.Requests)
}
