package sandbox

import (
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aoai-gateway/aoai-gateway/sandbox/network"
)

// The page answers this machine only, and other pages cannot change anything through a
// browser that reaches it.
func TestPageKeepsOtherSitesOut(t *testing.T) {
	session := serve(t, Traffic{})
	own := strings.TrimSuffix(session.Endpoints.Page, "/sandbox/page/")
	fault := `[{"host":"login","kind":"status","status":503}]`
	for reason, c := range map[string]struct {
		method, path, host, origin, site string
		want                             int
	}{
		"the page itself":                               {method: http.MethodGet, path: "/sandbox/page/", want: 200},
		"what the page reads":                           {method: http.MethodGet, path: "/sandbox/page/data/snapshot", want: 200},
		"a page of docs":                                {method: http.MethodGet, path: "/sandbox/page/docs/traffic.md", want: 200},
		"a name that was bent to this machine":          {method: http.MethodGet, path: "/sandbox/page/", host: "evil.example", want: 403},
		"data under such a name":                        {method: http.MethodGet, path: "/sandbox/page/data/snapshot", host: "evil.example:80", want: 403},
		"a change by the page":                          {method: http.MethodPut, path: network.Path, origin: own, site: "same-origin", want: 200},
		"a change by a program":                         {method: http.MethodPut, path: network.Path, want: 200},
		"a change by another site":                      {method: http.MethodPut, path: network.Path, origin: "https://evil.example", site: "cross-site", want: 403},
		"a change by another port of this machine":      {method: http.MethodPut, path: network.Path, origin: "http://127.0.0.1:1", site: "same-site", want: 403},
		"a change by another site in an old browser":    {method: http.MethodPut, path: network.Path, origin: "https://evil.example", want: 403},
		"a change by a page without an origin":          {method: http.MethodDelete, path: network.Path, origin: "null", want: 403},
		"a change under a name bent to this machine":    {method: http.MethodPut, path: network.Path, host: "evil.example", origin: "http://evil.example", site: "same-origin", want: 403},
		"the page takes no changes but by faults' REST": {method: http.MethodPost, path: "/sandbox/page/data/snapshot", want: 405},
	} {
		t.Run(reason, func(t *testing.T) {
			request, err := http.NewRequestWithContext(t.Context(), c.method, own+c.path, strings.NewReader(fault))
			require.NoError(t, err)
			request.Host = c.host
			for name, value := range map[string]string{"Origin": c.origin, "Sec-Fetch-Site": c.site} {
				if value != "" {
					request.Header.Set(name, value)
				}
			}
			response, err := http.DefaultClient.Do(request)
			require.NoError(t, err)
			defer func() { require.NoError(t, response.Body.Close()) }()
			said, err := io.ReadAll(response.Body)
			require.NoError(t, err)
			require.Equal(t, c.want, response.StatusCode, string(said))
			require.Empty(t, response.Header.Get("Access-Control-Allow-Origin"), "no other site reads it")
		})
	}
}

// Without a data plane there is no page, and the endpoints do not name one.
func TestNoPageWithoutTraffic(t *testing.T) {
	session, err := Join(t.Context(), Options{Dir: t.TempDir()})
	require.NoError(t, err)
	defer func() { require.NoError(t, session.Close()) }()
	require.Empty(t, session.Endpoints.Page)
}
