package resourcemanager

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/stretchr/testify/require"
)

// answer is what a server says to one request. Waits are of 1 ms.
type answer struct {
	status int
	body   string
	// polls names the header that leads to the operation; empty for none.
	polls string
}

// scripted is a client of a server that gives prepared answers, one after another, and the
// methods and paths that were asked for.
func scripted(t *testing.T, answers ...answer) (*Client, *[]string) {
	t.Helper()
	asked := &[]string{}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		*asked = append(*asked, r.Method+" "+r.URL.Path)
		if len(*asked) > len(answers) {
			t.Errorf("request %d was not expected", len(*asked))
			return
		}
		given := answers[len(*asked)-1]
		w.Header().Set("retry-after-ms", "1")
		if given.polls != "" {
			w.Header().Set(given.polls, "http://"+r.Host+"/operation")
		}
		w.WriteHeader(given.status)
		_, _ = w.Write([]byte(given.body))
	}))
	t.Cleanup(server.Close)
	return Sandbox(server.URL, "s"), asked
}

func TestPutWaits(t *testing.T) {
	const refused = `{"error":{"code":"Conflict","message":"it is \"there\""}}`
	for _, c := range []struct {
		reason  string
		answers []answer
		asked   []string
		made    map[string]any
		fails   string
	}{
		{"changed at once", []answer{{200, `{"name":"x"}`, ""}}, []string{"PUT /x"}, map[string]any{"name": "x"}, ""},
		{"made, and no word on how it goes: it is read", []answer{{201, `{}`, ""}, {200, `{"name":"x"}`, ""}}, []string{"PUT /x", "GET /x"}, map[string]any{"name": "x"}, ""},
		{
			"made by an operation: it is polled, and the resource read",
			[]answer{
				{201, `{}`, "Azure-AsyncOperation"}, {200, `{"status":"InProgress"}`, ""}, {200, `{"status":"Succeeded"}`, ""}, {200, `{"name":"x"}`, ""},
			},
			[]string{"PUT /x", "GET /operation", "GET /operation", "GET /x"},
			map[string]any{"name": "x"},
			"",
		},
		{
			"an operation that failed tells why",
			[]answer{{201, `{}`, "Azure-AsyncOperation"}, {200, `{"status":"Failed","error":{"code":"Oops","message":"no room"}}`, ""}},
			[]string{"PUT /x", "GET /operation"},
			nil, "Oops",
		},
		{"a refusal is one line, and not tried again", []answer{{409, refused, ""}}, []string{"PUT /x"}, nil, `Status=409 Code="Conflict" Message="it is \"there\""`},
		{"a refusal that is not in Azure's form is told whole", []answer{{400, "nonsense", ""}}, []string{"PUT /x"}, nil, `Message="nonsense"`},
		{"throttling is waited out", []answer{{429, refused, ""}, {200, `{"name":"x"}`, ""}}, []string{"PUT /x", "PUT /x"}, map[string]any{"name": "x"}, ""},
		{"three tries after the first, no more", []answer{{503, refused, ""}, {503, refused, ""}, {503, refused, ""}, {503, refused, ""}}, []string{"PUT /x", "PUT /x", "PUT /x", "PUT /x"}, nil, "Status=503"},
	} {
		t.Run(c.reason, func(t *testing.T) {
			client, asked := scripted(t, c.answers...)
			made, err := client.Put(t.Context(), "/x", "2024-09-01", map[string]any{})
			if c.fails == "" {
				require.NoError(t, err)
			} else {
				require.ErrorContains(t, err, c.fails)
				require.NotContains(t, err.Error(), "\n")
			}
			require.Equal(t, c.made, made)
			require.Equal(t, c.asked, *asked)
		})
	}
}

func TestDeleteWaits(t *testing.T) {
	client, asked := scripted(t, answer{202, ``, "Location"}, answer{202, ``, "Location"}, answer{204, ``, ""})
	require.NoError(t, client.DeleteAndWait(t.Context(), "/x", "2024-09-01"))
	require.Equal(t, []string{"DELETE /x", "GET /operation", "GET /operation"}, *asked)

	client, _ = scripted(t, answer{404, `{"error":{"code":"NotFound","message":"gone"}}`, ""})
	require.NoError(t, client.DeleteAndWait(t.Context(), "/x", "2024-09-01"), "what is gone is no error")
}
