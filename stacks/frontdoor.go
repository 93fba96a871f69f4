package stacks

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/aoai-gateway/aoai-gateway/components/frontdoor"
)

// tokenAudience is what a client asks an Entra token for; every account accepts it.
const tokenAudience = "https://cognitiveservices.azure.com/.default" //nolint:gosec // a public address, no secret

// frontDoor is pattern 1: Front Door over several Azure OpenAI accounts.
func frontDoor(ctx *pulumi.Context, config Config, provider pulumi.ProviderResource) error {
	c, err := newCommon(ctx, config, provider)
	if err != nil {
		return err
	}
	origins := make([]frontdoor.Origin, len(c.accounts))
	for i, account := range c.accounts {
		origins[i] = frontdoor.Origin{
			Name: config.OpenAI[i].Name, HostName: account.HostName, DependsOn: account.Ready,
			Weight: frontdoor.DefaultWeight, Priority: frontdoor.DefaultPriority,
		}
	}
	gateway, err := frontdoor.NewGateway(ctx, "gateway", &frontdoor.GatewayArgs{
		ResourceGroupName: c.resourceGroup,
		ProfileName:       c.names.profile(), EndpointName: c.names.endpoint(), WAFPolicyName: c.names.wafPolicy(),
		Tags: c.tags, OriginGroupName: "openai", Origins: origins, Options: config.FrontDoor,
	}, pulumi.Providers(provider))
	if err != nil {
		return err
	}
	if err := c.diagnose("gateway", gateway.ProfileID, gateway); err != nil {
		return err
	}
	if err := c.makeBudget(); err != nil {
		return err
	}
	url := pulumi.Sprintf("https://%s", gateway.HostName)
	c.exportCommon(url, pulumi.Array{endpoint("gateway", url, pulumi.String("global"), c.servedModels())})
	ctx.Export("frontDoorId", gateway.FrontDoorID)
	ctx.Export("domainValidations", gateway.DomainValidations)
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
