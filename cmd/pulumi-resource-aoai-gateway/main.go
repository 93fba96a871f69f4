// Command pulumi-resource-aoai-gateway is this project as a plugin of Pulumi, for programs in
// other languages than Go.
package main

import (
	"fmt"
	"os"

	"github.com/aoai-gateway/aoai-gateway/internal/version"
	"github.com/aoai-gateway/aoai-gateway/provider"
)

func main() {
	if err := provider.Serve(version.Number); err != nil {
		_, _ = fmt.Fprintf(os.Stderr, "pulumi-resource-aoai-gateway: %v\n", err)
		os.Exit(1)
	}
}
