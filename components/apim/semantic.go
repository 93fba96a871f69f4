package apim

import (
	"fmt"

	apimanagement "github.com/pulumi/pulumi-azure-native-sdk/apimanagement/v2/v20240501"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/aoai-gateway/aoai-gateway/components/internal/redis"
	"github.com/aoai-gateway/aoai-gateway/components/internal/register"
	"github.com/aoai-gateway/aoai-gateway/internal/arm"
	"github.com/aoai-gateway/aoai-gateway/internal/azure"
	"github.com/aoai-gateway/aoai-gateway/internal/faults"
	"github.com/aoai-gateway/aoai-gateway/policies"
)

// The ids of backends that no account's has: those of accounts hold a hyphen.
const (
	embeddingsBackend = "embeddings"
	safetyBackend     = "contentsafety"
)

// SemanticCacheArgs describe the cache of a service's answers.
type SemanticCacheArgs struct {
	Service           *Service
	ResourceGroupName pulumi.StringInput
	// ClusterName names the cluster of Azure Managed Redis: letters, digits and inner hyphens.
	ClusterName pulumi.StringInput
	// Region is where the cluster is.
	Region  string
	Tags    pulumi.StringMapInput
	Options SemanticCache
	// Account has the deployment Options.Embeddings.
	Account Account
}

// Validate returns every mistake, with its path below the arguments.
func (a *SemanticCacheArgs) Validate() error {
	var list faults.List
	list.Need("service", a.Service != nil)
	list.Need("resourceGroupName", a.ResourceGroupName != nil)
	list.Need("clusterName", a.ClusterName != nil)
	list.Need("region", a.Region != "")
	list.Need("account.hostName", a.Account.HostName != nil)
	identity := SystemAssigned
	if a.Service != nil {
		identity = a.Service.identity()
	}
	options := a.Options
	options.Enabled = true
	list.Merge("options", options.validate(identity))
	return list.Err()
}

// SemanticCached is the cache of a service's answers.
type SemanticCached struct {
	pulumi.ResourceState

	// Ready is what has to be there before a policy looks into the cache.
	Ready []pulumi.Resource

	part policies.SemanticCache
}

// NewSemanticCache makes a database of Azure Managed Redis that finds vectors, makes it the
// service's external cache in all regions, and a backend for the embeddings.
func NewSemanticCache(ctx *pulumi.Context, name string, args *SemanticCacheArgs, opts ...pulumi.ResourceOption) (*SemanticCached, error) {
	component := &SemanticCached{}
	if err := register.Component(ctx, register.Kind{Token: "aoai-gateway:apim:SemanticCache", Noun: "semantic cache"}, name, args, component, opts); err != nil {
		return nil, err
	}
	options, service := args.Options, args.Service
	database, err := redis.New(ctx, name, redis.Cluster{
		ResourceGroupName: args.ResourceGroupName, Name: args.ClusterName, Region: arm.NormalRegion(args.Region), Tags: args.Tags,
		SKU: options.SKU, HighAvailability: options.HighAvailability,
	}, pulumi.Parent(component))
	if err != nil {
		return nil, err
	}
	cache, err := apimanagement.NewCache(ctx, name, &apimanagement.CacheArgs{
		CacheId:           pulumi.String("default"),
		ServiceName:       service.Name,
		ResourceGroupName: service.group,
		UseFromLocation:   pulumi.String("default"),
		Description:       pulumi.String("Answers to chats, by what they mean"),
		ConnectionString:  database.ConnectionString,
		ResourceId:        pulumi.Sprintf("https://%s%s", azure.ManagerHost, database.ClusterID),
	}, service.below(component, pulumi.AdditionalSecretOutputs([]string{"connectionString"}))...)
	if err != nil {
		return nil, fmt.Errorf("external cache of %s: %w", name, err)
	}
	backend, err := apimanagement.NewBackend(ctx, name+"-"+embeddingsBackend, &apimanagement.BackendArgs{
		BackendId:         pulumi.String(embeddingsBackend),
		ServiceName:       service.Name,
		ResourceGroupName: service.group,
		Protocol:          pulumi.String("http"),
		Url:               pulumi.Sprintf("https://%s/openai/deployments/%s/embeddings", args.Account.HostName, options.Embeddings),
		Description:       pulumi.Sprintf("Deployment %s of Azure OpenAI account %s, for the semantic cache", options.Embeddings, args.Account.Name),
		Tls: &apimanagement.BackendTlsPropertiesArgs{
			ValidateCertificateChain: pulumi.Bool(true), ValidateCertificateName: pulumi.Bool(true),
		},
	}, service.below(component, pulumi.DependsOn(args.Account.DependsOn))...)
	if err != nil {
		return nil, fmt.Errorf("backend of embeddings: %w", err)
	}
	component.Ready = []pulumi.Resource{cache, backend}
	component.part = policies.SemanticCache{
		Embeddings: embeddingsBackend, ScoreThreshold: options.ScoreThreshold, Seconds: options.DurationSeconds,
		IgnoreSystemMessages: options.IgnoreSystemMessages, MaxMessages: options.MaxMessages, Shared: options.Shared,
	}
	return component, ctx.RegisterResourceOutputs(component, pulumi.Map{})
}
