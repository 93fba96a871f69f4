package dotnet

import "fmt"

// Full names of the exceptions that this package throws.
const (
	TypeArgument           = "System.ArgumentException"
	TypeArgumentNull       = "System.ArgumentNullException"
	TypeArgumentOutOfRange = "System.ArgumentOutOfRangeException"
	TypeDivideByZero       = "System.DivideByZeroException"
	TypeFormat             = "System.FormatException"
	TypeIndexOutOfRange    = "System.IndexOutOfRangeException"
	TypeInvalidCast        = "System.InvalidCastException"
	TypeInvalidOperation   = "System.InvalidOperationException"
	TypeKeyNotFound        = "System.Collections.Generic.KeyNotFoundException"
	TypeNullReference      = "System.NullReferenceException"
	TypeOverflow           = "System.OverflowException"
)

// Exception is a .NET exception.
//
//nolint:errname // the name is .NET's, and so is what it stands for
type Exception struct {
	// Type is the full name, e.g. "System.FormatException".
	Type string
	// Message is .NET Framework's English text. For the Argument family it
	// ends in "\r\nParameter name: x" when ParamName is set.
	Message string
	// ParamName is the argument at fault, or empty.
	ParamName string
	// Path, Line and Position are where a JSON reader stood.
	Path           string
	Line, Position int32
	// Inner is the exception that caused this one, or nil.
	Inner *Exception
}

// Error returns "Type: Message", the first line of .NET's ToString.
func (e *Exception) Error() string {
	return e.Type + ": " + e.Message
}

// Text is .NET's ToString without the stack: the exceptions within stand behind.
func (e *Exception) Text() string {
	text := e.Type
	if e.Message != "" {
		text = e.Error()
	}
	if e.Inner != nil {
		text += " ---> " + e.Inner.Text() + "\r\n   --- End of inner exception stack trace ---"
	}
	return text
}

// Unwrap returns Inner, so that errors.As finds it.
func (e *Exception) Unwrap() error {
	if e.Inner == nil {
		return nil
	}
	return e.Inner
}

// Throw returns an exception of the given full type name.
func Throw(typ, message string) *Exception {
	return &Exception{Type: typ, Message: message}
}

// ArgumentNull returns System.ArgumentNullException for an argument.
func ArgumentNull(param string) *Exception {
	return argumentFault(TypeArgumentNull, "Value cannot be null.", param)
}

// Argument returns System.ArgumentException. An empty param leaves the suffix out.
func Argument(message, param string) *Exception {
	return argumentFault(TypeArgument, message, param)
}

// ArgumentOutOfRange returns System.ArgumentOutOfRangeException. An empty
// message stands for .NET's default one; an empty param leaves the suffix out.
func ArgumentOutOfRange(message, param string) *Exception {
	if message == "" {
		message = "Specified argument was out of the range of valid values."
	}
	return argumentFault(TypeArgumentOutOfRange, message, param)
}

// Format returns System.FormatException. An empty message stands for "Input
// string was not in a correct format."
func Format(message string) *Exception {
	if message == "" {
		message = "Input string was not in a correct format."
	}
	return Throw(TypeFormat, message)
}

// Overflow returns System.OverflowException. An empty message stands for
// "Arithmetic operation resulted in an overflow."
func Overflow(message string) *Exception {
	if message == "" {
		message = "Arithmetic operation resulted in an overflow."
	}
	return Throw(TypeOverflow, message)
}

// InvalidCast returns System.InvalidCastException. An empty message stands for
// "Specified cast is not valid."
func InvalidCast(message string) *Exception {
	if message == "" {
		message = "Specified cast is not valid."
	}
	return Throw(TypeInvalidCast, message)
}

// InvalidOperation returns System.InvalidOperationException.
func InvalidOperation(message string) *Exception {
	if message == "" {
		message = "Operation is not valid due to the current state of the object."
	}
	return Throw(TypeInvalidOperation, message)
}

// NullReference returns System.NullReferenceException: a member of null was used.
func NullReference() *Exception {
	return Throw(TypeNullReference, "Object reference not set to an instance of an object.")
}

// KeyNotFound returns the exception of a dictionary that lacks a key.
func KeyNotFound() *Exception {
	return Throw(TypeKeyNotFound, "The given key was not present in the dictionary.")
}

// IndexOutOfRange returns the exception of an array read past its ends.
func IndexOutOfRange() *Exception {
	return Throw(TypeIndexOutOfRange, "Index was outside the bounds of the array.")
}

// DivideByZero returns the exception of a whole number or decimal divided by zero.
func DivideByZero() *Exception {
	return Throw(TypeDivideByZero, "Attempted to divide by zero.")
}

func argumentFault(typ, message, param string) *Exception {
	if param != "" {
		message = fmt.Sprintf("%s\r\nParameter name: %s", message, param)
	}
	return &Exception{Type: typ, Message: message, ParamName: param}
}
