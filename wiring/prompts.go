package wiring

import (
	"fmt"
	"slices"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/aoai-gateway/aoai-gateway/components/apim"
)

// watchPrompts makes what judges an API's prompts, and the cache of its answers, where the options
// ask for them.
func watchPrompts(ctx *pulumi.Context, ground *Ground, service *Service, api *apim.APIArgs) error {
	if api.Options.ContentSafety.Enabled {
		if err := addContentSafety(ctx, ground, service, api); err != nil {
			return err
		}
	}
	if api.Options.SemanticCache.Enabled {
		return addSemanticCache(ctx, ground, service, api)
	}
	return nil
}

func addContentSafety(ctx *pulumi.Context, ground *Ground, service *Service, api *apim.APIArgs) error {
	region := ground.args.Region
	if chosen := api.Options.ContentSafety.Region; chosen != "" {
		region = chosen
	}
	names, err := ground.names.placed("contentsafety", site{region: region, resourceGroup: ground.args.ResourceGroup})
	if err != nil {
		return err
	}
	api.ContentSafety, err = apim.NewContentSafety(ctx, ground.called("contentsafety"), &apim.ContentSafetyArgs{
		Service: service.Service, ResourceGroupName: ground.ResourceGroup, AccountName: names.contentSafety(), Region: region,
		Tags: ground.args.Tags, Options: api.Options.ContentSafety,
	}, ground.component())
	if err != nil {
		return err
	}
	return ground.Diagnose(ctx, ground.called("contentsafety"), api.ContentSafety.ID, api.ContentSafety)
}

func addSemanticCache(ctx *pulumi.Context, ground *Ground, service *Service, api *apim.APIArgs) error {
	options := api.Options.SemanticCache
	at := slices.IndexFunc(api.Accounts, func(account apim.Account) bool {
		return slices.ContainsFunc(account.Models, func(model apim.Model) bool { return strings.EqualFold(model.Name, options.Embeddings) })
	})
	if at < 0 {
		return fmt.Errorf("semantic cache: no account has the deployment %q; give options.semanticCache.embeddings the name of one", options.Embeddings)
	}
	names, err := ground.names.placed("semanticcache", site{region: ground.args.Region, resourceGroup: ground.args.ResourceGroup})
	if err != nil {
		return err
	}
	api.SemanticCache, err = apim.NewSemanticCache(ctx, ground.called("semanticcache"), &apim.SemanticCacheArgs{
		Service: service.Service, ResourceGroupName: ground.ResourceGroup, ClusterName: names.redis(), Region: ground.args.Region,
		Tags: ground.args.Tags, Options: options, Account: api.Accounts[at],
	}, ground.component())
	return err
}
