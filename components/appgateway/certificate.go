package appgateway

import (
	"fmt"

	managedidentity "github.com/pulumi/pulumi-azure-native-sdk/managedidentity/v2/v20230131"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/aoai-gateway/aoai-gateway/components/internal/roles"
	"github.com/aoai-gateway/aoai-gateway/components/internal/vault"
	"github.com/aoai-gateway/aoai-gateway/internal/arm"
)

// certificate is one in a vault, and who may read it.
type certificate struct {
	// secretID has no version: the gateway takes over what the vault renews.
	secretID   string
	identityID pulumi.StringOutput
	grant      pulumi.Resource
}

// makeCertificate makes the identity that reads the certificate, with its role on the
// vault, unless the gateway speaks HTTP.
func (b *builder) makeCertificate() error {
	options := b.args.Options.Certificate
	if options == (Certificate{}) {
		return nil
	}
	id, err := arm.ParseID(options.KeyVaultID)
	if err != nil {
		return err
	}
	identity, err := managedidentity.NewUserAssignedIdentity(b.ctx, b.name, &managedidentity.UserAssignedIdentityArgs{
		ResourceName: b.args.Names.Identity, ResourceGroupName: b.args.ResourceGroupName,
		Location: pulumi.String(b.place.Region), Tags: b.args.Tags,
	}, b.parent, pulumi.DeleteBeforeReplace(false))
	if err != nil {
		return fmt.Errorf("identity: %w", err)
	}
	grant, err := roles.Assign(b.ctx, b.name+".certificate", arm.KeyVaultSecretsUser, pulumi.String(id.String()).ToStringOutput(),
		identity.PrincipalId, "ServicePrincipal", b.parent, pulumi.DeleteBeforeReplace(false))
	if err != nil {
		return err
	}
	b.certificate = &certificate{
		secretID:   vault.SecretURL(id, options.SecretName),
		identityID: identity.ID().ToStringOutput(), grant: grant,
	}
	return nil
}
