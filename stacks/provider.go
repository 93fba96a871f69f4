package stacks

import (
	"fmt"

	azurenative "github.com/pulumi/pulumi-azure-native-sdk/v2"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi/config"
)

// newProvider makes the one azure-native provider that everything uses: the SDK
// modules differ in version and would start a plugin each otherwise. An explicit
// provider does not see the stack's azure-native:* keys by itself, so they are
// handed on; what they leave out comes from the ARM_* variables.
func newProvider(ctx *pulumi.Context) (*azurenative.Provider, error) {
	settings := config.New(ctx, "azure-native")
	text := func(key string) pulumi.StringPtrInput {
		if value := settings.Get(key); value != "" {
			return pulumi.StringPtr(value)
		}
		return nil
	}
	secret := func(key string) pulumi.StringPtrInput {
		if value, err := settings.TrySecret(key); err == nil {
			return value.ToStringPtrOutput()
		}
		return nil
	}
	truth := func(key string) pulumi.BoolPtrInput {
		if value, err := settings.TryBool(key); err == nil {
			return pulumi.BoolPtr(value)
		}
		return nil
	}
	provider, err := azurenative.NewProvider(ctx, "azure", &azurenative.ProviderArgs{
		SubscriptionId: text("subscriptionId"), TenantId: text("tenantId"), ClientId: text("clientId"),
		Environment: text("environment"), MetadataHost: text("metadataHost"), MsiEndpoint: text("msiEndpoint"),
		OidcRequestUrl: text("oidcRequestUrl"), ClientCertificatePath: text("clientCertificatePath"),
		ClientSecret: secret("clientSecret"), ClientCertificatePassword: secret("clientCertificatePassword"),
		OidcToken: secret("oidcToken"), OidcRequestToken: secret("oidcRequestToken"),
		UseMsi: truth("useMsi"), UseOidc: truth("useOidc"), DisablePulumiPartnerId: truth("disablePulumiPartnerId"),
	})
	if err != nil {
		return nil, fmt.Errorf("making the azure-native provider: %w", err)
	}
	return provider, nil
}

// tenantOf asks the provider for the tenant that it deploys to. The call is made
// by its token: the SDK has it only in a package of 25,000 lines.
func tenantOf(ctx *pulumi.Context, provider pulumi.ProviderResource) (string, error) {
	var client struct {
		TenantID string `pulumi:"tenantId"`
	}
	err := ctx.Invoke("azure-native:authorization:getClientConfig", nil, &client, pulumi.Provider(provider))
	if err != nil {
		return "", fmt.Errorf("asking the azure-native provider for its tenant: %w", err)
	}
	return client.TenantID, nil
}
