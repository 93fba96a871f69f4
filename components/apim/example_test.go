package apim_test

import (
	resources "github.com/pulumi/pulumi-azure-native-sdk/resources/v2/v20220901"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/aoai-gateway/aoai-gateway/components/apim"
)

// The README points at this program.
func Example() {
	pulumi.Run(func(ctx *pulumi.Context) error {
		group, err := resources.NewResourceGroup(ctx, "group", nil)
		if err != nil {
			return err
		}
		options := apim.DefaultOptions()
		options.Publisher.Email = "platform@contoso.com"
		options.Subscriptions = []apim.Subscription{{Name: "first-team", Limits: apim.Limits{TokensPerMinute: 10_000}}}
		service, err := apim.NewService(ctx, "gateway", &apim.ServiceArgs{
			ResourceGroupName: group.Name, ServiceName: pulumi.String("apim-contoso"), Region: "swedencentral", Options: options,
		})
		if err != nil {
			return err
		}
		loggers, err := apim.NewLoggers(ctx, "loggers", &apim.LoggersArgs{Service: service, Options: options.Logging})
		if err != nil {
			return err
		}
		models := []apim.Model{{Name: "gpt-4o", Priority: 1, Weight: 1}}
		api, err := apim.NewAPI(ctx, "openai", &apim.APIArgs{
			Service: service, Loggers: loggers, Options: options,
			Accounts: []apim.Account{
				{Name: "sweden", HostName: pulumi.String("contoso-se.openai.azure.com"), Models: models},
				{Name: "france", HostName: pulumi.String("contoso-fr.openai.azure.com"), Models: models},
			},
		})
		if err != nil {
			return err
		}
		ctx.Export("endpoint", api.URL)
		ctx.Export("key", api.Keys[0].Primary)
		return nil
	})
}
