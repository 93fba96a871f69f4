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
	body   errorBody
}

// errorBody is what stands below "error": one of azureError, modelError and filteredError.
type errorBody interface{ isError() }

// azureError is an error of Azure's side.
type azureError struct {
	Code    string `json:"code"`
	Message string `json:"message"`
}

// modelError is a request that the model does not take, in OpenAI's own shape.
type modelError struct {
	Code    *string `json:"code"`
	Message string  `json:"message"`
	Param   *string `json:"param"`
	Type    string  `json:"type"`
}

func (azureError) isError()    {}
func (modelError) isError()    {}
func (filteredError) isError() {}

// failf is a refusal of Azure's side.
func failf(status int, code, format string, args ...any) *refusal {
	return &refusal{status: status, body: azureError{Code: code, Message: fmt.Sprintf(format, args...)}}
}

// invalid is a request that the model does not take.
func invalid(param, code, format string, args ...any) *refusal {
	return &refusal{status: http.StatusBadRequest, body: modelError{
		Code: orNull(code), Message: fmt.Sprintf(format, args...), Param: orNull(param), Type: "invalid_request_error",
	}}
}

// missing is a thing that is asked for by an id that the account does not know, in OpenAI's own
// shape.
func missing(format string, args ...any) *refusal {
	refused := invalid("", "", format, args...)
	refused.status = http.StatusNotFound
	return refused
}

// notModelled tells that the sandbox, and not Azure, cannot answer. It is no server's error, so
// that gateways do not ask other accounts.
func notModelled(format string, args ...any) *refusal {
	return failf(http.StatusBadRequest, "SandboxNotModelled", "The sandbox does not model "+format+".", args...)
}

// orNull is a text that JSON has as null where it is empty.
func orNull(text string) *string {
	if text == "" {
		return nil
	}
	return &text
}

func (f *refusal) write(w http.ResponseWriter) {
	for name, values := range f.header {
		w.Header()[name] = values
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(f.status)
	_ = json.NewEncoder(w).Encode(struct {
		Error errorBody `json:"error"`
	}{f.body})
}

// toolAt is how messages name a tool, such as tools[0].
func toolAt(i int) string { return fmt.Sprintf("tools[%d]", i) }
