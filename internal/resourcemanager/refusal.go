package resourcemanager

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/runtime"
)

// RefusedError is an answer with which Resource Manager refused a request, or an operation that
// failed. It reads as one line, as Pulumi's azure-native plugin prints it.
type RefusedError struct {
	// Status is the answer's HTTP status.
	Status int
	// Code is Azure's word for the mistake, such as Conflict.
	Code string
	// Message is what Azure says about it; the whole answer where it has no such field.
	Message string
	cause   error
}

func (r *RefusedError) Error() string {
	return fmt.Sprintf("Status=%d Code=%q Message=%q", r.Status, r.Code, r.Message)
}

// Unwrap gives the error of Azure's SDK.
func (r *RefusedError) Unwrap() error { return r.cause }

// IsNotFound reports whether Resource Manager said that there is nothing.
func IsNotFound(err error) bool {
	var refusal *RefusedError
	return errors.As(err, &refusal) && refusal.Status == http.StatusNotFound
}

// asRefusal makes a RefusedError of what Azure's SDK says of an answer; other errors stay.
func asRefusal(err error) error {
	var response *azcore.ResponseError
	if !errors.As(err, &response) {
		return err
	}
	refusal := &RefusedError{Status: response.StatusCode, Code: response.ErrorCode, cause: response}
	if response.RawResponse == nil {
		return refusal
	}
	raw, err := runtime.Payload(response.RawResponse)
	if err != nil {
		return fmt.Errorf("reading a refusal with status %d: %w", response.StatusCode, err)
	}
	var envelope struct {
		Error struct {
			Message string `json:"message"`
		} `json:"error"`
	}
	if err := json.Unmarshal(raw, &envelope); err != nil || envelope.Error.Message == "" {
		refusal.Message = string(raw)
		return refusal // the answer as it is tells more than how it could not be read
	}
	refusal.Message = envelope.Error.Message
	return refusal
}
