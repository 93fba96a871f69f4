// Package faults collects the mistakes in what a user wrote, each with its
// place, so that all of them are reported at once.
package faults

import (
	"errors"
	"fmt"
	"net/mail"
	"strings"

	"github.com/aoai-gateway/aoai-gateway/internal/suggest"
	"github.com/aoai-gateway/aoai-gateway/mistakes"
)

// MistakeError is one mistake; other programs know it by its exported name.
type MistakeError = mistakes.Error

// List gathers faults; the zero value is ready.
type List struct{ faults []*MistakeError }

// Add notes a mistake at path: what is wrong. What is returned takes the value and the
// remedy.
func (l *List) Add(path, format string, args ...any) *Noted {
	noted := New(format, args...)
	noted.mistake.Path = path
	l.faults = append(l.faults, noted.mistake)
	return noted
}

// Noted is a mistake that was noted, and takes what else is known of it.
type Noted struct{ mistake *MistakeError }

// New begins a mistake whose place only the caller knows; see AddError.
func New(format string, args ...any) *Noted {
	return &Noted{&MistakeError{Message: fmt.Sprintf(format, args...)}}
}

// About says which value is wrong. The message has it already.
func (n *Noted) About(value any) *Noted {
	n.mistake.Value = value
	return n
}

// Remedy says what would be right, and puts it behind the message.
func (n *Noted) Remedy(format string, args ...any) *Noted {
	n.mistake.Remedy = fmt.Sprintf(format, args...)
	n.mistake.Message += "; " + n.mistake.Remedy
	return n
}

// Err is the mistake by itself.
func (n *Noted) Err() error { return n.mistake }

// Need notes at path what was not given.
func (l *List) Need(path string, given bool) {
	if !given {
		l.Add(path, "is missing")
	}
}

// AddError notes err's message at path; nil is ignored.
func (l *List) AddError(path string, err error) {
	if err == nil {
		return
	}
	made := MistakeError{Message: err.Error()}
	var known *MistakeError
	if errors.As(err, &known) {
		made = *known
	}
	made.Path = path
	l.faults = append(l.faults, &made)
}

// Merge takes over another Err's faults, with their paths below prefix.
func (l *List) Merge(prefix string, err error) {
	for _, fault := range All(err) {
		below := *fault
		below.Path = Join(prefix, fault.Path)
		l.faults = append(l.faults, &below)
	}
}

// OneOf notes a value that is not among the allowed ones.
func (l *List) OneOf(path, value string, allowed []string) {
	for _, candidate := range allowed {
		if value == candidate {
			return
		}
	}
	if value == "" {
		l.Add(path, "is missing").Remedy("give one of %s", strings.Join(allowed, ", "))
		return
	}
	l.Add(path, "%q is not allowed", value).About(value).Remedy("one of %s%s", strings.Join(allowed, ", "), suggest.Phrase(value, allowed))
}

// Between notes a number outside its bounds; unit may be empty.
func (l *List) Between(path string, value, minimum, maximum int, unit string) {
	if value < minimum || value > maximum {
		l.Add(path, "%d is out of range", value).About(value).Remedy("allowed are %d to %d%s", minimum, maximum, space(unit))
	}
}

// Email notes what is not a plain e-mail address.
func (l *List) Email(path, value string) {
	if value == "" {
		l.Add(path, "is missing; write it like team@contoso.com")
		return
	}
	if address, err := mail.ParseAddress(value); err != nil || address.Address != value {
		l.Add(path, "%q is not an e-mail address", value).About(value).Remedy("write it like team@contoso.com")
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

// Join puts a path below another: a and b make a.b, a and [0] make a[0], and a: and b make
// a:b.
func Join(prefix, path string) string {
	switch {
	case prefix == "":
		return path
	case path == "":
		return prefix
	case strings.HasPrefix(path, "["), strings.HasSuffix(prefix, ":"):
		return prefix + path
	}
	return prefix + "." + path
}
