package apim

import (
	"fmt"

	apimanagement "github.com/pulumi/pulumi-azure-native-sdk/apimanagement/v2/v20240501"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/aoai-gateway/aoai-gateway/internal/azure"
	"github.com/aoai-gateway/aoai-gateway/policies"
)

// EdgeLock is what requests are held to before anything else. What is given is the
// edge's own, known after deployment only, and so stands in named values.
type EdgeLock struct {
	// FrontDoorID is the GUID of the Front Door profile before the gateway; nil for none.
	FrontDoorID pulumi.StringInput
	// Address is the IP address that the edge calls from; nil for any.
	Address pulumi.StringInput
}

// lockPolicy is the part that keeps out what goes around the edge, if there is one.
func (b *apiBuilder) lockPolicy() ([]policies.Part, error) {
	var part policies.OriginLock
	var err error
	if id := b.args.Lock.FrontDoorID; id != nil {
		if part.FrontDoorID, err = b.namedValue("front-door-id", id); err != nil {
			return nil, err
		}
	}
	if address := b.args.Lock.Address; address != nil {
		if part.Address, err = b.namedValue("edge-address", address); err != nil {
			return nil, err
		}
	}
	if part == (policies.OriginLock{}) {
		return nil, nil
	}
	return []policies.Part{part}, nil
}

// accessPolicy is the part that lets callers in. What tokens are held to stands in
// named values, so that it can be read and compared in the service.
func (b *apiBuilder) accessPolicy() (policies.Access, error) {
	access := policies.Access{SubscriptionKey: b.args.Options.allows(AccessKey)}
	if !b.args.Options.allows(AccessEntra) {
		return access, nil
	}
	settings := b.args.Options.Entra
	configuration, issuers := settings.OpenIDConfiguration, settings.Issuers
	if configuration == "" {
		configuration, issuers = tenantConfiguration(b.args.TenantID)
	}
	access.Entra = &policies.Entra{CallerClaim: settings.CallerClaim}
	var err error
	if access.Entra.OpenIDConfiguration, err = b.namedValue("entra-openid-configuration", pulumi.String(configuration)); err != nil {
		return access, err
	}
	if access.Entra.Issuers, err = b.namedValues("entra-issuer", issuers); err != nil {
		return access, err
	}
	if access.Entra.Audiences, err = b.namedValues("entra-audience", settings.Audiences); err != nil {
		return access, err
	}
	for i, claim := range settings.RequiredClaims {
		values, err := b.namedValues(fmt.Sprintf("entra-claim-%d-value", i+1), claim.Values)
		if err != nil {
			return access, err
		}
		access.Entra.RequiredClaims = append(access.Entra.RequiredClaims, Claim{Name: claim.Name, Values: values, Match: claim.Match})
	}
	return access, nil
}

// tenantConfiguration is what a tenant's tokens are held to: those of version 1 and
// of version 2 have issuers of their own. Source: Entra's page on access tokens.
func tenantConfiguration(tenant string) (configuration string, issuers []string) {
	return azure.OpenIDConfiguration(tenant), []string{azure.Issuer(tenant), azure.IssuerV2(tenant)}
}

// identityPolicy is the part that authenticates the gateway to the accounts. The
// client id of a user-assigned identity is known after deployment only, and so
// stands in a named value.
func (b *apiBuilder) identityPolicy() (policies.ManagedIdentity, error) {
	if !b.args.Service.userAssigned {
		return policies.ManagedIdentity{}, nil
	}
	reference, err := b.namedValue("identity-client-id", b.args.Service.identityName)
	return policies.ManagedIdentity{ClientID: reference}, err
}

func (b *apiBuilder) namedValues(name string, values []string) ([]string, error) {
	references := make([]string, len(values))
	for i, value := range values {
		var err error
		if references[i], err = b.namedValue(fmt.Sprintf("%s-%d", name, i+1), pulumi.String(value)); err != nil {
			return nil, err
		}
	}
	return references, nil
}

// namedValue makes a named value and returns how policies refer to it.
func (b *apiBuilder) namedValue(name string, value pulumi.StringInput) (string, error) {
	made, err := apimanagement.NewNamedValue(b.ctx, b.name+"-"+name, &apimanagement.NamedValueArgs{
		NamedValueId:      pulumi.String(name),
		DisplayName:       pulumi.String(name),
		ServiceName:       b.args.Service.Name,
		ResourceGroupName: b.args.Service.group,
		Value:             value.ToStringOutput().ToStringPtrOutput(),
		Secret:            pulumi.Bool(false),
	}, b.args.Service.below(b.component)...)
	if err != nil {
		return "", fmt.Errorf("named value %s: %w", name, err)
	}
	b.before = append(b.before, made)
	return "{{" + name + "}}", nil
}
