package openai

import (
	"encoding/json"
	"fmt"
	"net/http"
)

// refusal is an error in the API's own shape.
type refusal struct {
	status int
	header http.Header
	body   map[string]any
}

// failf is a refusal of Azure's side.
func failf(status int, code, format string, args ...any) *refusal {
	return &refusal{status: status, body: map[string]any{"code": code, "message": fmt.Sprintf(format, args...)}}
}

// invalid is a request that the model does not take, in OpenAI's own shape.
func invalid(param, code, format string, args ...any) *refusal {
	return &refusal{status: http.StatusBadRequest, body: map[string]any{
		"message": fmt.Sprintf(format, args...), "type": "invalid_request_error", "param": orNull(param), "code": orNull(code),
	}}
}

// notModelled tells that the sandbox, and not Azure, cannot answer. It is no server's error, so
// that gateways do not ask other accounts.
func notModelled(format string, args ...any) *refusal {
	return failf(http.StatusBadRequest, "SandboxNotModelled", "The sandbox does not model "+format+".", args...)
}

func orNull(text string) any {
	if text == "" {
		return nil
	}
	return text
}

// FilteredText in a prompt makes the content filter refuse it, as it does what
// nobody should write into a test.
const FilteredText = "sandbox:content-filter"

func filtered() *refusal {
	return &refusal{status: http.StatusBadRequest, body: map[string]any{
		"message": "The prompt was refused by the content filter of the deployment.", "type": nil, "param": "prompt", "code": "content_filter", "status": http.StatusBadRequest,
		"innererror": map[string]any{"code": "ResponsibleAIPolicyViolation", "content_filter_result": filterResults(true)},
	}}
}

// filterResults are those of a prompt or an answer. Source: Azure OpenAI's page on
// content filtering.
func filterResults(refused bool) map[string]any {
	results := map[string]any{}
	for _, category := range []string{"hate", "self_harm", "sexual", "violence"} {
		results[category] = map[string]any{"filtered": false, "severity": "safe"}
	}
	if refused {
		results["violence"] = map[string]any{"filtered": true, "severity": "medium"}
	}
	return results
}

func (f *refusal) write(w http.ResponseWriter) {
	for name, values := range f.header {
		w.Header()[name] = values
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(f.status)
	_ = json.NewEncoder(w).Encode(map[string]any{"error": f.body})
}

// toolAt is how messages name a tool, such as tools[0].
func toolAt(i int) string { return fmt.Sprintf("tools[%d]", i) }
