package azure

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
)

// Error is an answer in Azure Resource Manager's own error envelope.
type Error struct {
	// Status is the HTTP status code.
	Status int
	// Code is Azure's, such as ResourceNotFound.
	Code    string
	Message string
	// Header goes with the answer; nil for none.
	Header http.Header
}

func (e *Error) Error() string { return e.Code + ": " + e.Message }

func refuse(status int, code, format string, args ...any) *Error {
	return &Error{Status: status, Code: code, Message: fmt.Sprintf(format, args...)}
}

// MarshalJSON gives the envelope {"error": {"code", "message"}}.
func (e *Error) MarshalJSON() ([]byte, error) {
	type detail struct {
		Code    string `json:"code"`
		Message string `json:"message"`
	}
	return json.Marshal(map[string]detail{"error": {Code: e.Code, Message: e.Message}})
}

// asError turns any failure into an answer: what is not a refusal is a fault of
// the sandbox.
func asError(err error) *Error {
	var refusal *Error
	if errors.As(err, &refusal) {
		return refusal
	}
	return refuse(http.StatusInternalServerError, "InternalServerError", "the sandbox failed: %v", err)
}
