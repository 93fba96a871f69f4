package wiring

import (
	"cmp"
	"fmt"
	"os"

	azurenative "github.com/pulumi/pulumi-azure-native-sdk/v2"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi/config"

	"github.com/aoai-gateway/aoai-gateway/internal/faults"
)

// NewProvider makes one azure-native provider for everything: the SDK modules differ in
// version and would start a plugin each otherwise. An explicit
// provider does not see the stack's azure-native:* keys by itself, so they are
// handed on; what they leave out comes from the ARM_* variables.
func NewProvider(ctx *pulumi.Context) (*azurenative.Provider, error) {
	return newProvider(ctx, "azure")
}

func newProvider(ctx *pulumi.Context, name string, opts ...pulumi.ResourceOption) (*azurenative.Provider, error) {
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
	var mistakes faults.List
	truth := func(key string) pulumi.BoolPtrInput {
		if settings.Get(key) == "" {
			return nil
		}
		value, err := settings.TryBool(key)
		if err != nil {
			mistakes.Add("azure-native:"+key, "%q is neither true nor false", settings.Get(key)).About(settings.Get(key)).Remedy("write one of these")
		}
		return pulumi.BoolPtr(value)
	}
	args := &azurenative.ProviderArgs{
		SubscriptionId: text("subscriptionId"), TenantId: text("tenantId"), ClientId: text("clientId"),
		Location: text("location"), PartnerId: text("partnerId"), MetadataHost: text("metadataHost"), MsiEndpoint: text("msiEndpoint"),
		OidcRequestUrl: text("oidcRequestUrl"), ClientCertificatePath: text("clientCertificatePath"),
		ClientSecret: secret("clientSecret"), ClientCertificatePassword: secret("clientCertificatePassword"),
		OidcToken: secret("oidcToken"), OidcRequestToken: secret("oidcRequestToken"),
		UseMsi: truth("useMsi"), UseOidc: truth("useOidc"), DisablePulumiPartnerId: truth("disablePulumiPartnerId"),
	}
	// The SDK would put "public" before the variable.
	if environment := cmp.Or(settings.Get("environment"), os.Getenv("ARM_ENVIRONMENT")); environment != "" {
		args.Environment = pulumi.StringPtr(environment)
	}
	var tenants []string
	if err := settings.GetObject("auxiliaryTenantIds", &tenants); err != nil {
		mistakes.Add("azure-native:auxiliaryTenantIds", "must be an array of strings: %v", err)
	} else if len(tenants) > 0 {
		args.AuxiliaryTenantIds = pulumi.ToStringArray(tenants)
	}
	if err := mistakes.Err(); err != nil {
		return nil, err
	}
	provider, err := azurenative.NewProvider(ctx, name, args, opts...)
	if err != nil {
		return nil, fmt.Errorf("making the azure-native provider: %w", err)
	}
	return provider, nil
}

// Caller is who deploys, and where.
type Caller struct {
	TenantID string `pulumi:"tenantId"`
	// ObjectID is who signs in.
	ObjectID       string `pulumi:"objectId"`
	SubscriptionID string `pulumi:"subscriptionId"`
}

// WhoDeploys asks the provider for the tenant and the subscription that it deploys
// to. The call is made by its token: the SDK has it only in a package of 25,000
// lines.
func WhoDeploys(ctx *pulumi.Context, provider pulumi.ProviderResource) (Caller, error) {
	var caller Caller
	err := ctx.Invoke("azure-native:authorization:getClientConfig", nil, &caller, pulumi.Provider(provider))
	if err != nil {
		return Caller{}, fmt.Errorf("asking the azure-native provider for its tenant: %w", err)
	}
	return caller, nil
}
