// Package mistakes has the error of everything in this module that checks what a user wrote.
// All mistakes come at once, joined into one error, from the Validate of options and
// arguments, from constructors and from the program itself:
//
//	_, err := wiring.NewGateway(ctx, ground, args)
//	var mistake *mistakes.Error
//	if errors.As(err, &mistake) {
//		fmt.Println(mistake.Path, mistake.Value, mistake.Remedy)
//	}
package mistakes

import "errors"

// Error is one mistake in what a user wrote. What Azure or this module itself did wrong is
// never one.
type Error struct {
	// Path is the place, such as deployments[0].sku; empty for the whole. It is the path of
	// the configuration, or of the argument that was checked, by the names in JSON.
	Path string
	// Value is what stands there; nil where something is missing, or where the mistake is
	// about more than one value.
	Value any
	// Message says what stands there, what is wrong and what would be right.
	Message string
	// Remedy is the part of the message that says what would be right; empty where the
	// message says it in one with what is wrong.
	Remedy string
}

func (e *Error) Error() string {
	if e.Path == "" {
		return e.Message
	}
	return e.Path + ": " + e.Message
}

// All are all mistakes in an error, in their order, however it was wrapped and joined.
func All(err error) []*Error {
	switch err := err.(type) { //nolint:errorlint // the walk looks at each error by itself
	case nil:
		return nil
	case *Error:
		return []*Error{err}
	case interface{ Unwrap() []error }:
		var found []*Error
		for _, each := range err.Unwrap() {
			found = append(found, All(each)...)
		}
		return found
	}
	return All(errors.Unwrap(err))
}
