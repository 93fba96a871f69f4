package gateway_test

import (
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/aoai-gateway/aoai-gateway/internal/policy"
	"github.com/aoai-gateway/aoai-gateway/sandbox/lab"
	"github.com/aoai-gateway/aoai-gateway/sandbox/network"
)

const streamed = `{"stream":true,"messages":[{"role":"user","content":"Hello"}]}`

// diagnose keeps so many bytes of one message (frontend.response and the like), for the whole
// service or for the lab's API.
func diagnose(t *testing.T, l *lab.Lab, scope, message string, bytes int) {
	t.Helper()
	logger := lab.ServiceID + "/loggers/azuremonitor"
	require.NoError(t, l.Put(logger, map[string]any{"properties": map[string]any{"loggerType": "azureMonitor"}}))
	side, direction, _ := strings.Cut(message, ".")
	require.NoError(t, l.Put(lab.ServiceID+scope+"/diagnostics/azuremonitor", map[string]any{"properties": map[string]any{
		"loggerId": logger, side: map[string]any{direction: map[string]any{"body": map[string]any{"bytes": bytes}}},
	}}))
}

// pace asks for a stream, and tells when its first piece and when its end arrived.
func pace(t *testing.T, l *lab.Lab) (first, last time.Duration) {
	t.Helper()
	began := time.Now()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, "https://"+lab.Gateway+chatPath, strings.NewReader(streamed))
	require.NoError(t, err)
	request.Header.Set("api-key", l.Key)
	response, err := l.Client().Do(request)
	require.NoError(t, err)
	require.Equal(t, 200, response.StatusCode)
	_, err = response.Body.Read(make([]byte, 1))
	require.NoError(t, err)
	first = time.Since(began)
	rest, err := io.ReadAll(response.Body)
	require.NoError(t, err)
	require.NoError(t, response.Body.Close())
	require.Contains(t, string(rest), "[DONE]")
	return first, time.Since(began)
}

// Where bodies of responses are kept, and on Consumption, the first event of a stream arrives
// with the last one. Source: API Management's page on server-sent events, of 2025-10-08.
func TestStreamsThatAreHeldBack(t *testing.T) {
	t.Parallel()
	const service, api = "", "/apis/openai"
	kept := func(scope, message string, bytes int) func(*testing.T, *lab.Lab) {
		return func(t *testing.T, l *lab.Lab) { t.Helper(); diagnose(t, l, scope, message, bytes) }
	}
	both := func(ofService, ofAPI int) func(*testing.T, *lab.Lab) {
		return func(t *testing.T, l *lab.Lab) {
			t.Helper()
			diagnose(t, l, service, "frontend.response", ofService)
			diagnose(t, l, api, "frontend.response", ofAPI)
		}
	}
	cases := []struct {
		reason  string
		options lab.Options
		prepare func(*testing.T, *lab.Lab)
		held    bool
	}{
		{"no diagnostic", lab.Options{}, nil, false},
		{"a diagnostic without bodies", lab.Options{}, kept(service, "frontend.response", 0), false},
		{"bodies of requests alone", lab.Options{}, kept(service, "frontend.request", 4096), false},
		{"bodies of responses to callers", lab.Options{}, kept(service, "frontend.response", 4096), true},
		{"bodies of backends' responses", lab.Options{}, kept(service, "backend.response", 1), true},
		{"the API's own diagnostic", lab.Options{}, kept(api, "frontend.response", 4096), true},
		{"the API's own keeps none", lab.Options{}, both(4096, 0), false},
		{"the API's own keeps bodies, the service's none", lab.Options{}, both(0, 4096), true},
		{"Consumption", lab.Options{SKU: "Consumption"}, nil, true},
		{"the switch, with bodies", lab.Options{Switches: policy.Switches{StreamsPass: true}}, kept(service, "frontend.response", 4096), false},
		{"the switch, on Consumption", lab.Options{SKU: "Consumption", Switches: policy.Switches{StreamsPass: true}}, nil, false},
	}
	for _, c := range cases {
		t.Run(c.reason, func(t *testing.T) {
			t.Parallel()
			c.options.Document = forward("north", "")
			inLab(t, c.options, func(t *testing.T, l *lab.Lab) {
				if c.prepare != nil {
					c.prepare(t, l)
				}
				order(t, l, network.Fault{Host: "north", Kind: "slow-stream", DelayMS: 1000})
				first, last := pace(t, l)
				require.Greater(t, last, 20*time.Second, "there are more than 20 pieces")
				if c.held {
					require.Equal(t, last, first)
				} else {
					require.Equal(t, time.Second, first)
				}
			})
		})
	}
}

// A stream that breaks while it is held back does not look like a whole answer.
func TestBrokenStreamsThatAreHeldBack(t *testing.T) {
	t.Parallel()
	inLab(t, lab.Options{Document: forward("north", "")}, func(t *testing.T, l *lab.Lab) {
		diagnose(t, l, "", "frontend.response", 4096)
		order(t, l, network.Fault{Host: "north", Kind: "reset-stream", AfterBytes: 700})
		got, err := tryTo(t, l.Client(), http.MethodPost, "https://"+lab.Gateway+chatPath, streamed, "api-key: "+l.Key)
		require.Error(t, err)
		require.NotContains(t, got.body, "[DONE]")
	})
}
