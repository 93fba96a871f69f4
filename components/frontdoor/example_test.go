package frontdoor_test

import (
	resources "github.com/pulumi/pulumi-azure-native-sdk/resources/v2/v20220901"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/aoai-gateway/aoai-gateway/components/frontdoor"
)

// The README shows this program.
func Example() {
	pulumi.Run(func(ctx *pulumi.Context) error {
		group, err := resources.NewResourceGroup(ctx, "group", nil)
		if err != nil {
			return err
		}
		gateway, err := frontdoor.NewGateway(ctx, "gateway", &frontdoor.GatewayArgs{
			ResourceGroupName: group.Name,
			ProfileName:       pulumi.String("afd-contoso"),
			EndpointName:      pulumi.String("contoso"),
			OriginGroupName:   "models",
			Origins: []frontdoor.Origin{
				{Name: "sweden", HostName: pulumi.String("contoso-se.openai.azure.com")},
				{Name: "france", HostName: pulumi.String("contoso-fr.openai.azure.com")},
			},
			Options: frontdoor.DefaultOptions(),
		})
		if err != nil {
			return err
		}
		ctx.Export("endpoint", gateway.HostName)
		return nil
	})
}
