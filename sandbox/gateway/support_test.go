package gateway_test

import (
	"io"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/require"

	"github.com/aoai-gateway/aoai-gateway/sandbox/lab"
	"github.com/aoai-gateway/aoai-gateway/sandbox/network"
)

// forward is a policy that sends every request to a backend with the gateway's
// identity.
func forward(backend, more string) string {
	return `<policies><inbound><base /><set-backend-service backend-id="` + backend + `" /><set-header name="api-key" exists-action="delete" />
		<authentication-managed-identity resource="https://cognitiveservices.azure.com" />` + more + `</inbound>
		<backend><forward-request timeout="10" buffer-request-body="true" buffer-response="false" /></backend>
		<outbound><base /></outbound><on-error><base /></on-error></policies>`
}

// two are accounts in two regions.
var two = []lab.Backend{{ID: "north", Region: "swedencentral"}, {ID: "south", Region: "francecentral"}}

// inLab runs f with a lab, in virtual time.
func inLab(t *testing.T, options lab.Options, f func(t *testing.T, l *lab.Lab)) {
	t.Helper()
	options.Dir = t.TempDir()
	if options.Backends == nil {
		options.Backends = two
	}
	synctest.Test(t, func(t *testing.T) {
		l, err := lab.New(t.Context(), options)
		require.NoError(t, err)
		defer func() { require.NoError(t, l.Close()) }()
		f(t, l)
	})
}

const chatPath = "/openai/deployments/gpt-4o/chat/completions?api-version=2024-10-21"

// answered is a response that was read whole.
type answered struct {
	status int
	header http.Header
	body   string
}

// ask sends a chat completion with the lab's key, and with headers of NAME: VALUE.
func ask(t *testing.T, l *lab.Lab, path string, headers ...string) answered {
	t.Helper()
	got, err := tryTo(t, l.Client(), http.MethodPost, "https://"+lab.Gateway+path, `{"messages":[{"role":"user","content":"Hello"}]}`, append([]string{"api-key: " + l.Key}, headers...)...)
	require.NoError(t, err)
	return got
}

func tryTo(t *testing.T, client *http.Client, method, url, body string, headers ...string) (answered, error) {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), method, url, strings.NewReader(body))
	require.NoError(t, err)
	request.Header.Set("Content-Type", "application/json")
	for _, header := range headers {
		name, value, _ := strings.Cut(header, ": ")
		request.Header.Set(name, value)
	}
	response, err := client.Do(request)
	if err != nil {
		return answered{}, err
	}
	defer func() { _ = response.Body.Close() }()
	data, err := io.ReadAll(response.Body)
	return answered{response.StatusCode, response.Header, string(data)}, err
}

func order(t *testing.T, l *lab.Lab, faults ...network.Fault) {
	t.Helper()
	require.NoError(t, l.Network.Faults.Order(faults))
}

// asked is how many requests a host got.
func asked(l *lab.Lab, host string) int64 {
	for _, each := range l.Network.Addresses() {
		if each.Host == host {
			return each.Counts.Requests
		}
	}
	return -1
}
