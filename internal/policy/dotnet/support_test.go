package dotnet_test

import (
	"errors"
	"testing"

	"github.com/aoai-gateway/aoai-gateway/internal/policy/dotnet"
)

// check compares a result with what .NET gives. want begins with "!" when the
// text behind it is the message of the exception.
func check(t *testing.T, reason, got string, err error, want string) {
	t.Helper()
	if err != nil {
		var exception *dotnet.Exception
		if !errors.As(err, &exception) {
			t.Fatalf("%s: %v is no *Exception", reason, err)
		}
		got = "!" + exception.Message
	}
	if got != want {
		t.Errorf("%s: got %q, want %q", reason, got, want)
	}
}

// noPanic makes sure that a fuzz target returns an *Exception or nothing.
func noPanic(t *testing.T, err error) {
	t.Helper()
	var exception *dotnet.Exception
	if err != nil && !errors.As(err, &exception) {
		t.Fatalf("%v is no *Exception", err)
	}
}

func must[T any](t *testing.T, value T, err error) T {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	return value
}
