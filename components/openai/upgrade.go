package openai

import (
	"fmt"
	"maps"

	cognitiveservices "github.com/pulumi/pulumi-azure-native-sdk/cognitiveservices/v2/v20241001"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/aoai-gateway/aoai-gateway/internal/arm"
	"github.com/aoai-gateway/aoai-gateway/internal/azure"
)

// Microsoft upgrades accounts to Foundry, and deployments to newer models, by itself. The
// stack must not write the old values back, not even together with another change: it asks
// Azure what is there, and keeps what Azure has changed. Sources:
// https://learn.microsoft.com/azure/foundry/how-to/upgrade-azure-openai-auto and
// https://learn.microsoft.com/azure/foundry/openai/concepts/model-retirements

// kindInAzure is the kind of an account: as configured, or Foundry where Azure has upgraded
// it. The identity is that of an account that is made as Foundry; nil for the others.
func (a *AccountArgs) kindInAzure(ctx *pulumi.Context, parent pulumi.Resource) (pulumi.StringInput, cognitiveservices.IdentityPtrInput) {
	if a.Kind == KindFoundry {
		return pulumi.String(azure.ARMKindFoundry), &cognitiveservices.IdentityArgs{Type: cognitiveservices.ResourceIdentityTypeSystemAssigned}
	}
	kind := pulumi.All(a.AccountName, a.ResourceGroupName).ApplyT(func(names []any) (string, error) {
		name, resourceGroup := names[0].(string), names[1].(string)
		found, err := cognitiveservices.LookupAccount(ctx, &cognitiveservices.LookupAccountArgs{
			AccountName: name, ResourceGroupName: resourceGroup,
		}, pulumi.Parent(parent))
		switch {
		case err != nil && arm.IsNotFound(err.Error()):
			return azure.ARMKindOpenAI, nil
		case err != nil:
			return "", fmt.Errorf("asking whether the account %s was upgraded: %w", name, err)
		case found.Kind != nil && *found.Kind == azure.ARMKindFoundry:
			return azure.ARMKindFoundry, nil
		}
		return azure.ARMKindOpenAI, nil
	}).(pulumi.StringOutput)
	return kind, nil
}

// keepIdentity leaves the identity of an account alone that the stack did not give: an
// upgrade, or who prepared it, gave it.
func keepIdentity(kind string) []pulumi.ResourceOption {
	if kind == KindFoundry {
		return nil
	}
	return []pulumi.ResourceOption{pulumi.IgnoreChanges([]string{"identity"})}
}

// Tags of a deployment that tell later runs what the configuration was.
const (
	// configuredTag is the model of a deployment that Azure may upgrade: while it equals the
	// configuration, another model in Azure is Azure's own change.
	configuredTag = "configured-model"
	// spilloverTag is the spillover; when it goes, the deployment is written without.
	spilloverTag = "spillover"
)

// marked are tags with those that tell of the configuration.
func (d Deployment) marked(tags map[string]string) map[string]string {
	marked := map[string]string{}
	maps.Copy(marked, tags)
	if d.upgradable() {
		marked[configuredTag] = d.configured()
	}
	if d.Spillover != "" {
		marked[spilloverTag] = d.Spillover
	}
	return marked
}

// tagged are the deployment's tags.
func (d Deployment) tagged(tags pulumi.StringMapInput) pulumi.StringMapInput {
	if !d.upgradable() && d.Spillover == "" {
		return tags
	}
	if tags == nil {
		return pulumi.ToStringMap(d.marked(nil))
	}
	return tags.ToStringMapOutput().ApplyT(d.marked).(pulumi.StringMapOutput)
}

// configured is the model as the configuration names it.
func (d Deployment) configured() string { return d.Model + " " + d.Version }

// modelOf is the model of a deployment: as configured, or the one that Azure has where Azure
// has upgraded the deployment.
func (d Deployment) modelOf(ctx *pulumi.Context, account, resourceGroup pulumi.StringInput, parent pulumi.Resource) (name, version pulumi.StringInput) {
	if !d.upgradable() {
		return pulumi.String(d.Model), pulumi.String(d.Version)
	}
	model := pulumi.All(account, resourceGroup).ApplyT(func(names []any) ([]string, error) {
		found, upgraded, err := d.inAzure(ctx, names[1].(string), names[0].(string), parent)
		if err != nil || !upgraded {
			return []string{d.Model, d.Version}, err
		}
		return []string{*found.Name, *found.Version}, nil
	}).(pulumi.StringArrayOutput)
	return model.Index(pulumi.Int(0)), model.Index(pulumi.Int(1))
}

// upgradeOption is when Azure may upgrade the deployment. A preview refuses to take the
// permission back while Azure has another model than the configuration: the deployment would
// be deleted, and made anew with a model that may be retired. An update depends on the same
// resources as its preview, else the engine refuses it as a breach of the plan.
func (d Deployment) upgradeOption(ctx *pulumi.Context, account, resourceGroup pulumi.StringInput, parent pulumi.Resource) pulumi.StringInput {
	if d.upgradable() {
		return pulumi.String(d.VersionUpgrade)
	}
	return pulumi.All(account, resourceGroup).ApplyT(func(names []any) (string, error) {
		if !ctx.DryRun() {
			return d.VersionUpgrade, nil
		}
		found, upgraded, err := d.inAzure(ctx, names[1].(string), names[0].(string), parent)
		if err == nil && upgraded {
			err = fmt.Errorf("the deployment %s of the account %s has %s %s, to which Azure upgraded it; with versionUpgrade %s it would be deleted for %s: "+
				"write model %s and version %q, or keep versionUpgrade", d.Name, names[0], *found.Name, *found.Version, d.VersionUpgrade, d.configured(), *found.Name, *found.Version)
		}
		return d.VersionUpgrade, err
	}).(pulumi.StringOutput)
}

// inAzure is the model that Azure has, and whether Azure has put it there itself: the
// deployment's tag says that the configuration was the same when it was written. Without a
// tag, which earlier versions did not write, a newer version is Azure's, if Azure may upgrade.
func (d Deployment) inAzure(ctx *pulumi.Context, resourceGroup, account string, parent pulumi.Resource) (*cognitiveservices.DeploymentModelResponse, bool, error) {
	found, err := cognitiveservices.LookupDeployment(ctx, &cognitiveservices.LookupDeploymentArgs{
		AccountName: account, ResourceGroupName: resourceGroup, DeploymentName: d.Name,
	}, pulumi.Parent(parent))
	switch {
	case err != nil && arm.IsNotFound(err.Error()):
		return nil, false, nil
	case err != nil:
		return nil, false, fmt.Errorf("asking whether the deployment %s of the account %s was upgraded: %w", d.Name, account, err)
	}
	model := found.Properties.Model
	if model == nil || model.Name == nil || model.Version == nil || *model.Name+" "+*model.Version == d.configured() {
		return nil, false, nil
	}
	written, tagged := found.Tags[configuredTag]
	if !tagged {
		return model, d.upgradable() && azure.IsNewer(*model.Version, d.Version), nil
	}
	return model, written == d.configured(), nil
}
