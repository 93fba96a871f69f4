package openai

import (
	"fmt"
	"slices"
	"strings"

	resources "github.com/pulumi/pulumi-azure-native-sdk/resources/v2/v20240301"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/aoai-gateway/aoai-gateway/internal/faults"
)

// A provisioned deployment that has no room left can hand requests to a standard one of the
// same account. Azure takes spilloverDeploymentName in API version 2024-10-01 (its page on
// spillover), but the contract of that version does not list it, and so neither the SDK's
// Deployment nor azure-native's has it. A deployment stack writes such deployments once more,
// with that property, after the SDK's resource has made them. This has not been tried on
// Azure. What it costs:
//
//   - A change of the deployment is written twice; in between it has no spillover. `aoai
//     up` puts both right after a change by hand; `pulumi up` writes the deployment alone,
//     without its spillover, and `aoai drift` tells then.
//   - A tag of the deployment names the spillover, so that taking it out writes the
//     deployment once more, without.
//   - The stack detaches what it no longer names, so that the SDK's resource alone deletes.
//   - `aoai drift` compares the deployment with the template, as it does with pools.

// spilloverAPIVersion is the version in which the template writes deployments.
const spilloverAPIVersion = "2024-10-01"

// spilling is a deployment with what the template repeats of it.
type spilling struct {
	Deployment
	modelName, modelVersion pulumi.StringInput
}

// addSpillover gives the account's provisioned deployments their spillover.
func (a *Account) addSpillover(ctx *pulumi.Context, name string, resourceGroup pulumi.StringInput, tags pulumi.StringMapInput, deployments []spilling) error {
	if len(deployments) == 0 {
		return nil
	}
	if tags == nil {
		tags = pulumi.StringMap{}
	}
	inputs := []any{a.Name, tags.ToStringMapOutput()}
	for _, each := range deployments {
		inputs = append(inputs, each.modelName, each.modelVersion)
	}
	template := pulumi.All(inputs...).ApplyT(func(of []any) map[string]any {
		made := make([]any, len(deployments))
		for i, each := range deployments {
			made[i] = each.templated(of[0].(string), of[1].(map[string]string), of[2+2*i].(string), of[3+2*i].(string))
		}
		return map[string]any{
			"$schema":        "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
			"contentVersion": "1.0.0.0", "resources": made,
		}
	}).(pulumi.MapOutput)
	stack, err := resources.NewDeploymentStackAtResourceGroup(ctx, name+".spillover", &resources.DeploymentStackAtResourceGroupArgs{
		DeploymentStackName: pulumi.Sprintf("spillover-%s", a.Name).ToStringPtrOutput(),
		ResourceGroupName:   resourceGroup,
		ActionOnUnmanage: &resources.ActionOnUnmanageArgs{
			Resources: pulumi.String("detach"), ResourceGroups: pulumi.String("detach"), ManagementGroups: pulumi.String("detach"),
		},
		DenySettings: &resources.DenySettingsArgs{Mode: pulumi.String("none")},
		Template:     template,
	}, pulumi.Parent(a), pulumi.DependsOn(a.Ready))
	if err != nil {
		return fmt.Errorf("spillover of account %s: %w", name, err)
	}
	a.Ready = append(a.Ready, stack)
	return nil
}

// templated is a deployment as the template writes it; all in it is literal.
func (s spilling) templated(account string, tags map[string]string, model, version string) map[string]any {
	tags = s.marked(tags)
	properties := map[string]any{
		"model":                   map[string]any{"format": "OpenAI", "name": model, "version": version},
		"versionUpgradeOption":    s.VersionUpgrade,
		"spilloverDeploymentName": s.Spillover,
	}
	if s.ContentFilter != "" {
		properties["raiPolicyName"] = s.ContentFilter
	}
	marks := map[string]any{}
	for key, value := range tags {
		marks[key] = value
	}
	return map[string]any{
		"type": "Microsoft.CognitiveServices/accounts/deployments", "apiVersion": spilloverAPIVersion, "name": account + "/" + s.Name,
		"sku": map[string]any{"name": s.SKU, "capacity": s.Capacity}, "tags": marks, "properties": properties,
	}
}

// reach is where a SKU lets prompts be processed: Global, DataZone or "" for the region.
func reach(sku string) string {
	for _, word := range []string{"Global", "DataZone"} {
		if strings.HasPrefix(sku, word) {
			return word
		}
	}
	return ""
}

// validateSpillover notes at path what is no deployment to spill over to. Rules: Azure's page
// on spillover (a standard deployment of the same account, of the same model and version, and
// with the same data processing).
func (d Deployment) validateSpillover(list *faults.List, path string, all []Deployment) {
	if d.Spillover == "" {
		return
	}
	at := slices.IndexFunc(all, func(other Deployment) bool { return strings.EqualFold(other.Name, d.Spillover) })
	switch {
	case at < 0:
		list.Add(path, "%q is no deployment of this account", d.Spillover).About(d.Spillover).Remedy("name one of the list")
	case !strings.EqualFold(all[at].Model, d.Model) || all[at].Version != d.Version:
		list.Add(path, "%q is %s %s", d.Spillover, all[at].Model, all[at].Version).About(d.Spillover).Remedy("requests spill over to the same model and version, %s %s", d.Model, d.Version)
	case all[at].upgradable():
		list.Add(path, "%q has versionUpgrade %s", d.Spillover, all[at].VersionUpgrade).About(d.Spillover).Remedy("Azure would give it another model than this one has: leave versionUpgrade out there")
	case all[at].SKU == "" || d.SKU == "":
		// The SKU is what the region offers; it is looked at again when that is known.
	case !strings.HasSuffix(all[at].SKU, "Standard"):
		list.Add(path, "%q is hosted by %s", d.Spillover, all[at].SKU).About(d.Spillover).Remedy("requests spill over to a standard deployment: give it sku %sStandard", reach(d.SKU))
	case reach(all[at].SKU) != reach(d.SKU):
		list.Add(path, "%q is hosted by %s, which processes prompts elsewhere than %s", d.Spillover, all[at].SKU, d.SKU).About(d.Spillover).Remedy("choose %sStandard", reach(d.SKU))
	}
}
