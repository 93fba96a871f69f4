package stacks

import (
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/common/constant"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// monitorShutDown is what every registration answers that is under way when another resource
// fails. The engine has told that failure already.
const monitorShutDown = "resource monitor shut down"

// Run runs Program as pulumi.Run does and returns the exit code. It tells a failure once: the
// program's own in its own words, and nothing of registrations that ended with another
// resource's failure (Pulumi 3.276 adds a line for these). stderr is for what the engine
// cannot be told.
func Run(stderr io.Writer) int {
	err := pulumi.RunErr(func(ctx *pulumi.Context) error {
		err := Program(ctx)
		if err != nil {
			err = errors.Join(err, ctx.Log.Error(err.Error(), nil))
			return &toldError{err}
		}
		return nil
	})
	var told *toldError
	switch {
	case err == nil:
		return 0
	case errors.Is(err, pulumi.ErrPlugins):
		pulumi.Run(Program) // it prints them
		return 0
	case !errors.As(err, &told) && !strings.Contains(err.Error(), monitorShutDown):
		// The SDK puts before an error that it was waiting for registrations.
		_, _ = fmt.Fprintf(stderr, "error: %s\n", strings.TrimPrefix(err.Error(), "waiting for RPCs: "))
	}
	return constant.ExitStatusLoggedError
}

// toldError is an error that the engine was told of.
type toldError struct{ err error }

func (e *toldError) Error() string { return e.err.Error() }

func (e *toldError) Unwrap() error { return e.err }
