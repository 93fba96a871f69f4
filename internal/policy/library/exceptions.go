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
	{"System.NotImplementedException", "SystemException"},
	{"System.TimeoutException", "SystemException"},
	{"System.OutOfMemoryException", "SystemException"},
	{"System.Collections.Generic.KeyNotFoundException", "SystemException"},
	{"System.Security.Cryptography.CryptographicException", "SystemException"},
	{"System.Text.RegularExpressions.RegexMatchTimeoutException", "TimeoutException"},
	{"Newtonsoft.Json.JsonException", "Exception"},
	{"Newtonsoft.Json.JsonReaderException", "JsonException"},
	{"Newtonsoft.Json.JsonSerializationException", "JsonException"},
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
	c.method("string ToString()", f1((*dotnet.Exception).Error))
	c.method("Exception GetBaseException()", f1(func(e *dotnet.Exception) *dotnet.Exception {
		for e.Inner != nil {
			e = e.Inner
		}
		return e
	}))
	c.beyond("Data", "HResult", "HelpLink", "TargetSite")
	declareConstructors(c, "System.Exception")
	for _, each := range exceptionTree {
		at := strings.LastIndexByte(each[0], '.')
		e := l.class(each[0][:at], each[0][at+1:], "").from(each[1])
		declareConstructors(e, each[0])
	}
	argument := &class{l, l.byName["ArgumentException"][0], l.named("ArgumentException")}
	argument.property("string ParamName", f1(func(e *dotnet.Exception) string { return e.ParamName }))
}

func declareConstructors(c *class, name string) {
	if name == "System.ArgumentNullException" || name == "System.ArgumentOutOfRangeException" {
		declareArgumentConstructors(c, name)
		return
	}
	c.make("()", func(*Call, []any) (any, error) {
		return dotnet.Throw(name, "Exception of type '"+name+"' was thrown."), nil
	})
	c.make("(string? message)", f1(func(message string) *dotnet.Exception { return dotnet.Throw(name, message) }))
	c.make("(string? message, Exception innerException)", f2(func(message string, inner *dotnet.Exception) *dotnet.Exception {
		e := dotnet.Throw(name, message)
		e.Inner = inner
		return e
	}))
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
