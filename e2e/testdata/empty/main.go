// Command empty registers components without anything in them: what the engine
// itself costs.
package main

import (
	"fmt"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi/config"
)

func main() {
	pulumi.Run(func(ctx *pulumi.Context) error {
		for i := range config.New(ctx, "").RequireInt("count") {
			component := &pulumi.ResourceState{}
			err := ctx.RegisterComponentResource("empty:index:Component", fmt.Sprintf("component-%d", i), component)
			if err != nil {
				return err
			}
			if err := ctx.RegisterResourceOutputs(component, pulumi.Map{}); err != nil {
				return err
			}
		}
		return nil
	})
}
