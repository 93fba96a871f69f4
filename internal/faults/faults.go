// Package faults collects the mistakes in what a user wrote, each with its
// place, so that all of them are reported at once.
package faults

import (
	"errors"
	"fmt"
	"net/mail"
	"strings"

	"github.com/aoai-gateway/aoai-gateway/internal/suggest"
)

// MistakeError is one mistake.
type MistakeError struct {
	// Path is the place, such as deployments[0].sku; empty for the whole.
	Path string
	// Message says what stands there, what is wrong and what would be right.
	Message string
}

func (f *MistakeError) Error() string {
	if f.Path == "" {
		return f.Message
	}
	return f.Path + ": " + f.Message
}

// List gathers faults; the zero value is ready.
type List struct{ faults []*MistakeError }

// Add notes a mistake at path.
func (l *List) Add(path, format string, args ...any) {
	l.faults = append(l.faults, &MistakeError{Path: path, Message: fmt.Sprintf(format, args...)})
}

// Need notes at path what was not given.
func (l *List) Need(path string, given bool) {
	if !given {
		l.Add(path, "is missing")
	}
}

// AddError notes err's message at path; nil is ignored.
func (l *List) AddError(path string, err error) {
	if err != nil {
		l.Add(path, "%v", err)
	}
}

// Merge takes over another Err's faults, with their paths below prefix.
func (l *List) Merge(prefix string, err error) {
	for _, fault := range All(err) {
		l.faults = append(l.faults, &MistakeError{Path: Join(prefix, fault.Path), Message: fault.Message})
	}
}

// OneOf notes a value that is not among the allowed ones.
func (l *List) OneOf(path, value string, allowed []string) {
	for _, candidate := range allowed {
		if value == candidate {
			return
		}
	}
	l.Add(path, "%q is not allowed; one of %s%s", value, strings.Join(allowed, ", "), suggest.Phrase(value, allowed))
}

// Between notes a number outside its bounds; unit may be empty.
func (l *List) Between(path string, value, minimum, maximum int, unit string) {
	if value < minimum || value > maximum {
		l.Add(path, "%d is out of range; allowed are %d to %d%s", value, minimum, maximum, space(unit))
	}
}

// Email notes what is not a plain e-mail address.
func (l *List) Email(path, value string) {
	if address, err := mail.ParseAddress(value); err != nil || address.Address != value {
		l.Add(path, "%q is not an e-mail address; write it like team@contoso.com", value)
	}
}

func space(unit string) string {
	if unit == "" {
		return ""
	}
	return " " + unit
}

// Err joins the faults, or is nil where there are none.
func (l *List) Err() error {
	errs := make([]error, len(l.faults))
	for i, fault := range l.faults {
		errs[i] = fault
	}
	return errors.Join(errs...)
}

// All takes an Err apart again. An error that holds no fault counts as one
// without a path.
func All(err error) []*MistakeError {
	if err == nil {
		return nil
	}
	var found []*MistakeError
	if joined, ok := err.(interface{ Unwrap() []error }); ok {
		for _, each := range joined.Unwrap() {
			found = append(found, All(each)...)
		}
		return found
	}
	var fault *MistakeError
	if errors.As(err, &fault) {
		return []*MistakeError{fault}
	}
	return []*MistakeError{{Message: err.Error()}}
}

// Join puts a path below another: a and b make a.b, a and [0] make a[0].
func Join(prefix, path string) string {
	switch {
	case prefix == "":
		return path
	case path == "":
		return prefix
	case strings.HasPrefix(path, "["):
		return prefix + path
	}
	return prefix + "." + path
}
