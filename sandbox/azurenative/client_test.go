package azurenative

import (
	"context"
	"net/http"
	"net/http/httptest"
	"slices"
	"testing"
	"time"
)

// scripted is a client whose server gives prepared answers, one after another,
// and whose waits are noted and not waited.
func scripted(t *testing.T, answers ...func(http.ResponseWriter)) (c *client, asked *int, waits *[]time.Duration) {
	t.Helper()
	asked, waits = new(int), &[]time.Duration{}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		if *asked >= len(answers) {
			t.Errorf("request %d was not expected", *asked+1)
			return
		}
		answers[*asked](w)
		*asked++
	}))
	t.Cleanup(server.Close)
	c = newClient(server.URL)
	c.wait = func(_ context.Context, d time.Duration) error {
		*waits = append(*waits, d)
		return nil
	}
	return c, asked, waits
}

// says is an answer with headers and a body.
func says(status int, body string, headers ...string) func(http.ResponseWriter) {
	return func(w http.ResponseWriter) {
		for i := 0; i < len(headers); i += 2 {
			w.Header().Set(headers[i], headers[i+1])
		}
		w.WriteHeader(status)
		_, _ = w.Write([]byte(body))
	}
}

const busy = `{"error":{"code":"ServerBusy","message":"busy"}}`

func TestRetries(t *testing.T) {
	for _, c := range []struct {
		reason  string
		answers []func(http.ResponseWriter)
		fails   bool
		waits   []time.Duration
	}{
		{"a throttled request waits as told", []func(http.ResponseWriter){says(429, busy, "Retry-After", "7"), says(200, `{}`)}, false, []time.Duration{7 * time.Second}},
		{"milliseconds are read first", []func(http.ResponseWriter){says(429, busy, "Retry-After", "7", "retry-after-ms", "30"), says(200, `{}`)}, false, []time.Duration{30 * time.Millisecond}},
		{"without a word the wait doubles", []func(http.ResponseWriter){says(503, busy), says(500, busy), says(502, busy), says(200, `{}`)}, false, []time.Duration{800 * time.Millisecond, 1600 * time.Millisecond, 3200 * time.Millisecond}},
		{"after three retries it is enough", []func(http.ResponseWriter){says(503, busy), says(503, busy), says(503, busy), says(503, busy)}, true, []time.Duration{800 * time.Millisecond, 1600 * time.Millisecond, 3200 * time.Millisecond}},
		{"a refusal is not retried", []func(http.ResponseWriter){says(409, busy)}, true, []time.Duration{}},
	} {
		t.Run(c.reason, func(t *testing.T) {
			client, asked, waits := scripted(t, c.answers...)
			_, err := client.do(t.Context(), http.MethodGet, "/x", "2024-09-01", nil)
			if (err != nil) != c.fails {
				t.Errorf("the request ends with %v", err)
			}
			if *asked != len(c.answers) || !slices.Equal(*waits, c.waits) {
				t.Errorf("%d requests, waits %v", *asked, *waits)
			}
		})
	}
}

func TestPollsUntilTheOperationEnds(t *testing.T) {
	var client *client
	started := func(w http.ResponseWriter) {
		says(201, `{}`, "Azure-AsyncOperation", client.endpoint+"/operation", "retry-after-ms", "5")(w)
	}
	client, asked, waits := scripted(t, started,
		says(200, `{"status":"InProgress"}`, "Retry-After", "2"), says(200, `{"status":"InProgress"}`), says(200, `{"status":"Succeeded"}`),
		says(200, `{"name":"finished"}`))
	answer, err := client.do(t.Context(), http.MethodPut, "/x", "2024-09-01", map[string]any{})
	if err != nil || answer["name"] != "finished" {
		t.Errorf("the answer is %v, %v", answer, err)
	}
	if want := []time.Duration{5 * time.Millisecond, 2 * time.Second, time.Second}; *asked != 5 || !slices.Equal(*waits, want) {
		t.Errorf("%d requests, waits %v", *asked, *waits)
	}
}

func TestFailedOperationsAreErrors(t *testing.T) {
	var client *client
	started := func(w http.ResponseWriter) {
		says(201, `{}`, "Azure-AsyncOperation", client.endpoint+"/operation")(w)
	}
	client, _, _ = scripted(t, started, says(200, `{"status":"Failed","error":{"code":"Oops"}}`))
	if _, err := client.do(t.Context(), http.MethodPut, "/x", "2024-09-01", map[string]any{}); err == nil {
		t.Error("a failed operation succeeded")
	}
}
