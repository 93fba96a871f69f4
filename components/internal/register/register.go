// Package register begins the constructors of components: arguments are checked before
// anything is registered.
package register

import (
	"errors"
	"fmt"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// Kind is what a constructor makes.
type Kind struct {
	// Token is the type in URNs, such as aoai-gateway:apim:API.
	Token string
	// Noun stands before the name in errors.
	Noun string
}

// Args are the arguments of a constructor, by reference.
type Args[A any] interface {
	*A
	Validate() error
}

var errMissing = errors.New("args are missing")

// Check refuses arguments that are nil or not valid.
func Check[A any, P Args[A]](noun, name string, args P) error {
	if args == nil {
		return fmt.Errorf("%s %s: %w", noun, name, errMissing)
	}
	if err := args.Validate(); err != nil {
		return fmt.Errorf("%s %s: %w", noun, name, err)
	}
	return nil
}

// Component checks the arguments and registers the component.
func Component[A any, P Args[A]](
	ctx *pulumi.Context, kind Kind, name string, args P, component pulumi.ComponentResource, opts []pulumi.ResourceOption,
) error {
	if err := Check(kind.Noun, name, args); err != nil {
		return err
	}
	if err := ctx.RegisterComponentResource(kind.Token, name, component, opts...); err != nil {
		return fmt.Errorf("registering %s: %w", name, err)
	}
	return nil
}
