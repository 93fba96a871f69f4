// Command aoai-gateway is the Pulumi program: it deploys the pattern that the
// stack's configuration names.
package main

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/aoai-gateway/aoai-gateway/stacks"
)

func main() { pulumi.Run(stacks.Program) }
