package resourcemanager

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestSameHost(t *testing.T) {
	for _, c := range []struct {
		reason, one, other string
		want               bool
	}{
		{"the same", "https://management.azure.com/a?b", "https://management.azure.com", true},
		{"with its port", "https://Management.Azure.com:443/a", "https://management.azure.com", true},
		{"another port", "https://management.azure.com:444/a", "https://management.azure.com", false},
		{"another scheme", "http://management.azure.com/a", "https://management.azure.com", false},
		{"another host that begins alike", "https://management.azure.com.evil.example/a", "https://management.azure.com", false},
		{"another host behind a name", "https://management.azure.com@evil.example/a", "https://management.azure.com", false},
		{"no address", "%", "https://management.azure.com", false},
	} {
		require.Equal(t, c.want, sameHost(c.one, c.other), c.reason)
	}
}

// All pages are read, and none of another host's.
func TestList(t *testing.T) {
	next := ""
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Query().Get("page") {
		case "":
			_, _ = fmt.Fprintf(w, `{"value":[{"id":"a"}],"nextLink":%q}`, next)
		default:
			_, _ = fmt.Fprint(w, `{"value":[{"id":"b"}]}`)
		}
	}))
	t.Cleanup(server.Close)
	client := Sandbox(server.URL, "s")

	next = server.URL + "/list?page=2"
	all, err := client.List(t.Context(), "/list", "2024-01-01")
	require.NoError(t, err)
	require.Equal(t, []map[string]any{{"id": "a"}, {"id": "b"}}, all)

	next = "http://localhost:1/list?page=2"
	_, err = client.List(t.Context(), "/list", "2024-01-01")
	require.ErrorContains(t, err, "another host")
}

func TestAzureRefusesClouds(t *testing.T) {
	_, err := Azure("s", Login{Environment: "mars"})
	require.ErrorContains(t, err, `"mars"`)
	t.Setenv(EndpointVariable, "http://10.0.0.1:80")
	_, err = Azure("s", Login{})
	require.ErrorContains(t, err, "a sandbox on this machine")
}
