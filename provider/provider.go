package provider

import (
	_ "embed"
	"errors"
	"fmt"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	pulumiprovider "github.com/pulumi/pulumi/sdk/v3/go/pulumi/provider"
)

// Name is that of the package, of which the components of this project have always been.
const Name = "aoai-gateway"

// committed is the schema, which tells other languages what there is. A test holds it to the
// types of this package.
//
//go:embed schema.json
var committed []byte

// Serve answers Pulumi's engine as a plugin, until the engine ends it.
func Serve(version string) error {
	return pulumiprovider.ComponentMain(Name, version, committed, construct)
}

func construct(ctx *pulumi.Context, token, name string, inputs pulumiprovider.ConstructInputs, options pulumi.ResourceOption) (*pulumiprovider.ConstructResult, error) {
	if token != Token {
		return nil, fmt.Errorf("%q is not a component of %s; there is %s", token, Name, Token)
	}
	snapshot, err := pulumi.NewResourceOptions(options)
	if err != nil {
		return nil, fmt.Errorf("reading the options of %s: %w", name, err)
	}
	if len(snapshot.Providers) > 0 {
		return nil, errors.New("the option providers has no effect on " + Token + "; set azure-native:* in the stack's configuration, or ARM_* in the environment")
	}
	args := &GatewayArgs{}
	if err := inputs.CopyTo(args); err != nil {
		return nil, fmt.Errorf("reading the inputs of %s: %w", name, err)
	}
	made, err := NewGateway(ctx, name, args, options)
	if err != nil {
		return nil, err
	}
	result, err := pulumiprovider.NewConstructResult(made)
	if err != nil {
		return nil, fmt.Errorf("telling the outputs of %s: %w", name, err)
	}
	return result, nil
}
