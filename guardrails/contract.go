// Package guardrails holds rules that any stack may be held to, this project's
// and a user's own.
package guardrails

import (
	"context"
	"fmt"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/aoai-gateway/aoai-gateway/internal/arm"
)

// CheckContract holds every azure-native resource against Azure's contract
// before it is registered, so that a mistake is found at preview on Azure, too,
// and not after a long deployment. It sees what the resource's own transforms have
// left of the inputs, for this program's resources and for a user's beside them.
func CheckContract(ctx *pulumi.Context) error {
	contract, err := arm.Load()
	if err != nil {
		return err
	}
	err = ctx.RegisterResourceTransform(func(run context.Context, args *pulumi.ResourceTransformArgs) *pulumi.ResourceTransformResult {
		known, ok := contract.ByToken(args.Type)
		if !ok {
			return nil
		}
		// A violation quotes the value, so that what is secret stays out.
		inputs, _ := readInputs(run, args.Props, secretsUnknown)
		var mistakes []string
		for _, violation := range known.Check(inputs) {
			if violation.Warning {
				// Failing to log is no reason to fail: the engine is gone then.
				_ = ctx.Log.Warn(fmt.Sprintf("%s %s: %s", args.Type, args.Name, violation), nil)
				continue
			}
			mistakes = append(mistakes, violation.String())
		}
		if len(mistakes) == 0 {
			return nil
		}
		return refusal(args, "breaks Azure's contract", mistakes)
	})
	if err != nil {
		return fmt.Errorf("registering the check of Azure's contract: %w", err)
	}
	return nil
}

// refusal makes the registration of a resource fail. A transform has no error to
// return: an input that fails in its place has the same effect.
func refusal(args *pulumi.ResourceTransformArgs, does string, mistakes []string) *pulumi.ResourceTransformResult {
	err := fmt.Errorf("%s %s %s:%s", args.Type, args.Name, does, bullets(mistakes))
	failed := pulumi.ToOutput(0).ApplyT(func(int) (string, error) { return "", err }).(pulumi.StringOutput)
	return &pulumi.ResourceTransformResult{Props: pulumi.Map{"refused": failed}, Opts: args.Opts}
}

// bullets are a line each.
func bullets(lines []string) string { return "\n  " + strings.Join(lines, "\n  ") }
