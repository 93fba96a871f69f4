package stacks

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/aoai-gateway/aoai-gateway/components/frontdoor"
)

// tokenAudience is what a client asks an Entra token for; every account accepts it.
const tokenAudience = "https://ai.azure.com/.default" //nolint:gosec // a public address, no secret

// overAccounts is pattern 1: an edge over several Azure OpenAI accounts.
func overAccounts(ctx *pulumi.Context, config Config, provider pulumi.ProviderResource) error {
	c, err := newCommon(ctx, config, provider)
	if err != nil {
		return err
	}
	origins := make([]origin, len(c.accounts))
	for i, account := range c.accounts {
		origins[i] = origin{
			name: config.OpenAI[i].Name, hostName: account.HostName, dependsOn: account.Ready, priority: frontdoor.DefaultPriority,
		}
	}
	edge, err := c.makeEdge("openai", origins)
	if err != nil {
		return err
	}
	if err := c.makeBudget(); err != nil {
		return err
	}
	c.exportCommon(edge.url, pulumi.Array{endpoint("gateway", edge.url, pulumi.String(c.edgeRegion()), c.servedModels())})
	c.exportEdge(edge)
	ctx.Export("tokenScope", pulumi.String(tokenAudience))
	return nil
}

// servedModels are the deployments that the accounts have in common, as far as the
// stack knows.
func (c *common) servedModels() []string {
	for _, account := range c.config.OpenAI {
		if len(account.Deployments) > 0 {
			return deploymentNames(account)
		}
	}
	return nil
}
