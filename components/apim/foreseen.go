package apim

import (
	"fmt"
	"strings"

	apimanagement "github.com/pulumi/pulumi-azure-native-sdk/apimanagement/v2/v20240501"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/aoai-gateway/aoai-gateway/internal/arm"
)

// An update of a service makes all its outputs unknown to a preview. What follows from them,
// such as role assignments, would be shown as replaced, although nothing replaces it. So a
// preview asks Azure for the outputs that an update leaves as they are.

// foreseen are those outputs of a service; the zero value where there is no service.
type foreseen struct {
	principalID string
	// hosts are those of the regional gateways, by Azure's name of the region.
	hosts map[string]string
	// privateAddress is that of an internal service in the subnet that it stands in.
	privateAddress string
}

// foresee asks Azure for a service, in a preview.
func (a *ServiceArgs) foresee(ctx *pulumi.Context, parent pulumi.Resource) pulumi.AnyOutput {
	if !ctx.DryRun() {
		return pulumi.Any(foreseen{})
	}
	return pulumi.All(a.ServiceName, a.ResourceGroupName).ApplyT(func(names []any) (any, error) {
		name, group := names[0].(string), names[1].(string)
		found, err := apimanagement.LookupApiManagementService(ctx, &apimanagement.LookupApiManagementServiceArgs{
			ServiceName: name, ResourceGroupName: group,
		}, pulumi.Parent(parent))
		switch {
		case err != nil && arm.IsNotFound(err.Error()):
			return foreseen{}, nil
		case err != nil:
			return nil, fmt.Errorf("asking for the service %s: %w", name, err)
		}
		known := foreseen{hosts: map[string]string{arm.NormalRegion(a.Region): hostName(ownGateway(a.Options.SKU, found.GatewayUrl, found.GatewayRegionalUrl))}}
		for _, location := range found.AdditionalLocations {
			known.hosts[arm.NormalRegion(location.Location)] = hostName(location.GatewayRegionalUrl)
		}
		if len(found.PrivateIPAddresses) > 0 {
			known.privateAddress = found.PrivateIPAddresses[0]
		}
		if found.Identity != nil && strings.Contains(found.Identity.Type, "SystemAssigned") {
			known.principalID = found.Identity.PrincipalId
		}
		return known, nil
	}).(pulumi.AnyOutput)
}

// foreseeable is an output of the service, which a preview takes from Azure where it can.
func (a *ServiceArgs) foreseeable(ctx *pulumi.Context, deployed pulumi.AnyOutput, output pulumi.StringOutput, pick func(foreseen) string) pulumi.StringOutput {
	if !ctx.DryRun() {
		return output
	}
	return deployed.ApplyT(func(found any) pulumi.StringOutput {
		if known := pick(found.(foreseen)); known != "" {
			return pulumi.String(known).ToStringOutput()
		}
		return output
	}).(pulumi.StringOutput)
}
