// Command aoai-gateway is the Pulumi program: it deploys the pattern that the
// stack's configuration names.
package main

import (
	"os"

	"github.com/aoai-gateway/aoai-gateway/stacks"
)

func main() { os.Exit(stacks.Run(os.Stderr)) }
