package liquid

import (
	"errors"

	"github.com/aoai-gateway/aoai-gateway/internal/policy/dotnet"
)

// SyntaxError is a template that cannot be read.
type SyntaxError struct {
	// Offset is the place in the template, in bytes.
	Offset  int
	Message string
}

// Error implements error.
func (e *SyntaxError) Error() string { return e.Message }

// failure is an error that stands in the output, as DotLiquid writes it.
type failure struct {
	syntax  bool
	message string
}

func (f *failure) Error() string {
	if f.syntax {
		return "Liquid syntax error: " + f.message
	}
	return "Liquid error: " + f.message
}

func fail(message string) error { return &failure{message: message} }

// faultText is the text of an error that stands in the output; ok is false for
// one that ends the rendering.
func faultText(err error) (text string, ok bool) {
	var own *failure
	if errors.As(err, &own) {
		return own.Error(), true
	}
	var thrown *dotnet.Exception
	if errors.As(err, &thrown) {
		return "Liquid error: " + thrown.Text(), true
	}
	return "", false
}

// These leave the tags around them.
var (
	errBreak    = errors.New("break")
	errContinue = errors.New("continue")
)
