package apim

import (
	"fmt"

	resources "github.com/pulumi/pulumi-azure-native-sdk/resources/v2/v20240301"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// A pool is a backend without url and protocol: the service refuses both on it. The
// SDK's Backend demands them, and so does azure-native's own check, whichever way
// the resource is registered. Three ways lead around it:
//
//   - resources.Resource, any resource by its type and API version. Before it
//     creates, the plugin asks whether the resource exists, and it asks with its own
//     API version instead of the given one (pulumi-azure-native#4337, #4109):
//     Resource Manager knows no pool of that version and answers 400 for a child of
//     a service that exists, so that creation ends there.
//   - resources.Deployment, an ARM template that Resource Manager deploys. Pools that
//     are not wanted any more stay, and keep their members from being deleted.
//   - resources.DeploymentStackAtResourceGroup, a template whose resources Resource
//     Manager keeps account of: what an update drops is deleted.
//
// The third is taken here, and has not been tried on Azure. What it costs:
//
//   - The stack's deletion deletes no pool: azure-native does not say that it should.
//     On destroy they go with the service. When the strategy changes from pool to
//     another, they stay, unused, until the service goes; an account that is in one
//     cannot be removed until somebody deletes the pool.
//   - A change of a pool outside of the stack is nothing that Pulumi sees: `aoai drift`
//     compares pools with the template by itself. `aoai up` writes what it finds into the
//     state, so that the update puts it right; `pulumi up` puts a pool right only where the
//     stack's own wish has changed, too.

// poolsAPIVersion is the version in which the template writes pools.
const poolsAPIVersion = "2024-05-01"

// pool is one to be made.
type pool struct {
	id          string
	description string
	members     []poolMember
}

// poolMember is a backend in a pool. A member of a later priority is used only
// when all of earlier ones are tripped; within a priority weights share.
type poolMember struct {
	backend          string
	weight, priority int
	// region is where the backend stands, "" where that is not known.
	region string
}

// newPools makes all pools of a service by one deployment stack.
func newPools(ctx *pulumi.Context, name string, service *Service, pools []pool, opts ...pulumi.ResourceOption) (pulumi.Resource, error) {
	template := pulumi.All(service.ID, service.Name).ApplyT(func(of []any) map[string]any {
		return poolTemplate(of[0].(string), of[1].(string), pools)
	}).(pulumi.MapOutput)
	return newStack(ctx, name, "pools", "delete", service, template, opts...)
}

// newStack makes a deployment stack beside a service, of whose name it is; what says of what,
// and dropped what happens to a resource that the template does not name any more.
func newStack(
	ctx *pulumi.Context, name, what, dropped string, service *Service, template pulumi.MapOutput, opts ...pulumi.ResourceOption,
) (pulumi.Resource, error) {
	stack, err := resources.NewDeploymentStackAtResourceGroup(ctx, name, &resources.DeploymentStackAtResourceGroupArgs{
		DeploymentStackName: pulumi.Sprintf("%s-%s", what, service.Name).ToStringPtrOutput(),
		ResourceGroupName:   service.group,
		ActionOnUnmanage: &resources.ActionOnUnmanageArgs{
			Resources: pulumi.String(dropped), ResourceGroups: pulumi.String("detach"), ManagementGroups: pulumi.String("detach"),
		},
		DenySettings: &resources.DenySettingsArgs{Mode: pulumi.String("none")},
		Template:     template,
	}, opts...)
	if err != nil {
		return nil, fmt.Errorf("%s of %s: %w", what, name, err)
	}
	return stack, nil
}

// poolTemplate is the ARM template; all in it is literal.
func poolTemplate(serviceID, serviceName string, pools []pool) map[string]any {
	made := make([]any, len(pools))
	for i, pool := range pools {
		members := make([]any, len(pool.members))
		for j, member := range pool.members {
			members[j] = map[string]any{
				"id": serviceID + "/backends/" + member.backend, "weight": member.weight, "priority": member.priority,
			}
		}
		made[i] = map[string]any{
			"type": "Microsoft.ApiManagement/service/backends", "apiVersion": poolsAPIVersion, "name": serviceName + "/" + pool.id,
			"properties": map[string]any{
				"type": "Pool", "description": pool.description, "pool": map[string]any{"services": members},
			},
		}
	}
	return template(made...)
}

// template is the ARM template of resources.
func template(resources ...any) map[string]any {
	return map[string]any{
		"$schema":        "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
		"contentVersion": "1.0.0.0", "resources": resources,
	}
}
