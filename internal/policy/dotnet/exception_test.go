package dotnet_test

import (
	"errors"
	"testing"

	"github.com/aoai-gateway/aoai-gateway/internal/policy/dotnet"
)

func TestException(t *testing.T) {
	for _, tc := range []struct {
		reason    string
		exception *dotnet.Exception
		want      string
	}{
		{"a null argument", dotnet.ArgumentNull("s"), "System.ArgumentNullException: Value cannot be null.\r\nParameter name: s"},
		{"an argument without a name", dotnet.Argument("Bad.", ""), "System.ArgumentException: Bad."},
		{"out of range", dotnet.ArgumentOutOfRange("", "i"), "System.ArgumentOutOfRangeException: Specified argument was out of the range of valid values.\r\nParameter name: i"},
		{"format", dotnet.Format(""), "System.FormatException: Input string was not in a correct format."},
		{"overflow", dotnet.Overflow(""), "System.OverflowException: Arithmetic operation resulted in an overflow."},
		{"cast", dotnet.InvalidCast(""), "System.InvalidCastException: Specified cast is not valid."},
		{"operation", dotnet.InvalidOperation("No."), "System.InvalidOperationException: No."},
		{"key", dotnet.KeyNotFound(), "System.Collections.Generic.KeyNotFoundException: The given key was not present in the dictionary."},
		{"index", dotnet.IndexOutOfRange(), "System.IndexOutOfRangeException: Index was outside the bounds of the array."},
		{"zero", dotnet.DivideByZero(), "System.DivideByZeroException: Attempted to divide by zero."},
	} {
		if got := tc.exception.Error(); got != tc.want {
			t.Errorf("%s: got %q, want %q", tc.reason, got, tc.want)
		}
	}
	inner := dotnet.NullReference()
	outer := &dotnet.Exception{Type: "System.Exception", Message: "outer", Inner: inner}
	if !errors.Is(outer, inner) || errors.Unwrap(inner) != nil {
		t.Error("Inner must be what Unwrap returns, and nil must stay nil")
	}
}
