package stacks

import (
	"os"
	"slices"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi/config"

	"github.com/aoai-gateway/aoai-gateway/wiring"
)

// Deployer is, as a client's principalId, the principal that runs the deployment.
const Deployer = "deployer"

// clients are those of the configuration, with caller in the place of Deployer.
func (c *Config) clients(ctx *pulumi.Context, caller wiring.Caller) []wiring.Client {
	clients := slices.Clone(c.Clients)
	for i := range clients {
		if clients[i].PrincipalID != Deployer {
			continue
		}
		clients[i].PrincipalID = caller.ObjectID
		if clients[i].PrincipalType == "" {
			clients[i].PrincipalType = deployerType(config.New(ctx, "azure-native").Get)
		}
	}
	return clients
}

// deployerType is ServicePrincipal where the provider signs in as an application or a managed
// identity, by its setting in the stack or by the environment, and User otherwise: the
// provider takes who is signed in to the Azure CLI then, and does not tell the type.
func deployerType(setting func(key string) string) string {
	for key, variable := range map[string]string{"clientId": "ARM_CLIENT_ID", "useMsi": "ARM_USE_MSI", "useOidc": "ARM_USE_OIDC"} {
		given := setting(key)
		if given == "" {
			given = os.Getenv(variable)
		}
		if given != "" && given != "false" {
			return "ServicePrincipal"
		}
	}
	return "User"
}
