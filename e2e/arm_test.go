package e2e

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"testing"
)

// armBody reads a resource; the test ends if there is none.
func armBody(t *testing.T, endpoint, id, apiVersion string) map[string]any {
	t.Helper()
	status, answer := askARM(t, http.MethodGet, endpoint, id, apiVersion, nil)
	var body map[string]any
	if err := json.Unmarshal([]byte(answer), &body); err != nil || status != http.StatusOK {
		t.Fatalf("reading %s: %d %s", id, status, answer)
	}
	return body
}

// askARM sends a request to Resource Manager, as any tool of Azure's would.
func askARM(t *testing.T, method, endpoint, id, apiVersion string, body map[string]any) (status int, answer string) {
	t.Helper()
	var content io.Reader
	if body != nil {
		raw, err := json.Marshal(body)
		if err != nil {
			t.Fatal(err)
		}
		content = bytes.NewReader(raw)
	}
	request, err := http.NewRequestWithContext(t.Context(), method, endpoint+id+"?api-version="+apiVersion, content)
	if err != nil {
		t.Fatal(err)
	}
	if method == http.MethodDelete {
		request.Header.Set("If-Match", "*") // API Management wants it
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	raw, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return response.StatusCode, string(raw)
}
