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
	// Details say more, such as the place in a policy document; nil for none.
	Details []Detail
	// Header goes with the answer; nil for none.
	Header http.Header
}

// Detail is one part of what went wrong.
type Detail struct {
	Code    string `json:"code"`
	Target  string `json:"target,omitempty"`
	Message string `json:"message"`
}

func (e *Error) Error() string { return e.Code + ": " + e.Message }

func refuse(status int, code, format string, args ...any) *Error {
	return &Error{Status: status, Code: code, Message: fmt.Sprintf(format, args...)}
}

// MarshalJSON gives the envelope {"error": {"code", "message"}}.
func (e *Error) MarshalJSON() ([]byte, error) {
	type envelope struct {
		Code    string   `json:"code"`
		Message string   `json:"message"`
		Details []Detail `json:"details,omitempty"`
	}
	return json.Marshal(map[string]envelope{"error": {e.Code, e.Message, e.Details}})
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
