package library

import (
	"strings"

	"github.com/aoai-gateway/aoai-gateway/internal/policy/dotnet"
)

// exceptionTree is the part of .NET's exception types that the library throws or
// that policies catch: a type and its base.
var exceptionTree = [][2]string{
	{"System.SystemException", "Exception"},
	{"System.ArgumentException", "SystemException"},
	{"System.ArgumentNullException", "ArgumentException"},
	{"System.ArgumentOutOfRangeException", "ArgumentException"},
	{"System.FormatException", "SystemException"},
	{"System.UriFormatException", "FormatException"},
	{"System.InvalidCastException", "SystemException"},
	{"System.InvalidOperationException", "SystemException"},
	{"System.NullReferenceException", "SystemException"},
	{"System.IndexOutOfRangeException", "SystemException"},
	{"System.ArithmeticException", "SystemException"},
	{"System.OverflowException", "ArithmeticException"},
	{"System.DivideByZeroException", "ArithmeticException"},
	{"System.NotSupportedException", "SystemException"},
	{"System.TimeZoneNotFoundException", "Exception"},
	{"System.NotImplementedException", "SystemException"},
	{"System.TimeoutException", "SystemException"},
	{"System.OutOfMemoryException", "SystemException"},
	{"System.Collections.Generic.KeyNotFoundException", "SystemException"},
	{"System.Security.Cryptography.CryptographicException", "SystemException"},
	{"System.Text.RegularExpressions.RegexMatchTimeoutException", "TimeoutException"},
	{"System.Xml.XmlException", "SystemException"},
	{"Newtonsoft.Json.JsonException", "Exception"},
	{"Newtonsoft.Json.JsonReaderException", "JsonException"},
	{"Newtonsoft.Json.JsonSerializationException", "JsonException"},
	{"Newtonsoft.Json.JsonWriterException", "JsonException"},
}

func declareExceptions(l *Library) {
	c := l.class("System", "Exception", "")
	c.property("string Message", f1(func(e *dotnet.Exception) string { return e.Message }))
	c.property("Exception InnerException", func(_ *Call, a []any) (any, error) {
		if inner := a[0].(*dotnet.Exception).Inner; inner != nil {
			return inner, nil //nolint:nilerr // the error is the value
		}
		return nil, nil //nolint:nilnil // null is the value
	})
	c.property("string StackTrace", constant("")).property("string Source", constant(""))
	c.method("string ToString()", f1((*dotnet.Exception).Text))
	c.method("Exception GetBaseException()", f1(func(e *dotnet.Exception) *dotnet.Exception {
		for e.Inner != nil {
			e = e.Inner
		}
		return e
	}))
	c.beyond("Data", "HelpLink", "TargetSite")
	declareConstructors(c, "System.Exception")
	for _, each := range exceptionTree {
		at := strings.LastIndexByte(each[0], '.')
		e := l.class(each[0][:at], each[0][at+1:], "").from(each[1])
		declareConstructors(e, each[0])
	}
	reader := &class{l, l.byName["JsonReaderException"][0], l.named("JsonReaderException")}
	reader.property("int LineNumber", f1(func(e *dotnet.Exception) int32 { return e.Line }))
	reader.property("int LinePosition", f1(func(e *dotnet.Exception) int32 { return e.Position }))
	reader.property("string Path", f1(func(e *dotnet.Exception) string { return e.Path }))
	argument := &class{l, l.byName["ArgumentException"][0], l.named("ArgumentException")}
	argument.property("string ParamName", f1(func(e *dotnet.Exception) string { return e.ParamName }))
}

