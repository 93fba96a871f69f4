package apim

import (
	"fmt"

	managedidentity "github.com/pulumi/pulumi-azure-native-sdk/managedidentity/v2/v20230131"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/aoai-gateway/aoai-gateway/components/internal/register"
	"github.com/aoai-gateway/aoai-gateway/internal/arm"
	"github.com/aoai-gateway/aoai-gateway/internal/faults"
)

// IdentityArgs describe a user-assigned identity for a gateway.
type IdentityArgs struct {
	ResourceGroupName pulumi.StringInput
	IdentityName      pulumi.StringInput
	// Region is the Azure region, such as swedencentral.
	Region string
	Tags   pulumi.StringMapInput
}

// Validate returns every mistake, with its path below the arguments.
func (a *IdentityArgs) Validate() error {
	var list faults.List
	list.Need("resourceGroupName", a.ResourceGroupName != nil)
	list.Need("identityName", a.IdentityName != nil)
	list.Need("region", a.Region != "")
	return list.Err()
}

// Identity is a user-assigned identity. It is there before the service, so that
// roles can be granted to it first.
type Identity struct {
	pulumi.ResourceState

	// ID is the identity's resource id.
	ID pulumi.StringOutput `pulumi:"identityId"`
	// PrincipalID is what roles are granted to.
	PrincipalID pulumi.StringOutput `pulumi:"principalId"`
	// ClientID is what policies and loggers name the identity by.
	ClientID pulumi.StringOutput `pulumi:"clientId"`
}

// NewIdentity makes a user-assigned identity.
func NewIdentity(ctx *pulumi.Context, name string, args *IdentityArgs, opts ...pulumi.ResourceOption) (*Identity, error) {
	component := &Identity{}
	if err := register.Component(ctx, register.Kind{Token: "aoai-gateway:apim:Identity", Noun: "identity"}, name, args, component, opts); err != nil {
		return nil, err
	}
	identity, err := managedidentity.NewUserAssignedIdentity(ctx, name, &managedidentity.UserAssignedIdentityArgs{
		ResourceName:      args.IdentityName,
		ResourceGroupName: args.ResourceGroupName,
		Location:          pulumi.String(arm.NormalRegion(args.Region)),
		Tags:              args.Tags,
	}, pulumi.Parent(component))
	if err != nil {
		return nil, fmt.Errorf("identity %s: %w", name, err)
	}
	component.ID = identity.ID().ToStringOutput()
	component.PrincipalID, component.ClientID = identity.PrincipalId, identity.ClientId
	return component, ctx.RegisterResourceOutputs(component, pulumi.Map{
		"identityId": component.ID, "principalId": component.PrincipalID, "clientId": component.ClientID,
	})
}
