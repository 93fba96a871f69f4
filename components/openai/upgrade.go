package openai

import (
	"fmt"
	"maps"
	"slices"

	cognitiveservices "github.com/pulumi/pulumi-azure-native-sdk/cognitiveservices/v2/v20241001"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/aoai-gateway/aoai-gateway/internal/arm"
	"github.com/aoai-gateway/aoai-gateway/internal/azure"
)

// Microsoft upgrades accounts to Foundry, and deployments to newer models, by itself. The
// stack must not write the old values back, not even together with another change: it asks
// Azure what is there and keeps what is newer than the configuration. Sources:
// https://learn.microsoft.com/azure/foundry/how-to/upgrade-azure-openai-auto and
// https://learn.microsoft.com/azure/foundry/openai/concepts/model-retirements

// accountForm is what an upgrade changes of an account.
type accountForm struct {
	kind     string
	identity *cognitiveservices.Identity
}

// form is that of an account: as configured, or Foundry where Azure has upgraded it.
func (a *AccountArgs) form(ctx *pulumi.Context, parent pulumi.Resource) (pulumi.StringInput, cognitiveservices.IdentityPtrInput) {
	if a.Kind == azure.KindFoundry {
		return pulumi.String(azure.ARMKindFoundry), &cognitiveservices.IdentityArgs{Type: cognitiveservices.ResourceIdentityTypeSystemAssigned}
	}
	form := pulumi.All(a.AccountName, a.ResourceGroupName).ApplyT(func(names []any) (accountForm, error) {
		return upgradedAccount(ctx, names[1].(string), names[0].(string), parent)
	})
	kind := form.ApplyT(func(f any) string { return f.(accountForm).kind }).(pulumi.StringOutput)
	identity := form.ApplyT(func(f any) *cognitiveservices.Identity { return f.(accountForm).identity }).(cognitiveservices.IdentityPtrOutput)
	return kind, identity
}

// upgradedAccount is what a stack writes for an account that it wants of kind OpenAI.
func upgradedAccount(ctx *pulumi.Context, resourceGroup, name string, parent pulumi.Resource) (accountForm, error) {
	form := accountForm{kind: azure.ARMKindOpenAI}
	found, err := cognitiveservices.LookupAccount(ctx, &cognitiveservices.LookupAccountArgs{
		AccountName: name, ResourceGroupName: resourceGroup,
	}, pulumi.Parent(parent))
	switch {
	case err != nil && arm.IsNotFound(err.Error()):
		return form, nil
	case err != nil:
		return accountForm{}, fmt.Errorf("asking whether the account %s was upgraded: %w", name, err)
	}
	if found.Kind != nil && *found.Kind == azure.ARMKindFoundry {
		form.kind = azure.ARMKindFoundry
	}
	// The stack wants no identity, and takes none away: an upgrade, or who prepared it, gave it.
	if found.Identity != nil && found.Identity.Type != nil {
		form.identity = &cognitiveservices.Identity{
			Type:                   (*cognitiveservices.ResourceIdentityType)(found.Identity.Type),
			UserAssignedIdentities: slices.Sorted(maps.Keys(found.Identity.UserAssignedIdentities)),
		}
	}
	return form, nil
}

// modelOf is the model of a deployment: as configured, or the newer one that Azure has
// where the deployment lets Azure upgrade it.
func (d Deployment) modelOf(ctx *pulumi.Context, account, resourceGroup pulumi.StringInput, parent pulumi.Resource) (name, version pulumi.StringInput) {
	if d.VersionUpgrade == DefaultVersionUpgrade {
		return pulumi.String(d.Model), pulumi.String(d.Version)
	}
	model := pulumi.All(account, resourceGroup).ApplyT(func(names []any) ([]string, error) {
		return d.upgradedModel(ctx, names[1].(string), names[0].(string), parent)
	}).(pulumi.StringArrayOutput)
	return model.Index(pulumi.Int(0)), model.Index(pulumi.Int(1))
}

// upgradedModel is the name and the version of the model that a stack writes.
func (d Deployment) upgradedModel(ctx *pulumi.Context, resourceGroup, account string, parent pulumi.Resource) ([]string, error) {
	configured := []string{d.Model, d.Version}
	found, err := cognitiveservices.LookupDeployment(ctx, &cognitiveservices.LookupDeploymentArgs{
		AccountName: account, ResourceGroupName: resourceGroup, DeploymentName: d.Name,
	}, pulumi.Parent(parent))
	switch {
	case err != nil && arm.IsNotFound(err.Error()):
		return configured, nil
	case err != nil:
		return nil, fmt.Errorf("asking whether the deployment %s of the account %s was upgraded: %w", d.Name, account, err)
	}
	model := found.Properties.Model
	if model == nil || model.Name == nil || model.Version == nil || !azure.IsNewer(*model.Version, d.Version) {
		return configured, nil
	}
	// Failing to log is no reason to fail: the engine is gone then.
	_ = ctx.Log.Info(fmt.Sprintf("the deployment %s of the account %s has %s %s, to which Azure upgraded it, and keeps it; the configuration says %s %s",
		d.Name, account, *model.Name, *model.Version, d.Model, d.Version), &pulumi.LogArgs{Resource: parent})
	return []string{*model.Name, *model.Version}, nil
}
