package policy

import (
	"errors"
	"net/http"

	"github.com/aoai-gateway/aoai-gateway/internal/policy/dotnet"
	"github.com/aoai-gateway/aoai-gateway/internal/policy/exchange"
	"github.com/aoai-gateway/aoai-gateway/internal/policy/library"
)

// Error is an error of a policy: what context.LastError shows, and what the
// caller gets unless on-error says otherwise.
type Error struct {
	exchange.Failure
	// Status is what the caller gets; 0 stands for 500.
	Status int
	// Public is the message for the caller; "" hides the reason, as the service
	// does for errors that are not the caller's.
	Public string
	// Headers are added to the answer.
	Headers exchange.Headers
	cause   error
	// denied is a token that was not good enough; answered is a failure whose
	// response the backend has given.
	denied, answered bool
}

func (f *Error) Error() string {
	if f.Reason == "" {
		return f.Source + ": " + f.Message
	}
	return f.Source + ": " + f.Reason + ": " + f.Message
}

func (f *Error) Unwrap() error { return f.cause }

func failure(source, reason, message string) exchange.Failure {
	return exchange.Failure{Source: source, Reason: reason, Message: message}
}

// refused is a failure that is the caller's, with its own status.
func refused(status int, reason, message string) *Error {
	return &Error{Failure: failure("", reason, message), Status: status, Public: message}
}

// The reasons of failures that are not of one policy (Microsoft's reference of
// errors in API Management policies).
const (
	reasonExpression = "ExpressionValueEvaluationFailure"
	reasonValue      = "ExpressionValueValidationFailure"
	reasonConnection = "BackendConnectionFailure"
	reasonTimeout    = "Timeout"
	reasonClientLeft = "ClientConnectionFailure"
)

// expressionFailure is an expression that threw.
func expressionFailure(err error) *Error {
	message := err.Error()
	var exception *dotnet.Exception
	if errors.As(err, &exception) {
		message = exception.Message
	} else if errors.Is(err, library.ErrLimit) {
		message = "The expression takes more steps or memory than one evaluation may."
	}
	return &Error{Failure: failure("", reasonExpression, "Expression evaluation failed. "+message), cause: err}
}

// invalidValue is an expression whose value the policy cannot use.
func invalidValue(why string) *Error {
	return &Error{Failure: failure("", reasonValue, "Expression value is invalid. "+why)}
}

// missingWorld is a policy that needs what this World does not have.
func missingWorld(what string) *Error {
	return &Error{Failure: failure("", "", what+" is not available here")}
}

// answer is the response to a failure.
func (f *Error) answer(activityID string) *exchange.Response {
	status := f.Status
	if status == 0 {
		status = http.StatusInternalServerError
	}
	body := `{ "statusCode": ` + quoteJSON(status) + `, "message": ` + quoteJSON(f.Public) + ` }`
	if f.Public == "" {
		message := "Internal server error"
		body = `{ "statusCode": ` + quoteJSON(status) + `, "message": ` + quoteJSON(message) + `, "activityId": ` + quoteJSON(activityID) + ` }`
	}
	response := &exchange.Response{StatusCode: status, Reason: http.StatusText(status), Headers: f.Headers.Clone(), Body: exchange.NewBody([]byte(body))}
	response.Headers.Set("Content-Type", "application/json")
	return response
}