func declareConstructors(c *class, name string) {
	if name == "System.ArgumentNullException" || name == "System.ArgumentOutOfRangeException" {
		declareArgumentConstructors(c, name)
		return
	}
	c.make("()", func(*Call, []any) (any, error) {
		return dotnet.Throw(name, ownMessage(name)), nil
	})
	made := func(message any) *dotnet.Exception {
		if text, ok := message.(string); ok {
			return dotnet.Throw(name, text)
		}
		return dotnet.Throw(name, "Exception of type '"+name+"' was thrown.")
	}
	c.make("(string? message)", f1(made))
	c.make("(string? message, Exception? innerException)", f2(func(message any, inner *dotnet.Exception) *dotnet.Exception {
		e := made(message)
		e.Inner = inner
		return e
	}))
	if name == "System.ArgumentException" {
		named := func(message any, parameter string, inner *dotnet.Exception) *dotnet.Exception {
			e := dotnet.Argument(made(message).Message, parameter)
			e.Inner = inner
			return e
		}
		c.make("(string? message, string? paramName)", f2(func(message any, parameter string) *dotnet.Exception { return named(message, parameter, nil) }))
		c.make("(string? message, string? paramName, Exception? innerException)", f3(named))
	}
}

// ownMessage is what an exception says that was given no message.
func ownMessage(name string) string {
	if message := ownMessages[name]; message != "" {
		return message
	}
	return "Exception of type '" + name + "' was thrown."
}

var ownMessages = map[string]string{
	"System.SystemException":                                    "System error.",
	"System.ArgumentException":                                  "Value does not fall within the expected range.",
	"System.FormatException":                                    "One of the identified items was in an invalid format.",
	"System.InvalidCastException":                               "Specified cast is not valid.",
	"System.InvalidOperationException":                          "Operation is not valid due to the current state of the object.",
	"System.NullReferenceException":                             "Object reference not set to an instance of an object.",
	"System.IndexOutOfRangeException":                           "Index was outside the bounds of the array.",
	"System.ArithmeticException":                                "Overflow or underflow in the arithmetic operation.",
	"System.OverflowException":                                  "Arithmetic operation resulted in an overflow.",
	"System.DivideByZeroException":                              "Attempted to divide by zero.",
	"System.NotSupportedException":                              "Specified method is not supported.",
	"System.NotImplementedException":                            "The method or operation is not implemented.",
	"System.TimeoutException":                                   "The operation has timed out.",
	"System.OutOfMemoryException":                               "Insufficient memory to continue the execution of the program.",
	"System.Collections.Generic.KeyNotFoundException":           "The given key was not present in the dictionary.",
	"System.Security.Cryptography.CryptographicException":       "Error occurred during a cryptographic operation.",
	"System.Xml.XmlException":                                   "An XML error has occurred.",
	"System.UriFormatException":                                 "One of the identified items was in an invalid format.",
	"System.Text.RegularExpressions.RegexMatchTimeoutException": "The operation has timed out.",
}

// declareArgumentConstructors declares those that take the parameter's name first.
func declareArgumentConstructors(c *class, name string) {
	made := func(param, message string) *dotnet.Exception {
		if name == "System.ArgumentNullException" {
			e := dotnet.ArgumentNull(param)
			if message != "" {
				e = dotnet.Argument(message, param)
			}
			e.Type = name
			return e
		}
		return dotnet.ArgumentOutOfRange(message, param)
	}
	if name == "System.ArgumentOutOfRangeException" {
		c.make("(string? paramName, object? actualValue, string? message)", func(call *Call, a []any) (any, error) {
			e := dotnet.ArgumentOutOfRange(to[string](a[2]), to[string](a[0]))
			text, err := call.Text(call.Library, a[1])
			if a[1] != nil {
				e.Message += "\r\nActual value was " + text + "."
			}
			return e, err
		})
	}
	c.make("(string? message, Exception? innerException)", f2(func(message string, inner *dotnet.Exception) *dotnet.Exception {
		e := made("", message)
		e.Inner = inner
		return e
	}))
	c.make("()", func(*Call, []any) (any, error) { return made("", ""), nil })
	c.make("(string? paramName)", f1(func(param string) *dotnet.Exception { return made(param, "") }))
	c.make("(string? paramName, string? message)", f2(made))
}

func (l *Library) exceptionType(e *dotnet.Exception) *Type {
	if defs := l.byName[e.Type]; len(defs) > 0 {
		return newType(defs[0], nil)
	}
	return l.Exception
}
